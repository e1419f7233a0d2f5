"""Accepting an invitation: a name, a password, and one is in."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from camdesk.cameras import grants
from camdesk.lib.text import clean_line
from camdesk.people import invitations
from camdesk.people.models import Invitation, User
from camdesk.people.requests import VisitorRequest
from camdesk.tickets import claiming


class AcceptanceForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Ваше имя"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("Почта"), required=False)
    password = forms.CharField(
        label=gettext_lazy("Пароль"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, invitation: Invitation, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if invitation.email:
            del self.fields["email"]
            if known:
                del self.fields["name"]
        else:
            self.fields["email"].required = True

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"], most=120)

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"])
        return str(self.cleaned_data["password"])


@require_http_methods(["GET", "POST"])
def invitation(request: VisitorRequest, token: str) -> HttpResponse:
    """The same page for an unknown, used, revoked or expired token: nothing is told about it."""
    now = timezone.now()
    try:
        found = invitations.find(token, now=now)
    except invitations.CannotAccept:
        return render(request, "cabinet/invitation_over.html", status=404)
    if found.email and User.objects.filter(email=found.email).exists():
        return _for_a_login(request, found, token)
    person = invitations.known_person(found)
    if person is not None and hasattr(person, "user"):
        return render(request, "cabinet/invitation_over.html", status=404)
    form = AcceptanceForm(
        request.POST or None, invitation=found, known=person is not None, initial={"name": found.name}
    )
    if form.is_valid():  # never of what nobody posted
        try:
            with transaction.atomic():
                user = _accept(found, token, form)
        except invitations.CannotAccept:
            return render(request, "cabinet/invitation_over.html", status=404)
        get_adapter(request).login(request, user)
        # They chose it just now: the page of the second factor, where staff go next, does not ask for it again.
        record_authentication(request, user, method="password", reauthenticated=True)
        return redirect("/")
    status = 422 if form.errors else 200
    context = {"form": form, "invitation": found, "known": person}
    return render(request, "cabinet/invitation.html", context, status=status)


def _for_a_login(request: VisitorRequest, found: Invitation, token: str) -> HttpResponse:
    """The invited address has a login: its owner signs in and says yes."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.path, reverse("account_login"))
    if request.user.email != found.email:
        return render(request, "cabinet/invitation_other.html", {"invitation": found}, status=409)
    if request.method == "POST":
        try:
            with transaction.atomic():
                invitations.join(token, user=request.user, now=timezone.now())
                _give_cameras(found, request.user)
        except invitations.CannotAccept:
            return render(request, "cabinet/invitation_over.html", status=404)
        return redirect("/")
    return render(request, "cabinet/invitation_join.html", {"invitation": found})


def _accept(found: Invitation, token: str, form: AcceptanceForm) -> User:
    now = timezone.now()
    user = invitations.accept(
        token,
        name=form.cleaned_data.get("name", ""),
        email=form.cleaned_data.get("email", ""),
        password=form.cleaned_data["password"],
        now=now,
    )
    _give_cameras(found, user)
    if found.email:
        claiming.claim_of_new_login(user, now=now)
    return user


def _give_cameras(found: Invitation, user: User) -> None:
    if found.organisation and found.camera_ids:
        grants.choose(
            person=user.person,
            organisation=found.organisation,
            camera_ids=found.camera_ids,
            by=None,
            now=timezone.now(),
        )
