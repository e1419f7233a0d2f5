"""What of a letter was not read or not believed is said, and nothing is said of a letter that was: a note, the letter
that gets it, and the nearest letter that does not."""

import ast
import base64
from pathlib import Path

import pytest

from camdesk.channels.mail.mime import limits
from camdesk.channels.mail.mime.body import UNCHECKED_SIGNATURE
from camdesk.channels.mail.mime.limits import Budget
from camdesk.channels.mail.mime.parse import read_letter
from tests.pure.mail.mime.corpus import file_part, letter, mixed, multipart, nested, part, signed, tnef

TOO_MANY_ADDRESSES = "too many addresses, the rest was not read"
B64 = base64.encodebytes("Камера во дворе не работает, помогите".encode())
INNER = b"Content-Type: text/plain\r\n\r\nHello"
HTML = part("<p>x</p>", "text/html; charset=utf-8")
FILE = (2, 0x00069002, b""), (2, 0x00018010, b"a\0"), (2, 0x0006800F, b"x")
FORKS = file_part(b"\0", "p.png", "application/applefile"), file_part(b"x", "p.png")


def within(depth: int) -> bytes:
    raw = letter("x")
    for level in range(depth):
        raw = mixed(part(raw, "message/rfc822"), boundary=f"b{level}")
    return raw


def deep(depth: int) -> bytes:
    raw = part("x")
    for level in range(depth):
        raw = nested("mixed", raw, boundary=f"b{level}")
    return raw


def sealed(times: int) -> bytes:
    inner = INNER
    for _ in range(times):
        inner = b"Content-Type: application/pkcs7-mime\r\n\r\n" + signed(inner)
    return inner


def winmail(*attributes: tuple[int, int, bytes], cut: int = 0) -> bytes:
    data = tnef(*attributes)
    return mixed(part("x"), file_part(data[: len(data) - cut], "winmail.dat", "application/ms-tnef"))


