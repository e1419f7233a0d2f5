"""Call-backs: asked for, or owed after a missed call; each with its window, reminded of, settled by a call."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from camdesk.channels.models import Call, CallBack
from camdesk.channels.phone.call_back_counts import call_backs_changed, recount_due
from camdesk.lib import bus
from camdesk.lib.failpoints import reached
from camdesk.people.models import Agent, Person
from camdesk.playbook import current as playbook
from camdesk.playbook.hours import add_working_minutes
from camdesk.tickets.models import Ticket
from camdesk.tickets.timeline import deed, desk_of, record

_AFTER_MISSED = 15  # working minutes: so soon we call somebody whom nobody answered
_WINDOW = timedelta(hours=2)
_REMIND_BEFORE = timedelta(minutes=5)
_AT_ONCE = 50


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
    fields = {"wanted_from": wanted_from, "wanted_until": wanted_until, "reminded_at": None, "missed": False}
    fields |= {"asked_by": by} | ({"note": note} if note else {})
    if ticket is None:
        return _put(phone, person, None, fields, now)
    with deed(ticket.pk, now=now) as locked:
        record(
            locked,
            "callback.asked",
            by=by,
            now=now,
            phone=phone,
            **{"from": wanted_from.isoformat(), "until": wanted_until.isoformat()},
        )
        return _put(phone, person or locked.person, locked, fields, now)


def after_missed(call: Call, *, now: datetime) -> CallBack:
    """Nobody answered: we call back soon, in working hours. In the transaction of the caller."""
    hours = playbook.current()[1].hours
    opens, soon = add_working_minutes(hours, now, 0), add_working_minutes(hours, now, _AFTER_MISSED)
    ticket = Ticket.objects.open().filter(person=call.person).order_by("-active_at").first() if call.person else None
    waiting = CallBack.objects.filter(phone=call.customer, state=CallBack.State.WAITING).first()
    if waiting is not None:
        return waiting  # they wait already; calling again moves nothing further away
    fields = {"wanted_from": opens, "wanted_until": soon + _WINDOW, "missed": True}
    made = _put(call.customer, call.person, ticket, fields, now)
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
    with transaction.atomic():
        if not _waits_again(call_back):
            return False
        call_backs_changed()
        if call_back.ticket_id is not None:
            with deed(call_back.ticket_id, now=now) as locked:
                record(locked, "callback.restored", by=by, now=now)
    return True


def _waits_again(call_back: CallBack) -> bool:
    settled = CallBack.objects.filter(pk=call_back.pk).exclude(state=CallBack.State.WAITING)
    try:
        with transaction.atomic():
            return bool(settled.update(state=CallBack.State.WAITING, settled_at=None, settled_by=None))
    except IntegrityError:  # another one waits for this number, perhaps since this moment
        return False


def remind(now: datetime) -> int:
    """A duty of the worker: tells the desk whom to call now. Returns how many; each is said once."""
    due = CallBack.objects.filter(
        state=CallBack.State.WAITING, reminded_at=None, wanted_from__lte=now + _REMIND_BEFORE
    ).select_related("ticket__assignee", "ticket__team")
    due = due.order_by("wanted_from")
    reminded = 0
    for one in due[:_AT_ONCE]:
        with transaction.atomic():
            if not CallBack.objects.filter(pk=one.pk, reminded_at=None).update(reminded_at=now):
                continue
            call_backs_changed()
            if one.ticket_id is not None:
                with deed(one.ticket_id, now=now) as locked:
                    record(locked, "callback.due", by=None, now=now, phone=one.phone)
            hint, channels = {"callback": one.pk}, [_whose(one)]
            transaction.on_commit(lambda hint=hint, channels=channels: bus.publish(channels, hint))
        reached("reminded")
        reminded += 1
    recount_due()
    return reminded


def _whose(call_back: CallBack) -> str:
    """Whoever has the request is reminded; without one, or when they have left, everybody at the desk is."""
    agent = call_back.ticket.assignee if call_back.ticket is not None else None
    if agent is not None and agent.active:
        return f"agent:{agent.pk}"
    return desk_of(call_back.ticket.team if call_back.ticket is not None else None)


def _put(
    phone: str, person: Person | None, ticket: Ticket | None, fields: dict[str, object], now: datetime
) -> CallBack:
    made, _new = CallBack.objects.update_or_create(
        phone=phone,
        state=CallBack.State.WAITING,
        defaults=fields,
        create_defaults={**fields, "person": person, "ticket": ticket, "created_at": now},
    )
    if ticket is not None and made.ticket_id is None:  # a missed call of a stranger has found its request
        CallBack.objects.filter(pk=made.pk).update(ticket=ticket, person=made.person or person)
    call_backs_changed()
    return made
