"""One person is erased: who they are, what they said and sent, wherever it lies. Requests, their numbers, events and
counts stay, so that reports hold, and nobody else's data are touched. What goes is said by the table alone
(classification.py).

The database changes in one transaction, which also writes which files are to go. They are removed after it, and whoever
dies in between is followed by the worker: `finish` may be done any number of times.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from inspect import isfunction

from django.contrib.sessions.models import Session as BrowserSession
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from camdesk.cameras.models import Camera
from camdesk.channels.models import CallBack, RawLetter, RawUpdate
from camdesk.lib import files
from camdesk.lib.failpoints import reached
from camdesk.lib.storage_errors import not_now
from camdesk.people import audit, identities
from camdesk.people.models import Agent, Identity, Person, User
from camdesk.people.stream_revocation import end_streams
from camdesk.privacy import holds
from camdesk.privacy.classification import SUBJECT, TABLE, WORDS, Classified, Theirs
from camdesk.privacy.models import Erasure
from camdesk.tickets import state
from camdesk.tickets.events import KINDS
from camdesk.tickets.models import Attachment, Delivery, Event, Message, OutgoingLetter, Ticket, UploadPiece
from camdesk.tickets.search import index
from camdesk.tickets.timeline import deed, record
from camdesk.tickets.transitions import Move

log = logging.getLogger("camdesk.privacy")

GONE = "[удалено]"
"""Stands where an event named an address, a number or a name."""

_AT_ONCE = 500  # rows, of what is read through


class CannotErase(Exception):
    """Says in one sentence why nothing is erased."""


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What would go. counts: {label of the table's row: rows}. refusals: why it cannot be, in words; the rest is told
    all the same. others: persons who say one of the same contacts, who stay. open_requests: numbers that are closed by
    it. files: how many of the store."""

    counts: dict[str, int]
    files: int
    open_requests: tuple[int, ...]
    others: tuple[int, ...]
    refusals: tuple[str, ...]


def plan(person: Person) -> ErasurePlan:
    """Changes nothing."""
    theirs = Theirs.of(person)
    labels = {kept.name: str(kept.label) for kept in _touched()}
    values = Q()
    for kind, some in theirs.values.items():
        values |= Q(kind=kind, value__in=some)
    others = Identity.objects.filter(values).exclude(person=person) if values else Identity.objects.none()
    return ErasurePlan(
        counts={labels[name]: rows for name, rows in _counted(theirs).items()},
        files=len(_keys(theirs)),
        open_requests=tuple(_open(theirs)),
        others=tuple(sorted(set(others.values_list("person_id", flat=True)))),
        refusals=tuple(_refusals(theirs)),
    )


def erase(*, person: Person, basis: str, reason: str, by: Person | None, now: datetime, again: bool = False) -> Erasure:
    """Everything in the database at once, then the files. Whoever was erased before is erased anew: what has come since
    goes too. `again`: over a backup that was put back, where a hold was lifted before. A store that is away is followed
    by the worker. Raises CannotErase."""
    with transaction.atomic():
        # Whoever writes a row that names the person meanwhile waits, and is found by none of their contacts afterwards.
        person = Person.objects.select_for_update().get(pk=person.pk)
        theirs = Theirs.of(person)
        if not again and (refusals := _refusals(theirs)):
            raise CannotErase(" ".join(refusals))
        erasure = _begin(person, basis=basis, reason=reason, by=by, now=now, again=again)
        erasure.files = sorted({*erasure.files, *_keys(theirs)})
        erasure.login = User.objects.filter(person=person).values_list("pk", flat=True).first() or erasure.login
        touched = _conversations(theirs)
        erasure.counts = _added_up(erasure.counts, _counted(theirs))
        _close(theirs, by=by, now=now)
        _cancel(theirs, now=now)
        _forget_updates(theirs)
        for kept in _touched():
            _apply(kept, theirs)
        reached("erased in part")
        _clean_events(theirs)
        for number in touched:
            _index_anew(number)
        Camera.objects.filter(pk__in=theirs.cameras, retired_at=None).update(retired_at=now)
        Person.objects.filter(pk=person.pk).update(erased_at=now)
        erasure.save()
        audit.done(by=by.pk if by else None, whose=person.pk, what="person erased", about=f"act {erasure.pk}", now=now)
        end_streams(f"person:{person.pk}")
    reached("erased in the database")
    try:
        finish(erasure, now=now)
    except Exception as error:
        if not_now(error) is None:
            raise
        log.warning("the files of person %s are still to be removed: %s", person.pk, error)
    return erasure


