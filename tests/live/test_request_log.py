"""Every request has one id: its proxy's, where we trust that one, else ours; and a line that names nobody."""

import asyncio
import logging
from typing import Any

import pytest

from camdesk.lib import request_ids
from camdesk.server.bridge import Bridge
from camdesk.server.refusals import refuser
from camdesk.server.request_log import Followed
from tests.live.asgi import Exchange

PROXY, STRANGER = "10.0.0.1", "192.0.2.7"
TOO_LONG: Any = {"method": "POST", "parts": [b"x" * 5000], "length": 5000}
SAID = "5e3c7d1e1a2b4c3d8e9f0a1b2c3d4e5f"


def followed(seen: list[str], *, lines: bool = True) -> Followed:
    """Around the bridge, and an application in its thread that notes the id at work."""

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append(request_ids.current())
        start_response("200 OK", [])
        return [b"four"]

    bridge = Bridge(application, threads=1, max_body=1000, refuse=refuser(1000))
    return Followed(bridge, trusted=[PROXY], lines=lines)


def ask(
    path: str = "/", *, said: str = "", client: str = STRANGER, lines: bool = True, length: int = 0, **more: Any
) -> tuple[str, str]:
    """(the id in Django, the id in the answer)"""
    seen: list[str] = []
    headers = [(b"x-request-id", said.encode())] * bool(said)
    headers += [(b"content-length", b"%d" % length)] * bool(length)
    exchange = Exchange(path, headers=headers, client=client, **more)
    asyncio.run(exchange.run(followed(seen, lines=lines)))
    return seen[0] if seen else "", exchange.headers["x-request-id"]


def test_a_trusted_proxy_is_believed() -> None:
    assert ask(said=SAID, client=PROXY) == (SAID, SAID)


@pytest.mark.parametrize(
    "more",
    [{"said": SAID}, {"said": "a b\tc d e f", "client": PROXY}, {"client": PROXY}, {"said": "x", "client": PROXY}],
)
def test_everybody_else_gets_one_of_ours(more: dict[str, str]) -> None:
    inside, answered = ask(**more)
    assert inside == answered
    assert len(inside) == 16
    assert ask(**more)[0] != inside


def test_what_is_refused_before_django_has_one_too() -> None:
    inside, answered = ask(said=SAID, client=PROXY, **TOO_LONG)
    assert (inside, answered) == ("", SAID)


def test_the_line_of_a_request(log_as_written: pytest.LogCaptureFixture) -> None:
    with log_as_written.at_level(logging.INFO, "camdesk.access"):
        ask("/claims/AbCd-1234/\nERROR forged", query="q=anna", said=SAID, client=PROXY)
    [line] = log_as_written.text.splitlines()
    assert "INFO camdesk.access GET /claims/…/%0AERROR%20forged 200 4 B" in line
    assert line.endswith(f" ms [request {SAID}]")
    assert "anna" not in line
    assert STRANGER not in line
    assert log_as_written.records[0].figures["status"] == 200


@pytest.mark.parametrize(
    "path, lines, written", [("/readyz", True, 0), ("/live", True, 0), ("/desk/", False, 0), ("/desk/", True, 1)]
)
def test_who_gets_no_line(path: str, lines: bool, written: int, log_as_written: pytest.LogCaptureFixture) -> None:
    with log_as_written.at_level(logging.INFO, "camdesk.access"):
        ask(path, lines=lines)
    assert len(log_as_written.records) == written


def test_machines_get_a_line_where_it_does_not_go_well(log_as_written: pytest.LogCaptureFixture) -> None:
    with log_as_written.at_level(logging.INFO, "camdesk.access"):
        ask("/readyz", **TOO_LONG)
    assert "POST /readyz 413" in log_as_written.text
