"""The scanner's protocol: verdicts as they are, and no way to make us wait, grow or believe."""

import io
import time
from datetime import UTC, datetime

import pytest

from camdesk.lib import clamd
from camdesk.lib.clamd import Address, Away, Interrupted, Result, Verdict
from tests.scanners import NAME, VIRUS, FakeScanner

MADE = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)


@pytest.fixture
def scanner():
    with FakeScanner() as one:
        yield one


def scan(scanner: FakeScanner, data: bytes, *, seconds: float = 5.0) -> Verdict:
    return clamd.scan(clamd.read_address(scanner.url), io.BytesIO(data), seconds=seconds)


# --- addresses


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("clamd://127.0.0.1:3310", Address(host="127.0.0.1", port=3310)),
        ("clamd://scanner", Address(host="scanner", port=3310)),
        ("clamd://scanner:99/", Address(host="scanner", port=99)),
        ("clamd://[::1]:3310", Address(host="::1", port=3310)),
        ("clamd:///run/clamav/clamd.ctl", Address(path="/run/clamav/clamd.ctl")),
        ("clamd:///run/my%20clamd.ctl", Address(path="/run/my clamd.ctl")),
    ],
)
def test_an_address_is_a_host_or_a_socket(url: str, address: Address) -> None:
    assert clamd.read_address(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "",
        "clamd://",
        "clamd:///",
        "http://host:3310",
        "/run/clamav/clamd.ctl",
        "clamd://host/run/x",
        "clamd://host:port",
        "clamd://host:99999",
        "clamd://user:secret@host",
        "clamd://host?x=1",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        clamd.read_address(url)


# --- a verdict


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("stream: OK", Verdict(Result.CLEAN)),
        ("stream: Win.Test.EICAR_HDB-1 FOUND", Verdict(Result.INFECTED, "Win.Test.EICAR_HDB-1")),
        ("stream: Eicar(44d8:68) FOUND", Verdict(Result.INFECTED, "Eicar(44d8:68)")),
        ("stream:  FOUND", Verdict(Result.INFECTED, "unnamed")),
        ("stream: OK FOUND", Verdict(Result.INFECTED, "OK")),
        ("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND", clamd.TOO_LARGE),
        ("INSTREAM size limit exceeded. ERROR", clamd.TOO_LARGE),
        ("stream: Time limit reached. ERROR", Verdict(Result.UNKNOWN, "Time limit reached.")),
        ("INSTREAM: Can't write to file. ERROR", Verdict(Result.UNKNOWN, "INSTREAM: Can't write to file.")),
    ],
)
def test_every_answer_of_the_daemon_is_understood(said: str, verdict: Verdict) -> None:
    assert clamd.read_verdict(said) == verdict


@pytest.mark.parametrize("said", ["", "OK", "PONG", "stream: ok", "stream: OKAY", "X FOUND", "stream: OK\nstream: OK"])
def test_what_is_no_answer_is_never_taken_for_clean(said: str) -> None:
    with pytest.raises(Interrupted):
        clamd.read_verdict(said)


# --- the exchange


@pytest.mark.parametrize("size", [0, 1, clamd.PIECE, clamd.PIECE + 1, 1_000_000])
def test_every_byte_arrives_and_is_judged(scanner: FakeScanner, size: int) -> None:
    data = bytes(index % 251 for index in range(size))
    assert scan(scanner, data) == Verdict(Result.CLEAN)
    assert scan(scanner, data + VIRUS) == Verdict(Result.INFECTED, NAME)
    assert scanner.scanned == [data, data + VIRUS]


def test_a_unix_socket_does_as_well(tmp_path) -> None:
    with FakeScanner(path=tmp_path / "clamd.ctl") as scanner:
        clamd.ping(clamd.read_address(scanner.url))
        assert scan(scanner, VIRUS) == Verdict(Result.INFECTED, NAME)


