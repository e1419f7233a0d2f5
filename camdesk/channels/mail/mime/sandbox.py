"""What the worker wants to know of a letter, read in a limited child process: no Django here, nothing trusted."""

from typing import Any

from camdesk.channels.mail.mime.addresses import read_mailboxes
from camdesk.channels.mail.mime.headers import read_headers
from camdesk.channels.mail.mime.limits import LETTER_BYTES, Budget
from camdesk.channels.mail.mime.parse import from_frame, parse, to_frame
from camdesk.channels.mail.mime.storable import one_line
from camdesk.lib.children import WAIT_SECONDS, run_limited

_SECONDS = 5.0
_MEMORY_MB = 256
_TARGET = "camdesk.channels.mail.mime.sandbox:read_framed"


def read(raw: bytes, *, wait: float = WAIT_SECONDS) -> dict[str, Any]:
    """`parse`'s dict, `authentication`: the values of Authentication-Results, topmost first, and `authors`: how many
    mailboxes all its From fields name.

    `wait`: seconds for a free child. Raises children.ChildFailed, ValueError.
    """
    return from_frame(run_limited(_TARGET, raw, seconds=_SECONDS, memory_mb=_MEMORY_MB, wait=wait))


def read_framed(raw: bytes) -> bytes:
    """What the child does."""
    letter = parse(raw)
    headers, _body = read_headers(raw, 0, min(len(raw), LETTER_BYTES), Budget())
    fields = headers.all_raw("authentication-results")[:5]
    letter["authors"] = sum(len(read_mailboxes(value, Budget())) for value in headers.all_raw("from")[:5])
    letter["authentication"] = [one_line(value.decode("utf-8", "replace"), 4000) for value in fields]
    return to_frame(letter)
