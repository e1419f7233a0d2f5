"""The one reader of human text: what comes in is made storable; search, articles and the bot see one set of terms.

    terms("Rfvthf yt hf,jnftn")    → ["камер", "не", "работа"]      typed in the wrong keyboard layout
    terms("kamera ne rabotaet")    → ["камер", "не", "работа"]      Russian in Latin letters
    terms("кaмерa ONVIF")          → ["камер", "onvif"]             look-alike letters; known terms stay

Pure and safe to call from any thread. Nothing here raises on any text, except the length checks of `clean_*`.
"""

import operator
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from camdesk.lib import keyboard_layouts
from camdesk.lib.letter_pairs import english, russian
from camdesk.lib.normal_forms import normal
from camdesk.lib.stems import STOP_WORDS, stem

LONGEST_TEXT = 100_000  # characters that are analysed; what follows is stored but not found
_LONGEST_WORD = 100  # characters; of a longer one its beginning is read, which is enough to find it again
_REPAIRED_WORDS = 400  # foreign words of one text that are judged; a paste of a log is not a wrong layout

_JOINERS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060"
_WORD = re.compile(rf"\b(?:[Ww][Ii]-[Ff][Ii]|[Ee]-[Mm]ail)\b|[^\W_]+(?:[{_JOINERS}'’ʼ]+[^\W_]+)*[{_JOINERS}]*")
_LATIN = re.compile(r"[A-Za-z]")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
# Folding makes several words of one sign: «½» is 1⁄2. No engine of search takes those for one.
_DROPPED = re.compile(rf"[{_JOINERS}'’ʼ]|[\W_]")
_HARD_SIGN = re.compile(r"(?<=[бвдзс])['’ʼ](?=[еюя])")
_PLAIN = re.compile(r"[0-9A-Za-zА-Яа-яЁё]+")
_CHUNK = re.compile(r"\S+")
_ADDRESS = re.compile(r"://|@|^www\.|\.(?:ru|com|org|net|рф)\b|^\d+\.\d", re.IGNORECASE)
_SOUNDING_DIGITS = re.compile(r"\W*+[46]?[A-Za-z']++(?:[46][A-Za-z']++)?\W*+")  # «4to», «poka6i»


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: where it stands, how it reads after repair (lower case, ё → е), its stem."""

    start: int
    end: int
    word: str
    stem: str


class TextTooLong(ValueError):
    """The text is longer than its field may hold. `length` and `most` are characters after cleaning."""

    def __init__(self, length: int, most: int) -> None:
        super().__init__(f"{length} characters, at most {most} are allowed")
        self.length = length
        self.most = most


def terms(text: str, *, repair: bool = True) -> list[str]:
    """Stems of the text's words in their order, without stop words. `repair=False` takes words as they are typed."""
    return list(_terms(text, repair)) if len(text) <= 2000 else _stems(analyse(text, repair=repair))


@lru_cache(maxsize=1024)
def _terms(text: str, repair: bool) -> tuple[str, ...]:
    return tuple(_stems(analyse(text, repair=repair)))


def _stems(found: list[Word]) -> list[str]:
    return [word.stem for word in found if word.word not in STOP_WORDS]


def analyse(text: str, *, repair: bool = True) -> list[Word]:
    """Every word of the text with its place, stop words too. Positions are those of `text` as given."""
    if len(text) > LONGEST_TEXT:
        text = text[: max(text.rfind(" ", 0, LONGEST_TEXT), LONGEST_TEXT - 100)]
    if not repair or not _LATIN.search(text):
        plain = _straight if repair else _as_typed
        return [_word(start, end, plain(raw)) for start, end, raw in _words(text)]
    return _repaired(text)


def highlight(text: str, wanted: Collection[str], *, prefix: str = "") -> list[tuple[int, int]]:
    """The (start, end) ranges of `text` whose stem is among `wanted`, or whose word begins with `prefix`; in order."""
    wanted = frozenset(wanted)
    return [
        (found.start, found.end)
        for found in analyse(text)
        if found.stem in wanted or (prefix and found.word.startswith(prefix))
    ]


def _words(text: str, offset: int = 0) -> Iterator[tuple[int, int, str]]:
    """Where each word begins and ends, and as much of it as is read: what is kept of words must stay small."""
    for found in _WORD.finditer(text):
        yield found.start() + offset, found.end() + offset, found.group()[:_LONGEST_WORD]


def _word(start: int, end: int, word: str) -> Word:
    return Word(start, end, word, stem(word))


