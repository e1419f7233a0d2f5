"""For administrators: who answers, in which teams, with which keys, by which playbook."""

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.lib.language import current_language
from camdesk.people import api_keys, invitations
from camdesk.people.models import Agent, ApiKey, Invitation, Team
from camdesk.people.requests import AgentRequest
from camdesk.people.role_words import AGENT_ROLES
from camdesk.tickets import invitation_letters


def _roles() -> list[tuple[str, str]]:
    return [(str(role), str(word)) for role, word in AGENT_ROLES.items()]


class StaffInvitationForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Имя"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("Почта"))
    role = forms.ChoiceField(label=gettext_lazy("Роль"), choices=_roles)


class KeyForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Название"), max_length=80)
    role = forms.ChoiceField(label=gettext_lazy("Права"), choices=_roles)


@for_agents("people.manage")
@require_http_methods(["GET", "POST"])
def staff(request: AgentRequest) -> HttpResponse:
    """POST invites by letter; the link is good for 48 hours and for one use."""
    form = StaffInvitationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():  # never of what nobody posted
        _invite(request, form.cleaned_data)
        return redirect("desk:staff")
    context = {
        "form": form,
        "agents": list(
            Agent.objects.select_related("person").prefetch_related("teams").order_by("-active", "person__name")
        ),
        "waiting": list(Invitation.objects.usable(timezone.now()).exclude(agent_role="").order_by("-created_at")),
        "role_words": AGENT_ROLES,
        "teams": list(Team.objects.order_by("pk")),
    }
    return show(request, "staff.html", context, here="staff", status=422 if form.errors else 200)


def _invite(request: AgentRequest, said: dict[str, str]) -> None:
    with transaction.atomic():
        try:
            invitation, token = invitations.invite(
                email=said["email"], name=said["name"], agent_role=said["role"], by=request.person, now=timezone.now()
            )
        except invitations.InvitedJustNow:
            return
        words = _(
            "%(who)s приглашает вас в службу поддержки. Откройте ссылку за двое суток и задайте пароль:\n%(link)s"
        )
        subject = _("Приглашение в службу поддержки")
        invitation_letters.queue(
            invitation,
            language=current_language(),
            subject=subject,
            text=words % {"who": request.person.name, "link": invitation_letters.link_of(token)},
            now=timezone.now(),
            by=request.person,
        )


@for_agents("people.manage")
@require_POST
def invitation_removal(request: AgentRequest, invitation_id: int) -> HttpResponse:
    waiting = Invitation.objects.usable(timezone.now()).exclude(agent_role="")
    found = get_object_or_404(waiting, pk=invitation_id)
    invitations.revoke(found, by=request.person, now=timezone.now())
    return redirect("desk:staff")


@for_agents("api_key.manage")
@require_http_methods(["GET", "POST"])
def keys(request: AgentRequest) -> HttpResponse:
    """POST makes a key; its secret is shown on this one page and never again."""
    form, secret = KeyForm(request.POST if request.method == "POST" else None), ""
    if form.is_valid():  # never of what nobody posted
        said = form.cleaned_data
        _key, secret = api_keys.create(name=said["name"], role=said["role"], by=request.person, now=timezone.now())
        form = KeyForm()
    rows = list(ApiKey.objects.select_related("created_by").order_by("revoked_at", "-pk"))
    context = {"form": form, "secret": secret, "keys": rows, "role_words": AGENT_ROLES}
    context["left_behind"] = set(api_keys.left_behind().values_list("pk", flat=True))
    return show(request, "keys.html", context, here="keys", status=422 if form.errors else 200)


@for_agents("api_key.manage")
@require_POST
def key_revocation(request: AgentRequest, key_id: int) -> HttpResponse:
    api_keys.revoke(get_object_or_404(ApiKey, pk=key_id), by=request.person, now=timezone.now())
    return redirect("desk:keys")
