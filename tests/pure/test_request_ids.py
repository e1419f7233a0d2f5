"""What may be the id of a request, and how long it is at work."""

import contextvars
import threading

import pytest

from camdesk.lib import request_ids


@pytest.mark.parametrize(
    "said, meant",
    [
        ("0123456789abcdef", True),
        ("5e3c7d1e-1a2b-4c3d-8e9f-0a1b2c3d4e5f", True),
        ("Root:1-67891233.abcdef_012345678912", True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("short", False),
        ("", False),
        ("anna@example.org", False),
        ("0123456789abcde\n", False),
        ("01234567 89abcdef", False),
        ("01234567<script>", False),
        ("\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667", False),  # digits of another script
        ("-0123456789", False),
    ],
)
def test_what_is_believed(said: str, meant: bool) -> None:
    assert request_ids.read(said) == (said if meant else "")


def test_our_own_are_believed_and_differ() -> None:
    made = {request_ids.new() for _ in range(1000)}
    assert len(made) == 1000
    assert {request_ids.read(one) for one in made} == made


def test_it_is_at_work_only_here_and_only_so_long() -> None:
    with request_ids.under("0123456789abcdef"):
        elsewhere: list[str] = []
        thread = threading.Thread(target=lambda: elsewhere.append(request_ids.current()))
        thread.start()
        thread.join()
        with request_ids.under("another-one"):
            assert request_ids.current() == "another-one"
        assert (request_ids.current(), elsewhere) == ("0123456789abcdef", [""])
    assert request_ids.current() == ""
    contextvars.copy_context().run(request_ids.begin, "of-a-task-x")
    assert request_ids.current() == ""