def finish(erasure: Erasure, *, now: datetime) -> None:
    """Removes from the store what the erasure named, and ends the sessions of the login. Done twice it is done once."""
    left = list(erasure.files)
    for key in left:
        _remove(key)
        reached("erased a file")
    if erasure.login is not None:
        _end_sessions(erasure.login)
    erasure.removed_files += len(left)
    erasure.files, erasure.login, erasure.finished_at = [], None, now
    erasure.save(update_fields=["removed_files", "files", "login", "finished_at"])


def finish_due(now: datetime) -> int:
    """A duty of the worker: what a process left that died, or a store that was away. Returns how many it finished."""
    unfinished = list(Erasure.objects.filter(finished_at=None).order_by("pk")[:10])
    for erasure in unfinished:
        finish(erasure, now=now)
    return len(unfinished)


# --- what stands in the way


def _refusals(theirs: Theirs) -> list[str]:
    return list(_reasons(theirs))


def _reasons(theirs: Theirs) -> Iterator[str]:
    person = theirs.person
    if person.kind == Person.Kind.MACHINE:
        yield _("Это интеграция, а не человек: отзовите её ключ.")
    if Agent.objects.filter(person=person, active=True).exists():
        yield _("Это действующий сотрудник: сначала отключите его, тогда его обращения вернутся в очередь.")
    if Ticket.objects.open().filter(assignee__person=person).exists():
        yield _("На этом человеке как на сотруднике открытые обращения: сначала передайте их.")
    for hold in holds.on_person(person, theirs.tickets):
        yield _("Удаление запрещено, пока не снят запрет от %(on)s: %(reason)s.") % {
            "on": f"{hold.at:%d.%m.%Y}",
            "reason": hold.reason,
        }


# --- within the transaction


def _begin(person: Person, *, basis: str, reason: str, by: Person | None, now: datetime, again: bool) -> Erasure:
    found = Erasure.objects.select_for_update().filter(person=person).first()
    if found is None:
        external = person.external_id or ""
        return Erasure(person=person, external_id=external, basis=basis, reason=reason, by=by, at=now)
    found.again_at, found.finished_at = now, None
    return found


def _touched() -> list[Classified]:
    return [kept for kept in TABLE if kept.theirs is not None]


def _counted(theirs: Theirs) -> dict[str, int]:
    """{model: rows that erasure touches}."""
    return {kept.name: rows for kept in _touched() if (rows := kept.rows(theirs).count())}


def _added_up(before: dict[str, int], now: dict[str, int]) -> dict[str, int]:
    """Rows that went before are none of those of now; rows that were overwritten are among them."""
    went = {kept.name for kept in _touched() if kept.goes}
    return {name: now.get(name, 0) + (before.get(name, 0) if name in went else 0) for name in sorted({*before, *now})}


def _apply(kept: Classified, theirs: Theirs) -> None:
    rows = kept.rows(theirs).order_by()
    if kept.goes:
        rows.delete()
    else:
        values = {name: value(theirs) if isfunction(value) else value for name, value in kept.personal.items()}
        rows.update(**values)


def _open(theirs: Theirs) -> list[int]:
    return list(
        Ticket.objects.filter(pk__in=theirs.tickets, closed_at=None).order_by("pk").values_list("pk", flat=True)
    )


def _close(theirs: Theirs, *, by: Person | None, now: datetime) -> None:
    """Nobody is there to be answered: each is settled for good, and says why."""
    for number in theirs.tickets:
        with deed(number, now=now) as ticket:
            if ticket.is_open:
                state.move(ticket, Move.RESOLVED, now=now)
            if not ticket.is_closed:
                state.move(ticket, Move.CLOSED, now=now)
                record(ticket, "ticket.closed", by=by, now=now)
            record(ticket, "person.erased", by=by, now=now)


