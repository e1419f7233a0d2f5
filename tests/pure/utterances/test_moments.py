"""When it was, and when a person will be able, on a Tuesday, 17 March 2026, 12:30."""

from datetime import UTC, datetime

import pytest

from camdesk.bot.utterances.heard import Moment, Return
from camdesk.bot.utterances.moments import moment_of, return_of, wanted_of
from camdesk.bot.utterances.patterns import tokens_of

NOW = datetime(2026, 3, 17, 12, 30, tzinfo=UTC)


def moment(first: str = "", last: str = "", since: str = "", until: str = "", *, about: bool = False) -> Moment:
    return Moment(f"2026-{first}" if first else "", f"2026-{last or first}" if first else "", since, until, about)


WAS = {
    "вчера около шести": moment("03-16", since="18:00", about=True),
    "позавчера с 6 до 7 вечера": moment("03-15", since="18:00", until="19:00"),
    "сегодня утром": moment("03-17", since="06:00", until="12:00"),
    "сегодня в 6 утра": moment("03-17", since="06:00"),
    "с 24 по 26": moment("02-24", "02-26"),
    "с 24 по 26 февраля": moment("02-24", "02-26"),
    "15 марта с 18 до 19": moment("03-15", since="18:00", until="19:00"),
    "24.02 в 18:30": moment("02-24", since="18:30"),
    "24.02.26": moment("02-24"),
    "24 числа в 14.15": moment("02-24", since="14:15"),
    "2026-03-01": moment("03-01"),
    "в понедельник вечером": moment("03-16", since="18:00", until="23:00"),
    "во вторник": moment("03-10"),
    "в пятницу": moment("03-13"),
    "полчаса назад": moment("03-17", since="12:00", about=True),
    "2 часа назад": moment("03-17", since="10:30", about=True),
    "часа два назад": moment("03-17", since="10:30", about=True),
    "пару часов назад": moment("03-17", since="10:30", about=True),
    "полтора часа назад": moment("03-17", since="11:00", about=True),
    "минут двадцать назад": moment("03-17", since="12:10", about=True),
    "дня три назад": moment("03-14", about=True),
    "неделю назад": moment("03-10", about=True),
    "три дня назад": moment("03-14", about=True),
    "не работает 2 дня": moment("03-15", "03-17", about=True),
    "в 6 вечера": moment(since="18:00"),
    "в 2 дня": moment(since="14:00"),
    "в час дня": moment(since="13:00"),
    "в 12 ночи": moment(since="00:00"),
    "в 12 дня": moment(since="12:00"),
    "в 12": moment(since="12:00"),
    "в 24:00": moment(since="00:00"),
    "в 7": moment(since="19:00"),
    "в 8": moment(since="08:00"),
    "в 1 ночи": moment(since="01:00"),
    "в 11 вечера": moment(since="23:00"),
    "between 3 and 5 am": moment(since="03:00", until="05:00"),
    "at 11 am": moment(since="11:00"),
    "at 3 am": moment(since="03:00"),
    "в 18:30": moment(since="18:30"),
    "пропадает ночью": moment(since="00:00", until="06:00"),
    "yesterday at 6 pm": moment("03-16", since="18:00"),
    "on February 24": moment("02-24"),
    "24 February": moment("02-24"),
    # a number that stands apart is something else, and a greeting no time
    "Мира 4, 10 марта, с 18 до 20": moment("03-10", since="18:00", until="20:00"),
    "дом 4 10 марта": moment("03-10"),
    "24-26 февраля": moment("02-24", "02-26"),
    "24 и 25 февраля": moment("02-24", "02-25"),
    "сегодня с 10 до 14, можно после обеда": moment("03-17", since="10:00", until="14:00"),
    "акт за первый квартал": moment("01-01", "03-31"),
    "за 4 квартал": Moment("2025-10-01", "2025-12-31"),
    "за февраль": moment("02-01", "02-28"),
    "в декабре": Moment("2025-12-01", "2025-12-31"),
    # what is none
    "перенесите на пятницу": None,
    "в доме 4": None,
    "камера не работает": None,
    "в 3 камерах нет звука": None,
    "пропал в 2 раза быстрее": None,
    "31.02": None,
    "касса 3": None,
    "камера на 3 этаже": None,
}

BACK = {
    "вечером проверю": datetime(2026, 3, 17, 19, tzinfo=UTC),
    "завтра": datetime(2026, 3, 18, 10, tzinfo=UTC),
    "завтра вечером": datetime(2026, 3, 18, 19, tzinfo=UTC),
    "завтра в 8 утра": datetime(2026, 3, 18, 8, tzinfo=UTC),
    "через 2 часа": datetime(2026, 3, 17, 14, 30, tzinfo=UTC),
    "через полчаса": datetime(2026, 3, 17, 13, tzinfo=UTC),
    "через пару часов": datetime(2026, 3, 17, 14, 30, tzinfo=UTC),
    "через полтора часа": datetime(2026, 3, 17, 14, tzinfo=UTC),
    "часа через два": datetime(2026, 3, 17, 14, 30, tzinfo=UTC),
    "через минут двадцать": datetime(2026, 3, 17, 12, 50, tzinfo=UTC),
    "через неделю": datetime(2026, 3, 24, 12, 30, tzinfo=UTC),
    "в субботу посмотрю": datetime(2026, 3, 21, 10, tzinfo=UTC),
    "во вторник": datetime(2026, 3, 24, 10, tzinfo=UTC),
    "на выходных": datetime(2026, 3, 21, 10, tzinfo=UTC),
    "в 18:30 буду дома": datetime(2026, 3, 17, 18, 30, tzinfo=UTC),
    "в 9:00": datetime(2026, 3, 18, 9, tzinfo=UTC),
    "утром гляну": datetime(2026, 3, 18, 9, tzinfo=UTC),
    "после 8 вечера": datetime(2026, 3, 17, 20, tzinfo=UTC),
    "in 2 hours": datetime(2026, 3, 17, 14, 30, tzinfo=UTC),
    "tomorrow morning": datetime(2026, 3, 18, 9, tzinfo=UTC),
    "буду после 8": datetime(2026, 3, 17, 20, tzinfo=UTC),
    "в восемь гляну": datetime(2026, 3, 17, 20, tzinfo=UTC),
    "завтра в 8": datetime(2026, 3, 18, 8, tzinfo=UTC),
    "как вернусь": None,
    "позже": None,
}


@pytest.mark.parametrize(("text", "found"), WAS.items())
def test_when_it_was(text: str, found: Moment | None) -> None:
    assert moment_of(text, tokens_of(text), NOW) == found


@pytest.mark.parametrize(("text", "found"), BACK.items())
def test_when_they_will_be_able(text: str, found: datetime | None) -> None:
    back = return_of(text, tokens_of(text), NOW)
    if found is None:
        assert back is None
    else:
        days = (found.date() - NOW.date()).days
        assert back == Return(
            (found - NOW).seconds + 86400 * (found - NOW).days, days, f"{found:%Y-%m-%d}", f"{found:%H:%M}"
        )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("мастер сегодня с 10 до 14, перенесите на пятницу после обеда", "на пятницу после обеда"),
        ("давайте на завтра, утром", "на завтра"),
        ("можно перенести в субботу?", "в субботу"),
        ("move it to Friday please", "to Friday please"),
        ("в субботу пропала", ""),
        ("перенесите на 20 марта", "на 20 марта"),
        ("на складе темно", ""),
    ],
)
def test_a_time_that_is_asked_for(text: str, wanted: str) -> None:
    assert wanted_of(text, tokens_of(text)) == wanted
