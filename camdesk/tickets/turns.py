"""Whose move it is: which turn follows which deed. Pure."""

from camdesk.tickets.models import Ticket
from camdesk.tickets.models.ticket import Turn

# What an agent may set by hand. `bot` is given back by the bot's session, `nobody` only by resolving.
BY_HAND = frozenset({Turn.US, Turn.CUSTOMER, Turn.PROVIDER, Turn.INSTALLER, Turn.VISIT})


def after_customer_wrote(turn: str, *, closed: bool) -> str | None:
    """The turn once the customer adds a message; None when the ticket is closed and a follow-up is due."""
    if closed:
        return None
    # The bot keeps its turn: the channel that received the message asks the bot, the ticket knows no bots.
    return turn if turn == Turn.BOT else Turn.US


def after_reply(turn: str, *, keep: bool) -> str:
    """The turn once an agent replied: the customer's, unless the agent keeps it where it is (`keep`)."""
    if keep and turn not in {Turn.BOT, Turn.NOBODY}:
        return turn
    return Turn.CUSTOMER


def set_turn(ticket: Ticket, turn: str, *, now: object) -> bool:
    """Moves the turn on the (locked, unsaved) ticket; says whether it changed."""
    if ticket.turn == turn:
        return False
    ticket.turn = turn
    ticket.turn_since = now
    return True
