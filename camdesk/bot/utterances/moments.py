"""When something was («вчера около шести», «с 24 по 26 ноября»), and when a person will be able («вечером проверю»).

Days of the week and parts of the day are read towards the past for what happened and towards the future for what
shall be done. An hour without its half of the day («около шести») is taken by daylight: from one to seven it is the
afternoon.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from camdesk.bot.utterances.heard import Moment, Return
from camdesk.bot.utterances.months import MONTHS
from camdesk.bot.utterances.numerals import NUMERALS, amount_of
from camdesk.bot.utterances.patterns import Token, words

_WEEKDAYS = {
    word: number
    for number, forms in enumerate(
        (
            "понедельник понедельника понедельнику monday", "вторник вторника вторнику tuesday",
            "среда среду среды среде wednesday", "четверг четверга четвергу thursday",
            "пятница пятницу пятницы пятнице friday", "суббота субботу субботы субботе saturday",
            "воскресенье воскресенья воскресенью sunday",
        )
    )
    for word in forms.split()
}  # fmt: skip
_DAYS_AGO = {"сегодня": 0, "today": 0, "вчера": 1, "вчерашний": 1, "вчерашнего": 1, "yesterday": 1, "позавчера": 2}
_DAYS_ON = {"сегодня": 0, "today": 0, "tonight": 0, "завтра": 1, "tomorrow": 1, "послезавтра": 2}
_PARTS = {
    word: hours
    for hours, forms in (
        ((6, 12), "утром утра утро morning"),
        ((12, 14), "обед обеда"),
        ((12, 18), "днем дня afternoon"),
        ((18, 23), "вечером вечера вечер evening tonight"),
        ((0, 6), "ночью ночи ночь night"),
    )
    for word in forms.split()
}
_BACK = {6: time(9), 12: time(14), 18: time(19), 0: time(9)}  # when one looks again, by the hour a part begins at
_UNITS = {
    word: unit
    for unit, forms in (
        (timedelta(minutes=1), "минут минуты минуту мин minutes minute"),
        (timedelta(minutes=30), "полчаса"),
        (timedelta(hours=1), "час часа часов часик hour hours"),
        (timedelta(days=1), "день дня дней day days"),
        (timedelta(days=7), "неделю недели недель week weeks"),
    )
    for word in forms.split()
}
_ABOUT = words("около примерно где-то приблизительно об about around")
_OF_DAY = words("утра дня вечера ночи am pm")
_CLOCK = re.compile(r"(?<![\d.:])(в )?([01]?\d|2[0-3])([:.])([0-5]\d)(?![\d.:])")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2}))?(?![\d])")
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
_FROM = words("с со from between")
_AT = words("в около к до с со по после примерно и at from to")
_QUARTERS = {
    word: number
    for number, forms in enumerate(
        ("1 первый первом i", "2 второй втором ii", "3 третий третьем iii", "4 четвертый четвертом iv"), start=1
    )
    for word in forms.split()
}
_IN = words("за в весь in for during")
_TO = words("по до and to till until")
_AHEAD = words(
    "на к ко следующий следующую следующее будущий будущую next by for"
)  # «перенесите на пятницу» is to come


def moment_of(text: str, tokens: Sequence[Token], now: datetime) -> Moment | None:
    """When it was, as the text says; None when it says nothing. `now`: in the customer's own time."""
    first, last = _days(text, tokens, now.date())
    hours = _hours(text, tokens)
    if first is not None and last is not None:
        return Moment(first.isoformat(), last.isoformat(), _clock(hours.since), _clock(hours.until), hours.about)
    if hours.since is not None:
        return Moment(since=_clock(hours.since), until=_clock(hours.until), about=hours.about)
    return _ago(tokens, now)


@dataclass(frozen=True, slots=True)
class _Hours:
    since: time | None = None
    until: time | None = None
    about: bool = False


def _clock(at: time | None) -> str:
    return f"{at:%H:%M}" if at is not None else ""


def return_of(text: str, tokens: Sequence[Token], now: datetime) -> Return | None:
    """When they will be able to, as they say; None when they do not. Never before `now`, which is their own time."""
    back = _back_at(text, tokens, now)
    if back is None:
        return None
    days = (back.date() - now.date()).days
    return Return(int((back - now).total_seconds()), days, back.date().isoformat(), f"{back:%H:%M}")


