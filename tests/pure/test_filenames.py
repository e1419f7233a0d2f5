"""Nasty names of files: what is shown, and what goes into the header."""

import re
from urllib.parse import unquote

import pytest

from camdesk.lib.filenames import LONGEST, content_disposition, shown_name

NAMES = {
    "an ordinary name stays": ("photo.jpg", "photo.jpg"),
    "Russian stays": ("Снимок экрана 12.png", "Снимок экрана 12.png"),
    "emoji stay": ("камера📷.png", "камера📷.png"),
    "Chinese stays": ("摄像头.jpg", "摄像头.jpg"),
    "Arabic stays": ("كاميرا.jpg", "كاميرا.jpg"),
    "two endings stay": ("log.tar.gz", "log.tar.gz"),
    "no ending stays": ("README", "README"),
    "brackets and commas stay": ("акт (1), лист 2.pdf", "акт (1), лист 2.pdf"),
    "an apostrophe stays": ("don't.txt", "don't.txt"),
    "a semicolon stays": ("a;b.txt", "a;b.txt"),
    "a percent sign stays": ("100%.txt", "100%.txt"),
    "an escaped slash is only text": ("..%2f..%2fetc", "%2f..%2fetc"),
    "markup keeps only letters": ("<img src=x onerror=alert(1)>.png", "_img src=x onerror=alert(1)_.png"),
    "a script with a slash": ("<script>alert(1)</script>.txt", "script_.txt"),
    "a template stays text": ("{{7*7}}.txt", "{{7_7}}.txt"),
    "a formula stays text": ("=cmd|calc.csv", "=cmd_calc.csv"),
    "quotes": ('a"b".txt', "a_b_.txt"),
    "a Unix path": ("/etc/passwd", "passwd"),
    "a climb": ("../../etc/passwd", "passwd"),
    "a Windows path": (r"C:\Users\me\photo.jpg", "photo.jpg"),
    "a Windows climb": (r"..\..\boot.ini", "boot.ini"),
    "a mixed climb": (r"..\../secret.key", "secret.key"),
    "a network path": (r"\\server\share\x.exe", "x.exe"),
    "a climb with a NUL inside": (".\x00./.\x00./etc/passwd", "passwd"),
    "a climb with a zero-width space inside": (".\u200b./passwd", "passwd"),
    "a path of which the last part is empty": ("folder/", "файл"),
    "a stream of NTFS": ("photo.jpg:evil.exe", "photo.jpg_evil.exe"),
    "wildcards": ("*?.txt", "__.txt"),
    "a pipe": ("a|b.txt", "a_b.txt"),
    "a NUL before a second ending": ("photo.jpg\x00.exe", "photo.jpg.exe"),
    "a line break": ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie_ x=1.txt"),
    "a line feed": ("a\nb.txt", "ab.txt"),
    "a tab": ("a\tb.txt", "ab.txt"),
    "an escape sequence": ("\x1b[31mred.txt", "[31mred.txt"),
    "a delete": ("a\x7fb.txt", "ab.txt"),
    "controls of Latin-1": ("a\x85b.txt", "ab.txt"),
    "right-to-left override hides an exe": ("photo\u202egpj.exe", "photogpj.exe"),
    "isolates": ("\u2066a\u2069.txt", "a.txt"),
    "left-to-right mark": ("a\u200e.txt", "a.txt"),
    "zero-width space before .htaccess": ("\u200b.htaccess", "htaccess"),
    "byte order mark": ("\ufeffa.txt", "a.txt"),
    "soft hyphen": ("a\u00adb.txt", "ab.txt"),
    "word joiner": ("a\u2060b.txt", "ab.txt"),
    "Hangul filler": ("\u3164.txt", "txt"),
    "empty Braille": ("\u2800.txt", "txt"),
    "a tag character": ("a\U000e0041.txt", "a.txt"),
    "a private character": ("a\ue000.txt", "a.txt"),
    "a lone surrogate": ("a\ud800.txt", "a.txt"),
    "a no-break space": ("a\u00a0b.txt", "a b.txt"),
    "a line separator": ("a\u2028b.txt", "a b.txt"),
    "many blanks": ("a      b.txt", "a b.txt"),
    "blanks around": ("  a.txt  ", "a.txt"),
    "dots and blanks at the end": ("a.txt . . .", "a.txt"),
    "a hidden file": (".bashrc", "bashrc"),
    "many leading dots": ("...x", "x"),
    "zalgo": ("z" + "\u0301" * 50 + ".txt", "ź\u0301\u0301\u0301.txt"),
    "decomposed letters are joined": ("и\u0306.txt", "й.txt"),
    "CON": ("CON", "_CON"),
    "con with an ending": ("con.txt", "_con.txt"),
    "nul with two endings": ("nul.tar.gz", "_nul.tar.gz"),
    "aux with a blank": ("aux .txt", "_aux .txt"),
    "COM1": ("COM1.log", "_COM1.log"),
    "COM with a superscript": ("com².txt", "_com².txt"),
    "LPT9": ("lpt9", "_lpt9"),
    "a word that begins like CON": ("contract.pdf", "contract.pdf"),
    "nothing": ("", "файл"),
    "None": (None, "файл"),
    "only dots": ("...", "файл"),
    "only blanks": ("   ", "файл"),
    "only controls": ("\x00\x01\x02", "файл"),
    "only a slash": ("/", "файл"),
    "only invisible marks": ("\u200b\u200e\u2060", "файл"),
    "only forbidden marks": ("<>:|", "файл"),
    "bytes in UTF-8": ("снимок.png".encode(), "снимок.png"),
    "bytes in another coding": (b"\xf1\xed\xe8.png", "\ufffd\ufffd\ufffd.png"),
}

