"""`serve --workers N`: N processes that serve pages and streams on one port, one for the duties, and the one that
started them, which does nothing but bring back whoever dies.

Each server has a listening socket of its own on the port (SO_REUSEPORT), and this process keeps them open: who connects
while one is being brought back waits in its queue and is lost to nobody. Elsewhere than on Linux, where such sockets do
not share the load, they accept from one. What must be right in total is counted in memory they share; hints go by the
bus, limits and sessions by the database.
"""

import contextlib
import gc
import json
import logging
import mmap
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connections

from camdesk.lib.shared_counts import SharedCounts

log = logging.getLogger("camdesk.serve")

STOP_SECONDS = 8.0
"""Then whoever has not stopped is killed: what it was at is under a lease or in a transaction."""
LONGEST_PAUSE = 5.0
"""Before one that does not stay up is started again: a share of the visitors waits for it."""
_STAYED_UP = 10.0
_SIGNALS = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT)


class Board:
    """What the processes tell each other: since when each is down, in monotonic seconds (0: it is up)."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self._since = memoryview(mmap.mmap(-1, 8 * len(names))).cast("d")
        for number in range(len(names)):
            self.down(number)

    def down(self, number: int) -> None:
        self._since[number] = time.monotonic()

    def up(self, number: int) -> None:
        self._since[number] = 0.0

    @property
    def all_up(self) -> bool:
        return not any(self._since)

    def missing(self, *, longer_than: float = 5.0) -> list[str]:
        """Who is down, one sentence each."""
        now = time.monotonic()
        return [
            f"{name} does not stay up: look into the log"
            for name, since in zip(self.names, self._since, strict=True)
            if since and now - since > longer_than
        ]


@dataclass(frozen=True)
class SharedState:
    """What is counted in all servers together, and the board. Made before they fork."""

    servers: int
    board: Board
    connections: SharedCounts
    requests: SharedCounts
    subjects: SharedCounts

    @classmethod
    def among(cls, servers: int, *, duties: bool) -> "SharedState":
        names = [f"server {number + 1} of {servers}" for number in range(servers)]
        names += ["the process of the duties"] * duties
        return cls(servers, Board(names), *(SharedCounts(servers) for _ in range(3)))

    def become(self, number: int) -> None:
        for counts in (self.connections, self.requests, self.subjects):
            counts.become(number)

    def share(self, whole: int) -> int:
        """What one server may have of what all may have."""
        return -(-whole // self.servers)


@dataclass
class _Process:
    """One that is to be there, whoever it is at the moment."""

    number: int
    name: str
    run: Callable[[], int]
    pid: int = 0
    began: float = 0.0
    start_at: float = 0.0
    quick_deaths: int = 0
    deaths: int = 0

    def died(self, now: float) -> None:
        self.pid, self.deaths = 0, self.deaths + 1
        self.quick_deaths = self.quick_deaths + 1 if now - self.began < _STAYED_UP else 0
        self.start_at = now + pause_after(self.quick_deaths)


def pause_after(quick_deaths: int) -> float:
    """Seconds before it is started again; `quick_deaths`: how many in a row came soon after a start."""
    return 0.0 if quick_deaths < 2 else min(LONGEST_PAUSE, 0.25 * 2.0 ** (quick_deaths - 2))


@dataclass
class Supervisor:
    """Keeps the processes there until it is told to stop. `jobs`: what each does, by its number on the board."""

    board: Board
    jobs: Sequence[Callable[[], int]]
    on_started: Callable[[], None]
    _processes: list[_Process] = field(default_factory=list)
    _told: bool = False

    def run(self) -> int:
        """The exit code: 0 when it was told to stop, 1 when one of them could not even start."""
        self._processes = [
            _Process(number, name, job)
            for number, (name, job) in enumerate(zip(self.board.names, self.jobs, strict=True))
        ]
        connections.close_all()  # no connection is shared with a child
        gc.freeze()  # what is loaded by now is the same for all, and is not copied for being looked at
        heard, self._bell = os.pipe()
        os.set_blocking(heard, False)
        os.set_blocking(self._bell, False)
        self._life = os.pipe()  # closed by our death, whatever killed us: then they stop too
        before = {one: signal.signal(one, self._heard) for one in _SIGNALS}
        wakeup = signal.set_wakeup_fd(self._bell, warn_on_full_buffer=False)
        try:
            return self._watch(heard)
        finally:
            signal.set_wakeup_fd(wakeup)
            for one, handler in before.items():
                signal.signal(one, handler)
            _note_path().unlink(missing_ok=True)

    def _heard(self, number: int, _frame: object) -> None:
        if number != signal.SIGCHLD:
            self._told = True

    def _watch(self, heard: int) -> int:
        started = False
        while not self._told:
            now = time.monotonic()
            for one in self._processes:
                if not one.pid and one.start_at <= now:
                    self._start(one)
            if not started and self.board.all_up:
                started = True
                self._write_note()
                self.on_started()
            waits = [one.start_at - now for one in self._processes if not one.pid]
            select.select([heard], [], [], max(0.0, min([*waits, 1.0 if started else 0.05])))
            with contextlib.suppress(BlockingIOError):
                os.read(heard, 4096)
            for one in self._buried():
                if self._told:
                    break
                if not started:
                    log.error("%s could not start", one.name)
                    self._stop()
                    return 1
                self._write_note()
        self._stop()
        return 0

    def _buried(self) -> list[_Process]:
        dead = []
        for one in self._processes:
            if one.pid and os.waitpid(one.pid, os.WNOHANG)[0]:
                one.died(time.monotonic())
                self.board.down(one.number)
                if not self._told:
                    log.warning("%s has died and is started again in %.1f s", one.name, pause_after(one.quick_deaths))
                dead.append(one)
        return dead

    def _start(self, one: _Process) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if not pid:
            self._be(one)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        one.pid, one.began = pid, time.monotonic()
        if one.deaths:
            self._write_note()

    def _be(self, one: _Process) -> None:
        """The child's whole life."""
        code = 1
        try:
            os.setpgid(0, 0)  # Ctrl-C is for the one that started us, who tells us
            signal.set_wakeup_fd(-1)
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            os.close(self._life[1])
            os.close(self._bell)
            threading.Thread(target=_stop_with, args=(self._life[0],), name="supervisor-is-there", daemon=True).start()
            code = one.run()
        except BaseException:
            log.exception("%s has failed", one.name)
        finally:
            logging.shutdown()
            sys.stdout.flush()
            os._exit(code)

    def _stop(self) -> None:
        for one in self._processes:
            if one.pid:
                os.kill(one.pid, signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        while any(one.pid for one in self._processes):
            self._buried_when_stopping(kill=time.monotonic() > until)
            time.sleep(0.02)

    def _buried_when_stopping(self, *, kill: bool) -> None:
        for one in self._processes:
            if one.pid and os.waitpid(one.pid, os.WNOHANG)[0]:
                one.pid = 0
            elif one.pid and kill:
                log.warning("%s did not stop and is killed", one.name)
                os.kill(one.pid, signal.SIGKILL)

    def _write_note(self) -> None:
        """For `camdesk doctor`."""
        said = {
            "supervisor": os.getpid(),
            "processes": [{"name": one.name, "pid": one.pid, "deaths": one.deaths} for one in self._processes],
        }
        path = _note_path()
        new = path.with_suffix(".new")
        with contextlib.suppress(OSError):  # a full disk is no reason to serve nobody
            new.write_text(json.dumps(said))
            new.replace(path)


def _stop_with(life: int) -> None:
    os.read(life, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _note_path() -> Path:
    path: Path = settings.DATA_DIR / "workers.json"
    return path


def listeners_for(listen_on: Callable[..., socket.socket], host: str, port: int, servers: int) -> list[socket.socket]:
    """A listening socket for each server. Raises SystemExit as `listen_on` does."""
    alone = listen_on(host, port)  # so that a port at which somebody else shares is busy too
    if not sys.platform.startswith("linux"):
        return [alone] * servers
    port = alone.getsockname()[1]
    alone.close()
    return [listen_on(host, port, shared=True) for _ in range(servers)]
