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
from camdesk.people.models import Person, Team
from camdesk.tickets import counts, events, state
from camdesk.tickets.models import Event, Ticket


@contextmanager
def deed(number: int, *, now: datetime) -> Iterator[Ticket]:
    """The locked ticket. Raises Ticket.DoesNotExist. Nested deeds are not allowed: one deed, one transaction."""
    with transaction.atomic():
        ticket = Ticket.objects.select_related("team").select_for_update(of=("self",)).get(pk=number)
        before, heard = counts.queues_of(ticket), desk_of(ticket.team)
        seq = ticket.last_seq
        yield ticket
        if ticket.last_seq != seq:
            ticket.active_at = max(ticket.active_at, now)
        state.write(ticket)
        ticket.save()
        counts.move(before, counts.queues_of(ticket))
        if ticket.last_seq != seq:
            tell_after_commit(ticket, heard, public=getattr(ticket, "public_change", False))


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
    public = events.publicity(name, public)
    ticket.last_seq += 1
    if public:
        ticket.public_change = True
    return Event.objects.create(
        ticket=ticket, seq=ticket.last_seq, name=name, by=by, at=now, public=public, particulars=particulars
    )


def first(ticket: Ticket, name: str, /, *, by: Person | None, now: datetime, **particulars: Any) -> Event:
    """The Event of a ticket that was just made with last_seq=1: nobody else knows it yet, so nothing is locked.
    Raises as record."""
    public = events.publicity(name, None)
    return Event.objects.create(ticket=ticket, seq=1, name=name, by=by, at=now, public=public, particulars=particulars)


def desk_of(team: Team | None) -> str:
    """Where on the bus those of the desk listen who see the requests of this team: "desk", or of a closed team its
    own channel."""
    return f"desk:team:{team.pk}" if team is not None and team.closed else "desk"


def tell_after_commit(ticket: Ticket, *also: str, public: bool) -> None:
    """Hints go out only for what is durable. A change the customer may not see gives them no hint either. `also`:
    where it was heard until now, so that a request leaves the pages of those who do not see it any more."""
    channels = list(dict.fromkeys([desk_of(ticket.team), *also]))
    if public:
        channels += [f"ticket:{ticket.pk}", f"person:{ticket.person_id}"]
        if ticket.organisation_id:
            channels.append(f"organisation:{ticket.organisation_id}")
    hint = {"ticket": ticket.pk, "seq": ticket.last_seq}
    transaction.on_commit(lambda: bus.publish(channels, hint))
