"""winmail.dat: the envelope (TNEF) Outlook puts attachments and text into when it takes the reader for another Outlook.

Reads what people miss: files with their long names, and the text. Bounded: every length is checked against what is
really there, nothing is trusted.
"""

import struct
from dataclasses import dataclass, field

from camdesk.channels.mail.mime.charsets import decode, known
from camdesk.channels.mail.mime.limits import Budget
from camdesk.channels.mail.mime.rtf import decompress, rtf_body

_SIGNATURE = 0x223E9F78
_BODY, _PROPERTIES, _CODEPAGE = 0x800C, 0x9003, 0x9007
_NEW_FILE, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_MOST_FILES = 100
_MOST_PROPERTIES = 500
_MOST_ATTRIBUTES = 2000
# Sizes of MAPI values; the others carry their length.
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_TEXT, _UNICODE, _BINARY, _OBJECT = 0x1E, 0x1F, 0x102, 0x0D
_P_BODY, _P_HTML, _P_RTF = 0x1000, 0x1013, 0x1009
_P_DATA, _P_LONG_NAME, _P_NAME, _P_TYPE, _P_CID, _P_SHOWN_NAME = 0x3701, 0x3707, 0x3704, 0x370E, 0x3712, 0x3001


@dataclass
class TnefFile:
    name: str = ""
    type: str = ""
    cid: str = ""
    data: bytes = b""


@dataclass
class Tnef:
    text: str = ""
    html: str = ""
    files: list[TnefFile] = field(default_factory=list)


def read_tnef(data: bytes, budget: Budget) -> Tnef | None:
    """What is inside, None when it is no TNEF at all. A damaged one gives what came before the damage."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return None
    found = Tnef()
    charset = ""  # not stated: told from the letters
    at = 6
    for _ in range(_MOST_ATTRIBUTES):
        if at + 9 > len(data):
            break
        level, identity, length = struct.unpack_from("<BII", data, at)
        start = at + 9
        if level not in (1, 2) or start + length > len(data):
            budget.note("winmail.dat is damaged")
            break
        value = data[start : start + length]
        at = start + length + 2
        kind = identity & 0xFFFF
        if kind == _CODEPAGE and length >= 4:
            page = struct.unpack_from("<I", value)[0]
            charset = "utf-8" if page == 65001 else f"cp{page}" if page < 65536 else charset
        elif kind == _BODY:
            found.text = _text(value, charset)
        elif kind == _PROPERTIES:
            _take_body(found, _properties(value, charset), charset)
        elif kind == _NEW_FILE:
            if len(found.files) >= _MOST_FILES:
                budget.note("winmail.dat holds too many files")
                break
            found.files.append(TnefFile())
        elif found.files:
            _take_file(found.files[-1], kind, value, charset)
    found.files = [file for file in found.files if file.data or file.name]
    return found


def _text(value: bytes, charset: str) -> str:
    """A short text. Outlook's own word for its charset is good; guessing would take "äüö" for "дьц"."""
    plain = value.rstrip(b"\0")
    name = known(charset)
    try:
        return plain.decode(name) if name else decode(plain)
    except UnicodeDecodeError:
        return decode(plain, charset)


def _take_body(found: Tnef, properties: dict[int, bytes | str], charset: str) -> None:
    text, html, rtf = (properties.get(name) for name in (_P_BODY, _P_HTML, _P_RTF))
    if isinstance(text, str) and text.strip():
        found.text = text
    if html:
        found.html = html if isinstance(html, str) else decode(html, charset)
    if isinstance(rtf, bytes) and not found.html and not found.text:
        found.text, found.html = rtf_body(decompress(rtf), charset)


def _take_file(file: TnefFile, kind: int, value: bytes, charset: str) -> None:
    if kind == _FILE_TITLE:
        file.name = file.name or _text(value, charset)
    elif kind == _FILE_DATA:
        file.data = value
    elif kind == _FILE_PROPERTIES:
        properties = _properties(value, charset)
        for name in (_P_LONG_NAME, _P_NAME, _P_SHOWN_NAME):
            said = properties.get(name)
            if isinstance(said, str) and said:
                file.name = said
                break
        mime, cid, data = properties.get(_P_TYPE), properties.get(_P_CID), properties.get(_P_DATA)
        file.type = mime if isinstance(mime, str) else file.type
        file.cid = cid if isinstance(cid, str) else file.cid
        if isinstance(data, bytes) and not file.data:
            file.data = data


def _properties(data: bytes, charset: str) -> dict[int, bytes | str]:
    """MAPI properties by id: the first value of each, text decoded. Stops at the first that makes no sense."""
    found: dict[int, bytes | str] = {}
    try:
        count = struct.unpack_from("<I", data)[0]
        at = 4
        for _ in range(min(count, _MOST_PROPERTIES)):
            kind, identity = struct.unpack_from("<HH", data, at)
            at += 4
            if identity >= 0x8000:
                at = _after_name(data, at)
            values = 1
            base = kind & 0xEFFF
            variable = base in (_TEXT, _UNICODE, _BINARY, _OBJECT)
            if kind & 0x1000 or variable:
                values = struct.unpack_from("<I", data, at)[0]
                at += 4
            for place in range(min(values, _MOST_PROPERTIES)):
                if variable:
                    length = struct.unpack_from("<I", data, at)[0]
                    at += 4
                else:
                    length = _FIXED[base]
                if at + length > len(data):
                    return found
                if place == 0 and variable:
                    found.setdefault(identity, _value(base, data[at : at + length], charset))
                at += length + -length % 4
    except (struct.error, KeyError):
        pass
    return found


def _after_name(data: bytes, at: int) -> int:
    at += 16
    if struct.unpack_from("<I", data, at)[0] == 0:
        return at + 8
    length: int = struct.unpack_from("<I", data, at + 4)[0]
    return at + 8 + length + -length % 4


def _value(base: int, value: bytes, charset: str) -> bytes | str:
    if base == _UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    if base == _TEXT:
        return _text(value, charset)
    # An embedded object begins with the 16 bytes of its interface's name.
    return value[16:] if base == _OBJECT else value
