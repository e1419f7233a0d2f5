"""A letter read in a limited child process: no Django there, nothing trusted."""

from camdesk.channels.mail.mime.letter_codec import from_frame, to_frame
from camdesk.channels.mail.mime.parse import parse
from camdesk.channels.mail.mime.parsed_letter import ParsedLetter
from camdesk.lib.children import WAIT_SECONDS, run_limited

TARGET = "camdesk.channels.mail.mime.sandbox:read_framed"
_SECONDS = 5.0
_MEMORY_MB = 256


def read(raw: bytes, *, wait: float = WAIT_SECONDS) -> ParsedLetter:
    """`wait`: seconds for a free child. Raises children.ChildFailed, ValueError."""
    return from_frame(run_limited(TARGET, raw, seconds=_SECONDS, memory_mb=_MEMORY_MB, wait=wait))


def read_framed(raw: bytes) -> bytes:
    """What the child does."""
    return to_frame(parse(raw))
