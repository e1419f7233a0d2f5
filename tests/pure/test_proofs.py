"""Who says that they are somebody proves it: for each proof what is believed, and what may be wrong with it.

A row: how it is judged, and by what it differs from one that is believed. Each of these alone is enough to be refused.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import override_settings

from camdesk.channels.mail.incoming import hook_forms
from camdesk.channels.phone import mango, zadarma
from camdesk.lib import stream_tokens
from camdesk.server.admission import ANYBODY, most_for
from camdesk.server.dispatcher import Dispatcher
from camdesk.tickets import claim_tokens, letter_tokens

NOW = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Proof:
    """`believed`: whether it is, with these changes; `wrong`: changes by what is wrong then."""

    believed: Callable[..., bool]
    wrong: Mapping[str, Mapping[str, Any]]


def of_mango(
    *, ours: str = "api:salt", key: str = "api", salt: str = "salt", sent: str = "{}", signed: str = ""
) -> bool:
    sign = hashlib.sha256((key + (signed or sent) + salt).encode()).hexdigest()
    return mango.verified({}, urlencode({"vpbx_api_key": key, "json": sent, "sign": sign}).encode(), ours)


def of_zadarma(
    *,
    ours: str = "key",
    key: str = "key",
    event: str = "NOTIFY_START",
    caller: str = "1",
    signed: str = "",
    header: bool = True,
) -> bool:
    said = (signed or caller) + "74951234567" + "2026-03-17 12:30:00"
    digest = hmac.new(key.encode(), said.encode(), hashlib.sha1).hexdigest()
    fields = {"event": event, "caller_id": caller, "called_did": "74951234567", "call_start": "2026-03-17 12:30:00"}
    headers = {"Signature": base64.b64encode(digest.encode()).decode()} if header else {}
    return zadarma.verified(headers, urlencode(fields).encode(), ours)


def of_mailgun(
    *,
    ours: str = "key",
    key: str = "key",
    one: str = "t",
    signed: str = "",
    ago: timedelta = timedelta(),
    stamp: str = "",
) -> bool:
    at = str(int((NOW - ago).timestamp()))
    sign = hmac.new(key.encode(), f"{at}{signed or one}".encode(), hashlib.sha256).hexdigest()
    fields = {"token": one, "timestamp": stamp or at, "signature": sign, "body-mime": "From: a@b\r\n\r\nx"}
    body = urlencode(fields).encode()
    try:
        hook_forms.mailgun("application/x-www-form-urlencoded", body, key=ours, now=NOW.timestamp())
    except hook_forms.Forged:
        return False
    return True


def of_reply(*, token: str = letter_tokens.reply_token(7)) -> bool:
    return letter_tokens.number_of_reply(token) == 7


def of_letter(*, token: str = letter_tokens.letter_token(7)) -> bool:
    return letter_tokens.number_of_letter(token) == 7


def of_claim(
    *, number: str = "", to: str = "a@example.org", address: str = "a@example.org", after: timedelta = timedelta()
) -> bool:
    token = claim_tokens.issue(7, to, expires_at=NOW + DAY)
    own, _dot, rest = token.partition(".")
    claim = claim_tokens.read(f"{number or own}.{rest}", now=NOW + after)
    return claim is not None and claim.fits(address)


def of_longer_claim(*, longer: int = 0) -> bool:
    """Whose end somebody has put off by so many seconds."""
    number, expires, mac = claim_tokens.issue(7, "a@example.org", expires_at=NOW + DAY).split(".")
    claim = claim_tokens.read(f"{number}.{int(expires) + longer}.{mac}", now=NOW)
    return claim is not None and claim.fits("a@example.org")


def of_stream(*, lifetime: int = 60, forged: str = "") -> bool:
    token = stream_tokens.issue("person:7", ["person:7"], lifetime=lifetime)
    return stream_tokens.read(forged or token) is not None


def of_metrics(
    *, ours: str = "secret", said: str = "Bearer secret", peer: str = "192.0.2.1", behind: bool = False
) -> bool:
    dispatcher = Dispatcher(hub=None, bridge=None, ready=list, metrics_token=ours)
    headers = [(b"authorization", said.encode())] if said else []
    headers += [(b"x-forwarded-for", b"192.0.2.9")] if behind else []
    return bool(dispatcher._may_see_metrics({"headers": headers, "client": (peer, 1)}))


def of_metrics_here(*, peer: str = "127.0.0.1", **changes: Any) -> bool:
    """Without a token of ours: whoever is on this machine."""
    return of_metrics(ours="", said="", peer=peer, **changes)


def of_mail_hook(*, ours: str = "secret", said: str = "secret") -> bool:
    with override_settings(MAIL_HOOK_SECRET=ours):
        return most_for({"PATH_INFO": f"/hooks/mail/raw/{said}/"}) > ANYBODY


PROOFS: dict[str, Proof] = {
    "Mango": Proof(
        of_mango,
        {
            "another key": {"key": "other"},
            "another salt": {"salt": "other"},
            "other words": {"signed": '{"x": 1}'},
            "no key of ours": {"ours": "", "key": "", "salt": ""},
            "no salt of ours": {"ours": "api", "salt": ""},
        },
    ),
    "Zadarma": Proof(
        of_zadarma,
        {
            "another key": {"key": "other"},
            "other words": {"signed": "2"},
            "no key of ours": {"ours": "", "key": ""},
            "an event we do not know": {"event": "NOTIFY_NOTHING"},
            "no signature": {"header": False},
        },
    ),
    "Mailgun": Proof(
        of_mailgun,
        {
            "another key": {"key": "other"},
            "no key of ours": {"ours": ""},
            "another token": {"signed": "other"},
            "another time": {"stamp": "1773740000"},
            "no time": {"stamp": "soon"},
            "long ago": {"ago": timedelta(days=1)},
            "tomorrow": {"ago": -timedelta(days=1)},
        },
    ),
    "the address of a reply": Proof(
        of_reply,
        {
            "another number": {"token": f"8.{letter_tokens.reply_token(7).partition('.')[2]}"},
            "of a letter": {"token": letter_tokens.letter_token(7)},
            "made up": {"token": f"7.{'a' * 26}"},
            "half of it": {"token": letter_tokens.reply_token(7)[:-1]},
        },
    ),
    "the name of a letter": Proof(
        of_letter,
        {
            "another number": {"token": f"8.{letter_tokens.letter_token(7).partition('.')[2]}"},
            "of a reply": {"token": letter_tokens.reply_token(7)},
            "made up": {"token": f"7.{'a' * 24}.{'a' * 26}"},
        },
    ),
    "a claim": Proof(
        of_claim,
        {
            "another request": {"number": "8"},
            "another address": {"address": "b@example.org"},
            "no address": {"to": "", "address": ""},
            "over": {"after": DAY},
        },
    ),
    "a claim that was put off": Proof(of_longer_claim, {"by a day": {"longer": 86_400}}),
    "a page that listens": Proof(
        of_stream, {"over": {"lifetime": -1}, "made up": {"forged": "abc~def"}, "none": {"forged": " "}}
    ),
    "who sees the figures": Proof(
        of_metrics,
        {
            "another token": {"said": "Bearer x"},
            "no token": {"said": ""},
            "on this machine": {"said": "", "peer": "127.0.0.1"},
        },
    ),
    "who sees the figures without a token": Proof(
        of_metrics_here, {"from elsewhere": {"peer": "192.0.2.1"}, "through a proxy": {"behind": True}}
    ),
    "who brings long letters": Proof(
        of_mail_hook, {"another secret": {"said": "other"}, "no secret of ours": {"ours": "", "said": "-"}}
    ),
}


@pytest.mark.parametrize("name", PROOFS)
def test_what_is_right_is_believed(name: str) -> None:
    assert PROOFS[name].believed()


@pytest.mark.parametrize(("name", "fault"), [(name, fault) for name, proof in PROOFS.items() for fault in proof.wrong])
def test_what_is_wrong_in_one_thing_is_not(name: str, fault: str) -> None:
    assert not PROOFS[name].believed(**PROOFS[name].wrong[fault])
