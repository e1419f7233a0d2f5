"""Tickets: open, read, list, answer."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from ninja import Router, Status
from ninja.params.functions import Header

from camdesk.api.channel import API
from camdesk.api.cursors import decode, encode
from camdesk.api.keys import ApiRequest, require
from camdesk.api.moments import in_utc
from camdesk.api.problems import ApiProblem
from camdesk.api.schemas import MessageIn, MessageOut, TicketIn, TicketOut, TicketPage, TicketWhole
from camdesk.api.shapes import message_out, ticket_out, ticket_whole
from camdesk.cameras.models import Camera
from camdesk.channels import inbound, intake
from camdesk.channels.inbound import Came, Matter
from camdesk.lib.text import TextTooLong, clean_text
from camdesk.people import audit, contacts
from camdesk.people.models import ApiKey, Person
from camdesk.playbook import current as playbook
from camdesk.tickets import conversation, receipts, thread
from camdesk.tickets.attachments import CannotAttach
from camdesk.tickets.events import Audience
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.models.ticket import TicketQuerySet, Turn
from camdesk.tickets.receipts import Key, KeyReused
from camdesk.tickets.reply_channels import CannotGo
from camdesk.tickets.search import lookup

router = Router(tags=["tickets"])

_FIELDS = {"name": "person.name", "phone": "person.phone", "email": "person.email", "files": "attachments"}


@router.post("/tickets", response={201: TicketOut}, summary="Open a ticket")
def open_one(
    request: ApiRequest,
    payload: TicketIn,
    idempotency_key: str = Header(None, alias="Idempotency-Key", max_length=255),
) -> Status[dict[str, Any]]:
    """The same Idempotency-Key with the same body gives the same answer; with another body it is refused (422)."""
    key: ApiKey = request.auth
    require(key, "ticket.reply")
    now = timezone.now()
    once = Key(f"api:{key.pk}", idempotency_key, payload.model_dump()) if idempotency_key else None
    try:
        if once and (first := receipts.first_answer(once)):
            return Status(201, ticket_out(_opened(first.ticket_id)))
        taken = _checked(payload)
        outcome = inbound.open(*_new(payload, taken, key, once, now), now=now)
    except KeyReused:
        raise ApiProblem(
            422,
            "This Idempotency-Key came with another body before.",
            errors=[{"field": "Idempotency-Key", "message": "used before with another body"}],
        ) from None
    except CannotAttach as error:
        raise _cannot_attach(error) from None
    return Status(201, ticket_out(_opened(outcome.ticket.pk)))


@router.get("/tickets/{int:number}", response=TicketWhole, summary="Read a ticket with its conversation")
def read_one(request: ApiRequest, number: int) -> dict[str, Any]:
    require(request.auth, "ticket.read")
    ticket, key = _loaded(request.auth, number), request.auth.person_id
    audit.saw(by=key, whose=ticket.person_id, what="ticket seen", about=f"ticket {number}", now=timezone.now())
    return ticket_whole(ticket)


@router.get("/tickets", response=TicketPage, summary="List tickets, the last active first")
def read_page(
    request: ApiRequest,
    turn: str | None = None,
    topic: str | None = None,
    team: str | None = None,
    person: str | None = None,
    active_since: datetime | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """`turn`: bot, us, customer, provider, installer, visit, nobody, or `open` for all but nobody. `person`: an
    external_id. `q`: words, all of which occur; then the newest come first."""
    require(request.auth, "ticket.read")
    limit = min(max(limit, 1), 200)
    tickets = _filtered(_seen(request.auth).prefetch_related("ratings"), turn, topic, team, person, active_since)
    if q is not None:
        return _found(q, tickets, cursor, limit)
    if cursor:
        at, number = decode(cursor)
        tickets = tickets.filter(Q(active_at__lt=at) | Q(active_at=at, number__lt=number))
    rows = list(tickets.order_by("-active_at", "-number")[: limit + 1])
    more = rows[limit - 1] if len(rows) > limit else None
    return {
        "items": [ticket_out(ticket) for ticket in rows[:limit]],
        "next": encode(more.active_at, more.pk) if more else None,
    }


@router.post("/tickets/{int:number}/messages", response={201: MessageOut}, summary="Add a message or a note")
def add_message(
    request: ApiRequest,
    number: int,
    payload: MessageIn,
    idempotency_key: str = Header(None, alias="Idempotency-Key", max_length=255),
) -> Status[dict[str, Any]]:
    key: ApiKey = request.auth
    require(key, "ticket.note" if payload.kind == "note" else "ticket.reply")
    ticket = _loaded(key, number)
    # A key of another integration must not collide with this one's; 64 characters is what a client id may have.
    client_id = Key(f"api:{key.pk}", idempotency_key, idempotency_key).digest if idempotency_key else None
    text = _clean(payload.text)
    try:
        message = _say(payload, ticket, text, key, client_id)
    except conversation.NothingSaid:
        raise ApiProblem(422, "text: write something or attach a file.", errors=[_error("text", "empty")]) from None
    except conversation.Closed:
        raise ApiProblem(409, "The ticket is closed for good: open a new one.") from None
    except CannotGo as error:
        closed = _error("channel", error.why)
        raise ApiProblem(422, f"channel: {error.way} cannot reach this person: {error.why}.", errors=[closed]) from None
    except CannotAttach as error:
        raise _cannot_attach(error) from None
    if client_id and (message.text, message.kind) != (text, _KINDS[payload.kind]):
        raise ApiProblem(422, "This Idempotency-Key came with another body before.")
    return Status(201, message_out(thread.item_of(message, Audience.INTEGRATION)))


_KINDS = {"reply": Message.Kind.REPLY, "note": Message.Kind.NOTE, "customer": Message.Kind.CUSTOMER}


def _say(payload: MessageIn, ticket: Ticket, text: str, key: ApiKey, client_id: str | None) -> Message:
    now, files = timezone.now(), payload.attachments
    if payload.kind == "note":
        return conversation.note(ticket=ticket, text=text, by=key.person, now=now, files=files, client_id=client_id)
    if payload.kind == "customer":
        came = Came(
            channel=API.name,
            person=ticket.person,
            text=text,
            files=files,
            client_id=client_id,
            entered_by=key.person,
        )
        message = inbound.say(came, ticket, now=now).message
        assert message is not None  # words always become a message, here or in a follow-up
        return message
    return conversation.reply(
        ticket=ticket,
        text=text,
        by=key.person,
        now=now,
        channel=payload.channel,
        files=files,
        client_id=client_id,
    )


def _clean(raw: str) -> str:
    try:
        return clean_text(raw)
    except TextTooLong as error:
        raise ApiProblem(422, f"text: {error}", errors=[_error("text", str(error))]) from None


def _checked(payload: TicketIn) -> intake.Taken:
    _, document = playbook.current()
    ids = dict(Camera.objects.in_service().filter(external_id__in=payload.cameras).values_list("external_id", "pk"))
    unknown = [external_id for external_id in payload.cameras if external_id not in ids]
    if unknown:
        raise ApiProblem(
            422,
            f"cameras: there is no camera {unknown[0]!r}.",
            errors=[_error("cameras", f"there is no camera {name!r}") for name in unknown],
        )
    asked = intake.Asked(
        topic=payload.topic,
        text=payload.text,
        name=payload.person.name,
        phone=payload.person.phone,
        email=payload.person.email,
        address=payload.address,
        camera_ids=[ids[name] for name in payload.cameras],
        facts=payload.facts,
        attachments=payload.attachments,
    )
    cameras = Camera.objects.select_related("site", "organisation").filter(pk__in=asked.camera_ids)
    # The caller may know its customer by external_id alone; then we answer in the cabinet.
    demands = intake.Demands(required_facts=False, way_to_answer=not payload.person.external_id)
    try:
        taken = intake.check(asked, document=document, cameras=cameras, demands=demands)
    except intake.Refused as refused:
        errors = [
            _error(_FIELDS.get(e.field, e.field.replace("fact-", "facts.", 1)), e.sentence) for e in refused.errors
        ]
        raise ApiProblem(422, f"{errors[0]['field']}: {errors[0]['message']}", errors=errors) from None
    unknown_facts = sorted(set(payload.facts) - set(document.facts))
    if unknown_facts:
        raise ApiProblem(
            422,
            f"facts.{unknown_facts[0]}: the playbook has no such fact.",
            errors=[_error(f"facts.{name}", "the playbook has no such fact") for name in unknown_facts],
        )
    return taken


def _new(payload: TicketIn, taken: intake.Taken, key: ApiKey, once: Key | None, now: datetime) -> tuple[Came, Matter]:
    person = _person(payload, taken, now)
    came = Came(
        channel=API.name,
        person=person,
        text=taken.text,
        files=taken.attachments,
        proven=bool(payload.person.external_id),
        key=once,
        entered_by=key.person,
    )
    matter = Matter(
        topic=taken.topic.id,
        contact_name=taken.name,
        contact_phone=taken.phone or person.phone,
        contact_email=taken.email or person.email,
        language=person.language,
        address=taken.address,
        cameras=taken.cameras,
        facts=taken.facts,
        camera_facts=taken.camera_facts,
    )
    return came, matter


def _person(payload: TicketIn, taken: intake.Taken, now: datetime) -> Person:
    """The operator's own system vouches for an external_id; a bare address or number proves nothing."""
    said = {"name": taken.name, "phone": taken.phone, "email": taken.email}
    if payload.person.external_id:
        return contacts.by_external_id(external_id=payload.person.external_id, now=now, **said)
    return contacts.unverified(now=now, **said)