@pytest.mark.parametrize("over", [1, clamd.PIECE, 8_000_000])
def test_a_file_over_the_daemons_limit_is_told_so_although_it_hung_up(scanner: FakeScanner, over: int) -> None:
    scanner.limit = clamd.PIECE
    assert scan(scanner, b"x" * scanner.limit) == Verdict(Result.CLEAN)
    assert scan(scanner, b"x" * (scanner.limit + over)) == clamd.TOO_LARGE


@pytest.mark.parametrize(
    ("mode", "result"),
    [
        ("limit", clamd.TOO_LARGE),
        ("error", Verdict(Result.UNKNOWN, "Can't allocate memory")),
        ("hang", None),
        ("mute", None),
        ("cut", None),
        ("garbage", None),
        ("endless", None),
        ("dribble", None),
    ],
)
def test_a_scanner_that_misbehaves_gives_no_verdict_within_the_time(scanner, mode, result) -> None:
    scanner.mode = mode
    began = time.monotonic()
    if result is not None:
        assert scan(scanner, b"x" * 300_000) == result
    else:
        with pytest.raises(Interrupted):
            scan(scanner, b"x" * 300_000, seconds=0.5)
    assert time.monotonic() - began < 3.0


def test_an_answer_without_an_end_is_given_up_by_its_length(scanner) -> None:
    scanner.mode = "endless"
    began = time.monotonic()
    with pytest.raises(Interrupted, match="hung up"):
        scan(scanner, b"x", seconds=30.0)
    assert time.monotonic() - began < 10.0


def test_a_scanner_that_takes_nothing_is_given_up(scanner, monkeypatch) -> None:
    """Its buffers fill, and the next piece would wait for ever."""
    monkeypatch.setattr(FakeScanner, "_scan", lambda self, line: self._closing.wait(20))
    began = time.monotonic()
    with pytest.raises(Interrupted, match="did not take"):
        scan(scanner, b"x" * 32_000_000, seconds=0.5)
    assert time.monotonic() - began < 3.0


def test_nobody_there_is_no_fault_of_the_file(scanner) -> None:
    scanner.go()
    for ask in (clamd.ping, clamd.version, lambda address: clamd.scan(address, io.BytesIO(b"x"))):
        with pytest.raises(Away):
            ask(clamd.read_address(scanner.url))


def test_a_missing_socket_is_away_too(tmp_path) -> None:
    with pytest.raises(Away, match="No such file"):
        clamd.ping(Address(path=str(tmp_path / "nothing")))


def test_a_mute_scanner_is_away(scanner) -> None:
    scanner.mode = "mute"
    began = time.monotonic()
    with pytest.raises(Away):
        clamd.ping(clamd.read_address(scanner.url), seconds=0.3)
    assert time.monotonic() - began < 2.0


@pytest.mark.parametrize(
    ("said", "version"),
    [
        (b"ClamAV 1.4.3/27800/Mon Mar 16 08:00:00 2026", clamd.Version("ClamAV 1.4.3", 27800, MADE)),
        (b"ClamAV 1.4.3/1/Mon Mar  2 08:00:00 2026", clamd.Version("ClamAV 1.4.3", 1, MADE.replace(day=2))),
        (b"ClamAV 1.4.3/27800/yesterday", clamd.Version("ClamAV 1.4.3", 27800, None)),
        (b"ClamAV 1.4.6", clamd.Version("ClamAV 1.4.6", None, None)),
    ],
)
def test_the_age_of_the_signatures(scanner, said: bytes, version: clamd.Version) -> None:
    scanner.says_version = said
    assert clamd.version(clamd.read_address(scanner.url)) == version


def test_another_service_on_that_port_is_no_scanner(scanner) -> None:
    scanner.says_version = b"220 mail.example.org ESMTP"
    with pytest.raises(Away, match="answered"):
        clamd.version(clamd.read_address(scanner.url))


def test_a_name_made_of_signs_reaches_no_terminal_or_page_raw(scanner, monkeypatch) -> None:
    monkeypatch.setattr(FakeScanner, "_verdict", lambda self, line, said: b"stream: \x1b[31m<b>\xff\x07 FOUND")
    assert scan(scanner, b"x") == Verdict(Result.INFECTED, "?[31m<b>??")
