"""A person: everything they ever asked, over all channels, in one history."""

from datetime import datetime

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from camdesk.cameras.models import Camera
from camdesk.desk import ticket_page
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.lib.numbers import whole_number
from camdesk.people import audit, consents, identities
from camdesk.people.models import Person, User
from camdesk.people.requests import AgentRequest
from camdesk.tickets import login_invitations, thread
from camdesk.tickets.events import Audience
from camdesk.tickets.models import Ticket
from camdesk.ui.values import Choice

PAGE = 30
TALK_PAGE = 12  # tickets whose words one page of the whole history shows
TALK_MOST = 500  # of their messages, the newest
FOUND = 20
WITHDRAWN_BY = {
    "paper": gettext_lazy("письменно"),
    "mail": gettext_lazy("письмом по почте"),
    "phone": gettext_lazy("по телефону"),
}


@for_agents("person.read")
@require_GET
def person(request: AgentRequest, person_id: int) -> HttpResponse:
    """?view=talk shows the words of all requests in one line of time; ?before=<number> goes on."""
    found = get_object_or_404(Person, pk=person_id)
    audit.saw(by=request.person.pk, whose=found.pk, what="person seen", now=timezone.now())
    talk = request.GET.get("view") == "talk"
    before = whole_number(request.GET.get("before", ""))
    theirs = Ticket.objects.for_agent(request.agent).filter(person=found)
    theirs = theirs.filter(number__lt=before) if before else theirs
    size = TALK_PAGE if talk else PAGE
    tickets = list(theirs.select_related("assignee__person").order_by("-number")[: size + 1])
    context = {
        **ticket_page.about(found),
        **_access(found, now=timezone.now()),
        "consent": consents.state_of(found),
        "tickets": tickets[:size],
        "older": tickets[size - 1].pk if len(tickets) > size else None,
        "talk": talk,
        "messages_of_all": thread.talk(tickets[:size], Audience.AGENT, most=TALK_MOST) if talk else (),
        "tickets_by_number": {ticket.pk: ticket for ticket in tickets[:size]},
        "talk_most": TALK_MOST,
        "cameras": list(Camera.objects.visible_to(found).select_related("site").in_order()[:24]),
        "ways": [Choice(value, label) for value, label in WITHDRAWN_BY.items()],
        "now": timezone.now(),
    }
    return show(request, "person.html", context)


@for_agents("person.invite")
@require_POST
def invitation(request: AgentRequest, person_id: int) -> HttpResponse:
    """Invites by letter; once more, where one waits. The link is good for 48 hours and for one use."""
    found = get_object_or_404(Person, pk=person_id)
    try:
        invited = login_invitations.invite_person(person=found, again=True, by=request.person, now=timezone.now())
    except login_invitations.CannotInvite as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Приглашение отправлено на %(email)s.") % {"email": invited.invitation.email})
    return redirect("desk:person", person_id=person_id)


@for_agents("person.invite")
@require_POST
def invitation_withdrawal(request: AgentRequest, person_id: int) -> HttpResponse:
    found = get_object_or_404(Person, pk=person_id)
    login_invitations.take_back(person=found, by=request.person, now=timezone.now())
    return redirect("desk:person", person_id=person_id)


@for_agents("consent.withdraw")
@require_POST
def consent_withdrawal(request: AgentRequest, person_id: int) -> HttpResponse:
    """The customer told us so, by telephone or on paper: POST way=<of WITHDRAWN_BY>."""
    found, way = get_object_or_404(Person, pk=person_id), request.POST.get("way", "")
    if way not in WITHDRAWN_BY:
        messages.warning(request, _("Выберите, как клиент сообщил об отзыве."))
    elif consents.withdraw(person=found, by=request.person, channel=way, now=timezone.now()):
        messages.success(request, _("Отзыв согласия отмечен."))
    return redirect("desk:person", person_id=person_id)


def _access(found: Person, *, now: datetime) -> dict[str, object]:
    """How they get in: their login, their last invitation and where it stands, or why they cannot be invited."""
    login = User.objects.filter(person=found).first()
    last = login_invitations.last_of(found)
    access: dict[str, object] = {
        "login": login,
        "last_invitation": last,
        "stands": str(login_invitations.stands(last, now=now)) if last else "",
    }
    if login is None:
        to = login_invitations.address_of(found)
        why = login_invitations.refusal(found, to)
        access |= {"invited_to": to, "not_invitable": login_invitations.WORDS[why] if why else ""}
    return access


def search(words: str) -> list[Person]:
    """Persons by number, address or name; at most FOUND."""
    words = words.strip()
    if len(words) < 2:
        return []
    if identities.looks_like_one(words):
        return list(Person.objects.filter(pk__in=identities.persons_by(words)).order_by("pk")[:FOUND])
    named = Person.objects.filter(kind=Person.Kind.HUMAN)
    for word in words.split()[:4]:
        # SQLite folds no case of Cyrillic letters: a name is tried as it is written and as names are written.
        named = named.filter(Q(name__contains=word) | Q(name__contains=word.capitalize()))
    return list(named.order_by("name", "pk")[:FOUND])


def person_for(raw: str) -> Person | None:
    """The person an address names, None for none. 404 for one that never was."""
    if not raw:
        return None
    found = Person.objects.filter(pk=whole_number(raw) or 0).first()
    if found is None:
        raise Http404
    return found
