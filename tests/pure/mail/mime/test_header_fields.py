"""One-line fields: subjects, names, addresses, dates, ids, file names."""

import pytest

from camdesk.channels.mail.mime.addresses import NamedAddress, read_mailboxes
from camdesk.channels.mail.mime.dates import read_date
from camdesk.channels.mail.mime.encoded_words import decode_field
from camdesk.channels.mail.mime.headers import read_headers
from camdesk.channels.mail.mime.limits import Budget
from camdesk.channels.mail.mime.message_ids import message_ids
from camdesk.channels.mail.mime.parameters import media_type, read_parameters
from camdesk.channels.mail.mime.parse import parse
from tests.pure.mail.mime.corpus import encoded, file_part, letter, mixed, part

KOI8 = "Камера во дворе".encode("koi8-r")

SUBJECTS: dict[str, tuple[str | bytes, str]] = {
    "plain": ("Camera", "Camera"),
    "encoded in base64": (encoded("Камера во дворе"), "Камера во дворе"),
    "encoded in quoted-printable": (encoded("Камера", "koi8-r", "q"), "Камера"),
    "words that stand next to each other": (encoded("Каме") + " " + encoded("ра"), "Камера"),
    "words over folded lines": (encoded("Каме") + "\r\n\t" + encoded("ра"), "Камера"),
    "a letter cut between two words": ("=?utf-8?B?0JrQsNC80LXR?= =?utf-8?B?gNCw?=", "Камера"),
    "a word without its end": ("=?utf-8?B?0JrQsNC80LXRgNCw", "Камера"),
    "a word without its end, then another": ("=?utf-8?B?0JrQsNC8 =?utf-8?B?0LXRgNCw?=", "Камера"),
    "a word with blanks inside": ("=?utf-8?Q?The camera is_dark?=", "The camera is dark"),
    "a word glued to plain text": ("Re:" + encoded("Камера") + "!", "Re:Камера!"),
    "text between two words keeps its blanks": (encoded("Камера") + " and " + encoded("двор"), "Камера and двор"),
    "a word of a charset nobody knows": ("=?x-klingon?B?0JrQsNC80LXRgNCw?=", "Камера"),
    "a word that lies about its charset": (
        "=?us-ascii?Q?=CA=E0=EC=E5=F0=E0 =ED=E5 =F0=E0=E1=EE=F2=E0=E5=F2?=",
        "Камера не работает",
    ),
    "a word with a language": ("=?utf-8*ru?B?0JrQsNC80LXRgNCw?=", "Камера"),
    "UTF-7": ("=?utf-7?Q?+ADw-script+AD4-?=", "<script>"),
    "raw UTF-8": ("Камера".encode(), "Камера"),
    "raw koi8-r": (KOI8, "Камера во дворе"),
    "raw cp1251": ("Камера во дворе".encode("cp1251"), "Камера во дворе"),
    "Japanese": ("=?iso-2022-jp?B?GyRCJSslYSVpGyhC?=", "カメラ"),
    "Chinese": (encoded("摄像机", "gb18030"), "摄像机"),
    "line breaks hidden in a word": (encoded("Камера\r\nBcc: evil@example.org"), "Камера Bcc: evil@example.org"),
    "NUL and bells": (b"Came\0ra\x07", "Came\ufffdra\ufffd"),
    "separators of lines in Unicode": (encoded("a\u2028b\u2029c\x85d\x0be"), "a b c d e"),
    "something that only looks like a word": ("=?what?= =?=?", "=?what?= =?=?"),
    "missing": ("", ""),
    "longer than anybody writes": ("x" * 3000, "x" * 500),
    "an emoji cut into halves": (encoded("😀"), "😀"),
    "the end of a word glued to the next": ("=?utf-8?Q?a=?b=?utf-8?Q?c?=", "a=?bc"),
    "the beginning of a word within a word": ("=?utf-8?B?=?utf-8?B?eA==?=", "x"),
    "a word without its end and with a blank": ("=?utf-8?Q?a b", "a b"),
    "a word with half its end": ("=?utf-8?B?YQ==?", "a"),
    "Japanese in two words": ("=?iso-2022-jp?B?GyRCJSsbKEI=?= =?iso-2022-jp?B?GyRCJWEbKEI=?=", "カメ"),
    "words of two charsets": ("=?koi8-r?Q?=EB?= =?utf-8?Q?=D0=90?=", "КА"),
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_subjects(name: str) -> None:
    raw, wanted = SUBJECTS[name]
    assert parse(letter("x", ("Subject", raw))).subject == wanted


def one(name: str, address: str) -> list[NamedAddress]:
    return [NamedAddress(name, address)]


MAILBOXES: dict[str, tuple[str | bytes, list[NamedAddress]]] = {
    "a bare address": ("ivan@example.org", one("", "ivan@example.org")),
    "a name and an address": ("Ivan Petrov <ivan@example.org>", one("Ivan Petrov", "ivan@example.org")),
    "a domain in capitals": ("ivan@EXAMPLE.Org", one("", "ivan@example.org")),
    "a quoted name": ('"Petrov, Ivan" <ivan@example.org>', one("Petrov, Ivan", "ivan@example.org")),
    "a quoted name with guarded quotes": (r'"Ivan \"Vanya\" P" <i@x.org>', one('Ivan "Vanya" P', "i@x.org")),
    "an encoded name": (encoded("Иван") + " <i@x.org>", one("Иван", "i@x.org")),
    "an encoded name in quotes": (f'"{encoded("Иван")}" <i@x.org>', one("Иван", "i@x.org")),
    "a name that is only a comment": ("i@x.org (Ivan)", one("Ivan", "i@x.org")),
    "comments in comments": ("i@x.org (a (b (c)))", one("a (b (c))", "i@x.org")),
    "a comment that is never closed": ("(Ivan i@x.org", one("Ivan", "i@x.org")),
    "a name in raw cp1251": ("Иван Петров".encode("cp1251") + b" <i@x.org>", one("Иван Петров", "i@x.org")),
    "all of it encoded": (encoded("Иван <i@x.org>"), one("Иван", "i@x.org")),
    "two": ("a@x.org, B <b@x.org>", [*one("", "a@x.org"), *one("B", "b@x.org")]),
    "two with a semicolon, as Outlook does": ("a@x.org; b@x.org", [*one("", "a@x.org"), *one("", "b@x.org")]),
    "the same one twice": ("a@x.org, a@x.org", one("", "a@x.org")),
    "a group": ("Friends: a@x.org, b@x.org;", [*one("", "a@x.org"), *one("", "b@x.org")]),
    "an empty group": ("undisclosed-recipients:;", []),
    "only a name": ("Ivan", one("Ivan", "")),
    "a quotation mark that is never closed": ('"Ivan <i@x.org>', one("Ivan", "i@x.org")),
    "an angle bracket that is never closed": ("Ivan <i@x.org", one("Ivan", "i@x.org")),
    "the address as the name": ('"i@x.org" <i@x.org>', one("", "i@x.org")),
    "another address as the name": ('"boss@bank.example" <i@x.org>', one("boss@bank.example", "i@x.org")),
    "a mailto": ("<mailto:i@x.org>", one("", "i@x.org")),
    "a route": ("<@relay.example:i@x.org>", one("", "i@x.org")),
    "an address with a blank": ("<i @x.org>", one("", "i@x.org")),
    "an address with a line break": (encoded("i@x.org\r\nBcc: e@x.org"), one("Bcc: e@x.org", "i@x.org")),
    "an address that is markup": ("<script@x.org/><img>", one("", "script@x.org")),
    "a Russian domain": ("иван@почта.рф".encode(), one("", "иван@почта.рф")),
    "a domain in brackets": ("i@[192.0.2.1]", one("", "i@[192.0.2.1]")),
    "no domain": ("ivan@", one("ivan@", "")),
    "two at signs": ("a@b@x.org", one("a@b@x.org", "")),
    "nothing": ("", []),
    "commas only": (",,,", []),
    "the null sender": ("<>", []),
    "a sign that passes for a Latin one": ("Ivan <ni\u212a@x.org>".encode(), one("Ivan", "")),
    "dots alone before the at": ("...@x.org", one("...@x.org", "")),
    "dots around, as Japanese phones have them": (".ivan.@x.org", one("", ".ivan.@x.org")),
    "signs of structure in a name": (r"a\b ) c <i@x.org>", one(r"a \ b ) c", "i@x.org")),
    "a sign guarded in a comment": (r"i@x.org (a \) b)", one("a ) b", "i@x.org")),
    "a comment without its end after the address": ("<i@x.org (home", one("", "i@x.org")),
    "words around the address": ("<see i@x.org now>", one("", "i@x.org")),
    "three brackets that stay open": ("(((a@x.org", one("", "a@x.org")),
    "four brackets that stay open": ("((((a@x.org", []),
    "quoted words in a name": ('"Ivan" Petrov "jr" <i@x.org>', one("Ivan Petrov jr", "i@x.org")),
    "a name in single quotes": ("'Ivan' <i@x.org>", one("Ivan", "i@x.org")),
    "a name with one single quote": ("'Ivan <i@x.org>", one("'Ivan", "i@x.org")),
    "a guarded slash at the end of quotes": (r'"a\\" <i@x.org>', one("a\\", "i@x.org")),
    "a guarded slash before a guarded quote": (r'"a\\\" b" <i@x.org>', one('a\\" b', "i@x.org")),
    "blanks in quotes": ('" " <i@x.org>', one("", "i@x.org")),
    "a first bracket without an address": ("Ivan <no> <i@x.org>", one("Ivan", "i@x.org")),
    "two bracketed addresses": ("Ivan <i@x.org> <b@x.org>", one("Ivan", "i@x.org")),
    "a colon after the address": ("<i@x.org> Team: b@x.org", one("Team : b@x.org", "i@x.org")),
    "a port after the address": ("i@x.org:8080, b@x.org", [*one(": 8080", "i@x.org"), *one("", "b@x.org")]),
    "a local part in quotes": ('"ivan"@x.org', one("", "ivan@x.org")),
    "two words in quotes before the at": ('"ivan petrov"@x.org', one("ivan petrov @x.org", "")),
    "a dot at the end": ("i@x.org.", one("", "i@x.org")),
    "quotes around nothing before the at": ('<""@x.org>', one('""@x.org', "")),
    "a letter in quotes before the at": ('<"i"@x.org>', one("", "i@x.org")),
    "a quotation mark before the at": ("<i'@x.org>", one("", "i'@x.org")),
    "brackets that hold no address": ("Ivan <(a)>", one("Ivan", "")),
    "nothing but words in brackets": ("<no address>", one("no address", "")),
    "the address before the brackets": ("i@x.org <Ivan>", one("", "i@x.org")),
    "a name and an address without brackets": ("Ivan i@x.org", one("Ivan", "i@x.org")),
    "one with a name and without": ("Ivan <i@x.org>, <i@x.org>", [*one("Ivan", "i@x.org"), *one("", "i@x.org")]),
    "a group of one in brackets": ("undisclosed: <i@x.org>;", one("", "i@x.org")),
    "a comma and a semicolon": ("a,;b@x.org", [*one("a", ""), *one("", "b@x.org")]),
    "a longer local part than there is": ("x" * 65 + "@x.org", one("x" * 65 + "@x.org", "")),
    "the longest local part": ("x" * 64 + "@x.org", one("", "x" * 64 + "@x.org")),
    "a comment that is a name beside another address": ("i@x.org (Ivan) <j@x.org>", one("i@x.org", "j@x.org")),
    "all of it encoded, in quotes within": (encoded('"Ivan" <i@x.org>'), one("Ivan", "i@x.org")),
}


@pytest.mark.parametrize("name", MAILBOXES)
def test_mailboxes(name: str) -> None:
    raw, wanted = MAILBOXES[name]
    assert read_mailboxes(raw if isinstance(raw, bytes) else raw.encode(), Budget()) == wanted


def test_every_recipient_is_read_and_kept_apart() -> None:
    read = parse(letter("x", ("To", "a@x.org"), ("Cc", "B <b@x.org>"), ("Reply-To", "c@x.org")))
    assert read.to == tuple(one("", "a@x.org"))
    assert read.cc == tuple(one("B", "b@x.org"))
    assert read.reply_to == tuple(one("", "c@x.org"))


def test_the_sender_stands_in_when_there_is_no_from() -> None:
    assert parse(letter("x", ("From", ""), ("Sender", "s@x.org"))).sender == NamedAddress("", "s@x.org")


DATES = {
    "Sun, 22 Nov 2026 14:05:00 +0300": "2026-11-22T11:05:00Z",
    "22 Nov 2026 14:05 +0300": "2026-11-22T11:05:00Z",
    "Sun, 22 Nov 2026 14:05:00 +0300 (MSK)": "2026-11-22T11:05:00Z",
    "Sun, 22 Nov 2026 14:05:00 MSK": "2026-11-22T11:05:00Z",
    "Sun, 22 Nov 26 14:05:00 GMT": "2026-11-22T14:05:00Z",
    "22-Nov-2026 14:05:00 -0500": "2026-11-22T19:05:00Z",
    "Sun Nov 22 14:05:00 2026": "2026-11-22T14:05:00Z",
    "2026-11-22T14:05:00+03:00": "2026-11-22T11:05:00Z",
    "2026-11-22 14:05": "2026-11-22T14:05:00Z",
    "22 ноября 2026 г. 14:05:00 +0300": "2026-11-22T11:05:00Z",
    "Sun, 22 Nov 2026 23:59:60 +0000": "2026-11-22T23:59:59Z",
    "Sun, 22 Nov 2026 14:05:00 +9999": "2026-11-22T14:05:00Z",
    "Sun, 31 Feb 2026 14:05:00 +0300": None,
    "Sun, 22 Nov 1066 14:05:00 +0300": None,
    "Sun, 22 Nov 99999 14:05:00 +0300": None,
    "Sun, 22 Now 2026 14:05:00": None,
    "tomorrow": None,
    "": None,
    "9" * 5000: None,
    "22 Nov 49 14:05": "2049-11-22T14:05:00Z",
    "22 Nov 50 14:05": None,
    "22 Nov 80 14:05": "1980-11-22T14:05:00Z",
    "1 Jan 1980 00:00": "1980-01-01T00:00:00Z",
    "31 Dec 1979 23:59": None,
    "31 Dec 2100 23:59": "2100-12-31T23:59:00Z",
    "1 Jan 2101 00:00": None,
    "22 мая 2026 14:05": "2026-05-22T14:05:00Z",
    "22 май 2026": "2026-05-22T00:00:00Z",
    "22 дек. 2026 г., 9.05": "2026-12-22T09:05:00Z",
    "22 Nov 2026 14:05:07 PST": "2026-11-22T22:05:07Z",
    "22 Nov 2026 14:05:07 QQQ": "2026-11-22T14:05:07Z",
    "22 Nov 2026 14:05:07 (MSK)": "2026-11-22T11:05:07Z",
    "22 Nov 2026 14:05:07 +14:00": "2026-11-22T00:05:07Z",
    "22 Nov 2026 14:05:07 +1401": "2026-11-22T14:05:07Z",
    "22 Nov 2026 14:05:07 -0330": "2026-11-22T17:35:07Z",
    "22 Nov 2026 24:05": None,
    "Sun Nov 22 14:05:00 PST 2026": "2026-11-22T22:05:00Z",
    "Sun Now 22 14:05:00 2026": None,
    "2026-11-22": "2026-11-22T00:00:00Z",
    "2026-11-22T14:05:09.123Z": "2026-11-22T14:05:09Z",
    "x" * 190 + "22 Nov 2026": None,
}


@pytest.mark.parametrize("said", DATES)
def test_dates(said: str) -> None:
    assert read_date(said) == DATES[said]


# Hours east of Greenwich.
ZONES = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "MSK": 3, "MSD": 4, "EET": 2, "EEST": 3, "CET": 1, "CEST": 2, "BST": 1,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "SAMT": 4, "YEKT": 5,
    "OMST": 6, "KRAT": 7, "NOVT": 7, "IRKT": 8, "YAKT": 9, "VLAT": 10,
}  # fmt: skip