def _back_at(text: str, tokens: Sequence[Token], now: datetime) -> datetime | None:
    words = [token.word for token in tokens]
    if "через" in words or "in" in words:
        at = words.index("через") if "через" in words else words.index("in")
        step = _duration(words[at + 1 : at + 3]) or _duration([*words[at - 1 : at], *words[at + 1 : at + 2]])
        if step is not None:
            return now + step
    hours = _hours(text, tokens)
    part = _part_of_day(words)
    exact = hours.since if hours.since and (part is None or hours.since.hour not in (part[0],)) else None
    day = _next_day(words, now.date())
    if day is None and exact is None and part is None:
        return None
    if exact and part is None and not _CLOCK.search(text) and day in (None, now.date()):
        later = (datetime.combine(now.date(), exact, now.tzinfo) + timedelta(hours=12)).time()
        exact = later if exact.hour < 12 and datetime.combine(now.date(), exact, now.tzinfo) <= now else exact
    at_time = exact or (_BACK[part[0]] if part else time(10))
    back = datetime.combine(day or now.date(), at_time, now.tzinfo)
    if back <= now:
        back += timedelta(days=7 if day is not None and day != now.date() else 1)
    return back


def wanted_of(text: str, tokens: Sequence[Token]) -> str:
    """What of the text asks for a time to come: «на пятницу после обеда»; "" for none. To its clause's end."""
    moves = any(token.stem in _MOVES or token.word in _MOVES for token in tokens)
    for at, token in enumerate(tokens[:-1]):
        if token.word not in _AHEAD and not (moves and token.word in ("в", "on", "to")):
            continue
        day = tokens[at + 1]
        month = len(tokens) > at + 2 and (tokens[at + 2].stem in MONTHS or tokens[at + 2].word in ("число", "числа"))
        if day.first or not (day.word in _WEEKDAYS or day.word in _DAYS_ON or day.word in _WEEKEND or month):
            continue
        last = at + 1
        while last + 1 < len(tokens) and not tokens[last + 1].first and last - at < _LONGEST_WISH:
            last += 1
        return text[token.start : tokens[last].end]
    return ""


_WEEKEND = words("выходные выходных weekend")
_MOVES = words("перенес перенести перенос перенесем сдвинуть подвинуть reschedule move postpone")
_LONGEST_WISH = 8  # words


def _next_day(words: Sequence[str], today: date) -> date | None:
    for word in words:
        if word in _DAYS_ON:
            return today + timedelta(days=_DAYS_ON[word])
        if word in _WEEKDAYS:
            return today + timedelta(days=(_WEEKDAYS[word] - today.weekday() - 1) % 7 + 1)
        if word in _WEEKEND:
            return today + timedelta(days=(5 - today.weekday() - 1) % 7 + 1)
    return None


def _days(text: str, tokens: Sequence[Token], today: date) -> tuple[date | None, date | None]:
    """The first and the last day that are named; the same day twice where it is one."""
    found: list[date] = []
    for year, month, day in _ISO.findall(text):
        _keep(found, _date(int(day), int(month), int(year), today))
    for match in _DOTTED.finditer(text):
        _keep(found, _date(int(match[1]), int(match[2]), int(match[3]) if match[3] else None, today))
    words = [token.word for token in tokens]
    for at, token in enumerate(tokens):
        month = MONTHS.get(token.stem) or MONTHS.get(token.word)
        if month and (days := _numbers_beside(text, tokens, at)):
            for day in days:
                _keep(found, _date(day, month, None, today))
        elif month and at and words[at - 1] in _IN:
            found += _whole(month, month, today)
        elif token.word.startswith("квартал") and at and (quarter := _QUARTERS.get(words[at - 1])):
            found += _whole(3 * quarter - 2, 3 * quarter, today)
        elif token.word in _DAYS_AGO:
            _keep(found, today - timedelta(days=_DAYS_AGO[token.word]))
        elif token.word in _WEEKDAYS and not (at and words[at - 1] in _AHEAD):
            _keep(found, today - timedelta(days=(today.weekday() - _WEEKDAYS[token.word] - 1) % 7 + 1))
    if not found:
        _keep_bare_days(found, words, today)
    return (min(found), max(found)) if found else (None, None)


