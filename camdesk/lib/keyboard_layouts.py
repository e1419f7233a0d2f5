"""Repairs of what was typed on the wrong keyboard: homoglyphs, transposed layout, Russian in Latin letters.

Everything judges one word or one stretch between blanks; `text.py` weighs the judgements over the message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from operator import itemgetter

from camdesk.lib.letter_pairs import RUSSIAN, russian

_QWERTY = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?&@^$"
_ICUKEN = 'ёйцукенгшщзхъфывапролджэячсмитьбю.ёйцукенгшщзхъфывапролджэячсмитьбю,?":;'
_TO_RUSSIAN = str.maketrans(_QWERTY, _ICUKEN.replace("ё", "е"))
_TO_ENGLISH = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.")
LAYOUT_LETTERS = frozenset("`[];',./~{}:\"<>")  # keys that are letters in the Russian layout, and the full stop

# Capitals and small letters differ: Latin B looks like В, small b does not.
_LOOKS_RUSSIAN = str.maketrans("ABCEHKMOPTXYaceopxykmtu", "АВСЕНКМОРТХУасеорхукмти")
_LOOKS_LATIN = str.maketrans("АВСЕНКМОРТХУасеорхук", "ABCEHKMOPTXYaceopxyk")
_RUSSIAN_LOOKALIKES = frozenset("ABCEHKMOPTXYaceopxykmtu")
_LATIN_LOOKALIKES = frozenset("АВСЕНКМОРТХУасеорхук")

# Known brands and terms: never taken for Russian, whatever stands around them.
_TERMS = """
    onvif rtsp rtmp rtp hls http https ftp smtp url api ip ipv4 ipv6 poe ptz lan wan wlan wi fi wifi nvr dvr xvr
    hdd ssd sd microsd tf sim esim lte gsm usb hdmi vga vpn nat dns dhcp mac ddns p2p upnp ssid wpa wps qr pin otp
    totp 2fa sms push email mail gmail yandex mailru telegram whatsapp viber android ios iphone ipad apple samsung
    xiaomi redmi honor realme huawei google play appstore store rustore appgallery apk app windows win macos linux
    ubuntu chrome chromium firefox safari edge opera vivaldi vlc ffmpeg h264 h265 hevc mjpeg mp4 avi mkv jpeg jpg
    png pdf xls xlsx csv zip rar fps hd fullhd uhd 4k 2k 1080p 720p mbit mbps kbps vms cctv ntp utc gps nas
    raid id login password user admin root online offline reset update upgrade router switch hub cloud live
    stream firmware hikvision hiwatch dahua imou ezviz tapo tp link tplink axis bosch beward rvi trassir ivideon
    macroscop uniview tiandy reolink vstarcam tantos optimus polyvision hanwha vivotek mobotix tuya aqara dlink
    asus keenetic zyxel mikrotik tenda netgear cisco ubiquiti unifi wirenboard rostelecom mts megafon beeline
    tele2 ertelecom sber tinkoff visa mastercard sbp ok vk facebook instagram youtube web www
     
