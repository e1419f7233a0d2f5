"""What the page of a ticket shows: the conversation, its head, and everything around it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Subquery, When
from django.db.models.functions import Coalesce

from camdesk.cameras import recorded
from camdesk.cameras.recorded import Neighbours
from camdesk.channels.mail.channel import MAIL
from camdesk.channels.mail.mime.body import UNCHECKED_SIGNATURE
from camdesk.channels.models import RawLetter
from camdesk.desk import letter_frames, letters_in, outage_page
from camdesk.desk.canned import canned_replies, fill_in
from camdesk.lib.language import current_language
from camdesk.lib.prepared import BoundQuery, Prepared
from camdesk.people.models import Agent, Identity, Membership, Person
from camdesk.people.requests import AgentRequest
from camdesk.people.roles import NO_TEAM, hidden_teams
from camdesk.playbook import current as playbook
from camdesk.playbook.consistency import PLACES
from camdesk.playbook.document import Playbook
from camdesk.tickets import attachments, claiming, drafts, ratings, reply_channels, thread
from camdesk.tickets.answers import facts_of, heard_of, passport_of
from camdesk.tickets.attachment_views import picker
from camdesk.tickets.channels import KnownCustomer
from camdesk.tickets.events import Audience
from camdesk.tickets.models import Delivery, Event, Message, Ticket, TicketCamera
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.readers import is_author
from camdesk.tickets.site_time import now_at, zone_of_ticket
from camdesk.tickets.thread import EventItem, Thread
from camdesk.ui.values import Term

CAMERAS_SHOWN = 3  # with their picture and what is around them, the worst ones
MANY_CAMERAS = 8  # of more only the worst is shown so, without a picture: all of them are to be seen at once
CAMERAS_LISTED = 60  # by name
OTHERS_SHOWN = 6
OTHERS_LOOKED_AT = 100  # newest; a company may have thousands, and no index knows which are open
LETTERS_SHOWN = 8
LETTERS_LOOKED_AT = 100
FAILED_SHOWN = 3
OWNED_BY = frozenset({"ticket.claimed", "ticket.linked"})

_CAMERAS = Prepared(
    lambda ticket: recorded.with_neighbours(
        TicketCamera.objects.filter(ticket_id=ticket).select_related("camera__site", "camera__passport").order_by("pk"),
        camera="camera__",
    ),
    int,
)
_LETTERS = Prepared(
    lambda ticket: (
        Delivery.objects.filter(ticket_id=ticket)
        .only("id", "kind", "channel", "message_id", "state", "to", "last_error", "created_at")
        .order_by("-id")[:LETTERS_LOOKED_AT]
    ),
    int,
)
_LETTERS_IN = Prepared(
    lambda messages: RawLetter.objects.filter(message_id__in=messages).only(
        "id", "message_id", "mailbox", "sender_proven", "note"
    ),
    list[int],
)
_OTHERS = Prepared(
    lambda person, ticket, hidden: (
        Ticket.objects.not_of(hidden)
        .filter(
            person_id=person,
            pk__gte=Coalesce(  # the last of the newest
                Subquery(
                    Ticket.objects.not_of(hidden)
                    .filter(person_id=person)
                    .order_by("-number")
                    .values("number")[OTHERS_LOOKED_AT - 1 : OTHERS_LOOKED_AT]
                ),
                0,
            ),
        )
        .exclude(pk=ticket)
        .only("number", "subject", "turn", "closed_at", "channel", "opened_at")
        .order_by(Case(When(turn=Turn.NOBODY, then=1), default=0), "-number")[:OTHERS_SHOWN]  # open ones first
    ),
    int,
    int,
    list[int],
)
_IDENTITIES = Prepared(lambda person: Identity.objects.filter(person_id=person).best_first(), int)
_MEMBERSHIPS = Prepared(
    lambda person: Membership.objects.filter(person_id=person).select_related("organisation").order_by("pk")[:5], int
)


@dataclass(frozen=True)
class CameraThenAndNow:
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


def conversation(ticket: Ticket, *, after: int = 0, before: int | None = None) -> dict[str, Any]:
    """What of the conversation is shown, and of each message what became of its letter and in which letter it came."""
    shown = thread.read(ticket, Audience.AGENT, after=after, before=before)
    return {"thread": shown, "before": before, **letters_of(ticket), **letters_in_of(ticket, shown)}


def letters_of(ticket: Ticket) -> dict[str, Any]:
    """The letters of a ticket, newest first; by message what became of its letter; by address the newest that did not
    arrive there; those that are held. The request's own address is mostly a mistyped one when letters come back from
    it, and then the later ones follow the corrected one; what its author has proven was not mistyped."""
    letters = _LETTERS.all(ticket.pk)
    failed = {one.to.lower(): one for one in reversed(letters) if one.state == Delivery.State.FAILED}
    own = ticket.contact_email.lower()
    return {
        "own_address": own,
        "own_address_proven": own in failed and is_author(ticket, own),
        "letters": letters[:LETTERS_SHOWN],
        "letter_of": {one.message_id: one for one in letters if one.message_id},
        "letters_failed": list(failed.values())[-FAILED_SHOWN:],
        "letters_held": [one for one in letters if one.state == Delivery.State.HELD][:FAILED_SHOWN],
    }


def letters_in_of(ticket: Ticket, shown: Thread) -> dict[str, Any]:
    """By message the letter it came in, and the doubt about its sender: of a request whose customer is known, and of
    letters that came after that (what came before, they have owned)."""
    said = [message for message in shown.messages if message.kind == Message.Kind.CUSTOMER]
    by_mail = {message.pk: message for message in said if message.channel == MAIL.name}
    letters = {row.message_id: row for row in _LETTERS_IN.all(by_mail) if row.message_id is not None}
    # Earlier than what is shown: then all of it came after.
    known_at = max((event.seq for event in shown.events if event.name in OWNED_BY), default=0)
    doubted = {pk: row for pk, row in letters.items() if ticket.verified and by_mail[pk].seq > known_at}
    return {
        "letter_in_of": letters,
        "letter_doubts": {pk: letters_in.unproven(row) for pk, row in doubted.items()},
        "signatures_unchecked": {pk for pk, row in letters.items() if UNCHECKED_SIGNATURE in row.note},
        "letter_height": letter_frames.height,
    }


def head(request: AgentRequest, ticket: Ticket) -> dict[str, Any]:
    """What may change by a deed: it is sent again with every piece of news."""
    return {"ticket": ticket, "me": request.agent}


def page(request: AgentRequest, ticket: Ticket, *, now: datetime, before: int | None = None) -> dict[str, Any]:
    document = playbook.version(ticket.playbook_version)
    talk = conversation(ticket, before=before)
    return {
        **head(request, ticket),
        **side(request.agent, ticket, document, now=now),
        **composer(request, ticket, document, _known(ticket, talk["thread"], before)),
        **talk,
        "linked_by": linked_by(ticket, talk["thread"], before=before),
        "now": now,
    }


def questions(request: AgentRequest, ticket: Ticket, before: int | None) -> list[BoundQuery]:
    """What `page` will ask whatever the answers, for lib/prepared.ahead."""
    return [
        *thread.questions(ticket, Audience.AGENT, before=before),
        _LETTERS.of(ticket.pk),
        _CAMERAS.of(ticket.pk),
        *ratings.questions(ticket),
        _IDENTITIES.of(ticket.person_id),
        _OTHERS.of(ticket.person_id, ticket.pk, _hidden_from(request.agent)),
        outage_page.question(ticket),
        drafts.question(request.person, place_of(ticket)),
    ]


def _hidden_from(agent: Agent) -> list[int]:
    return sorted(hidden_teams(agent)) or list(NO_TEAM)


def linked_by(ticket: Ticket, shown: Thread, *, before: int | None = None) -> Event | EventItem | None:
    """How an agent made sure whose it is, where that is how it stands."""
    of_these = [event for event in shown.events if event.name in claiming.WHOSE]
    whole = before is None and (of_these or shown.earlier is None)
    last = next(reversed(of_these), None) if whole else thread.last_event(ticket, *claiming.WHOSE)
    return last if last is not None and claiming.stands(last, ticket) else None


def _known(ticket: Ticket, shown: Thread, before: int | None) -> KnownCustomer:
    """From what is shown, where that is all of it."""
    if before is None and shown.earlier is None:
        return reply_channels.known_of(ticket, shown.messages, shown.events)
    return reply_channels.known_now(ticket)


def composer(request: AgentRequest, ticket: Ticket, document: Playbook, known: KnownCustomer) -> dict[str, Any]:
    kept = drafts.kept(request.person, place_of(ticket))
    ways = reply_channels.ways(known)
    asked = kept.get("channel", "")
    files = attachments.unsent(ids=kept.get("attachments", []), by=request.person)
    return {
        "typed": kept.get("text", ""),
        "typed_kind": "note" if kept.get("kind") == "note" else "reply",
        "picker": picker(place=f"desk-{ticket.pk}", kept=files),
        "places": PLACES,
        "unfilled": fill_in("%(places)s"),
        "canned": canned_replies(ticket, document, by=request.person),
        "most_chars": document.limits.max_message_chars,
        "ways": ways,
        "way": asked if any(way.channel == asked and not way.why for way in ways) else reply_channels.offered(known),
    }


def side(agent: Agent, ticket: Ticket, document: Playbook, *, now: datetime) -> dict[str, Any]:
    rows = sorted(_CAMERAS.all(ticket.pk), key=lambda row: row.camera.health)  # the worst first, else as they stand
    many = len(rows) > MANY_CAMERAS
    shown = 1 if many else CAMERAS_SHOWN
    rest = rows[shown : shown + CAMERAS_LISTED]
    language = current_language()
    return {
        "cameras": _health(rows[:shown], document, language, now=now),
        "many_cameras": many,
        "cameras_small": {
            working: [row.camera for row in rest if row.camera.working is working] for working in (False, True)
        },
        "cameras_more": max(0, len(rows) - shown - CAMERAS_LISTED),
        "site_now": now_at(zone_of_ticket(ticket, rows), now),
        "facts": facts_of(ticket, rows, document, language),
        "heard": heard_of(ticket),
        "topic_title": _topic_title(ticket, document, language),
        "rating": ratings.latest(ticket),
        "person": ticket.person,
        "identities": _IDENTITIES.all(ticket.person_id),
        "others": _OTHERS.all(ticket.person_id, ticket.pk, _hidden_from(agent)),
        **outage_page.of_ticket(ticket, [row.camera_id for row in rows]),
    }


def about(person: Person) -> dict[str, Any]:
    return {
        "person": person,
        "identities": _IDENTITIES.all(person.pk),
        "memberships": _MEMBERSHIPS.all(person.pk),
    }


def _health(rows: list[TicketCamera], document: Playbook, language: str, *, now: datetime) -> list[CameraThenAndNow]:
    return [
        CameraThenAndNow(
            row=row,
            before=row.diagnosis.get("status", ""),
            since=row.camera.status_since,
            neighbours=recorded.seen_beside(row, row.camera, now=now).neighbours,
            passport=passport_of(row.camera, document, language),
        )
        for row in rows
    ]


def _topic_title(ticket: Ticket, document: Playbook, language: str) -> str:
    topic = document.topics.get(ticket.topic_id)
    return topic.title.get(language) if topic else ticket.topic.title_ru
