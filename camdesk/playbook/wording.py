"""The operator's words, held in one place: wording.yaml says what a text may promise, name and call things.

`terms` are values said in many texts («до трёх рабочих дней»); a text writes `{term.transfer}` and the loader puts the
value in, so that no two texts promise different things. `names` are the sections and buttons that exist. `avoid` are
words that no text may use, with the reason. `one_wording` are rules that must be said in the same words everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from camdesk.playbook import own_promises
from camdesk.playbook.document import Contacts, Limits, Promise, Text
from camdesk.playbook.fields import NAME, Fields
from camdesk.playbook.sample_contacts import INSTEAD_OF_EMAIL, INSTEAD_OF_PHONE
from camdesk.playbook.yaml_source import Items, Mark, Node, Problem, problem_at

LANGUAGES = ("ru", "en")
TERM = re.compile(r"\{term\.([a-z0-9_]+)\}")
# Sentences end with a mark and a space; «т. е.» and the like do not occur in a playbook's texts.
_SENTENCE = re.compile(r"[^.!?…]*[.!?…]+|[^.!?…]+$")
# Words before a quoted name that make it the name of a place on the screen.
_PLACES = {
    "ru": re.compile(
        r"(?:\b(?:раздел\w*|кнопк\w*|вкладк\w*|пункт\w*|переключател\w*|нажмите|откройте|выберите|включите|зайдите)"
        r"(?:\s+(?:на|в))?\s+|→\s*)«([^»]+)»|«([^»]+)»\s*→",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"(?:\b(?:section|button|tab|press|open|choose|under|turn on|go to)\s+|→\s*)“([^”]+)”|“([^”]+)”\s*→",
        re.IGNORECASE,
    ),
}
# Keys of YAML whose words customers read. What agents and authors read (check_first, collect, hand_over) is free.
_UNREAD = frozenset({"phrases", "synonyms", "check_first", "collect", "hand_over", "about", "texts_of_agents"})


@dataclass(frozen=True, slots=True)
class Avoided:
    """A pattern that no text in `language` may hold, and what to write instead."""

    language: str
    pattern: re.Pattern[str]
    why: str


@dataclass(frozen=True, slots=True)
class OneWording:
    """Whatever speaks `about` this in `language` says it with sentences of `say`."""

    language: str
    about: re.Pattern[str]
    say: str


@dataclass(frozen=True, slots=True)
class Wording:
    terms: Mapping[str, Text] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    avoid: tuple[Avoided, ...] = ()
    one_wording: tuple[OneWording, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text customers read, where it stands."""

    mark: Mark
    language: str
    text: str


def wording_of(fields: Fields) -> Wording:
    """wording.yaml. A pattern that is none is a fault at its line."""
    terms = fields.node_of("terms", "terms")
    wording = Wording(
        terms={name: terms.text(name, translated=True) for name in terms.node} if terms else {},
        names=frozenset(name for text in fields.texts("names") for name in (text.ru, text.en) if name),
        avoid=tuple(rule for inner in fields.nodes("avoid", "rule") for rule in _avoided(inner)),
        one_wording=tuple(rule for inner in fields.nodes("one_wording", "rule") for rule in _one_wording(inner)),
    )
    for name in wording.terms:
        if not NAME.match(name):
            fields.say("terms", "bad-id", f"«{name}» cannot be a term: use small latin letters and underscores")
    fields.done()
    return wording


def _avoided(fields: Fields) -> Iterator[Avoided]:
    why = fields.word("why", required=True)
    for language in LANGUAGES:
        pattern = _pattern(fields, language)
        if pattern:
            yield Avoided(language, pattern, why)
    fields.done()


def _one_wording(fields: Fields) -> Iterator[OneWording]:
    about, say = fields.node_of("about", "about", required=True), fields.text("say", required=True, translated=True)
    for language in LANGUAGES:
        pattern = _pattern(about, language) if about else None
        if pattern:
            yield OneWording(language, pattern, say.get(language))
    fields.done()


def _pattern(fields: Fields, key: str) -> re.Pattern[str] | None:
    written = fields.word(key)
    try:
        return re.compile(written, re.IGNORECASE) if written else None
    except re.error as error:
        fields.say(key, "bad-pattern", f"«{written}» is no pattern: {error}")
        return None


# ---------------------------------------------------------------------------- terms


