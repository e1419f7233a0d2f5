"""Opening a ticket, from whatever channel."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from camdesk.cameras import passports, recorded
from camdesk.cameras.models import Camera, Site
from camdesk.lib.prepared import BoundQuery, Prepared, insert, together
from camdesk.people import limits
from camdesk.people.models import Organisation, Person, Team
from camdesk.playbook import current as playbook
from camdesk.playbook.document import Playbook
from camdesk.tickets import attachments, channels, conversation, counts, receipts, state, timeline
from camdesk.tickets.letter_budget import BY_MAIL
from camdesk.tickets.models import Delivery, Event, Message, Receipt, Ticket, TicketCamera
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.outbox import queue_letter
from camdesk.tickets.receipts import Key
from camdesk.tickets.search import index

_ROWS = {Ticket: 1, Event: 1, Message: 1, Receipt: 1, Delivery: 1}
_TEAM = Prepared(lambda slug: Team.objects.filter(slug=slug), str)


@dataclass(frozen=True)
class NewTicket:
    """What is asked. Facts are clean (playbook.validate_facts); cameras are those the person may see: the channel
    that took them in has checked both."""

    topic: str
    text: str
    channel: str
    person: Person
    contact_name: str
    contact_phone: str = ""
    contact_email: str = ""
    contact_address: str = ""  # as the channel calls them, where that is neither an address nor a number
    language: str = "ru"
    subject: str = ""
    address: str = ""
    organisation: Organisation | None = None
    site: Site | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    cameras: Sequence[Camera] = ()
    camera_facts: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)  # {camera id: {fact: value}}
    attachments: Sequence[str] = ()
    turn: str = Turn.US
    urgent: bool = False
    verified: bool = True
    html: str = ""
    cut: str = ""  # what of a letter is not in `text`
    copied: Sequence[str] = ()  # whom the letter went to beside us
    client_id: str | None = None
    follow_up_of: Ticket | None = None
    confirm: bool = True  # send the letter-like copy
    originator: str = ""  # whom that letter counts against, where it is not who opens it


@dataclass(frozen=True)
class Opened:
    ticket: Ticket
    created: bool  # False: the key was known, this is the first answer
    message: Message | None = None  # what was said with it


def open_ticket(
    new: NewTicket,
    *,
    by: Person | None,
    now: datetime,
    key: Key | None = None,
    along: Callable[[Opened], None] | None = None,
) -> Opened:
    """Opens the ticket, or returns the one this key opened before. `along`: what is to be durable with a new one or
    not at all, written in its transaction, the only one.

    Raises receipts.KeyReused, attachments.CannotAttach; limits.Limited for a customer who opens one after the other.
    When this returns, everything is durable.
    """
    if key is not None and (row := receipts.first_answer(key)):
        return Opened(row.ticket, created=False, message=row.message)
    try:
        with transaction.atomic(), together(_ROWS | {TicketCamera: len(new.cameras)}):
            if by is not None and channels.get(new.channel).signed_in:  # letters and integrations have their own limits
                limits.take("requests", by.pk, now=now)
            opened = _open(new, by=by, now=now, key=key)
            if along is not None:
                along(opened)
            # Last, as in a deed: everybody who opens one steps the same rows, and holds them until the commit.
            counts.move(frozenset(), counts.queues_of(opened.ticket))
            return opened
    except (IntegrityError, limits.Limited):
        # A twin with the same key committed first, or was the last that might; anything else must be heard.
        row = receipts.first_answer(key) if key is not None else None
        if row is None:
            raise
        return Opened(row.ticket, created=False, message=row.message)


def questions(key: Key, topic: str) -> list[BoundQuery]:
    """What `open_ticket` will ask, for lib/prepared.ahead; before the topic is judged."""
    known = playbook.current()[1].topics.get(topic)
    return [receipts.question(key), *([_TEAM.of(known.team)] if known is not None else [])]


def _open(new: NewTicket, *, by: Person | None, now: datetime, key: Key | None) -> Opened:
    version, document = playbook.current()
    topic = document.topics[new.topic]
    ticket = Ticket(
        subject=new.subject or _subject(new, topic.title.get(new.language)),
        topic_id=topic.id,
        playbook_version=version,
        channel=new.channel,
        language=new.language,
        person=new.person,
        organisation=new.organisation,
        contact_name=new.contact_name,
        contact_phone=new.contact_phone,
        contact_email=new.contact_email,
        contact_address=new.contact_address,
        verified=new.verified,
        site=new.site,
        address=new.address,
        facts=dict(new.facts),
        team=_TEAM.first(topic.team),
        urgent=new.urgent or topic.priority == "high",
        opened_at=now,
        active_at=now,
        follow_up_of=new.follow_up_of,
        last_seq=1,
    )
    state.begin(ticket, turn=new.turn, now=now)
    insert(ticket)
    state.write(ticket)
    _attach_cameras(ticket, new, document, by=by, now=now)
    event = timeline.first(ticket, "ticket.opened", by=by, now=now, channel=new.channel, topic=topic.id)
    message = None
    if new.text or new.attachments:
        message = Message(
            ticket=ticket,
            seq=event.seq,
            kind=Message.Kind.CUSTOMER,
            channel=new.channel,
            by=new.person,
            text=new.text,
            html=new.html,
            data=conversation.beside(new.cut, new.copied),
            client_id=new.client_id,
            at=now,
        )
        insert(message)
    if key is not None:  # before a twin could find its files bound
        receipts.remember(key, ticket=ticket, message=message, now=now)
    if message is not None:
        attachments.bind(ids=new.attachments, message=message, by=by)
    index.begin(ticket.pk, [ticket.subject, new.text, new.cut, new.contact_name, new.address, topic.title.ru])
    if new.confirm:
        queue_letter(
            kind=Delivery.Kind.CONFIRMATION,
            to=new.contact_email,
            ticket=ticket,
            message=message,
            language=new.language,
            now=now,
            by=by,
            originator=new.originator or (BY_MAIL if new.channel == BY_MAIL and not new.verified else ""),
            dedupe_key=f"opened:{ticket.pk}",
            key_is_new=True,
        )
    timeline.tell_after_commit(ticket, None, public=True)
    return Opened(ticket, created=True, message=message)


def _attach_cameras(ticket: Ticket, new: NewTicket, document: Playbook, *, by: Person | None, now: datetime) -> None:
    if not new.cameras:
        return
    seen = recorded.look_at(new.cameras, now=now)
    rows = [
        TicketCamera(
            ticket=ticket,
            camera=camera,
            facts=dict(new.camera_facts.get(camera.pk, {})),
            diagnosis=seen[camera.pk].frozen(),
        )
        for camera in new.cameras
    ]
    insert(*rows)
    for camera in new.cameras:
        said = _for_passport(new.camera_facts.get(camera.pk, {}), document)
        if said:
            passports.remember(camera=camera, fields=said, source="customer", by=by, now=now)


def _for_passport(answers: Mapping[str, Any], document: Playbook) -> dict[str, str]:
    """{passport field: value} of the answers that are offered back to the passport: those with just one value."""
    said = {}
    for name, value in answers.items():
        fact = document.facts.get(name)
        one = value[0] if isinstance(value, list) and len(value) == 1 else value
        if fact is not None and fact.passport and isinstance(one, str):
            said[fact.passport] = one
    return said


def _subject(new: NewTicket, title: str) -> str:
    """The topic, and the place where there is one: what an agent reads first in the queue."""
    place = new.cameras[0].name if len(new.cameras) == 1 else new.address
    return (f"{title} · {place}" if place else title)[:200]
