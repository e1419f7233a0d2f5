"""Jobs that misbehave, run inside limited children by test_children.py. Each takes bytes and returns bytes."""

import ctypes
import os
import signal
import socket
import subprocess
import time
from pathlib import Path


def upper(payload: bytes) -> bytes:
    return payload.upper()


def process_number(_: bytes) -> bytes:
    return str(os.getpid()).encode()


def sleep(payload: bytes) -> bytes:
    time.sleep(float(payload))
    return b"awake"


def spin(_: bytes) -> bytes:
    signal.setitimer(signal.ITIMER_REAL, 0)  # a job that took away its own wall clock still has its CPU limit
    while True:
        pass


def ignore_all_clocks(_: bytes) -> bytes:
    signal.setitimer(signal.ITIMER_REAL, 0)
    time.sleep(60)
    return b""


def eat_memory(_: bytes) -> bytes:
    return bytes(bytearray(400 * 1024 * 1024))[:1]


def die(_: bytes) -> bytes:
    ctypes.string_at(0)
    return b""


def fail(_: bytes) -> bytes:
    raise ValueError("the letter has no end")


def chatter(_: bytes) -> bytes:
    os.write(1, b"noise on the standard output" * 100)
    return b"clean"


def secrets_seen(_: bytes) -> bytes:
    return "\n".join(sorted(os.environ)).encode()


def forge_the_next_answer(payload: bytes) -> bytes:
    """Write an answer of its own making before the real one, as code that took over a parser would."""
    for handle in range(3, 20):
        try:
            os.write(handle, payload)
        except OSError:
            continue
    return b"real"


def escape(payload: bytes) -> bytes:
    """Try one way out; the answer says how it ended."""
    try:
        match payload:
            case b"socket":
                socket.socket()
            case b"raw socket":
                libc = ctypes.CDLL(None, use_errno=True)
                if libc.socket(2, 1, 0) < 0:
                    raise PermissionError(ctypes.get_errno())
            case b"fork":
                os.fork()
            case b"program":
                subprocess.run(["/bin/true"], check=True)
            case b"raw program":
                libc = ctypes.CDLL(None, use_errno=True)
                if libc.execv(b"/bin/true", (ctypes.c_char_p * 2)(b"/bin/true", None)) < 0:
                    raise PermissionError(ctypes.get_errno())
            case b"kill parent":
                os.kill(os.getppid(), signal.SIGTERM)
            case _:
                path = Path(payload.decode())
                if path.exists():
                    path.unlink()
                else:
                    path.write_bytes(b"x")
    except OSError as error:
        return type(error).__name__.encode()
    return b"escaped"
