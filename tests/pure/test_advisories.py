"""The question about known faults of what we depend on: what is bad is named, and no silence is taken for "nothing"."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests import advisories, steps
from tests.advisories import KNOWN_BAD, NotHad, Pin, known_about, pinned

ROOT = Path(__file__).parents[2]
OURS: set[Pin] = {("django", "5.2.1"), ("pillow", "11.0.0")}
Answer = Callable[[list[dict]], bytes]


def knowing(bad: dict[str, list[str]]) -> Answer:
    """Answers as OSV does, with advisories about the packages of these names."""

    def answer(queries: list[dict]) -> bytes:
        pins = [(query["package"]["name"], query["version"]) for query in queries]
        ids = [["GHSA-known"] if pin == KNOWN_BAD else bad.get(pin[0], []) for pin in pins]
        return json.dumps(
            {"results": [{"vulns": [{"id": one} for one in found]} if found else {} for found in ids]}
        ).encode()

    return answer


@pytest.fixture
def osv() -> Iterator[ThreadingHTTPServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            body = server.answer(asked)  # type: ignore[attr-defined]
            self.send_response(server.status)  # type: ignore[attr-defined]
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.answer, server.status = knowing({}), 200  # type: ignore[attr-defined]
    server.url = f"http://127.0.0.1:{server.server_port}/"  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("lock", advisories.LOCKS)
def test_every_package_of_the_lock_is_asked_about(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert len(pinned(text)) == sum("==" in line and not line.startswith((" ", "#")) for line in text.splitlines())
    assert any(name == "django" for name, _version in pinned(text))


def test_a_pin_is_read_whatever_follows_it() -> None:
    text = (
        'a-b.c==1.2.3 \\\n    --hash=sha256:00\nuvloop==0.21.0 ; sys_platform != "win32" \\\n# x==1\n    # via y==2\n'
    )
    assert pinned(text) == {("a-b.c", "1.2.3"), ("uvloop", "0.21.0")}


def test_nothing_known_is_nothing(osv) -> None:
    assert known_about(OURS, url=osv.url) == {}


def test_what_is_known_is_named(osv) -> None:
    osv.answer = knowing({"django": ["PYSEC-2", "GHSA-1"]})
    assert known_about(OURS, url=osv.url) == {("django", "5.2.1"): ["GHSA-1", "PYSEC-2"]}


@pytest.mark.parametrize(
    "answer",
    [
        lambda asked: json.dumps({"results": [{}] * len(asked)}).encode(),  # also of what is known to be bad
        lambda asked: json.dumps({"results": [{"vulns": [{"id": "x"}]}]}).encode(),
        lambda asked: b'{"results": null}',
        lambda asked: b"[]",
        lambda asked: b"<html>sign in to the network</html>",
        lambda asked: b"",
        lambda asked: b" " * 5_000_000 + knowing({})(asked),
    ],
    ids=["knows nothing", "short", "null", "another shape", "a portal", "empty", "too long"],
)
def test_an_answer_that_says_nothing_is_not_taken_for_nothing_known(osv, answer: Answer) -> None:
    osv.answer = answer
    with pytest.raises(NotHad):
        known_about(OURS, url=osv.url)


def test_a_service_that_fails_or_is_not_there_cannot_be_had(osv) -> None:
    osv.status = 503
    with pytest.raises(NotHad, match="503"):
        known_about(OURS, url=osv.url)
    with pytest.raises(NotHad):
        known_about(OURS, url="http://127.0.0.1:9/")


def test_a_service_that_never_answers_is_given_up() -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        with pytest.raises(NotHad):
            known_about(OURS, url=f"http://127.0.0.1:{mute.getsockname()[1]}/", seconds=0.2)


# --- the step of bin/test


def test_the_step_passes_fails_or_names_what_cannot_be_known(osv, monkeypatch, capsys) -> None:
    monkeypatch.setenv("CAMDESK_TESTS_ADVISORIES", osv.url)
    report = steps.Report()
    assert steps.advisories(report)
    assert report.unknown == []
    osv.answer = knowing({"django": ["GHSA-1"]})
    assert not steps.advisories(report)
    assert "GHSA-1" in capsys.readouterr().out
    osv.status = 503
    assert steps.advisories(report)
    assert len(report.unknown) == 1
    assert "advisories" in report.unknown[0]


def test_a_step_that_hangs_is_ended(monkeypatch) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        monkeypatch.setenv("CAMDESK_TESTS_ADVISORIES", f"http://127.0.0.1:{mute.getsockname()[1]}/")
        monkeypatch.setattr(steps, "ADVISORY_SECONDS", 1.0)
        report = steps.Report()
        assert steps.advisories(report)
        assert report.unknown


def test_what_cannot_be_known_is_said_at_the_end_and_is_no_failure_in_ci(monkeypatch, capsys) -> None:
    monkeypatch.setenv("CI", "true")
    assert steps._close(steps.Report(passed=1, unknown=["advisories: not here"]), 1.0) == 0
    assert "NOT KNOWN HERE: advisories: not here" in capsys.readouterr().out
    assert steps._close(steps.Report(passed=1, missing=["Redis"]), 1.0) == 1


def test_an_accepted_advisory_has_a_reason() -> None:
    assert all(len(why) > 10 for why in advisories.ACCEPTED.values())
