"""Which of a person's cameras a message means: by name, number, address, or «все кассы».

A name is met word by word, by stems and by the playbook's synonyms («у ворот» finds «Калитка»). What every camera of
the person shares («камера», the town) tells nothing. A mention is a run of telling words close together, and means
the cameras that have all of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from camdesk.bot.utterances.by_ear import sound_of
from camdesk.bot.utterances.months import MONTHS
from camdesk.bot.utterances.patterns import Token, tokens_of, words

_CLOSE = 3  # words between two words of one name: «касса на Ленина номер 3»
_MOST = 5000  # cameras that are looked through
_GENERIC = words(
    "камер видеокамер camera cam кам номер num number ул улиц г город дом д корпус к стр строен кв квартир пр "
    "проспект пер переулок адрес объект street st building"
)
_EVERY = words("все всех всем всеми обе оба обеих обоих каждая каждую каждой каждый ни all both every each none")
_CAMERAS = frozenset({"камер", "camera"})
_EXCEPT = frozenset(["кроме", "исключая", "except"])
_FINE = words("работает работают показывает показывают works work")
_NOT = words("не нет not doesn don no")
_ORDINALS = {
    "перв": "1", "втор": "2", "трет": "3", "четверт": "4", "пят": "5", "шест": "6", "седьм": "7", "восьм": "8",
    "девят": "9", "десят": "10", "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5",
}  # fmt: skip

_ROOT, _LONG = 4, 6  # letters
_ENDINGS = words("ик чик ечк очк ичк ушк ишк енк к ск н ов")
_SEVERAL = ("ах", "ях", "ам", "ям", "ами", "ями")
_OF_SEVERAL = ("ют", "ут", "ят", "ат", "ли", "лись")  # «показывают», «пропали»
_SHORT = 4  # letters

Synonyms = Callable[[list[tuple[str, str]]], list[str]]  # words and stems → the stems we use


@dataclass(frozen=True, slots=True)
class NamedCamera:
    """What of a camera can be named."""

    id: str
    title: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Mentioned:
    """`ids`: the cameras that are meant, in the person's order. `perhaps`: one of these is meant, not told which.
    `places`: first and last word of each name, in order."""

    ids: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    places: tuple[tuple[int, int], ...] = field(default=(), compare=False)


class CameraNames:
    """The names of one person's cameras, made ready once a message."""

    def __init__(self, cameras: Iterable[NamedCamera], synonyms: Synonyms | None = None) -> None:
        self._ids: list[str] = []
        self._titles: list[str] = []
        self._synonyms = synonyms
        self._by_stem: dict[str, set[int]] = defaultdict(set)
        counted: Counter[str] = Counter()
        for at, camera in enumerate(cameras):
            if at == _MOST:
                break
            self._ids.append(camera.id)
            self._titles.append(camera.title)
            stems = _stems_of(camera.title, synonyms) | _stems_of(camera.address, synonyms)
            counted.update(stems)
            for one in stems:
                self._by_stem[one].add(at)
        self._by_root: dict[str, list[str]] = defaultdict(list)
        self._by_sound: dict[str, str] = {}
        for one in self._by_stem:
            if one.isalpha() and len(one) >= _ROOT:
                self._by_root[one[:_ROOT]].append(one)
                self._by_sound[sound_of(one)] = one
        self._shared = {one for one, times in counted.items() if times == len(self._ids) > 1}

    def named(self, tokens: Sequence[Token]) -> Mentioned:
        """The cameras that these words mean."""
        meant: set[int] = set()
        perhaps: set[int] = set()
        spared: set[int] = set()
        runs = [self._by_title(run, tokens) for run in self._runs(tokens)]
        for run in runs:
            if _is_spared(run, tokens):
                spared |= run.cameras
            elif self._is_numbered_otherwise(run, tokens):
                continue
            elif len(run.cameras) == 1 or _is_every(run, tokens):
                meant |= run.cameras
            elif len(run.cameras) < len(self._ids):
                perhaps |= run.cameras
        if (
            not meant
            and not perhaps
            and len(self._ids) > 1
            and _all_of_them(tokens, of=len(self._ids), but=bool(spared))
        ):
            meant = set(range(len(self._ids))) - spared
        places = tuple((run.first, run.last) for run in runs if run.cameras <= meant | perhaps)
        return Mentioned(self._named(meant), self._named(perhaps - meant), places)

    def _by_title(self, run: _Run, tokens: Sequence[Token]) -> _Run:
        """«Склад 2» is the camera of that name, whatever stands in the others' address."""
        if run.first == run.last or len(run.cameras) < 2:
            return run
        said = {one for _, one in _readings(tokens[run.first : run.last + 1], self._synonyms)} & self._by_stem.keys()
        named = {one for one in run.cameras if said <= _stems_of(self._titles[one], self._synonyms)}
        return _Run(run.first, run.last, run.name, named or run.cameras, run.alike)

    def _is_numbered_otherwise(self, run: _Run, tokens: Sequence[Token]) -> bool:
        """«Третий подъезд» is not the camera whose address has «подъезд 1»: the number beside it is another."""
        if any(tokens[at].stem in _ORDINALS or tokens[at].word.isdecimal() for at in range(run.first, run.last + 1)):
            return False
        before, after = tokens[max(0, run.first - 1) : run.first], tokens[run.last + 1 : run.last + 3]
        before = before if not tokens[run.first].first else []  # «1) вход…»
        number = next((one for one in map(_numbering, before) if one), "")
        if not number and after and not after[0].first and after[0].word.isdecimal():
            counts = after[1:] and (after[1].word in _COUNTED or after[1].stem in MONTHS)
            number = "" if counts else after[0].word
        return bool(number) and not any(at in run.cameras for at in self._by_stem.get(number, ()))

    def _named(self, places: set[int]) -> tuple[str, ...]:
        return tuple(self._ids[one] for one in sorted(places))

    def _runs(self, tokens: Sequence[Token]) -> list[_Run]:
        """The runs of telling words, each with the cameras that have all of them."""
        runs: list[_Run] = []
        for at, one in _readings(tokens, self._synonyms):
            one = one if one in self._by_stem else self._made_of(one)
            cameras = self._by_stem.get(one)
            if not cameras or one in self._shared or one in _GENERIC:
                continue
            last = runs[-1] if runs else None
            if last is not None and at - last.last <= _CLOSE and not _parted(tokens, last.last, at):
                far = one.isdecimal() and at - last.last > 1 and not _is_a_number_of(tokens, at)
                if last.cameras & cameras and not far:
                    runs[-1] = last.and_(at, cameras)
                    continue
                if at == last.last:
                    continue  # another reading of the same word
            kind = self._kind_of(last, tokens, at) if one.isdecimal() else None
            if one.isdecimal() and kind is None and not _is_a_number_of(tokens, at):
                continue
            if kind is not None:
                runs.append(_Run(at, at, kind.name, cameras & kind.alike, kind.alike))
            else:
                runs.append(_Run(at, at, one, cameras, cameras))
        return runs

    def _made_of(self, stem: str) -> str:
        """The name that a word is made of, sounds like, or is one slip away from: «крылечко», «входная», «двар»,
        «ресепшен»; "" for none."""
        if len(stem) < _ROOT:
            return ""
        small = next((stem[: -len(one)] for one in _SMALL if stem.endswith(one)), "")
        if small in self._by_stem:  # «банька»
            return small
        if (name := self._by_sound.get(sound_of(stem), "")) or len(stem) == _ROOT:
            return name
        for name in self._by_root.get(stem[:_ROOT], ()):
            root = _in_common(stem, name)
            made = root >= max(_ROOT, len(name) - 2) and stem[root:] in _ENDINGS
            if made or _is_a_slip(stem, name, root):
                return name
        return ""

    def _kind_of(self, last: _Run | None, tokens: Sequence[Token], at: int) -> _Run | None:
        """«Касса 3 и 4»: a bare number after a numbered name is one of the same name."""
        near = last is not None and at - last.last <= 2 and tokens[last.last].word.isdecimal()
        return last if near and last is not None and not last.name.isdecimal() else None


