"""From bytes to text when the sender says the charset, says a wrong one, or says nothing.

Undeclared or wrongly declared Russian text is told apart among UTF-8, cp1251, koi8-r, cp866, ISO-8859-5 and the western
charset by how usual its letter pairs are. Everything works on a bounded sample and never raises.
"""

import codecs
import re
from functools import lru_cache

_SAMPLE = 8192
_LETTERS = " абвгдежзийклмнопрстуфхцчшщъыьэюя"
# How usual one letter is after another in Russian, 0 never to 9 very; row and column in the order of _LETTERS.
_PAIRS = (
    "077958647838678897977645742000614", "906747656166778067775235664000045", "351000600404513606204030003561012",
    "780521701705615725545040122074005", "341113300501413704104001000000100", "671403720704646716454010110232003",
    "934567545267778448781443354000011", "251005600603035200102000000001000", "571415410403255604104000000132000",
    "844645746566777545780545542000047", "800014000003413000660000311000000", "781300410703624706566013010000000",
    "561021850804404700106100100038066", "761400800601343720115000000041005", "780224821804007800566211130074024",
    "817867665477877367773343653000124", "571001600604503838024001000031003", "681434860704155812456140020065004",
    "764512710607644764585131320046006", "871601801705236847516110200067103", "715456454055354064660020514000152",
    "250000201500200602004002100000010", "610100100400113504101200000000100", "340200400602000100102000000030000",
    "460000700603004100062000010003000", "440100600504304300111000000000000", "030000500500001000002000000002000",
    "000000500000000000000000000000001", "805512602062541031450050140000000", "800001205104046010450001040000041",
    "000011000002500001160100010000000", "602002100001202001130000604000010", "802312424011123011251034103000012",
)  # fmt: skip
_INDEX = {letter: place for place, letter in enumerate(_LETTERS)}

# Only charsets that turn bytes into text and do nothing else: no unicode_escape, idna or zip, which Python also calls
# codecs. UTF-7 hides mark-up from whoever looks at its bytes; here everything that judges or sanitises sees the text.
_NAMES = """
    ascii utf-7 utf-8 utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be cp1250 cp1251 cp1252 cp1253 cp1254 cp1255
    cp1256 cp1257 cp1258 cp437 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp862 cp866 cp874 koi8-r koi8-u koi8-t
    kz1048 ptcp154 mac-cyrillic mac-roman iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7
    iso8859-8 iso8859-9 iso8859-10 iso8859-11 iso8859-13 iso8859-14 iso8859-15 iso8859-16 tis-620 gb18030
    big5hkscs euc-jp shift-jis cp932 iso2022-jp iso2022-jp-2 iso2022-kr euc-kr cp949 hz
"""
_KNOWN = frozenset(codecs.lookup(name).name for name in _NAMES.split())
_ALIASES = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "gb-2312": "gb18030",
    "gb_2312-80": "gb18030", "big5": "big5hkscs", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8", "win-1251": "cp1251", "win1251": "cp1251",
    "windows1251": "cp1251", "1251": "cp1251",
    "x-cp1251": "cp1251", "cp-1251": "cp1251", "ansi": "cp1251", "koi8r": "koi8-r", "koi8": "koi8-r", "koi-8": "koi8-r",
    "koi8-ru": "koi8-u", "x-koi8-r": "koi8-r", "ibm866": "cp866", "866": "cp866", "dos": "cp866", "alt": "cp866",
    "x-mac-cyrillic": "mac-cyrillic", "macintosh": "mac-roman", "x-mac-roman": "mac-roman", "unicode": "utf-16",
    "utf8": "utf-8", "utf-8mb4": "utf-8", "utf8mb4": "utf-8", "unicode-1-1-utf-8": "utf-8", "x-unknown": "ascii",
    "unknown-8bit": "ascii", "us-ascii": "ascii", "default": "ascii", "x-sjis": "cp932", "iso-10646-ucs-2": "utf-16-be",
    "unicode-1-1-utf-7": "utf-7", "x-unicode-2-0-utf-7": "utf-7", "utf7": "utf-7",
    "ucs-2": "utf-16-be", "cp-866": "cp866", "tis620": "tis-620",
}  # fmt: skip
# With these a stranger's mailer usually means "I did not think about it".
_CARELESS = frozenset(("ascii", "cp1252", "iso8859-1", "utf-8"))
_GUESSED = ("cp1251", "koi8-r", "cp866", "iso8859-5")
_HIGH = bytes(range(128, 256))
_JUNK_IN_NAME = re.compile(r"[^a-z0-9_-]+")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


