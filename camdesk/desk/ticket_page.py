"""What the page of a ticket shows: the conversation, its head, and everything around it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Prefetch, When, prefetch_related_objects

from camdesk.cameras import recorded
from camdesk.cameras.recorded import Neighbours
from camdesk.channels.mail.channel import MAIL
from camdesk.channels.models import RawLetter
from camdesk.desk import letter_frames, letters_in, outage_page
from camdesk.desk.canned import canned_replies
from camdesk.lib.language import current_language
from camdesk.lib.prepared import Prepared
from camdesk.people.models import Agent, ContactPoint, Membership, Person
from camdesk.people.requests import AgentRequest
from camdesk.people.roles import hidden_teams
from camdesk.playbook import current as playbook
from camdesk.playbook.document import Playbook
from camdesk.tickets import attachments, drafts, ratings, reply_channels
from camdesk.tickets.answers import facts_of, passport_of
from camdesk.tickets.attachment_views import picker
from camdesk.tickets.models import Attachment, Delivery, Event, Message, Ticket, TicketCamera
from camdesk.tickets.models.ticket import Turn
from camdesk.ui.values import Term

TOLD_BY_MESSAGES = frozenset({"message.received", "message.sent", "note.written", "call.received", "call.made"})
CAMERAS_SHOWN = 12
OTHERS_SHOWN = 6
LETTERS_SHOWN = 8
LETTERS_LOOKED_AT = 100
FAILED_SHOWN = 3
_NO_TEAM = [0]  # a prepared query wants one at least
OWNED_BY = frozenset({"ticket.claimed", "ticket.linked"})

_SAID = Prepared(
    lambda ticket, after: Message.objects.filter(ticket_id=ticket, seq__gt=after).select_related("by").order_by("seq"),
    int,
    int,
)
_EVENTS = Prepared(
    lambda ticket, after: Event.objects.filter(ticket_id=ticket, seq__gt=after).select_related("by").order_by("seq"),
    int,
    int,
)
_CAMERAS = Prepared(
    lambda ticket: (
        TicketCamera.objects.filter(ticket_id=ticket).select_related("camera__site", "camera__passport").order_by("pk")
    ),
    int,
)
_LETTERS = Prepared(
    lambda ticket: (
        Delivery.objects.filter(ticket_id=ticket)
        .only("id", "kind", "message_id", "state", "to", "last_error", "created_at")
        .order_by("-id")[:LETTERS_LOOKED_AT]
    ),
    int,
)
_OTHERS = Prepared(
    lambda person, ticket, hidden: (
        Ticket.objects.not_of(hidden)
        .filter(person_id=person)
        .exclude(pk=ticket)
        .only("number", "subject", "turn", "closed_at", "channel", "opened_at")
        .order_by(Case(When(turn=Turn.NOBODY, then=1), default=0), "-number")[:OTHERS_SHOWN]  # open ones first
    ),
    int,
    int,
    list[int],
)
_POINTS = Prepared(lambda person: ContactPoint.objects.filter(person_id=person).order_by("kind", "pk"), int)
_MEMBERSHIPS = Prepared(
    lambda person: Membership.objects.filter(person_id=person).select_related("organisation").order_by("pk")[:5], int
)


@dataclass(frozen=True)
class CameraHealth:
    """One affected camera: how it was when the ticket was opened, how it is now, and what hangs around it."""

    row: TicketCamera
    before: str  # status frozen in the diagnosis, "" when there was none
    since: datetime | None
    neighbours: Neighbours
    passport: list[Term]

    @property
    def changed(self) -> bool:
        return bool(self.before) and self.before != self.row.camera.status


def place_of(ticket: Ticket) -> str:
    """Names the draft of an agent's unsent words."""
    return f"desk:{ticket.pk}"


def conversation(ticket: Ticket, events: list[Event], *, after: int = 0) -> list[Message | Event]:
    """Messages and events above the seq `after`, in their order."""
    said = _SAID.all(ticket.pk, after)
    files = Prefetch("attachments", Attachment.objects.order_by("position", "id"))
    if said:
        prefetch_related_objects(said, files)
    told = [event for event in events if event.name not in TOLD_BY_MESSAGES]
    # An event comes before the message of the same seq: the request is opened, then its words stand.
    return sorted([*told, *said], key=lambda item: item.seq)


def events_of(ticket: Ticket, *, after: int = 0) -> list[Event]:
    return _EVENTS.all(ticket.pk, after)


