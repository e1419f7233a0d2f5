"""What is a promise written by hand, and what only looks like one."""

from __future__ import annotations

import pytest

from camdesk.playbook.own_promises import found_in

PROMISED = [
    "Ответим в течение 10 рабочих дней.",
    "Ответим за час.",
    "Ответим в срок по закону: не позднее 30 дней.",
    "Перезвоним через полчаса.",
    "Мастер приедет в течение двух дней.",
    "Бригада позвонит за час до приезда.",
    "Деньги вернём не позднее 10 дней.",
    "Отзыв получили — удалим данные в течение 30 дней.",
    "Инженер ответит в течение рабочего дня.",
    "Срок рассмотрения — пять рабочих дней.",
    "Разберёмся за пару часов.",
    "Мы отвечаем за четверть часа, четверть часа — это быстро.",
    "ответ в течение 15 минут",
    "Сейчас закрыто, ответим {hours.next_open|утром}.",
]
PROMISED_EN = [
    "We answer within 30 days.",
    "We usually reply within a few minutes.",
    "They will call an hour ahead.",
    "The technician will come in two days.",
    "Send the form, and we’ll delete it within 30 days.",
    "An answer within 15 minutes.",
    "We will reply {hours.next_open|in the morning}.",
]
# What the reader is told to do or to wait for, what a setting or the request itself says, what has no number.
FREE = [
    "Ответим {promised|в рабочее время}.",
    "Ответим в срок по закону — в течение {term.law_data_reply}.",
    "{name}, ответим не позже {promised_at}.",
    "Выключите питание на 30 секунд, включите и подождите пять минут.",
    "Камера не появляется через 15 минут после включения: напишите нам.",
    "Проверим хранение и пересчитаем оплату за дни, которых не было.",
    "Согласуем день и время и позвоним перед приездом.",
    "Поставьте задержку, например 5 минут: о следующем обрыве сообщим.",
    "Ждём вашего ответа уже три дня.",
    "Когда свет дадут, камеры включатся сами за несколько минут.",
    "Люди ответят {promised|утром}. Может ли запись стереться раньше?",
    "Срок хранения — 30 дней.",
    "Архив растёт по дню в сутки: месяц наберётся через 23 дня.",
]
FREE_EN = [
    "We will reply {promised|in working hours}.",
    "Switch it off for 30 seconds and wait five minutes.",
    "People answer daily.",
    "We say which day is the last one.",
]


@pytest.mark.parametrize("text", PROMISED)
def test_a_number_beside_a_verb_of_ours_is_found(text: str) -> None:
    assert list(found_in(text, "ru"))


@pytest.mark.parametrize("text", PROMISED_EN)
def test_in_english_too(text: str) -> None:
    assert list(found_in(text, "en"))


@pytest.mark.parametrize(("text", "language"), [*((one, "ru") for one in FREE), *((one, "en") for one in FREE_EN)])
def test_what_has_its_source_or_is_no_promise_is_free(text: str, language: str) -> None:
    assert list(found_in(text, language)) == []
