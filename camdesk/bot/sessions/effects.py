"""Carries out what the engine asked of the world, outside every transaction, and gives the answers back as moves."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from camdesk.bot.engine.effects import SystemCall, Understand
from camdesk.bot.engine.events import BotEvent, CallAnswered
from camdesk.bot.models import Phrase
from camdesk.bot.sessions import checks, open_requests
from camdesk.bot.sessions.context import Sight
from camdesk.bot.sessions.dialogue_moves import move
from camdesk.bot.understanding.current import model_of
from camdesk.bot.understood import matters_in, understood_as
from camdesk.lib.failpoints import reached
from camdesk.playbook import current as playbook
from camdesk.tickets.models import Ticket


def play_out(*, ticket: Ticket, event: BotEvent, now: datetime) -> None:
    """One turn: the move, and the moves that follow from it at once."""
    sight = Sight()
    effects = move(ticket=ticket, event=event, now=now, sight=sight)
    reached("moved")
    carry_out(ticket, effects, now=now, sight=sight)


def carry_out(
    ticket: Ticket, effects: Iterable[SystemCall | Understand], *, now: datetime, sight: Sight | None = None
) -> None:
    """Runs the effects of a move and of the moves that follow from their answers, which may ask again: the engine ends
    a flow that never stops (interpreter.MAX_QUIET). Never raises: what fails is an `error` event, and the flow goes on
    by its error branch."""
    waiting = list(effects)
    while waiting:
        following: list[SystemCall | Understand] = []
        for effect in waiting:
            event = _answer(ticket, effect, now=now)
            reached("world answered")
            following += move(ticket=ticket, event=event, now=now, sight=sight)
        waiting = following


def _answer(ticket: Ticket, effect: SystemCall | Understand, *, now: datetime) -> BotEvent:
    if isinstance(effect, Understand):
        return _understood(ticket, effect, now=now)
    if effect.name == "add_to_request":
        done = open_requests.add(ticket, next(iter(effect.args.values()), ""), now=now)
        return CallAnswered(id=f"call-{effect.call}", call=effect.call, value={"added": done})
    return checks.outcome(effect, ticket=ticket, sight=Sight(), now=now)


def _understood(ticket: Ticket, effect: Understand, *, now: datetime) -> BotEvent:
    document = playbook.version(ticket.playbook_version)
    matters = matters_in(effect, document, model_of(document))
    found = matters.found
    if found.decision != "open" and found.rule == "topic" and not matters.several:
        Phrase.objects.create(text=effect.text[:1000], ticket=ticket, guessed_id=_known(found.topics, document), at=now)
    return understood_as(matters, effect.token)


def _known(topics: list[tuple[str, float]], document: Any) -> str | None:
    return topics[0][0] if topics and topics[0][0] in document.topics else None
