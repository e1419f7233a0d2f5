"""Conversations their customer has left: after the bot's reminders (`timeouts` of the flow) they come to an end."""

from datetime import datetime, timedelta

from django.db import transaction

from camdesk.bot.engine.events import OperatorCalled
from camdesk.bot.models import Session
from camdesk.bot.sessions.dialogue_moves import move
from camdesk.bot.sessions.duties import owes_an_answer
from camdesk.tickets import state
from camdesk.tickets.empty_conversations import forget_locked
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.timeline import deed, record
from camdesk.tickets.transitions import Move

QUIET = timedelta(days=1)
_AT_ONCE = 100


def end_abandoned(now: datetime) -> int:
    """A duty of the worker. A conversation that has been quiet for a day, with no reminder to come, is closed; one in
    which the customer did no more than choose a topic is forgotten. Returns how many."""
    quiet = Session.objects.filter(ticket__turn=Turn.BOT, moved_at__lt=now - QUIET, alarms=None)
    ended = 0
    for session in quiet.select_related("ticket__person").order_by("moved_at")[:_AT_ONCE]:
        if owes_an_answer(session):  # nobody watched over it for a day: better late than never
            move(ticket=session.ticket, event=OperatorCalled(id=f"watch-{session.moved_at}"), now=now)
            continue
        if _said_something(session.ticket):
            _close(session, now=now)
        else:
            _forget(session)
        ended += 1
    return ended


def _said_something(ticket: Ticket) -> bool:
    said = list(ticket.messages.filter(kind=Message.Kind.CUSTOMER).order_by("seq").prefetch_related("attachments")[:2])
    chose = len(said) == 1 and said[0].text == ticket.subject and not said[0].attachments.all()
    return bool(said) and not chose


def _close(session: Session, *, now: datetime) -> None:
    with deed(session.pk, now=now) as locked:
        if not _still_quiet(session, locked):
            return
        state.move(locked, Move.ABANDONED, now=now)
        record(locked, "chat.abandoned", by=None, now=now)


def _forget(session: Session) -> None:
    with transaction.atomic():
        locked = Ticket.objects.select_for_update().get(pk=session.pk)
        if _still_quiet(session, locked):
            forget_locked(locked)


def _still_quiet(session: Session, locked: Ticket) -> bool:
    """Under the lock: they may have come back at this very moment."""
    return locked.turn == Turn.BOT and Session.objects.filter(pk=session.pk, moved_at=session.moved_at).exists()
