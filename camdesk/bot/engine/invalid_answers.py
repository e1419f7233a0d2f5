"""What is not an answer: said kindly, asked again, and the third time a person is called."""

from __future__ import annotations

from typing import Any

from camdesk.bot.engine import questions
from camdesk.bot.engine.endings import hand_over
from camdesk.bot.engine.replies import AnswerRefused, TopicMenu
from camdesk.bot.engine.turn import DialogueTurn

MAX_TRIES = 3


def invalid(turn: DialogueTurn, key: str, *values: Any, counts: bool = True) -> None:
    """Says what is wrong and asks again; the third time in a row a person is called."""
    turn.own(key, *values, kind=AnswerRefused)
    turn.track("invalid", why=key)
    if turn.state.status in ("handed", "done"):
        return
    if counts and key != "wait":
        turn.state.tries += 1
    if turn.state.tries >= MAX_TRIES:
        turn.own("gave_up")
        hand_over(turn, "gave_up")
    elif key != "wait":
        questions.represent(turn)


def awake(turn: DialogueTurn) -> bool:
    """Whether a question is open; otherwise says how things stand."""
    status = turn.state.status
    if status == "active" and turn.state.frames:
        return True
    if status in ("handed", "done"):
        turn.own(status)
    elif status == "menu":
        turn.state.status = "active"
        questions.represent(turn)
    else:
        turn.reply(TopicMenu(turn.reply_id))
    return False
