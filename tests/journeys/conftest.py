"""The demo as people run it, in a process of its own: for journeys in which two browsers see each other live."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests import prepared

ROOT = Path(__file__).parents[2]
EXCHANGE = "secret-of-the-exchange"


@pytest.fixture(scope="session", autouse=True)
def slow_browser() -> Iterator[None]:
    """CAMDESK_TEST_SLOW=8: every page runs its scripts so many times slower, as on a busy machine.

    What passes by luck of timing falls here, before it falls on somebody else's machine."""
    times, quick = float(os.environ.get("CAMDESK_TEST_SLOW", "1")), BrowserContext.new_page

    def slow(context: BrowserContext) -> Page:
        page = quick(context)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})
        return page

    if times > 1:
        BrowserContext.new_page = slow  # type: ignore[method-assign]
    yield
    BrowserContext.new_page = quick  # type: ignore[method-assign]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def letters_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder whose *.eml the running demo takes in."""
    return tmp_path_factory.mktemp("letters")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, letters_in: Path) -> Iterator[str]:
    """The address of a running demo with its town."""
    data, port = prepared.demo(tmp_path_factory.mktemp("demo")), free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("CAMDESK_", "DJANGO_", "PYTEST"))}
    env |= {"CAMDESK_DEMO": "1", "CAMDESK_DATA": str(data), "PYTHONPATH": str(ROOT)}
    env |= {"CAMDESK_MAIL_FOLDER": str(letters_in), "CAMDESK_PHONE_HOOK_SECRET": EXCHANGE}

    log = (data / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "camdesk", "serve", "--port", str(port), "--data", str(data)],
        cwd=ROOT,
        env=env,
        stdout=log,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, server, data / "log")
        yield address
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait(address: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(1200):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the demo did not start:\n{log.read_text(errors='replace')[-3000:]}")
