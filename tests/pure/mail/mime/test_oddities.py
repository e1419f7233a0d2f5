"""What gateways, old programs and signatures do to letters."""

import base64

import pytest

from camdesk.channels.mail.mime.body import UNCHECKED_SIGNATURE
from camdesk.channels.mail.mime.parse import parse
from camdesk.channels.mail.mime.signed_content import signed_content
from tests.pure.mail.mime.corpus import letter, mixed, multipart, part, signed, tnef

WORDS = "Камера в подъезде упала, провод висит. Приезжайте, пожалуйста, поскорее."
FOOTERS = {
    "a list's": "\n_______________________________________________\nhouse mailing list\nhouse@lists.example.org",
    "a virus scanner's": "\n-- \nThis message was scanned. It is clean.",
    "a warning": "\nCAUTION: this letter came from outside.",
    "a rule alone": "\n==========\nsent by gate 7",
}


@pytest.mark.parametrize("name", FOOTERS)
@pytest.mark.parametrize("words", [WORDS, WORDS + " ", WORDS + "  "], ids=["whole", "one over", "two over"])
def test_base64_with_a_footer_nobody_encoded(name: str, words: str) -> None:
    body = base64.encodebytes(words.encode()).decode() + FOOTERS[name]
    read = parse(letter(body, encoding="base64"))
    assert read.text.startswith(WORDS)
    assert FOOTERS[name].split("\n")[-1] in read.text


def test_base64_in_pieces_is_no_footer() -> None:
    encoded = base64.b64encode(WORDS.encode()).decode()
    assert parse(letter(f"{encoded[:40]}\n\n{encoded[40:]}", encoding="base64")).text == WORDS


STUBS = {
    "Russian": "Ваша почтовая программа не умеет показывать HTML-письма.",
    "English": "Please view this email in a browser.",
    "German": "Diese E-Mail kann nicht angezeigt werden. Öffnen Sie sie im Browser.",
    "of a mailer": "This is an HTML message. Your mail client does not support it.",
}


@pytest.mark.parametrize("name", STUBS)
def test_a_text_that_only_points_at_the_html(name: str) -> None:
    kind, body = multipart("alternative", part(STUBS[name]), part(f"<p>{WORDS}</p>", "text/html; charset=utf-8"))
    assert parse(letter(body, kind=kind, encoding=None)).reply_text == WORDS


def test_a_text_about_a_browser_is_no_stub() -> None:
    said = "В браузере камера не открывается."
    kind, body = multipart("alternative", part(said), part(f"<p>{said}</p>", "text/html; charset=utf-8"))
    assert parse(letter(body, kind=kind, encoding=None)).reply_text == said


@pytest.mark.parametrize("pieces", [0, 1, 5])
@pytest.mark.parametrize("kind", ["application/pkcs7-mime; smime-type=signed-data", "application/x-pkcs7-mime"])
def test_a_letter_wrapped_in_its_signature(kind: str, pieces: int) -> None:
    inner = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + WORDS.encode()
    body = base64.encodebytes(signed(inner, pieces=pieces))
    read = parse(letter(body, ("Content-Disposition", "attachment; filename=smime.p7m"), kind=kind, encoding="base64"))
    assert read.reply_text == WORDS
    assert [one.name for one in read.attachments] == ["smime.p7m"]
    assert UNCHECKED_SIGNATURE in read.notes


