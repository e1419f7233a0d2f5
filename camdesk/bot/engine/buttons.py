"""The buttons every step has: back, from the beginning, another topic, a person."""

from __future__ import annotations

from typing import Any

from camdesk.bot.engine import interpreter, questions
from camdesk.bot.engine.endings import hand_over, reopen
from camdesk.bot.engine.turn import DialogueTurn

Event = dict[str, Any]


def back(turn: DialogueTurn, event: Event) -> None:
    """One move back, with what it had changed; at the beginning to the list of topics."""
    state = turn.state
    if state["status"] == "handed":
        turn.own("handed")
    elif state["offer"] or (state["status"] == "menu" and state["frames"]):
        state["offer"] = []
        state["status"] = "active" if state["frames"] else "new"
        questions.represent(turn)
    elif not state["history"]:
        turn.own("first")
        turn.reply("menu")
        state["status"] = "menu" if state["frames"] else "new"
    else:
        reopen(turn)
        state["status"] = "active"
        undo(turn)
        if turn.frame["phase"] == "enter":
            interpreter.run(turn)
        else:
            questions.represent(turn)


def undo(turn: DialogueTurn) -> None:
    """Takes the newest move back. A call that was awaited is forgotten: its answer belongs to a way not gone."""
    state = turn.state
    snapshot = state["history"].pop()
    state["frames"] = [dict(one) for one in snapshot["frames"]]
    state["calls"] = {key: one for key, one in state["calls"].items() if one["background"]}
    state["tries"] = 0
    if state["frames"][-1]["phase"] in ("call", "hold"):
        state["frames"][-1]["phase"] = "enter"  # nobody waits for that call any more: look again
    for name, old in snapshot["undo"].items():
        if old is None:
            state["facts"].pop(name, None)
        else:
            state["facts"][name] = old


def restart(turn: DialogueTurn, event: Event) -> None:
    """The topic from its beginning; answers are forgotten, remarks and files stay."""
    state = turn.state
    if state["status"] == "handed":
        turn.own("handed")
    elif not state["frames"]:
        turn.reply("menu")
    else:
        reopen(turn)
        flow = state["frames"][0]["flow"]
        state.update(status="active", frames=[], facts={}, vars={}, calls={}, history=[], offer=[], shown=[], turned=[])
        state.update(tries=0, rating=None, articles=[])
        interpreter.begin(turn, flow)
        interpreter.run(turn)


def other_topic(turn: DialogueTurn, event: Event) -> None:
    """The list of topics; «Назад» returns to the question."""
    if turn.state["status"] == "handed":
        turn.own("handed")
        return
    turn.state["offer"] = []
    if turn.state["status"] != "done":
        turn.state["status"] = "menu" if turn.state["frames"] else "new"
    turn.reply("menu")


def operator(turn: DialogueTurn, event: Event) -> None:
    """«Позвать человека»: at once, from anywhere."""
    if turn.state["status"] == "handed":
        turn.own("handed")
        return
    reopen(turn)
    hand_over(turn, "asked")


COMMANDS = {"back": back, "restart": restart, "other_topic": other_topic, "operator": operator}


def return_to(turn: DialogueTurn, question: str) -> bool:
    """Goes back to a question that was asked before; the customer's answer to it is their answer, however late."""
    asked = [_question_of(one["frames"]) for one in turn.state["history"]]
    if question not in asked or turn.state["status"] == "handed":
        return False
    reopen(turn)
    while turn.state["history"]:
        frames = turn.state["history"][-1]["frames"]
        undo(turn)
        if _question_of(frames) == question:
            return True
    return False


def _question_of(frames: list[dict[str, Any]]) -> str:
    top = frames[-1]
    if top["phase"] == "confirm":
        return f"{top['flow']}.{top['step']}"
    camera = f"@{top['camera']}" if top.get("camera") else ""
    return f"{top['flow']}.{top['step']}.{top['fact']}{camera}" if top["phase"] == "ask" else ""
