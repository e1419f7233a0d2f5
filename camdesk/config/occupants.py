"""Who uses this installation's data now: processes on this machine that hold the data folder, and whoever is connected
to its PostgreSQL database. Other data are put in their place only where there is nobody (copies.py)."""

from pathlib import Path

from django.conf import settings
from django.db import connection

LOCK = "in-use.lock"  # in the data folder
_SHOWN = 5


def of_folder() -> list[str]:
    """«camdesk serve (pid 4711)» for each process that holds the folder's lock, as far as this machine tells."""
    try:
        held = (settings.DATA_DIR / LOCK).stat()
        locks = Path("/proc/locks").read_text().splitlines()
    except OSError:
        return []
    pids = {line.split()[4] for line in locks if "FLOCK" in line and line.split()[5].endswith(f":{held.st_ino}")}
    return [f"{_said(pid)} (pid {pid})" for pid in sorted(pids, key=int)]


def of_database() -> list[str]:
    """«camdesk web on desk1 (pid 4711)» for each connection to it but the one that asks, as it calls itself: another
    program by its name, address and user."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        # What others do is hidden from an ordinary user, that they are there is not; a server process has no user.
        cursor.execute(
            "SELECT DISTINCT coalesce(nullif(application_name, ''), 'a program'), host(client_addr), usename"
            " FROM pg_stat_activity WHERE datname = current_database() AND usename IS NOT NULL"
            " AND pid <> pg_backend_pid() ORDER BY 1, 2"
        )
        found = cursor.fetchall()
    return [name if name.startswith("camdesk ") else f"{name} of {user}{_from(where)}" for name, where, user in found]


def named(occupants: list[str]) -> str:
    more = len(occupants) - _SHOWN
    return ", ".join(occupants[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _from(address: object) -> str:
    return f" from {address}" if address is not None else ""


def _said(pid: str) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return "a process"
    command = next((word for word in words if word in ("serve", "web", "work", "live")), "")
    return f"camdesk {command}" if command else Path(words[0]).name
