"""Signed tokens of letters: which ticket an answer belongs to, and that we said so.

They open nothing by themselves: channels/mail/incoming/threading also asks who is writing. Fixed length, lower case
only (mail servers may fold the case of an address), compared in constant time. A key that changes makes old letters
open new tickets, nothing worse.
"""

import base64
import re
import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

_MAC = r"[a-z2-7]{26}"
_REPLY = re.compile(rf"([1-9]\d{{0,17}})\.({_MAC})")
_LETTER = re.compile(rf"([1-9]\d{{0,17}})\.([0-9a-f]{{24}})\.({_MAC})")


def reply_token(number: int) -> str:
    """For the reply address of a ticket's letters: `1042.mfzwizltoqqho33vmzyhe5lsnq`."""
    return f"{number}.{_mac('reply', str(number))}"


def number_of_reply(token: str) -> int | None:
    """The ticket's number when the token is whole and ours, else None."""
    found = _REPLY.fullmatch(token.lower())
    if found is None or not constant_time_compare(_mac("reply", found[1]), found[2]):
        return None
    return int(found[1])


def letter_token(number: int) -> str:
    """For the left side of a Message-ID; another one each time."""
    nonce = secrets.token_hex(12)
    return f"{number}.{nonce}.{_mac('letter', f'{number}.{nonce}')}"


def number_of_letter(token: str) -> int | None:
    """The ticket's number when the token is whole and ours, else None."""
    found = _LETTER.fullmatch(token.lower())
    if found is None or not constant_time_compare(_mac("letter", f"{found[1]}.{found[2]}"), found[3]):
        return None
    return int(found[1])


def _mac(purpose: str, value: str) -> str:
    """130 bits: a token of one purpose is none of another."""
    digest = salted_hmac(f"camdesk.letters.{purpose}", value, algorithm="sha256").digest()
    return base64.b32encode(digest).decode().lower()[:26]
