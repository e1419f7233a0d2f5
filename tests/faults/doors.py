"""Starts camdesk as a process of its own, on a port and data folder of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from tests.engines import free_port, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
PREPARED = "CAMDESK_TESTING"  # the tests' settings serve static files without collecting them


def environment(data: Path, **more: str) -> dict[str, str]:
    """Nothing of the tests' own environment but the way to programs, and the database they run on is not ours. CI is
    root in some places."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("CAMDESK_", "DJANGO_"))}
    return {**known, "CAMDESK_DATA": str(data), "PYTHONPATH": str(ROOT), "CAMDESK_ALLOW_ROOT": "1", **more}


def camdesk(data: Path, *words: str, check: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "camdesk", *words],
        env=environment(data, **more),
        cwd=data,
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )
    if check:
        assert done.returncode == 0, done.stdout + done.stderr
    return done


class Desk:
    """`camdesk serve` in a process group of its own, as a terminal would start it; `module`: instead of camdesk."""

    def __init__(self, data: Path, *words: str, module: str = "camdesk", **more: str) -> None:
        self.port = free_port()
        self.data = data
        self.log = data / "serve.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, *(words or ("serve",)), "--port", str(self.port)],
                env=environment(data, PYTHONUNBUFFERED="1", **more),
                cwd=data,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def __enter__(self) -> "Desk":
        try:
            wait_until(self.answers, seconds=240, what="camdesk answers")
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)  # with what it began: else it loads the tests that follow
            self.process.wait(10)
            print(self.said()[-2000:])
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)

    def said(self) -> str:
        return self.log.read_text()

    def answers(self) -> bool:
        assert self.process.poll() is None, self.said()
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def interrupt(self) -> int:
        """Ctrl-C to the whole group; the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(20)
