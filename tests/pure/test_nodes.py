"""Who may serve beside whom, and what the doctor says of it."""

import pytest

from camdesk.config.doctor_nodes import of_nodes
from camdesk.nodes.models import ServingProcess
from camdesk.nodes.registry import fingerprint, objection, order_of


def node(
    version: str = "1.2.0", key: str = "a", host: str = "one", ahead: float = 0, kind: str = "web"
) -> ServingProcess:
    return ServingProcess(kind=kind, host=host, pid=7, version=version, key=key, ahead_ms=round(1000 * ahead))


@pytest.mark.parametrize(
    ("older", "newer"), [("1.2.0", "1.2.1"), ("1.9", "1.10"), ("0.9.9", "1.0"), ("1.0+git1", "1.0.1")]
)
def test_versions_are_numbers(older: str, newer: str) -> None:
    assert order_of(older) < order_of(newer)
    assert order_of(older) == order_of(older + "+local")


@pytest.mark.parametrize(
    ("mine", "other", "why"),
    [
        (node(), node(), ""),
        (node("1.3.0"), node("1.2.0"), ""),  # an upgrade, machine by machine
        (node("1.2.0"), node("1.3.0"), "of camdesk 1.3.0 serves from this database, and this is 1.2.0"),
        (node(key="a"), node(key="b"), "with another secret key"),
        (node("1.3.0", key="a"), node("1.2.0", key="b"), "with another secret key"),
    ],
)
def test_who_may_serve_beside_whom(mine: ServingProcess, other: ServingProcess, why: str) -> None:
    said = objection(mine, other)
    assert (why in said) if why else said == ""
    assert not why or "web on one (pid 7)" in said


def test_a_fingerprint_tells_keys_apart_and_nothing_of_them(settings) -> None:
    settings.SECRET_KEY = "first" * 10
    first = fingerprint()
    assert first == fingerprint()
    assert "first" not in first
    settings.SECRET_KEY = "other" * 10
    assert fingerprint() != first
    assert len(first) == 32


@pytest.mark.parametrize(
    ("found", "levels", "words"),
    [
        ([], ["ok"], "nobody serves"),
        ([node()], ["ok"], "one: 1 web (1.2.0)"),
        ([node(), node(kind="work", host="two")], ["ok", "ok"], "two: 1 work (1.2.0)"),
        ([node(), node("1.10.0"), node("1.9.0")], ["warn", "ok"], "1.2.0 and 1.9.0 and 1.10.0 serve together"),
        ([node(key="b", host="two")], ["ok", "fail"], "two signs with another secret key"),
        ([node(ahead=-4), node(host="two", ahead=300)], ["ok", "fail"], "that of two is 304 s before that of one"),
        ([node(ahead=-15), node(host="two", ahead=15)], ["ok", "ok"], "within 30 s of each other"),
        ([node(ahead=-15), node(host="two", ahead=15.1)], ["ok", "fail"], "30 s before"),
    ],
)
def test_what_the_doctor_says(found: list[ServingProcess], levels: list[str], words: str) -> None:
    said = list(of_nodes(found, key="a"))
    assert [one.level for one in said] == levels
    assert words in " ".join(one.text for one in said)
