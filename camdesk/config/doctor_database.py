"""What camdesk doctor says of the database: that it answers, fits this version, keeps what it confirms, and tells the
same time."""

import math
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.db import connection

from camdesk.config.durability import durability
from camdesk.config.findings import FAIL, OK, WARN, Finding
from camdesk.config.integrity import damage_of
from camdesk.lib import schema

_CLOCK_SECONDS = 300.0
_PLACES_TAKEN = 0.8


def database_file() -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    path = Path(connection.settings_dict["NAME"])
    found = damage_of(path) if path.exists() else "it is not there"
    if found:
        yield Finding(FAIL, f"database: {path} is damaged ({found}); keep it and put the last good backup back")
    else:
        yield Finding(OK, "database: its file is whole")


def database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    yield Finding(OK, f"database: {connection.vendor} answers")
    fit = schema.fit()
    if fit.waiting:
        yield Finding(FAIL, f"database: {len(fit.waiting)} migrations wait; run camdesk migrate")
    if fit.newer:
        yield Finding(FAIL, f"database: a newer camdesk has been here ({fit.newer[0]}); start that version")
    if connection.vendor == "postgresql":
        yield _tls()
        yield of_clock(_database_clock() - time.time())
        yield of_places(*_places())
    for name, kept in durability().items():
        if kept:
            yield Finding(OK, f"database: {name} keeps what was confirmed through a power cut")
        else:
            level = WARN if name in settings.ALLOW_LOSS else FAIL
            yield Finding(level, f"database: {name} is off; a power cut loses confirmed requests; turn it on")


def _tls() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version, inet_server_addr() FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        version, address = cursor.fetchone() or (None, None)
    if version:
        return Finding(OK, f"database: the connection is encrypted ({version})")
    if address is None or ip_address(str(address).partition("/")[0]).is_loopback:
        return Finding(OK, "database: on this machine, without TLS")
    return Finding(
        WARN, "database: the connection is not encrypted; say ?sslmode=verify-full at the end of CAMDESK_DATABASE_URL"
    )


def _places() -> tuple[int, int]:
    """(connections there are, of all databases of the server; how many it gives to those who are no superuser)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM pg_stat_activity WHERE usename IS NOT NULL AND datname IS NOT NULL),"
            " current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
        )
        used, places = cursor.fetchone()
    return int(used), int(places)


def of_places(used: int, places: int) -> Finding:
    """What a cluster may want stands in docs/operating.md («Connections to PostgreSQL»)."""
    if used <= places * _PLACES_TAKEN:
        return Finding(OK, f"database: {used} of {places} connections are in use")
    mend = "raise max_connections, lower CAMDESK_WEB_THREADS, or put a pooler before it"
    return Finding(WARN, f"database: {used} of {places} connections are in use; {mend}")


def _database_clock() -> float:
    """In seconds since 1970."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        return float(cursor.fetchone()[0])


def of_clock(ahead: float) -> Finding:
    """`ahead`: seconds by which the database's clock is before this machine's. Leases, promises and links that end are
    reckoned by both."""
    if abs(ahead) <= _CLOCK_SECONDS:
        return Finding(OK, f"clock: within {max(1, math.ceil(abs(ahead)))} s of the database's")
    told = f"this machine's is {abs(ahead) / 60:.0f} min {'behind' if ahead > 0 else 'ahead of'} the database's"
    return Finding(FAIL, f"clock: {told}; let both follow a time server (timedatectl set-ntp true)")
