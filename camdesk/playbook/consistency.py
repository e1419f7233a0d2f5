"""Faults that show only when the parts of the playbook are held against each other.

`loading.py` calls `check` with whatever it could read. A reference into a file that could not be read is not judged:
one broken file must not drown the author in faults that are not theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from camdesk.playbook import flow_checks
from camdesk.playbook.document import Article, Fact, Playbook, Section, TopicSpec
from camdesk.playbook.flows import SAME_REQUEST
from camdesk.playbook.instructions import steps_of
from camdesk.playbook.schema import Places
from camdesk.playbook.yaml_source import Node, Problem, problem_at
from camdesk.ui import drawings
from camdesk.ui.icons import is_icon

ARTICLE_LINK = re.compile(r"\]\(article:([^)\s]*)\)")
# A link that is a name, not a part of the sentence: quoted, or after «смотрите», «в статье».
NAMED_LINK = re.compile(
    r"(?:\[[«“]|\b(?:[Сс]мотрите|[Сс]тать\w*|[Тт]ем[ау]|[Ss]ee)\s+\[)([A-ZА-ЯЁ][^\]»”]*)[»”]?\]\(article:([^)\s]*)\)"
)
PICTURE = re.compile(r"\]\(picture:([^)\s]*)\)")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# What a canned reply may fill in.
REPLY_NAMES = ("name", "number", "agent", "address", "topic", "hours", "phone", "email", "promised_at")
# What only the agent knows: it stays as written, for them to fill in before sending.
AGENT_NAMES = (
    "visit_date", "from", "to", "price", "done", "period",
    "delivery", "other", "reason", "amount", "hours_down", "when",
)  # fmt: skip
PLACES = REPLY_NAMES + AGENT_NAMES  # all that may stand in braces
# Fields of a camera's passport that an answer can be offered back to.
# {field of a camera's passport: the most characters it holds, None for any number} (cameras/models/passport.py)
PASSPORT_FIELDS = {
    "provider": 60,
    "supplier": 60,
    "height": 60,
    "connection": 60,
    "mount": 120,
    "port": 120,
    "access": None,
}
MAX_BUTTONS = 10
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+\Z")


@dataclass(frozen=True, slots=True)
class Context:
    """What the checks know besides the playbook: where things stand, what was unreadable, the flows as written."""

    places: Places
    unsure: frozenset[str] = frozenset()
    flows: Mapping[str, Node] | None = None


def check(playbook: Playbook, context: Context) -> list[Problem]:
    """All faults between the parts of `playbook`, in no particular order."""
    judge = _Judge(playbook, context)
    for rule in _RULES:
        rule(judge)
    return judge.problems


class _Judge:
    def __init__(self, playbook: Playbook, context: Context) -> None:
        self.playbook = playbook
        self.places = context.places
        self.unsure = context.unsure
        self.flows = context.flows or {}
        self.problems: list[Problem] = []

    def say(self, code: str, text: str, *path: str | int) -> None:
        self.problems.append(problem_at(self.places.of(*path), code, text))

    def knows(self, kind: str, name: str) -> bool:
        """Whether the playbook holds it, or may hold it in a file that could not be read."""
        known: Mapping[str, object] = getattr(self.playbook, f"{kind}s")
        return name in known or kind in self.unsure or f"{kind} {name}" in self.unsure

    def refer(self, kind: str, name: str, *path: str | int) -> None:
        """Reports a reference to something that is not there."""
        if name and not self.knows(kind, name):
            self.say(f"unknown-{kind}", f"there is no {kind} «{name}»", *path)


def _sections(judge: _Judge) -> None:
    playbook = judge.playbook
    if len(playbook.sections) > MAX_BUTTONS:
        judge.say("too-many", f"{len(playbook.sections)} sections; at most {MAX_BUTTONS}", "section", _last(judge))
    _same(judge, "section", [(section.id, section.ref) for section in playbook.sections.values()], "ref")
    listed: dict[str, str] = {}
    for section in playbook.sections.values():
        if section.icon and not is_icon(section.icon):
            judge.say("unknown-icon", f"the icon set has no «{section.icon}»", "section", section.id, "icon")
        if not section.topics:
            judge.say("empty", f"the section «{section.id}» has no topics", "section", section.id, "topics")
        for index, topic_id in enumerate(section.topics):
            _listed(judge, section, index, topic_id, listed)
    for topic in playbook.topics.values():
        if topic.id not in listed and "section" not in judge.unsure:
            judge.say("unreachable", f"no section of sections.yaml lists the topic «{topic.id}»", "topic", topic.id)


def _last(judge: _Judge) -> str:
    return list(judge.playbook.sections)[-1]


def _listed(judge: _Judge, section: Section, index: int, topic_id: str, listed: dict[str, str]) -> None:
    place = ("section", section.id, "topics", index)
    if topic_id in listed:
        judge.say("duplicate", f"the topic «{topic_id}» is already in the section «{listed[topic_id]}»", *place)
        return
    listed[topic_id] = section.id
    judge.refer("topic", topic_id, *place)
    topic = judge.playbook.topics.get(topic_id)
    if topic and topic.section != section.id:
        text = f"the topic «{topic_id}» lies in topics/{topic.section}/, not in topics/{section.id}/"
        judge.say("wrong-section", text, *place)


def _same(judge: _Judge, kind: str, named: list[tuple[str, str]], key: str) -> None:
    seen: dict[str, str] = {}
    for owner, value in named:
        if value and value in seen:
            text = f"«{key}» «{value}» belongs to the {kind} «{seen[value]}»"
            judge.say("duplicate", text, kind, owner, key)
        seen.setdefault(value, owner)


def _topics(judge: _Judge) -> None:
    playbook = judge.playbook
    for topic in playbook.topics.values():
        _topic(judge, topic)
    _same(judge, "topic", [(topic.id, topic.ref) for topic in playbook.topics.values()], "ref")
    _same(judge, "topic", [(topic.id, topic.title.ru.casefold()) for topic in playbook.topics.values()], "title")
    _phrases(judge)


def _topic(judge: _Judge, topic: TopicSpec) -> None:
    here = ("topic", topic.id)
    judge.refer("team", topic.team, *here, "team")
    judge.refer("promise", topic.promise, *here, "promise")
    judge.refer("article", topic.article, *here, "article")
    judge.refer("flow", topic.flow, *here, "flow")
    for text in flow_checks.condition_faults(topic.show_if):
        judge.say("bad-condition", text, *here, "show_if")
    for index, name in enumerate(topic.facts):
        judge.refer("fact", name, *here, "facts", index)
        fact = judge.playbook.facts.get(name)
        if fact and fact.scope == "camera" and topic.cameras == "none":
            text = f"«{name}» is asked about a camera, but the topic has «cameras: none»"
            judge.say("contradiction", text, *here, "facts", index)
    for index, name in enumerate(topic.required_facts):
        if name not in topic.facts:
            judge.say("unknown-fact", f"«{name}» is required but not in «facts»", *here, "required_facts", index)
    if not topic.phrases:
        judge.say("no-phrases", f"the topic «{topic.id}» has no phrases to be recognised by", *here, "phrases")


def _phrases(judge: _Judge) -> None:
    seen: dict[str, str] = {}
    for topic in judge.playbook.topics.values():
        for index, phrase in enumerate(topic.phrases):
            key = " ".join(phrase.casefold().replace("ё", "е").split())
            owner = seen.setdefault(key, topic.id)
            if owner != topic.id:
                text = f"«{phrase}» is already a phrase of the topic «{owner}»"
                judge.say("duplicate", text, "topic", topic.id, "phrases", index)


def _other_topic(judge: _Judge) -> None:
    playbook = judge.playbook
    if "playbook" in judge.unsure:
        return
    judge.refer("topic", playbook.other_topic, "playbook", "other_topic")
    topic = playbook.topics.get(playbook.other_topic)
    if topic and not topic.in_form:
        text = "«other_topic» is not in the form: nobody could choose it when nothing fits"
        judge.say("no-other", text, "topic", topic.id, "in_form")
    judge.refer("flow", playbook.common_flow, "playbook", "common_flow")


def _facts(judge: _Judge) -> None:
    asked = {name for topic in judge.playbook.topics.values() for name in topic.facts}
    asked |= {name for node in judge.flows.values() for name in _words_under(node, "ask")}
    for fact in judge.playbook.facts.values():
        _fact(judge, fact)
        if fact.id not in asked and not any(kind.startswith(("topic ", "flow ")) for kind in judge.unsure):
            judge.say("unreachable", f"no topic and no flow asks the fact «{fact.id}»", "fact", fact.id)


def _fact(judge: _Judge, fact: Fact) -> None:
    here = ("fact", fact.id)
    values = [option.value for option in fact.options]
    chosen = fact.type in ("choice", "choices")
    if chosen and len(values) < 2:
        judge.say("missing-key", f"the fact «{fact.id}» needs at least two options", *here, "options")
    if not chosen and values:
        judge.say("contradiction", f"a fact of the type «{fact.type}» has no options", *here, "options")
    if len(values) > MAX_BUTTONS:
        text = f"the fact «{fact.id}» offers {len(values)} options; at most {MAX_BUTTONS} fit on buttons"
        judge.say("too-many", text, *here, "options")
    for index, value in enumerate(values):
        if value in values[:index]:
            judge.say("duplicate-id", f"the option «{value}» stands twice", *here, "options", index)
    for index, value in enumerate(fact.alone):
        if value not in values:
            judge.say("unknown-option", f"«alone»: there is no option «{value}»", *here, "alone", index)
    for index, pair in enumerate(fact.contradictions):
        for value in pair:
            if value not in values:
                text = f"«contradictions»: there is no option «{value}»"
                judge.say("unknown-option", text, *here, "contradictions", index)
    if fact.passport and fact.passport not in PASSPORT_FIELDS:
        text = f"a camera's passport has no «{fact.passport}»; it has {', '.join(PASSPORT_FIELDS)}"
        judge.say("bad-value", text, *here, "passport")
    most = PASSPORT_FIELDS.get(fact.passport) if fact.passport else None
    longest = fact.limits.max_chars if fact.type in ("text", "longtext") else max(map(len, values), default=0)
    if most is not None and longest > most:
        text = f"an answer may have {longest} characters, «{fact.passport}» of a camera's passport holds {most}"
        judge.say("too-long", text, *here, "passport")
    if fact.passport and fact.scope != "camera":
        judge.say("contradiction", "«passport» needs «scope: camera»", *here, "passport")


def _articles(judge: _Judge) -> None:
    playbook = judge.playbook
    reached = {topic.article for topic in playbook.topics.values()}
    reached |= {name for node in judge.flows.values() for name in _words_under(node, "article")}
    for article in playbook.articles.values():
        linked = set(ARTICLE_LINK.findall(article.body.ru + article.body.en))
        reached |= linked - {article.id}
        for name in sorted(linked):
            judge.refer("article", name, "article", article.id, "link", name)
        _links_say_titles(judge, article)
        _same_steps(judge, article)
        for name in PICTURE.findall(article.body.ru + article.body.en):
            if name not in drawings.names():
                known = ", ".join(sorted(drawings.names()))
                judge.say("unknown-picture", f"there is no drawing «{name}»; there are {known}", "article", article.id)
    for article in playbook.articles.values():
        if article.id not in reached and not any(kind.startswith(("topic ", "flow ")) for kind in judge.unsure):
            text = f"nothing leads to the article «{article.id}»: no topic, no flow, no other article"
            judge.say("unreachable", text, "article", article.id)


def _links_say_titles(judge: _Judge, article: Article) -> None:
    """A link that is a name is the title: the reader looks for it above the page that opens."""
    for language in ("ru", "en"):
        for said, name in NAMED_LINK.findall(getattr(article.body, language)):
            title = getattr(judge.playbook.articles[name].title, language) if name in judge.playbook.articles else ""
            if title and said != title:
                text = f"the link says «{said}», its article is called «{title}»"
                judge.say("link-title", text, "article", article.id, "link", name, language)


def _same_steps(judge: _Judge, article: Article) -> None:
    """A walk through the steps stands at a number; it must be the same step in either language."""
    russian, english = len(steps_of(article.body.ru)), len(steps_of(article.body.en))
    if article.body.en and russian != english:
        text = f"the Russian article has {russian} steps in its first numbered list, the English one {english}"
        judge.say("steps-differ", text, "article", article.id)


def _flows(judge: _Judge) -> None:
    for topic in judge.playbook.topics.values():
        flow = judge.flows.get(topic.flow)
        named = flow.get("title") if flow else None
        if flow and isinstance(named, Node) and named.get("ru") != topic.title.ru:
            text = f"the topic is called «{topic.title.ru}»: one thing has one name"
            judge.problems.append(problem_at(flow.mark_of("title"), "two-names", text))
    reached = {judge.playbook.common_flow, SAME_REQUEST} | {topic.flow for topic in judge.playbook.topics.values()}
    reached |= {name for node in judge.flows.values() for name in _words_under(node, "link")}
    for name in judge.flows:
        if name not in reached and not judge.unsure:
            judge.say("unreachable", f"no topic and no other flow leads to the flow «{name}»", "flow", name)
    judge.problems += flow_checks.check_all(judge.flows, judge.playbook, judge.unsure)


def _words_under(data: object, key: str) -> Iterator[str]:
    """Every text (or item of a list of texts) that stands under `key` at any depth."""
    if isinstance(data, dict):
        for name, value in data.items():
            if name == key:
                yield from (word for word in (value if isinstance(value, list) else [value]) if isinstance(word, str))
            yield from _words_under(value, key)
    elif isinstance(data, list):
        for value in data:
            yield from _words_under(value, key)


def _contacts(judge: _Judge) -> None:
    contacts = judge.playbook.contacts
    if contacts.email and not _EMAIL.match(contacts.email):
        judge.say("bad-email", f"«{contacts.email}» is not an e-mail address", "contacts", "email")
    if contacts.phone and not contacts.phone_link:
        judge.say("bad-phone", f"«{contacts.phone}» is not a phone number", "contacts", "phone")


def _hours(judge: _Judge) -> None:
    hours = judge.playbook.hours
    try:
        ZoneInfo(hours.time_zone)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        if hours.time_zone:
            judge.say("bad-time-zone", f"there is no time zone «{hours.time_zone}»", "hours", "time_zone")
    seen: set[str] = set()
    for index, holiday in enumerate(hours.holidays):
        if holiday.date in seen:
            judge.say("duplicate", f"the holiday {holiday.date} stands twice", "hours", "holidays", index)
        seen.add(holiday.date)
    if len([day for day in seen if len(day) == 5]) > 100:
        judge.say("bad-hours", "more than 100 yearly holidays", "hours", "holidays")


def _consent(judge: _Judge) -> None:
    consent = judge.playbook.consent
    if not consent.required:
        return
    for key, value in (("text", consent.text.ru), ("version", consent.version), ("policy_url", consent.policy_url)):
        if not value:
            judge.say("missing-key", f"a required consent needs «{key}»", "consent", "required")


def _replies(judge: _Judge) -> None:
    for reply in judge.playbook.replies:
        for index, name in enumerate(reply.topics):
            judge.refer("topic", name, "reply", reply.id, "topics", index)
        for name in PLACEHOLDER.findall(reply.text.ru + reply.text.en):
            if name not in PLACES:
                known = ", ".join(REPLY_NAMES)
                text = f"a reply cannot fill in «{{{name}}}»; it can {known}; an agent can {', '.join(AGENT_NAMES)}"
                judge.say("bad-placeholder", text, "reply", reply.id, "text")


def _lexicon(judge: _Judge) -> None:
    owners: dict[str, str] = {}
    for word, variants in judge.playbook.lexicon.synonyms.items():
        for index, variant in enumerate(variants):
            key = variant.casefold().replace("ё", "е")
            if owners.setdefault(key, word) != word:
                text = f"«{variant}» is already a synonym of «{owners[key]}»"
                judge.say("duplicate", text, "lexicon", "synonyms", word, index)


_RULES: tuple[Callable[[_Judge], None], ...] = (
    _sections,
    _topics,
    _other_topic,
    _facts,
    _articles,
    _flows,
    _contacts,
    _hours,
    _consent,
    _replies,
    _lexicon,
)
