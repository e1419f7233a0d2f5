"""What a topic asks, and whether the answers are answers. Pure: the form, the bot and the API all use it.

An answer is written as
- text, longtext, phone, date ("2026-05-09"), time ("14:30"), choice: a string (a choice: the option's value);
- choices: a list of option values, or one of them;  files, camera: a list of ids;
- yesno: true/false or "yes"/"no";  number: a whole number or its digits;
- the words beside an option with `other_text`: under the key "<fact>.other"; they tick it.
Clean answers have exactly these shapes; empty ones are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from camdesk.lib import phones
from camdesk.lib.language import current_language
from camdesk.lib.text import TextTooLong, clean_line, clean_text
from camdesk.playbook.document import NOT_KNOWN, Fact, Playbook, TopicSpec

OTHER = ".other"
_NUMBER = re.compile(r"[-+]?[0-9]{1,12}\Z")
_MAX_OTHER_CHARS = 200


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Values of one fact that cannot all be true, and a sentence for the person who ticked them."""

    fact: str
    values: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """`clean`: what may be stored. `errors`: key of the answer → a sentence. `contradictions` are kept in `clean`:
    whoever asks decides whether to point them out or to refuse them."""

    clean: dict[str, Any]
    errors: dict[str, str]
    contradictions: tuple[Contradiction, ...]


class BadAnswer(ValueError):
    """`str(error)` is a sentence for the person who answered."""


def facts_for(playbook: Playbook, topic: TopicSpec) -> tuple[Fact, ...]:
    """The facts the topic asks, in its order."""
    return tuple(playbook.facts[name] for name in topic.facts if name in playbook.facts)


def may_not_stay_empty(topic: TopicSpec, facts: Iterable[Fact], *, cameras_named: bool) -> frozenset[str]:
    """The ids of `facts` the form insists on. Of cameras that are named none that may be answered «Не знаю»: we look at
    them ourselves, and having to say so is no condition of being heard."""
    return frozenset(
        fact.id
        for fact in facts
        if fact.id in topic.required_facts and not (cameras_named and fact.scope == "camera" and fact.option(NOT_KNOWN))
    )


def validate_facts(
    facts: Iterable[Fact], answers: Mapping[str, Any], *, required: Iterable[str] = (), cameras: int = 1
) -> Checked:
    """Judges `answers` (fact id → answer) to `facts`; keys of other facts are ignored.

    `required`: ids that may not stay empty. `cameras`: of how many cameras the answers speak at once; two heights of
    one camera contradict each other, two heights of two cameras do not.
    """
    clean: dict[str, Any] = {}
    errors: dict[str, str] = {}
    found: list[Contradiction] = []
    must = set(required)
    for fact in facts:
        try:
            value = _READERS[fact.type](fact, _ticked_by_words(fact, answers))
        except BadAnswer as error:
            errors[fact.id] = str(error)
            continue
        if value is None:
            if fact.id in must:
                errors[fact.id] = _("Ответьте, пожалуйста: без этого мы не начнём.")
            continue
        clean[fact.id] = value
        _other_words(fact, value, answers.get(fact.id + OTHER), clean, errors)
        found += _contradictions(fact, value, cameras)
    return Checked(clean, errors, tuple(found))


def in_words(fact: Fact, clean: Mapping[str, Any], language: str) -> str:
    """The clean answer to `fact` as people read it, "" when there is none: «Дом.ru, Местный провайдер (Спарк)»."""
    value = clean.get(fact.id)
    if value is None:
        return ""
    if fact.type in ("choice", "choices"):
        other = clean.get(fact.id + OTHER, "")
        return ", ".join(_named(fact, one, other, language) for one in ([value] if isinstance(value, str) else value))
    if fact.type == "yesno":
        return _("Да") if value else _("Нет")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _named(fact: Fact, value: str, other: str, language: str) -> str:
    option = fact.option(value)
    if option is None:
        return value
    title = option.title.get(language)
    return f"{title} ({other})" if option.other_text and other else title


# ---------------------------------------------------------------------- one reader for each type


def _text(fact: Fact, given: Any) -> str | None:
    clean = clean_text if fact.type == "longtext" else clean_line
    try:
        return clean(_string(given), most=fact.limits.max_chars) or None
    except TextTooLong:
        most = fact.limits.max_chars
        said = ngettext("Не длиннее %(n)s символа.", "Не длиннее %(n)s символов.", most)
        raise BadAnswer(said % {"n": most}) from None


def _choice(fact: Fact, given: Any) -> str | None:
    values = _options(fact, given)
    if values and len(values) > 1:
        raise BadAnswer(_("Выберите что-то одно."))
    return values[0] if values else None


def _options(fact: Fact, given: Any) -> list[str] | None:
    wanted = [one for one in map(_string, given if isinstance(given, (list, tuple)) else [given]) if one]
    if not wanted:
        return None
    named = {option.title.ru.casefold(): option.value for option in fact.options}
    named |= {option.title.en.casefold(): option.value for option in fact.options if option.title.en}
    named |= {option.value: option.value for option in fact.options}
    ticked = set()
    for one in wanted:
        if one not in named and one.casefold() not in named:
            raise BadAnswer(_("Выберите вариант из списка."))
        ticked.add(named.get(one) or named[one.casefold()])
    return [option.value for option in fact.options if option.value in ticked]


