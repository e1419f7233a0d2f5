"""The text in Outlook's RTF, and its compression."""

import struct

import pytest

from camdesk.channels.mail.mime.rtf import decompress, rtf_body

TEXTS = {
    "lines and tabs": (rb"{\rtf1\ansi a\tab b\line c\par d}", "a\tb\nc\nd"),
    "quotation marks by name": (rb"{\rtf1 \lquote a\rquote  \ldblquote b\rdblquote}", "'a' \"b\""),
    "dashes and bullets by name": (rb"{\rtf1 a\emdash b\endash c\bullet d}", "a—b—c•d"),
    "signs that are guarded": (rb"{\rtf1 a\~b \{c\} \\}", "a\xa0b {c} \\"),
    "a guarded sign that means nothing": (rb"{\rtf1 a\-b}", "ab"),
    "line ends of the file": (b"{\\rtf1 a\r\nb}", "ab"),
    "a letter by number, and what old readers show": (rb"{\rtf1 \u1087?x}", "пx"),
    "the same as a byte": (rb"{\rtf1\ansicpg1251 \u1087\'ef\'f0}", "пр"),
    "the same at the end of a group": (rb"{\rtf1 {\u1087}x}", "пx"),
    "the same in a longer word": (rb"{\rtf1 \u1087 abc}", "пbc"),
    "a letter of two halves": (rb"{\rtf1 \u-10179?\u-8704?}", "😀"),
    "no number": (rb"{\rtf1 \u x}", "x"),
    "a code page": (rb"{\rtf1\ansicpg1251 \'cf}", "П"),
    "a code page that is none": (rb"{\rtf1\ansicpg0 \'e9\'e9\'e9}", "ййй"),
    "a font's charset": (rb"{\rtf1\ansicpg1252 \f1\fcharset204 \'cf\'f0}", "Пр"),
    "a font of no charset": (rb"{\rtf1\ansicpg1251\fcharset0 \'cf\'f0}", "Пр"),
    "a font of a charset nobody knows": (rb"{\rtf1\ansicpg1251\fcharset77 \'cf\'f0}", "Пр"),
    "fonts and colours": (rb"{\rtf1{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}a}", "a"),
    "what only newer readers know": (rb"{\rtf1{\*\later {a} \tab\'cf b}c}", "c"),
    "a star before nothing": (rb"{\rtf1 \*\par a}b", "b"),
    "what readers of HTML leave out": (rb"{\rtf1 \htmlrtf a\htmlrtf0 b}", "b"),
    "what is left out ends with its group": (rb"{\rtf1 {\htmlrtf a}b}", "b"),
    "a group that nobody opened": (rb"a}b", "ab"),
    "groups deeper than anybody writes": (b"{\\rtf1 " + b"{" * 300 + b"a" + b"}" * 300 + b"b}", "ab"),
    "nothing": (b"", ""),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text(name: str) -> None:
    rtf, wanted = TEXTS[name]
    assert rtf_body(rtf, "cp1251") == (wanted, "")


def test_html_that_is_wrapped() -> None:
    rtf = rb"{\rtf1\ansi\fromhtml1 {\*\htmltag <p>}\htmlrtf {\htmlrtf0 a\htmlrtf }\htmlrtf0{\*\htmltag </p>}}"
    assert rtf_body(rtf, "cp1251") == ("", "<p>a</p>")
    assert rtf_body(b" " * 1001 + rtf, "cp1251")[1] == ""


def packed(body: bytes, size: int, magic: int = 0x75465A4C) -> bytes:
    return struct.pack("<IIII", len(body) + 12, size, magic, 0) + body


# The two examples of MS-OXRTFCP 4.1, and what may be wrong with them.
HELLO = bytes.fromhex("03000a007263706731323542320af32068656c090020627705b06c647d0a800fa0")
WORDS = b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
WXYZ = bytes.fromhex("410004205758595a0d6e7d010eb0")
COMPRESSED = {
    "words of the dictionary": (packed(HELLO, 43), WORDS),
    "a stretch that repeats itself": (packed(WXYZ, 28), b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
    "longer than it says, to the end of a stretch": (packed(HELLO, 10), WORDS[:12]),
    "shorter than it says": (packed(HELLO[:-1], 4300), WORDS),
    "cut within a reference": (packed(HELLO[:4], 43), WORDS[:12]),
    "ends where it says": (packed(HELLO, 4300), WORDS),
    "not compressed": (packed(b"{\\rtf1 a}rest", 9, 0x414C454D), b"{\\rtf1 a}"),
    "another kind": (packed(b"{\\rtf1 a}", 9, 0x414C454E), b""),
    "no head": (packed(b"", 0)[:15], b""),
    "a head alone": (packed(b"", 10), b""),
}


@pytest.mark.parametrize("name", COMPRESSED)
def test_compression(name: str) -> None:
    data, wanted = COMPRESSED[name]
    assert decompress(data) == wanted