@lru_cache(maxsize=256)
def known(name: str) -> str | None:
    """Python's name of a charset as senders spell it, None for one we do not know."""
    plain = name.strip().lower().strip("'\" ").removeprefix("charset=")
    plain = _JUNK_IN_NAME.sub("", plain)[:40]
    plain = _ALIASES.get(plain, plain)
    if not plain:
        return None
    try:
        found = codecs.lookup(plain).name
    except (LookupError, ValueError):
        return None
    found = _ALIASES.get(found, found)
    return found if found in _KNOWN else None


def decode(data: bytes, declared: str = "") -> str:
    """The text of `data`. May hold U+FFFD where bytes make no sense; still to be made storable."""
    marked = _by_mark(data)
    if marked is not None:
        return marked
    charset = known(declared) if declared else None
    high = data.translate(None, _HIGH) != data
    if not high and charset in (None, *_CARELESS):
        return _seven_bit(data)
    if charset is None or charset in _CARELESS:
        return _careless(data, charset)
    if charset.startswith(("utf-16", "utf-32")):
        return _wide(data, charset)
    if high and _is_utf8(data):
        return data.decode("utf-8", "replace")
    if charset in _GUESSED or charset in ("koi8-u", "cp1252", "mac-cyrillic"):
        return _cyrillic(data, charset)
    try:
        return data.decode(charset)
    except (UnicodeDecodeError, ValueError):
        pass
    text = data.decode(charset, "replace")
    return text if text.count("\ufffd") * 20 < len(text) else _careless(data, None)


def _by_mark(data: bytes) -> str | None:
    if data.startswith(codecs.BOM_UTF8):
        return data[3:].decode("utf-8", "replace")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    return None


def _seven_bit(data: bytes) -> str:
    if b"\x1b$" in data or b"\x1b(" in data:
        try:
            return data.decode("iso2022-jp-2")
        except (UnicodeDecodeError, ValueError):
            pass
    if _looks_wide(data[:_SAMPLE]):
        return _wide(data, "")
    return data.decode("ascii", "replace")


def _looks_wide(sample: bytes) -> bool:
    """Whether every second byte is the high half of a western or Russian letter: UTF-16 nobody declared."""
    halves = [(half.count(0) + half.count(4)) * 10 for half in (sample[0::2], sample[1::2])]
    return len(sample) >= 8 and max(halves) > len(sample) * 3.5 and min(halves) < len(sample)


def _wide(data: bytes, charset: str) -> str:
    """UTF-16 and UTF-32, also without a mark or with the wrong byte order."""
    sample = data[:_SAMPLE]
    if charset.startswith("utf-32"):
        return data.decode(charset, "replace")
    if b"\0" not in sample and b"\x04" not in sample:
        return _careless(data, None)  # says UTF-16, holds bytes
    # In western and Russian text the high byte is 0 or 4: it stands first when big-endian.
    first, second = sample[0::2], sample[1::2]
    big = first.count(0) + first.count(4)
    little = second.count(0) + second.count(4)
    name = "utf-16-be" if big > little else "utf-16-le" if little > big else (charset or "utf-16-le")
    return data.decode(name, "replace")


def _careless(data: bytes, charset: str | None) -> str:
    if _is_utf8(data):
        return data.decode("utf-8", "replace")
    return data.decode(_guess(data, charset), "replace")


