"""Which cameras a message means, of a home and of a chain of shops."""

import pytest

from camdesk.bot.understanding.lexicon import Synonyms
from camdesk.bot.utterances.cameras import CameraNames, Mentioned, NamedCamera
from camdesk.bot.utterances.patterns import tokens_of

SYNONYMS = Synonyms(
    {"дверь": ["калитка", "ворота", "вход"], "касса": ["прикассовая зона"], "камеры двора": ["жильцы"]}
).replace
HOME = (
    NamedCamera("1", "Двор", "Москва, ул. Ленина, 5"),
    NamedCamera("2", "Калитка", "Москва, ул. Ленина, 5"),
    NamedCamera("3", "Гараж", "Москва, ул. Мира, 7"),
)
SHOPS = (
    *(NamedCamera(str(at), f"Касса {at}", f"Казань, Баумана, {10 + at // 3}") for at in range(1, 7)),
    NamedCamera("7", "Склад", "Казань, Баумана, 10"),
    NamedCamera("8", "Зал", "Казань, Мира, 3"),
)
ONE_MORE = (NamedCamera("3", "Ресепшн", "Победы, 10"),)
STORES = (NamedCamera("1", "Склад 1", "Складская, 2"), NamedCamera("2", "Склад 2", "Складская, 2"), *ONE_MORE)
HOUSE = (NamedCamera("1", "Двор", "Мира, 4, подъезд 1"), NamedCamera("2", "Детская площадка", "Мира, 4"))
ONE = (NamedCamera("1", "Двор", "Москва, ул. Ленина, 5"),)

MEANT = [
    ((NamedCamera("1", "Баня", "СНТ, 4"), HOME[0]), "банька ниработает", "1", ""),
    (HOME, "жильцы жалуются", "", ""),
    (HOME, "двор не работает", "1", ""),
    (HOME, "камера во дворе и гараж", "1 3", ""),
    (HOME, "у ворот не показывает", "2", ""),
    (HOME, "kamera dvor ne rabotaet", "1", ""),
    (HOME, "ldjh yt hf,jnftn", "1", ""),
    (HOME, "двор работает, а гараж нет", "3", ""),
    (HOME, "двор не работает, гараж тоже", "1 3", ""),
    (HOME, "все камеры не работают", "1 2 3", ""),
    (HOME, "все", "1 2 3", ""),
    (HOME, "ни одна камера не показывает", "1 2 3", ""),
    (HOME, "кроме двора все", "2 3", ""),
    (HOME, "на ленина 5 ничего нет", "", "1 2"),
    (HOME, "на мира тишина", "3", ""),
    (HOME, "москва", "", ""),
    (HOME, "камера не работает", "", ""),
    (HOME, "всё не работает 2 дня", "", ""),
    (HOME, "the garage camera is down", "3", ""),
    (SHOPS, "все кассы молчат", "1 2 3 4 5 6", ""),
    (SHOPS, "кассы не работают", "1 2 3 4 5 6", ""),
    (SHOPS, "на кассах темно", "1 2 3 4 5 6", ""),
    (SHOPS, "с кассы не видно", "", "1 2 3 4 5 6"),
    (SHOPS, "склад 2 не работает", "", ""),
    (SHOPS, "склад 2 дня не работает", "7", ""),
    (SHOPS, "склад 10 марта", "7", ""),
    (STORES, "со склада 2 за 14 марта", "2", ""),
    (STORES, "на ресепшене хрипит", "3", ""),
    (HOME, "камеры лежат", "1 2 3", ""),
    (HOME, "вся дача не видна", "1 2 3", ""),
    (HOME, "камеры ваши дорогие", "", ""),
    (SHOPS, "камеры лежат", "", ""),
    (STORES, "складская", "", "1 2"),
    (HOUSE, "дворик не видно", "1", ""),
    (HOUSE, "дворник не видно", "", ""),
    (HOUSE, "дворовая", "1", ""),
    (HOUSE, "третий подъезд не показывает", "", ""),
    (HOUSE, "первый подъезд не показывает", "1", ""),
    (HOUSE, "подъезд 3", "", ""),
    (HOUSE, "на площадке чёрный экран", "2", ""),
    (HOME, "двор показывает чёрный экран", "1", ""),
    (HOME, "двор показывает хорошо, гараж чёрный", "3", ""),
    (SHOPS, "касса 3 не работает", "3", ""),
    (SHOPS, "третья касса", "3", ""),
    (SHOPS, "касса 3 и касса 4", "3 4", ""),
    (SHOPS, "кассы 3 и 4", "3 4", ""),
    (SHOPS, "касса №5", "5", ""),
    (SHOPS, "третий раз пишу, склад чёрный", "7", ""),
    (SHOPS, "не работает склад и все кассы", "1 2 3 4 5 6 7", ""),
    (SHOPS, "касса на Баумана 11", "", "3 4 5"),
    (SHOPS, "касса не работает 3 дня", "", "1 2 3 4 5 6"),
    (SHOPS, "в зале темно", "8", ""),
    (ONE, "двор", "1", ""),
    (ONE, "все", "", ""),
]


@pytest.mark.parametrize(("cameras", "text", "ids", "perhaps"), MEANT)
def test_the_cameras_that_are_meant(cameras: tuple[NamedCamera, ...], text: str, ids: str, perhaps: str) -> None:
    found = CameraNames(cameras, SYNONYMS).named(tokens_of(text))
    assert found == Mentioned(tuple(ids.split()), tuple(perhaps.split()))


def test_of_nobody_s_cameras_none_is_meant() -> None:
    assert CameraNames((), SYNONYMS).named(tokens_of("все камеры")) == Mentioned()
