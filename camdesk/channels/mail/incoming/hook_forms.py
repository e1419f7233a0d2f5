"""Letters that providers post as a form with the raw letter in one field: Mailgun and SendGrid. Pure.

The form is taken apart as bytes: Django's own reading would decode the letter as UTF-8 and lose what is no UTF-8.
"""

import re
import time
from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import unquote_to_bytes

from camdesk.channels.mail.mime.limits import Budget
from camdesk.channels.mail.mime.parts import read_parts
from camdesk.lib.json_input import loads

# Mailgun asks again for eight hours, and may do so with its first signature: a narrower window would lose letters.
SIGNED_WITHIN = 12 * 3600.0
AHEAD = 300.0  # seconds its clock may be ahead of ours
_PIECE = 192 * 1024
_SECONDS = re.compile(r"[0-9]{1,12}")
_HEX_CUT = re.compile(rb"%[0-9A-Fa-f]?\Z")


class Forged(Exception):
    """The provider did not say this, or said it long ago."""


class NotRaw(Exception):
    """The provider is set to take letters apart; it keeps them and asks again until it is set to send them whole."""


def mailgun(kind: str, body: bytes, *, key: str, now: float | None = None) -> tuple[bytes, list[str], str]:
    """(the letter, its envelope's recipients, the token it was signed with). `kind`: Content-Type; `key`: Mailgun's
    HTTP webhook signing key; `now`: seconds since 1970. Raises Forged, NotRaw, ValueError."""
    fields = read_form(kind, body)
    _check_signature(fields, key, time.time() if now is None else now)
    recipients = _addresses(fields.get("recipient", b"").decode("utf-8", "replace").split(","))
    return _letter(fields, "body-mime"), recipients, fields["token"].decode("latin-1")


def sendgrid(kind: str, body: bytes) -> tuple[bytes, list[str]]:
    """(the letter, its envelope's recipients). Not signed: what is believed is the secret in the address. Raises
    NotRaw, ValueError."""
    fields = read_form(kind, body)
    raw = _letter(fields, "email")
    try:
        envelope = loads(fields.get("envelope", b"{}"))
    except ValueError:
        envelope = {}
    return raw, _addresses(envelope.get("to", []) if isinstance(envelope, dict) else [])


def read_form(kind: str, body: bytes) -> dict[str, bytes]:
    """The fields of a posted form, the last of each name. Raises ValueError when it is none."""
    form = kind.partition(";")[0].strip().lower()
    if form == "application/x-www-form-urlencoded":
        pairs = (pair.partition(b"=") for pair in body.split(b"&", 200)[:200])
        return {_unquoted(name).decode("utf-8", "replace"): _unquoted(value) for name, _equals, value in pairs}
    if form != "multipart/form-data":
        raise ValueError("this is no form")
    whole = b"Content-Type: " + kind.encode("latin-1", "replace") + b"\r\n\r\n" + body
    root = read_parts(whole, Budget())
    if not root.is_multipart:
        raise ValueError("this is no form")
    return {part.disposition_parameters.get("name", ""): whole[part.start : part.stop] for part in root.children}


def _check_signature(fields: dict[str, bytes], key: str, now: float) -> None:
    """Raises Forged."""
    # With the first letter, for it brings requests and urllib3 along: every start and every process would pay for them.
    from anymail.exceptions import AnymailWebhookValidationFailure
    from anymail.webhooks.mailgun import MailgunBaseWebhookView

    said = {name: fields.get(name, b"").decode("latin-1") for name in ("token", "timestamp", "signature")}
    if not key or not all(said.values()) or not _SECONDS.fullmatch(said["timestamp"]):
        raise Forged("signature")
    try:
        MailgunBaseWebhookView(webhook_signing_key=key).validate_request(SimpleNamespace(content_type="", POST=said))
    except (AnymailWebhookValidationFailure, ValueError):
        raise Forged("signature") from None
    if not now - SIGNED_WITHIN <= int(said["timestamp"]) <= now + AHEAD:
        raise Forged("time of signature")


def _letter(fields: dict[str, bytes], name: str) -> bytes:
    if not fields.get(name):
        raise NotRaw(name)
    return fields[name]


def _addresses(found: object) -> list[str]:
    return (
        [one.strip()[:254] for one in found if isinstance(one, str) and one.strip()] if isinstance(found, list) else []
    )


def _unquoted(value: bytes) -> bytes:
    """Piece by piece: taken apart at once, 50 MB of %41 would need gigabytes."""
    return b"".join(unquote_to_bytes(piece) for piece in _pieces(value.replace(b"+", b" ")))


def _pieces(value: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(value):
        piece = value[at : at + _PIECE]
        if at + _PIECE < len(value):
            piece = _HEX_CUT.sub(b"", piece)  # a %XX is not cut in two
        yield piece
        at += len(piece)
