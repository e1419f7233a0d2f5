"""Lamps, heights, floors, sums and telephone numbers that a message names."""

import re
from collections.abc import Callable, Sequence

from camdesk.bot.utterances.heard import Light
from camdesk.bot.utterances.numerals import amount_of
from camdesk.bot.utterances.patterns import Token, words

_COLOURS = {
    "зелен": "green", "зелененьк": "green", "зеленоват": "green", "салатов": "green", "green": "green",
    "красн": "red", "красненьк": "red", "red": "red", "син": "blue", "синеньк": "blue", "голуб": "blue", "blue": "blue",
    "желт": "yellow", "желтеньк": "yellow", "оранжев": "yellow",
    "yellow": "yellow", "orang": "yellow", "amber": "yellow",
    "бел": "white", "white": "white",
}  # fmt: skip
_LIT = words("горит горят светит светится светятся зажглась зажегся загорелась загорелся lit on solid")
_BLINKING = words("мигает мигают моргает моргают мерцает мерцают помаргивает blinking flashing blinks")
_DARK = words("погас погасла темная темный темно потух потухла dark off")
_LAMPS = words("индикатор лампочк ламп светодиод диод огонек огоньк огонечек лед led light lamp indic диодик светик")
_POWER = words("свет света электричество power electricity")  # «свет погас» is no lamp, «свет на камере погас» is one
_CAMERA = words("камер camera")
_NOT = words("не ни нет not isn no doesn")

_METRES = re.compile(r"(?<![\d.,])(\d{1,2})(?:[.,](\d))?\s{0,3}(?:м|метр[а-я]{0,3}|m|metres|meters)\b", re.IGNORECASE)
_METRE = words("метр метра метров метре метрах метры meter meters metre metres")
_TENS = {
    "двадцать": 20, "тридцать": 30, "сорок": 40, "пятьдесят": 50, "шестьдесят": 60, "семьдесят": 70, "восемьдесят": 80,
    "девяносто": 90, "20": 20, "30": 30, "40": 40, "50": 50, "60": 60, "70": 70, "80": 80, "90": 90,
}  # fmt: skip
_TALLEST = 100  # metres
_COUNTED = (
    "камер",
    "раз",
    "дн",
    "ден",
    "недел",
    "час",
    "минут",
    "этаж",
    "шту",
    "касс",
    "подъезд",
)
_FLOOR = re.compile(r"(?<!\d)(\d{1,2})(?:-?(?:й|м|ом|го))?\s{1,3}этаж|\bfloor\s{1,3}(\d{1,2})", re.IGNORECASE)
_MONEY = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[ \u00a0]\d{3}){1,2}|\d{1,7})(?:[.,]\d{1,2})?\s{0,3}(?:руб[а-я]{0,4}|р\b|₽|rub)",
    re.IGNORECASE,
)
# «Списали 5 марта по 450», «заплатил 900»: a sum without its unit, after what is done with money.
_PAID = re.compile(
    r"\b(?:списал|снял|заплатил|оплатил|начислил|взял|charged|paid)[а-я]{0,3}(?:\s{1,2}[^\s,.;]{1,10}){0,4}?\s{1,2}"
    r"(\d{2,6})(?![\d.:/-])(?!\s{1,2}(?:раз|числ|дн|час|мин|январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр"
    r"|ноябр|декабр|march|april|june|july))",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\d+])\+?\d(?:[ \-()\u00a0.]{0,3}\d){6,14}(?!\d)")


def lights_of(tokens: Sequence[Token]) -> tuple[Light, ...]:
    """Each lamp that is told about: its colour and whether it is lit, blinking or dark.

    A state without a lamp or a colour near is none: «камера не горит», «горит срок» say nothing of a lamp.
    """
    found: list[Light] = []
    for at, token in enumerate(tokens):
        state = "blinking" if token.word in _BLINKING else "lit" if token.word in _LIT else ""
        state = "dark" if token.word in _DARK else state
        if not state:
            continue
        near = tokens[max(0, at - 4) : at + 5]
        colour = next((_COLOURS[one.stem] for one in near if one.stem in _COLOURS), "")
        power = any(one.word in _POWER for one in near)
        lamp = any(one.stem in _LAMPS for one in near) or (power and any(one.stem in _CAMERA for one in near))
        if power and not (lamp or colour):
            continue
        if token.word in ("on", "off", "dark", "темно", "темная", "темный") and not lamp:
            continue
        denied = any(one.word in _NOT for one in tokens[max(0, at - 2) : at])
        if denied:
            state = "dark" if state == "lit" else "lit" if state == "blinking" else state
        if colour or lamp or len(tokens) <= 4:
            found.append(Light(colour, state))
    return tuple(dict.fromkeys(found)) or _coloured(tokens)


