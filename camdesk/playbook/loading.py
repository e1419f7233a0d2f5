"""A directory of YAML and Markdown → the playbook, or every fault of it at once. docs/playbook.md is for its authors.

Nothing is remembered between calls and nothing is written; a directory with one fault gives no playbook at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from camdesk.playbook import consistency, schema, wording
from camdesk.playbook.document import Article, ConsentText, Contacts, Hours, Lexicon, Playbook, Section, Text, TopicSpec
from camdesk.playbook.fields import SLUG, Fields
from camdesk.playbook.instructions import walk_fault
from camdesk.playbook.sample_contacts import without_sample
from camdesk.playbook.schema import Places
from camdesk.playbook.wording import ShownText, Wording
from camdesk.playbook.yaml_source import Items, Mark, Node, Problem, parse_yaml, plain, problem_at, read_text, read_yaml

T = TypeVar("T")

LISTS = {
    "sections.yaml": ("section", schema.section_of),
    "facts.yaml": ("fact", schema.fact_of),
    "teams.yaml": ("team", schema.team_of),
    "promises.yaml": ("promise", schema.promise_of),
    "replies.yaml": ("reply", schema.reply_of),
}
SINGLES = ("playbook.yaml", "contacts.yaml", "hours.yaml", "consent.yaml", "lexicon.yaml", "wording.yaml")
OPTIONAL = ("replies.yaml", "consent.yaml", "lexicon.yaml", "wording.yaml")
# The rules of wording.yaml are not about them: what customers write, the rules themselves, the source of numbers.
UNSAID = ("lexicon.yaml", "wording.yaml", "contacts.yaml")
# Not part of what is published: tests of the dialogues and notes to the authors.
BESIDE = ("dialogues/", "conversations/", "README.md")
_ARTICLE = re.compile(r"articles/([a-z0-9_-]+)\.(ru|en)\.md\Z")
_TOPIC = re.compile(r"topics/([a-z0-9_-]+)/([a-z0-9_-]+)\.yaml\Z")
_FLOW = re.compile(r"flows/([a-z0-9_-]+)\.yaml\Z")
MAX_FILES = 5_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a directory gave: the playbook, or None and at least one problem (sorted by file and line)."""

    playbook: Playbook | None
    problems: tuple[Problem, ...]


def _real_contacts_of(fields: Fields, places: Places) -> Contacts:
    return without_sample(schema.contacts_of(fields, places))


def load(directory: Path, *, sample_contacts: bool = True) -> Loaded:
    """Reads and checks the whole directory. Never raises on its content. `sample_contacts`: whether contacts that are
    the sample's are kept; else they are left out, and texts say something else in their place."""
    reading = _Reading(directory, schema.contacts_of if sample_contacts else _real_contacts_of)
    playbook = reading.playbook()
    problems = reading.problems
    problems += consistency.check(playbook, reading.context())
    problems += wording.check(iter(reading.said), reading.wording, reading.terms, _titles(playbook))
    unique = tuple(sorted(set(problems)))
    return Loaded(None if unique else playbook, unique)