LONG = {
    "300 letters": "a" * 300 + ".jpg",
    "300 Russian letters": "я" * 300 + ".jpeg",
    "300 emoji": "📷" * 300 + ".png",
    "300 letters without an ending": "a" * 300,
    "an ending of 300 letters": "a." + "b" * 300,
    "300 blanks in the middle and an ending": "a" + " " * 300 + "b" * 300 + ".exe",
    "ten thousand dots": "a" + "." * 10_000 + "x",
}


@pytest.mark.parametrize(("raw", "expected"), NAMES.values(), ids=NAMES)
def test_shown_name(raw: str | bytes | None, expected: str):
    assert shown_name(raw) == expected


@pytest.mark.parametrize("raw", LONG.values(), ids=LONG)
def test_a_long_name_is_cut_and_keeps_its_ending(raw: str):
    name = shown_name(raw)
    assert 0 < len(name.encode()) <= LONGEST
    ending = re.search(r"\.[a-z]{1,5}$", raw)
    assert name.endswith(ending.group() if ending else "")


EVERY = [raw for raw, _ in NAMES.values()] + list(LONG.values())


@pytest.mark.parametrize("raw", EVERY)
def test_a_cleaned_name_is_not_cleaned_further(raw: str | bytes | None):
    assert shown_name(shown_name(raw)) == shown_name(raw)


@pytest.mark.parametrize("raw", EVERY)
@pytest.mark.parametrize("attachment", [True, False])
def test_the_header_is_one_valid_line_that_says_the_same_name(raw: str | bytes | None, attachment: bool):
    name = shown_name(raw)
    header = content_disposition(name, attachment=attachment)
    token = r"[A-Za-z0-9!#$&+\-.^_`|~%]*"
    match = re.fullmatch(
        r"""(attachment|inline); filename="([ !#-\[\]-~]*)"(?:; filename\*=UTF-8''(""" + token + "))?", header
    )
    assert match, header
    kind, plain, extended = match.groups()
    assert kind == ("attachment" if attachment else "inline")
    assert (unquote(extended) if extended else plain) == name


def test_a_name_that_was_not_cleaned_cannot_break_the_header_either():
    header = content_disposition('a"\r\nSet-Cookie: x=1; filename=b.exe')
    assert "\r" not in header
    assert "\n" not in header
    assert header.count('"') == 2