def _filtered(
    tickets: TicketQuerySet,
    turn: str | None,
    topic: str | None,
    team: str | None,
    person: str | None,
    active_since: datetime | None,
) -> TicketQuerySet:
    if turn == "open":
        tickets = tickets.open()
    elif turn is not None:
        if turn not in Turn.values:
            raise ApiProblem(422, f"turn: one of {', '.join(Turn.values)} or open.", errors=[_error("turn", "unknown")])
        tickets = tickets.filter(turn=turn)
    if topic is not None:
        known = playbook.current()[1].topic(topic)
        tickets = tickets.filter(topic_id=known.id if known else topic)
    if team is not None:
        tickets = tickets.filter(team__slug=team)
    if person is not None:
        tickets = tickets.filter(person__external_id=person)
    if active_since is not None:
        tickets = tickets.filter(active_at__gte=in_utc(active_since, field="active_since"))
    return tickets


def _found(q: str, tickets: TicketQuerySet, cursor: str | None, limit: int) -> dict[str, Any]:
    before = decode(cursor)[1] if cursor else None
    numbers = lookup.find(q, within=tickets, before=before, limit=limit + 1, notes=True)
    rows = tickets.in_bulk(numbers[:limit])
    items = [rows[number] for number in numbers[:limit] if number in rows]
    more = len(numbers) > limit
    return {
        "items": [ticket_out(ticket) for ticket in items],
        "next": encode(items[-1].active_at, items[-1].pk) if more and items else None,
    }


def _seen(key: ApiKey) -> TicketQuerySet:
    return Ticket.objects.for_key(key).select_related("topic", "person", "assignee__person", "team")


def _loaded(key: ApiKey, number: int) -> Ticket:
    ticket = _seen(key).filter(pk=number).first()
    if ticket is None:
        raise ApiProblem(404, f"There is no ticket {number}.")
    return ticket


def _opened(number: int) -> Ticket:
    """What this key has opened: it hears so whatever team it came to, and every retry hears the same."""
    return Ticket.objects.select_related("topic", "person", "assignee__person", "team").get(pk=number)


def _cannot_attach(error: CannotAttach) -> ApiProblem:
    detail = "attachments: an upload is unknown, not of this key, or was sent before."
    return ApiProblem(422, detail, errors=[_error("attachments", f"cannot attach {error}")])


def _error(field: str, message: str) -> dict[str, str]:
    return {"field": field, "message": message}
