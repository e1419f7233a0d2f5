"""What was said of a call makes the call: who it is, where it stands, and at its end one message or a call-back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from camdesk.channels.models import Call, CallBack, CallEvent
from camdesk.channels.phone import call_backs
from camdesk.channels.phone.call_messages import open_request_of, tell
from camdesk.channels.phone.caller_id import tell_screens, who_calls
from camdesk.channels.phone.exchange_events import DIRECTIONS, KINDS, ExchangeEvent, standing
from camdesk.channels.phone.live_calls import channels_of
from camdesk.lib.failpoints import reached
from camdesk.people.models import Agent

_AT_ONCE = 100
# Between the robot that hung up and the agent it handed over to, every leg has ended and the call has not.
QUIET = timedelta(seconds=20)
STALE = timedelta(minutes=60)
# The agent who talked with somebody unknown is still writing down the new request: so long none opens by itself.
WRITING = timedelta(minutes=10)


def follow(now: datetime) -> int:
    """A duty of the worker: applies what was said, then tells the calls that are over. Returns how many it moved."""
    heard = CallEvent.objects.filter(applied=False).order_by("received_at", "pk")
    ids = list(heard.values_list("pk", "provider", "call_id")[:_AT_ONCE])
    for provider, call_id in dict.fromkeys((provider, call_id) for _pk, provider, call_id in ids):
        _apply(provider, call_id, now=now)
    return len(ids) + _tell_what_is_over(now)


def _apply(provider: str, call_id: str, *, now: datetime) -> None:
    """Computes the call anew from all its events: applying them twice, or in another order, gives the same."""
    rows = list(CallEvent.objects.filter(provider=provider, call_id=call_id).order_by("pk"))
    where = standing([_said(row) for row in rows])
    person, candidates = who_calls(where.customer)
    fields = {
        "direction": where.direction,
        "state": where.state,
        "customer": where.customer,
        "line": where.line,
        "agent": _agent_at(where.extension),
        "rung": _agents_at(where.ringing),
        "talk_seconds": where.talk_seconds,
        "recording": where.recording,
        "moved_at": now,
    }
    first = {"began_at": rows[0].at or rows[0].received_at, "person": person, "candidates": candidates}
    with transaction.atomic():
        before = Call.objects.filter(provider=provider, call_id=call_id).first()
        call, _made = Call.objects.update_or_create(
            provider=provider, call_id=call_id, defaults=fields, create_defaults={**fields, **first}
        )
        if call.person_id is None and person is not None:
            Call.objects.filter(pk=call.pk).update(person=person, candidates=candidates)
        CallEvent.objects.filter(pk__in=[row.pk for row in rows]).update(applied=True)
        # Whose telephone no longer rings hears it too: their page takes the card away.
        tell_screens(call, *(channels_of(before) if before else ()))
    reached("call heard")
    if where.over:
        _tell(call, now=now)


def _tell_what_is_over(now: datetime) -> int:
    ended = (Call.State.ENDED, Call.State.MISSED)
    over = Call.objects.filter(told_at=None, state__in=ended, moved_at__lte=now - QUIET)
    stale = Call.objects.filter(told_at=None, moved_at__lte=now - STALE).exclude(state__in=ended)
    done = 0
    for call in [*over.order_by("pk")[:_AT_ONCE], *stale.order_by("pk")[:_AT_ONCE]]:
        if call.state not in ended:  # its end was lost
            call.state = Call.State.ENDED if call.state in (Call.State.ANSWERED, Call.State.HELD) else Call.State.MISSED
            Call.objects.filter(pk=call.pk).update(state=call.state)
            tell_screens(call)
        done += _tell(call, now=now)
    return done


def _tell(call: Call, *, now: datetime) -> bool:
    """One message, or one call-back, of a call that is over. False when it was told before."""
    if call.direction == "internal" or not call.customer:
        return bool(Call.objects.filter(pk=call.pk, told_at=None).update(told_at=now))
    if call.state == Call.State.MISSED:
        with transaction.atomic():
            if not Call.objects.filter(pk=call.pk, told_at=None).update(told_at=now):
                return False
            call_backs.after_missed(call, now=now)
            reached("call-back put")
        reached("call-back owed")
        return True
    if _still_writing(call, now):
        return False
    if call.state == Call.State.ENDED and call.talk_seconds:
        # Before the call is told: after that nobody would come back to it.
        waiting = CallBack.objects.filter(phone=call.customer, state=CallBack.State.WAITING).first()
        if waiting is not None:  # they have spoken: nobody is to be called any more
            call_backs.settle(call_back=waiting, by=call.agent.person if call.agent else None, now=now)
    reached("call-back settled")
    if not tell(call, now=now):
        return False
    reached("call told")
    tell_screens(call)
    return True


def _still_writing(call: Call, now: datetime) -> bool:
    """Talked with by an agent, and no request to write it into: they open one themselves, or it opens after a while."""
    if call.agent_id is None or call.ticket_id is not None or now - call.moved_at >= WRITING:
        return False
    return open_request_of(call) is None


def _agent_at(extension: str) -> Agent | None:
    return Agent.objects.filter(phone_extension=extension, active=True).first() if extension else None


def _agents_at(extensions: Sequence[str]) -> list[int]:
    if not extensions:
        return []
    rung = Agent.objects.filter(phone_extension__in=extensions, active=True).order_by("pk")
    return list(rung.values_list("pk", flat=True))


def _said(row: CallEvent) -> ExchangeEvent:
    return ExchangeEvent(
        call_id=row.call_id,
        kind=next(kind for kind in KINDS if kind == row.kind),
        leg_id=row.leg_id,
        seq=row.seq,
        at=row.at or row.received_at,
        direction=next(direction for direction in DIRECTIONS if direction == row.direction),
        customer=row.customer,
        line=row.line,
        extension=row.extension,
        reason=row.reason,
        talk_seconds=row.talk_seconds,
        recording=row.recording,
    )
