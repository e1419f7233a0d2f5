"""What stands for other bytes: base64, uuencode and their like, whole and damaged."""

import pytest

from camdesk.channels.mail.mime.limits import Budget
from camdesk.channels.mail.mime.transfer_encoding import decode_transfer
from camdesk.channels.mail.mime.uuencode import UuFile, decode_lines, take_files

LINE = b"#0V%T\n"  # Cat
FILE = b"begin 644 a\n" + LINE + b"`\nend\n"

LINES = {
    "lines alone": (LINE, b"Cat"),
    "a whole file": (FILE, b"Cat"),
    "a file with the line ends of Windows": (FILE.replace(b"\n", b"\r\n"), b"Cat"),
    "what follows the empty line": (LINE + b"`\n" + LINE, b"Cat"),
    "one sign of a checksum": (b"#0V%Ta\n", b"Cat"),
    "two blanks after a line": (b"#0V%T  \n", b"Cat"),
    "three": (b"#0V%T   \n", None),
    "a line without its last blank": (b"#0V%\n", b"Ca@"),
    "a length alone": (b"#\n", b"\0\0\0"),
    "a line far too short": (b"M0V%T\n", None),
    "words": (b"x\n", None),
    "one line, then words": (LINE + b"x y z \xd0\n", None),
    "two lines, then words": (LINE * 2 + b"x y z \xd0\n", b"CatCat"),
    "a sign above the alphabet": (b"#0VaT\n", None),
    "a sign below the alphabet": (b"#0V\x1fT\n", None),
    "a file without lines": (b"begin 644 a\nend\n", None),
    "nothing": (b"", None),
}


@pytest.mark.parametrize("name", LINES)
def test_uuencode(name: str) -> None:
    data, wanted = LINES[name]
    assert decode_lines(data) == wanted


CAT = UuFile(b"a", b"Cat")
WITHIN = {
    "one": (b"before\n" + FILE + b"after", b"before\n\nafter", [CAT]),
    "two": (FILE + FILE.replace(b" a", b" b "), b"\n\n", [CAT, UuFile(b"b", b"Cat")]),
    "one after words that begin alike": (b"begin 644 x\nno\nend\n" + FILE, b"begin 644 x\nno\nend\n\n", [CAT]),
    "one that is never ended": (FILE[:-4] + b"endless", FILE[:-4] + b"endless", []),
    "one of two figures": (FILE.replace(b"644", b"64"), FILE.replace(b"644", b"64"), []),
    "one within a line": (b"x " + FILE, b"x " + FILE, []),
    "fifty and one": (FILE * 51, b"\n" * 50 + FILE, [CAT] * 50),
}


@pytest.mark.parametrize("name", WITHIN)
def test_files_within_a_text(name: str) -> None:
    data, text, files = WITHIN[name]
    assert take_files(data) == (text, files)


NAMED = {
    "quoted-printable": b"Cat",
    "base64": b"Cat",
    "uuencode": b"Cat", "x-uuencode": b"Cat", "x-uue": b"Cat", "uue": b"Cat",
    "": LINE, "7bit": LINE, "8bit": LINE, "binary": LINE, "none": LINE, "magic": LINE,
}  # fmt: skip


@pytest.mark.parametrize("encoding", NAMED)
def test_each_encoding_by_its_name(encoding: str) -> None:
    sent = {"quoted-printable": b"=43at", "base64": b"Q2F0"}.get(encoding, LINE)
    assert decode_transfer(sent, encoding, Budget()) == NAMED[encoding]


BASE64 = {
    "with the signs of addresses": (b"Q2Ft_-__", b"Cam\xff\xef\xff"),
    "a letter too many": (b"Q2FtZXJhQ", b"Camera"),
    "two letters too many": (b"Q2FtZXJhQQ", b"CameraA"),
    "two pieces": (b"Q2FtZQ==cmE=", b"Camera"),
    "a lonely letter": (b"A", b"A"),
    "nothing but ends": (b"====", b"===="),
    "nothing": (b"", b""),
    "prose of its letters": (b"The camera in the yard", b"The camera in the yard"),
    "a footer below": (b"Q2Ft\nZXJh\n\n--\nfoot\n", b"Camera\n\n--\nfoot\n"),
}


@pytest.mark.parametrize("name", BASE64)
def test_base64(name: str) -> None:
    data, wanted = BASE64[name]
    assert decode_transfer(data, "base64", Budget()) == wanted
