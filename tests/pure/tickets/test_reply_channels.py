"""By which way an answer goes, as a table: the names of the rows are sentences."""

import pytest

from camdesk.tickets.reply_channels import CannotGo, Known, chosen, offered, ways

EMAIL, PHONE = "anna@example.org", "+79350000001"


@pytest.mark.parametrize(
    ("known", "way"),
    [
        pytest.param(Known(EMAIL, PHONE, True, "form"), "mail", id="a form with an address is answered by letter"),
        pytest.param(Known("", PHONE, True, "form"), "chat", id="a form without one, in the cabinet"),
        pytest.param(Known("", PHONE, False, "form"), "phone", id="and where there is no login, by phone"),
        pytest.param(Known(EMAIL, PHONE, True, "mail"), "mail", id="a letter is answered by letter"),
        pytest.param(Known(EMAIL, PHONE, True, "chat"), "chat", id="a chat is answered where it is"),
        pytest.param(Known(EMAIL, PHONE, False, "chat"), "mail", id="a chat of somebody without a login, by letter"),
        pytest.param(Known(EMAIL, PHONE, True, "phone"), "phone", id="a caller is called"),
        pytest.param(Known(EMAIL, "", True, "phone"), "mail", id="a caller with a hidden number gets a letter"),
        pytest.param(Known(EMAIL, "", False, "api"), "mail", id="another system's customer gets a letter if they can"),
        pytest.param(Known("", "", True, "api"), "chat", id="else the cabinet"),
        pytest.param(Known("", "", False, "api"), "desk", id="else the words stay in the request"),
        pytest.param(Known(EMAIL, PHONE, True, "mail", bounced=True), "chat", id="letters that come back are not sent"),
        pytest.param(Known(EMAIL, "", True, "mail", doubtful=True), "mail", id="one late letter is no reason"),
    ],
)
def test_what_is_offered(known, way):
    assert offered(known) == way


@pytest.mark.parametrize(
    ("known", "way"),
    [
        pytest.param(Known(EMAIL, PHONE, True, "chat"), "chat", id="a chat is answered where it is"),
        pytest.param(Known(EMAIL, PHONE, True, "phone"), "mail", id="nobody has called a caller, so they get a letter"),
        pytest.param(Known("", PHONE, True, "phone"), "chat", id="or reads it in the cabinet"),
        pytest.param(Known("", PHONE, False, "phone"), "desk", id="who can only be called is not said to be told"),
    ],
)
def test_where_an_answer_goes_when_nobody_says_how(known, way):
    assert chosen(known, None) == chosen(known, "") == way


@pytest.mark.parametrize(
    ("known", "asked", "why"),
    [
        pytest.param(Known("", PHONE, True), "mail", "no_email", id="no letter without an address"),
        pytest.param(Known(EMAIL, PHONE, True, bounced=True), "mail", "bounced", id="none to an address that refuses"),
        pytest.param(Known(EMAIL, PHONE, False), "chat", "no_login", id="no cabinet without a login"),
        pytest.param(Known(EMAIL, "", True), "phone", "no_phone", id="no call without a number"),
        pytest.param(Known(EMAIL, PHONE, True), "fax", "unknown", id="no way that is none"),
        pytest.param(Known(EMAIL, PHONE, True), "desk", "unknown", id="nobody may choose to reach nobody"),
    ],
)
def test_what_cannot_be_chosen(known, asked, why):
    with pytest.raises(CannotGo) as refused:
        chosen(known, asked)
    assert (refused.value.way, refused.value.why) == (asked, why)


@pytest.mark.parametrize("asked", ["mail", "chat", "phone"])
def test_whoever_can_be_reached_every_way_is_reached_as_asked(asked):
    assert chosen(Known(EMAIL, PHONE, True, "form"), asked) == asked


def test_all_three_are_shown_with_what_stands_in_their_way():
    shown = {way.channel: (way.why, way.doubtful) for way in ways(Known(EMAIL, "", False, bounced=True))}
    assert shown == {"mail": ("bounced", True), "chat": ("no_login", False), "phone": ("no_phone", False)}
