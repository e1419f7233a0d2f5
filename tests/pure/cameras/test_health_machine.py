"""The state machine of a camera's health: readings in, verdict out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from camdesk.cameras.health import machine
from camdesk.cameras.health.machine import CameraReport, Ears, Health, Manner, step
from camdesk.cameras.health.memory import signs_kept, signs_to_keep

T0 = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
LONG_AGO = T0 - timedelta(days=9)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def told(seconds: float, state: str, source: str = "api:1", **more: Any) -> CameraReport:
    """A reading of a source that polls every 30 s; `manner="events"`: one that speaks on change."""
    manner = Manner(more.pop("manner", "polled"))
    seen = more.pop("seen", at(seconds))
    interval = 30.0 if manner is Manner.POLLED else None
    return CameraReport(source, seen, at(seconds), state, manner, interval, **more)


def played(*came: CameraReport | float, health: Health | None = None, ears: Ears | None = None) -> Health:
    """A number: nothing came, time passed until then. Whatever is remembered goes through its stored form."""
    health, ears = health or Health(), ears or Ears(LONG_AGO)
    for one in came:
        report = one if isinstance(one, CameraReport) else None
        now = report.received_at if report else at(float(one))  # type: ignore[arg-type]
        health = step(health, report, now=now, ears=ears)
        health = replace(health, signs=signs_kept(signs_to_keep(health.signs)))
    return health


ON, OFF = "online", "offline"
WORKING = (told(0, ON),)


@pytest.mark.parametrize(
    ("came", "verdict", "since"),
    [
        pytest.param((told(0, ON),), ON, 0, id="one good reading of what nobody knew"),
        pytest.param((told(0, OFF),), "unknown", None, id="one bad reading proves nothing"),
        pytest.param((told(0, OFF), told(30, OFF)), OFF, 0, id="two in a row do, from the first"),
        pytest.param((*WORKING, told(30, OFF)), ON, 0, id="a blip"),
        pytest.param((*WORKING, told(30, OFF), told(60, ON), told(90, OFF)), ON, 0, id="blips are not in a row"),
        pytest.param((*WORKING, told(30, OFF), told(60, OFF)), OFF, 30, id="down since the first failure"),
        pytest.param((*WORKING, told(30, OFF), told(31, OFF, "b")), OFF, 30, id="two signs agree"),
        pytest.param((*WORKING, told(1, ON, "b"), told(30, OFF), told(60, OFF)), ON, 0, id="somebody sees the stream"),
        pytest.param(
            (*WORKING, told(1, ON, "b"), told(30, OFF), told(60, OFF), told(90, OFF), told(120, OFF)),
            OFF, 30, id="until nobody has for three intervals",
        ),
        pytest.param((*WORKING, 89), ON, 0, id="not yet three intervals"),
        pytest.param((*WORKING, 90), "unknown", 90, id="no report for three intervals is no data"),
        pytest.param((*WORKING, told(30, OFF), told(60, OFF), 150), "unknown", 150, id="nor is it offline any more"),
        pytest.param((*WORKING, told(30, "unknown")), "unknown", 30, id="the sender cannot tell: a failed list"),
        pytest.param((*WORKING, told(1, ON, "b"), told(30, "unknown")), ON, 0, id="another still can"),
        pytest.param((*WORKING, told(30, OFF), told(60, "unknown"), told(90, OFF)), "unknown", 60, id="a broken row"),
        pytest.param((*WORKING, told(60, "unknown"), told(61, ON, seen=at(30))), "unknown", 60, id="late"),
        # --- of those who speak on change
        pytest.param((told(0, ON, manner="events"), 86_399), ON, 0, id="silence about one camera is no news"),
        pytest.param((told(0, ON, manner="events"), 86_400), "unknown", 86_400, id="a source that is silent at all"),
        pytest.param((told(0, ON, manner="events"), told(60, OFF, manner="events"), 119), ON, 0, id="lost, 59 s"),
        pytest.param((told(0, ON, manner="events"), told(60, OFF, manner="events"), 120), OFF, 60, id="lost, 60 s"),
        pytest.param(
            (told(0, ON, manner="events"), told(60, OFF, manner="events"), told(90, ON, manner="events"), 200),
            ON, 0, id="lost and ready within the minute",
        ),
        pytest.param(
            (told(0, ON, manner="events"), told(60, OFF, manner="events"), told(61, OFF, "b")),
            OFF, 60, id="lost, and a second sign",
        ),
        # --- no faults
        *[
            pytest.param((*WORKING, told(30, state), told(60, state)), verdict, since, id=state)
            for state, verdict, since in [
                ("waiting", ON, 0),
                ("disabled", "unknown", 30),
                ("updating", "unknown", 30),
                ("placard", "unknown", 30),
            ]
        ],
        pytest.param((told(0, OFF), told(30, OFF), told(60, "waiting")), "unknown", 60, id="down, then nobody watches"),
        pytest.param((told(0, "waiting"), told(30, "waiting")), "unknown", None, id="waiting proves nothing"),
        pytest.param((*WORKING, told(1, "disabled", "b"), told(30, OFF), told(60, OFF)), "unknown", 30, id="meant"),
        # --- numbers
        pytest.param((told(0, ON, fps=0), told(30, ON, fps=0)), OFF, 0, id="no frames"),
        pytest.param((told(0, ON, bitrate=0), told(30, ON, bitrate=0)), OFF, 0, id="no bits"),
        pytest.param((told(0, ON, bytes=5), told(30, ON, bytes=9), told(60, ON, bytes=12)), ON, 0, id="it grows"),
        pytest.param((told(0, ON, bytes=5), told(30, ON, bytes=5), told(60, ON, bytes=5)), OFF, 30, id="it stands"),
        pytest.param((told(0, ON, bytes=5), told(30, ON, bytes=1), told(60, ON, bytes=2)), ON, 0, id="it began anew"),
        pytest.param((told(0, ON, bytes=5), told(30, ON), told(60, ON)), ON, 0, id="what is not said says nothing"),
        pytest.param(
            (told(0, ON, last_frame_at=at(-61)), told(30, ON, last_frame_at=at(-61))), OFF, 0, id="an old last frame"
        ),
        pytest.param((told(0, ON, last_frame_at=at(-60)),), ON, 0, id="a last frame"),
        # --- the recording
        pytest.param((*WORKING, told(1, OFF, role="record"), told(31, OFF, role="record")), ON, 0, id="live works"),
        pytest.param((told(0, OFF, role="record"), told(30, OFF, role="record")), OFF, 0, id="it is all we hear"),
        # --- order and clocks
        pytest.param((told(60, ON), told(61, OFF, seen=at(10)), told(62, OFF, seen=at(20))), ON, 60, id="late"),
        pytest.param((*WORKING, told(30, OFF), told(31, OFF, seen=at(30))), ON, 0, id="twice is once"),
        pytest.param((told(0, ON, seen=at(3600)), told(30, OFF), told(60, OFF)), OFF, 30, id="of the future"),
        pytest.param(
            (told(0, ON, seen=at(-3600)), told(30, ON, seen=at(-3570)), 119), ON, -3600, id="a clock that is late"
        ),
        # --- statements
        pytest.param((told(0, OFF, "import", manner="stated"),), OFF, 0, id="a table decides at once"),
        pytest.param((told(0, ON, "import", manner="stated"), 10**7), ON, 0, id="and nobody promised to repeat it"),
        pytest.param((*WORKING, told(5, OFF, "import", manner="stated")), ON, 0, id="not where somebody looks"),
        pytest.param((told(0, OFF, "import", manner="stated"), told(9, ON, manner="events")), OFF, 0, id="a hold, too"),
    ],
)  # fmt: skip
def test_verdicts(came, verdict, since):
    health = played(*came)
    assert (health.verdict, health.since) == (verdict, None if since is None else at(since))


def down(seconds: float) -> tuple[CameraReport, ...]:
    return told(seconds, OFF), told(seconds + 30, OFF)


def up(begin: float, end: float) -> tuple[CameraReport, ...]:
    return tuple(told(begin + n, ON) for n in range(0, int(end - begin) + 1, 30))


def test_recovered_is_what_was_good_for_a_while():
    fell = played(*WORKING, *down(30))
    assert played(*up(90, 180), health=fell).verdict == OFF
    back = played(*up(90, 210), health=fell)
    assert (back.verdict, back.since) == (ON, at(90))
    assert len(back.changes) == 2
    assert played(*up(90, 180), *down(210), *up(270, 360), health=fell).verdict == OFF, "the while begins anew"


@pytest.mark.parametrize(("falls", "minutes"), [(0, 2), (1, 2), (2, 4), (3, 8), (4, 15), (400, 15)])
def test_the_hold_doubles_with_each_relapse(falls, minutes):
    turns = tuple(at(n) for n in range(max(2 * falls - 1, 0)))
    assert machine.hold(Health(changes=turns), at(900)) == timedelta(minutes=minutes)


def test_a_hold_ends_by_itself_where_nothing_more_is_said():
    lost = (told(0, ON, manner="events"), told(60, OFF, manner="events"), 120)
    ready = played(*lost, told(200, ON, manner="events"))
    assert (ready.verdict, ready.due_at) == (OFF, at(320))
    assert played(320, health=ready).verdict == ON


def flapping() -> Health:
    """Three falls and returns within a day."""
    health, moment = played(*WORKING), 30.0
    for hold in (120, 240, 480):
        health = played(*down(moment), *up(moment + 60, moment + 60 + hold), health=health)
        moment += hold + 90
    return health


def test_six_changes_a_day_are_one_verdict():
    health = flapping()
    assert (len(health.changes), health.verdict) == (6, "unstable")
    began, last = health.since, health.changes[-1]
    again = played(*down((last - T0).total_seconds() + 30), health=health)
    assert (again.verdict, again.since, len(again.changes)) == ("unstable", began, 7)
    assert again.verdict == played(*up((last - T0).total_seconds() + 90, 3600), health=again).verdict


def test_half_an_hour_down_is_down():
    health = flapping()
    fell = (health.changes[-1] - T0).total_seconds() + 30
    gone = [told(fell + n, OFF) for n in range(0, 1801, 30)]
    assert played(*gone[:-1], health=health).verdict == "unstable"
    lasting = played(*gone, health=health)
    assert (lasting.verdict, lasting.since) == (OFF, at(fell))


def test_a_quiet_day_ends_unstable_and_its_past_stays():
    health = flapping()
    began = (health.changes[0] - T0).total_seconds()
    quiet = [told(n, ON) for n in range(900, int(began) + 86_400, 60)]
    still = played(*quiet, health=health)
    assert still.verdict == "unstable"
    calm = played(told(began + 86_400, ON), health=still)
    assert (calm.verdict, calm.since) == (ON, at(began + 86_400)), "not since before it came and went"


def test_a_restart_makes_nothing_unknown_by_itself():
    ears = Ears(since=at(600))
    health = played(*WORKING)
    assert played(689, health=health, ears=ears).verdict == ON
    assert played(690, health=health, ears=ears).verdict == "unknown"


def test_a_source_that_speaks_on_change_is_heard_about_other_cameras_too():
    health = played(told(0, ON, manner="events"))
    heard = Ears(LONG_AGO, {"api:1": at(50_000)})
    assert played(100_000, health=health, ears=heard).verdict == ON
    assert played(50_000 + 86_400, health=health, ears=heard).verdict == "unknown"
    assert played(100_000, health=health, ears=Ears(LONG_AGO, {"api:2": at(50_000)})).verdict == "unknown"


def test_what_had_expired_begins_anew():
    health = played(*WORKING, 90, told(600, ON))
    assert (health.verdict, health.since) == (ON, at(600))
    assert played(told(0, OFF), 90, told(600, OFF)).verdict == "unknown", "two failures an hour apart are not in a row"


def test_suspicion_and_its_evidence_are_told_before_they_are_proven():
    health = played(*WORKING, told(30, ON, fps=0))
    (sign,) = health.signs.values()
    assert (machine.first_bad_at(health), machine.good_since(health)) == (at(30), None)
    assert (sign.word, sign.run, sign.reason) == ("bad", 1, "no frames")


def test_it_is_due_whenever_time_alone_changes_something():
    """Nothing is missed between two looks: judged each second or only when due, the verdict is the same."""
    came = [told(0, ON, manner="events"), told(60, OFF, manner="events"), told(400, ON, "b"), told(500, OFF, "b")]
    each = due = Health()
    ears = Ears(LONG_AGO)
    for second in range(1200):
        for one in (one for one in came if one.received_at == at(second)):
            each, due = (step(health, one, now=at(second), ears=ears) for health in (each, due))
        each = step(each, None, now=at(second), ears=ears)
        if due.due_at is not None and due.due_at <= at(second):
            due = step(due, None, now=at(second), ears=ears)
        assert (each.verdict, each.since) == (due.verdict, due.since), second
