"""What the environment may say: each reader takes what is meant, and refuses the rest by the name of the setting."""

import pytest

from camdesk.config import environment
from camdesk.lib.rates import Rate

NAME = "CAMDESK_OF_THE_TEST"


def number(name: str) -> int:
    return environment.number(name, 7, least=2)


def rate(name: str) -> Rate:
    return environment.rate(name, "5/m")


def rate_or_off(name: str) -> Rate | None:
    return environment.rate_or_off(name, "5/m")


def one_of(name: str) -> str:
    return environment.one_of(name, {"memory", "redis"}, "memory")


@pytest.mark.parametrize(
    "read, said, meant",
    [
        (environment.text, " a ", "a"),
        (environment.flag, None, False),
        (environment.flag, "", False),
        (environment.flag, "1", True),
        (environment.flag, "On", True),
        (environment.flag, "no", False),
        (environment.flag, "0", False),
        (number, None, 7),
        (number, "2", 2),
        (number, "30", 30),
        (rate, None, Rate(5, 60)),
        (rate, "60/h", Rate(60, 3600)),
        (rate_or_off, None, Rate(5, 60)),
        (rate_or_off, "off", None),
        (environment.listing, None, []),
        (environment.listing, "a, b,,", ["a", "b"]),
        (one_of, None, "memory"),
        (one_of, "redis", "redis"),
    ],
)
def test_what_is_said_is_meant(monkeypatch, read, said, meant):
    monkeypatch.delenv(NAME, raising=False)
    if said is not None:
        monkeypatch.setenv(NAME, said)
    assert read(NAME) == meant


@pytest.mark.parametrize(
    "read, said",
    [
        (environment.flag, "maybe"),
        (number, "1"),
        (number, "-3"),
        (number, "2.5"),
        (number, "many"),
        (rate, "off"),
        (rate, "5"),
        (rate_or_off, "5/fortnight"),
        (one_of, "kafka"),
    ],
)
def test_what_makes_no_sense_stops_the_start_with_its_name(monkeypatch, read, said):
    monkeypatch.setenv(NAME, said)
    with pytest.raises(environment.BadSetting, match=f"camdesk: {NAME}: "):
        read(NAME)
