"""`parse(raw)`: a letter as a stranger sent it, to values any database, page and header can hold.

Never raises, works in linear time and bounded memory, and is still run in a limited child process by those who call it
(`parse_framed` with `camdesk.lib.children.run_limited`), because nobody knows what the next letter brings.
"""

import json
import struct
from typing import Any

from camdesk.channels.mail.mime.addresses import NamedAddress, read_mailboxes, safe_address
from camdesk.channels.mail.mime.auto_replies import is_automatic
from camdesk.channels.mail.mime.body import LetterBody, LetterFile, gather, text_as_html
from camdesk.channels.mail.mime.bounces import Suspect, bounce_of
from camdesk.channels.mail.mime.came_back import LetterBack, ids_named, letter_back
from camdesk.channels.mail.mime.dates import read_date
from camdesk.channels.mail.mime.delivery_reports import asked_about
from camdesk.channels.mail.mime.headers import Headers
from camdesk.channels.mail.mime.html_text import html_to_text
from camdesk.channels.mail.mime.limits import (
    LETTER_BYTES,
    LETTERS_WITHIN,
    SUBJECT_CHARACTERS,
    TEXT_CHARACTERS,
    Budget,
)
from camdesk.channels.mail.mime.message_ids import message_ids
from camdesk.channels.mail.mime.parts import read_parts
from camdesk.channels.mail.mime.quoting import split
from camdesk.channels.mail.mime.storable import many_lines
from camdesk.channels.mail.mime.subjects import ANSWERS, FORWARDS

_HEAD = struct.Struct("!I")


def parse(raw: bytes) -> dict[str, Any]:
    """The letter in `raw` as a dict:

    subject: str · from: {name, address} · to, cc, reply_to: [{name, address}] · date: "2026-11-22T11:05:00Z" or None ·
    message_id, in_reply_to: str without angle brackets, "" when missing · references: [str] · text, html: str (html as
    sent, not safe to show; "" when there is none) · attachments: [{name, type, bytes, inline, cid}] · automatic: bool ·
    bounce: {recipient, permanent} or None · given_up: bool, a bounce says that nobody tries any more · returned: [str],
    the ids of the letters that a bounce brings back · reply_text: str, what the person wrote, no quoted letter, no
    signature · cut: str, the lines that are not in it · notes: [str], what was damaged or left out.
    """
    return read_letter(raw, Budget())


def read_letter(raw: bytes, budget: Budget) -> dict[str, Any]:
    """As `parse`, spending from `budget` (tests count its steps)."""
    data = bytes(raw[:LETTER_BYTES])
    if len(raw) > LETTER_BYTES:
        budget.note("the letter is too large, its end was not read")
    if b"\r\r\n" in data[:8192] and data[:8192].count(b"\r\r\n") > 2:
        data = data.replace(b"\r\r\n", b"\r\n")
    root = read_parts(data, budget)
    headers = root.headers
    found = gather(data, root, budget)
    senders = read_mailboxes(headers.raw("from"), budget) or read_mailboxes(headers.raw("sender"), budget)
    sender: NamedAddress = next((box for box in senders if box["address"]), senders[0] if senders else _nobody())
    subject = headers.text("subject", SUBJECT_CHARACTERS)
    own_text, own_html = found.text, found.html
    nested = "" if found.is_report or found.reports else _letters_within(found, budget, 1)
    to, cc, reply_to = (_boxes(headers, name, budget) for name in ("to", "cc", "reply-to"))
    back = letter_back(found.letters, found.returned, own_text, budget)
    suspect = Suspect(
        headers, sender, subject, own_text, own=_ours(headers, [*to, *cc]), reports=found.reports,
        dispositions=found.dispositions, back=back, is_report=root.type == "multipart/report",
    )  # fmt: skip
    bounce = bounce_of(suspect)
    answer_to = next((box["address"] for box in reply_to if box["address"]), sender["address"])
    automatic = bounce is not None or is_automatic(headers, answer_to, subject, root.type)
    in_reply_to, references = message_ids(headers.raw("in-reply-to")), message_ids(headers.raw("references"))
    words = split(
        _own_words(found) or nested,
        answers=bool(in_reply_to or references or ANSWERS.match(subject)) or any("+" in box["address"] for box in to),
        forwards=bool(FORWARDS.match(subject)),
    )
    return {
        "subject": subject,
        "from": sender,
        "to": to,
        "cc": cc,
        "reply_to": reply_to,
        "date": read_date(headers.text("date", 200)),
        "message_id": next(iter(message_ids(headers.raw("message-id"))), ""),
        "in_reply_to": next(iter(in_reply_to), ""),
        "references": references,
        "text": many_lines("\n\n".join(piece for piece in (own_text, nested) if piece), TEXT_CHARACTERS),
        "html": own_html + ("\n<hr>\n" + text_as_html(nested) if own_html and nested else ""),
        "attachments": found.attachments,
        "automatic": automatic,
        "bounce": {"recipient": bounce.recipient, "permanent": bounce.permanent} if bounce else None,
        "given_up": bounce is not None and bounce.given_up,
        "returned": _returned(found, back, own_text) if bounce else [],
        "reply_text": many_lines(words.own, TEXT_CHARACTERS),
        "cut": many_lines(words.cut, TEXT_CHARACTERS),
        "notes": budget.notes,
    }


