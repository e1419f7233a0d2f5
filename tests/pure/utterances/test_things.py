"""Lamps, heights, sums, numbers, languages; and the whole message."""

from datetime import UTC, datetime

import hypothesis
import pytest
from hypothesis import strategies

from camdesk.bot.utterances.cameras import NamedCamera
from camdesk.bot.utterances.heard import Danger, Heard, Light, Return, SpeechAct
from camdesk.bot.utterances.languages import language_of
from camdesk.bot.utterances.patterns import tokens_of
from camdesk.bot.utterances.reader import hear
from camdesk.bot.utterances.things import floor_of, lights_of, metres_of, money_of, phone_of, place_of, request_of
from camdesk.lib.phones import normalise

NOW = datetime(2026, 3, 17, 12, 30, tzinfo=UTC)

LIGHTS = {
    "да, горит зелёненькая": (Light("green", "lit"),),
    "не горит": (Light("", "dark"),),
    "лампочка не горит": (Light("", "dark"),),
    "мигает красный": (Light("red", "blinking"),),
    "светодиод моргает синим": (Light("blue", "blinking"),),
    "индикатор погас": (Light("", "dark"),),
    "лампочка не мигает": (Light("", "lit"),),
    "the light is off": (Light("", "dark"),),
    "green light is on": (Light("green", "lit"),),
    "blinking red": (Light("red", "blinking"),),
    "камера не работает со вчера, ничего не горит на даче у нас": (),
    "в комнате темно": (),
    "turn it off": (),
    "свет погас": (),
    "свет не горит": (),
    "у нас свет потух": (),
    "power went dark": (),
    "свет на камере не горит": (Light("", "dark"),),
    "зелёный свет горит": (Light("green", "lit"),),
}
LANGUAGES = {
    "камера не работает": "ru",
    "kamera ne rabotaet": "ru",
    "rfvthf yt hf,jnftn": "ru",
    "my camera is down": "en",
    "камера не працює, допоможіть, її немає": "uk",
    "менің камерам жұмыс істемейді, көмектесіңіз": "kk",
    "Meine Kamera funktioniert nicht": "de",
    "摄像头不工作": "zh",
    "ok": "",
    "12345": "",
    "wifi": "",
}


@pytest.mark.parametrize(("text", "found"), LIGHTS.items())
def test_lamps(text: str, found: tuple[Light, ...]) -> None:
    assert lights_of(tokens_of(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("высота 4,5 м", 4.5),
        ("на 3 метрах", 3.0),
        ("висит 12м", 12.0),
        ("5 минут", None),
        ("до 100 мбит", None),
        ("5 m high", 5.0),
        ("метра два", 2.0),
        ("метров пять от земли", 5.0),
        ("полтора метра", 1.5),
        ("на высоте полутора метров", 1.5),
        ("два-три метра", 3.0),
        ("2-3 метра", 3.0),
        ("метра два-три", 3.0),
        ("два с половиной метра", 2.5),
        ("пару метров", 2.0),
        ("под десять метров", 10.0),
        ("метр восемьдесят", 1.8),
        ("полметра", 0.5),
        ("metra dva", 2.0),
        ("three metres", 3.0),
        ("метров много", None),
        ("до потолка метров не знаю, 3 камеры", None),
        ("провели метров, 2 часа работали", None),
        ("сто метров", None),
        ("пять минут", None),
        ("метро пять", None),
    ],
)
def test_heights(text: str, found: float | None) -> None:
    assert metres_of(text, tokens_of(text)) == found


@pytest.mark.parametrize(("text", "found"), [("на 2 этаже", 2), ("3-й этаж", 3), ("floor 7", 7), ("этаж", None)])
def test_floors(text: str, found: int | None) -> None:
    assert floor_of(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("списали 1 200 руб", 1200),
        ("890р", 890),
        ("минус 1500,50 ₽", 1500),
        ("1 200 450 рублей", 1_200_450),
        ("дважды списали 5 марта по 450, верните", 450),
        ("вчера заплатил 900", 900),
        ("списали 12 марта", None),
        ("заплатил 15.03", None),
        ("оплатил в 18:30", None),
        ("5 регистраторов", None),
        ("12 раз", None),
    ],
)
def test_sums(text: str, found: int | None) -> None:
    assert money_of(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("мой тел 8 912 345-67-89, звоните", "+79123456789"),
        ("+7(912)345 67 89", "+79123456789"),
        ("заявка 12345678", ""),
        ("с 24 по 26", ""),
    ],
)
def test_telephone_numbers(text: str, found: str) -> None:
    assert phone_of(text, normalise) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("по заявке 1042 мастер обещал", "1042"),
        ("обращение № 77", "77"),
        ("request #1042", "1042"),
        ("что с моей заявкой?", ""),
        ("заявка на 18:00", ""),
        ("запрос от 16.03", ""),
    ],
)
def test_numbers_of_requests(text: str, found: str) -> None:
    assert request_of(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("нужна запись с подъезда Мира 4, 10 марта", "Мира 4"),
        ("у дома на ул. Ленина, д. 12, подъезд 2 украли", "ул. Ленина, д. 12, подъезд 2"),
        ("your camera at Lenina 1", "Lenina 1"),
        ("it was on March 10", ""),
        ("вчера в 18:00", ""),
        ("камера 3", ""),
    ],
)
def test_addresses(text: str, found: str) -> None:
    assert place_of(text) == found


def test_a_greeting_names_no_time() -> None:
    assert hear("Добрый вечер, двор не показывает", now=NOW).moment is None
    back = hear("добрый вечер, завтра проверю", now=NOW).back
    assert back is not None
    assert back.time == "10:00"


@pytest.mark.parametrize(("text", "found"), LANGUAGES.items())
def test_the_language(text: str, found: str) -> None:
    assert language_of(text, tokens_of(text)) == found


def test_a_whole_message_is_heard() -> None:
    cameras = (NamedCamera("1", "Двор"), NamedCamera("2", "Гараж"))
    heard = hear(
        "Здравствуйте, двор не показывает со вчерашнего вечера, лампочка мигает красным", now=NOW, cameras=cameras
    )
    assert heard.acts == {SpeechAct.GREETING, SpeechAct.FAILS}
    assert heard.cameras == ("1",)
    assert heard.lights == (Light("red", "blinking"),)
    assert heard.moment is not None
    assert heard.moment.first_day == "2026-03-16"
    assert heard.language == "ru"
    assert heard.rest == "двор не показывает со вчерашнего вечера, лампочка мигает красным"


def test_courtesy_alone_leaves_nothing() -> None:
    assert hear("Добрый день! Спасибо.", now=NOW).rest == ""
    assert hear("да, горит", now=NOW).rest == "горит"


def test_of_an_emergency_the_kind_is_told() -> None:
    heard = hear("не могу попасть домой, ребёнок внутри", now=NOW)
    assert (heard.danger, SpeechAct.EMERGENCY in heard.acts) == (Danger.LOCKED_OUT, True)


def test_what_is_put_off_is_no_time_of_what_happened() -> None:
    heard = hear("завтра в 18:30 посмотрю", now=NOW)
    assert heard.moment is None
    assert heard.back == Return(30 * 3600, 1, "2026-03-18", "18:30")


@hypothesis.given(strategies.text(max_size=300))
def test_no_text_is_too_much(text: str) -> None:
    assert isinstance(hear(text, now=NOW, cameras=(NamedCamera("1", text[:40]), NamedCamera("2", "Двор"))), Heard)
