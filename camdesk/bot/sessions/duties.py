"""What the worker does for the bot: alarms that are due, and a watchdog that no conversation stays stuck."""

from datetime import datetime, timedelta

from camdesk.bot.models import Alarm, Session
from camdesk.bot.sessions.effects import carry_out
from camdesk.bot.sessions.playing import move
from camdesk.tickets.models.ticket import Turn

_AT_ONCE = 100
STUCK_AFTER = timedelta(minutes=2)


def ring_alarms(now: datetime) -> int:
    """Plays the alarms that are due; each is taken by whoever deletes its row. Returns how many."""
    due = Alarm.objects.filter(due_at__lte=now).select_related("session__ticket__person").order_by("due_at")
    rung = 0
    for alarm in due[:_AT_ONCE]:
        if not Alarm.objects.filter(pk=alarm.pk, due_at=alarm.due_at).delete()[0]:
            continue
        ticket = alarm.session.ticket
        event = {"id": f"alarm-{alarm.pk}", "kind": "timer", "value": alarm.value}
        carry_out(ticket, move(ticket=ticket, event=event, by=None, now=now), now=now)
        rung += 1
    return rung


def watch(now: datetime) -> int:
    """Hands over conversations in which the bot owes an answer and has no alarm set: it died between a commit and
    its effect. Returns how many."""
    stuck = Session.objects.filter(
        ticket__turn=Turn.BOT, moved_at__lt=now - STUCK_AFTER, moved_at__gt=now - timedelta(days=1), alarms=None
    ).select_related("ticket__person")
    handed = 0
    for session in stuck[:_AT_ONCE]:
        if not _owes_an_answer(session):
            continue
        move(ticket=session.ticket, event={"id": f"watch-{session.moved_at}", "kind": "operator"}, by=None, now=now)
        handed += 1
    return handed


def _owes_an_answer(session: Session) -> bool:
    """The last word is the customer's, or a call is awaited that nobody will answer any more."""
    last = session.ticket.messages.order_by("-seq").first()
    return bool(session.state.get("calls")) or (last is not None and last.kind == "customer")
