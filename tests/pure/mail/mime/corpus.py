"""Builds nasty letters byte by byte. Nothing here uses a mail library: what a library cannot write is what we test."""

import base64
import binascii
import struct

Fields = list[tuple[str, str | bytes]]


def letter(
    body: str | bytes = "Здравствуйте, камера не работает.",
    *fields: tuple[str, str | bytes],
    charset: str = "utf-8",
    kind: str | None = "text/plain; charset=utf-8",
    encoding: str | None = "8bit",
    end: bytes = b"\r\n",
) -> bytes:
    """A letter of one part; `fields` come first and replace the usual ones of the same name."""
    usual: Fields = [
        ("From", "Ivan <ivan@example.org>"),
        ("To", "help@desk.example"),
        ("Subject", "Camera"),
        ("Message-ID", "<1@example.org>"),
        ("Date", "Sun, 22 Nov 2026 14:05:00 +0300"),
    ]
    given = {name.lower() for name, _ in fields}
    everything = [*fields, *((name, value) for name, value in usual if name.lower() not in given)]
    if kind is not None and "content-type" not in given:
        everything.append(("Content-Type", kind))
    if encoding is not None and "content-transfer-encoding" not in given:
        everything.append(("Content-Transfer-Encoding", encoding))
    head = b"".join(name.encode() + b": " + _bytes(value) + end for name, value in everything)
    text = body if isinstance(body, bytes) else body.encode(charset).replace(b"\n", end)
    return head + end + text


def part(body: str | bytes, kind: str = "text/plain; charset=utf-8", *fields: tuple[str, str | bytes]) -> bytes:
    """One part of a multipart."""
    head = b"Content-Type: " + kind.encode() + b"\r\n" if kind else b""
    head += b"".join(name.encode() + b": " + _bytes(value) + b"\r\n" for name, value in fields)
    return head + b"\r\n" + (body if isinstance(body, bytes) else body.encode().replace(b"\n", b"\r\n"))


def multipart(kind: str, *parts: bytes, boundary: str = "edge", closed: bool = True) -> tuple[str, bytes]:
    """(Content-Type, body) of a multipart."""
    edge = boundary.encode()
    body = b"".join(b"--" + edge + b"\r\n" + each + b"\r\n" for each in parts)
    return f'multipart/{kind}; boundary="{boundary}"', body + (b"--" + edge + b"--\r\n" if closed else b"")


def mixed(*parts: bytes, fields: Fields | None = None, kind: str = "mixed", **more: object) -> bytes:
    """A whole letter that is a multipart."""
    stated, body = multipart(kind, *parts, **more)  # type: ignore[arg-type]
    return letter(body, *(fields or []), kind=stated, encoding=None)


def nested(kind: str, *parts: bytes, boundary: str) -> bytes:
    """A multipart as a part of another."""
    stated, body = multipart(kind, *parts, boundary=boundary)
    return part(body, stated)


def file_part(data: bytes, name: str = "photo.png", kind: str = "image/png", *fields: tuple[str, str | bytes]) -> bytes:
    return part(
        base64.encodebytes(data).replace(b"\n", b"\r\n"),
        f'{kind}; name="{name}"',
        ("Content-Transfer-Encoding", "base64"),
        *(fields or (("Content-Disposition", f'attachment; filename="{name}"'),)),
    )


def encoded(text: str, charset: str = "utf-8", how: str = "b") -> str:
    """One encoded word."""
    data = text.encode(charset)
    if how == "b":
        return f"=?{charset}?B?{base64.b64encode(data).decode()}?="
    return f"=?{charset}?Q?" + "".join(f"={byte:02X}" for byte in data) + "?="


def uuencoded(data: bytes, name: str = "photo.png") -> str:
    lines = [binascii.b2a_uu(data[at : at + 45]).decode() for at in range(0, len(data), 45)]
    return f"begin 644 {name}\n" + "".join(lines) + "`\nend\n"


def tnef(*attributes: tuple[int, int, bytes]) -> bytes:
    """winmail.dat out of (level, attribute, value)."""
    out = struct.pack("<IH", 0x223E9F78, 1)
    for level, identity, value in attributes:
        out += struct.pack("<BII", level, identity, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)
    return out


def mapi(*properties: tuple[int, int, bytes]) -> bytes:
    """A list of MAPI properties (type, id, value), all of variable length."""
    out = struct.pack("<I", len(properties))
    for kind, identity, value in properties:
        out += struct.pack("<HHII", kind, identity, 1, len(value)) + value + b"\0" * (-len(value) % 4)
    return out


