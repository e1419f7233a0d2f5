"""Rates as the settings say them."""

import pytest

from camdesk.lib.rates import Rate, read_rate


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("60/h", Rate(60, 3600)),
        ("20/10m", Rate(20, 600)),
        (" 5/90S ", Rate(5, 90)),
        ("1/d", Rate(1, 86_400)),
        ("off", None),
        ("OFF", None),
    ],
)
def test_what_is_meant(said, meant):
    assert read_rate(said) == meant


@pytest.mark.parametrize("said", ["", "60", "0/h", "60/0h", "60/h/ip", "-1/h", "6٠/h", "60/x", "1e3/h", "60/ h"])
def test_what_is_no_rate_says_what_one_is(said):
    with pytest.raises(ValueError, match="60/h"):
        read_rate(said)
