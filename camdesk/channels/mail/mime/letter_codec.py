"""A parsed letter on its way out of the child that read it: one frame, JSON with the files' bytes after it.

The child had a stranger's letter in its hands, so nothing it sends is believed to have a shape: what is no letter's
frame raises ValueError. How large a frame may be is the runner's bound (`lib/children.LARGEST_RESULT`).
"""

import json
import struct
from dataclasses import asdict, replace
from typing import Any

from camdesk.channels.mail.mime.addresses import NamedAddress
from camdesk.channels.mail.mime.delivery_reports import Bounce
from camdesk.channels.mail.mime.parsed_letter import LetterFile, ParsedLetter

_HEAD = struct.Struct("!I")


def to_frame(letter: ParsedLetter) -> bytes:
    files = letter.attachments
    head = asdict(replace(letter, attachments=()))
    head["attachments"] = [
        {"name": one.name, "type": one.type, "size": len(one.content), "inline": one.inline, "cid": one.cid}
        for one in files
    ]
    told = json.dumps(head, ensure_ascii=False).encode()
    return b"".join((_HEAD.pack(len(told)), told, *(one.content for one in files)))


def from_frame(frame: bytes) -> ParsedLetter:
    """The letter out of `to_frame`'s bytes. Raises ValueError for bytes that are no such frame."""
    try:
        (length,) = _HEAD.unpack_from(frame)
        start = _HEAD.size + length
        return _letter(json.loads(frame[_HEAD.size : start]), frame, start)
    except (struct.error, KeyError, TypeError, RecursionError) as error:
        raise ValueError("not a letter's frame") from error


def _letter(said: dict[str, Any], frame: bytes, at: int) -> ParsedLetter:
    files = []
    for one in _list(said["attachments"]):
        size = _number(one["size"])
        if at + size > len(frame):
            raise ValueError("a frame that is cut off")
        content, at = frame[at : at + size], at + size
        name, kind, cid = _text(one["name"]), _text(one["type"]), _text(one["cid"])
        files.append(LetterFile(name, kind, content, _flag(one["inline"]), cid))
    if at != len(frame):
        raise ValueError("a frame with more in it than it says")
    bounce = said["bounce"]
    return ParsedLetter(
        subject=_text(said["subject"]),
        sender=_address(said["sender"]),
        to=_addresses(said["to"]),
        cc=_addresses(said["cc"]),
        reply_to=_addresses(said["reply_to"]),
        date=None if said["date"] is None else _text(said["date"]),
        message_id=_text(said["message_id"]),
        in_reply_to=_text(said["in_reply_to"]),
        references=_texts(said["references"]),
        text=_text(said["text"]),
        html=_text(said["html"]),
        attachments=tuple(files),
        automatic=_flag(said["automatic"]),
        bounce=None if bounce is None else _bounce(bounce),
        returned=_texts(said["returned"]),
        reply_text=_text(said["reply_text"]),
        cut=_text(said["cut"]),
        notes=_texts(said["notes"]),
        authentication=_texts(said["authentication"]),
        authors=_number(said["authors"]),
    )


def _address(said: Any) -> NamedAddress:
    return NamedAddress(_text(said["name"]), _text(said["address"]))


def _addresses(said: Any) -> tuple[NamedAddress, ...]:
    return tuple(map(_address, _list(said)))


def _bounce(said: Any) -> Bounce:
    return Bounce(_text(said["recipient"]), permanent=_flag(said["permanent"]), given_up=_flag(said["given_up"]))


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise TypeError("no text")
    return said


def _texts(said: Any) -> tuple[str, ...]:
    return tuple(map(_text, _list(said)))


def _list(said: Any) -> list[Any]:
    if not isinstance(said, list):
        raise TypeError("no list")
    return said


def _flag(said: Any) -> bool:
    if not isinstance(said, bool):
        raise TypeError("neither true nor false")
    return said


def _number(said: Any) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or said < 0:
        raise TypeError("no count")
    return said
