"""Each process that serves says so in the database, and looks who else does, before and while it serves.

Two that sign with different secret keys end each other's sessions; an older version beside a newer one writes what the
newer does not know. So neither starts where the other lives. A newer one may: that is an upgrade, machine by machine.
On PostgreSQL alone: SQLite has one writer, whose data folder has one key.
"""

import contextlib
import hashlib
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import takewhile
from pathlib import Path

from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

import camdesk
from camdesk.nodes.models import ServingProcess

log = logging.getLogger("camdesk.serve")

TELL_EVERY = 15.0  # seconds
_KEPT_FOR = timedelta(days=1)
_LEAVING_SECONDS = 1.0
_LOCK = 0x6E6F646573  # of PostgreSQL's advisory locks: "nodes"


def fingerprint() -> str:
    """Tells whether two keys are the same, and nothing of them."""
    return salted_hmac("camdesk.nodes", "the key of this installation", algorithm="sha256").hexdigest()[:32]


def order_of(version: str) -> tuple[int, ...]:
    """1.10.2 is newer than 1.9. Pure."""
    parts = version.partition("+")[0].split(".")
    return tuple(int("".join(takewhile(str.isdecimal, part)) or 0) for part in parts)


def objection(mine: ServingProcess, other: ServingProcess) -> str:
    """Why `mine` may not serve beside `other`, who does; "" where it may. Pure."""
    if mine.key != other.key:
        return (
            f"{other} serves from this database with another secret key: give all machines one CAMDESK_SECRET_KEY, or"
            " stop it first"
        )
    if order_of(mine.version) < order_of(other.version):
        return (
            f"{other} of camdesk {other.version} serves from this database, and this is {mine.version}: start that"
            " version, or stop all of the newer one first (docs/upgrading.md)"
        )
    return ""


def refuse_strangers(kind: str) -> None:
    """Raises SystemExit with one sentence where somebody lives beside whom this process may not serve; DatabaseError
    where the database cannot be asked."""
    if connection.vendor == "postgresql":
        _refuse(_this(kind))


@contextlib.contextmanager
def taking_part(kind: str) -> Iterator[None]:
    """Who serves is known to the others within. Raises SystemExit as `refuse_strangers`."""
    if connection.vendor != "postgresql":
        yield
        return
    node, stop = _this(kind), threading.Event()
    try:
        _enter(node)
    except DatabaseError as error:  # event streams are of use without it: it is told as soon as it is there
        log.warning("nodes: this process could not be told of: %s", type(error).__name__)
    finally:
        connection.close()
    telling = threading.Thread(target=_tell, args=(node, stop), name="nodes", daemon=True)
    telling.start()
    try:
        yield
    finally:
        stop.set()
        telling.join(_LEAVING_SECONDS)


def living() -> list[ServingProcess]:
    """Those that serve now, as far as one can tell: by machine, then by kind."""
    alive = ServingProcess.objects.alive().order_by("host", "kind", "pid")
    return [node for node in alive if not _is_gone(node)]


def _this(kind: str) -> ServingProcess:
    return ServingProcess(
        id=uuid.uuid4().hex,
        kind=kind,
        host=socket.gethostname()[:100],
        place=_place(),
        pid=os.getpid(),
        version=camdesk.__version__,
        key=fingerprint(),
    )


def _enter(node: ServingProcess) -> None:
    """One at a time, so that of two that may not be there together one sees the other."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        _refuse(node)
        ServingProcess.objects.filter(seen_at__lt=Now() - _KEPT_FOR).delete()
        node.ahead_ms = _ahead_ms()
        node.save(force_insert=True)


def _refuse(node: ServingProcess) -> None:
    for other in living():
        if why := objection(node, other):
            raise SystemExit(f"camdesk: {why}; one that died counts for a minute")


def _tell(node: ServingProcess, stop: threading.Event) -> None:
    """The thread: renews the row until it is told to stop, then takes it away. Holds no connection in between."""
    while not stop.wait(TELL_EVERY):
        with _forgiven():
            node.ahead_ms, node.seen_at = _ahead_ms(), Now()
            renewed = ServingProcess.objects.filter(pk=node.pk).update(ahead_ms=node.ahead_ms, seen_at=Now())
            if not renewed:  # the database was put back, or was away at the start
                node.save(force_insert=True)
    with _forgiven():
        ServingProcess.objects.filter(pk=node.pk).delete()


@contextlib.contextmanager
def _forgiven() -> Iterator[None]:
    """What serves goes on serving, whatever becomes of its row."""
    try:
        yield
    except Exception as error:
        log.debug("nodes: %s", error)
    finally:
        connection.close()


def _ahead_ms() -> int:
    before = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        theirs = float(cursor.fetchone()[0])
    return round(1000 * ((before + time.time()) / 2 - theirs))


def _is_gone(node: ServingProcess) -> bool:
    """Of a process that could be seen from here, and is not there any more."""
    if node.place != _place():
        return False
    try:
        os.kill(node.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False


def _place() -> str:
    """The same for two processes that see each other's pids, and for no others."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()
        pids = os.readlink("/proc/self/ns/pid")
    except OSError:
        boot, pids = socket.gethostname(), ""
    return hashlib.sha256(f"{boot} {pids}".encode()).hexdigest()[:32]
