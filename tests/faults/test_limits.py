"""Limits of sign-in that several processes keep together."""

import http.client
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import prepared
from tests.engines import Missing
from tests.faults.doors import Desk
from tests.faults.neighbours import settle

pytestmark = pytest.mark.fault

LOGIN = "/account/login/"


@pytest.fixture
def two_processes(tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """`camdesk web` twice, on one PostgreSQL."""
    try:
        server = prepared.postgres().start()
    except Missing as missing:
        pytest.fail(f"{missing} is missing")
    try:
        env = {"CAMDESK_DATABASE_URL": server.url, "CAMDESK_BUS": "postgres"}
        settle(tmp_path, 1, **env)
        with Desk(tmp_path, "web", **env) as one, Desk(tmp_path, "web", **env) as other:
            yield one, other
    finally:
        server.remove()


def wrongly(desk: Desk) -> str:
    """Signs in with a wrong password; the page that answers."""
    asked = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=20)
    asked.request("GET", LOGIN)
    page = asked.getresponse()
    cookie = (page.headers["Set-Cookie"] or "").split(";")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    assert token
    body = f"csrfmiddlewaretoken={token[1]}&login=neighbour0%40example.org&password=wrong-password"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Referer": "http://127.0.0.1/"}
    asked.request("POST", LOGIN, body, headers)
    answer = asked.getresponse()
    return f"{answer.status} {answer.read().decode()}"


def slowed(page: str) -> bool:
    return page.startswith("429") or "Слишком много" in page


def test_guesses_at_two_processes_are_counted_together(two_processes: tuple[Desk, Desk]) -> None:
    """Seen failing with CAMDESK_LIMITS=memory: each process allowed five."""
    one, other = two_processes
    answers = [wrongly(desk) for desk in (one, one, one, other, other)]
    assert not any(slowed(page) for page in answers)
    assert slowed(wrongly(one))
    assert slowed(wrongly(other))
