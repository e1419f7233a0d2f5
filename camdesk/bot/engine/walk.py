"""An instruction is walked through: one step a message, and only then the question whether it works.

Every `article` step with a question is played so, whatever its flow. What is short is told in one message, and so is
all of it where the customer has no buttons to press.
"""

from __future__ import annotations

from camdesk.bot.engine import matching
from camdesk.bot.engine.replies import InstructionStep, Said
from camdesk.bot.engine.turn import DialogueTurn
from camdesk.bot.engine.words import said
from camdesk.bot.utterances.heard import Heard, SpeechAct
from camdesk.playbook.flows import Step
from camdesk.playbook.instructions import in_words

DONE, FAILED, REST, WORKS = "done", "failed", "rest", "works"  # what may be said of a step
PASSED = "passed"  # this step cannot be done: the next one may help
SAID_OF_A_STEP = (DONE, FAILED, REST)
FEW, SHORT = 2, 120  # steps, and characters of each: one message does


def is_walked(step: Step, *, buttons: bool) -> bool:
    """Whether the article of this step is shown step by step."""
    steps = step.instruction
    short = len(steps) <= FEW and all(len(in_words(one.ru)) <= SHORT for one in steps)
    return bool(step.confirm) and buttons and not short


def begin(turn: DialogueTurn) -> None:
    turn.own("step_first")
    turn.frame = turn.frame.walks(0)
    put(turn)


def put(turn: DialogueTurn) -> None:
    """Says the step that is shown now."""
    at, steps = turn.frame.at, turn.step.instruction
    markdown = steps[at].get(turn.lang)
    turn.reply(
        InstructionStep(
            turn.reply_id,
            text=_numbered(turn, at),
            question=turn.frame.question,
            yes=said("step_done", turn.lang),
            no=said("step_failed", turn.lang),
            rest=said("step_rest", turn.lang) if at + 1 < len(steps) else "",
            markdown=markdown,
            number=at + 1,
            of=len(steps),
        )
    )


def tell(turn: DialogueTurn, after: int) -> None:
    """Says the steps from that index on, all in one message."""
    told = "\n".join(_numbered(turn, at) for at in range(after, len(turn.step.instruction)))
    if told:
        turn.reply(Said(turn.reply_id, told))


def is_last(turn: DialogueTurn) -> bool:
    return turn.frame.at + 1 >= len(turn.step.instruction)


def _numbered(turn: DialogueTurn, at: int) -> str:
    steps = turn.step.instruction
    words = in_words(steps[at].get(turn.lang))
    return said("step", turn.lang, at + 1, len(steps), words) if len(steps) > 1 else words


def meant_by(words: str, heard: Heard) -> str:
    """DONE, FAILED, REST or WORKS; "" when the words say none of it. Without «не получилось» what did not help is done
    all the same: the next step may. «Получилось» is said of the step, «заработало» of everything."""
    acts = heard.acts
    exact = matching.exactly(words, _SAID)
    if exact:
        return exact
    if matching.best(words, _NOT_THERE):
        return PASSED
    if SpeechAct.WORKS_NOW in acts and SpeechAct.NO not in acts and SpeechAct.NOT_HELPED not in acts:
        return WORKS
    found = matching.best(words, _SAID)
    if found:
        return found
    if acts & {SpeechAct.NOT_HELPED, SpeechAct.UNDERSTOOD} or heard.command == "skip":
        return DONE
    if acts & {SpeechAct.CANT, SpeechAct.DONT_KNOW}:
        return PASSED
    return {True: DONE, False: FAILED, None: ""}[heard.agrees]


_SAID: matching.Choices = (
    (DONE, ("Готово", "сделал", "сделала", "сделали", "сделано", "дальше", "следующий шаг", "получилось", "проверил",
            "проверила", "Done", "next", "next step", "did it", "checked")),
    (FAILED, ("Не получилось", "не вышло", "не удалось", "не получается", "It did not work", "did not work",
              "could not do it")),
    (REST, ("Показать всё", "покажите всё", "всё сразу", "все шаги", "Show all", "all steps")),
)  # fmt: skip
_NOT_THERE: matching.Choices = (
    (PASSED, ("не нашёл", "не нашла", "не нахожу", "нет такого", "нет такой кнопки", "нет такой настройки",
              "не вижу такого", "у меня такого нет", "cannot find it", "there is no such thing")),
)  # fmt: skip
