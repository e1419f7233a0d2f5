"""Solved means works: what may stand against closing a request as solved is looked at once more before it is closed.

The customer's word closes; a look that agrees, or cannot tell, lets it. Where the newest look says that a camera of
theirs is dead, another is taken: if it is dead still, the request stays open, and is looked at again in a while; then a
person finds out who is right.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from camdesk.bot.engine import effects
from camdesk.bot.engine.endings import hand_over, resolve
from camdesk.bot.engine.scope import mapping
from camdesk.bot.engine.state import AwaitedCall
from camdesk.bot.engine.turn import DialogueTurn
from camdesk.bot.engine.words import said
from camdesk.playbook.flows import SAME_REQUEST

DEAD = frozenset({"offline", "blocked"})
SEEN = "seen_at_the_end"  # what the last look found, beside what the flow's own looks did
AGAIN_AFTER = 15 * 60  # seconds: what we know of a camera may be some minutes old
TIMEOUT = 20  # seconds
_NAMED = 3


def contradicts(found: Any, cameras: Collection[str]) -> bool:
    """Whether a look says that one of these cameras does not work. One that comes and goes, that is under works or of
    which nothing is known contradicts nobody."""
    if mapping(found).get("verdict") == "planned":
        return False  # what is down there is down by our own works
    verdicts = mapping(mapping(found).get("cameras"))
    return any(verdicts.get(one) in DEAD for one in cameras)


def settle(turn: DialogueTurn, *, rate: bool) -> None:
    """The customer says that it is solved: closed, or looked at once more first. What went into another request of
    theirs is closed without: nobody says that it works."""
    if turn.frame.flow != SAME_REQUEST and is_dead(turn):
        look(turn)
    else:
        _close(turn, rate=rate)


def look(turn: DialogueTurn) -> None:
    state, step = turn.state, turn.frame.step
    name = f"c{state.turn}-{len(turn.effects)}"
    state.calls = {**state.calls, name: AwaitedCall(turn.frame.flow, step, SEEN)}
    cameras = {"cameras": turn.scope.chosen()}
    turn.effect(effects.SystemCall, name="check", call=name, args=cameras, timeout=TIMEOUT, background=False)
    turn.effect(effects.Timer, name="call", call=name, after=TIMEOUT)
    turn.frame = turn.frame.waits(name, "close")


def looked(turn: DialogueTurn, *, failed: bool) -> None:
    """The last look is there, or could not be taken: then it cannot tell."""
    state = turn.state
    chosen = turn.scope.chosen()
    if failed or not contradicts(state.vars.get(SEEN), chosen):
        step = turn.step
        _close(turn, rate=step.rate if step.kind == "resolve" else True)
    elif state.doubted or state.taken:
        turn.own("unseen_still")
        hand_over(turn, "unseen")
    else:
        state.doubted, state.status = True, "waiting"
        turn.frame = turn.frame.waits("", "close")
        turn.own("unseen", _names(turn, chosen), AGAIN_AFTER // 60)
        turn.effect(effects.Wait, seconds=float(AGAIN_AFTER), seen=str(mapping(state.vars[SEEN]).get("verdict") or ""))
        turn.effect(effects.Timer, name="look", after=float(AGAIN_AFTER), token=state.wait)
        turn.track("waits")


def _close(turn: DialogueTurn, *, rate: bool) -> None:
    step = turn.step
    own = step.say if step.kind == "resolve" else None
    if own:
        turn.say(own)
    resolve(turn, rate=rate, silent=bool(own))


def is_dead(turn: DialogueTurn) -> bool:
    """Whether the newest look says that a chosen camera does not work."""
    return contradicts(_newest_look(turn.state.vars), turn.scope.chosen())


def _newest_look(checks: Mapping[str, Any]) -> Any:
    """The newest answer that tells of cameras: answers stand in the order they came."""
    return next((one for one in reversed(list(checks.values())) if isinstance(one, Mapping) and "cameras" in one), None)


def _names(turn: DialogueTurn, cameras: Collection[str]) -> str:
    verdicts = mapping(mapping(turn.state.vars.get(SEEN)).get("cameras"))
    dead = [one for one in cameras if verdicts.get(one) in DEAD]
    names = ", ".join(f"«{turn.scope.camera_title(one)}»" for one in dead[:_NAMED])
    return names if len(dead) <= _NAMED else said("and_more", turn.lang, names, len(dead) - _NAMED)
