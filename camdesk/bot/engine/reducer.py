"""`step`: one event in, the new state, what to say and what to do out. Never raises, never plays an event twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from camdesk.bot.engine import buttons, free_text, interpreter, moves, questions
from camdesk.bot.engine.effects import BotEffect, Timer, ToPerson, Track
from camdesk.bot.engine.endings import hand_over
from camdesk.bot.engine.invalid_answers import invalid
from camdesk.bot.engine.scope import Ctx, mapping
from camdesk.bot.engine.state import MAX_SEEN, State, migrated, new_state
from camdesk.bot.engine.turn import DialogueTurn, Fault, Flows, Reply

Outcome = tuple[State, list[Reply], list[BotEffect]]

MOVES: Mapping[str, Callable[[DialogueTurn, dict[str, Any]], None]] = {
    "start": moves.start,
    "answer": moves.answer,
    "skip": moves.skip,
    "yes": moves.yes,
    "no": moves.no,
    "text": free_text.text,
    "files": free_text.files,
    "back": buttons.back,
    "restart": buttons.restart,
    "operator": buttons.operator,
    "other_topic": buttons.other_topic,
    "switch": moves.switch,
    "change": moves.change,
}


def step(flows: Flows, state: State | None, event: Mapping[str, Any], ctx: Ctx) -> Outcome:
    """Plays one event.

    flows: id → bound flow, of one version for the whole conversation. state: of the last step, None at first; it is
    not changed. event: {"id", "kind", "value", …}; an id that was seen changes nothing. ctx: see docs/engine.md; it
    must not change during the step. Whatever happens, the customer gets an answer or a person: a fault of the flow
    or of this program is a hand-over with a `track` of the fault.
    """
    try:
        return play(flows, state, event, ctx)
    except Exception as error:  # the one promise no customer may lose by our mistake
        return _fault(flows, state, error, ctx)


def play(flows: Flows, state: State | None, event: Mapping[str, Any], ctx: Ctx) -> Outcome:
    """As `step`, but a mistake of this program is raised, so that tests see it."""
    turn = DialogueTurn(flows, migrated(state), mapping(ctx))
    event = dict(event) if isinstance(event, Mapping) else {}
    if not _first_time(turn, event.get("id")):
        return turn.state, [], []
    turn.state["turn"] += 1
    try:
        _dispatch(turn, event)
    except Fault as fault:
        turn.track("fault", why=str(fault)[:200])
        turn.own("fault")
        hand_over(turn, "fault")
    return turn.state, turn.replies, turn.effects


def _first_time(turn: DialogueTurn, name: Any) -> bool:
    if name is None:
        return True
    known = turn.state["seen"]
    if str(name) in known:
        return False
    turn.state["seen"] = [*known[-MAX_SEEN + 1 :], str(name)[:100]]
    return True


def _dispatch(turn: DialogueTurn, event: dict[str, Any]) -> None:
    kind = event.get("kind")
    if kind in ("result", "error"):
        if turn.state["status"] in ("active", "menu", "left", "done"):
            interpreter.answered(turn, event.get("call"), event.get("value"), kind == "error")
            _timers(turn)
        return
    if kind == "timer":
        _timer(turn, mapping(event.get("value")))
        return
    if kind == "understood":
        free_text.understood(turn, event)
        return
    turn.state["wait"] += 1
    turn.state["quiet"] = 0
    if turn.state["status"] == "left":
        turn.state["status"] = "active"
    move = MOVES.get(kind) if isinstance(kind, str) else None
    if move:
        move(turn, event)
    else:
        invalid(turn, "choose", counts=False)
    _timers(turn)


def _timer(turn: DialogueTurn, value: Mapping[str, Any]) -> None:
    """Time has passed. A timer of an earlier wait, or of a call that has answered, is stale."""
    name = value.get("name")
    if name == "call":
        interpreter.answered(turn, value.get("call"), None, failed=True)
        _timers(turn)
    elif turn.state["status"] == "active" and value.get("token") == turn.state["wait"]:
        if name == "remind":
            turn.own("remind")
            questions.represent(turn)
        elif name == "close":
            _closed(turn)


def _closed(turn: DialogueTurn) -> None:
    if turn.flow.on_close == "operator":
        hand_over(turn, "silence")
        return
    turn.state["status"] = "left"
    turn.own("closed")
    turn.track("left")


def _timers(turn: DialogueTurn) -> None:
    """Reminder and closing of the dialogue that waits for the customer now."""
    frames = turn.state["frames"]
    if turn.state["status"] != "active" or not frames or frames[-1]["phase"] not in ("ask", "confirm"):
        return
    for name, after in (("remind", turn.flow.remind), ("close", turn.flow.close)):
        if after:
            turn.effect(Timer, name=name, after=after, token=turn.state["wait"])


def _fault(flows: Flows, state: State | None, error: Exception, ctx: Ctx) -> Outcome:
    """To a person with whatever can still be read."""
    try:
        whole = migrated(state)
    except Exception:
        whole = new_state()
    turn = DialogueTurn(flows, whole, mapping(ctx))
    turn.state["turn"] = int(turn.state.get("turn") or 0) + 1
    turn.effects.append(Track(what="fault", why=f"{type(error).__name__}: {error}"[:200]))
    turn.own("fault")
    try:
        hand_over(turn, "fault")
    except Exception:
        turn.state["status"] = "handed"
        turn.effects.append(ToPerson(reason="fault"))
    return turn.state, turn.replies, turn.effects
