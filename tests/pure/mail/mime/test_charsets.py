"""Text whose charset is declared, wrong, unknown or not said at all."""

import pytest

from camdesk.channels.mail.mime.charsets import decode, known
from camdesk.channels.mail.mime.parse import parse
from camdesk.channels.mail.mime.sanitise import sanitise
from tests.pure.mail.mime.corpus import letter

RUSSIAN = [
    "Здравствуйте, камера во дворе не показывает со вчерашнего вечера.",
    "Не работает камера",
    "Помогите!",
    "КАМЕРА НЕ РАБОТАЕТ",
    "Иван Петров",
    "camera DS-2CD2043 не работает, прошивка v5.7.1",
    "Привет",
]
CYRILLIC = ["utf-8", "cp1251", "koi8-r", "cp866", "iso-8859-5"]


@pytest.mark.parametrize("said", ["", "us-ascii", "iso-8859-1", "utf-8", "x-unknown", "no-such-charset"])
@pytest.mark.parametrize("charset", CYRILLIC)
def test_russian_is_read_whatever_careless_thing_is_said_about_it(charset: str, said: str) -> None:
    assert [decode(text.encode(charset), said) for text in RUSSIAN] == RUSSIAN


@pytest.mark.parametrize("said", ["koi8-r", "windows-1251", "ibm866"])
@pytest.mark.parametrize("charset", CYRILLIC)
def test_a_wrong_cyrillic_charset_is_seen_through(charset: str, said: str) -> None:
    assert [decode(text.encode(charset), said) for text in RUSSIAN] == RUSSIAN


@pytest.mark.parametrize("said", ["", "us-ascii", "iso-8859-1", "utf-8", "windows-1252"])
@pytest.mark.parametrize("text", ["Café à la crème", "Señor", "Grüße aus München", "naïve résumé – “quoted”"])
def test_western_letters_are_not_taken_for_russian(text: str, said: str) -> None:
    assert decode(text.encode("cp1252"), said) == text


OTHERS = {
    "Chinese as gb2312": ("摄像机坏了，请帮忙", "gb18030", "gb2312"),
    "Chinese as gbk": ("摄像机坏了，请帮忙", "gb18030", "GBK"),
    "Chinese beyond gbk": ("摄像机㐂", "gb18030", "gb18030"),
    "Chinese of which nothing is said": ("你好，我的摄像机无法工作", "gb18030", ""),
    "Taiwanese": ("攝影機壞了", "big5", "Big5"),
    "Japanese, seven bits": ("カメラが壊れた", "iso-2022-jp", "ISO-2022-JP"),
    "Japanese, seven bits, not said": ("カメラが壊れた", "iso-2022-jp", ""),
    "Japanese as Windows writes it": ("①カメラ", "cp932", "Shift_JIS"),
    "Korean": ("카메라 고장", "cp949", "ks_c_5601-1987"),
    "Ukrainian": ("Камера не працює, їй гаплик", "koi8-u", "koi8-u"),
    "Kazakh": ("Қазақша", "kz1048", "kz1048"),
    "Turkish said to be latin": ("İşık", "cp1254", "iso-8859-9"),
    "UTF-8 with a mark": ("Камера", "utf-8-sig", "us-ascii"),
    "UTF-16 with a mark": ("Камера", "utf-16", ""),
    "UTF-16 without a mark": ("Камера не работает", "utf-16-le", ""),
    "UTF-16 the other way round": ("Камера не работает", "utf-16-be", "utf-16"),
    "a name in quotes": ("Камера", "koi8-r", "'koi8-r'"),
    "a name of old Outlooks": ("Камера не работает", "koi8-r", "koi8-ru"),
    "UTF-32": ("Камера", "utf-32-le", "utf-32-le"),
    "UTF-16 said of bytes": ("Камера не работает", "koi8-r", "utf-16"),
    "UTF-16 of the other order": ("Камера", "utf-16-le", "utf-16-be"),
    "UTF-8 with a mark, and another name": ("abc", "utf-8-sig", "koi8-r"),
    "one letter of what is said": ("й", "cp1251", "windows-1251"),
    "blanks between letters": ("Кам  ера", "koi8-r", ""),
    "nothing but quotes for a name": ("ab", "ascii", "'"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_charsets(name: str) -> None:
    text, charset, said = OTHERS[name]
    assert decode(text.encode(charset), said) == text


DAMAGED = {
    "Japanese cut in its last sign": (("カメラ" * 10).encode("cp932")[:-1], "shift_jis", "カメラ" * 9 + "カメ\ufffd"),
    "an escape that begins nothing": (b"\x1b$B not really", "us-ascii", "\x1b$B not really"),
    "an escape beside high bytes": (b"\x1b$ \xff", "us-ascii", "\x1b$ я"),
    "UTF-8 cut in its last letter": ("Камера".encode()[:-1], "", "Камер\ufffd"),
    "UTF-8 of two letters, cut": ("да".encode()[:-1], "", "д\ufffd"),
    "UTF-8 with a damaged letter in twenty": (("Камера" * 5).encode().replace(b"\xba", b"\xff", 1), "", None),
    "UTF-32 of no whole sign": (b"abc", "utf-32", "\ufffd"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_text_is_read_as_far_as_it_goes(name: str) -> None:
    data, said, wanted = DAMAGED[name]
    assert decode(data, said) == (data.decode("utf-8", "replace") if wanted is None else wanted)


def test_utf7_is_read_before_anybody_judges_it() -> None:
    hidden = b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-"
    assert decode(hidden, "utf-7") == "<script>alert(1)</script>"
    assert decode(b"+BBoEMAQ8BDUEQAQw", "unicode-1-1-utf-7") == "Камера"
    read = parse(letter(hidden, kind="text/html; charset=utf-7", encoding=None))
    assert "script" not in sanitise(read.html)
    assert decode(b"+////\xff", "utf-7")


@pytest.mark.parametrize("name", ["zip", "hex", "rot13", "unicode_escape", "idna", "punycode", "\0", ""])
def test_codecs_that_do_more_than_decode_are_refused(name: str) -> None:
    assert known(name) is None


def test_utf8_cut_in_the_middle_of_a_letter_is_still_utf8() -> None:
    assert decode("Камера не работает".encode()[:-1]) == "Камера не работае\ufffd"


def test_utf8_with_one_damaged_letter_is_still_utf8() -> None:
    data = "Камера во дворе не работает со вчерашнего дня".encode()
    assert decode(data[:10] + b"\xff" + data[11:], "utf-8").endswith("не работает со вчерашнего дня")


def test_html_says_its_charset_itself() -> None:
    source = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=koi8-r"></head><p>ЖКХ</p></html>'
    assert parse(letter(source, charset="koi8-r", kind="text/html")).text == "ЖКХ"


@pytest.mark.parametrize("charset", CYRILLIC)
def test_a_letter_without_any_declaration(charset: str) -> None:
    read = parse(letter(RUSSIAN[0], ("Subject", RUSSIAN[1].encode(charset)), charset=charset, kind=None, encoding=None))
    assert (read.subject, read.text) == (RUSSIAN[1], RUSSIAN[0])