_SMALL = ("еньк", "оньк", "очк", "ечк", "ьк", "ик", "ок", "ек")


def _numbering(token: Token) -> str:
    """«3», «третий»; "" for what numbers nothing."""
    return token.word if token.word.isdecimal() and len(token.word) <= 3 else _ORDINALS.get(token.stem, "")


def _readings(tokens: Sequence[Token], synonyms: Synonyms | None) -> list[tuple[int, str]]:
    """(place, stem) of every word, and of our word for it where the playbook knows one."""
    found: list[tuple[int, str]] = []
    for at, token in enumerate(tokens):
        found.append((at, _ORDINALS.get(token.stem, token.stem)))
        if synonyms is not None:
            ours = synonyms([(token.word, token.stem)])
            ours = ours if len(list(ours)) == 1 else []  # «жильцы» are about yard cameras, and name none
            found += [(at, one) for one in ours if one != token.stem and one not in _GENERIC and len(one) >= _ROOT]
    return found


# A name is the same in every message of its owner: of 500 cameras they were 20 ms of each move.
@lru_cache(maxsize=8192)
def _stems_of(text: str, synonyms: Synonyms | None) -> frozenset[str]:
    return frozenset(one for _, one in _readings(tokens_of(text), synonyms) if one not in _GENERIC)


