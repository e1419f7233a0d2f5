"""What was said of a call makes the call: who it is, where it stands, and at its end one message or a call-back."""

from datetime import datetime, timedelta

from django.db import transaction

from camdesk.channels.models import Call, CallBack, CallEvent
from camdesk.channels.phone import calling_back
from camdesk.channels.phone.said import Said, standing
from camdesk.channels.phone.telling import tell
from camdesk.lib import bus
from camdesk.people import contacts
from camdesk.people.models import Agent, ContactPoint, Person

_AT_ONCE = 100
# Between the robot that hung up and the agent it handed over to, every leg has ended and the call has not.
QUIET = timedelta(seconds=20)
STALE = timedelta(minutes=60)
_MANY = 10


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
        "talk_seconds": where.talk_seconds,
        "recording": where.recording,
        "moved_at": now,
    }
    first = {"began_at": rows[0].at or rows[0].received_at, "person": person, "candidates": candidates}
    with transaction.atomic():
        call, _made = Call.objects.update_or_create(
            provider=provider, call_id=call_id, defaults=fields, create_defaults={**fields, **first}
        )
        if call.person_id is None and person is not None:
            Call.objects.filter(pk=call.pk).update(person=person, candidates=candidates)
        CallEvent.objects.filter(pk__in=[row.pk for row in rows]).update(applied=True)
        hint = {"call": call.pk, "state": call.state}
        channels = [f"agent:{call.agent_id}"] if call.agent_id else ["desk"]
        transaction.on_commit(lambda: bus.publish(channels, hint))
    if where.over:
        _tell(call, now=now)


def who_calls(phone: str) -> tuple[Person | None, list[int]]:
    """(the person who has proven this number, ids of those who merely said it)."""
    if not phone:
        return None, []
    person = contacts.verified(kind=ContactPoint.Kind.PHONE, value=phone)
    if person is not None:
        return person, []
    said = Person.objects.filter(phone=phone, agent__isnull=True).order_by("-pk")
    return None, list(said.values_list("pk", flat=True)[:_MANY])


def _tell_what_is_over(now: datetime) -> int:
    ended = (Call.State.ENDED, Call.State.MISSED)
    over = Call.objects.filter(told_at=None, state__in=ended, moved_at__lte=now - QUIET)
    stale = Call.objects.filter(told_at=None, moved_at__lte=now - STALE).exclude(state__in=ended)
    done = 0
    for call in [*over.order_by("pk")[:_AT_ONCE], *stale.order_by("pk")[:_AT_ONCE]]:
        if call.state not in ended:  # its end was lost
            call.state = Call.State.ENDED if call.state in (Call.State.ANSWERED, Call.State.HELD) else Call.State.MISSED
            Call.objects.filter(pk=call.pk).update(state=call.state)
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
            calling_back.after_missed(call, now=now)
            return True
    if not tell(call, now=now):
        return False
    if call.state == Call.State.ENDED and call.talk_seconds:
        waiting = CallBack.objects.filter(phone=call.customer, state=CallBack.State.WAITING).first()
        if waiting is not None:  # they have spoken: nobody is to be called any more
            calling_back.settle(call_back=waiting, by=call.agent.person if call.agent else None, now=now)
    return True


def _agent_at(extension: str) -> Agent | None:
    return Agent.objects.filter(phone_extension=extension, active=True).first() if extension else None


def _said(row: CallEvent) -> Said:
    return Said(
        call_id=row.call_id,
        kind=row.kind,
        leg_id=row.leg_id,
        seq=row.seq,
        at=row.at or row.received_at,
        direction=row.direction,
        customer=row.customer,
        line=row.line,
        extension=row.extension,
        reason=row.reason,
        talk_seconds=row.talk_seconds,
        recording=row.recording,
    )