def _whole(first: int, last: int, today: date) -> list[date]:
    """«За февраль», «за первый квартал»: the first and the last day of those months, the last ones that have begun."""
    year = today.year if first <= today.month else today.year - 1
    following = date(year + last // 12, last % 12 + 1, 1)
    return [date(year, first, 1), following - timedelta(days=1)]


def _keep(found: list[date], one: date | None) -> None:
    if one is not None:
        found.append(one)


def _date(day: int, month: int, year: int | None, today: date) -> date | None:
    """That day; without a year the last one that has been."""
    try:
        if year is not None:
            return date(year + 2000 if year < 100 else year, month, day)
        near = date(today.year, month, day)
        return near if near <= today + timedelta(days=1) else date(today.year - 1, month, day)
    except ValueError:
        return None


def _numbers_beside(text: str, tokens: Sequence[Token], at: int) -> list[int]:
    """«с 24 по 26 ноября», «24-26 ноября» → [24, 26]; «november 24» → [24]. A number that stands apart is something
    else: «Мира 4, 10 марта»."""
    found: list[int] = []
    joined = True
    for place in range(at - 1, max(-1, at - 5), -1):
        word, following = tokens[place].word, tokens[place + 1]
        if word.isdecimal() and len(word) <= 2:
            if found and not joined and not _hyphen(text, tokens[place], following):
                break
            found.append(int(word))
            joined = False
        elif word in _TO or word in ("и", "го", "числа", "th"):
            joined = joined or word not in ("го", "числа", "th")
        else:
            break
        if tokens[place].first and not _hyphen(text, tokens[place - 1], tokens[place]):
            break
    if not found and at + 1 < len(tokens) and tokens[at + 1].word.isdecimal() and len(tokens[at + 1].word) <= 2:
        found = [int(tokens[at + 1].word)]
    return found


def _hyphen(text: str, before: Token, after: Token) -> bool:
    return text[before.end : after.start].strip() in _HYPHENS


_HYPHENS = frozenset("-–—")


def _keep_bare_days(found: list[date], words: Sequence[str], today: date) -> None:
    """«с 24 по 26», «24 числа»: of this month, or of the last one where that is still to come."""
    for at, word in enumerate(words):
        if not word.isdecimal() or len(word) > 2:
            continue
        spans = at + 1 < len(words) and words[at + 1] == "по" and at and words[at - 1] in _FROM
        ends = at >= 2 and words[at - 1] == "по" and words[at - 2].isdecimal()
        if spans or ends or words[at + 1 : at + 2] == ["числа"]:
            day = int(word)
            one = _date(day, today.month, today.year, today)
            if one is not None and one > today:
                before = today.replace(day=1) - timedelta(days=1)
                one = _date(day, before.month, before.year, today)
            _keep(found, one)


def _hours(text: str, tokens: Sequence[Token]) -> _Hours:
    words = [token.word for token in tokens]
    part = _part_of_day(words)
    about = any(word in _ABOUT for word in words)
    times = [time(int(clock[2]), int(clock[4])) for clock in _CLOCK.finditer(text) if not _is_date(clock)]
    if not times:
        times = _worded(words, part)
    if times:
        ends = len(times) > 1 and times[1] != times[0]
        return _Hours(since=times[0], until=times[1] if ends else None, about=about)
    if part is not None:
        return _Hours(since=time(part[0]), until=time(part[1]))
    return _Hours()


def _part_of_day(words: Sequence[str]) -> tuple[int, int] | None:
    """«вечером», «в 6 вечера», «с утра»; «2 дня» and «дня два» are lengths of time."""
    for at, word in enumerate(words):
        if word not in _PARTS:
            continue
        if word in _OF_DAY and at and _number(words[at - 1]) and (at < 2 or words[at - 2] not in _AT):
            continue
        if word in _OF_DAY and at and words[at - 1] not in ("с", "до", "к", "после") and not _number(words[at - 1]):
            continue
        if word in _OF_DAY and any(map(_number, words[at + 1 : at + 2])) and not any(map(_number, words[:at][-1:])):
            continue  # «дня три назад»
        return _PARTS[word]
    return None


def _number(word: str) -> int | None:
    return int(word) if word.isdecimal() and len(word) <= 3 else NUMERALS.get(word)


def _is_date(clock: re.Match[str]) -> bool:
    """«24.11» is a day, «18.30» and «в 14.05» are times; with a colon it is always a time."""
    return clock[3] == "." and 1 <= int(clock[4]) <= 12 and not clock[1]


def _worded(words: Sequence[str], part: tuple[int, int] | None) -> list[time]:
    """Hours in words or bare numbers, where something beside them says that they are hours."""
    found: list[time] = []
    span = False
    for at, word in enumerate(words):
        hour = int(word) if word.isdecimal() and len(word) <= 2 else NUMERALS.get(word)
        if hour is None or hour > 24:
            continue
        before = words[at - 1] if at else ""
        after = words[at + 1 : at + 3]
        hours_after = any(one in ("часов", "часа", "час", "oclock", "ч") for one in after[:1]) or bool(
            _OF_DAY & set(after)
        )
        starts = before in _FROM and any(one in ("до", "to", "till", "until", "and") for one in after[:2])
        if word in ("час", "часа") and before not in ("в", "около", "до"):
            continue
        if (
            starts
            or (span and before in ("до", "to", "till", "until", "and"))
            or (
                before in ("в", "около", "к", "at", "about", "around", "примерно", "после", "до")
                and (hours_after or not _counts(after))
            )
        ):
            found.append(_hour(hour, part, words[at + 1 : at + 5] if starts else after))
        span = span or starts
    return found[:2]


def _counts(after: Sequence[str]) -> bool:
    """«в 3 камерах», «в 2 раза»: a number of things, no hour."""
    return bool(after) and (
        after[0].startswith(
            (
                "камер",
                "раз",
                "дн",
                "ден",
                "шту",
                "мес",
                "год",
                "лет",
                "метр",
                "этаж",
                "подъезд",
                "магазин",
                "точ",
                "минут",
                "мегаби",
            )
        )
    )


def _hour(hour: int, part: tuple[int, int] | None, after: Sequence[str]) -> time:
    if hour == 24:
        return time(0)
    late = "pm" in after or (part is not None and (part[0] == 18 or (part[0] == 12 and hour <= 7)))
    early = "am" in after or (part is not None and part[0] in (0, 6))
    if hour < 12 and (late or (not early and 1 <= hour <= 7)):
        hour += 12
    if hour == 12 and part is not None and part[0] == 0:
        hour = 0
    return time(hour)


def _duration(words: Sequence[str]) -> timedelta | None:
    """«полчаса», «час», «2 часа», «пару часов», «полтора часа», «часа два»."""
    if len(words) > 1:
        number, unit = amount_of(words[0]), _UNITS.get(words[1])
        if number is None or unit is None:  # the other way round it is about so many
            number, unit = amount_of(words[1]), _UNITS.get(words[0])
        if number and unit:
            return number * unit
    return _UNITS.get(words[0]) if words else None


def _ago(tokens: Sequence[Token], now: datetime) -> Moment | None:
    """«2 часа назад», «полчаса назад», «неделю назад»."""
    words = [token.word for token in tokens]
    for at, word in enumerate(words[1:], 1):
        days = _UNITS.get(word)
        number = _number(words[at - 1])
        if not days or not number or days < timedelta(days=1) or words[at + 1 : at + 2] in (["назад"], ["ago"]):
            continue
        if at == 1 or words[at - 2] not in (*_AT, "через", "in", "за"):  # «не работает 2 дня»
            return Moment((now - number * days).date().isoformat(), now.date().isoformat(), about=True)
    for mark in ("назад", "ago"):
        if mark not in words:
            continue
        at = words.index(mark)
        step = _duration(words[max(0, at - 2) : at]) or _duration(words[max(0, at - 1) : at])
        if step is None:
            return None
        then = now - step
        day = then.date().isoformat()
        return Moment(day, day, "" if step >= timedelta(days=1) else f"{then:%H:%M}", about=True)
    return None