@dataclass
class _Reading:
    directory: Path
    contacts_of: Callable[[Fields, Places], Contacts] = schema.contacts_of
    problems: list[Problem] = field(default_factory=list)
    places: Places = field(default_factory=Places)
    # Kinds whose file could not be read whole: references to them cannot be judged.
    unsure: set[str] = field(default_factory=set)
    flows: dict[str, Node] = field(default_factory=dict)
    wording: Wording = field(default_factory=Wording)
    terms: Mapping[str, Text] = field(default_factory=dict)
    # Every text as its author wrote it, before the terms were put in.
    said: list[ShownText] = field(default_factory=list)

    def context(self) -> consistency.Context:
        return consistency.Context(self.places, frozenset(self.unsure), self.flows)

    def playbook(self) -> Playbook:
        files = self._files()
        self._read_terms(files)
        found: dict[str, list[Any]] = {kind: [] for kind, _ in LISTS.values()}
        for name, (kind, shape) in LISTS.items():
            found[kind] = self._list(name, kind, shape) if name in files or name not in OPTIONAL else []
        topics = self._topics([file for file in files if _TOPIC.match(file)])
        self.flows = {match[1]: node for file in files if (match := _FLOW.match(file)) for node in self._flow(file)}
        playbook = Playbook(
            title=Text(),
            common_flow="",
            other_topic="",
            sections={one.id: one for one in found["section"]},
            topics=_as_shown(topics, found["section"]),
            facts={one.id: one for one in found["fact"]},
            flows={name: plain(node) for name, node in self.flows.items()},
            articles={one.id: one for one in self._articles(files)},
            teams={one.id: one for one in found["team"]},
            promises={one.id: one for one in found["promise"]},
            replies=tuple(found["reply"]),
            contacts=self._one("contacts.yaml", files, self.contacts_of, Contacts()),
            hours=self._one("hours.yaml", files, schema.hours_of, Hours()),
            consent=self._one("consent.yaml", files, schema.consent_of, ConsentText()),
            lexicon=self._one("lexicon.yaml", files, schema.lexicon_of, Lexicon()),
        )
        return self._one("playbook.yaml", files, lambda fields, places: _head(playbook, fields, places), playbook)

    def _read_terms(self, files: list[str]) -> None:
        """What texts may name by `{term.…}` is read first; its faults are told when the files are read in turn."""
        quiet = _Reading(self.directory, self.contacts_of)
        self.wording = self._one("wording.yaml", files, lambda fields, places: wording.wording_of(fields), Wording())
        head = quiet._node("playbook.yaml", "playbook") if "playbook.yaml" in files else None
        limits = schema.limits_of(Fields(head, "playbook", []).node_of("limits", "limits") if head else None)
        promises = quiet._list("promises.yaml", "promise", schema.promise_of)
        contacts = quiet._one("contacts.yaml", files, self.contacts_of, Contacts())
        self.terms = wording.terms_of(self.wording, contacts, limits, {one.id: one for one in promises})

    def _remember(self, file: str, read: Node | Items) -> None:
        """Keeps the texts as they were written and puts the terms into them."""
        if file not in UNSAID:
            self.said += wording.said_in(read)
            wording.fill_node(read, self.terms)

    # ------------------------------------------------------------------ files

    def _files(self) -> list[str]:
        """Names of the playbook's files, sorted; what does not belong is reported."""
        if not self.directory.is_dir():
            self.problems.append(Problem(str(self.directory), 1, "unreadable", "there is no such directory"))
            return []
        found: list[str] = []
        for path in sorted(self.directory.rglob("*")):
            name = path.relative_to(self.directory).as_posix()
            if path.is_dir() or name.startswith(BESIDE) or any(part.startswith(".") for part in Path(name).parts):
                continue
            if len(found) >= MAX_FILES:
                self.problems.append(Problem(name, 1, "too-large", f"more than {MAX_FILES} files"))
                break
            if name in LISTS or name in SINGLES or any(kind.match(name) for kind in (_ARTICLE, _TOPIC, _FLOW)):
                found.append(name)
            else:
                self.problems.append(Problem(name, 1, "unknown-file", "no file of a playbook has this name"))
        return found

    def _node(self, file: str, kind: str) -> Node | None:
        read = read_yaml(self.directory / file, file, self.problems)
        if isinstance(read, Node):
            self._remember(file, read)
            return read
        if read is not None:
            self.problems.append(Problem(file, 1, "wrong-type", "expected keys with values, found a list"))
        self.unsure.add(kind)
        return None

    def _one(self, file: str, files: list[str], shape: Callable[[Fields, Places], T], absent: T) -> T:
        kind = file.removesuffix(".yaml")
        if file not in files:
            if file not in OPTIONAL:
                self._missing(file, kind)
            return absent
        node = self._node(file, kind)
        return absent if node is None else shape(Fields(node, file, self.problems), self.places)

    def _list(self, file: str, kind: str, shape: Callable[[Fields, Places], T]) -> list[T]:
        if not (self.directory / file).is_file():
            self._missing(file, kind)
            return []
        read = read_yaml(self.directory / file, file, self.problems)
        if not isinstance(read, Items):
            if read is not None:
                self.problems.append(
                    Problem(file, 1, "wrong-type", f"expected a list: every {kind} begins with «- id:»")
                )
            self.unsure.add(kind)
            return []
        self._remember(file, read)
        return [shape(fields, self.places) for fields in self._nodes_of(read, kind)]

    def _nodes_of(self, items: Items, kind: str) -> Iterator[Fields]:
        seen: dict[str, Mark] = {}
        for index, item in enumerate(items):
            if not isinstance(item, Node):
                self.problems.append(problem_at(items.mark_of(index), "wrong-type", f"expected a {kind} with keys"))
                continue
            given = str(item.get("id") or "")
            if given in seen:
                text = f"the {kind} «{given}» is already on line {seen[given].line}"
                self.problems.append(problem_at(item.mark_of("id"), "duplicate-id", text))
                continue
            if given:
                seen[given] = item.mark_of("id")
            yield Fields(item, kind, self.problems)

    def _missing(self, file: str, kind: str) -> None:
        self.unsure.add(kind)
        self.problems.append(Problem(file, 1, "missing-file", "the playbook needs this file"))

    # ------------------------------------------------------------------ topics, flows, articles

    def _topics(self, files: list[str]) -> dict[str, TopicSpec]:
        found: dict[str, TopicSpec] = {}
        seen: dict[str, str] = {}
        for file in files:
            _, section, name = file.removesuffix(".yaml").split("/")
            if name in seen:
                self.problems.append(Problem(file, 1, "duplicate-id", f"the topic «{name}» is already in {seen[name]}"))
                continue
            seen[name] = file
            self._check_name(file, name)
            self.places.put(Mark(file, 1), "topic", name)
            node = self._node(file, f"topic {name}")
            if node is not None:
                fields = Fields(node, "topic", self.problems)
                found[name] = schema.topic_of(fields, self.places, topic_id=name, section=section)
        return found

    def _flow(self, file: str) -> Iterator[Node]:
        name = file.removesuffix(".yaml").split("/")[1]
        self._check_name(file, name)
        self.places.put(Mark(file, 1), "flow", name)
        node = self._node(file, f"flow {name}")
        if node is not None:
            yield node

    def _articles(self, files: list[str]) -> Iterator[Article]:
        names = [match for file in files if (match := _ARTICLE.match(file))]
        for name in sorted({match[1] for match in names}):
            languages = {match[2]: match[0] for match in names if match[1] == name}
            self._check_name(next(iter(languages.values())), name)
            read = {language: self._article_file(file, name) for language, file in languages.items()}
            if "ru" not in read:
                self.problems.append(Problem(languages["en"], 1, "no-translation", "the article has no Russian text"))
            ru, en = read.get("ru", _Page()), read.get("en", _Page())
            words = tuple(dict.fromkeys(ru.keywords + en.keywords))
            if fault := walk_fault(ru.body, ru.walk):
                self.problems.append(Problem(languages["ru"], 1, *fault))
            walk = ru.walk is not False and en.walk is not False
            yield Article(name, Text(ru.title, en.title), Text(ru.body, en.body), words, walk)

    def _article_file(self, file: str, name: str) -> _Page:
        """Front matter between two lines of «---», then Markdown."""
        self.places.put(Mark(file, 1), "article", name)
        text = read_text(self.directory / file, file, self.problems)
        if text is None:
            return _Page()
        language = file.split(".")[-2]
        written = text.split("\n")
        self.said += [ShownText(Mark(file, number), language, line) for number, line in enumerate(written, 1)]
        lines = [wording.filled(line, language, self.terms) for line in written]
        end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
        if lines[0].rstrip() != "---" or not end:
            self.problems.append(Problem(file, 1, "front-matter", "an article begins with «---», «title: …», «---»"))
            return _Page()
        node = parse_yaml("\n" + "\n".join(lines[1:end]) + "\n", file, self.problems)
        if not isinstance(node, Node):
            if node is not None:
                self.problems.append(Problem(file, 2, "wrong-type", "expected keys with values, found a list"))
            return _Page()
        fields = Fields(node, "article", self.problems)
        page = _Page(
            title=fields.word("title", required=True, max_chars=160),
            keywords=fields.words("keywords"),
            walk=fields.flag("walk", default=True) if "walk" in node else None,
            body="\n".join(lines[end + 1 :]).strip() + "\n",
        )
        fields.done()
        if not page.body.strip():
            self.problems.append(Problem(file, end + 1, "empty", "the article has no text"))
        for number, line in enumerate(lines[end + 1 :], end + 2):
            for target in consistency.ARTICLE_LINK.findall(line):
                self.places.put(Mark(file, number), "article", name, "link", target)
                self.places.put(Mark(file, number), "article", name, "link", target, language)
        return page

    def _check_name(self, file: str, name: str) -> None:
        if not SLUG.match(name):
            self.problems.append(Problem(file, 1, "bad-id", f"«{name}» cannot be an id: begin with a latin letter"))


