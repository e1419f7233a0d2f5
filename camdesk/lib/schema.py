"""The shape of the database and the shape this version knows: whether they fit, and how it is brought up to date.

One at a time: whoever comes second waits, and finds it done.
"""

import contextlib
import fcntl
import functools
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from camdesk.lib import own_lines

_LOCK = 0x63616D6465736B  # of PostgreSQL's advisory locks: "camdesk"


@dataclass(frozen=True, slots=True)
class Fit:
    """`waiting`: migrations of this version that the database has not had; `newer`: those it has had that this version
    does not know, as «people.0020_…»."""

    waiting: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()


def fit() -> Fit:
    """One query. Raises DatabaseError where the database does not answer; a new one has had none."""
    known, ours = _known()
    had = set(MigrationRecorder(connection).applied_migrations())
    waiting = sorted(f"{app}.{name}" for app, name in known - had)
    newer = sorted(f"{app}.{name}" for app, name in had - known if app in ours)
    return Fit(tuple(waiting), tuple(newer))


def migrate(*, plan: bool = False, verbosity: int = 0) -> None:
    """`plan`: only says what it would do. Raises SystemExit where a newer camdesk has been here."""
    if plan:
        call_command("migrate", interactive=False, plan=True, verbosity=verbosity)
        return
    with alone():
        refuse_newer()
        call_command("migrate", interactive=False, verbosity=verbosity)


def refuse_newer() -> None:
    """Raises SystemExit with one sentence where the database has had migrations that this version does not know."""
    _not_newer()


def refuse_waiting() -> None:
    """As refuse_newer, and where migrations wait."""
    if waiting := _not_newer().waiting:
        raise SystemExit(
            f"camdesk: {len(waiting)} migrations wait ({waiting[0]}{_and_more(waiting)}): run camdesk prepare first"
        )


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Nobody else migrates this database, nor puts another in its place, nor prepares this data folder, meanwhile.
    PostgreSQL's lock is that of a transaction on a line of its own: it ends with the line, however this process ends,
    and holds behind a pooler too."""
    with (settings.DATA_DIR / "preparing.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        import psycopg  # not where it is not used: it is large

        with _answering():
            connection.ensure_connection()  # says in Django's words why there is none
        with psycopg.connect(**own_lines.address()) as line:
            line.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            line.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            yield


def _not_newer() -> Fit:
    with _answering():
        found = fit()
    if newer := found.newer:
        raise SystemExit(
            f"camdesk: the database is of a newer camdesk ({newer[0]}{_and_more(newer)}): start that version, or put"
            " the backup back that was made before it (docs/upgrading.md)"
        )
    return found


@contextlib.contextmanager
def _answering() -> Iterator[None]:
    """Raises SystemExit with one sentence where the database is not there, or not ours."""
    try:
        yield
    except OperationalError as error:
        why = str(error).strip().partition("\n")[0]
        raise SystemExit(f"camdesk: the database does not answer ({why}); look at CAMDESK_DATABASE_URL") from None


@functools.cache
def _known() -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
    """Every migration on the disk, and the apps they are of. Read once: it imports all of them."""
    loader = MigrationLoader(None)
    return frozenset(loader.disk_migrations), frozenset(loader.migrated_apps)


def _and_more(names: tuple[str, ...]) -> str:
    return f" and {len(names) - 1} more" if len(names) > 1 else ""
