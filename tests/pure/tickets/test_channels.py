"""The table of channels: what may stand in it, and what is asked of it."""

from dataclasses import replace

import pytest

from camdesk.tickets import channels
from camdesk.tickets.channels import DESK, Channel, register


@pytest.fixture(autouse=True)
def _a_table_of_its_own(monkeypatch):
    monkeypatch.setattr(channels, "_TABLE", dict(channels._TABLE))


def a(name: str) -> Channel:
    return Channel(name=name, label=name, icon="plug", opened=name)


def test_a_channel_is_found_by_its_name():
    pager = register(a("pager"))
    assert channels.get("pager") is pager
    assert pager in channels.registered()
    assert "pager" not in channels.answerable(), "it does not say how"


@pytest.mark.parametrize("name", ["", "Pager", "pa ger", "пейджер", "p" * 21, "a/b", "-"])
def test_a_name_must_fit_rows_and_addresses(name):
    with pytest.raises(ValueError, match="named by"):
        register(a(name))


def test_a_name_is_one_channels():
    register(a("pager"))
    register(a("pager"))  # the same once more is no second
    with pytest.raises(ValueError, match="two channels"):
        register(replace(a("pager"), icon="mail"))


def test_what_is_not_installed_any_more_is_shown_by_its_bare_name():
    gone = channels.get("telex")
    assert (gone.name, gone.label, gone.answers) == ("telex", "telex", None)
    assert gone not in channels.registered()


def test_our_own_are_all_there():
    assert [one.name for one in channels.registered()] == ["api", "chat", "desk", "form", "mail", "open-form", "phone"]
    assert list(channels.answerable()) == ["mail", "chat", "phone"], "as they are offered"
    assert [one.name for one in channels.registered() if one.buttons] == ["chat"]
    assert [one.name for one in channels.registered() if one.signed_in] == ["chat", "form"]
    assert DESK in channels.taken_by_agents()
