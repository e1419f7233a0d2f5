"""From readings to a verdict. Pure: no clock, no database; `step` takes what was known, what came, and the moment.

    health = step(health, reading, now=now, ears=Ears(since=started))
    health.verdict, health.since, health.due_at

A reading is one source's word about one camera; of each source the newest is kept as its `Sign`. Rules:

- Of a source that polls, a camera is bad after two readings in a row; of one that speaks only when something changes,
  when «lost» has stood for a minute without «ready». Two sources that agree need neither. Who still sees the stream
  contradicts.
- Nobody heard for three intervals is «unknown», never «offline». A source that speaks only on change has no interval:
  its word holds while the source is heard at all, about whatever camera.
- What fell works again when it was good for a while, and the while doubles with each fall of the last 24 hours.
- Six changes in 24 hours are «unstable», one verdict instead of a row of them; half an hour down in one is down.
- Disabled, updating, a placard, or waiting for a viewer is no fault.
- A statement (a table, the inventory) decides at once where nobody looks, and nothing where somebody does.

`seen_at` and what comes of it (`since`) is the sender's clock and tells people when; how long something has stood, and
whether it is news still, is measured by ours (`received_at`): a sender whose clock is late by an hour is believed all
the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from camdesk.cameras.models.camera import Camera

INTERVALS = 3  # so many of them without a report, and nothing is known
BAD_IN_A_ROW = 2
LOST_STANDS = timedelta(seconds=60)
SILENT = timedelta(hours=24)  # a source that speaks on change, not heard about any camera
FUTURE = timedelta(minutes=2)  # a sender's clock may be ahead by so much
FRAME_OLD = timedelta(seconds=60)
HOLD, HOLD_MOST = timedelta(minutes=2), timedelta(minutes=15)
DAY = timedelta(hours=24)
CHANGES = 6
LONG_DOWN = timedelta(minutes=30)

_Status = Camera.Status


class StreamState(StrEnum):
    """What a source says of a camera."""

    ONLINE = "online"
    OFFLINE = "offline"
    WAITING = "waiting"  # on demand, and nobody watches
    DISABLED = "disabled"  # switched off on purpose
    UPDATING = "updating"  # new firmware is being put in
    PLACARD = "placard"  # the relay shows a picture of its own
    UNKNOWN = "unknown"  # the source cannot tell (its server does not answer): its earlier word is withdrawn


class Manner(StrEnum):
    """How a source speaks."""

    POLLED = "polled"  # about every camera, every so many seconds
    EVENTS = "events"  # when something changes
    STATED = "stated"  # once, by hand: a table, the inventory


class SignWord(StrEnum):
    GOOD = "good"
    BAD = "bad"
    QUIET = "quiet"  # no fault, and no proof that it works
    NONE = "none"  # it cannot tell any more


LIVE, RECORD = "live", "record"


@dataclass(frozen=True, slots=True)
class CameraReport:
    """One source's word about a camera. `role`: the live stream or the recording; `bytes`: a counter that grows while
    the stream flows; what the source did not say is None. `state` of a statement may be any status of a camera."""

    source: str
    seen_at: datetime
    received_at: datetime
    state: str
    manner: Manner
    interval: float | None = None  # seconds, of POLLED
    role: str = LIVE
    fps: float | None = None
    bitrate: float | None = None
    bytes: int | None = None
    last_frame_at: datetime | None = None
    reason: str = ""

    @property
    def said_at(self) -> datetime:
        """By the sender's clock, but for one that is ahead: then by ours."""
        return self.received_at if self.seen_at > self.received_at + FUTURE else self.seen_at


@dataclass(frozen=True, slots=True)
class Sign:
    """The newest word of one source in one role. `since`: of the first reading in a row that said so; `told_at`: when
    we heard that one, `heard_at`: when we heard the newest; `run`: how many in a row."""

    word: SignWord
    state: str
    manner: Manner
    seen_at: datetime
    since: datetime
    told_at: datetime
    heard_at: datetime
    run: int = 1
    interval: float | None = None
    bytes: int | None = None
    last_frame_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """`signs`: by (source, role). `up`: whether it works as far as was proven, None: nobody knows; `changes`: when that
    turned from one to the other, in the last 24 hours. `due_at`: when time alone may change the verdict."""

    verdict: str = _Status.UNKNOWN
    since: datetime | None = None
    signs: Mapping[tuple[str, str], Sign] = field(default_factory=dict)
    up: bool | None = None
    changes: tuple[datetime, ...] = ()
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ears:
    """What we could hear. `since`: when we began to listen: nothing expires by our own absence; `heard`: {source: when
    it was last heard about any camera}."""

    since: datetime
    heard: Mapping[str, datetime] = field(default_factory=dict)


