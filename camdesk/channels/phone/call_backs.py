"""Call-backs: asked for, or owed after a missed call; each with its window, reminded of, settled by a call."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from camdesk.channels.models import Call, CallBack
from camdesk.channels.phone.call_back_counts import call_backs_changed, recount_due
from camdesk.lib import bus, leases
from camdesk.lib.failpoints import reached
from camdesk.lib.leases import Patience
from camdesk.people.models import Agent, Person
from camdesk.playbook import current as playbook
from camdesk.playbook.hours import add_working_minutes
from camdesk.tickets.models import Ticket
from camdesk.tickets.queue_changes import desk_of
from camdesk.tickets.timeline import deed, record

_AFTER_MISSED = 15  # working minutes: so soon we call somebody whom nobody answered
_WINDOW = timedelta(hours=2)
_REMIND_BEFORE = timedelta(minutes=5)
_AT_ONCE = 50
_PATIENCE = Patience(tries=5)


class BadWindow(ValueError):
    """The window ends before it begins, or has passed."""


def ask(
    *,
    phone: str,
    wanted_from: datetime,
    wanted_until: datetime,
    by: Person | None,
    now: datetime,
    person: Person | None = None,
    ticket: Ticket | None = None,
    note: str = "",
) -> CallBack:
    """Somebody wants to be called at `phone` (E.164) within this time; `note`: what about, at most 300 characters. A
    number that waits already keeps one call-back, with the new window. Raises BadWindow."""
    if wanted_from > wanted_until or wanted_until <= now:
        raise BadWindow
    said: dict[str, Any] = {"wanted_from": wanted_from, "wanted_until": wanted_until, "missed": False, "asked_by": by}
    said |= {"note": note} if note else {}
    if ticket is None:
        return _put(phone, person, None, now=now, **said)
    with deed(ticket.pk, now=now) as locked:
        at: dict[str, Any] = {"from": wanted_from.isoformat(), "until": wanted_until.isoformat()}
        record(locked, "callback.asked", by=by, now=now, phone=phone, **at)
        return _put(phone, person or locked.person, locked, now=now, **said)


def after_missed(call: Call, *, now: datetime) -> CallBack:
    """Nobody answered: we call back soon, in working hours. In the transaction of the caller."""
    hours = playbook.current()[1].hours
    opens, soon = add_working_minutes(hours, now, 0), add_working_minutes(hours, now, _AFTER_MISSED)
    ticket = Ticket.objects.open().filter(person=call.person).order_by("-active_at").first() if call.person else None
    waiting = CallBack.objects.filter(phone=call.customer, state=CallBack.State.WAITING).first()
    if waiting is not None:
        return waiting  # they wait already; calling again moves nothing further away
    made = _put(
        call.customer,
        call.person,
        ticket,
        wanted_from=opens,
        wanted_until=soon + _WINDOW,
        missed=True,
        now=now,
    )
    if ticket is not None:
        with deed(ticket.pk, now=now) as locked:
            record(locked, "call.missed", by=None, now=now, phone=call.customer)
    return made


def settle(*, call_back: CallBack, by: Person | None, now: datetime, dropped: bool = False) -> bool:
    """The call was made, or nobody needs it any more. False when it was settled before."""
    agent = Agent.objects.filter(person=by).first() if by else None
    state = CallBack.State.DROPPED if dropped else CallBack.State.DONE
    with transaction.atomic():
        waiting = CallBack.objects.filter(pk=call_back.pk, state=CallBack.State.WAITING)
        if not waiting.update(state=state, settled_at=now, settled_by=agent):
            return False
        call_backs_changed()
        if call_back.ticket_id is not None:
            with deed(call_back.ticket_id, now=now) as locked:
                if dropped:
                    own = by is not None and by.pk == call_back.person_id
                    record(locked, "callback.dropped", by=by, now=now, public=own)
                else:
                    record(locked, "callback.done", by=by, now=now)
    return True


def take_back(*, call_back: CallBack, by: Person, now: datetime) -> bool:
    """Settled by mistake: it waits again. False when it waits already, or another one waits for this number."""
    settled = CallBack.objects.filter(pk=call_back.pk).exclude(state=CallBack.State.WAITING)
    try:
        with transaction.atomic():
            if not settled.update(state=CallBack.State.WAITING, settled_at=None, settled_by=None):
                return False
            call_backs_changed()
            if call_back.ticket_id is not None:
                with deed(call_back.ticket_id, now=now) as locked:
                    record(locked, "callback.restored", by=by, now=now)
    except IntegrityError:  # another one waits for this number, perhaps since this moment
        return False
    return True


def remind(now: datetime) -> int:
    """A duty of the worker: tells the desk whom to call now. Returns how many; each is said once."""
    worked = leases.work(
        CallBack.objects.select_related("ticket__assignee", "ticket__team"),
        _remind,
        give_up=_say_by_the_list_alone,
        patience=_PATIENCE,
        now=now,
        order=("wanted_from", "pk"),
        most=_AT_ONCE,
    )
    recount_due()
    return worked.tried


def _remind(one: CallBack, now: datetime) -> None:
    with transaction.atomic():
        if not leases.done(one, reminded_at=now):
            return
        call_backs_changed()
        if one.ticket_id is not None:
            with deed(one.ticket_id, now=now) as locked:
                record(locked, "callback.due", by=None, now=now, phone=one.phone)
        transaction.on_commit(lambda: bus.publish([_whose(one)], {"callback": one.pk}))
    reached("reminded")


def _say_by_the_list_alone(one: CallBack, _why: str, now: datetime) -> None:
    leases.done(one, reminded_at=now)
    call_backs_changed()


def reminder_at(wanted_from: datetime) -> datetime:
    """When the desk is told of a call-back wanted from then on."""
    return wanted_from - _REMIND_BEFORE


def _whose(call_back: CallBack) -> str:
    """Whoever has the request is reminded; without one, or when they have left, everybody at the desk is."""
    agent = call_back.ticket.assignee if call_back.ticket is not None else None
    if agent is not None and agent.active:
        return f"agent:{agent.pk}"
    return desk_of(call_back.ticket.team if call_back.ticket is not None else None)


def _put(
    phone: str,
    person: Person | None,
    ticket: Ticket | None,
    *,
    wanted_from: datetime,
    now: datetime,
    **fields: Any,
) -> CallBack:
    remind_at = reminder_at(wanted_from)
    first = {"person": person, "ticket": ticket, "created_at": now, "next_try_at": remind_at}
    made, new = CallBack.objects.get_or_create(
        phone=phone, state=CallBack.State.WAITING, defaults={**fields, **first, "wanted_from": wanted_from}
    )
    if not new:
        moved = {**fields, "wanted_from": wanted_from, "reminded_at": None}
        leases.anew(CallBack.objects.filter(pk=made.pk), at=remind_at, **moved)
        made.refresh_from_db()
    if ticket is not None and made.ticket_id is None:  # a missed call of a stranger has found its request
        CallBack.objects.filter(pk=made.pk).update(ticket=ticket, person=made.person or person)
    call_backs_changed()
    return made
