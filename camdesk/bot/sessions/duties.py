"""What the worker does for the bot: alarms that are due, and a watchdog that no conversation stays stuck."""

from datetime import datetime, timedelta

from camdesk.bot.engine import stored_state
from camdesk.bot.engine.effects import OwnRequest, Understand
from camdesk.bot.engine.events import OperatorCalled, TimerRang
from camdesk.bot.engine.stored_state import InvalidState
from camdesk.bot.models import Alarm, Session
from camdesk.bot.sessions.dialogue_moves import OWN_REQUEST, UNDERSTAND, move
from camdesk.bot.sessions.effects import carry_out, play_out
from camdesk.lib import leases
from camdesk.lib.leases import Patience
from camdesk.playbook.encoding import decode
from camdesk.tickets.models.ticket import Turn

_AT_ONCE = 100
_PATIENCE = Patience(tries=2)  # a customer sits there and waits
STUCK_AFTER = timedelta(minutes=2)


def ring_alarms(now: datetime) -> int:
    """Plays the alarms that are due, each under a lease: one whose player died rings again. Returns how many."""
    return leases.work(
        Alarm.objects.select_related("session__ticket__person"),
        _ring,
        give_up=_leave_to_the_watchdog,
        patience=_PATIENCE,
        now=now,
        most=_AT_ONCE,
    ).tried


def _leave_to_the_watchdog(alarm: Alarm, _why: str, _now: datetime) -> None:
    """It hands over a conversation that cannot go on, once no alarm is set."""
    leases.drop(alarm)


def _ring(alarm: Alarm, now: datetime) -> None:
    _play(alarm, now=now)
    leases.drop(alarm)  # unless the move set it anew


def _play(alarm: Alarm, *, now: datetime) -> None:
    ticket, value = alarm.session.ticket, alarm.value
    if value["name"] == UNDERSTAND:
        carry_out(ticket, [Understand.stored(value["effect"])], now=now)
        return
    if value["name"] == OWN_REQUEST:
        carry_out(ticket, [OwnRequest.stored(value["effect"])], now=now)
        return
    event_id = f"alarm-{alarm.pk}-{value.get('token', '')}"
    play_out(ticket=ticket, event=decode(TimerRang, {**value, "id": event_id}), now=now)


def watch(now: datetime) -> int:
    """Hands over conversations in which the bot owes an answer and has no alarm set: it died between a commit and
    its effect. Returns how many."""
    stuck = Session.objects.filter(
        ticket__turn=Turn.BOT, moved_at__lt=now - STUCK_AFTER, moved_at__gt=now - timedelta(days=1), alarms=None
    ).select_related("ticket__person")
    handed = 0
    for session in stuck[:_AT_ONCE]:
        if not owes_an_answer(session):
            continue
        move(ticket=session.ticket, event=OperatorCalled(id=f"watch-{session.moved_at}"), now=now)
        handed += 1
    return handed


def owes_an_answer(session: Session) -> bool:
    """The last word is the customer's, or a call is awaited that nobody will answer any more; or nobody can say."""
    last = session.ticket.messages.order_by("-seq").first()
    if last is not None and last.kind == "customer":
        return True
    try:
        return bool(stored_state.from_json(session.state).calls)
    except InvalidState:
        return True
