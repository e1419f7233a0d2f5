"""The person's own page: what we call them, where we answer, in which language."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from camdesk.cabinet.doors import signed_in
from camdesk.lib.phones import BadPhone, display, normalise
from camdesk.lib.text import clean_line
from camdesk.people import consents, identities
from camdesk.people.identities import EMAIL, PHONE
from camdesk.people.models import Person
from camdesk.people.requests import PersonRequest

if TYPE_CHECKING:
    _PersonForm = forms.ModelForm[Person]
else:
    _PersonForm = forms.ModelForm


class ProfileForm(_PersonForm):
    phone = forms.CharField(label=gettext_lazy("Телефон"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["phone"] = display(self.initial["phone"])

    class Meta:
        model = Person
        fields = ["name", "phone", "email", "language", "letters_at_once"]
        labels = {
            "name": gettext_lazy("Имя"),
            "email": gettext_lazy("Почта для ответов"),
            "language": gettext_lazy("Язык"),
            "letters_at_once": gettext_lazy("Присылать ответы письмом сразу"),
        }
        widgets = {"language": forms.Select(choices=[("ru", "Русский"), ("en", "English")])}

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"], most=120)

    def clean_phone(self) -> str:
        raw = self.cleaned_data["phone"]
        try:
            return normalise(raw) if raw.strip() else ""
        except BadPhone as error:
            raise forms.ValidationError(str(error)) from None


@signed_in
@require_http_methods(["GET", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=Person.objects.get(pk=request.person.pk))
    if request.method == "POST" and form.is_valid():
        person = form.save()
        for kind, value in ((EMAIL, person.email), (PHONE, person.phone)):
            identities.say(person, kind, value)
            identities.prefer(person, kind, value)
        return redirect("profile")
    addresses = request.person.identities.filter(kind=EMAIL.name).best_first()
    context = {
        "form": form,
        "unread_minutes": settings.UNREAD_MINUTES,
        "addresses": addresses,
        "consent": consents.state_of(request.person),
    }
    return render(request, "cabinet/profile.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def consent_withdrawal(request: PersonRequest) -> HttpResponse:
    """They withdraw their consent to the processing of personal data; it is kept, with when and by which way."""
    if consents.withdraw(person=request.person, by=request.person, channel="profile", now=timezone.now()):
        messages.success(request, _("Согласие отозвано."))
    return redirect("profile")
