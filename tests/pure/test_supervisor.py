"""Who watches over the processes of `serve --workers`: what is noted, who is ended, and what the doctor makes of it.
With real ones: tests/faults/test_workers.py."""

import contextlib
import json
import os
import signal
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from camdesk.config import doctor_processes
from camdesk.server import workers
from camdesk.server.workers import Board, Supervisor, _Process, listeners_for, pause_after


@pytest.fixture
def two(data_folder: Path) -> Supervisor:
    made = Supervisor(Board(["a", "b"]), [lambda: 0, lambda: 0], lambda: None)
    made._processes = [_Process(0, "a", lambda: 0, pid=7, began=100.0), _Process(1, "b", lambda: 0)]
    made.board.up(0)
    made.board.up(1)
    return made


def note(data_folder: Path) -> Any:
    return json.loads((data_folder / "workers.json").read_text())


def test_what_runs_is_noted_for_the_doctor(two: Supervisor, data_folder: Path) -> None:
    two._processes[1].deaths = 2
    two._write_note()
    told = [{"name": "a", "pid": 7, "deaths": 0}, {"name": "b", "pid": 0, "deaths": 2}]
    assert note(data_folder) == {"supervisor": os.getpid(), "processes": told}
    (data_folder / "workers.json").unlink()
    (data_folder / "workers.new").mkdir()
    two._write_note()  # that it cannot be written ends nothing


@pytest.mark.parametrize(
    ("at", "quick", "starts_at"),
    [(105.0, 1, 105.0), (110.0, 0, 110.0), (1000.0, 0, 1000.0)],
    ids=["soon", "ten", "late"],
)
def test_who_dies_soon_after_a_start_is_counted(at: float, quick: int, starts_at: float) -> None:
    one = _Process(0, "a", lambda: 0, pid=7, began=100.0)
    one.died(at)
    assert (one.pid, one.deaths, one.quick_deaths, one.start_at) == (0, 1, quick, starts_at)
    one.began = at
    one.died(at + 1)
    assert one.start_at == at + 1 + pause_after(quick + 1)


@pytest.mark.parametrize("told", [False, True])
def test_the_dead_are_taken_off_the_board(
    two: Supervisor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, told: bool
) -> None:
    ended: dict[int, int] = {}
    monkeypatch.setattr(workers.os, "waitpid", lambda pid, how: (ended.get(pid, 0), 0))
    two._told = told
    assert two._buried() == []
    assert two.board.all_up
    ended[7] = 7
    assert [one.name for one in two._buried()] == ["a"]
    assert [one.pid for one in two._processes] == [0, 0]
    assert two.board.missing(longer_than=-1) == ["a does not stay up: look into the log"]
    assert ("a has died and is started again" in caplog.text) is not told
    assert two._buried() == [], "once"


def test_whoever_does_not_stop_is_killed(two: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[int, int]] = []
    clock = SimpleNamespace(now=0.0)

    def sleep(seconds: float) -> None:
        clock.now += seconds

    monkeypatch.setattr(workers.os, "kill", lambda pid, what: sent.append((pid, what)))
    monkeypatch.setattr(workers.os, "waitpid", lambda pid, how: (pid if sent[-1][1] == signal.SIGKILL else 0, 0))
    monkeypatch.setattr(workers, "time", SimpleNamespace(monotonic=lambda: clock.now, sleep=sleep))
    two._stop()
    assert sent == [(7, signal.SIGTERM), (7, signal.SIGKILL)]
    assert clock.now == pytest.approx(workers.STOP_SECONDS, abs=0.1)
    two._stop()
    assert len(sent) == 2, "nobody is left"


def test_a_signal_tells_it_to_stop_and_a_death_does_not(two: Supervisor) -> None:
    two._heard(signal.SIGCHLD, None)
    assert not two._told
    two._heard(signal.SIGTERM, None)
    assert two._told


