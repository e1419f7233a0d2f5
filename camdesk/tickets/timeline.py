"""One deed, one transaction, one Event.

Every deed on an existing ticket runs inside `deed(number, now=now)`: it locks the ticket's row, and on the way out
saves it with the clocks that changed, moves the counters and, after the commit, tells the live hub that the ticket
reached a new seq.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from camdesk.lib import bus
from camdesk.lib.prepared import Prepared, insert, save
from camdesk.people.models import Person
from camdesk.tickets import counts, events, queue_changes, state
from camdesk.tickets.models import Event, Ticket
from camdesk.tickets.queue_changes import whereabouts_of

_LOCKED = Prepared(
    lambda number: Ticket.objects.select_related("team").select_for_update(of=("self",)).filter(pk=number), int
)


@contextmanager
def deed(number: int, *, now: datetime, lock: Prepared[Ticket] | None = None) -> Iterator[Ticket]:
    """The locked ticket. Raises Ticket.DoesNotExist. Nested deeds are not allowed: one deed, one transaction.

    `lock`: the statement that locks and reads it by its number, for who needs a row of their own with it."""
    with transaction.atomic():
        ticket = (lock or _LOCKED).first(number)
        if ticket is None:
            raise Ticket.DoesNotExist(f"there is no request {number}")
        before, stood = counts.queues_of(ticket), whereabouts_of(ticket)
        seq = ticket.last_seq
        yield ticket
        if ticket.last_seq != seq:
            ticket.active_at = max(ticket.active_at, now)
        state.write(ticket)
        save(ticket)
        counts.move(before, counts.queues_of(ticket))
        if ticket.last_seq != seq or whereabouts_of(ticket) != stood:
            tell_after_commit(ticket, stood, public=any(event.public for event in ticket.happened))


def record(
    ticket: Ticket,
    name: str,
    /,
    *,
    by: Person | None,
    now: datetime,
    public: bool | None = None,
    **particulars: Any,
) -> Event:
    """Writes the Event under the next seq of the (locked) ticket. Whether the customer sees it is said by its kind in
    tickets/events.py; where that leaves it to the deed, by `public`. Raises events.UnknownEvent, ValueError."""
    event = make(ticket, name, by=by, now=now, public=public, **particulars)
    insert(event)
    return event


def make(
    ticket: Ticket,
    name: str,
    /,
    *,
    by: Person | None,
    now: datetime,
    public: bool | None = None,
    **particulars: Any,
) -> Event:
    """As record, for who writes several in one statement: the Event is still to be inserted."""
    ticket.last_seq += 1
    public = events.publicity(name, public)
    event = Event(ticket=ticket, seq=ticket.last_seq, name=name, by=by, at=now, public=public, particulars=particulars)
    ticket.happened.append(event)
    return event


def first(ticket: Ticket, name: str, /, *, by: Person | None, now: datetime, **particulars: Any) -> Event:
    """The Event of a ticket that was just made with last_seq=1: nobody else knows it yet, so nothing is locked.
    Raises as record."""
    public = events.publicity(name, None)
    event = Event(ticket=ticket, seq=1, name=name, by=by, at=now, public=public, particulars=particulars)
    insert(event)
    return event


def tell_after_commit(ticket: Ticket, before: queue_changes.Whereabouts | None, *, public: bool) -> None:
    """Hints go out only for what is durable. The desk hears which queues changed since the ticket stood `before` (None:
    it is new), also where it is not seen any more; the customer hears only of what they may see."""
    told = list(queue_changes.changes(before, whereabouts_of(ticket)))
    number, seq = ticket.pk, ticket.last_seq
    transaction.on_commit(lambda: queue_changes.publish(number, seq, told))
    if not public:
        return
    channels = [f"ticket:{number}", f"person:{ticket.person_id}"]
    if ticket.organisation_id:
        channels.append(f"organisation:{ticket.organisation_id}")
    transaction.on_commit(lambda: bus.publish(channels, {"ticket": number, "seq": seq}))


def tell_gone_after_commit(ticket: Ticket) -> None:
    """The (locked) ticket is being removed: it leaves the pages of the desk."""
    told = list(queue_changes.changes(whereabouts_of(ticket), None))
    number, seq = ticket.pk, ticket.last_seq + 1
    transaction.on_commit(lambda: queue_changes.publish(number, seq, told))