def _is_a_slip(one: str, other: str, root: int) -> bool:
    """Whether they are the same but for one letter, which is another, left out or too much; of long words only."""
    if min(len(one), len(other)) < _LONG or abs(len(one) - len(other)) > 1:
        return False
    a, b = one[root:], other[root:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:]


def _in_common(one: str, other: str) -> int:
    """How many letters both begin with."""
    apart = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(apart, min(len(one), len(other)))


@dataclass(frozen=True, slots=True)
class _Run:
    """Telling words close together. name: the first of them; alike: the cameras that have it; cameras: all of them."""

    first: int
    last: int
    name: str
    cameras: set[int]
    alike: set[int]

    def and_(self, at: int, cameras: set[int]) -> _Run:
        return _Run(self.first, at, self.name, self.cameras & cameras, self.alike)


def _is_every(run: _Run, tokens: Sequence[Token]) -> bool:
    """«Все кассы», and what is said of more than one: «на кассах», «кассы не пишут»."""
    if any(token.word in _EVERY for token in tokens[max(0, run.first - 2) : run.first]):
        return True
    name = tokens[run.last].word
    plural = name.endswith(("ы", "и")) and _is_said_of_several(tokens, run.last)
    return run.first == run.last and (name.endswith(_SEVERAL) or plural)


def _is_said_of_several(tokens: Sequence[Token], at: int) -> bool:
    near = (one.word for one in tokens[at + 1 : at + 4])
    return any(word.endswith(_OF_SEVERAL) for word in near if len(word) > _SHORT)


_WHOLE = words("весь вся всё все целый целая")
_PLACES = words("дача дом магазин объект офис адрес участок склад дачу территория территорию")
_PLURAL, _A_FEW = ("камеры", "cameras"), 3


def _is_spared(run: _Run, tokens: Sequence[Token]) -> bool:
    """«Кроме ворот»; «двор работает, а вход нет»."""
    before = tokens[max(0, run.first - 2) : run.first]
    if any(token.word in _EXCEPT for token in before):
        return True
    after = tokens[run.last + 1 : run.last + 3]
    fine = next(
        (at for at, token in enumerate(tokens[run.last + 1 : run.last + 3], run.last + 1) if token.word in _FINE), None
    )
    says_fine = fine is not None and _ends_there(tokens, fine)
    return says_fine and not any(token.word in _NOT for token in (*after, *before))


def _ends_there(tokens: Sequence[Token], at: int) -> bool:
    """«Показывает чёрный экран» is no good news."""
    following = tokens[at + 1 : at + 2]
    return all(one.first or one.word in _GOES_ON for one in following)


_GOES_ON = words("а но и хорошо нормально отлично норм ок только fine well and but")


def _parted(tokens: Sequence[Token], last: int, at: int) -> bool:
    """Whether the words name two things: «двор и вход», «двор, вход»."""
    between = tokens[last + 1 : at]
    return any(token.word in ("и", "или", "а", "and", "or") for token in between)


def _is_a_number_of(tokens: Sequence[Token], at: int) -> bool:
    """A number names a camera only beside «камера», «номер» or as an ordinal: «2 дня не работает» does not, nor does
    «третий раз пишу»."""
    near = tokens[max(0, at - 1) : at]
    if any(token.word in _COUNTED for token in tokens[at + 1 : at + 2]):
        return False
    return any(token.stem in _GENERIC for token in near) or not tokens[at].word.isdecimal()


_COUNTED = words(
    "раз раза день дня дней сутки суток неделю недели недель месяц месяца месяцев год года час часа часов минут минуты "
    "подряд утра вечера ночи time times day days week weeks month months hour hours am pm"
)


def _all_of_them(tokens: Sequence[Token], *, of: int, but: bool) -> bool:
    """«Все», «ни одна камера»; of a few cameras also «камеры лежат»."""
    words = [token.word for token in tokens]
    stems = [token.stem for token in tokens]
    if any(one in _WHOLE and after in _PLACES for one, after in pairwise(words)):
        return True
    if of <= _A_FEW and any(word in _PLURAL and _is_said_of_several(tokens, at) for at, word in enumerate(words)):
        return True
    return any(
        word in _EVERY and (but or len(words) == 1 or not _CAMERAS.isdisjoint(stems[at + 1 : at + 4]))
        for at, word in enumerate(words)
    )


def mentioned(text: str, cameras: Iterable[Mapping[str, str]], synonyms: Synonyms | None = None) -> Mentioned:
    """The cameras that a text names. `cameras`: {"id", "title", "address"}."""
    named = CameraNames((NamedCamera(one["id"], one["title"], one.get("address", "")) for one in cameras), synonyms)
    return named.named(tokens_of(text))
