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

from camdesk.bot.utterances.patterns import Token, tokens_of, words

_CLOSE = 3  # words between two words of one name: «касса на Ленина номер 3»
_MOST = 5000  # cameras that are looked through
_GENERIC = words(
    "камер видеокамер camera cam кам номер num number ул улиц г город дом д корпус к стр строен кв квартир пр "
    "проспект пер переулок street st building"
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
        self._synonyms = synonyms
        self._by_stem: dict[str, set[int]] = defaultdict(set)
        counted: Counter[str] = Counter()
        for at, camera in enumerate(cameras):
            if at == _MOST:
                break
            self._ids.append(camera.id)
            stems = _stems_of(camera.title, synonyms) | _stems_of(camera.address, synonyms)
            counted.update(stems)
            for one in stems:
                self._by_stem[one].add(at)
        self._shared = {one for one, times in counted.items() if times == len(self._ids) > 1}

    def named(self, tokens: Sequence[Token]) -> Mentioned:
        """The cameras that these words mean."""
        meant: set[int] = set()
        perhaps: set[int] = set()
        spared: set[int] = set()
        runs = self._runs(tokens)
        for run in runs:
            if _is_spared(run, tokens):
                spared |= run.cameras
            elif len(run.cameras) == 1 or _is_every(run, tokens):
                meant |= run.cameras
            elif len(run.cameras) < len(self._ids):
                perhaps |= run.cameras
        if not meant and not perhaps and len(self._ids) > 1 and _all_of_them(tokens, but=bool(spared)):
            meant = set(range(len(self._ids))) - spared
        places = tuple((run.first, run.last) for run in runs if run.cameras <= meant | perhaps)
        return Mentioned(self._named(meant), self._named(perhaps - meant), places)

    def _named(self, places: set[int]) -> tuple[str, ...]:
        return tuple(self._ids[one] for one in sorted(places))

    def _runs(self, tokens: Sequence[Token]) -> list[_Run]:
        """The runs of telling words, each with the cameras that have all of them."""
        runs: list[_Run] = []
        for at, one in _readings(tokens, self._synonyms):
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

    def _kind_of(self, last: _Run | None, tokens: Sequence[Token], at: int) -> _Run | None:
        """«Касса 3 и 4»: a bare number after a numbered name is one of the same name."""
        near = last is not None and at - last.last <= 2 and tokens[last.last].word.isdecimal()
        return last if near and last is not None and not last.name.isdecimal() else None


def _readings(tokens: Sequence[Token], synonyms: Synonyms | None) -> list[tuple[int, str]]:
    """(place, stem) of every word, and of our word for it where the playbook knows one."""
    found: list[tuple[int, str]] = []
    for at, token in enumerate(tokens):
        found.append((at, _ORDINALS.get(token.stem, token.stem)))
        if synonyms is not None:
            ours = synonyms([(token.word, token.stem)])
            found += [(at, one) for one in ours if one != token.stem and one not in _GENERIC]
    return found


# A name is the same in every message of its owner: of 500 cameras they were 20 ms of each move.
@lru_cache(maxsize=8192)
def _stems_of(text: str, synonyms: Synonyms | None) -> frozenset[str]:
    return frozenset(one for _, one in _readings(tokens_of(text), synonyms) if one not in _GENERIC)


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
    return any(token.word in _EVERY for token in tokens[max(0, run.first - 2) : run.first])


def _is_spared(run: _Run, tokens: Sequence[Token]) -> bool:
    """«Кроме ворот»; «двор работает, а вход нет»."""
    before = tokens[max(0, run.first - 2) : run.first]
    if any(token.word in _EXCEPT for token in before):
        return True
    after = tokens[run.last + 1 : run.last + 3]
    says_fine = any(token.word in _FINE for token in after)
    return says_fine and not any(token.word in _NOT for token in (*after, *before))


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


_COUNTED = words("раз день дня сутки неделю месяц год час подряд time day week month")


def _all_of_them(tokens: Sequence[Token], *, but: bool) -> bool:
    words = [token.word for token in tokens]
    stems = [token.stem for token in tokens]
    return any(
        word in _EVERY and (but or len(words) == 1 or not _CAMERAS.isdisjoint(stems[at + 1 : at + 4]))
        for at, word in enumerate(words)
    )


def mentioned(text: str, cameras: Iterable[Mapping[str, str]], synonyms: Synonyms | None = None) -> Mentioned:
    """The cameras that a text names. `cameras`: {"id", "title", "address"}."""
    named = CameraNames((NamedCamera(one["id"], one["title"], one.get("address", "")) for one in cameras), synonyms)
    return named.named(tokens_of(text))
