"""«Индикатор загорелся и камера появилась?» — «ура, есть картинка», «воткнул, загорелась и показывает», «не ожила»: an
answer to a yes-or-no question about whether it works, in the customer's own words."""

from __future__ import annotations

import re

MAX_WORDS = 16  # who tells more tells something else as well
_WORD = re.compile(r"[^\W\d_]+")
_CLAUSES = re.compile(r"[,.;!?\n]")  # «звук включён, не первый год смотрю» denies no sound
# What a thing that works does, by how its words begin; those of them first that tell of a fault which is over.
_BACK = ("появил", "ожил", "восстанов")
_WORKS = (
    *_BACK, "загорел", "зажгл", "засвет", "показыва", "показал", "заработ", "работа",
    "пошл", "пошел", "видн", "вижу", "виж", "слышн", "слыш", "отобра", "грузит",
    "возобнов", "online", "works", "working", "back", "visible",
)  # fmt: skip
# What a thing does by itself («включилась»), and a person to it («включил, жду»): that answers only where it is asked.
_DEEDS = (
    "вернул", "включил", "починил", "открыл", "загрузил", "подключил", "нашл", "нашел", "исправил", "получил",
)  # fmt: skip
_BY_ITSELF = ("сь", "ся")
_THINGS = ("картинк", "изображен", "видео", "звук", "связ", "сигнал", "сет", "picture", "image", "sound", "video")
_THERE = frozenset({"есть", "идет", "пошло", "пошла", "пошел", "норм", "нормально", "ок", "хорошая", "отличная"})
_DENIES = frozenset({"не", "нет", "без", "ни", "никак", "not", "no", "doesn", "isn", "didn", "won", "never"})
_TURNS = frozenset(
    {"но", "только", "однако", "зато", "если", "когда", "чтобы", "или", "but", "however", "if", "when", "or"}
)
_VERB = 3  # letters by which a verb is told
_NEAR = 3  # words before, in which a denial belongs to it


def says_it_works(words: str, asked: str = "") -> bool | None:
    """Whether the words say that it works, or that it does not; None where they say neither, or both. asked: the
    question; what a clause says of another thing is no answer to it («сеть видна» to «Камера появилась в сети?»)."""
    clauses = [words_of(one) for one in _CLAUSES.split(words[:400].casefold())]
    if asked:
        things = _things_of(_PLACES.sub(" ", asked.casefold()))
        clauses = [one for one in clauses if not (other := _things_of(" ".join(one))) or other & things]
    said = [word for clause in clauses for word in clause]
    if len(said) > MAX_WORDS or _TURNS & set(said):
        return None
    about = {one[:_VERB] for one in words_of(asked.casefold()) if len(one) >= _VERB}
    found = {_works(clause, at, about) for clause in clauses for at in range(len(clause))} - {None}
    return found.pop() if len(found) == 1 else None


def works_elsewhere(words: str, asked: str) -> bool:
    """«Блок проверил, розетка работает»: what works is a thing that was not asked about, and no picture is."""
    said = _things_of(words[:400].casefold())
    shown = any(one.startswith((*_THINGS[:3], "камер")) for one in words_of(words[:400].casefold()))
    return bool(said) and not shown and not said & _things_of(_PLACES.sub(" ", asked.casefold()))


# What works without the camera showing anything.
_OTHER_THINGS = (
    "сет", "интернет", "инет", "вайфай", "вай", "wifi", "wi", "роутер", "сайт", "свет", "электр", "розетк", "питан",
    "лампоч", "индикатор", "порт", "огон", "диод", "телефон", "приложен", "баланс", "network", "internet", "router",
    "light", "power", "phone", "app",
)  # fmt: skip
_PLACES = re.compile(r"\b(?:в|на|из|у|online|on|in)\s\w+")


def _things_of(text: str) -> set[str]:
    said = words_of(text)
    return {one for one in _OTHER_THINGS if any(word.startswith(one) for word in said)}


def words_of(clause: str) -> list[str]:
    """The words of a clause in lower case, ё as е."""
    return [word.replace("ё", "е") for word in _WORD.findall(clause)]


def came_back(words: str) -> bool:
    """Whether something is said to have come back, beside whatever fails: «не показывала, а сейчас появилась»."""
    said = words_of(words[:400].casefold())
    return any(one.startswith((*_BACK, "заработал", "наладил")) or _does_by_itself(one) for one in said)


def _does_by_itself(word: str) -> bool:
    return word.startswith(_DEEDS) and word.endswith(_BY_ITSELF)


def _works(said: list[str], at: int, about: set[str]) -> bool | None:
    """What the word there says of it: a thing is there or not, a deed is done or denied before."""
    word = said[at]
    if word.startswith(_WORKS) or _does_by_itself(word) or (word.startswith(_DEEDS) and word[:_VERB] in about):
        return not _DENIES & set(said[max(0, at - _NEAR) : at])
    near = set(said[max(0, at - 2) : at + 4])
    if not said[at].startswith(_THINGS) or not near & (_DENIES | _THERE):
        return None
    return not near & _DENIES