def is_news(health: Health, reading: CameraReport) -> bool:
    """False: it came late, or twice; what is known is newer."""
    before = health.signs.get((reading.source, reading.role))
    if reading.manner is Manner.STATED:
        known = before.seen_at if before else health.since
        return known is None or reading.said_at >= known
    return before is None or reading.said_at > before.seen_at


def step(health: Health, reading: CameraReport | None, *, now: datetime, ears: Ears) -> Health:
    """What is known after this reading, or, without one, by `now`."""
    if reading is not None:
        if not is_news(health, reading):
            return health
        health = _heard(health, reading, ears)
    return _judged(health, now, ears)


def expires_at(sign: Sign, source: str, ears: Ears) -> datetime | None:
    """When this word is no news any more; None: never."""
    if sign.manner is Manner.STATED:
        return None
    if sign.manner is Manner.EVENTS:
        return max(sign.heard_at, ears.heard.get(source, sign.heard_at), ears.since) + SILENT
    return max(sign.heard_at, ears.since) + INTERVALS * timedelta(seconds=sign.interval or 0)


def works(status: str) -> bool | None:
    """Of a status that was said; None: neither."""
    return {_Status.ONLINE: True, _Status.OFFLINE: False}.get(_Status(status))


def is_looked_at(health: Health, now: datetime, ears: Ears) -> bool:
    """Whether a source that looks has a word that holds."""
    return bool(_looks(_telling(health, now, ears)))


def first_bad_at(health: Health) -> datetime | None:
    """Since when somebody says that it does not work, proven or not."""
    return min((sign.since for sign in health.signs.values() if sign.word is SignWord.BAD), default=None)


def good_since(health: Health) -> datetime | None:
    return min((sign.since for sign in health.signs.values() if sign.word is SignWord.GOOD), default=None)


def hold(health: Health, now: datetime) -> timedelta:
    """So long it has to be good before it counts as working again."""
    falls = (len(_recent(health.changes, now)) + 1) // 2
    return HOLD if falls < 2 else min(HOLD * 2 ** min(falls - 1, 10), HOLD_MOST)


def _heard(health: Health, reading: CameraReport, ears: Ears) -> Health:
    key = (reading.source, reading.role)
    others = {name: sign for name, sign in health.signs.items() if name != key}
    before = health.signs.get(key)
    word, reason = _word(reading, before)
    at = reading.said_at
    sign = Sign(
        word, reading.state, reading.manner, at, at, reading.received_at, reading.received_at,
        interval=reading.interval, bytes=reading.bytes, last_frame_at=reading.last_frame_at, reason=reason,
    )  # fmt: skip
    if before is not None and before.word is word and _fresh(before, reading.source, reading.received_at, ears):
        sign = replace(sign, since=before.since, told_at=before.told_at, run=before.run + 1)
    return replace(health, signs={**others, key: sign})


def _word(reading: CameraReport, before: Sign | None) -> tuple[SignWord, str]:
    """And the reason, where the numbers tell another story than the state."""
    if reading.state == StreamState.UNKNOWN:
        return SignWord.NONE, reading.reason
    if reading.state == StreamState.OFFLINE:
        return SignWord.BAD, reading.reason
    if reading.state not in {StreamState.ONLINE, _Status.UNSTABLE}:
        return SignWord.QUIET, reading.reason
    stands = before is not None and reading.bytes is not None and reading.bytes == before.bytes
    old = reading.last_frame_at is not None and reading.said_at - reading.last_frame_at > FRAME_OLD
    if reading.fps == 0 or reading.bitrate == 0 or stands or old:
        return SignWord.BAD, reading.reason or "no frames"
    return SignWord.GOOD, reading.reason