def _coloured(tokens: Sequence[Token]) -> tuple[Light, ...]:
    """«The light is still green», «лампочка красная»: a lamp with a colour is lit, where nothing else is said of it."""
    for at, token in enumerate(tokens):
        colour = _COLOURS.get(token.stem)
        if colour and any(one.stem in _LAMPS for one in tokens[max(0, at - 4) : at + 3]):
            denied = any(one.word in _NOT for one in tokens[max(0, at - 2) : at])
            return () if denied else (Light(colour, "lit"),)
    return ()


def metres_of(text: str, tokens: Sequence[Token]) -> float | None:
    """A height in metres, 0.1 to 99.9, in digits or in words: «метра два», «полтора метра», «метр восемьдесят».

    Of «два-три метра» the greater: what reaches it reaches the other too.
    """
    match = _METRES.search(text)
    if match:
        return float(f"{match[1]}.{match[2] or 0}")
    words = [token.word for token in tokens]
    for at, word in enumerate(words):
        if word == "полметра":
            return 0.5
        if word in _METRE:
            found = _before(words, at) or _after(words, at)
            if found:
                return found
    return None


def _before(words: Sequence[str], at: int) -> float | None:
    """«пять метров», «два с половиной метра», «с пару метров»: the number before the unit at `at`."""
    half = at >= 3 and words[at - 2 : at] == ["с", "половиной"]
    end = at - 2 if half else at
    amount = amount_of(words[end - 1]) if end else None
    return amount + half / 2 if amount and amount < _TALLEST else None


def _after(words: Sequence[str], at: int) -> float | None:
    """«метров пять», «метра два-три», «метр восемьдесят»: the numbers after the unit, where they count it."""
    amounts: list[float] = []
    for word in words[at + 1 : at + 3]:
        amount = amount_of(word)
        if amount is None:
            break
        amounts.append(amount)
    rest = words[at + 1 + len(amounts) : at + 2 + len(amounts)]
    if words[at] == "метр":
        tens = _TENS.get(words[at + 1]) if len(words) > at + 1 else None
        return 1 + tens / 100 if tens else None
    if not amounts or max(amounts) >= _TALLEST or any(one.startswith(_COUNTED) for one in rest):
        return None
    return max(amounts)


def floor_of(text: str) -> int | None:
    match = _FLOOR.search(text)
    return int(match[1] or match[2]) if match else None


def money_of(text: str) -> int | None:
    """The first sum, in whole roubles."""
    match = _MONEY.search(text) or _PAID.search(text)
    return int("".join(digit for digit in match[1] if digit.isdecimal())) if match else None


def phone_of(text: str, reader: Callable[[str], str]) -> str:
    """The first telephone number as `reader` writes it; "" when there is none. `reader` raises ValueError."""
    for match in _PHONE.finditer(text):
        try:
            return reader(match[0])
        except ValueError:
            continue
    return ""


# «По заявке 1042», «обращение № 1042», «request #1042».
_REQUEST = re.compile(
    r"\b(?:обращени|заявк|заявлени|тикет|запрос|request|ticket)[а-яa-z]{0,4}\s{0,3}(?:номер|number|no\.?)?\s{0,3}[№#]?\s{0,3}"
    r"(\d{2,9})(?![\d.:])",
    re.IGNORECASE,
)
# «Ленина 1», «ул. Мира, дом 4, подъезд 2», «Lenina 1»: a name with a capital letter and a house, or a street's word.
_PLACE = re.compile(
    r"(?:\b(?:[Уу]л(?:ица|ице|\.)?|[Пп]р(?:оспект|-кт|\.)|[Пп]ереул[а-я]{1,4}|[Нн]абережн[а-я]{1,3})\s{0,2}[А-ЯЁа-яё]{3,20}"
    r"|(?<![.!?] )(?<!^)\b[А-ЯЁA-Z][а-яёa-z]{3,20}(?: (?:ул(?:ица|\.)?|street|st\.?))?)"
    r",?\s{1,2}(?:д(?:ом|\.)?\s{0,2})?\d{1,3}[а-гА-Г]?(?![\d.:])(?:,?\s{1,2}(?:подъезд|п\.|корп(?:ус|\.)?)\s{0,2}\d{1,2})?"
)
_NO_STREET = words("march april june july august september october november december january february")


def request_of(text: str) -> str:
    """The number of a request that is named; "" for none."""
    match = _REQUEST.search(text)
    return match[1] if match else ""


def place_of(text: str) -> str:
    """An address with its house, as it was written; "" for none."""
    for match in _PLACE.finditer(text):
        if match[0].split()[0].casefold() not in _NO_STREET:
            return match[0]
    return ""