"""
TERMS = frozenset(_TERMS.split())


def to_russian_layout(typed: str) -> str:
    """«ghbdtn» → «привет», letter by letter (same length, lower case)."""
    return typed.translate(_TO_RUSSIAN).lower()


def to_english_layout(typed: str) -> str:
    """«щтмша» → «onvif», letter by letter (same length). Expects lower case."""
    return typed.translate(_TO_ENGLISH)


def repair_lookalikes(word: str) -> str:
    """Make a word of one script again when its strangers only look alike: «кaмера» with a Latin a, «оnvif».

    A word typed half in one layout and half in the other («камthf») is turned by the keyboard instead.
    Words of one script come back unchanged. Case is kept where the letter is.
    """
    latin = [letter for letter in word if letter.isascii() and letter.isalpha()]
    cyrillic = [letter for letter in word if "Ѐ" <= letter <= "ӿ"]
    if not latin or not cyrillic:
        return word
    as_russian = word.translate(_LOOKS_RUSSIAN) if _RUSSIAN_LOOKALIKES.issuperset(latin) else ""
    as_latin = word.translate(_LOOKS_LATIN) if _LATIN_LOOKALIKES.issuperset(cyrillic) else ""
    if as_latin and as_latin.lower() in TERMS:
        return as_latin
    if as_russian and (not as_latin or len(cyrillic) >= len(latin) or russian().knows(_flat(as_russian))):
        return as_russian
    turned = to_russian_layout(word).replace("ё", "е")
    if russian().knows(turned) or (not as_latin and russian().likeness(turned) > -2.9):
        return turned
    return as_latin or as_russian or word


def all_lookalikes(word: str) -> str:
    """The Russian word that a word of only look-alike Latin letters shows («KAMEPA»), or ""."""
    if len(word) >= 3 and _RUSSIAN_LOOKALIKES.issuperset(word):
        shown = word.translate(_LOOKS_RUSSIAN).lower()
        return shown if russian().knows(shown) else ""
    return ""


def _flat(word: str) -> str:
    return word.lower().replace("ё", "е")


# What Latin letters stand for in Russian words, longest first. Costs are log-probabilities of the habit.
_HABITS: dict[str, tuple[tuple[str, float], ...]] = {
    "a": (("а", 0.0),),
    "b": (("б", 0.0),),
    "c": (("ц", -0.5), ("к", -0.9), ("с", -1.1), ("ч", -1.6)),
    "d": (("д", 0.0),),
    "e": (("е", 0.0), ("э", -1.2)),
    "f": (("ф", 0.0),),
    "g": (("г", 0.0), ("ж", -2.5)),
    "h": (("х", 0.0), ("н", -4.0)),
    "i": (("и", 0.0), ("й", -1.0), ("ы", -3.0)),
    "j": (("й", -0.4), ("ж", -0.8), ("дж", -2.0), ("ы", -3.0)),
    "k": (("к", 0.0),),
    "l": (("л", 0.0),),
    "m": (("м", 0.0),),
    "n": (("н", 0.0),),
    "o": (("о", 0.0), ("а", -3.5)),
    "p": (("п", 0.0),),
    "q": (("к", -0.7), ("я", -1.2)),
    "r": (("р", 0.0),),
    "s": (("с", 0.0), ("ш", -3.0)),
    "t": (("т", 0.0),),
    "u": (("у", 0.0), ("ю", -1.2)),
    "v": (("в", 0.0),),
    "w": (("в", -0.5), ("ш", -0.8), ("щ", -1.2)),
    "x": (("х", -0.3), ("кс", -0.9)),
    "y": (("ы", 0.0), ("й", 0.0), ("и", -2.0), ("у", -2.5)),
    "z": (("з", 0.0), ("ж", -2.5), ("ц", -3.5)),
    "'": (("ь", 0.0), ("ъ", -0.5), ("", -1.0)),
    "4": (("ч", 0.0),),
    "6": (("ш", 0.0),),
    "yo": (("е", 0.0), ("йо", -1.0)),
    "jo": (("е", 0.0), ("йо", -1.5)),
    "io": (("е", -1.5),),
    "ye": (("е", 0.0), ("ые", -0.7), ("ье", -1.5), ("ъе", -1.5)),
    "je": (("е", 0.0),),
    "yu": (("ю", 0.0),),
    "ju": (("ю", 0.0),),
    "iu": (("ю", -0.3),),
    "ya": (("я", 0.0),),
    "ja": (("я", 0.0),),
    "ia": (("я", -0.3), ("ия", -0.3)),
    "yy": (("ый", 0.0),),
    "zh": (("ж", 0.0),),
    "gh": (("ж", -2.0), ("г", -1.5)),
    "kh": (("х", 0.0),),
    "iy": (("ий", 0.0), ("ый", -0.5)),
    "ij": (("ий", 0.0), ("ый", -0.5)),
    "cho": (("че", -1.0),),
    "sho": (("ше", -1.0),),
    "tsa": (("тся", -0.7), ("ться", -0.9)),
    "tsya": (("тся", 0.0), ("ться", -0.2)),
    "tsja": (("тся", 0.0), ("ться", -0.2)),
    "cya": (("тся", -0.5), ("ться", -0.7)),
    "ch": (("ч", 0.0), ("щ", -2.0)),
    "sh": (("ш", 0.0), ("щ", -1.0)),
    "th": (("т", -1.5),),
    "ph": (("ф", -0.7),),
    "ck": (("к", -0.5),),
    "ts": (("ц", -0.3),),
    "tc": (("ц", -0.5),),
    "sz": (("ш", -2.0),),
    "ee": (("и", -2.0),),
    "oo": (("у", -2.0),),
    "ou": (("оу", -0.3), ("у", -2.0)),
    "shh": (("щ", 0.0),),
    "sch": (("щ", -0.2), ("сч", -0.7)),
    "shch": (("щ", 0.0),),
    "tch": (("ч", -1.0),),
    "tsh": (("ч", -1.5),),
}
_SPOKEN = {"shto": "что", "sto": "сто", "chto": "что", "4to": "что", "cho": "че", "scho": "че", "chego": "чего"}
_SPLIT = -3.0  # «sh» taken for «с» and «х» is rare
_SOFTENED = frozenset("лнтдсзрмбпвчшжщ")
_BEAM = 16
_LONGEST = 32


_KNOWN_WORD = 6.0  # a word we know may be so much less likely by its letters than an unknown one
_NEVER = -7.0  # a pair of letters that the table does not have


@lru_cache(maxsize=16384)
def from_translit(word: str) -> str:
    """The likeliest Russian spelling of a lower-case Latin word («pokazyvaet» → «показывает»), or "" when none fits.

    Searches over writing habits with the letter-pair table; among the best few a word we know wins.
    """
    if word in _SPOKEN:
        return _SPOKEN[word]
    word = word[:_LONGEST]
    best: list[dict[str, float]] = [{} for _ in range(len(word) + 1)]
    best[0] = {"": 0.0}
    for at in range(len(word)):
        leading = _leading(best[at])
        for size in range(1, min(4, len(word) - at) + 1):
            piece = word[at : at + size]
            split = _SPLIT if size == 1 and piece in "sczk" and word[at + 1 : at + 2] == "h" else 0.0
            for habit in _habits(piece):
                _extend(best[at + size], leading, habit, split)
    pairs = russian().pairs
    ends = [(score + pairs.get(last + " ", _NEVER), made) for made, last, score in _leading(best[-1]) if made]
    ends.sort(key=itemgetter(0), reverse=True)
    return next(
        (made for score, made in ends if score > ends[0][0] - _KNOWN_WORD and russian().knows(made)),
        ends[0][1] if ends else "",
    )


@dataclass(frozen=True, slots=True)
class _Habit:
    """Letters that a piece may stand for. `costs`: {the letter before: how likely they are there, as the habit is};
    `softened`: how likely a soft sign behind them was left out («pamyat»), or None."""

    said: str
    costs: Mapping[str, float]
    softened: float | None


@cache
def _habits(piece: str) -> tuple[_Habit, ...]:
    pairs = russian().pairs
    found = []
    for said, habit in _HABITS.get(piece, ()):
        inside = habit + sum(pairs.get(pair[0] + pair[1], _NEVER) for pair in pairwise(said))
        costs = {last: inside + (pairs.get(last + said[0], _NEVER) if said else 0.0) for last in RUSSIAN}
        soft = pairs.get(said[-1] + "ь", _NEVER) - 1.5 if said and said[-1] in _SOFTENED else None
        found.append(_Habit(said, costs, soft))
    return tuple(found)


def _leading(found: dict[str, float]) -> list[tuple[str, str, float]]:
    """The best few with their last letters. What follows depends on the last letter alone, so of two that end alike the
    one that even being a known word would not bring to the front is left out."""
    most: dict[str, float] = {}
    leading = []
    for made, score in sorted(found.items(), key=itemgetter(1), reverse=True)[:_BEAM]:
        last = made[-1:] or " "
        if score > most.setdefault(last, score) - _KNOWN_WORD:
            leading.append((made, last, score))
    return leading


def _extend(into: dict[str, float], leading: list[tuple[str, str, float]], habit: _Habit, split: float) -> None:
    said, costs, softened = habit.said, habit.costs, habit.softened
    for made, last, score in leading:
        total = score + costs[last] + split
        grown = made + said
        if total > into.get(grown, -1e9):
            into[grown] = total
        if softened is not None and total + softened > into.get(grown + "ь", -1e9):
            into[grown + "ь"] = total + softened