@lru_cache(maxsize=16384)
def _as_typed(raw: str) -> str:
    """Lower case, NFC, ё → е, without accents and invisible letters."""
    if "-" in raw:  # wi-fi, e-mail: the only hyphens that hold a word together
        raw = raw.replace("-", "")
    if _PLAIN.fullmatch(raw):
        return raw.lower().replace("ё", "е")
    word = normal("NFKC", raw).lower().replace("ё", "е")
    if "ъ" not in word and _CYRILLIC.search(word):  # «об'ект», «под’езд»
        word = _HARD_SIGN.sub("ъ", word)
    return _DROPPED.sub("", word) or raw.lower()


@lru_cache(maxsize=16384)
def _straight(raw: str) -> str:
    """A word in a text without Latin letters; «щтмша» is still recognised as onvif."""
    word = _as_typed(raw)
    if len(word) >= 3 and "а" <= word[0] <= "я" and not russian().knows(word):
        turned = keyboard_layouts.to_english_layout(word)
        if turned in keyboard_layouts.TERMS:
            return turned
        if len(word) >= 4 and turned.isascii() and turned.isalpha() and english().knows(turned):
            return turned if russian().likeness(word) < -3.2 else word
    return word


@dataclass(frozen=True, slots=True)
class _Stretch:
    """One stretch between blanks that holds Latin letters, and how it may read."""

    typed: list[tuple[int, int, str]]  # words as typed: start, end, word
    turned: list[tuple[int, int, str]]  # in the Russian layout
    spelled: list[tuple[int, int, str]]  # Latin letters read as Russian sounds
    known: tuple[bool, bool, bool]  # as English, turned, spelled
    fits: tuple[float, float, float]  # mean log-probability, more for what is known
    size: int  # Latin letters


_NOTHING: tuple[float, float, float] = (0.0, 0.0, 0.0)


def _repaired(text: str) -> list[Word]:
    """Words of a text with Latin letters: each stretch reads in three ways, the whole message decides."""
    found: list[Word] = []
    doubtful: list[tuple[int, _Stretch]] = []
    budget = _REPAIRED_WORDS
    for chunk in _CHUNK.finditer(text):
        raw = chunk.group()
        if not _LATIN.search(raw):
            found.extend(_word(start, end, _straight(word)) for start, end, word in _words(raw, chunk.start()))
            continue
        stretch = _read(raw) if budget > 0 and len(raw) <= 64 and not _ADDRESS.search(raw) else None
        if stretch is None:
            found.extend(_word(start, end, _lone(word)) for start, end, word in _words(raw, chunk.start()))
            continue
        budget -= 1
        doubtful.append((chunk.start(), stretch))
    if doubtful:
        russian_around = sum(word.end - word.start for word in found if word.word[:1] >= "а")
        weights = _weights([stretch for _, stretch in doubtful], russian_around)
        for offset, stretch in doubtful:
            reading = _choose(stretch, weights)
            found.extend(_word(start + offset, end + offset, word) for start, end, word in reading)
        found.sort(key=lambda word: word.start)
    return found


def _lone(raw: str) -> str:
    return _as_typed(keyboard_layouts.repair_lookalikes(raw))


@lru_cache(maxsize=8192)
def _read(raw: str) -> _Stretch | None:
    """The readings of one stretch; None when there is nothing to doubt (known terms, codes, words of both scripts)."""
    words = list(_words(raw))
    typed = [(start, end, _lone(word)) for start, end, word in words]
    if any(_CYRILLIC.search(word) for _, _, word in words):
        return None  # mixed scripts are settled word by word
    if any(letter.isdigit() for letter in raw) and not _SOUNDING_DIGITS.fullmatch(raw):
        return None  # model and serial numbers
    if all(word in keyboard_layouts.TERMS for _, _, word in typed):
        return None
    shown = [keyboard_layouts.all_lookalikes(word) if word.isupper() else "" for _, _, word in words]
    if shown and all(shown):
        spelled = [(start, end, word) for (start, end, _), word in zip(words, shown, strict=True)]
        return _stretch(typed, spelled, spelled, (-5.0, -1.0, -1.0), (False, True, True), len(raw))
    spelled = [(start, end, _spell(word)) for start, end, word in typed]
    turned = _turn(raw)
    return _stretch(
        typed,
        turned,
        spelled,
        (_mean(typed, in_english=True), _mean(turned), _mean(spelled)),
        (_all_known(typed, in_english=True), _all_known(turned), _all_known(spelled)),
        len(_LATIN.findall(raw)),
    )


