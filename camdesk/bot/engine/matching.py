"""Typed words instead of a button: commands, yes and no, the number or the (misspelt) label of an option."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from camdesk.bot.engine.answers import InvalidAnswer, clean
from camdesk.bot.engine.longest_name import longest_named
from camdesk.bot.engine.no_answers import NO_ANSWER
from camdesk.bot.engine.scope import Ctx, cameras_of, in_language
from camdesk.bot.utterances.overheard import overhear
from camdesk.lib.text import terms
from camdesk.playbook.document import Fact

MAX_WORDS = 12  # a longer message tells a story, it does not press a button
ENOUGH, APART = 0.6, 0.15
MAX_LISTED = 200
_WORD = re.compile(r"[\w+-]+")
_DIGIT = re.compile(r"[0-9]")
# A run of blanks is looked at once, from where it begins: strangers send fifty thousand of them.
_AND = re.compile(r"[,;]|(?<!\s)\s+(?:и|and)\s+")
_NEGATIONS = frozenset({"не", "нет", "no", "not", "без"})
_ALL = frozenset({"все", "всё", "все камеры", "all", "all cameras"})

Choices = Sequence[tuple[str, Sequence[str]]]  # (value, labels)


def best(text: str, choices: Choices) -> str | None:
    """The value of the one choice the words mean; None when none, or several as well."""
    exact = exactly(text, choices)
    if exact is not None:
        return exact
    plain = " ".join(_WORD.findall(text.casefold()))
    plain = str(_ORDINALS[plain[:5]]) if len(plain) <= _LONGEST_ORDINAL and plain[:5] in _ORDINALS else plain
    if plain.isdecimal() and plain.isascii():
        index = int(plain[:6]) - 1
        return choices[index][0] if 0 <= index < len(choices) else None
    if not plain or len(plain.split()) > MAX_WORDS or len(plain) > 200:
        return None
    said = _stems(text)
    named = _named(said, choices)
    if named is not None:
        return named
    marks = sorted(((max(_likeness(said, _stems(one)) for one in labels), value) for value, labels in choices))
    if not marks or marks[-1][0] < ENOUGH or (len(marks) > 1 and marks[-1][0] - marks[-2][0] < APART):
        return _hinted(said, choices) or _told_by_a_word(said, choices)
    return marks[-1][1]


_ORDINALS = {
    form: number
    for number, forms in enumerate(
        ("перво первы перва перву first", "второ втора втору secon", "треть трети third", "четве четвё fourt"), start=1
    )
    for form in forms.split()
}  # by five letters
_LONGEST_ORDINAL = 9  # letters: «четвёртый»


def exactly(text: str, choices: Choices) -> str | None:
    """The value of the choice whose label the words are, letter for letter."""
    plain = " ".join(_WORD.findall(text.casefold()))
    for value, labels in choices:
        if plain and (plain == value.casefold() or any(plain == _plain(label) for label in labels)):
            return value
    return None


def _named(said: Sequence[str], choices: Choices) -> str | None:
    """The one choice whose label stands whole in the words, the longest of them: «свет есть», «да по вайфаю у меня»."""
    return longest_named(
        (value, [stems for one in labels if (stems := _stems(one)) and _holds(said, stems)])
        for value, labels in choices
    )


def _holds(said: Sequence[str], label: Sequence[str]) -> bool:
    """Whether the words hold the label, and deny it only where it denies."""
    return set(label) <= set(said) and bool(_NEGATIONS & set(said)) == bool(_NEGATIONS & set(label))


def _hinted(said: Sequence[str], choices: Choices) -> str | None:
    """The one choice that has all of the words: «картой» for «Картой в личном кабинете»."""
    if not any(len(one) > 2 for one in said) or _NEGATIONS & set(said):
        return None
    found = [value for value, labels in choices if any(set(said) <= set(_stems(one)) for one in labels)]
    return found[0] if len(found) == 1 else None


def is_said(fact: Fact, text: str) -> bool:
    """Whether the words are an option of the fact, letter for letter."""
    return exactly(text, _options(fact)) is not None


def _told_by_a_word(said: Sequence[str], choices: Choices) -> str | None:
    """The one choice that shares a telling word with what is said in a few: «картой сбера» is «Картой в личном
    кабинете». A word of several choices tells nothing, and who denies means another."""
    if len(said) > _FEW_WORDS or _NEGATIONS & set(said) or len(choices) == 1:
        return None
    words = {
        value: {stem for one in labels[:_TITLES] if not _NEGATIONS & set(_stems(one)) for stem in _stems(one)}
        for value, labels in choices
    }
    found = {value for value, stems in words.items() if any(len(one) >= _TELLING and one in stems for one in said)}
    return found.pop() if len(found) == 1 else None


_FEW_WORDS = 5
_TITLES = 2  # in Russian and English; what else it is called may hold any word
_TELLING = 4  # letters of a stem


def answer(fact: Fact, text: str, ctx: Ctx, lang: str, agrees: bool | None = None) -> Any:
    """The clean value the words mean as an answer to `fact`; None when they may mean something else altogether.
    agrees: whether they say yes or no.

    Raises InvalidAnswer when they are clearly meant as an answer and are a wrong one.
    """
    if fact.type in ("text", "longtext"):
        return clean(fact, text, ctx, lang)
    if fact.options or fact.type == "yesno":
        text, agrees = _about_it(fact, text, agrees)
    if fact.type == "choice":
        return best(text, _options(fact)) or _agreed(fact, agrees)
    if fact.type == "choices":
        found = _several(fact, text, ctx, lang) or _agreed(fact, agrees)
        return [found] if isinstance(found, str) else found
    if fact.type == "yesno":
        return agrees
    if fact.type in ("camera", "cameras"):
        return _cameras(fact, text, ctx, lang)
    if fact.type == "files":
        return None
    return _typed(fact, text, ctx, lang)


def _about_it(fact: Fact, text: str, agrees: bool | None) -> tuple[str, bool | None]:
    """«Свет есть, интернета нет», asked about the one: the one clause that speaks of what is asked, and whether it says
    yes or no. All of it where that is none, or several."""
    clauses = [one for one in clauses_of(text) if one.strip()]
    if len(clauses) < 2 or _WORD.findall(clauses[0].casefold())[:1] in (["да"], ["нет"], ["yes"], ["no"]):
        return text, agrees
    asked = _asked(fact) - _OF_NO_THING
    speaking = [one for one in clauses if asked & set(_stems(one))]
    if len(speaking) != 1:
        return text, agrees
    return speaking[0], overhear(speaking[0]).agrees


def clauses_of(text: str) -> list[str]:
    """The clauses of an answer."""
    return _CLAUSES.split(text[:MAX_SAID])


def is_about(fact: Fact, rest: str) -> bool:
    """Whether what stands beside a yes or a no adds little to it, or speaks of what is asked."""
    said = [one for one in _stems(rest[:MAX_SAID]) if one not in _ADDS_NOTHING]
    titles = {stem for option in fact.options for one in (option.title.ru, option.title.en) for stem in _stems(one)}
    return len(said) < _NEWS or not (_asked(fact) | titles - _NEGATIONS).isdisjoint(said)


_NEWS = 2  # words
_ADDS_NOTHING = frozenset(
    terms(
        "вроде кажется наверное точно всё нормально хорошо конечно пока ещё уже есть там тут меня нас мне это был была "
        "было сейчас теперь очень тоже вообще совсем просто именно так где-то it is there i we think still now all here"
    )
)
MAX_SAID = 400  # characters
_CLAUSES = re.compile(r"[,.;!?\n]|(?<!\s)\s(?:а|но|зато|but|and)\s")


@lru_cache(maxsize=1024)
def _asked(fact: Fact) -> frozenset[str]:
    """The words of what is asked, whatever is answered."""
    ways = [one for option in fact.options if option.value not in NO_ANSWER for one in option.also]
    texts = (fact.question.ru, fact.question.en, fact.title.ru, fact.title.en, *ways)
    return frozenset(stem for one in texts if one for stem in _stems(one)) - _NEGATIONS


_OF_NO_THING = frozenset(
    terms("есть там ещё да камера горит работает всё у меня другие какой сейчас is there it the camera")
)


def _typed(fact: Fact, text: str, ctx: Ctx, lang: str) -> Any:
    """Phone, number, date or time: words without a digit are about something else."""
    try:
        return clean(fact, text, ctx, lang)
    except InvalidAnswer:
        if len(_DIGIT.findall(text)) * 2 >= len(text.strip()):
            raise
        return None


def _several(fact: Fact, text: str, ctx: Ctx, lang: str) -> Any:
    parts = [part for part in _AND.split(text) if part.strip()]
    found = [best(part, _options(fact)) for part in parts[:20]]
    if found and all(found):
        return clean(fact, found, ctx, lang)
    whole = best(text, _options(fact))
    return [whole] if whole else None


def _cameras(fact: Fact, text: str, ctx: Ctx, lang: str) -> Any:
    rows = cameras_of(ctx)
    listed = [(str(one["id"]), [str(in_language(one.get("title"), lang) or one["id"])]) for one in rows[:MAX_LISTED]]
    if " ".join(_WORD.findall(text.casefold())) in _ALL and len(listed) == len(rows):
        return [value for value, _ in listed] or None
    parts = [part for part in _AND.split(text) if part.strip()]
    found = [best(part, listed) for part in parts[:50]]
    if found and all(found):
        return clean(fact, found, ctx, lang)
    return None


def _agreed(fact: Fact, agrees: bool | None) -> str | None:
    """Yes or no, where two of the options are that: «Горит» and «Не горит», «Есть» and «Нет», «Да, там ровно» and
    «Нет, так же»."""
    if agrees is None:
        return None
    said = [(one.value, _plain(one.title.ru).split(), _plain(one.title.en).split()) for one in fact.options]
    noes = [value for value, *titles in said if any(title[:1] == [no] for title in titles for no in ("нет", "no"))]
    yeses = [value for value, *titles in said if any(title[:1] in (["да"], ["yes"], ["есть"]) for title in titles)]
    for value, russian, _english in said:
        opposite = [other for other, denied, _ in said if denied[:1] == ["не"] and denied[1:] == russian]
        yeses, noes = yeses + [value] * bool(opposite), noes + opposite
    if not yeses and not noes and not agrees:  # «Других нет» is the only no there is
        noes = [value for value, russian, english in said if "нет" in russian or "none" in english]
        return noes[0] if len(noes) == 1 else None
    if not yeses or not noes:
        return None
    return (yeses if agrees else noes)[0]


def _options(fact: Fact) -> Choices:
    """What each option is called, and how people say it."""
    return [(one.value, [*filter(None, (one.title.ru, one.title.en)), *one.also]) for one in fact.options]


@lru_cache(maxsize=4096)
def _plain(label: str) -> str:
    return " ".join(_WORD.findall(label.casefold()))


@lru_cache(maxsize=4096)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(terms(text)) or tuple(_WORD.findall(text.casefold()))


def _likeness(said: Sequence[str], label: Sequence[str]) -> float:
    """F1 of the words they share, letters apart; 0 when only one of them denies."""
    if bool(_NEGATIONS & set(said)) != bool(_NEGATIONS & set(label)) or not said or not label:
        return 0.0
    shared = {word: max(_same(word, other) for other in label) for word in said}
    if not any(alike for word, alike in shared.items() if word not in _NEGATIONS):
        return 0.0  # «нет» is not «лампочки нет»
    hits = sum(shared[word] for word in said)
    return 2 * hits / (len(said) + len(label))


@lru_cache(maxsize=20_000)
def _same(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if min(len(word), len(other)) < 4 or word.isdecimal():
        return 0.0
    ratio = SequenceMatcher(None, word, other).ratio()
    return ratio if ratio >= 0.75 else 0.0