def test_each_server_has_a_socket_of_its_own_where_they_share_the_load(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int, bool]] = []

    def listen_on(host: str, port: int, *, shared: bool = False) -> Any:
        asked.append((host, port, shared))
        return SimpleNamespace(getsockname=lambda: (host, 8000), close=lambda: asked.append(("closed", 0, False)))

    made: Any = listen_on
    assert len(set(map(id, listeners_for(made, "h", 0, 3)))) == 3
    assert asked == [("h", 0, False), ("closed", 0, False), *[("h", 8000, True)] * 3]
    asked.clear()
    monkeypatch.setattr(workers.sys, "platform", "darwin")
    one, other = listeners_for(made, "h", 0, 2)
    assert one is other
    assert asked == [("h", 0, False)]
    assert socket.SO_REUSEPORT


# --- what the doctor says


def well(pid: int) -> dict[str, Any]:
    return {"name": f"p{pid}", "pid": pid, "deaths": 0}


@pytest.mark.parametrize(
    ("told", "vendor", "workers_said", "places", "said"),
    [
        (None, "sqlite", 1, 0, []),
        ("rubbish", "sqlite", 1, 0, []),
        ({"processes": []}, "sqlite", 1, 0, []),
        ({"supervisor": 1, "processes": [well(2)]}, "sqlite", 2, 0, ["fail workers: CAMDESK_WORKERS needs"]),
        ({"supervisor": 9, "processes": [well(1)]}, "postgresql", 2, 500, ["warn workers: whoever watched"]),
        ({"supervisor": 1, "processes": [well(1), well(2)]}, "postgresql", 2, 500, ["ok workers: all 2 processes run"]),
        (
            {"supervisor": 1, "processes": [well(1), well(9), well(8)]},
            "postgresql",
            2,
            500,
            ["fail workers: p9, p8 does not stay up"],
        ),
        (
            {"supervisor": 1, "processes": [well(1), {**well(2), "deaths": 3}]},
            "postgresql",
            2,
            500,
            ["warn workers: all 2 run, 3 died"],
        ),
        (
            {"supervisor": 1, "processes": [well(1), well(2)]},
            "postgresql",
            1,
            500,
            ["ok workers: all 2 processes run", "warn workers: other commands reach no open page"],
        ),
        ({"supervisor": 1, "processes": [well(1), well(2), well(3)]}, "postgresql", 3, 40, ["ok workers: all 3"]),
        (
            {"supervisor": 1, "processes": [well(1), well(2), well(3)]},
            "postgresql",
            3,
            39,
            ["ok workers: all 3", "warn workers: they may want 40 connections, and the database has 39"],
        ),
    ],
)
def test_what_the_doctor_says_of_them(
    data_folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, told: Any, vendor: str, workers_said: int,
    places: int, said: list[str],
) -> None:  # fmt: skip
    cursor = SimpleNamespace(execute=lambda sql: None, fetchone=lambda: (str(places),))
    line = SimpleNamespace(vendor=vendor, cursor=lambda: contextlib.nullcontext(cursor))
    monkeypatch.setattr(doctor_processes, "connection", line)
    monkeypatch.setattr(doctor_processes, "_is_there", lambda pid: pid in (1, 2, 3))
    settings.WORKERS, settings.WEB_THREADS = workers_said, 8
    if told is not None:
        (data_folder / "workers.json").write_text(told if isinstance(told, str) else json.dumps(told))
    found = [f"{one.level} {one.text}" for one in doctor_processes.processes()]
    assert len(found) >= len(said)
    assert [line[: len(begin)] for line, begin in zip(found, said, strict=False)] == said
    assert len(found) == len(said) or vendor == "sqlite"


def test_whether_a_process_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor_processes._is_there(os.getpid())
    assert not doctor_processes._is_there(0), "of a group, not of a process"
    for fault, there in ((ProcessLookupError, False), (PermissionError, True)):

        def kill(pid: int, what: int, fault: type[OSError] = fault) -> None:
            raise fault

        monkeypatch.setattr(doctor_processes.os, "kill", kill)
        assert doctor_processes._is_there(7) is there
