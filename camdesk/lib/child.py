"""What runs inside a limited child: a small parent of jobs that forks one confined process for each job.

Started by `children.py` as `python -m camdesk.lib.child module:function`. It imports the function once, so that a job
costs one fork (about a millisecond) and not one interpreter start, and every job begins with clean memory: a hostile
file cannot leave anything behind for the next one. It speaks frames on stdin and stdout (`REQUEST`, `REPLY`) and ends
by itself after some idle seconds or when its own parent goes away.
"""

import contextlib
import ctypes
import importlib
import os
import platform
import resource
import select
import signal
import struct
import sys
from collections.abc import Callable

# job id, wall and CPU seconds, address space in MiB, bytes of payload; the payload follows.
REQUEST = struct.Struct("!16sdIQ")
# job id, outcome, bytes of body; the body follows.
REPLY = struct.Struct("!16scQ")
DONE, TIMEOUT, MEMORY, CRASH, ERROR = b"d", b"t", b"m", b"c", b"e"

# System calls a parser of files never needs. A confined job that asks for one gets EPERM.
# name: (x86_64, aarch64), None where the machine has no such call.
FORBIDDEN_CALLS: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198), "connect": (42, 203), "accept": (43, 202), "sendto": (44, 206), "bind": (49, 200),
    "listen": (50, 201), "socketpair": (53, 199), "fork": (57, None), "vfork": (58, None), "clone": (56, 220),
    "clone3": (435, 435), "execve": (59, 221), "execveat": (322, 281), "kill": (62, 129), "tkill": (200, 130),
    "tgkill": (234, 131), "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "io_uring_setup": (425, 425), "bpf": (321, 280),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "unlink": (87, None), "unlinkat": (263, 35),
    "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276), "truncate": (76, 45), "mkdir": (83, None),
    "mkdirat": (258, 34), "rmdir": (84, None), "link": (86, None), "linkat": (265, 37), "symlink": (88, None),
    "symlinkat": (266, 36), "chmod": (90, None), "fchmodat": (268, 53), "chown": (92, None), "fchownat": (260, 54),
    "keyctl": (250, 219), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
}  # fmt: skip

_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1), "arm64": (0xC00000B7, 1)}


def _filter_program(machine: str) -> bytes | None:
    """The seccomp program (classic BPF) that refuses FORBIDDEN_CALLS, None for a machine we have no numbers for."""
    if machine not in _MACHINES:
        return None
    architecture, column = _MACHINES[machine]
    numbers = sorted({call for call in (pair[column] for pair in FORBIDDEN_CALLS.values()) if call is not None})
    refuse, allow = 0x00050000 | 1, 0x7FFF0000  # SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_ALLOW
    load, jump_equal, jump_at_least, give = 0x20, 0x15, 0x35, 0x06
    # A jump counts the steps it leaps over; every one of these lands on the last step, refuse.
    steps = [(load, 0, 0, 4), (jump_equal, 0, len(numbers) + 3, architecture), (load, 0, 0, 0)]
    # Numbers from 0x40000000 are the x32 spelling of the same calls: refused as a whole.
    steps.append((jump_at_least, len(numbers) + 1, 0, 0x40000000))
    steps += [(jump_equal, len(numbers) - index, 0, number) for index, number in enumerate(numbers)]
    steps += [(give, 0, 0, allow), (give, 0, 0, refuse)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def forbid_calls() -> bool:
    """Lay the filter on this process, for good. False where the kernel or machine cannot."""
    program = _filter_program(platform.machine())
    if program is None or not sys.platform.startswith("linux"):
        return False

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) != 0:  # PR_SET_NO_NEW_PRIVS: what lets an ordinary user lay a filter
        return False
    return bool(libc.prctl(22, 2, ctypes.byref(Program(len(program) // 8, program)), 0, 0) == 0)  # PR_SET_SECCOMP


def _refuse(event: str, _: object) -> None:
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.fork", "os.system", "shutil.")):
        raise PermissionError(f"{event} is not allowed in a limited child")


def confine(*, seconds: float, memory_mb: int) -> None:
    """Limits for one job: wall clock, CPU time, address space, nothing written to disk, no network, no new process."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    # The CPU limit speaks first by SIGXCPU ("too slow"), a second later by SIGKILL.
    whole = int(seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole + 1))
    for limit, value in (
        (resource.RLIMIT_AS, memory_mb * 1024 * 1024),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(limit, (value, value))
    forbid_calls()
    # Also where the kernel has no filter: Python code at least cannot open a socket or start a program.
    sys.addaudithook(_refuse)


# Where replies go. `main` moves it off stdout, so that a stray print of a parser cannot break a frame.
_answers_to = 1


def _read(length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = os.read(0, min(1 << 20, length - len(parts)))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _write(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(_answers_to, view[: 1 << 20]) :]


def _reply(job: bytes, outcome: bytes, body: bytes) -> None:
    _write(REPLY.pack(job, outcome, len(body)))
    _write(body)


def _work(function: Callable[[bytes], bytes], job: bytes, seconds: float, memory_mb: int, length: int) -> bool:
    """One job, in its own forked process. True when the whole payload was taken out of the pipe."""
    confine(seconds=seconds, memory_mb=memory_mb)
    outcome, body, taken = ERROR, b"", False
    try:
        payload = _read(length)
        taken = True
        body = function(payload)
        outcome = DONE
    except MemoryError:
        outcome = MEMORY
    except BaseException as error:
        # The class and first words only: the text of a parser's error may quote what a customer sent.
        body = f"{type(error).__name__}: {error}"[:200].encode("utf-8", "replace")
    _reply(job, outcome, body)
    return taken


def _fork_for(function: Callable[[bytes], bytes], job: bytes, seconds: float, memory_mb: int, length: int) -> bool:
    """Run one job; False when the rest of its payload may still be in the pipe, so that this process must end."""
    pid = os.fork()
    if pid == 0:
        ending = 1
        with contextlib.suppress(BaseException):
            ending = 0 if _work(function, job, seconds, memory_mb, length) else 3
        os._exit(ending)
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) in (0, 3):
        return os.WEXITSTATUS(status) == 0
    ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    outcome = TIMEOUT if ended_by in (signal.SIGALRM, signal.SIGXCPU) else CRASH
    _reply(job, outcome, f"signal {ended_by}".encode() if ended_by else b"no answer")
    return False


def main(target: str, idle_seconds: float) -> None:
    global _answers_to
    _answers_to = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    module, _, name = target.partition(":")
    function: Callable[[bytes], bytes] = getattr(importlib.import_module(module), name)
    while select.select([0], [], [], idle_seconds)[0]:
        try:
            job, seconds, memory_mb, length = REQUEST.unpack(_read(REQUEST.size))
        except EOFError:
            return
        if not _fork_for(function, job, seconds, memory_mb, length):
            return


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
