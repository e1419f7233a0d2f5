"""A hostile job can fail its own work and nothing else."""

import platform
import sys
import threading

import pytest

from camdesk.lib import child, children
from camdesk.lib.children import ChildFailed, run_limited

JOBS = "tests.pure.hostile_jobs:"
linux = sys.platform.startswith("linux") and platform.machine() in ("x86_64", "aarch64")


def run(name: str, payload: bytes = b"", *, seconds: float = 3, memory_mb: int = 128) -> bytes:
    return run_limited(JOBS + name, payload, seconds=seconds, memory_mb=memory_mb)


@pytest.fixture(scope="module", autouse=True)
def _end_children():
    yield
    children.end_all()


def failed(name: str, payload: bytes = b"", **limits) -> ChildFailed:
    with pytest.raises(ChildFailed) as caught:
        run(name, payload, **limits)
    return caught.value


def test_bytes_go_in_and_come_out():
    assert run("upper", b"camera") == b"CAMERA"


def test_a_payload_larger_than_any_pipe_goes_through_both_ways():
    payload = b"abc" * 3_000_000
    assert run("upper", payload) == payload.upper()


def test_the_warm_child_forks_a_fresh_process_for_each_job():
    assert run("process_number") != run("process_number")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("spin", "timeout"),
        ("eat_memory", "memory"),
        ("die", "crash"),
        ("fail", "error"),
    ],
)
def test_a_job_that_goes_wrong_says_how(name: str, reason: str):
    assert failed(name, seconds=1).reason == reason


def test_a_job_that_sleeps_too_long_is_ended_by_its_own_clock():
    assert failed("sleep", b"60", seconds=0.3).reason == "timeout"


def test_a_job_that_stops_all_its_clocks_is_killed_from_outside(monkeypatch):
    monkeypatch.setattr(children, "_GRACE", -10.0)  # the start of the interpreter is allowed 10 s on top
    assert failed("ignore_all_clocks", seconds=1).reason == "timeout"


def test_the_text_of_an_error_comes_back_short():
    assert failed("fail").detail == "ValueError: the letter has no end"


def test_after_every_kind_of_failure_the_next_job_works():
    for name in ("spin", "eat_memory", "die", "fail"):
        failed(name, seconds=1)
        assert run("upper", b"next") == b"NEXT"


def test_a_payload_larger_than_the_memory_of_the_job_fails_and_the_next_job_works():
    assert failed("upper", b"x" * 80_000_000, memory_mb=96).reason == "memory"
    assert run("upper", b"next") == b"NEXT"


def test_prints_of_a_parser_do_not_mix_with_its_answer():
    assert run("chatter") == b"clean"


def test_a_job_cannot_answer_in_the_name_of_the_next_one():
    forged = child.REPLY.pack(b"0" * 16, child.DONE, 5) + b"wrong"
    assert failed("forge_the_next_answer", forged).reason == "crash"
    assert run("upper", b"right") == b"RIGHT"


def test_no_secret_of_ours_is_in_the_environment_of_a_child(monkeypatch):
    monkeypatch.setenv("CAMDESK_SECRET_KEY", "s" * 40)
    children.end_all()
    assert "CAMDESK_SECRET_KEY" not in run("secrets_seen").decode()


# Native code is held back by the kernel's filter of calls, which is of Linux; Python code everywhere.
NATIVE_WAYS = [b"raw socket", b"raw program", b"kill parent"] if linux else []


@pytest.mark.parametrize("way", [b"socket", b"fork", b"program", *NATIVE_WAYS])
def test_a_job_cannot_reach_the_network_or_start_a_process(way: bytes):
    assert run("escape", way) == b"PermissionError"


def test_a_job_cannot_write_or_remove_a_file(tmp_path):
    kept = tmp_path / "kept"
    kept.write_bytes(b"original")
    assert run("escape", str(tmp_path / "new").encode()) != b"escaped"
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) == len(b"original")
    if linux:
        assert run("escape", str(kept).encode()) != b"escaped"
        assert kept.read_bytes() == b"original"


def test_an_idle_child_ends_by_itself_and_the_next_job_starts_another(monkeypatch):
    children.end_all()
    monkeypatch.setattr(children, "IDLE_SECONDS", 0.05)
    assert run("upper", b"one") == b"ONE"
    (warm,) = children._pool.idle[JOBS + "upper"]
    warm.process.wait(timeout=5)
    assert warm.process.returncode == 0
    assert run("upper", b"two") == b"TWO"


def test_many_threads_at_once_each_get_their_own_answer():
    answers: dict[int, bytes] = {}

    def ask(number: int) -> None:
        answers[number] = run("upper", f"camera {number}".encode() * 1000)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: f"CAMERA {number}".encode() * 1000 for number in range(8)}