def _fresh(sign: Sign, source: str, now: datetime, ears: Ears) -> bool:
    end = expires_at(sign, source, ears)
    return end is None or now < end


def _recent(changes: tuple[datetime, ...], now: datetime) -> tuple[datetime, ...]:
    return tuple(at for at in changes if at > now - DAY)


def _judged(health: Health, now: datetime, ears: Ears) -> Health:
    health = replace(health, changes=_recent(health.changes, now))
    tells = _telling(health, now, ears)
    looks = _looks(tells)
    # The recording has a word of its own only where nobody tells of the stream.
    looks = {key: sign for key, sign in looks.items() if key[1] == LIVE} or looks
    if not looks:
        health = _stated(health, list(tells.values()), now)
    else:
        health = _looked_at(health, list(looks.values()), now)
    moments = (at for at in _moments(health, tells, now, ears) if at > now)
    return replace(health, due_at=min(moments, default=None))


def _telling(health: Health, now: datetime, ears: Ears) -> dict[tuple[str, str], Sign]:
    return {
        key: sign
        for key, sign in health.signs.items()
        if sign.word is not SignWord.NONE and _fresh(sign, key[0], now, ears)
    }


def _looks(signs: Mapping[tuple[str, str], Sign]) -> dict[tuple[str, str], Sign]:
    return {key: sign for key, sign in signs.items() if sign.manner is not Manner.STATED}


def _stated(health: Health, signs: list[Sign], now: datetime) -> Health:
    if not signs:
        return _verdict(replace(health, up=None), _Status.UNKNOWN, now, now)
    newest = max(signs, key=lambda sign: sign.seen_at)
    return _verdict(replace(health, up=works(newest.state)), newest.state, newest.since, now)


def _looked_at(health: Health, signs: list[Sign], now: datetime) -> Health:
    good = [sign for sign in signs if sign.word is SignWord.GOOD]
    bad = [sign for sign in signs if sign.word is SignWord.BAD]
    before, up = health.up, health.up
    if good:
        held = now - min(sign.told_at for sign in good) >= hold(health, now)
        up = before is not False or held
    elif any(sign.word is SignWord.QUIET and sign.state != StreamState.WAITING for sign in signs):
        up = None
    elif bad:
        up = False if _proven(bad, now) else before
    elif before is False:  # it waits for a viewer: nobody says that it is down any more
        up = None
    if before is not None and up is not None and up != before:
        health = replace(health, changes=(*health.changes, now))
    health = replace(health, up=up)
    if up is None:
        return _verdict(health, _Status.UNKNOWN, now, now)
    since = min((sign.since for sign in (good if up else bad)), default=now)
    if up and health.verdict == _Status.UNSTABLE:
        since = now  # it came and went until now
    told = min((sign.told_at for sign in bad), default=now)
    if len(health.changes) >= CHANGES and (up or now - told < LONG_DOWN):
        return _verdict(health, _Status.UNSTABLE, now, now)
    return _verdict(health, _Status.ONLINE if up else _Status.OFFLINE, since, now)


def _proven(bad: list[Sign], now: datetime) -> bool:
    if len(bad) > 1:
        return True
    one = bad[0]
    return one.run >= BAD_IN_A_ROW or (one.manner is Manner.EVENTS and now - one.told_at >= LOST_STANDS)


def _verdict(health: Health, verdict: str, since: datetime, now: datetime) -> Health:
    """A verdict begins no earlier than the one before it did, and not in the future."""
    if verdict == health.verdict:
        return health
    since = min(since, now)
    return replace(health, verdict=str(verdict), since=max(since, health.since) if health.since else since)


def _moments(health: Health, tells: Mapping[tuple[str, str], Sign], now: datetime, ears: Ears) -> Iterator[datetime]:
    for (source, _role), sign in tells.items():
        if (end := expires_at(sign, source, ears)) is not None:
            yield end
        if sign.word is SignWord.BAD:
            yield sign.told_at + LOST_STANDS
            if health.verdict == _Status.UNSTABLE:
                yield sign.told_at + LONG_DOWN
        if sign.word is SignWord.GOOD and health.up is False:
            yield sign.told_at + hold(health, now)
    if len(health.changes) >= CHANGES:
        yield health.changes[-CHANGES] + DAY
