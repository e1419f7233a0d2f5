"""What processes cost, from /proc: CPU time and memory of a process, its children and a PostgreSQL beside it."""

import os
from dataclasses import dataclass
from pathlib import Path

import psycopg

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class _Stat:
    pid: int
    parent: int
    seconds: float  # its own, and of its children that have ended


def _stat(pid: int) -> _Stat | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return None
    return _Stat(pid, int(fields[1]), sum(int(field) for field in fields[11:15]) / _TICKS)


class Processes:
    """Everything that belongs to these roots: they and all that descends from them."""

    def __init__(self, *roots: int) -> None:
        self.roots = roots

    def _alive(self) -> list[_Stat]:
        stats = [stat for path in Path("/proc").iterdir() if path.name.isdecimal() and (stat := _stat(int(path.name)))]
        ours = set(self.roots)
        # A child has a greater number than its parent, except after the numbers begin anew: look until nothing is new.
        while more := {stat.pid for stat in stats if stat.parent in ours} - ours:
            ours |= more
        return [stat for stat in stats if stat.pid in ours]

    def cpu(self) -> float:
        """Seconds so far, in steps of a hundredth."""
        return sum(stat.seconds for stat in self._alive())

    def memory(self) -> float:
        """MiB resident; of a page that several share, each has its share (PSS)."""
        kib = 0
        for stat in self._alive():
            try:
                told = Path(f"/proc/{stat.pid}/smaps_rollup").read_text()
            except OSError:
                continue
            kib += sum(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:"))
        return kib / 1024


def postmaster(url: str) -> int:
    """The process all servers of this database come from. Raises SystemExit when it is not on this machine, and when
    the database is not empty: what is measured here is made up."""
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone():
            raise SystemExit("camdesk: --postgres needs an empty database: invented tickets are written there")
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        stat = _stat(int(row[0])) if row else None
    if stat is None:
        raise SystemExit("camdesk: the PostgreSQL server must run on this machine: its CPU time is read from /proc")
    return stat.parent
