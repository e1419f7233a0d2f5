"""«Сотрудники и организации»: members, invitations, the cameras an employee sees."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from camdesk.cabinet.doors import signed_in
from camdesk.cameras import grants
from camdesk.cameras.by_site import SiteCameras, by_site
from camdesk.cameras.models import Camera, CameraGrant
from camdesk.lib.language import current_language
from camdesk.lib.numbers import whole_numbers
from camdesk.people import invitations, memberships
from camdesk.people.limits_middleware import later
from camdesk.people.memberships import organisation_run_by
from camdesk.people.models import Invitation, Membership, Organisation
from camdesk.people.requests import PersonRequest
from camdesk.people.role_words import MEMBER_ROLES
from camdesk.tickets import invitation_letters
from camdesk.tickets.models import Delivery


def _roles() -> list[tuple[str, str]]:
    return [(role, str(MEMBER_ROLES[role])) for role in (Membership.Role.EMPLOYEE, Membership.Role.ADMINISTRATOR)]


class MemberInvitationForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Имя"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("Почта"))
    role = forms.ChoiceField(label=gettext_lazy("Роль"), choices=_roles)


@signed_in
@require_GET
def organisations(request: PersonRequest) -> HttpResponse:
    rows = list(
        Membership.objects.filter(person=request.person).select_related("organisation").order_by("organisation__name")
    )
    if len(rows) == 1 and rows[0].sees_all:
        return redirect("organisation", organisation_id=rows[0].organisation_id)
    return render(request, "cabinet/organisations.html", {"memberships": rows, "role_words": MEMBER_ROLES})


@signed_in
@require_GET
def organisation(request: PersonRequest, organisation_id: int) -> HttpResponse:
    return _page(request, organisation_id, MemberInvitationForm())


@signed_in
@require_POST
def invitations_of(request: PersonRequest, organisation_id: int) -> HttpResponse:
    """Invites by letter; the link is good for 48 hours and for one use."""
    found = organisation_run_by(request.person, organisation_id)
    form = MemberInvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, organisation_id, form, status=422)
    chosen = _ticked(request)
    with transaction.atomic():
        try:
            invitation, token = invitations.invite(
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                organisation=found,
                organisation_role=form.cleaned_data["role"],
                camera_ids=chosen,
                by=request.person,
                now=timezone.now(),
            )
        except invitations.TooManyInvitations as limited:
            sentence = _("За сутки отправлено %(n)d приглашений, больше сегодня нельзя.")
            page = _page(request, organisation_id, form, error=sentence % {"n": invitations.A_DAY})
            return later(page, limited.wait)
        except invitations.InvitedJustNow:
            return redirect("organisation", organisation_id=organisation_id)
        letter = invitation_letters.queue(
            invitation,
            language=current_language(),
            subject=_("Приглашение в кабинет «%(name)s»") % {"name": found.name},
            # Not by whom: what customers call themselves goes to no address that somebody has typed.
            text=_("Вас приглашают в личный кабинет. Откройте ссылку в течение двух суток и задайте пароль:\n%(link)s")
            % {"link": invitation_letters.link_of(token)},
            now=timezone.now(),
            by=request.person,
        )
    if letter is not None and letter.state == Delivery.State.HELD:
        held = _("Письмо на %(email)s придержано: за час их было слишком много. Поддержка проверит и отправит его.")
        messages.warning(request, held % {"email": invitation.email})
    return redirect("organisation", organisation_id=organisation_id)


@signed_in
@require_http_methods(["GET", "POST"])
def member(request: PersonRequest, organisation_id: int, person_id: int) -> HttpResponse:
    """The cameras an employee sees: whole addresses or one by one."""
    found = organisation_run_by(request.person, organisation_id)
    membership = Membership.objects.filter(organisation=found, person_id=person_id).select_related("person").first()
    if membership is None:
        raise Http404
    ticked = _ticked(request)
    # Nothing ticked takes every camera away: only the whole form says so, not one that arrived without its fields.
    whole = bool(ticked) or "whole" in request.POST
    if request.method == "POST" and whole:
        grants.choose(
            person=membership.person,
            organisation=found,
            camera_ids=ticked,
            by=request.person,
            now=timezone.now(),
        )
        return redirect("organisation", organisation_id=organisation_id)
    torn = request.method == "POST"
    context = {
        "error": _("Форма пришла не целиком, камеры остались прежними. Отметьте их и сохраните ещё раз.")
        if torn
        else "",
        "organisation": found,
        "membership": membership,
        "places": _places(found),
        "chosen": set(CameraGrant.objects.filter(person=membership.person).values_list("camera_id", flat=True)),
        "role_words": MEMBER_ROLES,
    }
    return render(request, "cabinet/member.html", context, status=422 if torn else 200)


@signed_in
@require_POST
def removal(request: PersonRequest, organisation_id: int, person_id: int) -> HttpResponse:
    found = organisation_run_by(request.person, organisation_id)
    try:
        with transaction.atomic():
            left = memberships.remove(organisation=found, person_id=person_id, by=request.person, now=timezone.now())
            grants.withdraw_all(person=left, organisation=found)
            invitations.revoke_of(left, organisation=found, now=timezone.now())
    except memberships.LastOwner:
        sentence = _("Это последний владелец. Сначала назначьте другого.")
        return _page(request, organisation_id, MemberInvitationForm(), error=sentence, status=422)
    return redirect("organisation", organisation_id=organisation_id)


def _page(
    request: PersonRequest, organisation_id: int, form: MemberInvitationForm, *, error: str = "", status: int = 200
) -> HttpResponse:
    found = organisation_run_by(request.person, organisation_id)
    chosen = set(_ticked(request))  # what was ticked stays ticked when the form comes back
    rows = Membership.objects.filter(organisation=found).select_related("person").order_by("role", "person__name")
    context = {
        "organisation": found,
        "members": list(rows),
        "waiting": list(Invitation.objects.usable(timezone.now()).filter(organisation=found).order_by("-created_at")),
        "form": form,
        "places": _places(found),
        "chosen": chosen,
        "error": error,
        "role_words": MEMBER_ROLES,
    }
    return render(request, "cabinet/organisation.html", context, status=status)


def _places(found: Organisation) -> list[SiteCameras]:
    cameras = Camera.objects.in_service().filter(organisation=found).select_related("site")
    return by_site(cameras.in_order()[:5000])


def _ticked(request: PersonRequest) -> list[int]:
    return whole_numbers(request.POST.getlist("cameras"))