def parse_framed(raw: bytes) -> bytes:
    """`parse` for a child process: one frame with the letter as JSON and its attachments' bytes after it."""
    return to_frame(parse(raw))


def to_frame(letter: dict[str, Any]) -> bytes:
    attachments: list[LetterFile] = letter["attachments"]
    described = [{**attachment, "bytes": len(attachment["bytes"])} for attachment in attachments]
    head = json.dumps({**letter, "attachments": described}, ensure_ascii=False).encode()
    return b"".join((_HEAD.pack(len(head)), head, *(attachment["bytes"] for attachment in attachments)))


def from_frame(frame: bytes) -> dict[str, Any]:
    """The letter out of `parse_framed`'s bytes. Raises ValueError for bytes that are no such frame."""
    try:
        (length,) = _HEAD.unpack_from(frame)
        letter: dict[str, Any] = json.loads(frame[_HEAD.size : _HEAD.size + length])
        at = _HEAD.size + length
        for attachment in letter["attachments"]:
            size = attachment["bytes"]
            if not isinstance(size, int) or size < 0 or at + size > len(frame):
                raise ValueError("a frame that is cut off")
            attachment["bytes"] = frame[at : at + size]
            at += size
    except (struct.error, KeyError, TypeError, UnicodeDecodeError) as error:
        raise ValueError("not a letter's frame") from error
    return letter


def _returned(found: LetterBody, back: LetterBack, text: str) -> list[str]:
    asked = (one for told in found.dispositions for one in asked_about(told))
    named = (one for said in (*found.reports[:5], text) for one in ids_named(said))
    return list(dict.fromkeys((*back.ids, *asked, *named)))


def _nobody() -> NamedAddress:
    return {"name": "", "address": ""}


def _boxes(headers: Headers, name: str, budget: Budget) -> list[NamedAddress]:
    return read_mailboxes(b", ".join(headers.all_raw(name)[:5]), budget)


def _ours(headers: Headers, written_to: list[NamedAddress]) -> frozenset[str]:
    """Where the letter was sent to, in lower case: ours, whoever of us it was."""
    more = (safe_address(headers.text(name, 300).strip("<> ")) for name in ("delivered-to", "x-original-to"))
    return frozenset(address.lower() for address in (*(box["address"] for box in written_to), *more) if address)


def _own_words(found: LetterBody) -> str:
    """The text `reply_text` is cut from: of letters in HTML, with marks where the mark-up says that a quote begins."""
    pieces = [
        body.text if body.text is not None and body.text.strip() else html_to_text(body.html or "", marks=True)
        for body in found.bodies
    ]
    return "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip())[:TEXT_CHARACTERS]


def _letters_within(found: LetterBody, budget: Budget, level: int) -> str:
    """The words of letters sent along as letters, each under a line that says whose they are."""
    shown: list[str] = []
    for raw in found.letters[:20]:
        if level > LETTERS_WITHIN or budget.parts <= 0 or len(raw) > budget.decoded:
            budget.note("letters within letters: some were not opened, they are attached")
            break
        root = read_parts(raw, budget, depth=level)
        inside = gather(raw, root, budget, words_only=True)
        senders = read_mailboxes(root.headers.raw("from"), budget)
        who = f"{senders[0]['name']} <{senders[0]['address']}>".strip() if senders else ""
        about = (who, read_date(root.headers.text("date", 200)), root.headers.text("subject", 300))
        text = "\n\n".join(piece for piece in (inside.text, _letters_within(inside, budget, level + 1)) if piece)
        shown.append("\n".join(("---", *filter(None, about), "", text)))
    return "\n\n".join(shown)
