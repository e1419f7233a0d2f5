"""`parse(raw)`: a letter as a stranger sent it, to values any database, page and header can hold.

Never raises, works in linear time and bounded memory, and is still run in a limited child process by those who call it
(`sandbox.read`), because nobody knows what the next letter brings.
"""

from camdesk.channels.mail.mime.addresses import NamedAddress, first_of, read_mailboxes, safe_address
from camdesk.channels.mail.mime.auto_replies import is_automatic
from camdesk.channels.mail.mime.body import LetterBody, gather, text_as_html
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
from camdesk.channels.mail.mime.parsed_letter import ParsedLetter
from camdesk.channels.mail.mime.parts import read_parts
from camdesk.channels.mail.mime.quoting import split
from camdesk.channels.mail.mime.storable import many_lines, one_line
from camdesk.channels.mail.mime.subjects import ANSWERS, FORWARDS

_RESULTS = 5  # fields of Authentication-Results, and of From, that are looked at
_RESULT_CHARACTERS = 4000


def parse(raw: bytes) -> ParsedLetter:
    """The letter in `raw`."""
    return read_letter(raw, Budget())


def read_letter(raw: bytes, budget: Budget) -> ParsedLetter:
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
    sender = first_of(senders)
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
    answer_to = next((box.address for box in reply_to if box.address), sender.address)
    automatic = bounce is not None or is_automatic(headers, answer_to, subject, root.type)
    in_reply_to, references = message_ids(headers.raw("in-reply-to")), message_ids(headers.raw("references"))
    words = split(
        _own_words(found) or nested,
        answers=bool(in_reply_to or references or ANSWERS.match(subject)) or any("+" in box.address for box in to),
        forwards=bool(FORWARDS.match(subject)),
    )
    return ParsedLetter(
        subject=subject,
        sender=sender,
        to=tuple(to),
        cc=tuple(cc),
        reply_to=tuple(reply_to),
        date=read_date(headers.text("date", 200)),
        message_id=next(iter(message_ids(headers.raw("message-id"))), ""),
        in_reply_to=next(iter(in_reply_to), ""),
        references=tuple(references),
        text=many_lines("\n\n".join(piece for piece in (own_text, nested) if piece), TEXT_CHARACTERS),
        html=own_html + ("\n<hr>\n" + text_as_html(nested) if own_html and nested else ""),
        attachments=tuple(found.attachments),
        automatic=automatic,
        bounce=bounce,
        returned=_returned(found, back, own_text) if bounce else (),
        reply_text=many_lines(words.own, TEXT_CHARACTERS),
        cut=many_lines(words.cut, TEXT_CHARACTERS),
        notes=tuple(budget.notes),
        authentication=_authentication(headers),
        authors=_authors(headers),
    )


def _authentication(headers: Headers) -> tuple[str, ...]:
    fields = headers.all_raw("authentication-results")[:_RESULTS]
    return tuple(one_line(value.decode("utf-8", "replace"), _RESULT_CHARACTERS) for value in fields)


def _authors(headers: Headers) -> int:
    """Counted with a budget of its own: a letter that has spent all of its steps elsewhere hides nobody."""
    return sum(len(read_mailboxes(value, Budget())) for value in headers.all_raw("from")[:_RESULTS])


def _returned(found: LetterBody, back: LetterBack, text: str) -> tuple[str, ...]:
    asked = (one for told in found.dispositions for one in asked_about(told))
    named = (one for said in (*found.reports[:5], text) for one in ids_named(said))
    return tuple(dict.fromkeys((*back.ids, *asked, *named)))


def _boxes(headers: Headers, name: str, budget: Budget) -> list[NamedAddress]:
    return read_mailboxes(b", ".join(headers.all_raw(name)[:5]), budget)


def _ours(headers: Headers, written_to: list[NamedAddress]) -> frozenset[str]:
    """Where the letter was sent to, in lower case: ours, whoever of us it was."""
    more = (safe_address(headers.text(name, 300).strip("<> ")) for name in ("delivered-to", "x-original-to"))
    return frozenset(address.lower() for address in (*(box.address for box in written_to), *more) if address)


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
        who = f"{senders[0].name} <{senders[0].address}>".strip() if senders else ""
        about = (who, read_date(root.headers.text("date", 200)), root.headers.text("subject", 300))
        text = "\n\n".join(piece for piece in (inside.text, _letters_within(inside, budget, level + 1)) if piece)
        shown.append("\n".join(("---", *filter(None, about), "", text)))
    return "\n\n".join(shown)