def letters_of(ticket: Ticket) -> dict[str, Any]:
    """The letters of a ticket, newest first; by message what became of its letter; by address the newest that did not
    arrive there; those that are held."""
    letters = _LETTERS.all(ticket.pk)
    failed = {one.to.lower(): one for one in reversed(letters) if one.state == Delivery.State.FAILED}
    return {
        "letters": letters[:LETTERS_SHOWN],
        "letter_of": {one.message_id: one for one in letters if one.message_id},
        "letters_failed": list(failed.values())[-FAILED_SHOWN:],
        "letters_held": [one for one in letters if one.state == Delivery.State.HELD][:FAILED_SHOWN],
    }


def letters_in_of(ticket: Ticket, items: list[Message | Event], events: list[Event]) -> dict[str, Any]:
    """By message the letter it came in, and the doubt about its sender: of a request whose customer is known, and of
    letters that came after that (what came before, they have owned)."""
    said = [item for item in items if isinstance(item, Message) and item.kind == Message.Kind.CUSTOMER]
    by_mail = {message.pk: message for message in said if message.channel == MAIL.name}
    rows = RawLetter.objects.filter(message_id__in=by_mail).only("id", "message_id", "mailbox", "sender_proven")
    letters = {row.message_id: row for row in rows} if by_mail else {}
    known_at = max((event.seq for event in events if event.name in OWNED_BY), default=0)
    doubted = {pk: row for pk, row in letters.items() if ticket.verified and by_mail[pk].seq > known_at}
    return {
        "letter_in_of": letters,
        "letter_doubts": {pk: letters_in.unproven(row) for pk, row in doubted.items()},
        "letter_height": letter_frames.height,
    }


def head(request: AgentRequest, ticket: Ticket) -> dict[str, Any]:
    """What may change by a deed: it is sent again with every piece of news."""
    return {"ticket": ticket, "me": request.agent}


def page(request: AgentRequest, ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    document = playbook.version(ticket.playbook_version)
    events = events_of(ticket)
    items = conversation(ticket, events)
    known = reply_channels.known_of(ticket, [item for item in items if isinstance(item, Message)], events)
    return {
        **head(request, ticket),
        **side(request.agent, ticket, document, now=now),
        **composer(request, ticket, document, known),
        "items": items,
        **letters_of(ticket),
        **letters_in_of(ticket, items, events),
        "events": events,
        "now": now,
    }


def composer(
    request: AgentRequest, ticket: Ticket, document: Playbook, known: reply_channels.KnownCustomer
) -> dict[str, Any]:
    kept = drafts.kept(request.person, place_of(ticket))
    ways = reply_channels.ways(known)
    asked = kept.get("channel", "")
    files = attachments.unsent(ids=kept.get("attachments", []), by=request.person)
    return {
        "typed": kept.get("text", ""),
        "typed_kind": "note" if kept.get("kind") == "note" else "reply",
        "picker": picker(place=f"desk-{ticket.pk}", kept=files),
        "canned": canned_replies(ticket, document, by=request.person),
        "most_chars": document.limits.max_message_chars,
        "ways": ways,
        "way": asked if any(way.channel == asked and not way.why for way in ways) else reply_channels.offered(known),
    }


def side(agent: Agent, ticket: Ticket, document: Playbook, *, now: datetime) -> dict[str, Any]:
    rows = _CAMERAS.all(ticket.pk)
    language = current_language()
    return {
        "cameras": _health(rows[:CAMERAS_SHOWN], document, language, now=now),
        "cameras_more": max(0, len(rows) - CAMERAS_SHOWN),
        "facts": facts_of(ticket, rows, document, language),
        "topic_title": _topic_title(ticket, document, language),
        "rating": ratings.latest(ticket),
        "person": ticket.person,
        "points": _POINTS.all(ticket.person_id),
        "others": _OTHERS.all(ticket.person_id, ticket.pk, sorted(hidden_teams(agent)) or _NO_TEAM),
        **outage_page.of_ticket(ticket, [row.camera_id for row in rows]),
    }


def about(person: Person) -> dict[str, Any]:
    return {
        "person": person,
        "points": _POINTS.all(person.pk),
        "memberships": _MEMBERSHIPS.all(person.pk),
    }


def _health(rows: list[TicketCamera], document: Playbook, language: str, *, now: datetime) -> list[CameraHealth]:
    seen = recorded.look_at([row.camera for row in rows], now=now) if rows else {}
    return [
        CameraHealth(
            row=row,
            before=row.diagnosis.get("status", ""),
            since=row.camera.status_since,
            neighbours=seen[row.camera_id].neighbours,
            passport=passport_of(row.camera, document, language),
        )
        for row in rows
    ]


def _topic_title(ticket: Ticket, document: Playbook, language: str) -> str:
    topic = document.topics.get(ticket.topic_id)
    return topic.title.get(language) if topic else ticket.topic.title_ru
