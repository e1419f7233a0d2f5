""" "Accepted" means it survives a power cut: the database settings that this rests on, and the refusal to run without.

Who wants a faster, forgetful desk says so by name: CAMDESK_ALLOW_LOSS=synchronous (SQLite), or fsync,
synchronous_commit, full_page_writes (PostgreSQL).
"""

from django.conf import settings
from django.db import connection

_POSTGRES = ("fsync", "synchronous_commit", "full_page_writes")


def durability() -> dict[str, bool]:
    """Setting name → whether it keeps an acknowledged commit through a power cut. Asks the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            return {"synchronous": cursor.fetchone()[0] >= 2}  # 2 FULL, 3 EXTRA
        found = {}
        for name in _POSTGRES:
            cursor.execute("SELECT current_setting(%s)", [name])
            # remote_apply, remote_write and on all wait for the local disk; "local" too.
            found[name] = cursor.fetchone()[0] not in ("off",)
        return found


def refuse_to_lose() -> None:
    """Raises SystemExit with one sentence when a setting that keeps acknowledged commits is off and not allowed off."""
    off = [name for name, kept in durability().items() if not kept and name not in settings.ALLOW_LOSS]
    if off:
        raise SystemExit(
            f"camdesk: the database setting {', '.join(off)} is off: a power cut would lose requests that were"
            f" already confirmed. Turn it on, or accept the loss by name: CAMDESK_ALLOW_LOSS={','.join(off)}"
        )
