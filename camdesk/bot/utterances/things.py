"""Lamps, heights, floors, sums and telephone numbers that a message names."""

import re
from collections.abc import Callable, Sequence

from camdesk.bot.utterances.heard import Light
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
_NOT = words("не ни нет not isn no doesn")

_METRES = re.compile(r"(?<![\d.,])(\d{1,2})(?:[.,](\d))?\s{0,3}(?:м|метр[а-я]{0,3}|m|metres|meters)\b", re.IGNORECASE)
_FLOOR = re.compile(r"(?<!\d)(\d{1,2})(?:-?(?:й|м|ом|го))?\s{1,3}этаж|\bfloor\s{1,3}(\d{1,2})", re.IGNORECASE)
_MONEY = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[ \u00a0]\d{3}){1,2}|\d{1,7})(?:[.,]\d{1,2})?\s{0,3}(?:руб[а-я]{0,4}|р\b|₽|rub)",
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
        lamp = any(one.stem in _LAMPS for one in near)
        if token.word in ("on", "off", "dark", "темно", "темная", "темный") and not lamp:
            continue
        denied = any(one.word in _NOT for one in tokens[max(0, at - 2) : at])
        if denied:
            state = "dark" if state == "lit" else "lit" if state == "blinking" else state
        if colour or lamp or len(tokens) <= 4:
            found.append(Light(colour, state))
    return tuple(dict.fromkeys(found))


def metres_of(text: str) -> float | None:
    """A height in metres, 0.1 to 99.9."""
    match = _METRES.search(text)
    return float(f"{match[1]}.{match[2] or 0}") if match else None


def floor_of(text: str) -> int | None:
    match = _FLOOR.search(text)
    return int(match[1] or match[2]) if match else None


def money_of(text: str) -> int | None:
    """The first sum, in whole roubles."""
    match = _MONEY.search(text)
    return int("".join(digit for digit in match[1] if digit.isdecimal())) if match else None


def phone_of(text: str, reader: Callable[[str], str]) -> str:
    """The first telephone number as `reader` writes it; "" when there is none. `reader` raises ValueError."""
    for match in _PHONE.finditer(text):
        try:
            return reader(match[0])
        except ValueError:
            continue
    return ""
