"""What a letter says, as `parse.parse` reads it: one value for everybody who asks."""

from dataclasses import dataclass

from camdesk.channels.mail.mime.addresses import NamedAddress
from camdesk.channels.mail.mime.delivery_reports import Bounce


@dataclass(frozen=True, slots=True)
class LetterFile:
    """`name`: a clean file name, never empty. `type`: as the sender says it, not to be trusted. `inline`: a picture
    that belongs into the HTML; `cid`: its name there, without angle brackets, "" when it has none."""

    name: str
    type: str
    content: bytes
    inline: bool
    cid: str


@dataclass(frozen=True, slots=True)
class ParsedLetter:
    """`date`: "2026-11-22T11:05:00Z", or None. `message_id`, `in_reply_to`: without angle brackets, "" when missing.
    `html`: as sent, not safe to show; "" when there is none. `returned`: the ids of the letters that a bounce brings
    back. `reply_text`: what the person wrote, no quoted letter, no signature; `cut`: the lines that are not in it.
    `notes`: what was damaged or left out. `authentication`: the values of Authentication-Results, topmost first.
    `authors`: how many mailboxes all its From fields name."""

    subject: str
    sender: NamedAddress
    to: tuple[NamedAddress, ...]
    cc: tuple[NamedAddress, ...]
    reply_to: tuple[NamedAddress, ...]
    date: str | None
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    text: str
    html: str
    attachments: tuple[LetterFile, ...]
    automatic: bool
    bounce: Bounce | None
    returned: tuple[str, ...]
    reply_text: str
    cut: str
    notes: tuple[str, ...]
    authentication: tuple[str, ...]
    authors: int