@dataclass(frozen=True, slots=True)
class _Page:
    title: str = ""
    body: str = ""
    keywords: tuple[str, ...] = ()
    walk: bool | None = None  # not said


def _titles(playbook: Playbook) -> frozenset[str]:
    """What a text may call by name besides the names of wording.yaml: topics, articles, sections."""
    titles = [
        *(topic.title for topic in playbook.topics.values()),
        *(article.title for article in playbook.articles.values()),
        *(section.title for section in playbook.sections.values()),
    ]
    return frozenset(said for title in titles for said in (title.ru, title.en) if said)


def _as_shown(topics: dict[str, TopicSpec], sections: list[Section]) -> dict[str, TopicSpec]:
    order = [name for section in sections for name in section.topics if name in topics]
    return {name: topics[name] for name in dict.fromkeys([*order, *topics])}


def _head(playbook: Playbook, fields: Fields, places: Places) -> Playbook:
    places.put_keys(fields.node, "playbook")
    written = fields.integer("format", 1, 1_000)
    if written != schema.FORMAT:
        fields.say("format", "bad-format", f"«format» must be {schema.FORMAT}: this program reads no other")
    named = fields.node_of("texts", "texts")
    texts = {name: named.text(name, translated=True) for name in named.node} if named else {}
    whole = replace(
        playbook,
        title=fields.text("title", required=True, translated=True, max_chars=120),
        common_flow=fields.identifier("common_flow"),
        other_topic=fields.identifier("other_topic"),
        limits=schema.limits_of(fields.node_of("limits", "limits")),
        texts=texts,
    )
    fields.done()
    return whole