@pytest.mark.parametrize("name", ZONES)
def test_names_of_zones(name: str) -> None:
    assert read_date(f"22 Nov 2026 12:30 {name}") == f"2026-11-22T{12 - ZONES[name]:02}:30:00Z"


IDS: dict[str, tuple[bytes, list[str]]] = {
    "the usual": (b"<a.1@x.org>", ["a.1@x.org"]),
    "several": (b"<a@x>  <b@x>\t<c@x>", ["a@x", "b@x", "c@x"]),
    "without blanks": (b"<a@x><b@x>", ["a@x", "b@x"]),
    "with a comment": (b"<a@x> (sent by nobody)", ["a@x"]),
    "without brackets": (b"a@x", ["a@x"]),
    "with blanks inside the brackets": (b"< a@x >", ["a@x"]),
    "the same twice": (b"<a@x> <a@x>", ["a@x"]),
    "words instead of an id": (b"Your message of Sunday", []),
    "quotation marks inside": (b'<a"b@x>', []),
    "nothing": (b"", []),
}


@pytest.mark.parametrize("name", IDS)
def test_message_ids(name: str) -> None:
    raw, wanted = IDS[name]
    assert message_ids(raw) == wanted


def test_of_a_very_long_thread_the_beginning_and_the_end_are_kept() -> None:
    ids = message_ids(b" ".join(b"<%d@x>" % number for number in range(500)))
    assert (len(ids), ids[0], ids[-1]) == (50, "0@x", "499@x")


