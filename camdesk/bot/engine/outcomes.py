"""«Индикатор загорелся и камера появилась?» — «ура, есть картинка», «воткнул, загорелась и показывает», «не ожила»: an
answer to a yes-or-no question about whether it works, in the customer's own words."""

from __future__ import annotations

import re

MAX_WORDS = 16  # who tells more tells something else as well
_WORD = re.compile(r"[^\W\d_]+")
_CLAUSES = re.compile(r"[,.;!?\n]")  # «звук включён, не первый год смотрю» denies no sound
# What a thing that works does, by how its words begin; those of them first that tell of a fault which is over.
_BACK = ("появил", "вернул", "ожил", "включил", "починил", "восстанов")
_WORKS = (
    *_BACK, "загорел", "зажгл", "засвет", "показыва", "показал", "заработ", "работа",
    "пошл", "пошел", "видн", "вижу", "виж", "слышн", "слыш", "отобра", "открыл", "грузит", "загрузил", "подключил",
    "нашл", "исправил", "получил", "возобнов", "online", "works", "working", "back", "visible",
)  # fmt: skip
_THINGS = ("картинк", "изображен", "видео", "звук", "связ", "сигнал", "сет", "picture", "image", "sound", "video")
_THERE = frozenset({"есть", "идет", "пошло", "пошла", "пошел", "норм", "нормально", "ок", "хорошая", "отличная"})
_DENIES = frozenset({"не", "нет", "без", "ни", "никак", "not", "no", "doesn", "isn", "didn", "won", "never"})
_TURNS = frozenset(
    {"но", "только", "однако", "зато", "если", "когда", "чтобы", "или", "but", "however", "if", "when", "or"}
)
_NEAR = 3  # words before, in which a denial belongs to it


def says_it_works(words: str) -> bool | None:
    """Whether the words say that it works, or that it does not; None where they say neither, or both."""
    clauses = [_words_of(one) for one in _CLAUSES.split(words[:400].casefold())]
    said = [word for clause in clauses for word in clause]
    if len(said) > MAX_WORDS or _TURNS & set(said):
        return None
    found = {_works(clause, at) for clause in clauses for at in range(len(clause))} - {None}
    return found.pop() if len(found) == 1 else None


def _words_of(clause: str) -> list[str]:
    return [word.replace("ё", "е") for word in _WORD.findall(clause)]


def came_back(words: str) -> bool:
    """Whether something is said to have come back, beside whatever fails: «не показывала, а сейчас появилась»."""
    return any(word.startswith((*_BACK, "заработал", "наладил")) for word in words[:400].casefold().split())


def _works(said: list[str], at: int) -> bool | None:
    """What the word there says of it: a thing is there or not, a deed is done or denied before."""
    if said[at].startswith(_WORKS):
        return not _DENIES & set(said[max(0, at - _NEAR) : at])
    near = set(said[max(0, at - 2) : at + 4])
    if not said[at].startswith(_THINGS) or not near & (_DENIES | _THERE):
        return None
    return not near & _DENIES