def plain_rtf(rtf: bytes) -> bytes:
    """PR_RTF_COMPRESSED that is not compressed at all."""
    return struct.pack("<IIII", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf


def _der(tag: int, *contents: bytes, endless: bool = False) -> bytes:
    body = b"".join(contents)
    if endless:
        return bytes((tag, 0x80)) + body + b"\0\0"
    size = len(body)
    length = bytes((size,)) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes((tag,)) + length + body


def signed(inner: bytes, *, pieces: int = 0) -> bytes:
    """An opaque S/MIME message; in `pieces` and without lengths, as programs that stream it write it."""
    endless = pieces > 0
    size = -(-len(inner) // max(pieces, 1))
    octets = (
        _der(0x24, *(_der(4, inner[at : at + size]) for at in range(0, len(inner), size)), endless=True)
        if endless
        else _der(4, inner)
    )
    content = _der(
        0x30, _der(6, bytes.fromhex("2a864886f70d010701")), _der(0xA0, octets, endless=endless), endless=endless
    )
    body = _der(0x30, _der(2, b"\1"), _der(0x31), content, _der(0x31), endless=endless)
    return _der(0x30, _der(6, bytes.fromhex("2a864886f70d010702")), _der(0xA0, body, endless=endless), endless=endless)


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def _nest(depth: int) -> bytes:
    out = b"From: a@b.example\r\n"
    for level in range(depth):
        out += f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n".encode()
    return out + b"\r\nhi"


def hostile() -> dict[str, bytes]:
    """Letters written to cost time or memory, about a megabyte each."""
    f = b"From: a@b.example\r\n"
    m = f + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    h = f + b"Content-Type: text/html\r\n\r\n"
    return {
        "a subject of a megabyte": f + b"Subject: " + b"x" * 1_100_000 + b"\r\n\r\nhi",
        "a subject of encoded words": f + b"Subject: " + b"=?utf-8?B?0J/RgNC4?=\r\n " * 45_000 + b"\r\n\r\nhi",
        "a subject of openings without an end": f + b"Subject: " + b"=?a?b?" * 180_000 + b"\r\n\r\nhi",
        "a thousand brackets in an address": b"From: " + b"(" * 1000 + b"a@b.c" + b")" * 1000 + b"\r\n\r\nhi",
        "a megabyte of opening brackets": b"From: " + b"(" * 1_000_000 + b"\r\n\r\nhi",
        "a megabyte of guarded quotation marks": b'To: "' + b'\\"' * 500_001 + b"\r\n\r\nhi",
        "five thousand multiparts within each other": _nest(5000),
        "one delimiter for every depth": f + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 20_000,
        "a hundred thousand parts": m + b"--b\n\nx\n" * 100_000,
        "parts that are all headers": m + b"--b\nA: x\n" * 100_000,
        "a line of nothing but dashes": m.replace(b"=b", b"=----------") + b"-" * 1_000_000,
        "a megabyte of empty lines": m + b"--b\n" + b"\r" * 1_000_000,
        "two hundred thousand header fields": f + b"a: b\n" * 200_000 + b"\nhi",
        "a header of nothing but folds": f + b"Subject: x\n" + b" \n" * 300_000 + b"\nhi",
        "two hundred thousand recipients": f + b"To: " + b"a@b.c," * 200_000 + b"\n\nhi",
        "a hundred thousand parameters": f + b"Content-Type: text/plain" + b"; a*0*=x" * 100_000 + b"\n\nhi",
        "base64 of nothing but ends": f
        + b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n"
        + b"A=" * 500_000,
        "html that is all open tags": h + b"<div>" * 200_000,
        "html that is all open comments": h + b"<!--" * 250_000,
        "html that is all open quotes": h + b"<a \"'" * 200_000,
        "html quoted a hundred thousand deep": h + b"<blockquote>x" * 80_000,
        "html with one endless tag": h + b"<div " + b"a=b " * 250_000,
        "html with scripts that never end": h + b"<script>" * 120_000,
        "html with a number of a million digits": h + b"&#" + b"9" * 1_000_000 + b";",
        "a megabyte of quotation marks": f + b"\n" + b">" * 1_000_000,
        "lines that all look like attributions": f + b"\n" + b"22.11.2026 14:05 a@b.c x:\n" * 40_000,
        "lines that nearly look like attributions": f + b"\n" + (b"1.1.11 " * 55 + b":\n") * 2500,
        "lines of at signs": f + b"\n" + (b"a@" * 150 + b":\n") * 3300,
        "a hundred thousand beginnings of uuencode": f + b"\n" + b"begin 644 x\n" * 100_000 + b"end\n",
        "letters within letters within letters": f + b"Content-Type: message/rfc822\n\n" * 30_000 + b"\nhi",
        "a digest of fifty thousand letters": f
        + b"Content-Type: multipart/digest; boundary=b\n\n"
        + b"--b\n\nSubject: x\n\nhi\n" * 50_000,
        "winmail.dat with a hundred thousand files": f
        + b"Content-Type: application/ms-tnef\n\n"
        + tnef(*[(2, 0x00069002, b"")] * 50_000),
        "two hundred thousand references": f + b"References: " + b"<a@b> " * 170_000 + b"\n\nhi",
        "every byte there is": f + b"\n" + bytes(range(256)) * 4000,
    }
