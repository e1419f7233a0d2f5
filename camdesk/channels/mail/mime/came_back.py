"""The letter of ours that a bounce brings back: as a part of its own, as its head alone, or copied below the words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from camdesk.channels.mail.mime.addresses import read_mailboxes
from camdesk.channels.mail.mime.headers import Headers, read_headers
from camdesk.channels.mail.mime.limits import PART_HEADER_BYTES, Budget
from camdesk.channels.mail.mime.message_ids import message_ids

_SHORTEST_PREFACE = 40  # characters of a server's own words before a copy
_HEAD_CHARACTERS = 20_000
# A copy of our letter begins: what it says was said by us.
_BEGINS = re.compile(
    r"^(?:[-=|#* ]{2,20}[^\n]{0,30}?(?:this is a copy|the following is|original (?:message|mail|letter|headers)"
    r"|below this line"
    r"|unsent (?:message|mail)|returned (?:message|mail)|returned to|message (?:header|follows|text)|header"
    r"|undelivered message|исходное|текст письма|копия)"
    r"|(?:the )?original (?:message|mail)[^\n]{0,30}(?:follows|attached|headers?:)|unsent message"
    r"|исходн\w{2} (?:заголовк|сообщени)[^\n]{0,40}:[ \t]*$"
    r"|received: (?:from|by|\()|return-path: ?<|ursprüngliche (?:nachricht|kopfzeilen)[^\n]{0,30}:[ \t]*$"
    r"|en-têtes[^\n]{0,40}:[ \t]*$)",
    re.I | re.M,
)
_FIELD_LINE = re.compile(
    r"^[>| ]{0,4}(to|from|message-id|subject):[ \t]*([^\n]{1,400}(?:\n[ \t][^\n]{1,200}){0,3})", re.I | re.M
)
_NAMED = re.compile(r"^[>| \t]{0,4}(?:x-)?(?:original-)?message[- ]id[ \t]{0,3}:[ \t]{0,3}([^\n]{1,400})", re.I | re.M)


@dataclass(frozen=True)
class LetterBack:
    """`to`: whom it was written to, `sender`: by whom, `ids`: its Message-ID."""

    to: Sequence[str]
    sender: str
    ids: list[str]


NOTHING_BACK = LetterBack((), "", [])


def letter_back(letters: Sequence[bytes], heads: Sequence[bytes], text: str, budget: Budget) -> LetterBack:
    """What came back with a letter: of its parts, else of its text."""
    for raw in (*letters[:5], *heads[:5]):
        headers, _ = read_headers(raw, 0, min(len(raw), PART_HEADER_BYTES), budget)
        if headers.has("message-id") or headers.has("from") or headers.has("to"):
            return _of(headers, budget)
    sample = text[:_HEAD_CHARACTERS]
    start = _copy_begins(sample)
    if start is None:
        return NOTHING_BACK
    fields: dict[str, bytes] = {}
    for found in _FIELD_LINE.finditer(sample, start):
        fields.setdefault(found.group(1).lower(), found.group(2).encode("utf-8", "replace"))
    return _of(Headers(tuple(fields.items())), budget) if len(fields) > 1 else NOTHING_BACK


def ids_named(text: str) -> list[str]:
    """The ids of letters that a line of a bounce names: of ours, where nothing of it came back, or its head alone."""
    return [one for found in _NAMED.findall(text[:_HEAD_CHARACTERS])[:3] for one in message_ids(found.encode())[:1]]


def own_words(sample: str) -> str:
    """A bounce's text without the copy of our letter below it: what that says, we said."""
    start = _copy_begins(sample)
    return sample if start is None else sample[:start]


def _copy_begins(sample: str) -> int | None:
    return next((found.start() for found in _BEGINS.finditer(sample) if found.start() > _SHORTEST_PREFACE), None)


def _of(headers: Headers, budget: Budget) -> LetterBack:
    boxes = {name: read_mailboxes(headers.raw(name), budget) for name in ("to", "from")}
    to, sender = ([box.address for box in boxes[name] if box.address] for name in ("to", "from"))
    return LetterBack(to, sender[0] if sender else "", message_ids(headers.raw("message-id")))
