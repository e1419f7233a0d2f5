# ruff: noqa: E501  (one case a row)
"""What the engine does with what a customer does: one row of behaviour a test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from camdesk.bot.engine import DialogueState, step, visible
from camdesk.bot.engine.answers import InvalidAnswer, clean
from camdesk.bot.engine.events import (
    Answered,
    AnyEvent,
    Began,
    CallAnswered,
    ChangeAsked,
    FilesSent,
    SaidNo,
    SaidYes,
    Understood,
    WordsTyped,
)
from camdesk.bot.engine.matching import answer, best
from camdesk.bot.engine.reducer import Outcome, play
from camdesk.bot.engine.replies import AnyReply
from camdesk.bot.engine.words import said
from camdesk.bot.utterances.overheard import overhear
from camdesk.playbook.document import Fact, FactLimits, Option, Text
from camdesk.playbook.flows import BUILT_IN, Branch, Flow, Handover, Step, Target

LED = Fact(
    "led",
    Text("Индикатор"),
    "choice",
    Text("Горит?"),
    options=tuple(Option(*pair) for pair in [("on", Text("Горит", "On")), ("off", Text("Не горит", "Off")), ("blink", Text("Мигает", "Blinking"))]),
)  # fmt: skip
HEIGHT = Fact("height", Text("Высота"), "choice", Text("Высота?"), options=LED.options, scope="camera")
CTX: dict[str, Any] = {"customer": {"cameras": [{"id": "1", "title": "Двор"}, {"id": "2", "title": "Вход"}]}}


def flow(*steps: Step, **more: Any) -> Flow:
    return Flow("f", Text("Проба", "Probe"), steps, topic="f", slots=(LED, HEIGHT), **more)


def talk(subject: Flow, *events: AnyEvent, ctx: dict[str, Any] | None = None) -> Outcome:
    outcome: Outcome = (DialogueState(), [], [])
    for event in (Began(topic="f"), *events):
        outcome = play({"f": subject}, outcome[0], event, {**CTX, **(ctx or {})})
    return outcome


def kinds(found: list[AnyReply]) -> list[str]:
    return [one.kind for one in found]


ASK = Step("a", "ask", ask=("led",))
END = Step("h", "handover", handover=Handover())

WORDS = [
    ("the label itself", "не горит", "off"),
    ("the number on the list", "3", "blink"),
    ("another form of the word", "мигают", "blink"),
    ("a misspelling", "мегает", "blink"),
    ("the wrong keyboard layout", "vbuftn", "blink"),
    ("English", "off", "off"),
    ("a denial is not the thing denied", "не мигает", None),
    ("something else", "сколько стоит тариф", None),
    ("a story is not a button", "горит " * 20, None),
]


@pytest.mark.parametrize(("text", "value"), [row[1:] for row in WORDS], ids=[row[0] for row in WORDS])
def test_typed_words_press_the_button_they_mean(text: str, value: str | None) -> None:
    assert answer(LED, text, {}, "ru") == value


def test_typed_words_tell_yes_from_no() -> None:
    said = ["да", "Помогло!", "нет", "не помогло", "а что это"]
    assert [overhear(one).agrees for one in said] == [True, True, False, False, None]
    assert best("вход", [("1", ["Двор"]), ("2", ["Вход"])]) == "2"


def test_a_button_of_an_older_question_answers_that_one_or_says_it_is_behind_us() -> None:
    first = Step("c", "confirm", confirm=Text("Помогло?"), yes=Target("h"), no=Target("d"))
    second = Step("d", "confirm", confirm=Text("А теперь?"), yes=Target("h"), no=Target("h"))
    subject = flow(first, second, END)
    state, replies, _ = talk(subject, SaidNo(question="f.c"), SaidYes(question="f.c"))
    assert state.status == "handed", "the last word on the first question counts"
    state, replies, _ = talk(subject, SaidNo(question="f.c"), SaidYes(question="f.gone"))
    assert (state.status, kinds(replies)) == ("active", ["say", "confirm"]), "and no other question is answered by it"
    state, replies, _ = talk(subject, SaidNo(question="f.c"), Answered(value="off", question="g.gone.led"))
    assert (state.status, kinds(replies)) == ("active", ["say", "confirm"])


def test_labels_that_differ_in_a_number_or_a_short_word_are_told_apart() -> None:
    ports = [("one", ["Порт 1, у входа"]), ("two", ["Порт 2, у входа"])]
    assert best("да порт 2 у входа", ports) == "two"
    assert best("там пк во дворе", [("pc", ["ПК во дворе"]), ("tv", ["ТВ во дворе"])]) == "pc"


LIMITED = FactLimits(max_chars=5, min=2, max=9)
TICKS = Fact("k", Text("Что"), "choices", options=LED.options, alone=("off",))
FILES = Fact("f", Text("Ф"), "files", limits=FactLimits(max_files=2))
LAST_DAYS = list(enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1))
ANSWERS = [
    ("a phone in any spelling", Fact("p", Text("П"), "phone"), "8 (912) 345-67-89", "+79123456789"),
    ("a foreign phone", Fact("p", Text("П"), "phone"), "+375 29 123-45-67", "+375291234567"),
    ("no phone", Fact("p", Text("П"), "phone"), "завтра", "phone"),
    ("one digit over and over", Fact("p", Text("П"), "phone"), "+79999999999", "phone"),
    ("a date as people write it", Fact("d", Text("Д"), "date"), "9.05.2026", "2026-05-09"),
    ("a day that is not there", Fact("d", Text("Д"), "date"), "31.02.2026", "date"),
    ("today", Fact("d", Text("Д"), "date"), "сегодня", "2026-05-09"),
    ("a time", Fact("t", Text("В"), "time"), "9:05", "09:05"),
    ("a number out of bounds", Fact("n", Text("Ч"), "number", limits=LIMITED), "10", "most"),
    ("too long a text", Fact("x", Text("Т"), "text", limits=LIMITED), "шестьб", "too_long"),
    ("an option nobody offered", LED, "нет такого", "choose"),
    ("somebody else's camera", BUILT_IN[0], ["9"], "choose_camera"),
    ("a phone without its country", Fact("p", Text("П"), "phone"), "912 345-67-89", "+79123456789"),
    ("ten digits of another country", Fact("p", Text("П"), "phone"), "+9123456789", "+9123456789"),
    ("eleven digits of none", Fact("p", Text("П"), "phone"), "59123456789", "phone"),
    ("eight digits", Fact("p", Text("П"), "phone"), "+12345678", "+12345678"),
    ("seven digits", Fact("p", Text("П"), "phone"), "+1234567", "phone"),
    ("fifteen digits", Fact("p", Text("П"), "phone"), "+123456789012345", "+123456789012345"),
    ("sixteen digits", Fact("p", Text("П"), "phone"), "+1234567890123456", "phone"),
    ("fifteen digits without a sign", Fact("p", Text("П"), "phone"), "123456789012345", "phone"),
    ("a phone with words", Fact("p", Text("П"), "phone"), "8 912 345-67-89 Анна", "phone"),
    ("a leap year", Fact("d", Text("Д"), "date"), "2024-02-29", "2024-02-29"),
    ("no leap year", Fact("d", Text("Д"), "date"), "2026-02-29", "date"),
    ("the leap year of a century", Fact("d", Text("Д"), "date"), "2000-02-29", "2000-02-29"),
    ("the century", Fact("d", Text("Д"), "date"), "2100-02-29", "date"),
    ("the last year", Fact("d", Text("Д"), "date"), "2100-12-31", "2100-12-31"),
    ("after the last year", Fact("d", Text("Д"), "date"), "2101-01-01", "date"),
    ("before the first year", Fact("d", Text("Д"), "date"), "1999-12-31", "date"),
    ("no month", Fact("d", Text("Д"), "date"), "2026-13-01", "date"),
    ("month nought", Fact("d", Text("Д"), "date"), "2026-00-01", "date"),
    ("day nought", Fact("d", Text("Д"), "date"), "2026-01-00", "date"),
    ("a short year", Fact("d", Text("Д"), "date"), "9/5/99", "2099-05-09"),
    ("year nought", Fact("d", Text("Д"), "date"), "9.05.00", "date"),
    ("without a year", Fact("d", Text("Д"), "date"), "1.2", "2026-02-01"),
    ("no date", Fact("d", Text("Д"), "date"), "скоро", "date"),
    ("the last minute", Fact("t", Text("В"), "time"), " 23.59 ", "23:59"),
    ("no time", Fact("t", Text("В"), "time"), "24:00", "time"),
    ("the least number", Fact("n", Text("Ч"), "number", limits=LIMITED), "2", 2),
    ("too small a number", Fact("n", Text("Ч"), "number", limits=LIMITED), "1", "least"),
    ("the greatest number", Fact("n", Text("Ч"), "number", limits=LIMITED), 9, 9),
    ("a number without bounds", Fact("n", Text("Ч"), "number"), "1 000", 1000),
    ("no number", Fact("n", Text("Ч"), "number"), "5,5", "number"),
    ("digits of another script", Fact("n", Text("Ч"), "number"), "٣", "number"),
    ("a tick is no number", Fact("n", Text("Ч"), "number"), True, "choose"),
    ("as long a text as may be", Fact("x", Text("Т"), "text", limits=LIMITED), " пять! ", "пять!"),
    ("nothing to see", Fact("x", Text("Т"), "text"), " \x07 ", "empty"),
    ("one option in a list", LED, ["on"], "on"),
    ("two options", LED, ["on", "off"], "one"),
    ("no option", LED, [], "choose"),
    ("ticked in any order", TICKS, ["blink", "on"], ["on", "blink"]),
    ("one tick", TICKS, "blink", ["blink"]),
    ("the lonely one", TICKS, ["off"], ["off"]),
    ("the lonely one and another", TICKS, ["on", "off"], "alone"),
    ("a tick nobody offered", TICKS, ["on", "x"], "choose"),
    ("no tick", TICKS, [], "choose"),
    ("two of a thing that has one", replace(TICKS, one_value=True), ["on", "blink"], "one"),
    ("two that contradict", replace(TICKS, contradictions=(("on", "blink"),)), ["on", "blink"], "one"),
    ("two of another pair", replace(TICKS, contradictions=(("on", "off"),)), ["on", "blink"], ["on", "blink"]),
    ("no", Fact("y", Text("Д"), "yesno"), False, False),
    ("a word of no", Fact("y", Text("Д"), "yesno"), "no", False),
    ("a word of yes", Fact("y", Text("Д"), "yesno"), "yes", True),
    ("neither yes nor no", Fact("y", Text("Д"), "yesno"), "maybe", "press"),
    ("files as they are named", FILES, [{"id": "a"}, "a", 7, None, " "], ["a", "7"]),
    ("as many files as may be", FILES, ["a", "b", "c"], ["a", "b"]),
    ("no file", FILES, [], "attach"),
    ("one camera", BUILT_IN[0], 1, ["1"]),
    ("a camera named twice", BUILT_IN[0], ["2", "2", "1"], ["2", "1"]),
    ("a tick is no camera", BUILT_IN[0], [True], "choose_camera"),
    ("no camera", BUILT_IN[0], [], "choose_camera"),
    ("too many cameras", BUILT_IN[0], ["1"] * 201, "too_many_cameras"),
    ("as many as may be", BUILT_IN[0], ["1"] * 200, ["1"]),
    *((f"month {month}", Fact("d", Text("Д"), "date"), f"2026-{month}-{last}", f"2026-{month:02}-{last}") for month, last in LAST_DAYS),
    *((f"after month {month}", Fact("d", Text("Д"), "date"), f"2026-{month}-{last + 1}", "date") for month, last in LAST_DAYS),
]  # fmt: skip


def test_without_a_country_today_or_a_reader_of_ones_own() -> None:
    phone, date = Fact("p", Text("П"), "phone"), Fact("d", Text("Д"), "date")

    def reads(text: str) -> str:
        if text != "02":
            raise ValueError
        return "+702"

    own = {"phone_reader": reads, "phone_example": "+1 555"}
    assert clean(phone, "02", own, "ru") == "+702"
    for ctx, fact, given, args in (
        (own, phone, "8 912 345-67-89", ("phone", "+1 555")),
        ({}, phone, "02", ("phone", "+7 912 345-67-89")),
        ({}, date, "сегодня", ("date",)),
        ({}, date, "9.05", ("date",)),
    ):
        with pytest.raises(InvalidAnswer) as refused:
            clean(fact, given, ctx, "ru")
        assert refused.value.args == args


@pytest.mark.parametrize(("fact", "given", "expected"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_an_answer_is_clean_or_refused_with_a_reason(fact: Fact, given: Any, expected: Any) -> None:
    try:
        found = clean(fact, given, {**CTX, "today": "2026-05-09"}, "ru")
    except InvalidAnswer as error:
        found = error.args[0]
    assert found == expected


def test_what_is_known_is_shown_and_not_asked_and_may_be_changed() -> None:
    subject = flow(
        Step("a", "ask", ask=("led",)), Step("c", "confirm", confirm=Text("Так?"), yes=Target("h"), no=Target("h")), END
    )
    known = {"known": {"led": {"value": "off", "source": "account"}}}
    state, replies, _ = talk(subject, ctx=known)
    assert kinds(replies) == ["known", "confirm"]
    assert replies[0].items[0].text == "Не горит"
    _, replies, _ = talk(subject, ChangeAsked(fact="led"), ctx=known)
    assert replies[-1].fact == "led"
    state, replies, _ = talk(subject, ChangeAsked(fact="led"), Answered(value="on"), ctx=known)
    assert (state.facts["led"], kinds(replies)) == ("on", ["say", "confirm"])


def test_cameras_are_asked_all_at_once_then_one_by_one() -> None:
    subject = flow(Step("a", "ask", ask=("cameras", "height")), END)
    both = Answered(value=["1", "2"])
    _, replies, _ = talk(subject, both)
    assert (replies[0].camera, replies[0].about) == (None, "Для всех выбранных камер.")
    state, _, _ = talk(subject, both, Answered(value="on"))
    assert state.facts["height"] == {"1": "on", "2": "on"}
    each = Answered(value="*each*")
    _, replies, _ = talk(subject, both, each)
    assert replies[0].about == "Камера «Двор»."
    state, _, _ = talk(subject, both, each, Answered(value="on"), Answered(value="off"))
    assert state.facts["height"] == {"1": "on", "2": "off"}
    assert state.status == "handed"


def test_a_camera_whose_passport_knows_the_answer_is_not_asked_about() -> None:
    subject = flow(Step("a", "ask", ask=("cameras", "height")), END)
    known = {"known_cameras": {"1": {"height": {"value": "on", "source": "passport"}}}}
    _, replies, _ = talk(subject, Answered(value=["1", "2"]), ctx=known)
    assert replies[-1].camera == "2"


def test_the_result_of_another_call_is_ignored() -> None:
    from camdesk.playbook.flows import CallSpec

    subject = flow(Step("p", "call", call=CallSpec("check", ("cameras",), 20, "diag")), ASK, END)
    state, replies, effects = talk(subject, CallAnswered(call="c9-9", value={"x": 1}))
    assert (replies, effects, state.vars) == ([], [], {})
    call = next(iter(state.calls))
    _, replies, _ = play({"f": subject}, state, CallAnswered(call=call, value={"x": 1}), CTX)
    assert kinds(replies) == ["ask"]


def test_a_late_answer_to_an_earlier_question_goes_back_to_it() -> None:
    subject = flow(ASK, Step("b", "ask", ask=("details",)), Step("c", "ask", ask=("phone",)), END)
    first = Answered(value="on", question="f.a.led")
    state, replies, _ = talk(subject, first, WordsTyped(text="мигает"), replace(first, value="off"))
    assert state.facts == {"led": "off"}
    assert replies[-1].fact == "details"


def test_a_person_decides_by_what_was_said_not_by_the_first_button() -> None:
    """A topic offered from free text: yes takes it, no stays."""
    other = Flow("g", Text("Оплата", "Payment"), (ASK, END), topic="g", slots=(LED,))
    flows = {"f": flow(ASK, END), "g": other}
    state, _, _ = play(flows, None, Began(topic="f"), CTX)
    state, _, effects = play(flows, state, WordsTyped(text="за что списали деньги"), CTX)
    assert effects[-1].kind == "timer" or "understand" in [one.kind for one in effects]
    found = Understood(decision="open", topics=("g",))
    state, replies, _ = play(flows, state, found, CTX)
    assert replies[0].text == "Похоже, вы спрашиваете о другом: «Оплата». Перейти?"
    stayed, replies, _ = play(flows, state, SaidNo(), CTX)
    assert (stayed.frames[0].flow, kinds(replies)) == ("f", ["ask"])
    gone, _, _ = play(flows, state, SaidYes(), CTX)
    assert gone.frames[0].flow == "g"
    assert gone.notes == ("за что списали деньги",)


def test_a_name_in_a_text_is_replaced_once_and_only_when_listed() -> None:
    words = Text("{details} {{7*7}} ${x} {lost} {queue.wait|скоро} {customer.name|вы}")
    subject = flow(Step("a", "ask", ask=("details",)), Step("s", "say", say=words), END)
    _, replies, _ = talk(subject, WordsTyped(text="{lang} {{1}}"))
    assert replies[0].text == "{lang} {{1}} {{7*7}} ${x} {lost} скоро вы"


def test_one_hundred_kilobytes_an_empty_message_and_only_files_are_served() -> None:
    subject = flow(Step("a", "ask", ask=("details", "files")), END)
    state, replies, _ = talk(subject, WordsTyped(text="а" * 100_000))
    assert replies[0].text.startswith("Слишком длинно: до 4000")
    assert len(state.notes[0]) == 2000
    _, replies, _ = talk(subject, WordsTyped(text="  "))
    assert replies[0].kind == "invalid"
    state, replies, _ = talk(subject, FilesSent(files=tuple(f"f{n}" for n in range(11))))
    assert len(state.facts["files"]) == 10
    assert "не больше 10" in replies[0].text
    state, replies, _ = talk(subject, WordsTyped(text="вот", files=("f1",)))
    assert (state.status, state.facts["files"]) == ("handed", ["f1"])


def test_after_the_end_no_calls_a_person_and_counts_as_reopened() -> None:
    subject = flow(Step("z", "resolve", rate=True), END)
    state, _, effects = talk(subject, SaidNo())
    assert state.status == "handed"
    assert {"reopen", "handover"} <= {one.kind for one in effects}


def test_what_is_solved_is_rated_once() -> None:
    subject = flow(Step("z", "resolve", rate=True), END)
    state, _, effects = talk(subject, Answered(value="4"))
    assert [one.stars for one in effects if one.kind == "rate"] == [4]
    state, replies, effects = step({"f": subject}, state, Answered(id="again", value="1"), CTX)
    assert ([one.text for one in replies], effects) == ([said("rated", "ru")], [])
    fresh, _, _ = talk(subject)
    state, replies, effects = step({"f": subject}, fresh, WordsTyped(id="x", text="5"), {**CTX, "rated": True})
    assert [one.text for one in replies] == [said("rated", "ru")]
    assert not any(one.kind == "rate" for one in effects), "it was rated elsewhere"


def test_a_dialogue_that_talks_to_itself_ends_with_a_person_and_a_track() -> None:
    circle = flow(Step("a", "say", say=Text("а"), then=Target("b")), Step("b", "branch", branch=(Branch(Target("a")),)))
    state, replies, effects = talk(circle)
    assert state.status == "handed"
    assert [one.what for one in effects if one.kind == "track"][-2:] == ["fault", "handed"]
    assert len(replies) < 60


def test_a_topic_is_offered_by_cameras_and_rights() -> None:
    assert visible(flow(END, show_if="customer.cameras"), CTX)
    assert not visible(flow(END, show_if="customer.cameras"), {})
    assert visible(flow(END, show_if="can('ptz')"), {"customer": {"rights": ["ptz"]}})
    assert not visible(flow(END, part=True), CTX)


def test_flows_that_lead_into_each_other_without_an_end_end_with_a_person() -> None:
    links = {
        f"f{n}": Flow(f"f{n}", Text("Проба"), (Step("l", "link", link=f"f{n + 1}"), END), topic="f0") for n in range(9)
    }
    links["f9"] = Flow("f9", Text("Проба"), (Step("s", "say", say=Text("Дошли")), END), topic="f0")
    for _leads in ("out", "round"):
        state, replies, _effects = play(links, DialogueState(), Began(topic="f0"), CTX)
        assert state.status == "handed"
        assert not any("Дошли" in getattr(one, "text", "") for one in replies)
        assert len(state.frames) <= 6
        links["f8"] = replace(links["f8"], steps=(Step("l", "link", link="f0"), END))  # round and round
