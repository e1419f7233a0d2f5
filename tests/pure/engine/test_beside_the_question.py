"""Words that answer no question: at what stands open, at what is offered, and before anything is begun."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from camdesk.bot.engine import DialogueState, matching
from camdesk.bot.engine.effects import Understand
from camdesk.bot.engine.events import AnyEvent, Began, CallAnswered, FilesSent, SaidNo, Understood, WordsTyped
from camdesk.bot.engine.reducer import Outcome, play
from camdesk.bot.engine.replies import Confirmation, FactAsked, KnownShown, TopicsOffered
from camdesk.bot.utterances.overheard import overhear
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
STATUS = replace(B, id="request-status", topic="request-status", about=About(kind="other"))


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
    words = "нет, номера не дали"
    told = talk(flow_asking(asked), BEGUN, WordsTyped(text=words))[0]
    assert (told.facts.get(asked), words in told.notes) == ((None, True) if asked == "t" else (words, False))


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


LIT = Fact(
    "mains",
    Text("Есть ли на объекте электричество?", "Is there electricity?"),
    "choice",
    options=(
        Option("yes", Text("Есть", "Yes"), also=("свет есть",)),
        Option("no", Text("Нет", "No"), also=("света нет",)),
        Option("unknown", Text("Не могу проверить", "I cannot check")),
    ),
)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("свет есть, интернета нет", "yes"),
        ("интернета нет, а свет есть", "yes"),
        ("света нет, интернет работает", "no"),
        ("нет, света тоже нет", "no"),
        ("есть", "yes"),
        ("интернета нет, телевизор молчит", "no"),  # none of it speaks of what is asked: it is taken as before
    ],
)
def test_the_clause_that_speaks_of_what_is_asked_answers(words: str, value: str) -> None:
    assert matching.answer(LIT, words, {}, "ru", overhear(words).agrees) == value


def test_the_only_no_among_the_options_is_taken_by_a_bare_no() -> None:
    others = Fact(
        "o",
        Text("Что показывают другие камеры?"),
        "choice",
        options=(
            Option("fine", Text("Картинку")),
            Option("black", Text("Тоже чёрные")),
            Option("none", Text("Других нет")),
        ),
    )
    assert matching.answer(others, "нет", {}, "ru", agrees=False) == "none"
    assert matching.answer(others, "да", {}, "ru", agrees=True) is None


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("нет", None),
        ("нет, пока не заявляли", None),
        ("no, we have not been there", None),
        ("нет, 1234", "нет, 1234"),
        ("КУСП 77", "КУСП 77"),
    ],
)
def test_a_no_is_no_answer_in_words(words: str, kept: str | None) -> None:
    state, _replies, _effects = talk(flow_asking("t"), BEGUN, WordsTyped(text=words))
    assert state.facts.get("t") == kept
    assert state.frames[-1].phase == "confirm"
    assert (words in state.notes) is (kept is None and " " in words)


@pytest.mark.parametrize("asked", ["k", "c", "n", "w"])
def test_who_is_angry_and_does_not_know_gets_a_person(asked: str) -> None:
    flow = flow_asking(asked) if asked != "w" else flow_asking()
    angry = WordsTyped(text="сколько можно, камера не работает")
    outcome = talk(flow, angry, BEGUN, WordsTyped(text="не знаю я"))
    assert outcome[0].status == "handed"
    assert "Понимаем" in said(outcome)


OTHERS = tuple(
    Flow(name, Text(title), (Step("q", "ask", ask=("t",)), HAND), topic=name, slots=tuple(FACTS.values()))
    for name, title in (("move", "Переезд"), ("pay", "Оплата"))
)
LIKELY = Understood(decision="likely", topics=("move",))


@pytest.mark.parametrize(
    ("offered", "read", "begun"),
    [
        (LIKELY, Understood(decision="offer", topics=("pay",)), "move"),
        (LIKELY, Understood(decision="person"), "move"),
        (LIKELY, Understood(decision="likely", topics=("pay",)), "move"),
        (LIKELY, Understood(decision="open", topics=("pay",)), "pay"),
        (
            Understood(decision="offer", topics=("move", "pay")),
            Understood(decision="offer", topics=("pay", "f")),
            "pay",
        ),
        (Understood(decision="offer", topics=("move", "pay")), Understood(decision="person"), "move"),
    ],
)
def test_a_remark_beside_an_offer_goes_on_with_it(offered: Understood, read: Understood, begun: str) -> None:
    state, _replies, _effects = talk(flow_asking("c"), STORY, offered, STORY, read, others=OTHERS)
    assert (state.frames[0].flow if state.frames else "") == begun


def test_an_emergency_sends_nobody_to_wait_until_tomorrow() -> None:
    danger = WordsTyped(text="не могу попасть домой, ребёнок внутри")
    outcome = talk(flow_asking("c"), danger, open=False, promised="завтра до 12:00", hours={"now": "23:40"})
    assert "звонить быстрее" in said(outcome)
    assert "завтра" not in said(outcome)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("да", "yes"),
        ("да, есть, точно", "yes"),
        ("да, писал заявление, КУСП 4512", None),
        ("да новый, пароль другой", None),
        ("нет! мне деньги не нужны, мне камеры нужны", None),
        ("да, электричество есть", "yes"),
        ("не знаю я что там со светом", "unknown"),
        ("не знаю, вроде свет есть", "yes"),
    ],
)
def test_what_speaks_of_another_thing_answers_nothing(words: str, value: str | None) -> None:
    flow = Flow("f", Text("Проба"), (Step("q", "ask", ask=("mains",)), HAND), topic="f", slots=(LIT,))
    state, _replies, _effects = talk(flow, BEGUN, WordsTyped(text=words))
    assert state.facts.get("mains") == value


def test_a_vague_word_is_asked_about_before_anybody_is_called() -> None:
    outcome = talk(flow_asking("c"), WordsTyped(text="ну чё там"), NOTHING)
    assert (outcome[0].status, "О чём речь" in said(outcome)) == ("new", True)
    long = WordsTyped(text="соседский кот опять ходит по забору и смотрит на меня")
    assert talk(flow_asking("c"), long, NOTHING)[0].status == "handed"


def test_what_it_is_about_is_a_word() -> None:
    records = tuple(replace(one, about=About(kind="archive")) for one in OTHERS)
    vague = WordsTyped(text="ну чё там")
    outcome = talk(flow_asking("c"), vague, NOTHING, WordsTyped(text="запись"), others=records)
    offered = [one for one in outcome[1] if isinstance(one, TopicsOffered)]
    assert [[topic.flow for topic in one.topics] for one in offered] == [["move", "pay"]]


def test_what_is_added_is_read_with_what_was_said() -> None:
    effects = talk(flow_asking("c"), WordsTyped(text="ну чё там"), NOTHING, WordsTyped(text="с телефона"))[2]
    assert [one.text for one in effects if isinstance(one, Understand)] == ["ну чё там, с телефона"]


@pytest.mark.parametrize(
    ("asked", "words", "stands"),
    [
        ("Подождём окончания?", "подожду конечно", "done"),
        ("Подождём окончания?", "не подожду", "handed"),
        ("Сможете оплатить?", "смогу", "done"),
        ("Сможете оплатить?", "нет, не смогу я", "handed"),
        ("Сможете оплатить?", "а вы сможете?", "active"),
        ("Видите изображение?", "видимо, провод", "active"),
        ("Камера появилась?", "камера старая уже", "active"),
    ],
)
def test_the_question_s_own_verb_answers_it(asked: str, words: str, stands: str) -> None:
    confirm = Step("w", "confirm", confirm=Text(asked), yes=Target("s"), no=Target("h"))
    flow = Flow("f", Text("Проба"), (confirm, HAND, Step("s", "resolve")), topic="f", slots=tuple(FACTS.values()))
    assert talk(flow, BEGUN, WordsTyped(text=words))[0].status == stands


def test_what_is_asked_later_is_kept_and_is_no_other_topic() -> None:
    wifi = Fact("net", Text("Как подключена?"), "choice", options=(Option("wifi", Text("Wi-Fi"), also=("вайфай",)),))
    confirm = Step("w", "confirm", confirm=Text("Камера появилась?"), yes=Target("s"), no=Target("n"))
    steps = (confirm, Step("n", "ask", ask=("net",)), HAND, Step("s", "resolve"))
    flow = Flow("f", Text("Проба"), steps, topic="f", slots=(wifi,))
    state, replies, effects = talk(flow, BEGUN, WordsTyped(text="вайфай говорю же"))
    assert (state.frames[-1].step, state.told["words"].strip()) == ("w", "вайфай говорю же")
    assert [type(one) for one in replies[-1:]] == [Confirmation]
    assert not [one for one in effects if isinstance(one, Understand)]
    assert talk(flow, BEGUN, WordsTyped(text="вайфай говорю же"), SaidNo())[0].status == "handed", (
        "it is not asked again"
    )


def test_who_is_not_understood_about_a_picture_gets_a_person() -> None:
    sent = FilesSent(files=("a.jpg",))
    outcome = talk(flow_asking("c"), sent, WordsTyped(text="ну вот видите всё"), NOTHING)
    assert outcome[0].status == "handed"
    assert said(talk(flow_asking("c"), sent)).count("Что на нём") == 1


def test_what_is_put_off_is_no_part_of_the_matter() -> None:
    [asked] = [
        one
        for one in talk(flow_asking("c"), WordsTyped(text="калитка потухла, вечером проверю что там"))[2]
        if isinstance(one, Understand)
    ]
    assert asked.text == "калитка потухла"


def test_who_will_be_there_in_the_evening_is_asked_then_whether_a_dead_camera_is_back() -> None:
    look = Step("p", "call", call=CallSpec("check", ("cameras",), save="diag"))
    confirm = Step("w", "confirm", confirm=Text("Камера появилась?"), yes=Target("s"), no=Target("h"))
    steps = (look, confirm, HAND, Step("s", "resolve"))
    flow = Flow("f", Text("Проба"), steps, topic="f", slots=(CAMERAS,))
    rows = [{"id": "1", "title": "Двор"}]
    words = WordsTyped(text="двор потух, вечером проверю")
    begun = Understood(decision="open", topics=("f",))
    for verdict, put_off in (("offline", True), ("online", False)):
        found = CallAnswered(call="c2-1", value={"verdict": verdict, "cameras": {"1": verdict}})
        state = talk(flow, words, begun, customer={"cameras": rows})[0]
        found = replace(found, call=next(iter(state.calls)))
        outcome = talk(flow, words, begun, found, customer={"cameras": rows})
        assert outcome[0].promised is put_off
        assert ("19:00" in said(outcome)) is put_off


def test_who_does_not_understand_what_is_asked_is_told_and_asked_again() -> None:
    lamp = replace(KNOWN, id="lamp", hint=Text("Огонёк на корпусе камеры."))
    flow = Flow("f", Text("Проба"), (Step("q", "ask", ask=("lamp",)), HAND), topic="f", slots=(lamp,))
    outcome = talk(flow, BEGUN, WordsTyped(text="не понимаю, что такое индикатор"))
    assert (outcome[0].status, "Огонёк" in said(outcome), "lamp" in outcome[0].facts) == ("active", True, False)


def test_sympathy_is_said_once() -> None:
    angry = WordsTyped(text="сколько можно, двор виснет")
    both = Understood(decision="offer", topics=("move", "pay"))
    assert "Понимаем" in said(talk(flow_asking("c"), angry, both, others=OTHERS))
    assert "Понимаем" not in said(talk(flow_asking("c"), angry, both, STORY, both, others=OTHERS))


def test_what_was_agreed_upon_is_not_said_again() -> None:
    flow = flow_asking("k")
    lamp = replace(KNOWN, id="k", options=(*COLOURS, Option("out-of-sight", Text("Не видно", "Cannot see it"))))
    flow = replace(flow, slots=tuple(lamp if one.id == "k" else one for one in flow.slots))
    later = WordsTyped(text="завтра утром смогу")
    assert "завтра" in said(talk(flow, BEGUN, later))
    again = talk(flow, BEGUN, later, WordsTyped(text="перезагрузил и всё пошло"))
    assert ("Закрыть обращение" in said(again), "напомню" in said(again)) == (True, False)


def test_a_fault_is_no_remark_beside_an_offer() -> None:
    look = Step("p", "call", call=CallSpec("check", ("cameras",), save="diag"))
    dead = Flow(
        "camera-offline", Text("Не работает"), (look, HAND), topic="camera-offline", slots=(CAMERAS,),
        about=About(kind="camera"),
    )  # fmt: skip
    rows = [{"id": "1", "title": "Двор", "status": "offline"}, {"id": "2", "title": "Вход"}]
    read = Understood(decision="likely", topics=("move",))
    for words, begun in (("камера двор не работает!", "camera-offline"), ("двор на новом месте", "move")):
        outcome = talk(
            flow_asking("c"),
            STORY,
            LIKELY,
            WordsTyped(text=words),
            read,
            others=(*OTHERS, dead),
            customer={"cameras": rows},
        )
        assert outcome[0].frames[0].flow == begun