PARAMETERS: dict[str, tuple[bytes, dict[str, str]]] = {
    "quoted": (b'text/plain; name="a; b.txt"', {"name": "a; b.txt"}),
    "bare, with blanks": (b"text/plain; name=my photo.png", {"name": "my photo.png"}),
    "an encoded word in quotes": (f'x/y; name="{encoded("Фото.png")}"'.encode(), {"name": "Фото.png"}),
    "RFC 2231": (b"x/y; name*=utf-8''%D0%A4%D0%BE%D1%82%D0%BE.png", {"name": "Фото.png"}),
    "RFC 2231 in pieces": (b"x/y; name*0*=koi8-r'ru'%E6%CF; name*1*=%D4%CF; name*2=.png", {"name": "Фото.png"}),
    "RFC 2231 pieces out of order": (b'x/y; name*1="b.png"; name*0="a"', {"name": "ab.png"}),
    "RFC 2231 beats the plain one": (b"x/y; name=x.png; name*=utf-8''%D0%A4.png", {"name": "Ф.png"}),
    "encoded words in pieces": (b'x/y; name*0="=?utf-8?B?0KTQvtGC"; name*1="0L4=?="', {"name": "Фото"}),
    "a quotation mark that is never closed": (
        b'x/y; name="a.png; charset=utf-8',
        {"name": "a.png", "charset": "utf-8"},
    ),
    "a path of Windows": (rb'x/y; name="C:\new\photo.png"', {"name": r"C:\new\photo.png"}),
    "raw cp1251": (b'x/y; name="' + "Отчёт.doc".encode("cp1251") + b'"', {"name": "Отчёт.doc"}),
    "in single quotes": (b"x/y; charset='utf-8'", {"charset": "utf-8"}),
    "nothing after the semicolon": (b"x/y; ; =; charset=utf-8;", {"charset": "utf-8"}),
    "a guarded quote before a semicolon": (rb'x/y; name="x\"y; z"; c=d', {"name": 'x"y; z', "c": "d"}),
    "a guarded slash before the quote": (rb'x/y; name="x\\"; c=d', {"name": "x\\", "c": "d"}),
    "no semicolon before the first": (b"text/plain charset=utf-8; a=b", {"charset": "utf-8", "a": "b"}),
    "a word that is no parameter": (b"text/plain x; a=b", {"a": "b"}),
    "RFC 2231, plain pieces between": (b"x/y; n*0*=a%20; n*1=b; n*2*=%41", {"n": "a bA"}),
    "RFC 2231, without its first piece": (b"x/y; n*1*=utf-8''%41", {"n": "A"}),
    "RFC 2231, whole and in pieces": (b"x/y; n*=utf-8''a%20b; n*0=c", {"n": "a b"}),
    "the same twice": (b"x/y; a=1; a=2", {"a": "1"}),
    "no name before the star": (b"x/y; *=x", {}),
    "in capitals": (b"X/Y; N=x", {"n": "x"}),
    "nothing": (b"x/y; n=", {"n": ""}),
    "more than anybody writes": (
        b"x/y" + b"".join(b"; a%d=b" % number for number in range(101)),
        {f"a{number}": "b" for number in range(100)},
    ),
}