def _stretch(
    typed: list[tuple[int, int, str]],
    turned: list[tuple[int, int, str]],
    spelled: list[tuple[int, int, str]],
    likeness: tuple[float, float, float],
    known: tuple[bool, bool, bool],
    size: int,
) -> _Stretch:
    fits = tuple(mean + (1.2 if knows else 0.0) for mean, knows in zip(likeness, known, strict=True))
    return _Stretch(typed, turned, spelled, known, (fits[0], fits[1], fits[2]), size)


def _spell(word: str) -> str:
    if word in keyboard_layouts.TERMS or not word.isascii():
        return word
    return keyboard_layouts.from_translit(word) or word


def _turn(raw: str) -> list[tuple[int, int, str]]:
    """The stretch in the Russian layout; marks at its edges are letters («[jxe») only when that reads better."""
    best: tuple[float, list[tuple[int, int, str]]] | None = None
    tail = len(raw) - len(raw.rstrip(",.;:'\"`?!)>"))
    head = len(raw) - len(raw.lstrip("\"'`<[{("))
    for cut in range(min(tail, 3) + 1):
        for skip in {0, head}:
            body = raw[skip : len(raw) - cut]
            turned = keyboard_layouts.to_russian_layout(body)
            words = [(w.start() + skip, w.end() + skip, _as_typed(w.group())) for w in _WORD.finditer(turned)]
            if words:
                score = _mean(words) + (1.5 if _all_known(words) else 0.0) + 0.05 * cut
                if best is None or score > best[0]:
                    best = (score, words)
    return best[1] if best else []


def _mean(words: list[tuple[int, int, str]], *, in_english: bool = False) -> float:
    language = english() if in_english else russian()
    total = sum(language.likeness(word) * len(word) for _, _, word in words if word not in keyboard_layouts.TERMS)
    size = sum(len(word) for _, _, word in words if word not in keyboard_layouts.TERMS)
    return total / size if size else -2.5


def _all_known(words: list[tuple[int, int, str]], *, in_english: bool = False) -> bool:
    language = english() if in_english else russian()
    return bool(words) and all(word in keyboard_layouts.TERMS or language.knows(word) for _, _, word in words)


def _weights(stretches: list[_Stretch], russian_around: int) -> tuple[float, float, float]:
    """How well the whole message reads in each of the three ways, letters weighing equally."""
    letters = typed = turned = spelled = 0.0
    for stretch in stretches:
        size = stretch.size
        letters += size
        typed += stretch.fits[0] * size
        turned += stretch.fits[1] * size
        spelled += stretch.fits[2] * size
    means = [total / max(letters, 1) for total in (typed, turned, spelled)]
    if russian_around:
        means[0] -= 0.2  # the writer writes Russian
    elif letters < 4:
        return (0.0, -9.0, -9.0)  # «ok», «ip»: too little to doubt
    elif all(stretch.known[0] for stretch in stretches):
        means[0] += 1.0  # English from end to end
    return (means[0], means[1], means[2])


def _choose(stretch: _Stretch, weights: tuple[float, float, float]) -> list[tuple[int, int, str]]:
    typed, turned, spelled = map(operator.add, stretch.fits, weights)
    typed += 0.4  # leave alone what is not clearly wrong
    if typed >= turned and typed >= spelled:
        return stretch.typed
    return (stretch.turned if turned >= spelled else stretch.spelled) or stretch.typed


# ---------------------------------------------------------------- what comes in

_CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0001]"
)
_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_PILE = re.compile("([\u0300-\u036f\u0483-\u0489]{4})[\u0300-\u036f\u0483-\u0489]+")


def clean_text(text: str, *, most: int = 20_000) -> str:
    """A text as it may be stored and shown: valid NFC Unicode, LF line ends, no control or bidi override characters.

    Emoji and tabs stay; blank edges go. Raises TextTooLong above `most` characters.
    """
    cleaned = _cleaned(text).strip()
    if len(cleaned) > most:
        raise TextTooLong(len(cleaned), most)
    return cleaned


def clean_line(text: str, *, most: int = 200) -> str:
    """Like clean_text, for a field of one line: line breaks and runs of blanks become one space."""
    cleaned = " ".join(_cleaned(text).split())
    if len(cleaned) > most:
        raise TextTooLong(len(cleaned), most)
    return cleaned


def _cleaned(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # halves of emoji that were cut in two; whole pairs are joined again
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    text = _BREAK.sub("\n", text)
    text = _CONTROL.sub("", text)
    return _PILE.sub(r"\1", normal("NFC", text))