def _cancel(theirs: Theirs, *, now: datetime) -> None:
    """What waited to leave leaves no more; nobody is called back."""
    kept = next(kept for kept in TABLE if kept.model is Delivery)
    waiting = kept.rows(theirs).filter(state__in=(Delivery.State.WAITING, Delivery.State.HELD))
    pending = list(waiting.values_list("pk", flat=True))
    OutgoingLetter.objects.filter(merged_into__in=pending).update(merged_into=None)
    Delivery.objects.filter(pk__in=pending).delete()
    calls = next(kept for kept in TABLE if kept.model is CallBack)
    calls.rows(theirs).filter(state=CallBack.State.WAITING).update(state=CallBack.State.DROPPED, settled_at=now)


def _forget_updates(theirs: Theirs) -> None:
    """What a messenger said of an account of theirs, by what is in it: there is a month of it."""
    accounts = {kind: values for kind, values in theirs.values.items() if kind not in identities.KINDS}
    gone: list[int] = []
    for channel, values in accounts.items():
        rows = RawUpdate.objects.filter(channel=channel).values_list("pk", "body")
        marks = [value.encode() for value in values]
        gone += [pk for pk, body in rows.iterator(_AT_ONCE) if any(mark in bytes(body) for mark in marks)]
    RawUpdate.objects.filter(pk__in=gone).delete()


def _clean_events(theirs: Theirs) -> None:
    """Particulars that tell of a person; that it happened, when and in which order stays."""
    named = [name for name, kind in KINDS.items() if kind.personal]
    rows = Event.objects.filter(Q(ticket_id__in=theirs.tickets) | Q(by=theirs.person), name__in=named)
    changed = []
    for event in rows.order_by("pk").iterator(_AT_ONCE):
        there = [name for name in KINDS[event.name].personal if event.particulars.get(name)]
        if any(event.particulars[name] != GONE for name in there):
            event.particulars = {**event.particulars, **dict.fromkeys(there, GONE)}
            changed.append(event)
    Event.objects.bulk_update(changed, ["particulars"], batch_size=_AT_ONCE)


def _conversations(theirs: Theirs) -> list[int]:
    """The requests whose words change."""
    said = Message.objects.filter(by=theirs.person, kind=Message.Kind.CUSTOMER).order_by()
    return sorted({*theirs.tickets, *said.values_list("ticket_id", flat=True)})


def _index_anew(number: int) -> None:
    """What is left of a request can be found; what went cannot, not by guessing either."""
    ticket = Ticket.objects.select_related("topic").get(pk=number)
    words = Message.objects.filter(ticket=ticket).exclude(text__in=("", WORDS)).order_by("seq")
    open_words = [text for kind, text in words.values_list("kind", "text") if kind not in Message.AMONG_AGENTS]
    subject = () if ticket.subject == SUBJECT else (ticket.subject, ticket.contact_name, ticket.address)
    index.remove(number)
    index.begin(number, [*subject, ticket.topic.title_ru, *open_words])
    index.add(number, words.filter(kind__in=Message.AMONG_AGENTS).values_list("text", flat=True), among_agents=True)


# --- the store


def _keys(theirs: Theirs) -> list[str]:
    """Of every file of theirs: as it was sent, its previews, its pieces, letters as they came, stills of cameras."""
    rows = {kept.model: kept.rows(theirs) for kept in _touched()}
    sent = rows[Attachment]
    pieces = UploadPiece.objects.filter(file__in=sent.order_by().values("pk"))
    columns = [
        *sent.values_list("storage_key", flat=True),
        *sent.values_list("preview_key", flat=True),
        *pieces.values_list("storage_key", flat=True),
        *rows[RawLetter].values_list("storage_key", flat=True),
        *rows[Camera].values_list("picture", flat=True),
    ]
    return sorted({key for column in columns for key in column.split()})


def _remove(key: str) -> None:
    try:
        files.store().delete(key)
    except files.NotHere:
        return  # no name of a file of ours: there is none


def _end_sessions(login: int) -> None:
    """Each is read through: whose it is stands within it."""
    gone = [
        row.session_key
        for row in BrowserSession.objects.iterator(_AT_ONCE)
        if row.get_decoded().get("_auth_user_id") == str(login)
    ]
    BrowserSession.objects.filter(session_key__in=gone).delete()
