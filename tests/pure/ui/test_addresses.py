"""Addresses are those that Django would give."""

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse

from camdesk.ui.addresses import address


def _names():
    """Every name of ours, with its namespace."""
    resolver = get_resolver()
    yield from (name for name in resolver.reverse_dict if isinstance(name, str))
    for space, (_prefix, inner) in resolver.namespace_dict.items():
        yield from (f"{space}:{name}" for name in inner.reverse_dict if isinstance(name, str))


def _asked(ask, *args):
    try:
        return ask(*args)
    except NoReverseMatch:
        return NoReverseMatch


@pytest.mark.parametrize("given", [0, 7, 100_042, 10**12, -3, True, "7", "a b"])
def test_whatever_stands_in_them(given):
    names = sorted(_names())
    assert "desk:ticket" in names
    assert {name: _asked(address, name, given) for name in names} == {
        name: _asked(lambda name, one: reverse(name, args=[one]), name, given) for name in names
    }
    assert address("desk:ticket", 7) != address("desk:ticket", 8)