def _cyrillic(data: bytes, declared: str) -> str:
    """Believe a declared single-byte Cyrillic charset unless the letters say clearly that it is another."""
    sample = data[:_SAMPLE]
    high = len(sample) - len(sample.translate(None, _HIGH))
    if high < 5:
        return data.decode(declared, "replace")
    stated = _likeness(sample, declared)
    best = max(_GUESSED, key=lambda name: _likeness(sample, name))
    clearly = stated < 5 and _likeness(sample, best) > max(stated + 2.5, 6)
    return data.decode(best if clearly else declared, "replace")


def _is_utf8(data: bytes) -> bool:
    """Valid UTF-8, or so nearly that nothing else explains it (a cut tail, one damaged letter in twenty)."""
    try:
        data.decode("utf-8")
        return True
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.start > 0 and _UTF8_LETTER.search(data):
            return True
    sample = data[:_SAMPLE]
    letters = sum(len(found) for found in _UTF8_LETTER.findall(sample))
    high = len(sample) - len(sample.translate(None, _HIGH))
    return letters >= 8 and (high - letters) * 10 < letters


def _guess(data: bytes, declared: str | None) -> str:
    """The most likely charset of bytes that are not UTF-8."""
    sample = data[:_SAMPLE]
    scores = {name: _likeness(sample, name) for name in _GUESSED}
    best = max(_GUESSED, key=lambda name: scores[name])
    western = _western_likeness(sample)
    if western > scores[best]:
        return "cp1252"
    if scores[best] < 3.0 and _is_chinese(sample):
        return "gb18030"
    return best if scores[best] > 0 else "cp1251" if declared is None else "cp1252"


def _likeness(sample: bytes, charset: str) -> float:
    """Mean usualness (0-9) of the pairs around high characters when read as Russian in `charset`."""
    text = sample.decode(charset, "replace")
    total = count = 0
    last, last_low, last_upper, last_latin = " ", True, False, False
    for character in text:
        if character == last == " ":
            continue
        lower = character.lower().replace("ё", "е")
        high = character > "\x7f"
        place = _INDEX.get(lower)
        latin = "a" <= lower <= "z"
        if place is None:
            if high and character not in "—–«»№…“”’\xa0":
                total -= 4  # box drawings, foreign letters: nobody writes those into Russian prose
                count += 1
            place, lower = 0, " "
        elif high or not last_low:
            count += 1
            upper = character != lower and character.lower() == lower
            total += int(_PAIRS[_INDEX.get(last, 0)][place])
            if (last_latin and high and place) or (latin and last != " "):
                total -= 6  # "Cafй": two scripts in one word
            # koi8-r and cp1251 swap the cases: "пРИВЕТ" is the other one.
            if upper and last != " " and not last_upper:
                total -= 8
            last_upper = upper
        last, last_low, last_latin = lower, not high, latin
        if lower == " ":
            last_upper = False
    return total / count if count else 0.0


def _western_likeness(sample: bytes) -> float:
    """As `_likeness`, for Western European text: accented letters are few and stand among ASCII letters."""
    text = sample.decode("cp1252", "replace")
    total = count = 0
    for place, character in enumerate(text):
        if character <= "\x7f":
            continue
        count += 1
        around = text[max(place - 1, 0) : place] + text[place + 1 : place + 2]
        plain = sum(1 for beside in around if beside.isascii() and beside.isalpha())
        if character in "–—‘’“”«»…€£°§©®\xa0·•™":
            total += 4
        elif character.isalpha():
            total += (3, 6, 8)[min(plain, 2)]
    ascii_letters = sum(1 for character in text if character.isascii() and character.isalpha())
    return total / count if count and count <= ascii_letters else 0.0


def _is_chinese(sample: bytes) -> bool:
    text = sample.decode("gb18030", "ignore")
    high = [character for character in text if character > "\x7f"]
    common = sum(1 for character in high if "\u4e00" <= character <= "\u9fa5" or character in "，。！？：；（）、")
    return len(high) >= 4 and common * 10 >= len(high) * 9