def _yesno(fact: Fact, given: Any) -> bool | None:
    if given is None or given == "":
        return None
    if isinstance(given, bool):
        return given
    if given in ("yes", "no"):
        return bool(given == "yes")
    raise BadAnswer(_("Ответьте «да» или «нет»."))


def _phone(fact: Fact, given: Any) -> str | None:
    written = _string(given)
    if not written:
        return None
    try:
        return phones.normalise(written)
    except phones.BadPhone as error:
        raise BadAnswer(str(error)) from None


def _number(fact: Fact, given: Any) -> int | None:
    written = "" if isinstance(given, bool) else _string(given).replace(" ", "")
    if not written and not isinstance(given, bool):
        return None
    if not _NUMBER.match(written):
        raise BadAnswer(_("Напишите целое число."))
    number, low, high = int(written), fact.limits.min, fact.limits.max
    if low is not None and number < low:
        raise BadAnswer(_("Не меньше %(n)s.") % {"n": low})
    if high is not None and number > high:
        raise BadAnswer(_("Не больше %(n)s.") % {"n": high})
    return number


def _date(fact: Fact, given: Any) -> str | None:
    written = _string(given)
    try:
        return date.fromisoformat(written).isoformat() if written else None
    except ValueError:
        raise BadAnswer(_("Такой даты нет. Напишите, например, 2026-05-09.")) from None


def _time(fact: Fact, given: Any) -> str | None:
    written = _string(given)
    try:
        return time.fromisoformat(written).strftime("%H:%M") if written else None
    except ValueError:
        raise BadAnswer(_("Такого времени нет. Напишите, например, 14:30.")) from None


def _ids(fact: Fact, given: Any) -> list[str] | None:
    wanted = given if isinstance(given, (list, tuple)) else [given]
    ids = list(dict.fromkeys(filter(None, (_string(one) for one in wanted))))
    if fact.type == "files" and len(ids) > fact.limits.max_files:
        most = fact.limits.max_files
        raise BadAnswer(ngettext("Не больше %(n)s файла.", "Не больше %(n)s файлов.", most) % {"n": most})
    return ids or None


_READERS: Mapping[str, Callable[[Fact, Any], Any]] = {
    "text": _text,
    "longtext": _text,
    "choice": _choice,
    "choices": _options,
    "yesno": _yesno,
    "phone": _phone,
    "number": _number,
    "date": _date,
    "time": _time,
    "files": _ids,
    "camera": _ids,
}


def _string(given: Any) -> str:
    if given is None:
        return ""
    if isinstance(given, (bool, dict, list, tuple)):
        raise BadAnswer(_("Этот ответ не подходит к вопросу."))
    return str(given).strip()


# ---------------------------------------------------------------------- words beside an option, contradictions


def _ticked_by_words(fact: Fact, answers: Mapping[str, Any]) -> Any:
    """What is ticked; who wrote the words beside an option has ticked it. Of one choice only where nothing else is."""
    given, words = answers.get(fact.id), answers.get(fact.id + OTHER)
    beside = [option.value for option in fact.options if option.other_text]
    if not beside or not isinstance(words, str) or not words.strip():
        return given
    ticked = list(given) if isinstance(given, list | tuple) else [given] if given else []
    if ticked and (fact.type == "choice" or set(beside) & set(map(str, ticked))):
        return given
    return [*ticked, beside[0]]


def _other_words(fact: Fact, value: Any, given: Any, clean: dict[str, Any], errors: dict[str, str]) -> None:
    ticked = value if isinstance(value, list) else [value]
    if not any(option.other_text and option.value in ticked for option in fact.options):
        return
    try:
        words = clean_line(_string(given), most=_MAX_OTHER_CHARS)
    except (TextTooLong, BadAnswer):
        errors[fact.id + OTHER] = _("Напишите короче, в нескольких словах.")
        return
    if words:
        clean[fact.id + OTHER] = words


def _contradictions(fact: Fact, value: Any, cameras: int) -> list[Contradiction]:
    if fact.type != "choices" or len(value) < 2:
        return []
    found = []
    for lone in fact.alone:
        if lone in value:
            text = _("«%(one)s» нельзя отметить вместе с другими ответами.") % {"one": _title(fact, lone)}
            found.append(Contradiction(fact.id, tuple(value), text))
    if found or (fact.scope == "camera" and cameras > 1):
        return found
    pairs = [pair for pair in fact.contradictions if set(pair) <= set(value)]
    if fact.one_value and not pairs:
        pairs = [tuple(value)]
    for pair in pairs:
        names = ", ".join(f"«{_title(fact, one)}»" for one in pair)
        found.append(Contradiction(fact.id, tuple(pair), _("Вместе не бывает: %(names)s.") % {"names": names}))
    return found


def _title(fact: Fact, value: str) -> str:
    option = fact.option(value)
    return option.title.get(current_language()) if option else value
