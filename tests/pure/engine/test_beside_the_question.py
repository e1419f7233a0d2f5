"""Words that answer no question: at what stands open, at what is offered, and before anything is begun."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from camdesk.bot.engine import DialogueState, matching
from camdesk.bot.engine.effects import Understand
from camdesk.bot.engine.events import AnyEvent, Began, CallAnswered, SaidNo, Understood, WordsTyped
from camdesk.bot.engine.reducer import Outcome, play
from camdesk.bot.engine.replies import Confirmation, FactAsked, KnownShown, TopicsOffered
from camdesk.playbook.document import Fact, Option, Text
from camdesk.playbook.flows import CAMERAS, About, CallSpec, Flow, Handover, Step, Target
from tests.pure.engine.heard_by import heard

COLOURS = (Option("red", Text("Красный", "Red")), Option("green", Text("Зелёный", "Green")))
KNOWN = Fact("k", Text("Цвет", "Colour"), "choice", options=(*COLOURS, Option("unknown", Text("Не знаю", "No idea"))))
FACTS = {
    "k": KNOWN,
    "c": Fact("c", Text("Цвет", "Colour"), "choice", options=COLOURS),
    "p": Fact("p", Text("Фото", "Photo"), "files"),
    "n": Fact("n", Text("Число", "Number"), "number"),
    "t": Fact("t", Text("Номер", "Number"), "text"),
    "l": Fact("l", Text("Подробно", "Details"), "longtext"),
    "cameras": CAMERAS,
}
HAND = Step("h", "handover", handover=Handover())


def flow_asking(*names: str, optional: bool = False) -> Flow:
    steps = (
        Step("q", "ask", ask=names, optional=optional),
        Step("w", "confirm", confirm=Text("Помогло?", "Better?"), yes=Target("s"), no=Target("h")),
        HAND,
        Step("s", "resolve"),
    )
    return Flow("f", Text("Проба", "Probe"), steps, topic="f", slots=tuple(FACTS.values()))


def talk(flow: Flow, *events: AnyEvent, others: tuple[Flow, ...] = (), **ctx: Any) -> Outcome:
    flows = {one.id: one for one in (flow, *others)}
    outcome: Outcome = (DialogueState(), [], [])
    for event in events:
        given = heard(event, ctx) if isinstance(event, WordsTyped) else event
        outcome = play(flows, outcome[0], given, {"lang": "ru", **ctx})
    return outcome


def said(outcome: Outcome) -> str:
    return " | ".join(getattr(one, "text", "") for one in outcome[1])


STORY = WordsTyped(text="там соседский кот ходит")
NOTHING = Understood(decision="person")
BEGUN = Began(topic="f")

# what is asked, whether it may be passed over → what follows such words once, and twice
KEPT = [
    ("k", False, ("k", "Что из этого ближе"), ("w", "обойдёмся")),
    ("c", False, ("c", "Что из этого ближе"), ("handed", "дальше разберётся человек")),
    ("n", False, ("n", "Остался вопрос"), ("handed", "дальше разберётся человек")),
    ("c", True, ("w", "Записал"), ("w", "Остался вопрос")),
    ("p", False, ("w", "Записал"), ("w", "Остался вопрос")),
    ("cameras", True, ("w", "Записал"), ("w", "Остался вопрос")),
]


@pytest.mark.parametrize(("asked", "optional", "once", "twice"), KEPT)
def test_what_answers_nothing_is_kept_and_asked_about_once(
    asked: str, optional: bool, once: tuple[str, str], twice: tuple[str, str]
) -> None:
    flow = flow_asking(asked, optional=optional)
    cameras = [{"id": "1", "title": "Двор"}, {"id": "2", "title": "Вход"}]
    moves: list[AnyEvent] = [BEGUN]
    for stands, words in (once, twice):
        moves += [STORY] if asked == "p" and stands == "w" and len(moves) == 1 else [STORY, NOTHING]
        outcome = talk(flow, *moves, customer={"cameras": cameras})
        state = outcome[0]
        frame = state.frames[-1]
        at = (
            "handed"
            if state.status == "handed"
            else frame.asking.fact
            if frame.phase == "ask" and frame.asking
            else frame.step
        )
        assert at == stands
        assert words.casefold() in said(outcome).casefold()
        assert STORY.text in state.notes, "whoever reads it finds it"


def test_beside_a_question_nothing_is_called_none_of_ours_but_what_asks_for_something() -> None:
    strange = Understood(decision="none")
    assert "не помогу" not in said(talk(flow_asking("c"), BEGUN, STORY, strange))
    weather = WordsTyped(text="а какая завтра погода?")
    assert "не помогу" in said(talk(flow_asking("c"), BEGUN, weather, strange))


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("в приложении", False),
        ("v prilozhenii", False),
        ("на складе", False),
        ("забыл пароль", True),
        ("приложение вылетает", True),
    ],
)
def test_a_bit_of_an_answer_is_no_other_matter(words: str, offered: bool) -> None:
    other = replace(flow_asking("n"), id="o", topic="o", title=Text("Другая", "Other"))
    sure = Understood(decision="open", topics=("o",))
    outcome = talk(flow_asking("c"), BEGUN, WordsTyped(text=words), sure, others=(other,))
    assert any(isinstance(one, TopicsOffered) for one in outcome[1]) is offered


QUESTION = WordsTyped(text="а сама я это не могу сделать?")


@pytest.mark.parametrize(("asked", "kept"), [("t", False), ("p", False), ("c", False), ("l", True)])
def test_a_question_is_no_answer_but_where_one_tells_in_full(asked: str, kept: bool) -> None:
    state, _replies, effects = talk(flow_asking(asked), BEGUN, QUESTION)
    assert (state.facts.get(asked) is not None) is kept
    assert any(isinstance(one, Understand) for one in effects) is not kept
    if not kept:
        assert "ответит человек" in said(talk(flow_asking(asked), BEGUN, QUESTION, NOTHING))


def test_where_a_file_is_asked_for_one_may_be_sent() -> None:
    outcome = talk(flow_asking("p"), BEGUN, WordsTyped(text="чек есть, сюда скинуть?"))
    assert "прямо сюда" in said(outcome)
    assert isinstance(outcome[1][-1], FactAsked)


# ---------------------------------------------------------------- offers

A, B, C = (
    Flow(
        name,
        Text(f"Тема {name}"),
        (Step("q", "confirm", confirm=Text("Помогло?"), yes=Target("h"), no=Target("h")), HAND),
        topic=name,
    )
    for name in "abc"
)
OFFERED = (WordsTyped(text="что-то не то с этим"), Understood(decision="likely", topics=("a",)))


def test_a_fault_told_beside_an_offer_refuses_nothing() -> None:
    state, _, effects = talk(A, *OFFERED, WordsTyped(text="камера не показывает"))
    assert any(isinstance(one, Understand) for one in effects)
    assert state.declined == ()


def test_what_follows_a_no_is_heard_and_what_was_declined_is_not_offered_again() -> None:
    no = WordsTyped(text="нет, мне нужен официальный ответ от вас")
    [asked] = [one for one in talk(A, *OFFERED, no)[2] if isinstance(one, Understand)]
    assert asked.text == "мне нужен официальный ответ от вас"
    outcome = talk(A, *OFFERED, no, Understood(decision="offer", topics=("a", "b")), others=(B, C))
    [offer] = [one for one in outcome[1] if isinstance(one, TopicsOffered)]
    assert [one.flow for one in offer.topics] == ["b"]
    alone = talk(A, *OFFERED, no, Understood(decision="likely", topics=("a",)))
    assert alone[0].status == "handed", "it is about nothing else that we know"
    same = talk(A, *OFFERED, no, Understood(decision="likely", topics=("a", "b")), others=(B, C))
    assert same[0].status == "handed", "what is left of what stood out is a guess"


def test_nobody_guesses_a_third_time() -> None:
    more = WordsTyped(text="речь совсем не об этом у нас")
    guess = Understood(decision="likely", topics=("b",))
    once = talk(A, *OFFERED, more, guess, others=(B, C))
    assert isinstance(once[1][-1], TopicsOffered)
    twice = talk(A, *OFFERED, more, guess, more, Understood(decision="likely", topics=("c",)), others=(B, C))
    assert twice[0].status == "handed"


def test_who_does_not_know_what_to_press_gets_a_person() -> None:
    outcome = talk(A, *OFFERED, WordsTyped(text="не знаю"))
    assert outcome[0].status == "handed"
    assert "Нажимать ничего не нужно" in said(outcome)
    assert talk(A, *OFFERED, SaidNo())[0].status == "new", "a no is none of that"


# ---------------------------------------------------------------- several matters

ROWS = [{"id": "1", "title": "Двор", "address": ""}, {"id": "2", "title": "Вход", "address": ""}]
CAMERA = replace(A, about=About(kind="camera"), slots=(CAMERAS,))
STATUS = replace(B, id="request-status", topic="request-status")


def test_the_state_of_a_request_is_no_matter_beside_a_camera() -> None:
    both = Understood(topics=("a", "request-status"), several=True)
    words = WordsTyped(text="третий раз пишу. Там чёрный экран")
    outcome = talk(CAMERA, words, both, others=(STATUS,))
    assert [one.flow for one in outcome[0].frames] == ["a"]
    assert outcome[0].later == ()


def test_a_lawyers_letter_is_one_matter() -> None:
    legal = replace(B, about=About(kind="legal"))
    state = talk(A, STORY, Understood(topics=("a", "b"), several=True), others=(legal,))[0]
    assert ([one.flow for one in state.frames], state.later) == (["b"], ())


def test_what_was_begun_waits_no_more() -> None:
    both = Understood(topics=("b", "c"), several=True)
    state = talk(A, WordsTyped(text="одно и другое сразу"), both, WordsTyped(text="Тема b"), others=(B, C))[0]
    assert (state.frames[0].flow, state.later) == ("b", ("c",))


@pytest.mark.parametrize(
    "words",
    ["вход мутный. И верните деньги за двор", "1) вход мутный 2) верните за двор", "вход мутный и ещё верните за двор"],
)
def test_of_two_matters_each_has_its_own_cameras(words: str) -> None:
    both = Understood(topics=("a", "b"), several=True)
    state = talk(CAMERA, WordsTyped(text=words), both, others=(B,), customer={"cameras": ROWS})[0]
    assert state.told["cameras"] == ["2"]


# ---------------------------------------------------------------- options in few words

PAID = (
    ("card", ("Картой в личном кабинете", "By card")),
    ("bank", ("Через банк по реквизитам", "Bank transfer", "вся картотека")),
    ("dark", ("Не горит", "Off", "лампочки нет")),
)


@pytest.mark.parametrize(
    ("words", "means"),
    [
        ("картой сбера в приложении", "card"),
        ("реквизитам платил", "bank"),
        ("картой или через банк", None),  # words of two
        ("не картой", None),
        ("карта памяти в камере вчера вдруг сломалась совсем", None),  # a story
        ("картотека какая-то", None),  # what it is also called tells only as a whole
        ("нет", None),
        ("нет лампочки", "dark"),
    ],
)
def test_one_telling_word_of_a_title_is_enough(words: str, means: str | None) -> None:
    assert matching.best(words, PAID) == means


def test_a_list_of_one_is_not_met_by_a_word() -> None:
    assert matching.best("картой памяти займусь", PAID[:1]) is None


# ---------------------------------------------------------------- asked anew, and looked at twice


def test_what_was_just_told_is_not_asked_anew() -> None:
    fact = replace(
        FACTS["k"], options=(Option("red", Text("Красный"), also=("красный фонарь",)), Option("unknown", Text("?")))
    )
    ask = Step("q", "ask", ask=("k",), again=True)
    turns = Step("w", "confirm", confirm=Text("Помогло?"), yes=Target("h"), no=Target("q"))
    flow = Flow("f", Text("Проба"), (ask, turns, HAND), topic="f", slots=(fact,))
    told = (WordsTyped(text="там красный фонарь висит"), Understood(decision="open", topics=("f",)))
    outcome = talk(flow, *told)
    assert isinstance(outcome[1][-1], Confirmation)
    assert any(isinstance(one, KnownShown) and one.items[0].fact == "k" for one in outcome[1])
    assert isinstance(talk(flow, *told, SaidNo())[1][-1], FactAsked), "the second time it is asked"
    assert isinstance(talk(flow, BEGUN)[1][-1], FactAsked)


def test_a_look_is_announced_once_a_move() -> None:
    look = Step("p", "call", say=Text("Смотрю камеру…"), call=CallSpec("check", ("cameras",), save="diag"))
    works = Step("w", "confirm", confirm=Text("Помогло?"), yes=Target("h"), no=Target("p"))
    flow = Flow("f", Text("Проба"), (look, replace(look, id="p2"), works, HAND), topic="f", slots=(CAMERAS,))
    first = talk(flow, BEGUN)
    [call] = first[0].calls
    second = talk(flow, BEGUN, CallAnswered(call=call, value={"verdict": "online"}))
    assert ("Смотрю" in said(first), "Смотрю" in said(second)) == (True, False)
    [again] = second[0].calls
    last = talk(flow, BEGUN, CallAnswered(call=call), CallAnswered(call=again), SaidNo())
    assert "Смотрю" in said(last), "a move of theirs lies between"


# ---------------------------------------------------------------- before anything is begun


def test_a_story_that_is_not_understood_goes_to_a_person_as_it_is() -> None:
    story = WordsTyped(text="внук поставил нам это всё и уехал " * 5)
    outcome = talk(A, story, Understood(decision="offer"))
    assert outcome[0].status == "handed"
    assert "целиком" in said(outcome)
    assert talk(A, STORY, Understood(decision="offer"))[0].status == "new", "a phrase may be put another way"


def test_a_file_with_words_is_asked_about_once() -> None:
    with_words = WordsTyped(text="вот", files=("f1",))
    first, then = talk(A, with_words), talk(A, with_words, Understood(decision="offer"))
    assert (said(first), said(then)) == ("", "Файл сохранён. Что на нём и что случилось?")
    assert then[0].files == ("f1",)


# ---------------------------------------------------------------- yes, no, and what is neither


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("нет", False),
        ("не появилась", False),
        ("нет, картинка не появилась", False),
        ("картинка всё ещё не появилась", False),
        ("звук включён, не первый год смотрю", None),
        ("мне это не очень понятно всё", None),
    ],
)
def test_a_denial_of_something_else_is_no_no(words: str, says: bool | None) -> None:
    works = Step("w", "confirm", confirm=Text("Картинка появилась?", "Is it back?"), yes=Target("s"), no=Target("s"))
    flow = Flow("f", Text("Проба"), (works, HAND, Step("s", "resolve")), topic="f")
    state, _, effects = talk(flow, BEGUN, WordsTyped(text=words))
    assert state.status == ("active" if says is None else "done")
    assert any(isinstance(one, Understand) for one in effects) is (says is None)


@pytest.mark.parametrize("asked", ["t", "l"])
def test_a_bare_no_is_not_written_down_as_the_answer(asked: str) -> None:
    state = talk(flow_asking(asked), BEGUN, WordsTyped(text="нет"))[0]
    assert asked not in state.facts
    assert state.frames[-1].step == "w"
    told = talk(flow_asking(asked), BEGUN, WordsTyped(text="нет, номера не дали"))[0]
    assert told.facts[asked] == "нет, номера не дали"


@pytest.mark.parametrize(
    ("words", "means"), [("второе", "b"), ("первый", "a"), ("third", "c"), ("вторую неделю", None)]
)
def test_they_are_counted(words: str, means: str | None) -> None:
    assert matching.best(words, [("a", ["Мост"]), ("b", ["Шлюз"]), ("c", ["Реле"])]) == means


def test_an_answer_does_not_move_when_it_happened() -> None:
    flow = flow_asking("t")
    first = (WordsTyped(text="нужна запись за 14 марта с 22 до 23"), Understood(decision="open", topics=("f",)))
    state = talk(flow, *first, WordsTyped(text="запрос 12/345 от 16 марта"))[0]
    assert state.facts["t"] == "запрос 12/345 от 16 марта"
    assert state.told["moment"] == "14.03, 22:00–23:00"


@pytest.mark.parametrize(
    ("words", "closes"), [("работает", True), ("у соседей работает", False), ("всё работает", True)]
)
def test_what_works_for_others_closes_nothing(words: str, closes: bool) -> None:
    said_so = said(talk(flow_asking("c"), BEGUN, WordsTyped(text=words)))
    assert ("Закрыть обращение" in said_so) is closes


def test_what_is_an_option_is_an_answer_first() -> None:
    fact = replace(FACTS["c"], options=(*COLOURS, Option("ok", Text("Всё работает", "All works"))))
    flow = replace(flow_asking("c"), slots=(fact,))
    assert talk(flow, BEGUN, WordsTyped(text="всё работает"))[0].facts["c"] == "ok"


@pytest.mark.parametrize(
    ("words", "waits"),
    [("ок попробую", True), ("хорошо, сейчас проверю", True), ("да", False), ("попробовала, заработало", False)],
)
def test_who_will_try_has_not_said_that_it_works(words: str, waits: bool) -> None:
    works = Step("w", "confirm", confirm=Text("Камера появилась?", "Is it back?"), yes=Target("s"), no=Target("h"))
    flow = Flow("f", Text("Проба"), (works, HAND, Step("s", "resolve")), topic="f")
    state = talk(flow, BEGUN, WordsTyped(text=words))[0]
    assert (state.status, state.promised) == (("active", True) if waits else ("done", False))


def test_an_answer_to_one_question_may_answer_another() -> None:
    mains = Fact(
        "c",
        Text("Свет"),
        "choice",
        options=(Option("yes", Text("Есть"), also=("свет есть",)), Option("no", Text("Нет"))),
    )
    net = Fact(
        "k",
        Text("Сеть"),
        "choice",
        options=(Option("up", Text("Работает"), also=("интернет работает", "есть")), Option("down", Text("Молчит"))),
    )
    flow = replace(flow_asking("c", "k"), slots=(mains, net))
    both = talk(flow, BEGUN, WordsTyped(text="свет есть, интернет тоже работает"))[0]
    assert both.facts == {"c": "yes", "k": "up"}
    assert talk(flow, BEGUN, WordsTyped(text="свет есть"))[0].facts == {"c": "yes"}, (
        "one word may be about what was asked"
    )


def test_beside_an_article_what_is_told_goes_on() -> None:
    step = Step(
        "w", "article", article="x", confirm=Text("Нашли, что нужно?", "Found it?"), yes=Target("s"), no=Target("q")
    )
    flow = Flow(
        "f",
        Text("Проба"),
        (step, Step("q", "ask", ask=("t",)), HAND, Step("s", "resolve")),
        topic="f",
        slots=(FACTS["t"],),
    )
    outcome = talk(flow, BEGUN, WordsTyped(text="890 третьего и ещё 890 четвёртого"), NOTHING)
    assert isinstance(outcome[1][-1], FactAsked)


@pytest.mark.parametrize(
    ("words", "moment"),
    [("ночью сиреневая", None), ("вчера ночью", "16.03, 00:00–06:00"), ("в 18:40", "18:40"), ("14 марта", "14.03")],
)
def test_a_part_of_the_day_tells_no_day(words: str, moment: str | None) -> None:
    assert talk(A, WordsTyped(text=words))[0].told.get("moment") == moment


def test_a_title_that_denies_is_not_met_by_its_word() -> None:
    choices = (("yes", ["Есть"]), ("unknown", ["Не могу проверить", "I cannot check"]))
    assert matching.best("кабель проверили сидит плотно", choices) is None
