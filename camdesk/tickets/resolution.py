"""Settling a ticket, for a while and for good."""

from datetime import datetime
from typing import Any

from camdesk.people.models import Person
from camdesk.playbook import current as playbook
from camdesk.tickets import state
from camdesk.tickets.models import Delivery, Event, Ticket
from camdesk.tickets.outbox import UNDO_FOR, queue_letter, withdraw
from camdesk.tickets.reopening import window
from camdesk.tickets.timeline import deed, record
from camdesk.tickets.transitions import Move


class TooLateToUndo(Exception):
    """Not resolved, or longer ago than UNDO_FOR: reopen it instead."""


def resolve(*, ticket: Ticket, by: Person | None, now: datetime, tell: bool = True, seen: str = "") -> None:
    """The ticket is settled; it reopens when the customer writes within the window. Settled twice changes nothing.
    `seen`: on the customer's word, what a look at its cameras says (bot/sessions/customers_word.py)."""
    with deed(ticket.pk, now=now) as locked:
        if not locked.is_open:
            return
        resolve_locked(locked, by=by, now=now, seen=seen)
        if tell:
            queue_letter(
                kind=Delivery.Kind.RESOLVED,
                to=locked.contact_email,
                ticket=locked,
                language=locked.language,
                now=now,
                not_before=now + UNDO_FOR,
                by=by,
                dedupe_key=f"resolved:{locked.pk}:{locked.last_seq}",
                key_is_new=True,
            )


def resolve_locked(ticket: Ticket, *, by: Person | None, now: datetime, seen: str = "") -> None:
    """On the locked open ticket, as part of a deed. The event remembers what taking it back restores."""
    before = state.remembered(ticket)
    step = state.move(ticket, Move.RESOLVED, now=now)
    looked: dict[str, Any] = {"seen": seen} if seen else {}
    record(ticket, "ticket.resolved", by=by, now=now, before={**before, "clocks": list(step.met)}, **looked)


def take_back(*, ticket: Ticket, by: Person, now: datetime) -> None:
    """Undoes a resolution of a moment ago: turn and promise are as before, no letter leaves. Raises TooLateToUndo."""
    with deed(ticket.pk, now=now) as locked:
        if locked.resolved_at is None or locked.is_closed or now - locked.resolved_at > UNDO_FOR:
            raise TooLateToUndo
        event = Event.objects.filter(ticket=locked, name="ticket.resolved").order_by("-seq").first()
        before = event.particulars.get("before", {}) if event else {}
        if "clocks" not in before:
            raise TooLateToUndo
        state.restore(locked, before)
        withdraw(ticket=locked, kind=Delivery.Kind.RESOLVED)
        record(locked, "resolution.taken_back", by=by, now=now)


def close_settled(now: datetime, *, limit: int = 200) -> int:
    """A duty of the worker: what was resolved longer ago than the window is closed for good. Returns how many."""
    try:
        before = now - window()
    except playbook.NothingPublished:
        return 0  # nor is there a ticket
    # What is not settled has no such time (tickets/state.py). Asked for its turn too, SQLite reads all that is settled.
    settled = Ticket.objects.filter(closed_at=None, resolved_at__lt=before)
    closed = 0
    for number in list(settled.values_list("pk", flat=True)[:limit]):
        with deed(number, now=now) as locked:
            # It may have been opened again, and settled again, at this very moment.
            still = not locked.is_open and locked.resolved_at is not None and locked.resolved_at < before
            if still and state.move(locked, Move.CLOSED, now=now).changed:
                record(locked, "ticket.closed", by=None, now=now)
                closed += 1
    return closed
