"""Signed tokens of claims: whoever holds one has read the letter we sent to the address of a ticket.

Bound to the ticket, the address and a day on which it ends; of no use for anything else. The address itself is not in
it: it is the ticket's, and a token of another address does not fit. A ticket that is claimed needs no token any more,
so one works once.
"""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

VALID_FOR = timedelta(days=7)
_LINK = re.compile(r"((?:/|%2f)claims(?:/|%2f))[0-9a-z.]+", re.IGNORECASE)  # also as a scanner of links writes it
_TOKEN = re.compile(r"([1-9]\d{0,17})\.([1-9]\d{9,11})\.([a-z2-7]{51})", re.ASCII)


@dataclass(frozen=True)
class Claim:
    """A token that is well formed and not over. It proves nothing before `fits` said so."""

    number: int
    expires: int  # seconds since 1970
    mac: str

    def fits(self, address: str) -> bool:
        """Whether the token was made for this address. Constant time."""
        return bool(address) and constant_time_compare(_mac(self.number, self.expires, address), self.mac)


def issue(number: int, address: str, *, expires_at: datetime) -> str:
    """The same every time for the same letter: it is part of a letter's text."""
    expires = int(expires_at.timestamp())
    return f"{number}.{expires}.{_mac(number, expires, address)}"


def read(token: str, *, now: datetime) -> Claim | None:
    found = _TOKEN.fullmatch(token)
    if found is None or int(found[2]) <= now.astimezone(UTC).timestamp():
        return None
    return Claim(int(found[1]), int(found[2]), found[3])


def hidden(text: str) -> str:
    """A letter's text for those who are not its reader: without the link that proves its reader's address. Also of
    letters that come in, which quote ours."""
    return _LINK.sub(r"\1…", text)


def _mac(number: int, expires: int, address: str) -> str:
    """255 bits."""
    digest = salted_hmac("camdesk.claims", f"{number}|{expires}|{address.lower()}", algorithm="sha256").digest()
    return base64.b32encode(digest).decode().lower()[:51]
