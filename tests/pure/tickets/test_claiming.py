"""What a claim comes to, and when somebody may be asked for one."""

from datetime import timedelta

import pytest

from camdesk.tickets import claim_tokens
from camdesk.tickets.claiming import Owner, may_ask, outcome

ANNA, OLEG = 1, 2


@pytest.mark.parametrize(
    ("signed_in", "staff", "owner", "account", "comes_to"),
    [
        pytest.param(None, False, None, None, "prove", id="a stranger with the token proves the address, and no more"),
        pytest.param(None, False, Owner(ANNA, True), None, "sign_in", id="an address with a login: sign in"),
        pytest.param(None, False, Owner(ANNA, False), None, "prove", id="an address proven without a login: again"),
        pytest.param(ANNA, False, Owner(ANNA, True), None, "own", id="her own address: the request is hers"),
        pytest.param(ANNA, False, None, None, "join", id="an address of nobody joins hers, if she says so"),
        pytest.param(OLEG, False, Owner(ANNA, True), None, "other_account", id="a forwarded link: not into theirs"),
        pytest.param(OLEG, False, Owner(ANNA, False), None, "other_account", id="nor when the owner cannot sign in"),
        pytest.param(ANNA, True, None, None, "staff", id="an agent claims nobody's address"),
        pytest.param(ANNA, True, Owner(ANNA, True), None, "staff", id="not even their own, at work"),
        pytest.param(OLEG, False, None, ANNA, "other_account", id="a request of an account is taken by nobody else"),
        pytest.param(OLEG, False, Owner(OLEG, True), ANNA, "other_account", id="whatever they have proven"),
        pytest.param(None, False, None, ANNA, "sign_in", id="a request of an account: sign in to it"),
        pytest.param(ANNA, False, None, ANNA, "join", id="her own request from another address of hers"),
    ],
)
def test_what_a_claim_comes_to(signed_in, staff, owner, account, comes_to):
    assert outcome(signed_in=signed_in, staff=staff, owner=owner, account=account) == comes_to


@pytest.mark.parametrize(
    ("minutes_ago", "may"),
    [
        pytest.param([], True, id="nobody asked yet"),
        pytest.param([9], False, id="asked a moment ago"),
        pytest.param([11], True, id="asked a while ago"),
        pytest.param([20, 40, 60], False, id="asked three times today"),
        pytest.param([20, 40, 60 * 25], True, id="one of the three was yesterday"),
    ],
)
def test_nobody_is_asked_too_often(now, minutes_ago, may):
    assert may_ask([now - timedelta(minutes=one) for one in minutes_ago], now=now) is may


def test_a_token_fits_its_address_and_no_other(now):
    token = claim_tokens.issue(7, "Marina@example.com", expires_at=now + timedelta(days=7))
    claim = claim_tokens.read(token, now=now)
    assert claim is not None
    assert claim.number == 7
    assert claim.fits("marina@example.com")
    assert not claim.fits("anna@example.org")
    assert not claim.fits("")


def test_a_token_of_no_address_fits_nothing(now):
    claim = claim_tokens.read(claim_tokens.issue(7, "", expires_at=now + timedelta(days=7)), now=now)
    assert claim is not None
    assert not claim.fits("")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda t: t.replace("7.", "8.", 1), id="of another request"),
        pytest.param(lambda t: t[:-1] + ("a" if t[-1] != "a" else "b"), id="altered"),
        pytest.param(
            lambda t: ".".join([t.split(".")[0], str(int(t.split(".")[1]) + 1), t.split(".")[2]]), id="longer"
        ),
        pytest.param(lambda t: t[:-1], id="truncated"),
        pytest.param(lambda t: t + "a", id="longer than it was"),
        pytest.param(lambda t: t.rpartition(".")[0] + ".", id="without its signature"),
        pytest.param(lambda t: "", id="blank"),
        pytest.param(lambda t: "٧" + t[1:], id="with digits of another script"),
    ],
)
def test_no_other_token_fits(now, change):
    token = claim_tokens.issue(7, "marina@example.com", expires_at=now + timedelta(days=7))
    claim = claim_tokens.read(change(token), now=now)
    assert claim is None or not claim.fits("marina@example.com")


def test_a_token_ends(now):
    token = claim_tokens.issue(7, "marina@example.com", expires_at=now + timedelta(days=7))
    assert claim_tokens.read(token, now=now + timedelta(days=6)) is not None
    assert claim_tokens.read(token, now=now + timedelta(days=7)) is None
