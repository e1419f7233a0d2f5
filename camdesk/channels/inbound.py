"""The one door in: a new matter (`open`), or words in a request that is there (`say`), whatever channel brought them.

A channel reads and checks what its traffic says, puts it into `Came`, and asks here. What becomes of it depends on the
request, on whether an outage explains it and on whether the sender is proven; of the channel only one thing counts:
whether it has the bot's buttons, so that the bot can be talked to there.

| the request | proven, where the bot can be talked to | anybody else |
|---|---|---|
| the bot's move | the bot hears it | added, and handed over to a person |
| anybody's move | added; the move is ours; the bot, if it has called them, hears it too | added; the move is ours |
| resolved, by the bot | the bot hears it: it may ask what is left | opened again |
| resolved, by a person | opened again | opened again |
| closed for good | a follow-up is opened | a follow-up is opened |
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from camdesk.bot.engine.effects import OfTheWorld
from camdesk.bot.engine.events import BotEvent, WordsTyped
from camdesk.bot.models import Session
from camdesk.bot.sessions import dialogue_moves, effects, new_session
from camdesk.bot.sessions.context import Sight
from camdesk.cameras.models import Camera, Site
from camdesk.lib.failpoints import reached
from camdesk.lib.prepared import BoundQuery
from camdesk.outages import linking
from camdesk.people import limits
from camdesk.people.memberships import only_organisation
from camdesk.people.models import Organisation, Person
from camdesk.tickets import channels, conversation, opening
from camdesk.tickets.conversation import CustomerWords
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.opening import NewTicket, Opened
from camdesk.tickets.receipts import Key
from camdesk.tickets.timeline import deed


class Became(StrEnum):
    """What became of what came in."""

    OPENED = "opened"
    ADDED = "added"
    REOPENED = "reopened"
    FOLLOW_UP = "follow-up"  # the request is closed for good: this one is linked to it
    REFUSED = "refused"  # a button of the bot's that nobody listens to any more; nothing was kept
    DOUBLED = "doubled"  # it came before: this is the first answer


@dataclass(frozen=True)
class Came:
    """What came in, clean and checked by its channel.

    `person`: whose words they are; `entered_by`: who brought them, where that is somebody else (an agent who wrote them
    down, the machine person of an API key), whose uploads `files` are then. `proven`: the sender is who they say they
    are. `key`: of this way in, unique for ever; `client_id`: unique within a request, at most 64 characters.
    `originator`: whom the letters it makes us write count against, where it is not `by` (tickets/letter_budget.py).
    """

    channel: str
    person: Person
    text: str = ""
    html: str = ""  # sanitised; only of letters
    cut: str = ""  # what of a letter is not in `text`: the letter it answers, a signature
    copied: Sequence[str] = ()  # addresses of those the letter went to beside us
    files: Sequence[str] = ()  # ids of attachments that are kept and not sent yet
    proven: bool = True
    key: Key | None = None
    client_id: str | None = None
    entered_by: Person | None = None
    originator: str = ""

    @property
    def by(self) -> Person:
        return self.entered_by or self.person


@dataclass(frozen=True)
class Matter:
    """What a new request is about. Facts are clean (playbook.validate_facts); cameras are those the sender may name.

    `organisation`: the one the sender looks at, for a matter without cameras. `with_bot`: the bot has the first move.
    `confirm`: send the copy by letter.
    """

    topic: str
    contact_name: str
    contact_phone: str = ""
    contact_email: str = ""
    contact_address: str = ""  # as the channel calls them, where that is neither an address nor a number
    language: str = "ru"
    subject: str = ""
    address: str = ""
    cameras: Sequence[Camera] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    camera_facts: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)  # {camera id: {fact: value}}
    site: Site | None = None  # without cameras: the place that was named
    organisation: Organisation | None = None
    urgent: bool = False
    with_bot: bool = False
    confirm: bool = True
    follow_up_of: Ticket | None = None


@dataclass(frozen=True)
class InboundResult:
    """`ticket`: the one opened or spoken in (for a follow-up the new one); `message`: what the words became."""

    became: Became
    ticket: Ticket
    message: Message | None = None


def open(came: Came, matter: Matter, *, now: datetime, along: Callable[[], None] | None = None) -> InboundResult:
    """A new matter becomes a request, once a key; an open outage that explains it is linked to it at once. `along`:
    what else is kept with a new request, or neither.

    Raises receipts.KeyReused, attachments.CannotAttach, limits.Limited. When this returns, everything is durable.
    """
    new = _new_ticket(came, matter)

    def with_it(opened: Opened) -> None:
        if matter.with_bot:
            new_session.begin(opened.ticket, now=now)
        cameras = [camera.pk for camera in new.cameras]
        linking.link_new(ticket=opened.ticket, cameras=cameras, by=came.by, now=now)
        if along is not None:
            along()

    opened = opening.open_ticket(new, by=came.by, now=now, key=came.key, along=with_it)
    return InboundResult(Became.OPENED if opened.created else Became.DOUBLED, opened.ticket, opened.message)


def questions(key: Key, *, topic: str, cameras: Sequence[int], now: datetime) -> list[BoundQuery]:
    """What `open` will ask of what came, for lib/prepared.ahead; before any of it is judged."""
    return [*opening.questions(key, topic), *linking.questions(topic=topic, cameras=cameras, now=now)]


def say(
    came: Came, ticket: Ticket, *, now: datetime, press: BotEvent | None = None, sight: Sight | None = None
) -> InboundResult:
    """Words, or a `press` of the bot's buttons (with `text` as its words), in a request.

    Who hears it is decided under the ticket's lock. The same client id changes nothing. `sight`: what the reading of a
    press has seen already. Raises conversation.NothingSaid, attachments.CannotAttach, and limits.Limited for what is
    typed in the cabinet.
    """
    if press is None and not came.text.strip() and not came.files:
        raise conversation.NothingSaid
    asked_for: list[OfTheWorld] = []
    message, sight = None, sight or Sight()
    with deed(ticket.pk, now=now, lock=dialogue_moves.lock_of(ticket)) as locked:
        locked.person = ticket.person  # whoever asks has read them already
        if (first := conversation.said_before(locked, came.client_id)) is not None:
            return InboundResult(Became.DOUBLED, locked, first)
        if channels.get(came.channel).signed_in:
            limits.take("messages", came.person.pk, now=now)
        was_open, session = locked.is_open, dialogue_moves.session_of(locked)
        listener = _listener(locked, session, came, press)
        if listener == "beside":
            conversation.listen_locked(locked, by=came.person, now=now)
        if listener in ("bot", "beside") and session is not None:
            event = press or _as_event(came)
            message, asked_for = dialogue_moves.hear_locked(locked, session, event, _words(came), now=now, sight=sight)
        elif listener == "us":
            message = _receive(locked, session, came, now=now)
    if listener == "follow-up":
        return _follow_up(came, ticket, now=now)
    if listener == "nobody":
        return InboundResult(Became.REFUSED, locked)
    reached("moved")
    if asked_for:
        effects.carry_out(ticket, asked_for, now=now, sight=sight)
        locked.refresh_from_db()
        locked.person = ticket.person
    return InboundResult(Became.REOPENED if not was_open and locked.is_open else Became.ADDED, locked, message)


def _listener(
    ticket: Ticket, session: Session | None, came: Came, press: BotEvent | None
) -> Literal["bot", "beside", "us", "follow-up", "nobody"]:
    """Who hears it. On the locked ticket."""
    words = not isinstance(press, dialogue_moves.ONLY_FOR_THE_BOT)
    if ticket.is_closed:
        return "follow-up" if words else "nobody"
    if came.proven and channels.get(came.channel).buttons and dialogue_moves.listens(ticket, session):
        return "bot"
    if _beside(ticket, session, came, press):
        return "beside"
    return "us" if words else "nobody"


def _beside(ticket: Ticket, session: Session | None, came: Came, press: BotEvent | None) -> bool:
    """Whether people have it and the bot hears it too: all words, and its own buttons until an agent answers."""
    if not came.proven or not channels.get(came.channel).buttons or not dialogue_moves.hears_beside(ticket, session):
        return False
    return press is None or not dialogue_moves.somebody_answers(ticket)


def _receive(ticket: Ticket, session: Session | None, came: Came, *, now: datetime) -> Message:
    """On the locked ticket: words for people. The bot, if it has the move, hands over with all it knows."""
    was_open = ticket.is_open
    if ticket.turn == Turn.BOT and session is not None:
        message = conversation.add_locked(ticket, _words(came), now=now)
        dialogue_moves.fetch_a_person(ticket, session, after=message, now=now)
        return message
    message = conversation.receive_locked(ticket, _words(came), now=now)
    if not was_open:  # it is not settled after all, and an outage that began meanwhile may explain why
        linking.link_explained_locked(ticket, now=now)
    return message


def _as_event(came: Came) -> WordsTyped:
    return WordsTyped(id=came.client_id or secrets.token_hex(12), text=came.text, files=tuple(came.files))


def _words(came: Came) -> CustomerWords:
    return CustomerWords(
        text=came.text,
        html=came.html,
        cut=came.cut,
        copied=came.copied,
        files=came.files,
        client_id=came.client_id,
        by=came.person,
        channel=came.channel,
        uploaded_by=came.by,
    )


def _follow_up(came: Came, ticket: Ticket, *, now: datetime) -> InboundResult:
    """A request about the same matter: same topic, place, cameras and answers; the words are new."""
    key = came.key
    if key is None and came.client_id:
        key = Key(f"follow-up:{ticket.pk}", came.client_id, came.client_id)
    rows = list(ticket.ticket_cameras.select_related("camera__site", "camera__organisation").order_by("pk"))
    matter = Matter(
        topic=ticket.topic_id,
        contact_name=ticket.contact_name,
        contact_phone=ticket.contact_phone,
        contact_email=ticket.contact_email,
        contact_address=ticket.contact_address if came.channel == ticket.channel else "",
        language=ticket.language,
        subject=ticket.subject,
        address=ticket.address,
        cameras=[row.camera for row in rows],
        camera_facts={row.camera_id: row.facts for row in rows},
        facts=ticket.facts,
        site=ticket.site,
        organisation=ticket.organisation,
        follow_up_of=ticket,
    )
    # It answers to the request's own contact, whoever wrote: proven is what that request's sender was.
    outcome = open(
        replace(came, key=key, person=ticket.person, entered_by=came.by, proven=ticket.verified), matter, now=now
    )
    return replace(outcome, became=Became.FOLLOW_UP) if outcome.became == Became.OPENED else outcome


def _new_ticket(came: Came, matter: Matter) -> NewTicket:
    return NewTicket(
        topic=matter.topic,
        text=came.text,
        html=came.html,
        cut=came.cut,
        copied=came.copied,
        channel=came.channel,
        person=came.person,
        contact_name=matter.contact_name,
        contact_phone=matter.contact_phone,
        contact_email=matter.contact_email,
        contact_address=matter.contact_address,
        language=matter.language,
        subject=matter.subject,
        address=matter.address or (matter.cameras[0].site.address if matter.cameras else ""),
        site=matter.cameras[0].site if matter.cameras else matter.site,
        organisation=_organisation(came, matter),
        cameras=matter.cameras,
        facts=matter.facts,
        camera_facts=matter.camera_facts,
        attachments=came.files,
        client_id=came.client_id,
        turn=Turn.BOT if matter.with_bot else Turn.US,
        urgent=matter.urgent,
        verified=came.proven,
        follow_up_of=matter.follow_up_of,
        confirm=matter.confirm and not matter.with_bot,
        originator=came.originator,
    )


def _organisation(came: Came, matter: Matter) -> Organisation | None:
    """Whose request it is beside the person's. Cameras tell; of two organisations' cameras it is the person's alone,
    for neither may see the other's. Without cameras a proven member of one writes for it."""
    if matter.cameras:
        owners = {camera.organisation_id: camera.organisation for camera in matter.cameras}
        return next(iter(owners.values())) if len(owners) == 1 else None
    if matter.organisation is not None or not came.proven:
        return matter.organisation
    return only_organisation(came.person)
