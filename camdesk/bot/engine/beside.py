"""Words at an open question that do not answer it: kept for whoever reads the request, and on with the matter.

Nobody is told twice that they were not understood. What may be passed over is passed over; of a question that decides
the way, the second such words take the option of those who do not know, or a person.
"""

from __future__ import annotations

from camdesk.bot.engine import questions
from camdesk.bot.engine.endings import hand_over
from camdesk.bot.engine.moves import accept, decide, passed_over
from camdesk.bot.engine.no_answers import UNKNOWN
from camdesk.bot.engine.turn import DialogueTurn

_QUESTION = 3  # words: «зачем?», «а это что?» ask what was meant, and more asks for something


def asks_back(words: str) -> bool:
    """Whether the customer asks something of their own: «а сама скачать я не могу?»"""
    return words.rstrip().endswith("?") and len(words.split()) >= _QUESTION


def asked_back(turn: DialogueTurn) -> bool:
    """The same of the words that were noted last."""
    return bool(turn.state.notes) and asks_back(turn.state.notes[-1])


def kept(turn: DialogueTurn) -> None:
    """The words, which are noted already, are no answer and no other matter."""
    state, asks = turn.state, asked_back(turn)
    fact = turn.fact if turn.frame.phase == "ask" else None
    if fact is not None and questions.may_skip(turn, fact) and not asks:
        turn.own("noted")
        passed_over(turn, fact)
        return
    if turn.frame.phase == "confirm" and turn.step.article and not asks:
        turn.own("noted")
        decide(turn, False)  # whoever found what they need says so
        return
    state.tries += 1
    if state.tries == 1:
        turn.own("question_kept" if asks else "noted_closest" if fact and fact.options else "noted_still")
        questions.represent(turn)
        return
    unknown = next((one for one in UNKNOWN if fact and fact.option(one)), None)
    if fact is not None and unknown is not None:
        turn.own("go_on_without")
        accept(turn, fact, [unknown] if fact.type == "choices" else unknown)
        return
    turn.own("gave_up")
    hand_over(turn, "gave_up")
