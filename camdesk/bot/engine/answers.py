"""Whether an answer answers its question. The clean values have the shapes of `playbook.facts`, so that forms, API and
bot store the same: choice, text, phone, date, time: a string; choices, camera, cameras, files: a list; yesno: a bool;
number: an int.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from camdesk.bot.engine.scope import Ctx, cameras_of, mapping
from camdesk.playbook.document import Fact

MAX_CAMERAS = 200
MAX_ID = 200
_NUMBER = re.compile(r"[-+]?[0-9]{1,12}\Z")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\Z")
_DOTTED = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})(?:[./]([0-9]{4}|[0-9]{2}))?\Z")
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])\Z")
_NOT_OF_A_PHONE = re.compile(r"[^\d\s()+\-.‑–—]")
_NOT_A_DIGIT = re.compile(r"[^0-9]")
_PHONE_EXAMPLE = "+7 912 345-67-89"  # where the shell gives none of the installation's country
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

Reader = Callable[[Fact, Any, Ctx, str], Any]


class InvalidAnswer(ValueError):
    """args: the key of the bot's own sentence, and its values."""


def clean(fact: Fact, value: Any, ctx: Ctx, lang: str) -> Any:
    """The clean value of an answer to `fact`. Raises InvalidAnswer; never anything else."""
    reader: Reader = _READERS.get(fact.type, _text)
    found = reader(fact, value, ctx, lang)
    if found is None or found == "" or found == []:
        raise InvalidAnswer("needed")
    return found


def file_ids(value: Any) -> list[str]:
    """Ids of files: given as strings or as {"id": …}."""
    given = value if isinstance(value, (list, tuple)) else [value]
    ids = (mapping(one).get("id") if isinstance(one, Mapping) else one for one in given)
    return list(dict.fromkeys(str(one)[:MAX_ID] for one in ids if isinstance(one, (str, int)) and str(one).strip()))


def _text(fact: Fact, value: Any, ctx: Ctx, lang: str) -> str:
    text = _CONTROL.sub(" ", _string(value)).strip()
    if len(text) > fact.limits.max_chars:
        raise InvalidAnswer("too_long", fact.limits.max_chars)
    if not text:
        raise InvalidAnswer("empty")
    return text


def _choice(fact: Fact, value: Any, ctx: Ctx, lang: str) -> str:
    if isinstance(value, (list, tuple)):
        if len(value) > 1:
            raise InvalidAnswer("one")
        value = value[0] if value else None
    if not isinstance(value, str) or fact.option(value) is None:
        raise InvalidAnswer("choose")
    return value


def _choices(fact: Fact, value: Any, ctx: Ctx, lang: str) -> list[str]:
    given = list(value) if isinstance(value, (list, tuple)) else [value]
    if not given or any(not isinstance(one, str) or fact.option(one) is None for one in given):
        raise InvalidAnswer("choose")
    ticked = [option.value for option in fact.options if option.value in given]
    lonely = next((one for one in fact.alone if one in ticked), None)
    if lonely and len(ticked) > 1:
        option = fact.option(lonely)
        raise InvalidAnswer("alone", option.title.get(lang) if option else lonely)
    if len(ticked) > 1 and (fact.one_value or any(set(pair) <= set(ticked) for pair in fact.contradictions)):
        # Cameras that differ are asked one by one, so two values of one camera contradict each other.
        raise InvalidAnswer("one")
    return ticked


def _yesno(fact: Fact, value: Any, ctx: Ctx, lang: str) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("yes", "no"):
        return bool(value == "yes")
    raise InvalidAnswer("press")


def _phone(fact: Fact, value: Any, ctx: Ctx, lang: str) -> str:
    """By the reader the shell gives in ctx (it knows every country); without it, Russian numbers and E.164."""
    text = _string(value)[:60]
    reader = ctx.get("phone_reader")
    if callable(reader):
        try:
            return str(reader(text))
        except ValueError:
            raise InvalidAnswer("phone", ctx.get("phone_example", _PHONE_EXAMPLE)) from None
    if _NOT_OF_A_PHONE.search(text):
        raise InvalidAnswer("phone", ctx.get("phone_example", _PHONE_EXAMPLE))
    digits = _NOT_A_DIGIT.sub("", text)
    if len(digits) == 11 and digits[0] in "78":
        digits = "7" + digits[1:]
    elif len(digits) == 10 and not text.startswith("+"):
        digits = "7" + digits
    elif not (text.strip().startswith("+") and 8 <= len(digits) <= 15):
        raise InvalidAnswer("phone", ctx.get("phone_example", _PHONE_EXAMPLE))
    if len(set(digits[1:])) == 1:
        raise InvalidAnswer("phone", ctx.get("phone_example", _PHONE_EXAMPLE))
    return f"+{digits}"


def _number(fact: Fact, value: Any, ctx: Ctx, lang: str) -> int:
    written = _string(value).replace(" ", "")
    if not _NUMBER.match(written) or not written.isascii():
        raise InvalidAnswer("number")
    number = int(written)
    if fact.limits.min is not None and number < fact.limits.min:
        raise InvalidAnswer("least", fact.limits.min)
    if fact.limits.max is not None and number > fact.limits.max:
        raise InvalidAnswer("most", fact.limits.max)
    return number


def _date(fact: Fact, value: Any, ctx: Ctx, lang: str) -> str:
    written = _string(value).strip().casefold()
    today = str(ctx.get("today") or "")
    if written in ("сегодня", "today") and _ISO.match(today):
        return today
    iso, dotted = _ISO.match(written), _DOTTED.match(written)
    if iso:
        year, month, day = int(iso[1]), int(iso[2]), int(iso[3])
    elif dotted:
        day, month = int(dotted[1]), int(dotted[2])
        year = int(dotted[3] or today[:4] or 0)
        year += 2000 if 0 < year < 100 else 0
    else:
        raise InvalidAnswer("date")
    if not 2000 <= year <= 2100 or not 1 <= month <= 12 or not 1 <= day <= _days(year, month):
        raise InvalidAnswer("date")
    return f"{year:04}-{month:02}-{day:02}"


def _days(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def _time(fact: Fact, value: Any, ctx: Ctx, lang: str) -> str:
    found = _TIME.match(_string(value).strip())
    if not found:
        raise InvalidAnswer("time")
    return f"{int(found[1]):02}:{found[2]}"


def _files(fact: Fact, value: Any, ctx: Ctx, lang: str) -> list[str]:
    found = file_ids(value)
    if not found:
        raise InvalidAnswer("attach")
    return found[: fact.limits.max_files]


def _cameras(fact: Fact, value: Any, ctx: Ctx, lang: str) -> list[str]:
    given = value if isinstance(value, (list, tuple)) else [value]
    if len(given) > MAX_CAMERAS:
        raise InvalidAnswer("too_many_cameras", MAX_CAMERAS)
    wanted = list(dict.fromkeys(str(one) for one in given if isinstance(one, (str, int)) and not isinstance(one, bool)))
    allowed = {str(one["id"]) for one in cameras_of(ctx)}
    if not wanted or any(one not in allowed for one in wanted):
        raise InvalidAnswer("choose_camera")
    return wanted


def _string(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise InvalidAnswer("choose")
    return str(value) if isinstance(value, str) or abs(value) < 10**18 else ""


_READERS: Mapping[str, Reader] = {
    "text": _text,
    "longtext": _text,
    "choice": _choice,
    "choices": _choices,
    "yesno": _yesno,
    "phone": _phone,
    "number": _number,
    "date": _date,
    "time": _time,
    "files": _files,
    "camera": _cameras,
    "cameras": _cameras,
}
