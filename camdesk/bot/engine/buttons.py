"""The buttons every step has: back, from the beginning, another topic, a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from camdesk.bot.engine import interpreter, questions
from camdesk.bot.engine.endings import hand_over, reopen
from camdesk.bot.engine.events import BotEvent
from camdesk.bot.engine.replies import TopicMenu
from camdesk.bot.engine.turn import DialogueTurn


def back(turn: DialogueTurn, event: BotEvent) -> None:
    """One move back, with what it had changed; at the beginning to the list of topics."""
    state = turn.state
    if state.status == "handed":
        turn.own("handed")
    elif state.offer or state.status == "menu":
        state.offer = ()
        state.status = "active" if state.frames else "new"
        questions.represent(turn)
    elif not state.history:
        turn.own("first")
        turn.reply(TopicMenu(turn.reply_id))
        state.status = "menu" if state.frames else "new"
    else:
        reopen(turn)
        state.status = "active"
        undo(turn)
        if turn.frame.phase == "enter":
            interpreter.run(turn)
        else:
            questions.represent(turn)


def undo(turn: DialogueTurn) -> None:
    """Takes the newest move back. A call that was awaited is forgotten: its answer belongs to a way not gone."""
    state = turn.state
    snapshot, state.history = state.history[-1], state.history[:-1]
    state.frames = snapshot.frames
    state.calls = {key: one for key, one in state.calls.items() if one.background}
    state.tries = 0
    if turn.frame.phase in ("call", "hold", "close"):
        turn.frame = turn.frame.in_phase("enter")  # nobody waits for that call any more: look again
    facts = {**state.facts, **snapshot.undo}
    state.facts = {name: value for name, value in facts.items() if value is not None or name not in snapshot.undo}


def restart(turn: DialogueTurn, event: BotEvent) -> None:
    """The topic from its beginning; answers are forgotten, remarks and files stay."""
    state = turn.state
    if state.status == "handed":
        turn.own("handed")
    elif not state.frames:
        turn.reply(TopicMenu(turn.reply_id))
    else:
        reopen(turn)
        flow = state.frames[0].flow
        state.status, state.frames, state.history = "active", (), ()
        state.facts, state.vars, state.calls, state.told = {}, {}, {}, {}
        state.offer, state.shown, state.turned, state.articles = (), (), (), ()
        state.tries, state.rating, state.doubted = 0, None, False
        interpreter.begin(turn, flow)
        interpreter.run(turn)


def other_topic(turn: DialogueTurn, event: BotEvent) -> None:
    """The list of topics; «Назад» returns to the question."""
    state = turn.state
    if state.status == "handed":
        turn.own("handed")
        return
    state.offer = ()
    if state.status != "done":
        state.status = "menu" if state.frames else "new"
    turn.reply(TopicMenu(turn.reply_id))


def operator(turn: DialogueTurn, event: BotEvent) -> None:
    """«Позвать человека»: at once, from anywhere."""
    if turn.state.status == "handed":
        turn.own("handed")
        return
    reopen(turn)
    hand_over(turn, "asked")


COMMANDS: Mapping[str, Callable[[DialogueTurn, BotEvent], None]] = {
    "back": back,
    "restart": restart,
    "other_topic": other_topic,
    "operator": operator,
}


def return_to(turn: DialogueTurn, question: str) -> bool:
    """Goes back to a question that was asked before; the customer's answer to it is their answer, however late."""
    asked = [one.frames[-1].question for one in turn.state.history]
    if question not in asked or turn.state.status == "handed":
        return False
    reopen(turn)
    while turn.state.history:
        frames = turn.state.history[-1].frames
        undo(turn)
        if frames[-1].question == question:
            return True
    return False
