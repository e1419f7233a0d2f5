"""Dangerous work in a limited child: decoding a stranger's picture, parsing a stranger's letter.

`run_limited("camdesk.lib.previews:make", payload, seconds=5, memory_mb=256)` runs a named function of ours, bytes in
and bytes out, in a process that has little memory, little time, no network, no environment and cannot write to disk.
The worst a hostile file can do is to fail its own job. Children start on demand, at most `MOST` work at a time, and an
idle one ends by itself after `IDLE_SECONDS`, so at rest they cost no memory.
"""

import contextlib
import os
import secrets
import selectors
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Literal

from camdesk.lib import child

MOST = 2  # children working at the same time
IDLE_SECONDS = 15.0
WAIT_SECONDS = 60.0  # for a free place, before the caller is told to come back later
LARGEST_RESULT = 64 * 1024 * 1024
_GRACE = 2.0  # the child limits itself; after this much more it is killed from outside

Reason = Literal["timeout", "memory", "crash", "error"]
_REASONS: dict[bytes, Reason] = {
    child.TIMEOUT: "timeout",
    child.MEMORY: "memory",
    child.CRASH: "crash",
    child.ERROR: "error",
}


class ChildFailed(Exception):
    """The job did not end well. `reason`: timeout, memory, crash (died without a word) or error (raised)."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: Reason = reason
        self.detail = detail


class _Gone(Exception):
    """The child ended before it took the job (it had been idle too long): ask a fresh one."""


@dataclass
class _Child:
    process: subprocess.Popen[bytes]
    used: bool = field(default=False)

    def end(self) -> None:
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()


class _Pool:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.idle: dict[str, list[_Child]] = {}
        self.places = threading.BoundedSemaphore(MOST)

    def take(self, target: str) -> _Child:
        with self.lock:
            waiting = self.idle.get(target, [])
            while waiting:
                warm = waiting.pop()
                if warm.process.poll() is None:
                    return warm
                warm.end()
        return _start(target)

    def give_back(self, target: str, warm: _Child) -> None:
        warm.used = True
        with self.lock:
            self.idle.setdefault(target, []).append(warm)

    def end(self) -> None:
        with self.lock:
            for waiting in self.idle.values():
                while waiting:
                    waiting.pop().end()


_pool = _Pool()


def _forget_children() -> None:
    # A forked copy of this process must not talk to the children of the original.
    global _pool
    _pool = _Pool()


os.register_at_fork(after_in_child=_forget_children)


def _environment() -> dict[str, str]:
    """No secret of ours is in a child's environment, only where our code is found, and as what it was compiled."""
    found = {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"}
    return found | ({"PYTHONPYCACHEPREFIX": sys.pycache_prefix} if sys.pycache_prefix else {})


def _start(target: str) -> _Child:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "camdesk.lib.child", target, str(IDLE_SECONDS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        cwd="/",
        start_new_session=True,
        bufsize=0,
    )
    # Takes the exit status when the child ends by itself, so that none stays behind as a zombie.
    threading.Thread(target=process.wait, name="child-ends", daemon=True).start()
    return _Child(process)


def _exchange(warm: _Child, request: bytes, job: bytes, deadline: float) -> tuple[bytes, bytes]:
    """Send one request, read one reply: (outcome, body). Never blocks past the deadline."""
    assert warm.process.stdin is not None
    assert warm.process.stdout is not None
    to_child, from_child = warm.process.stdin.fileno(), warm.process.stdout.fileno()
    os.set_blocking(to_child, False)
    os.set_blocking(from_child, False)
    unsent, got, size = memoryview(request), bytearray(), child.REPLY.size
    with selectors.DefaultSelector() as selector:
        selector.register(from_child, selectors.EVENT_READ)
        selector.register(to_child, selectors.EVENT_WRITE)
        while True:
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                raise ChildFailed("timeout", "killed from outside")
            for key, _ in ready:
                if key.fd == to_child:
                    try:
                        unsent = unsent[os.write(to_child, unsent[: 1 << 18]) :]
                    except BrokenPipeError:
                        unsent = memoryview(b"")  # it has ended; its last words are still to be read
                    if not unsent:
                        selector.unregister(to_child)
                    continue
                part = os.read(from_child, 1 << 18)
                if not part:
                    raise _Gone if not got else ChildFailed("crash", "the answer was cut off")
                got += part
            if len(got) < size:
                continue
            answered, outcome, length = child.REPLY.unpack_from(got)
            if answered != job or length > LARGEST_RESULT:
                raise ChildFailed("crash", "not an answer to this job")
            if len(got) > size + length:
                raise ChildFailed("crash", "more than an answer")
            if len(got) == size + length:
                return outcome, bytes(got[size:])


def run_limited(target: str, payload: bytes, *, seconds: float, memory_mb: int, wait: float = WAIT_SECONDS) -> bytes:
    """Run `package.module:function` of ours on `payload` in a limited child and return the bytes it returns.

    `seconds` limits both wall clock and CPU, `memory_mb` the address space of the job (an interpreter with Pillow needs
    about 60 MiB of it). `wait`: seconds for a free place; a page waits less than the worker. The function must not need
    Django, a database or the environment. Raises ChildFailed.
    """
    pool = _pool
    if not pool.places.acquire(timeout=wait):
        raise ChildFailed("timeout", "no child became free")
    try:
        while True:
            warm = pool.take(target)
            job = secrets.token_bytes(16)
            request = child.REQUEST.pack(job, seconds, memory_mb, len(payload)) + payload
            # A first job also pays for the start of the interpreter.
            deadline = time.monotonic() + seconds + _GRACE + (0.0 if warm.used else 10.0)
            keep = False
            try:
                outcome, body = _exchange(warm, request, job, deadline)
                # After a death by signal the pipe may hold the rest of the payload: such a child ends itself.
                keep = outcome in (child.DONE, child.ERROR, child.MEMORY)
            except _Gone:
                if warm.used:
                    continue
                raise ChildFailed("crash", "the child did not start")
            finally:
                if keep:
                    pool.give_back(target, warm)
                else:
                    warm.end()
            if outcome == child.DONE:
                return body
            raise ChildFailed(_REASONS.get(outcome, "crash"), body[:200].decode("utf-8", "replace"))
    finally:
        pool.places.release()


def end_all() -> None:
    """End the idle children now (at the stop of the service, and between tests)."""
    _pool.end()
