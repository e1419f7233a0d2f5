# ruff: noqa: E501  (one case a row)
"""An instruction is walked through one step a message, whatever flow gives it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from camdesk.bot.engine import DialogueState, stored_state
from camdesk.bot.engine.events import Answered, AnyEvent, Began, SaidNo, SaidYes, WentBack, WordsTyped
from camdesk.bot.engine.reducer import Outcome, play
from camdesk.bot.engine.replies import Confirmation, InstructionStep
from camdesk.bot.engine.walk import REST, is_walked, meant_by
from camdesk.bot.utterances.reader import hear
from camdesk.playbook.document import Text
from camdesk.playbook.flow_binding import bind, flows_of
from camdesk.playbook.flows import Flow, Handover, Step, Target
from camdesk.playbook.instructions import steps_of
from camdesk.playbook.loading import load

LONG = tuple(Text(f"**Шаг {name}.** Сделайте это. ![Огонёк](picture:port)", f"**{name}.** Do it.") for name in "абв")
GUIDE = Step("g", "article", article="guide", instruction=LONG, confirm=Text("Камера появилась?", "Is it back?"), yes=Target("s"), no=Target("h"))  # fmt: skip
FLOW = Flow("f", Text("Проба", "Probe"), (GUIDE, Step("h", "handover", handover=Handover()), Step("s", "resolve", rate=True)), topic="f")  # fmt: skip


def talk(*events: AnyEvent, step: Step = GUIDE, **ctx: Any) -> Outcome:
    flow = Flow("f", FLOW.title, (step, *FLOW.steps[1:]), topic="f")
    outcome: Outcome = (DialogueState(), [], [])
    for event in (Began(topic="f"), *events):
        stored = stored_state.from_json(stored_state.to_json(outcome[0]))
        outcome = play({"f": flow}, stored, event, {"lang": "ru", **ctx})
    return outcome


def asked(outcome: Outcome) -> Any:
    return next((one for one in reversed(outcome[1]) if isinstance(one, Confirmation)), None)


def test_it_begins_with_the_article_and_its_first_step() -> None:
    outcome = talk()
    assert [one.kind for one in outcome[1]] == ["article", "say", "step"]
    step = asked(outcome)
    assert (step.number, step.of, step.yes, step.no, step.rest) == (1, 3, "Готово", "Не получилось", "Показать всё")
    assert step.text == "Шаг 1 из 3. Шаг а. Сделайте это. Огонёк"
    assert step.markdown == LONG[0].ru
    assert asked(talk(lang="en")).markdown == LONG[0].en


SAYS = [
    # what is done at the first of three steps → the number of the step shown, "asks", "solved" or "handed"
    (SaidYes(), 2),
    (SaidNo(), "handed"),
    (Answered(value=REST), "asks"),
    (WordsTyped(text="сделал"), 2),
    (WordsTyped(text="готово"), 2),
    (WordsTyped(text="дальше"), 2),
    (WordsTyped(text="ок"), 2),
    (WordsTyped(text="да"), 2),
    (WordsTyped(text="получилось"), 2),
    (WordsTyped(text="done"), 2),
    (WordsTyped(text="next"), 2),
    (WordsTyped(text="все сделал, не помогло"), 2),
    (WordsTyped(text="все равно не работает"), 2),
    (WordsTyped(text="не вышло"), "handed"),
    (WordsTyped(text="не получилось"), "handed"),
    (WordsTyped(text="не нашёл такой кнопки"), 2),
    (WordsTyped(text="нет такой кнопки"), 2),
    (WordsTyped(text="не могу"), 2),
    (WordsTyped(text="не знаю"), 2),
    (WordsTyped(text="did not work"), "handed"),
    (WordsTyped(text="показать всё"), "asks"),
    (WordsTyped(text="show all"), "asks"),
    (WordsTyped(text="заработало"), "solved"),
    (WordsTyped(text="камера появилась, спасибо"), "solved"),
    (WordsTyped(text="спасибо"), 1),
    (WordsTyped(text="а где это"), 1),
    (WordsTyped(text="вечером проверю"), None),
]


@pytest.mark.parametrize(("event", "then"), SAYS, ids=[getattr(one, "text", "") or one.kind for one, _ in SAYS])
def test_what_is_said_of_a_step(event: AnyEvent, then: int | str | None) -> None:
    outcome = talk(event)
    status, reply = outcome[0].status, asked(outcome)
    if isinstance(then, int):
        assert isinstance(reply, InstructionStep)
        assert reply.number == then
    elif then == "asks":
        assert not isinstance(reply, InstructionStep)
        assert reply.text == "Камера появилась?"
    else:
        assert status == {"solved": "done", "handed": "handed", None: "active"}[then]
    assert status == ("active" if then in (1, 2, "asks", None) else "done" if then == "solved" else "handed")


def test_where_it_is_is_answered_once_then_the_step_is_left_out() -> None:
    where = WordsTyped(text="а где это")
    assert asked(talk(where)).number == 1
    assert asked(talk(where, where)).number == 2
    assert "пропустим" in talk(WordsTyped(text="не нашла"))[1][0].text  # type: ignore[union-attr]
    last = talk(SaidYes(), SaidYes(), WordsTyped(text="нет такой кнопки"))
    assert last[0].status == "handed", "there is no other step that may help"


def test_done_at_the_last_step_asks_whether_it_works() -> None:
    outcome = talk(SaidYes(), SaidYes())
    assert asked(outcome).number == 3
    assert not asked(outcome).rest, "nothing is left to be shown"
    outcome = talk(SaidYes(), SaidYes(), SaidYes())
    assert [one.kind for one in outcome[1]] == ["confirm"]
    assert talk(SaidYes(), SaidYes(), SaidYes(), SaidYes())[0].status == "done"


def test_all_that_is_left_is_told_and_nothing_twice() -> None:
    told, question = talk(SaidYes(), Answered(value=REST))[1]
    assert told.text.splitlines() == ["Шаг 3 из 3. Шаг в. Сделайте это. Огонёк"]  # type: ignore[union-attr]
    assert question.kind == "confirm"


def test_back_and_a_button_pressed_twice() -> None:
    assert asked(talk(SaidYes(), WentBack())).number == 1
    assert asked(talk(SaidYes(question="f.g#1"), SaidYes(question="f.g#1"))).number == 2, "the same button once more"
    assert asked(talk(SaidYes(), SaidYes(), SaidYes(), WentBack())).number == 3


@pytest.mark.parametrize(
    ("steps", "ctx", "kinds"),
    [
        (LONG, {}, ["article", "say", "step"]),
        (LONG, {"buttons": False}, ["article", "say", "confirm"]),
        (LONG[:2], {}, ["article", "say", "confirm"]),
        (tuple(Text("а" * 130) for _ in range(2)), {}, ["article", "say", "step"]),
        ((), {}, ["article", "confirm"]),
    ],
)
def test_what_is_short_or_cannot_be_pressed_is_one_message(steps: Any, ctx: Any, kinds: list[str]) -> None:
    step = Step("g", "article", article="guide", instruction=steps, confirm=GUIDE.confirm, yes=GUIDE.yes, no=GUIDE.no)
    assert [one.kind for one in talk(step=step, **ctx)[1]] == kinds


def test_an_article_without_a_question_is_told_where_there_is_no_page() -> None:
    step = Step("g", "article", article="guide", instruction=LONG)
    assert [one.kind for one in talk(step=step)[1]][:2] == ["article", "handover"]
    assert [one.kind for one in talk(step=step, page=False)[1]][:2] == ["article", "say"]


def test_every_instruction_of_ours_is_walked_to_its_question() -> None:
    """The rule holds in every flow that has one, not where somebody remembered it."""
    playbook = load(Path(__file__).parents[3] / "playbook").playbook
    assert playbook is not None
    walked = 0
    for flow in flows_of(playbook).values():
        for step in flow.steps:
            if step.kind == "article" and step.confirm and is_walked(step, buttons=True):
                walked += 1
                outcome = talk(*[SaidYes()] * len(step.instruction), step=Step("g", "article", article=step.article, instruction=step.instruction, confirm=step.confirm, yes=GUIDE.yes, no=GUIDE.no))  # fmt: skip
                assert [one.kind for one in outcome[1]] == ["confirm"], f"{flow.id}.{step.id}"
    assert walked > 40


def test_the_labels_are_understood_as_words() -> None:
    now = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
    for event, meant in ((SaidYes(), "done"), (SaidNo(), "failed"), (Answered(value=REST), "rest")):
        for lang in ("ru", "en"):
            step = asked(talk(lang=lang))
            label = {"yes": step.yes, "no": step.no}.get(event.kind, step.rest)
            assert meant_by(label, hear(label, now=now)) == meant


def test_a_list_that_informs_is_not_walked() -> None:
    """«Не получилось» would be an odd answer to what one may choose from."""
    playbook = load(Path(__file__).resolve().parents[3] / "playbook").playbook
    assert playbook is not None
    asked = {"kind": "article", "confirm": Text("Помогло?"), "yes": Target("s"), "no": Target("s")}
    steps = (Step("told", article="request-status", **asked), Step("walked", article="camera-offline", **asked), FLOW.steps[2])  # fmt: skip
    told, walked, _end = bind(Flow("f", FLOW.title, steps, topic="f"), playbook).steps
    assert len(steps_of(playbook.articles["request-status"].body.ru)) > 2
    assert not told.instruction
    assert not is_walked(told, buttons=True)
    assert is_walked(walked, buttons=True)
