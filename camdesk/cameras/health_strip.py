"""How a camera was, day by day: 30 days of spans as one strip. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Protocol

DAYS = 30

ONLINE, OFFLINE, UNSTABLE, BLOCKED, UNKNOWN = "online", "offline", "unstable", "blocked", "unknown"


class RecordedSpan(Protocol):
    """One status from then until then; None: it still is."""

    status: str
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Outing:
    """A time a camera was offline; `began_at`, `seconds`: within the strip."""

    began_at: datetime
    seconds: int
    over: bool


@dataclass(frozen=True)
class StripDay:
    """A day of the reader's zone. `seconds`: by status, "unknown" for what nobody recorded; together they are the part
    of the day that has passed. `drops`: how often it fell out."""

    day: date
    seconds: Mapping[str, int]
    drops: int

    @property
    def known(self) -> int:
        return sum(number for status, number in self.seconds.items() if status != UNKNOWN)


@dataclass(frozen=True)
class Strip:
    """`days`: the oldest first, the last is today. `outings`: each time it was offline, the oldest first."""

    days: tuple[StripDay, ...]
    outings: tuple[Outing, ...]

    @property
    def known(self) -> int:
        return sum(day.known for day in self.days)

    def seconds(self, status: str) -> int:
        return sum(day.seconds.get(status, 0) for day in self.days)

    @property
    def working(self) -> float | None:
        """The share of the recorded time it worked, 0 to 1; None when nothing was recorded."""
        return self.seconds(ONLINE) / self.known if self.known else None

    @property
    def drops(self) -> int:
        return sum(day.drops for day in self.days)

    @property
    def longest(self) -> Outing | None:
        return max(self.outings, key=lambda one: one.seconds, default=None)


def starts(*, days: int, now: datetime, zone: tzinfo) -> list[datetime]:
    """The midnights that begin the last `days` days of this zone, today's the last; in UTC."""
    today = now.astimezone(zone).date()
    dates = [today - timedelta(days=back) for back in range(days - 1, -1, -1)]
    return [datetime(one.year, one.month, one.day, tzinfo=zone).astimezone(UTC) for one in dates]


def strip_of(spans: Iterable[RecordedSpan], *, days: int = DAYS, now: datetime, zone: tzinfo) -> Strip:
    """The strip of the last `days` days from spans in their order. A day may have 23 or 25 hours; today has those that
    have passed. What began after `now` is left out."""
    midnights = starts(days=days, now=now, zone=zone)
    stamps = [_whole(one) for one in midnights]
    edges = list(zip(stamps, [*stamps[1:], _whole(now)], strict=True))
    seconds: list[dict[str, int]] = [defaultdict(int) for _edge in edges]
    drops = [0] * days
    outings = []
    at = 0  # spans and days go forward together: each is looked at once
    for span in spans:
        began, ended = max(_whole(span.began_at), stamps[0]), _whole(min(span.ended_at or now, now))
        if began >= ended:
            continue
        while edges[at][1] <= began:
            at += 1
        if span.status == OFFLINE:
            drops[at] += span.began_at >= midnights[0]
            outings.append(Outing(max(span.began_at, midnights[0]), ended - began, over=span.ended_at is not None))
        while at < days and edges[at][0] < ended:
            seconds[at][span.status] += min(ended, edges[at][1]) - max(began, edges[at][0])
            at += 1
        at -= 1  # the next one may begin on the day this one ended
    made = []
    for midnight, (start, end), by_status, number in zip(midnights, edges, seconds, drops, strict=True):
        by_status[UNKNOWN] += end - start - sum(by_status.values())
        kept = {status: value for status, value in by_status.items() if value}
        made.append(StripDay(midnight.astimezone(zone).date(), kept, number))
    return Strip(tuple(made), tuple(outings))


def _whole(moment: datetime) -> int:
    return int(moment.timestamp())
