"""The tree of a letter: what is read, what is a file, whatever state the tree is in."""

import base64

import pytest

from camdesk.channels.mail.mime.parse import parse
from camdesk.channels.mail.mime.parsed_letter import LetterFile
from tests.pure.mail.mime.corpus import (
    encoded,
    file_part,
    letter,
    mapi,
    mixed,
    multipart,
    nested,
    part,
    plain_rtf,
    tnef,
    uuencoded,
)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
UTF8 = "text/plain; charset=utf-8"
WRONG_DELIMITER = "multipart/mixed; boundary=no"
INNER = letter("Внутри письма.", ("Subject", encoded("Вложенное")), ("From", "Olga <olga@example.org>"))
RTF = rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}\pard \'cf\'f0\'e8\'e2\'e5\'f2\par \u1084?\u1080?\u1088?}"
RTF_HTML = (
    rb"{\rtf1\ansi\ansicpg1251\fromhtml1 {\*\htmltag64 <p>}"
    rb"\htmlrtf {\htmlrtf0 \'cf\'f0\'e8\htmlrtf }\htmlrtf0{\*\htmltag </p>}}"
)

# name: (letter, what of the text must be there, [(file name, its bytes)])
TREES: dict[str, tuple[bytes, str, list[tuple[str, bytes]]]] = {
    "one part of plain text": (letter(), "камера не работает", []),
    "lines that end in LF only": (letter(end=b"\n"), "камера не работает", []),
    "lines that end in CR only": (letter(end=b"\r"), "камера не работает", []),
    "lines converted twice": (letter(end=b"\r\r\n"), "камера не работает", []),
    "a line of a mailbox file before the headers": (
        b"From ivan@example.org Sun Nov 22 14:05:00 2026\r\n" + letter(),
        "камера не работает",
        [],
    ),
    "a mark of UTF-8 before the headers": (b"\xef\xbb\xbf" + letter(), "камера не работает", []),
    "no headers at all": ("Камера не работает.".encode(), "Камера не работает.", []),
    "no headers, and a second line like one": ("Камера не работает\nАдрес: Ленина, 5".encode(), "Адрес: Ленина", []),
    "an empty first line": ("\r\nКамера не работает.".encode(), "Камера не работает.", []),
    "nothing at all": (b"", "", []),
    "headers without a body": (letter("", end=b"\r\n").rstrip(), "", []),
    "no empty line between headers and text": (
        b"From: a@b.example\r\nSubject: x\r\nThe camera is dark, help\r\n",
        "The camera is dark, help",
        [],
    ),
    "a junk line among the headers": (
        b"From: a@b.example\r\nthis is junk\r\nSubject: x\r\n\r\nThe camera is dark",
        "The camera is dark",
        [],
    ),
    "text and a file": (mixed(part("Смотрите файл"), file_part(PNG)), "Смотрите файл", [("photo.png", PNG)]),
    "text between two files": (
        mixed(file_part(PNG, "1.png"), part("Между ними"), file_part(PNG, "2.png")),
        "Между ними",
        [("1.png", PNG), ("2.png", PNG)],
    ),
    "two texts": (mixed(part("Первый"), part("Второй")), "Первый\n\nВторой", []),
    "alternatives": (
        mixed(part("Как текст"), part("<p>Как HTML</p>", "text/html; charset=utf-8"), kind="alternative"),
        "Как текст",
        [],
    ),
    "alternatives of which the text is blank": (
        mixed(part(" "), part("<p>Только HTML</p>", "text/html; charset=utf-8"), kind="alternative"),
        "Только HTML",
        [],
    ),
    "alternatives of which one is for other programs": (
        mixed(
            part("<html amp4email>Мигает</html>", "text/x-amp-html"),
            part("<p>Для всех</p>", "text/html; charset=utf-8"),
            kind="alternative",
        ),
        "Для всех",
        [],
    ),
    "a picture within the HTML": (
        mixed(
            nested(
                "related",
                part('<p>Вот <img src="cid:p1@x"></p>', "text/html; charset=utf-8"),
                file_part(PNG, "p.png", "image/png", ("Content-ID", "<p1@x>"), ("Content-Disposition", "inline")),
                boundary="rel",
            )
        ),
        "Вот",
        [("p.png", PNG)],
    ),
    "Apple's two forks of a file": (
        mixed(
            part("Файл"),
            nested(
                "appledouble",
                file_part(b"\0\5\x16\7", "p.png", "application/applefile"),
                file_part(PNG, "p.png"),
                boundary="dbl",
            ),
        ),
        "Файл",
        [("p.png", PNG)],
    ),
    "a signed letter": (
        mixed(
            part("Подписано"),
            file_part(b"sig", "smime.p7s", "application/pkcs7-signature"),
            kind="signed; protocol=x",
        ),
        "Подписано",
        [("smime.p7s", b"sig")],
    ),
    "a letter encrypted with PGP": (
        mixed(
            part(b"Version: 1", "application/pgp-encrypted"),
            part(b"-----BEGIN PGP MESSAGE-----", "application/octet-stream; name=encrypted.asc"),
            kind="encrypted",
        ),
        "",
        [("letter.asc".replace("letter", "file"), b"Version: 1"), ("encrypted.asc", b"-----BEGIN PGP MESSAGE-----")],
    ),
    "a letter encrypted with S/MIME": (
        letter(base64.encodebytes(PNG), kind="application/pkcs7-mime; name=smime.p7m", encoding="base64"),
        "",
        [("smime.p7m", PNG)],
    ),
    "an invitation": (
        mixed(part("Встреча"), part(b"BEGIN:VCALENDAR", "text/calendar; method=REQUEST"), kind="alternative"),
        "Встреча",
        [("file.ics", b"BEGIN:VCALENDAR")],
    ),
    "a letter within the letter": (
        mixed(part("Смотрите письмо"), part(INNER, "message/rfc822")),
        "Внутри письма.",
        [("letter.eml", INNER)],
    ),
    "only a letter within the letter": (mixed(part(INNER, "message/rfc822")), "Вложенное", [("letter.eml", INNER)]),
    "a letter within the letter, in base64": (
        mixed(part(base64.encodebytes(INNER), "message/rfc822", ("Content-Transfer-Encoding", "base64"))),
        "Внутри письма.",
        [("letter.eml", INNER)],
    ),
    "a digest": (mixed(b"\r\n" + INNER, b"\r\n" + INNER, kind="digest"), "Внутри письма.", [("letter.eml", INNER)] * 2),
    "an inner multipart that is never closed": (
        mixed(
            part(multipart("mixed", part("Внутри"), boundary="in", closed=False)[1], 'multipart/mixed; boundary="in"'),
            file_part(PNG),
        ),
        "Внутри",
        [("photo.png", PNG)],
    ),
    "an outer multipart that is never closed": (
        mixed(part("Текст"), file_part(PNG), closed=False),
        "Текст",
        [("photo.png", PNG)],
    ),
    "a delimiter that is the beginning of the inner one": (
        mixed(nested("mixed", part("Внутри"), boundary="edge-2"), file_part(PNG), boundary="edge"),
        "Внутри",
        [("photo.png", PNG)],
    ),
    "a multipart that does not say its delimiter": (
        letter(multipart("mixed", part("Текст"), file_part(PNG))[1], kind="multipart/mixed", encoding=None),
        "Текст",
        [("photo.png", PNG)],
    ),
    "a multipart that says a wrong delimiter": (
        letter(multipart("mixed", part("Текст"), file_part(PNG))[1], kind=WRONG_DELIMITER, encoding=None),
        "Текст",
        [("photo.png", PNG)],
    ),
    "a multipart that is none": (
        letter("Просто текст", kind=WRONG_DELIMITER, encoding=None),
        "Просто текст",
        [],
    ),
    "parts after the closing delimiter": (
        letter(
            multipart("mixed", part("Первый"))[1] + multipart("mixed", part("Второй"))[1],
            kind="multipart/mixed; boundary=edge",
            encoding=None,
        ),
        "Второй",
        [],
    ),
    "dashes in the text that are no delimiter": (
        mixed(part("до\n--edgeless\n--\n-----\nпосле")),
        "до\n--edgeless\n--\n-----\nпосле",
        [],
    ),
    "a part without any header": (mixed(b"\r\n\xd0\xa2\xd0\xb5\xd0\xba\xd1\x81\xd1\x82"), "Текст", []),
    "a file written in uuencode into the text": (
        letter("Файл ниже\n\n" + uuencoded(PNG) + "\nКонец"),
        "Файл ниже",
        [("photo.png", PNG)],
    ),
    "a part that is uuencoded": (
        mixed(
            part("Файл"),
            part(uuencoded(PNG), "image/png; name=p.png", ("Content-Transfer-Encoding", "x-uuencode")),
        ),
        "Файл",
        [("p.png", PNG)],
    ),
    "a person who only writes about uuencode": (
        letter("begin 644 пример\nэто не файл\nend\nА камера не работает"),
        "это не файл\nend\nА камера не работает",
        [],
    ),
    "winmail.dat with a file": (
        mixed(
            part("Смотрите"),
            file_part(
                tnef(
                    (2, 0x00069002, b"\0" * 14),
                    (2, 0x00018010, b"SHORT.PNG\0"),
                    (2, 0x0006800F, PNG),
                    (2, 0x00069005, mapi((0x1F, 0x3707, "Длинное имя.png".encode("utf-16-le") + b"\0\0"))),
                ),
                "winmail.dat",
                "application/ms-tnef",
            ),
        ),
        "Смотрите",
        [("Длинное имя.png", PNG)],
    ),
    "winmail.dat with the text": (
        mixed(
            file_part(tnef((1, 0x0002800C, "Привет из Outlook".encode("cp1251"))), "winmail.dat", "application/ms-tnef")
        ),
        "Привет из Outlook",
        [],
    ),
    "winmail.dat with the text as RTF": (
        mixed(
            file_part(
                tnef((1, 0x00069003, mapi((0x102, 0x1009, plain_rtf(RTF))))), "winmail.dat", "application/ms-tnef"
            )
        ),
        "Привет\nмир",
        [],
    ),
    "winmail.dat with HTML in RTF": (
        mixed(
            file_part(
                tnef((1, 0x00069003, mapi((0x102, 0x1009, plain_rtf(RTF_HTML))))), "winmail.dat", "application/ms-tnef"
            )
        ),
        "При",
        [],
    ),
    "winmail.dat that is none": (
        mixed(part("Смотрите"), file_part(b"junk", "winmail.dat", "application/ms-tnef")),
        "Смотрите",
        [("winmail.dat", b"junk")],
    ),
    "winmail.dat cut off in its second file": (
        mixed(
            part("Смотрите"),
            file_part(
                tnef(
                    (2, 0x00069002, b""),
                    (2, 0x00018010, b"a.png\0"),
                    (2, 0x0006800F, PNG),
                    (2, 0x00069002, b""),
                    (2, 0x0006800F, b"x" * 90),
                )[:-50],
                "winmail.dat",
                "application/ms-tnef",
            ),
        ),
        "Смотрите",
        [("a.png", PNG)],
    ),
    "base64 without its end": (
        letter(base64.b64encode("Камера не работает!".encode()).rstrip(b"="), encoding="base64"),
        "Камера не работает!",
        [],
    ),
    "base64 cut in the middle of a letter": (letter(base64.b64encode(b"Camera!")[:-3], encoding="base64"), "Camer", []),
    "base64 with junk between": (
        letter(
            base64.b64encode("Камера не работает, помогите!".encode())
            .replace(b"YtC", b"\xffYtC!")
            .replace(b"QvtC", b"Qv tC"),
            encoding="base64",
        ),
        "Камера не работает, помогите!",
        [],
    ),
    "base64 in two blocks, each with its end": (
        letter(base64.b64encode(b"Hello ") + b"\r\n" + base64.b64encode(b"world, dark") + b"\r\n", encoding="base64"),
        "Hello world, dark",
        [],
    ),
    "base64 that is plain text": (letter("The camera in the yard is dark", encoding="base64"), "in the yard", []),
    "quoted-printable": (
        letter(b"=CA=E0=EC=E5=F0=E0 =\r\n=ED=E5", kind="text/plain; charset=cp1251", encoding="quoted-printable"),
        "Камера не",
        [],
    ),
    "quoted-printable with damage": (
        letter(b"50=% of =XY cameras=\r\n are dark=", encoding="quoted-printable"),
        "cameras are dark",
        [],
    ),
    "a transfer encoding nobody knows": (letter(encoding="x-magic"), "камера не работает", []),
    "text that flows": (
        letter("Первая строка \nвторая \nи третья\n> цитата \n> дальше\n-- \nИван", kind=f"{UTF8}; format=flowed"),
        "Первая строка вторая и третья\n> цитата дальше\n-- \nИван",
        [],
    ),
    "text that flows and deletes its blanks": (
        letter("Каме \nра", kind=f"{UTF8}; format=flowed; delsp=yes"),
        "Камера",
        [],
    ),
    "HTML that says it is plain": (letter("<html><body><p>Камера</p></body></html>"), "Камера", []),
    "HTML alone": (letter("<p>Один</p><p>Два</p>", kind="text/html; charset=utf-8"), "Один\n\nДва", []),
    "a type that is only «text»": (letter(kind="text"), "камера не работает", []),
    "a type without its semicolon": (letter(charset="koi8-r", kind="text/plain charset=koi8-r"), "камера не", []),
    "a text that is only attached": (
        mixed(part("Камера", "text/plain; charset=utf-8", ("Content-Disposition", "attachment; filename=letter.txt"))),
        "Камера",
        [("letter.txt", "Камера".encode())],
    ),
    "a type that makes no sense is a file": (
        mixed(part("Смотрите"), part(PNG, "????")),
        "Смотрите",
        [("file.bin", PNG)],
    ),
    "a file without a name": (
        mixed(part("Смотрите"), part(PNG, "image/jpeg", ("Content-Transfer-Encoding", "binary"))),
        "Смотрите",
        [("image.jpg", PNG)],
    ),
    "a binary part keeps every byte": (
        mixed(part("Смотрите"), part(b"\r\n\n\r\0\xff--", "image/gif", ("Content-Transfer-Encoding", "binary"))),
        "Смотрите",
        [("image.gif", b"\r\n\n\r\0\xff--")],
    ),
}