def test_what_is_encrypted_or_damaged_stays_a_file() -> None:
    whole = signed(b"Content-Type: text/plain\r\n\r\nHello")
    assert signed_content(whole) is not None
    assert [cut for cut in range(len(whole)) if signed_content(whole[:cut]) is not None] == []
    tags = [at for at in range(len(whole)) if whole[at] in (0x30, 0x06, 0xA0, 0x04) and whole[at + 1] < 0x80]
    taken = [at for at in tags if signed_content(whole[:at] + b"\x05" + whole[at + 1 :]) is not None]
    assert len(taken) <= 3, "the digests, the kind of the content, and a byte of an id: not looked at"
    assert signed_content(whole[:1] + b"\x85" + whole[2:]) is None, "a length of five bytes"
    assert (
        signed_content(whole.replace(bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d010703"))) is None
    )
    read = parse(
        letter(base64.encodebytes(whole[:30]), kind="application/pkcs7-mime; name=smime.p7m", encoding="base64")
    )
    assert [one.name for one in read.attachments] == ["smime.p7m"]


NAME = "Схема включения № 3.pdf"


@pytest.mark.parametrize("size", range(1, 9))
def test_a_name_cut_anywhere(size: int) -> None:
    escaped = "utf-8''" + "".join(f"%{byte:02X}" for byte in NAME.encode())
    pieces = [escaped[at : at + size] for at in range(0, len(escaped), size)][:100]
    pieces = [escaped[: 8 + size], *(escaped[at : at + 7 * size] for at in range(8 + size, len(escaped), 7 * size))]
    sections = ";\r\n ".join(f"filename*{place}*={piece}" for place, piece in enumerate(pieces))
    read = parse(
        mixed(part("Вот"), part("x", "application/pdf", ("Content-Disposition", "attachment;\r\n " + sections)))
    )
    assert read.attachments[0].name == NAME


SENDERS = {
    "a comment in the middle": ("Ivan <ivan(home)@example.org(Moscow)>", "ivan@example.org"),
    "a comment that is escaped": (r"Ivan (a \) b) <ivan@example.org>", "ivan@example.org"),
    "comments in comments": ("<ivan(a(b)c)@example.org>", "ivan@example.org"),
    "no angle brackets": ("ivan(a)@(b)example.org", "ivan@example.org"),
    "blanks around dots": ("ivan@mail . example . org", "ivan@mail.example.org"),
    "blanks around the at": ("ivan @ example.org", "ivan@example.org"),
    "a name before half an address": ("Ivan at ivan@mail . example.org", ""),
}


@pytest.mark.parametrize("name", SENDERS)
def test_never_a_wrong_address(name: str) -> None:
    field, wanted = SENDERS[name]
    assert parse(letter("Hello", ("From", field))).sender.address == wanted


def test_an_empty_file_and_the_names_of_another_code_page_in_winmail_dat() -> None:
    page = (1, 0x00069007, (1252).to_bytes(4, "little") + bytes(4))
    data = tnef(
        page, (2, 0x00069002, b""), (2, 0x00018010, b"leer.txt\0"), (2, 0x0006800F, b""),
        (2, 0x00069002, b""), (2, 0x00018010, "Größe-äöü.txt\0".encode("cp1252")), (2, 0x0006800F, b"x"),
    )  # fmt: skip
    read = parse(mixed(part("Da"), part(data, "application/ms-tnef; name=winmail.dat")))
    assert [(one.name, one.content) for one in read.attachments] == [("leer.txt", b""), ("Größe-äöü.txt", b"x")]


@pytest.mark.parametrize(
    "text", ['<body class="x">', "<html> так начинается страница, а камеры не видно", "<head > пуст"]
)
def test_a_text_that_begins_like_html_is_a_text(text: str) -> None:
    assert parse(letter(text)).reply_text == text


def test_html_that_says_it_is_text_is_html() -> None:
    assert parse(letter(f"<html><body><p>{WORDS}</p></body></html>")).reply_text == WORDS


@pytest.mark.parametrize("line", ["!", "#", "M", "\x7f"])
def test_a_line_of_uuencode_that_is_cut_after_its_length(line: str) -> None:
    """It raised, so that the whole letter counted as unreadable."""
    read = parse(letter(f"Файл ниже\n\nbegin 644 a.txt\n{line}\n`\nend\n\nКонец"))
    assert "Файл ниже" in read.text
    assert "Конец" in read.text