def terms_of(wording: Wording, contacts: Contacts, limits: Limits, promises: Mapping[str, Promise]) -> dict[str, Text]:
    """What `{term.…}` may name: the author's terms and the settings texts speak of, in the genitive («в течение …»).

    phone, phone_hours, email, reopen (days), max_file (MB) and, by the id of a promise, its first reply.
    """
    days = limits.reopen_days
    return {
        **{name: _span(promise.first_reply) for name, promise in promises.items()},
        "phone": Text(contacts.phone, contacts.phone) if contacts.phone else INSTEAD_OF_PHONE,
        "phone_hours": Text(contacts.phone_hours.ru, contacts.phone_hours.get("en")),
        "email": Text(contacts.email, contacts.email) if contacts.email else INSTEAD_OF_EMAIL,
        "reopen": Text(f"{days} {_one(days, 'дня', 'дней')}", f"{days} {_one(days, 'day', 'days', english=True)}"),
        "max_file": Text(f"{limits.max_file_mb} МБ", f"{limits.max_file_mb} MB"),
        **wording.terms,
    }


def _span(minutes: int) -> Text:
    if minutes % 60:
        return Text(
            f"{minutes} {_one(minutes, 'минуты', 'минут')}",
            f"{minutes} {_one(minutes, 'minute', 'minutes', english=True)}",
        )
    hours = minutes // 60
    return Text(f"{hours} {_one(hours, 'часа', 'часов')}", f"{hours} {_one(hours, 'hour', 'hours', english=True)}")


def _one(number: int, one: str, many: str, *, english: bool = False) -> str:
    single = number == 1 if english else number % 10 == 1 and number % 100 != 11
    return one if single else many


def filled(text: str, language: str, terms: Mapping[str, Text]) -> str:
    """The text with its terms put in; unknown ones stay and are reported by `check`."""
    return TERM.sub(lambda hole: terms[hole[1]].get(language) if hole[1] in terms else hole[0], text)


def fill_node(data: object, terms: Mapping[str, Text], language: str = "ru") -> None:
    """Puts the terms into every text of a file that was read, in place."""
    if isinstance(data, dict):
        for key, value in data.items():
            inside = key if key in LANGUAGES else language
            if isinstance(value, str):
                data[key] = filled(value, inside, terms)
            else:
                fill_node(value, terms, inside)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            if isinstance(value, str):
                data[index] = filled(value, language, terms)
            else:
                fill_node(value, terms, language)


# ---------------------------------------------------------------------------- checking


def said_in(data: object, language: str = "ru") -> Iterator[ShownText]:
    """Every text under a mapping with «ru» (or «en») in what was read of a YAML file."""
    if isinstance(data, Node):
        for key, value in data.items():
            if key in _UNREAD:
                continue
            if key in LANGUAGES and isinstance(value, str):
                yield ShownText(data.mark_of(key), key, value)
            else:
                yield from said_in(value, language)
    elif isinstance(data, Items):
        for value in data:
            yield from said_in(value, language)


def check(
    said: Iterator[ShownText], wording: Wording, terms: Mapping[str, Text], titles: frozenset[str]
) -> list[Problem]:
    """What the texts say that the operator cannot mean. titles: names of topics, sections and articles."""
    known = wording.names | titles
    problems: list[Problem] = []
    for one in said:
        for code, text in _faults(one, wording, terms, known):
            problems.append(problem_at(one.mark, code, text))
    return problems


def _faults(
    one: ShownText, wording: Wording, terms: Mapping[str, Text], known: frozenset[str]
) -> Iterator[tuple[str, str]]:
    for name in TERM.findall(one.text):
        if name not in terms:
            yield "unknown-term", f"there is no term «{name}»; there are {', '.join(sorted(terms))}"
    for avoided in wording.avoid:
        found = avoided.pattern.search(one.text) if avoided.language == one.language else None
        if found:
            yield "avoided-words", f"«{found[0].strip()}»: {avoided.why}"
    for rule in wording.one_wording:
        if rule.language == one.language:
            for sentence in _SENTENCE.findall(one.text):
                if rule.about.search(sentence) and sentence.strip(" *_-\n") not in rule.say:
                    yield "own-wording", f"«{sentence.strip()}»: say it in the one wording: «{rule.say}»"
    if wording.terms:  # an exported version has its terms put in and no wording.yaml
        for clause in own_promises.found_in(one.text, one.language):
            yield "own-promise", f"«{clause}» is promised by hand: write {{promised|…}}, {{term.…}} or {{promised_at}}"
    if wording.names:
        for first, second in _PLACES[one.language].findall(one.text):
            name = (first or second).strip()
            if name.rstrip(".,") not in known:
                yield (
                    "unknown-name",
                    f"no section, button or topic is called «{name}»; add it to wording.yaml or reword",
                )
