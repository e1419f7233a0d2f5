"""Short signed permissions to listen: who, which channels, until when.

A page asks Django for one, the event-stream hub believes it without asking anybody. It opens nothing but hints
("ticket 1042 reached 17"), so a leaked one tells numbers, never words.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing

LIFETIME = 600
"""Seconds. A stream is closed when its token ends: rights are looked at again at least this often."""

_SALT = "camdesk.live"


@dataclass(frozen=True, slots=True)
class StreamToken:
    """`subject` is whom the limits count (for example "user:5"); `until` is in Unix seconds."""

    subject: str
    channels: tuple[str, ...]
    until: float


def issue(subject: str, channels: Iterable[str], *, lifetime: int = LIFETIME) -> str:
    """A token for `subject` to listen on `channels` ("desk", "team:3", "person:17") for `lifetime` seconds."""
    return signing.dumps([subject, sorted(set(channels)), int(time.time()) + lifetime], salt=_SALT)


def read(token: str) -> StreamToken | None:
    """What the token allows, or None when it is forged, blank, malformed or over."""
    try:
        subject, channels, until = signing.loads(token, salt=_SALT, max_age=None)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if until <= time.time():
        return None
    return StreamToken(subject=subject, channels=tuple(channels), until=float(until))
