"""What each camera of the town was before: the weeks that its strip and its drops are drawn from. Pure."""

import random
from datetime import datetime, timedelta

from camdesk.cameras.models import Camera

_Status = Camera.Status
_WEEKS = timedelta(days=45)

Report = tuple[str, datetime]


def earlier(*, number: int, status: str, since: datetime, now: datetime) -> list[Report]:
    """(status, since when) in their order, all before `since`; the same for the same camera. Most fall out now and
    then, one that flaps did so more and more, one that nobody ever saw has no past."""
    if status == _Status.UNKNOWN:
        return []
    rng = random.Random(f"earlier {number}")
    begin = now - _WEEKS - timedelta(hours=rng.uniform(0, 200))
    if begin >= since:
        return []
    moments = sorted(_falls(rng, begin, since, often=status == _Status.UNSTABLE))
    told: list[Report] = [(_Status.ONLINE, begin)]
    for fell in moments:
        back = fell + timedelta(minutes=rng.choice((4, 7, 11, 18, 25, 40, 95, 210)))
        if fell <= told[-1][1] or back >= since - timedelta(minutes=30):
            continue
        told += [(_Status.OFFLINE, fell), (_Status.ONLINE, back)]
    if status == _Status.ONLINE:  # it is back since then: it was away just before
        told.append((_Status.OFFLINE, since - timedelta(minutes=rng.choice((3, 6, 14, 35)))))
    return [one for one in told if one[1] < since]


def _falls(rng: random.Random, begin: datetime, end: datetime, *, often: bool) -> list[datetime]:
    length = end - begin
    falls = [begin + length * rng.random() for _fall in range(rng.choice((0, 0, 1, 1, 2, 4)))]
    if often:  # the nearer to the end, the denser
        falls += [begin + length * (1 - rng.random() ** 2 * 0.3) for _fall in range(40)]
    return falls
