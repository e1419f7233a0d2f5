"""How often somebody may do something: one count for all that is limited (settings.RATES), in the memory of this
process or in the database, where every process sees it (CAMDESK_LIMITS).

A window opens with the first time and ends when the rate's time is over; what is more within it is refused, with the
seconds until the end. So around the end of a window twice the rate may pass, and never more.
"""

import ipaddress
import math
import threading
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils.dateparse import parse_datetime

from camdesk.lib.internals.prepared_cursors import cursor_of
from camdesk.people.models import Limit

_MOST_REMEMBERED = 100_000
_OF_PERSONS = frozenset({"requests", "messages"})  # counted by a person's id
_A_PERSON = 20  # refusals at least that somebody may read who merely presses again and again
_HELD_OFF = timedelta(minutes=1)
_TAKE = (
    "INSERT INTO people_limit (cache_key, value, taken, expires) VALUES (%s, '', %s, %s)"
    " ON CONFLICT (cache_key) DO UPDATE SET"
    " taken = CASE WHEN people_limit.expires <= %s THEN excluded.taken ELSE people_limit.taken + excluded.taken END,"
    " expires = CASE WHEN people_limit.expires <= %s THEN excluded.expires ELSE people_limit.expires END"
    " RETURNING taken, expires"
)


class Limited(Exception):
    """Too often. `wait`: seconds until it may be tried again, at least 1; `limit`: the name of what was limited."""

    def __init__(self, limit: str, wait: int) -> None:
        super().__init__(f"{limit}: again in {wait} s")
        self.limit = limit
        self.wait = wait


def take(limit: str, whose: object, *, now: datetime, many: int = 1) -> None:
    """Counts once more what `whose` (a person's id, an address) does, or as `many`. `limit`: a name in settings.RATES.
    Raises Limited. One statement at most; in a transaction the count is held until its end, so those at once take
    turns."""
    rate = settings.RATES[limit]
    if rate is None:
        return
    key, until = f"limit:{limit}:{whose}"[:255], now + timedelta(seconds=rate.seconds)
    count = _in_database if settings.LIMITS == "database" else _memory.take
    taken, ends = count(key, until, now, many)
    if taken > rate.most:
        if limit in _OF_PERSONS:
            refused, _ends = _refused.take(key, ends, now, 1)  # the count itself may be rolled back with its deed
            if refused > max(rate.most, _A_PERSON):
                _held_off.take(str(whose), min(ends, now + _HELD_OFF), now, 1)
        raise Limited(limit, seconds(ends - now))


def give_back(limit: str, whose: object, *, now: datetime) -> None:
    """What `take` counted last was none after all."""
    if settings.RATES[limit] is None:
        return
    key = f"limit:{limit}:{whose}"[:255]
    if settings.LIMITS == "database":
        Limit.objects.filter(cache_key=key, expires__gt=now, taken__gt=0).update(taken=F("taken") - 1)
    else:
        _memory.give_back(key, now)


def held_off(person_id: int, *, now: datetime) -> int:
    """Seconds for which nothing more is done for a person: they were refused as often as they may do it at all, and
    go on, as only a script does. Mostly 0. What this process has seen of them; costs nothing."""
    row = _held_off.look(str(person_id), now)
    return seconds(row[1] - now) if row is not None else 0


def wait_of(limit: str, whose: object, *, now: datetime) -> int:
    """Seconds until `whose` may try again; 0 when it may now. Counts nothing."""
    rate = settings.RATES[limit]
    if rate is None:
        return 0
    key = f"limit:{limit}:{whose}"[:255]
    if settings.LIMITS == "database":
        row = Limit.objects.filter(cache_key=key, expires__gt=now).values_list("taken", "expires").first()
    else:
        row = _memory.look(key, now)
    return seconds(row[1] - now) if row is not None and row[0] >= rate.most else 0


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 the /64 that one connection is given whole, else any host has 2^64."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)).network_address)
    return str(found)


def seconds(left: timedelta) -> int:
    """Whole seconds to wait, at least 1."""
    return max(1, math.ceil(left.total_seconds()))


def forget() -> None:
    """What this process remembers; for tests."""
    _memory.forget()
    _refused.forget()
    _held_off.forget()


def _in_database(key: str, until: datetime, now: datetime, many: int) -> tuple[int, datetime]:
    end, moment = (connection.ops.adapt_datetimefield_value(one) for one in (until, now))
    with cursor_of(connection) as cursor:
        cursor.execute(_TAKE, [key, many, end, moment, moment])
        taken, ends = cursor.fetchone()
    if not isinstance(ends, datetime):  # SQLite
        ends = parse_datetime(ends)
    return taken, ends if ends.tzinfo else ends.replace(tzinfo=UTC)


class _Memory:
    """Counts of one process, lost when it stops."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, datetime]] = {}
        self._lock = threading.Lock()

    def take(self, key: str, until: datetime, now: datetime, many: int) -> tuple[int, datetime]:
        with self._lock:
            found = self._counts.get(key)
            row = (found[0] + many, found[1]) if found is not None and found[1] > now else (many, until)
            if found is None and len(self._counts) >= _MOST_REMEMBERED:
                self._make_room(now)
            self._counts[key] = row
            return row

    def give_back(self, key: str, now: datetime) -> None:
        with self._lock:
            found = self._counts.get(key)
            if found is not None and found[1] > now and found[0] > 0:
                self._counts[key] = (found[0] - 1, found[1])

    def look(self, key: str, now: datetime) -> tuple[int, datetime] | None:
        found = self._counts.get(key)
        return found if found is not None and found[1] > now else None

    def forget(self) -> None:
        self._counts.clear()

    def _make_room(self, now: datetime) -> None:
        """What is over goes; where nothing is, the tenth that has counted least: an attacker who fills this with
        made-up names washes away their own before those of others."""
        over = [key for key, (_taken, ends) in self._counts.items() if ends <= now]
        least = sorted(self._counts, key=lambda key: self._counts[key][0])[: _MOST_REMEMBERED // 10]
        for key in over or least:
            del self._counts[key]


_memory = _Memory()
_refused = _Memory()
_held_off = _Memory()
