"""Cards of calls that go on just now: who it may be, their requests, their cameras. A few queries for all of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from camdesk.channels.models import Call
from camdesk.channels.phone.live_calls import LIVE, calls_for
from camdesk.desk.phone_words import look_of
from camdesk.people.models import Agent, Membership, Person
from camdesk.tickets.models import Ticket, TicketCamera
from camdesk.ui.values import Look

_REQUESTS = 3
_CAMERAS = 4


@dataclass(frozen=True)
class Request:
    """An open request of the caller, with the names of the first cameras it is about."""

    ticket: Ticket
    cameras: list[str]
    more: int


@dataclass(frozen=True)
class Card:
    """`candidates`: who merely said this number; `requests`: of the person, those that moved last; `more`: how many
    more are open."""

    call: Call
    look: Look
    candidates: list[Person] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    more: int = 0

    @property
    def live(self) -> bool:
        return self.call.state in LIVE


def cards_for(agent: Agent, *, now: datetime) -> list[Card]:
    calls = calls_for(agent, now=now)
    if not calls:
        return []
    persons = {call.person_id for call in calls if call.person_id}
    tickets = _open_requests(persons, agent)
    cameras = _names_of_cameras([one.pk for theirs in tickets.values() for one in theirs[:_REQUESTS]])
    organisations = _organisations(persons)
    asked = {pk for call in calls for pk in call.candidates}
    candidates = Person.objects.in_bulk(asked)
    return [
        Card(
            call=call,
            look=look_of(call),
            candidates=[candidates[pk] for pk in call.candidates if pk in candidates],
            organisations=organisations.get(call.person_id, []),
            requests=[_request(one, cameras[one.pk]) for one in tickets.get(call.person_id, [])[:_REQUESTS]],
            more=max(0, len(tickets.get(call.person_id, [])) - _REQUESTS),
        )
        for call in calls
    ]


def _request(ticket: Ticket, names: list[str]) -> Request:
    return Request(ticket, names[:_CAMERAS], max(0, len(names) - _CAMERAS))


def _open_requests(persons: Iterable[int | None], agent: Agent) -> dict[int | None, list[Ticket]]:
    found: dict[int | None, list[Ticket]] = defaultdict(list)
    theirs = Ticket.objects.for_agent(agent).open().filter(person__in=list(persons)).order_by("-active_at", "-pk")
    for ticket in theirs[:200] if persons else ():
        found[ticket.person_id].append(ticket)
    return found


def _names_of_cameras(tickets: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = TicketCamera.objects.filter(ticket__in=tickets).order_by("pk").values_list("ticket_id", "camera__name")
    for ticket, name in rows if tickets else ():
        found[ticket].append(name)
    return found


def _organisations(persons: Iterable[int | None]) -> dict[int | None, list[str]]:
    found: dict[int | None, list[str]] = defaultdict(list)
    rows = Membership.objects.filter(person__in=list(persons)).order_by("pk")
    for person, name in rows.values_list("person_id", "organisation__name") if persons else ():
        found[person].append(name)
    return found