TYPES = {
    "text": "text/plain", "plain": "text/plain", "html": "text/html", "text/plain; x": "text/plain",
    "application/x-y.z+1": "application/x-y.z+1", "a/": None, "/b": None, "x": None,
}  # fmt: skip


@pytest.mark.parametrize("said", TYPES)
def test_media_types(said: str) -> None:
    assert media_type(said) == TYPES[said]


# name: (the letter, its fields, what follows them)
HEADS: dict[str, tuple[bytes, list[tuple[str, bytes]], bytes]] = {
    "a mailbox file's line of nobody": (
        b"From MAILER-DAEMON Sun\nSubject: x\n\ny", [("subject", b"x"), ("return-path", b"<>")], b"y"
    ),
    "the same, guarded": (b">From <> Sun\nSubject: x\n\ny", [("subject", b"x"), ("return-path", b"<>")], b"y"),
    "the same where the path is written": (
        b"From MAILER-DAEMON@x Sun\nReturn-Path: <a@b>\n\ny", [("return-path", b"<a@b>")], b"y"
    ),
    "somebody's": (b"From a@b Sun\nSubject: x\n\ny", [("subject", b"x")], b"y"),
    "such a line alone": (b"From a@b Sun", [], b""),
    "folded lines": (b"Subject: a\n b\n\tc\n\ny", [("subject", b"a b\tc")], b"y"),
    "blanks before the colon": (b"Subject : a\n\ny", [("subject", b"a")], b"y"),
    "a folded line at the top": (b" folded\nSubject: x\n\ny", [], b" folded\nSubject: x\n\ny"),
    "a folded line below junk": (
        b"Subject: x\njunk\n folded\nTo: y\n\nz", [("subject", b"x"), ("to", b"y")], b"z"
    ),
    "an empty line at the top": (b"\r\nx", [], b"x"),
    "a long field": (b"Subject: " + b"x" * 40_000 + b"\n\ny", [("subject", b"x" * 32_768)], b"y"),
    "a long folded field": (
        b"Subject: a\n " + b"x" * 40_000 + b"\n b\n\ny", [("subject", b"a " + b"x" * 32_766)], b"y"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_heads(name: str) -> None:
    data, fields, rest = HEADS[name]
    headers, body = read_headers(data, 0, len(data), Budget())
    assert (list(headers.fields), data[body:]) == (fields, rest)


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters(name: str) -> None:
    raw, wanted = PARAMETERS[name]
    assert read_parameters(raw)[1] == wanted


FILE_NAMES = {
    "../../etc/passwd": "passwd",
    r"C:\Users\ivan\photo.png": "photo.png",
    "a\u202egnp.exe": "agnp.exe",
    "photo\u200b.png": "photo.png",
    "<script>.png": "_script_.png",
    "..": "image.png",
    "   ": "image.png",
    "x" * 300 + ".png": "x" * 176 + ".png",
    "Схема подъезда № 5.png": "Схема подъезда № 5.png",
    "x" * 180: "x" * 180,
    "x" * 181: "x" * 180,
    "x" * 300 + "." + "y" * 13: "x" * 180,
    "x" * 300 + "." + "y" * 12: "x" * 167 + "." + "y" * 12,
    "a:b*c": "a_b_c",
}


@pytest.mark.parametrize("sent", FILE_NAMES)
def test_file_names(sent: str) -> None:
    field = ("Content-Disposition", "attachment; filename*=utf-8''" + "".join(f"%{byte:02X}" for byte in sent.encode()))
    (file,) = parse(mixed(part("x"), file_part(b"x", "", "image/png", field))).attachments
    assert file.name == FILE_NAMES[sent]


def test_a_word_of_the_old_kind_round_trips_in_every_charset() -> None:
    for charset in ("utf-8", "koi8-r", "cp1251", "iso-8859-5", "cp866"):
        for how in ("b", "q"):
            assert decode_field(encoded("Камера не работает", charset, how).encode()) == "Камера не работает"
