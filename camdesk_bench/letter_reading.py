"""camdesk bench mail reading: what reading a letter costs, a usual one and those written to cost much."""

import argparse
import base64
import os
import statistics
import time
from collections.abc import Callable
from functools import partial

from camdesk.channels.mail.mime.parse import parse
from camdesk.channels.mail.mime.sandbox import TARGET
from camdesk.channels.mail.mime.sanitise import sanitise
from camdesk.lib.children import ChildFailed, run_limited

_HEAD = b"From: Ivan <ivan@example.org>\r\nTo: help@desk.example\r\nDate: Sun, 22 Nov 2026 14:05:00 +0300\r\n"
_TEXT = "Здравствуйте, камера во дворе не показывает.\r\n\r\nС уважением,\r\nИван\r\n".encode()
_PART = b"\r\n--edge\r\nContent-Type: "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=300, help="how often a usual letter is read")


def run(args: argparse.Namespace) -> int:
    plain = _HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + _TEXT
    reply = _mixed(_TEXT, b"text/html\r\n\r\n<p>\xd0\x94\xd0\xb0<blockquote>x</blockquote>", _file(os.urandom(500)))
    for name, raw in (("one part", plain), ("text, HTML and a picture", reply)):
        spent = _median(partial(parse, raw), args.rounds)
        print(f"  a usual letter, {name} ({len(raw)} bytes): {1e6 * spent:.0f} µs")
    print(f"  the same in a limited child: {1e3 * _median(partial(_in_child, reply, 256), 50):.1f} ms")
    for name, raw in hostile().items():
        memory = next((size for size in (96, 128, 160, 192, 256) if _fits(raw, size)), None)
        spent = _median(partial(_in_child, raw, 256), 1)
        print(f"  {name} ({len(raw) / 1e6:.1f} MB): {spent:.2f} s, within {memory} MiB")
    for name, source in _dear_html().items():
        spent = _median(partial(sanitise, source), 3)
        print(f"  safe HTML, {name} ({len(source) / 1000:.0f} kB): {1e3 * spent:.0f} ms")
    return 0


def hostile() -> dict[str, bytes]:
    html = _HEAD + b"Content-Type: text/html\r\n\r\n"
    return {
        "a subject of 1.1 MB": _HEAD + b"Subject: " + b"x" * 1_100_000 + b"\r\n\r\nhi",
        "HTML that is all open quotes": html + b"<a \"'" * 200_000,
        "HTML that is all open tags": html + b"<div>" * 200_000,
        "HTML quoted 80,000 deep": html + b"<blockquote>x" * 80_000,
        "one line of dashes": _HEAD + b'Content-Type: multipart/mixed; boundary="---"\r\n\r\n' + b"-" * 30_000_000,
        "undeclared koi8-r": _HEAD + b"\r\n" + "Здравствуйте ".encode("koi8-r") * 2_300_000,
        "1,000 parentheses": _HEAD.replace(b"Ivan", b"(" * 1000) + b"Subject: " + b"(" * 1000 + b"\r\n\r\nhi",
        "encoded words without end": _HEAD + b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\r\n\r\nhi",
        "100,000 header fields": _HEAD + b"X: y\r\n" * 100_000 + b"\r\nhi",
        "100,000 recipients": _HEAD + b"Cc: " + b"a@b.c, " * 100_000 + b"\r\n\r\nhi",
        "2,000 multiparts within each other": _HEAD + _nested(2_000),
        "20,000 parts": _HEAD + b"Content-Type: multipart/mixed; boundary=e\r\n\r\n" + b"--e\r\n\r\nx\r\n" * 20_000,
        "a base64 bomb of one letter": _mixed(_TEXT, *[_file(bytes(2 << 20)) for _ in range(12)]),
        "36 MB of everything": _mixed(_TEXT, *[_file(os.urandom(1 << 20))] * 20, b"x\r\n\r\n" + b"(=?" * 2_000_000),
        "five photos": _mixed(_TEXT, *[_file(os.urandom(5 << 20)) for _ in range(5)]),
    }


def _dear_html() -> dict[str, str]:
    fonts = "".join(f"<font color={number}>" for number in range(5))
    return {
        "tables": "<table><tr><td><b>x</b></td></tr></table>" * 16_000,
        "five open fonts in 33,000 paragraphs": f"<p>{fonts}</p>" + "<p>x" * 32_700,
    }


def _mixed(text: bytes, *parts: bytes) -> bytes:
    head = _HEAD + b"Content-Type: multipart/mixed; boundary=edge\r\n"
    first = _PART + b"text/plain; charset=utf-8\r\n\r\n" + text
    return head + first + b"".join(_PART + part for part in parts) + b"\r\n--edge--\r\n"


def _nested(depth: int) -> bytes:
    heads = [b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(depth)]
    return b"".join(heads) + b"\r\ndeep"


def _file(data: bytes) -> bytes:
    return b"image/jpeg; name=1.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data)


def _in_child(raw: bytes, memory_mb: int) -> bytes:
    return run_limited(TARGET, raw, seconds=10, memory_mb=memory_mb)


def _fits(raw: bytes, memory_mb: int) -> bool:
    try:
        _in_child(raw, memory_mb)
    except ChildFailed:
        return False
    return True


def _median(work: Callable[[], object], rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)