@pytest.mark.parametrize("name", TREES)
def test_trees(name: str) -> None:
    raw, words, files = TREES[name]
    read = parse(raw)
    assert words in read.text
    assert [(file.name, file.content) for file in read.attachments] == files
    assert bool(read.reply_text) == bool(read.text)


def test_a_picture_within_the_html_is_known_as_such() -> None:
    (picture,) = parse(TREES["a picture within the HTML"][0]).attachments
    assert picture == LetterFile("p.png", "image/png", PNG, inline=True, cid="p1@x")


def test_a_picture_beside_the_text_is_not_inline() -> None:
    (picture,) = parse(TREES["text and a file"][0]).attachments
    assert not picture.inline


def test_the_html_keeps_both_texts_around_a_picture() -> None:
    read = parse(mixed(part("<p>Первый</p>", "text/html; charset=utf-8"), file_part(PNG), part("Второй < третий")))
    assert "<p>Первый</p>" in read.html
    assert "Второй &lt; третий" in read.html


def test_a_letter_within_is_shown_with_who_wrote_it_and_when() -> None:
    text = parse(TREES["a letter within the letter"][0]).text
    assert "Olga <olga@example.org>\n2026-11-22T11:05:00Z\nВложенное" in text


def test_the_persons_own_words_are_not_the_letter_they_pass_on() -> None:
    assert parse(TREES["a letter within the letter"][0]).reply_text == "Смотрите письмо"


def test_letters_within_letters_end_somewhere() -> None:
    raw = letter("самое глубокое")
    for level in range(10):
        raw = mixed(part(f"уровень {level}"), part(raw, "message/rfc822"), boundary=f"b{level}")
    read = parse(raw)
    assert "уровень 9" in read.text
    assert "уровень 6" in read.text
    assert "самое глубокое" not in read.text
    assert read.notes
    assert "самое глубокое".encode() in read.attachments[0].content


def test_a_multipart_nested_too_deeply_is_kept_as_a_file() -> None:
    raw = part("глубоко")
    for level in range(30):
        raw = nested("mixed", raw, boundary=f"b{level}")
    read = parse(b"From: a@b.example\r\n" + raw)
    assert "глубоко".encode() in read.attachments[0].content
    assert any("nested too deeply" in note for note in read.notes)


def test_a_text_too_long_to_show_is_kept_whole_as_a_file() -> None:
    words = "камера " * 100_000
    read = parse(letter(words))
    assert len(read.text) == 500_000
    assert read.attachments[0].name == "letter.txt"
    assert read.attachments[0].content.decode() == words
