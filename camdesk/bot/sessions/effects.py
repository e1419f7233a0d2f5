"""Carries out what the engine asked of the world, outside every transaction, and gives the answers back as moves.

What a flow may ask of our own records is in checks.py. What it may ask to be done is registered here by the floor that
does it (`register`): a deed of the customer's goes through the one door in, which stands above the bot.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from camdesk.bot.engine.effects import OfTheWorld, OwnRequest, SystemCall, Understand
from camdesk.bot.engine.events import BotEvent
from camdesk.bot.models import Alarm, Phrase
from camdesk.bot.sessions import checks
from camdesk.bot.sessions.context import Sight
from camdesk.bot.sessions.dialogue_moves import OWN_REQUEST, alarm_of, matter_of, move
from camdesk.bot.understanding.current import model_of
from camdesk.bot.understood import matters_in, understood_as
from camdesk.lib.failpoints import reached
from camdesk.people import consents
from camdesk.playbook import current as playbook
from camdesk.tickets.models import Ticket

Call = Callable[[Ticket, Mapping[str, Any], datetime], Mapping[str, Any]]
"""What a flow asks to be done in its conversation: (ticket, arguments by name, now) → what its conditions may ask."""

_CALLS: dict[str, Call] = {}


def register(name: str, call: Call) -> None:
    """`name`: as flows call it (docs/flows.md)."""
    _CALLS[name] = call


def registered() -> frozenset[str]:
    """What a flow may call."""
    return frozenset(_CALLS) - {OWN_REQUEST}


def play_out(*, ticket: Ticket, event: BotEvent, now: datetime) -> None:
    """One turn: the move, and the moves that follow from it at once."""
    sight = Sight()
    effects = move(ticket=ticket, event=event, now=now, sight=sight)
    reached("moved")
    carry_out(ticket, effects, now=now, sight=sight)


def carry_out(ticket: Ticket, effects: Iterable[OfTheWorld], *, now: datetime, sight: Sight | None = None) -> None:
    """Runs the effects of a move and of the moves that follow from their answers, which may ask again: the engine ends
    a flow that never stops (interpreter.MAX_QUIET). Never raises: what fails is an `error` event, and the flow goes on
    by its error branch."""
    waiting = list(effects)
    while waiting:
        following: list[OfTheWorld] = []
        for effect in waiting:
            if isinstance(effect, OwnRequest):
                _own_request(ticket, effect, now=now)
                continue
            event = _answer(ticket, effect, now=now)
            reached("world answered")
            following += move(ticket=ticket, event=event, now=now, sight=sight)
        waiting = following


def _own_request(ticket: Ticket, effect: OwnRequest, *, now: datetime) -> None:
    args = {"topic": effect.topic, "words": effect.words, "once": matter_of(effect), "data": effect.data}
    _CALLS[OWN_REQUEST](ticket, args, now)
    Alarm.objects.filter(session=ticket.pk, name=alarm_of(effect)).delete()


def _answer(ticket: Ticket, effect: SystemCall | Understand, *, now: datetime) -> BotEvent:
    if isinstance(effect, Understand):
        return _understood(ticket, effect, now=now)
    if (call := _CALLS.get(effect.name)) is not None:
        return checks.answered(effect, ticket, lambda: dict(call(ticket, effect.args, now)))
    return checks.outcome(effect, ticket=ticket, sight=Sight(), now=now)


def _understood(ticket: Ticket, effect: Understand, *, now: datetime) -> BotEvent:
    document = playbook.version(ticket.playbook_version)
    matters = matters_in(effect, document, model_of(document))
    found = matters.found
    learnt = found.decision != "open" and found.rule == "topic" and not matters.several
    if learnt and not consents.is_withdrawn(ticket.person_id):
        Phrase.objects.create(text=effect.text[:1000], ticket=ticket, guessed_id=_known(found.topics, document), at=now)
    return understood_as(matters, effect.token)


def _known(topics: list[tuple[str, float]], document: Any) -> str | None:
    return topics[0][0] if topics and topics[0][0] in document.topics else None
