"""Short signed permissions to listen: who, which channels, until when.

A page asks Django for one, the event-stream hub believes it without asking anybody. It opens nothing but hints
("ticket 1042 reached 17"), so a leaked one tells numbers, never words.

    4kq0cQm3Yw~WyJwZXJzb246NSIs…
    audience   what is signed

The audience is the same for tokens that let the same subject hear the same: the tabs of a browser that have it share
one stream (live-stream.js), and those that hear something else have one of their own. The hub makes nothing of it.
"""

import base64
import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing

LIFETIME = 600
"""Seconds. A stream is closed when its token ends: rights are looked at again at least this often."""

_SALT = "camdesk.live"
_APART = "~"  # in no signed value


@dataclass(frozen=True, slots=True)
class StreamToken:
    """`subject` is whom the limits count (for example "user:5"); `until` is in Unix seconds."""

    subject: str
    channels: tuple[str, ...]
    until: float


def issue(subject: str, channels: Iterable[str], *, lifetime: int = LIFETIME) -> str:
    """A token for `subject` to listen on `channels` ("desk", "team:3", "person:17") for `lifetime` seconds."""
    heard = sorted(set(channels))
    signed = signing.dumps([subject, heard, int(time.time()) + lifetime], salt=_SALT)
    return f"{_audience(subject, heard)}{_APART}{signed}"


def audience_of(token: str) -> str:
    """What names the stream that tabs with this token share."""
    return token.partition(_APART)[0]


def read(token: str) -> StreamToken | None:
    """What the token allows, or None when it is forged, blank, malformed or over."""
    try:
        subject, channels, until = signing.loads(token.partition(_APART)[2], salt=_SALT, max_age=None)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if until <= time.time():
        return None
    return StreamToken(subject=subject, channels=tuple(channels), until=float(until))


def _audience(subject: str, heard: list[str]) -> str:
    digest = hashlib.sha256(json.dumps([subject, heard]).encode()).digest()
    return base64.urlsafe_b64encode(digest[:9]).decode()
