"""Whether it works, as people say it who were asked."""

import pytest

from camdesk.bot.engine import matching
from camdesk.bot.engine.outcomes import says_it_works, works_elsewhere
from camdesk.playbook.document import Fact, Option, Text


@pytest.mark.parametrize(
    ("words", "asked", "elsewhere"),
    [
        ("блок проверил, розетка работает", "Индикатор загорелся и камера появилась?", True),
        ("роутер работает", "", True),
        ("роутер перезагрузил, камера работает", "Камера появилась?", False),
        ("интернет появился", "Интернет появился?", False),
        ("работает", "Камера появилась?", False),
    ],
)
def test_what_works_that_was_not_asked_about(words, asked, elsewhere):
    assert works_elsewhere(words, asked) is elsewhere


@pytest.mark.parametrize(
    ("words", "works"),
    [
        ("ура, есть картинка", True),
        ("так ну воткнул обратно загорелась и показывает", True),
        ("да зажглась, картинка пошла", True),
        ("изображение есть", True),
        ("видео идёт", True),
        ("вернулась", True),
        ("появился звук", True),
        ("it is back online", True),
        ("картинки нет", False),
        ("так и не загорелась", False),
        ("не показывает", False),
        ("звука так и нет", False),
        ("не загорелась и картинки нет", False),
        ("загорелась, но не показывает", None),
        ("загорелась, картинки нет", None),  # both
        ("а когда починят", None),
        ("что такое порт", None),
        ("", None),
        ("😀", None),
        ("если вернулась, то что", None),
        ("вот " * 40 + "работает", None),
    ],
)
def test_what_is_said(words: str, works: bool | None) -> None:
    assert says_it_works(words) is works


@pytest.mark.parametrize(
    ("asked", "words", "works"),
    [
        ("Камера появилась в сети?", "сеть видна, инет есть", None),
        ("Камера появилась в сети?", "сеть видна, камера появилась", True),
        ("Камера появилась в сети?", "сайты открываются, а камеры нет", None),
        ("Индикатор загорелся и камера появилась?", "лампочка загорелась", None),
        ("Индикатор загорелся и камера появилась?", "индикатор загорелся, камера появилась", True),
        ("Интернет появился?", "инет появился", None),
        ("Интернет появился?", "интернет появился", True),
        ("Видите изображение?", "нет, в приложении не показывает", None),
        ("Видите изображение?", "не показывает", False),
        ("Индикатор загорелся и камера появилась?", "там удлинитель выбило, включил, жду", None),
        ("Камера появилась?", "подключил", None),
        ("Камера появилась?", "включилась", True),
        ("Нашли нужный момент?", "нашёл", True),
        ("Нашли нужный момент?", "не нашла", False),
    ],
)
def test_what_another_thing_does_is_no_answer(asked: str, words: str, works: bool | None) -> None:
    assert says_it_works(words, asked) is works


LIGHT = (("lit", "Горит", "It is on"), ("blinking", "Мигает", "It blinks"), ("dark", "Не горит", "It is off"))
NET = (("yes-there", "Есть", "There is"), ("none", "Нет", "No"), ("comes-and-goes", "Есть, но с перебоями", "Unstable"))
THERE = (("better", "Да, там ровно", "Yes"), ("same", "Нет, так же", "No"), ("unknown", "Не проверить", "Cannot check"))
CAUSES = (("a", "Кабель", "Cable"), ("b", "Роутер", "Router"))


@pytest.mark.parametrize(
    ("options", "agrees", "value"),
    [
        (LIGHT, True, "lit"),
        (LIGHT, False, "dark"),
        (LIGHT, None, None),
        (NET, True, "yes-there"),
        (NET, False, "none"),
        (THERE, True, "better"),
        (THERE, False, "same"),
        (CAUSES, True, None),
        (CAUSES, False, None),
    ],
)
def test_a_bare_yes_or_no_chooses_where_options_are_opposites(
    options: tuple[tuple[str, str, str], ...], agrees: bool | None, value: str | None
) -> None:
    made = tuple(Option(one, Text(russian, english)) for one, russian, english in options)
    fact = Fact("f", Text("Вопрос?"), type="choice", options=made)
    assert matching.answer(fact, "так", {}, "ru", agrees) == value
