"""A letter as an agent looks at it: taken apart in a limited child each time, its pictures drawn anew."""

import base64
import time
from dataclasses import replace

from django.conf import settings

from camdesk.channels.mail.incoming.raw_store import raw_of
from camdesk.channels.mail.mime.authentication_results import Verdict, authserv_of, verdict_on
from camdesk.channels.mail.mime.parsed_letter import ParsedLetter
from camdesk.channels.mail.mime.sandbox import read
from camdesk.channels.models import RawLetter
from camdesk.lib.children import ChildFailed
from camdesk.lib.files import NotHere
from camdesk.lib.previews import NoPreview, make_look
from camdesk.tickets.claim_tokens import hidden

_WAIT = 5.0  # seconds a page waits for a free child
# What the pictures within one letter may cost a page.
PICTURES = 20
PICTURE_BYTES = 12 * 1024 * 1024  # of one, as it was sent
DRAWN_BYTES = 4 * 1024 * 1024  # of all, as they are shown
_DRAWING_SECONDS = 6.0


class CannotBeShown(Exception):
    """It cannot be taken apart within its limits, or its bytes are gone. `str(error)` says why, in English."""


def look_at(row: RawLetter) -> ParsedLetter:
    """The letter as `sandbox.read` gives it, without the links that let their reader in. Raises CannotBeShown."""
    try:
        letter = read(raw_of(row), wait=_WAIT)
    except (ChildFailed, ValueError, NotHere) as fault:
        raise CannotBeShown(str(fault)) from None
    return replace(letter, text=hidden(letter.text), reply_text=hidden(letter.reply_text), html=hidden(letter.html))


def found_genuine(row: RawLetter, letter: ParsedLetter) -> Verdict:
    """What our own mail server found out about the sender of a letter that was looked at."""
    return verdict_on(letter, authserv=authserv_of(row.mailbox, settings.MAIL_AUTHSERV))


def pictures_within(letter: ParsedLetter) -> dict[str, str]:
    """{cid: data: address} of the pictures the letter shows in its text, drawn anew, as many as the limits allow."""
    found: dict[str, str] = {}
    left, until = DRAWN_BYTES, time.monotonic() + _DRAWING_SECONDS
    html = letter.html.lower()
    for one in letter.attachments:
        named = one.cid and f"cid:{one.cid.lower()}" in html
        if not named or len(one.content) > PICTURE_BYTES or len(found) >= PICTURES:
            continue
        if time.monotonic() > until:
            break
        try:
            drawn = make_look(one.content)
        except NoPreview:
            continue
        if len(drawn) <= left:
            left -= len(drawn)
            found[one.cid] = as_address(drawn)
    return found


def as_address(webp: bytes) -> str:
    """The picture itself as an address: a frame without an origin carries no cookie, so it could fetch nothing."""
    return "data:image/webp;base64," + base64.b64encode(webp).decode()
