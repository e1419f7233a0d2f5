"""When somebody may be called: only while people answer, only in the future."""

from datetime import UTC, datetime

import pytest

from camdesk.channels.phone.windows import NOW, chosen, from_moment, next_try, offered
from camdesk.playbook.document import Holiday, Hours, Span, Text

DAY = (Span(8 * 60, 22 * 60),)
HOURS = Hours(time_zone="Europe/Moscow", week=(DAY,) * 7)
SHORT = Hours(time_zone="Europe/Moscow", week=(((Span(9 * 60, 18 * 60 + 15)),),) * 5 + ((), ()))


def moscow(day: int, clock: str) -> datetime:
    hour, minute = clock.split(":")
    return datetime(2026, 3, day, int(hour) - 3, int(minute), tzinfo=UTC)  # 17 March 2026 is a Tuesday


def told(hours: Hours, now: datetime) -> list[list[str]]:
    """Each day's windows as people read them."""

    def clock(moment: datetime) -> str:
        return f"{(moment.hour + 3) % 24}:{moment.minute:02}"

    return [
        ["now" if one.key == NOW else f"{clock(one.start)}-{clock(one.end)}" for one in day.windows]
        for day in offered(hours, now)
    ]


WHOLE = ["8:00-10:00", "10:00-12:00", "12:00-14:00", "14:00-16:00", "16:00-18:00", "18:00-20:00", "20:00-22:00"]
OFFERS = {
    "at noon: now, the rest of today, tomorrow": (
        HOURS,
        moscow(17, "12:30"),
        [["now", "14:00-16:00", "16:00-18:00", "18:00-20:00", "20:00-22:00"], WHOLE],
    ),
    "before the day begins: nothing is now": (HOURS, moscow(17, "07:00"), [WHOLE, WHOLE]),
    "a quarter before closing: no call fits in any more": (HOURS, moscow(17, "21:45"), [WHOLE, WHOLE]),
    "late in the evening: now only, then tomorrow": (HOURS, moscow(17, "20:30"), [["now"], WHOLE]),
    "a short rest of the day joins the window before it; the weekend is left out": (
        SHORT,
        moscow(20, "15:30"),
        [
            ["now", "17:00-18:15"],
            ["9:00-11:00", "11:00-13:00", "13:00-15:00", "15:00-17:00", "17:00-18:15"],
        ],
    ),
}


@pytest.mark.parametrize("hours, now, expected", OFFERS.values(), ids=OFFERS)
def test_what_is_offered(hours, now, expected):
    assert told(hours, now) == expected


def test_a_holiday_is_not_offered():
    closed = Hours(time_zone="Europe/Moscow", week=(DAY,) * 7, holidays=(Holiday("2026-03-18", Text("Праздник")),))
    assert [day.date.day for day in offered(closed, moscow(17, "12:30"))] == [17, 19]


def test_nobody_ever_answers():
    assert offered(Hours(week=((),) * 7), moscow(17, "12:30")) == []


def test_only_what_is_offered_can_be_chosen():
    now = moscow(17, "12:30")
    (today, _tomorrow) = offered(HOURS, now)
    assert chosen(HOURS, now, today.windows[1].key) == today.windows[1]
    for key in ("", "never", "2026-03-17T07:00Z", "2026-03-17T19:00Z", "2099-01-01T07:00Z"):
        assert chosen(HOURS, now, key) is None
    assert chosen(HOURS, moscow(17, "23:00"), NOW) is None


@pytest.mark.parametrize(
    "attempts, now, start, end",
    [
        (1, moscow(17, "12:30"), moscow(17, "13:00"), moscow(17, "15:00")),
        (2, moscow(17, "12:30"), moscow(17, "14:30"), moscow(17, "16:30")),
        (3, moscow(17, "12:30"), moscow(18, "12:30"), moscow(18, "14:30")),
        (9, moscow(17, "12:30"), moscow(18, "12:30"), moscow(18, "14:30")),
        (1, moscow(17, "21:45"), moscow(18, "08:15"), moscow(18, "10:15")),
        (2, moscow(17, "19:30"), moscow(17, "21:30"), moscow(17, "22:00")),
    ],
    ids=["soon", "later", "tomorrow", "tomorrow again", "over the night", "not into the night"],
)
def test_the_next_try(attempts, now, start, end):
    window = next_try(HOURS, now, attempts)
    assert (window.start, window.end) == (start, end)


def test_a_moment_named_by_an_agent_is_kept():
    assert from_moment(HOURS, moscow(17, "23:30")).start == moscow(17, "23:30")