# name: (note, letter that gets it, one that does not, bounds that are smaller here)
NOTES: dict[str, tuple[str, bytes, bytes, dict[str, int]]] = {
    "a letter too large": (
        "the letter is too large, its end was not read",
        letter("x" * 101),
        letter("x" * 100),
        {"parse.LETTER_BYTES": len(letter("x" * 100))},
    ),
    "letters within letters": (
        "letters within letters: some were not opened, they are attached",
        within(limits.LETTERS_WITHIN + 1),
        within(limits.LETTERS_WITHIN),
        {},
    ),
    "letters within that are too large together": (
        "letters within letters: some were not opened, they are attached",
        mixed(part(letter("x" * 2000), "message/rfc822")),
        mixed(part(letter("x" * 500), "message/rfc822")),
        {"decoded": 3000},
    ),
    "multiparts within each other": (
        "nested too deeply, the inner parts were not taken apart",
        deep(limits.DEPTH + 1),
        deep(limits.DEPTH),
        {},
    ),
    "a delimiter that is nowhere": (
        "a multipart without its delimiter, shown as text",
        letter("x", kind="multipart/mixed; boundary=no", encoding=None),
        mixed(part("x")),
        {},
    ),
    "another delimiter": (
        "a multipart with a wrong delimiter",
        letter(multipart("mixed", part("x"))[1], kind="multipart/mixed; boundary=no", encoding=None),
        mixed(part("x")),
        {},
    ),
    "parts": ("too many parts, the rest is one raw attachment", mixed(*[part("x")] * 4), mixed(*[part("x")] * 3),
              {"parts": 4}),
    "large parts": (
        "the parts are too large together, some were left in the raw letter",
        mixed(part("x" * 51), part("x" * 50)),
        mixed(part("x" * 50), part("x" * 50)),
        {"decoded": 100},
    ),
    "a Macintosh's half": (
        "the Macintosh half of a file was left in the raw letter",
        mixed(part("x"), nested("appledouble", *FORKS, boundary="dbl")),
        mixed(part("x"), nested("mixed", *FORKS, boundary="dbl")),
        {},
    ),
    "a form for other programs": (
        "a form of the text for other programs was left in the raw letter",
        mixed(part("x"), part("y", "text/x-amp-html"), HTML, kind="alternative"),
        mixed(part("x"), part("y", "text/x-amp-html"), HTML),
        {},
    ),
    "a long text": (
        "the text is too long to be shown whole", letter("x" * 101), letter("x" * 100), {"body.TEXT_CHARACTERS": 100}
    ),
    "a long page": (
        "the text is too long to be shown whole",
        letter("<p>" + "x" * 98, kind="text/html"),
        letter("<p>" + "x" * 97, kind="text/html"),
        {"body.HTML_CHARACTERS": 100},
    ),
    "a signature": (UNCHECKED_SIGNATURE, sealed(1), INNER, {}),
    "signatures within signatures": (
        "signed letters within each other: some were not opened",
        sealed(limits.LETTERS_WITHIN + 1),
        sealed(limits.LETTERS_WITHIN),
        {},
    ),
    "files": (
        "too many files, the rest was left in the raw letter",
        mixed(part("x"), *[file_part(b"x")] * 3),
        mixed(part("x"), *[file_part(b"x")] * 2),
        {"body.ATTACHMENTS": 2},
    ),
    "a long head": (
        "the headers are too long, their end was not read",
        letter("x", ("X-Long", "x" * 100)),
        letter("x"),
        {"headers.HEADER_BYTES": len(letter("")) - 4},
    ),
    "a head of many lines": (
        "too many header lines, the rest was not read", letter("x", ("X-One", "1")), letter("x"),
        {"headers.HEADER_LINES": 7},
    ),
    "a head of many fields": (
        "too many header fields, the rest was not read", letter("x", ("X-One", "1")), letter("x"),
        {"headers.HEADER_FIELDS": 7},
    ),
    "a head that never ends": (
        "the headers end without an empty line",
        b"From: a@b.example\r\nSubject: x\r\nThe camera is dark\r\n",
        b"From: a@b.example\r\nthis is junk\r\nSubject: x\r\n\r\nThe camera is dark",
        {},
    ),
    "uuencode": (
        "a part says it is uuencoded, and is not",
        letter("Просто слова", encoding="x-uuencode"),
        letter("#0V%T\n`\n", encoding="x-uuencode"),
        {},
    ),
    "an unknown encoding": (
        "a part has an unknown transfer encoding", letter(encoding="x-magic"), letter(encoding="binary"), {}
    ),
    "a footer": (
        "base64 with a footer in plain text",
        letter(B64 + b"\n_______\nhouse mailing list", encoding="base64"),
        letter(B64, encoding="base64"),
        {},
    ),
    "base64": (
        "a part says it is base64, and is not",
        letter("The camera in the yard is dark", encoding="base64"),
        letter(B64, encoding="base64"),
        {},
    ),
    "base64 of many foreign characters": (
        "a part says it is base64, and is not",
        letter(b"Q2Ft!ZXJh!", encoding="base64"),
        letter(b"Q2FtZXJhQ2FtZXJhQ2Ft!", encoding="base64"),
        {},
    ),
    "foreign characters": (
        "base64 with foreign characters",
        letter(B64.replace(b"0", b"\xff0", 1), encoding="base64"),
        letter(B64, encoding="base64"),
        {},
    ),
    "a cut winmail.dat": ("winmail.dat is damaged", winmail(*FILE, cut=3), winmail(*FILE), {}),
    "a winmail.dat of another level": ("winmail.dat is damaged", winmail((3, 0x800C, b"x"), *FILE), winmail(*FILE), {}),
    "files in winmail.dat": (
        "winmail.dat holds too many files", winmail(*FILE * 3), winmail(*FILE * 2), {"tnef._MOST_FILES": 2}
    ),
    "addresses": (
        TOO_MANY_ADDRESSES,
        letter("x", ("To", "a@x.org, b@x.org")),
        letter("x", ("To", "a@x.org, a@x.org")),
        {"addresses.ADDRESSES": 2},
    ),
    "addresses of many characters": (
        TOO_MANY_ADDRESSES,
        letter("x", ("To", "Nobody at all <a@x.example>" + " " * 10 + ", b@x.org")),
        letter("x", ("To", "Nobody at all <a@x.example>")),
        {"addresses.FIELDS_BYTES": 30},
    ),
}  # fmt: skip


def notes_of(raw: bytes, bounds: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    budget = Budget(**{name: bound for name, bound in bounds.items() if "." not in name})
    for name, bound in bounds.items():
        if "." in name:
            monkeypatch.setattr(f"camdesk.channels.mail.mime.{name}", bound)
    read_letter(raw, budget)
    return budget.notes


@pytest.mark.parametrize("name", NOTES)
def test_what_was_left_out_is_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    note, raw, _near, bounds = NOTES[name]
    assert notes_of(raw, bounds, monkeypatch).count(note) == 1


@pytest.mark.parametrize("name", NOTES)
def test_of_what_was_read_nothing_is_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    note, _raw, near, bounds = NOTES[name]
    assert note not in notes_of(near, bounds, monkeypatch)


def test_every_note_has_its_letter() -> None:
    said = {UNCHECKED_SIGNATURE}
    for path in Path(limits.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".note"):
                said |= {word.value for word in node.args if isinstance(word, ast.Constant)}
    assert said == {note for note, *_ in NOTES.values()}


def test_of_many_notes_the_first_are_kept_each_once() -> None:
    budget = Budget()
    for number in range(100):
        budget.note(str(number // 2))
    assert budget.notes == [str(number) for number in range(limits.NOTES)]
