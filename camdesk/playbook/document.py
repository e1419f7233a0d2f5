"""The playbook as one immutable value: what the form asks, what the bot says, who answers and by when.

Everything here is data without behaviour: it is loaded from a directory (`loading.py`), stored as JSON in a published
version (`models.py`) and read by every door. Nothing here knows Django, the clock or the disk.
Mappings are plain dicts for speed; nobody may change them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from camdesk.playbook.encoding import decode, encode

KINDS = ("camera", "archive", "account", "app", "billing", "visit", "legal", "other")
CAMERA_NEEDS = ("required", "optional", "none")
PRIORITIES = ("low", "normal", "high")
FACT_TYPES = ("text", "longtext", "choice", "choices", "yesno", "phone", "number", "date", "time", "files", "camera")
FACT_SCOPES = ("ticket", "camera")
TURNS = ("us", "customer", "provider", "installer", "visit")  # whose turn a promise may limit
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Russian and, where it has been translated, in English. False when there is no Russian text."""

    ru: str = ""
    en: str = ""

    def get(self, language: str) -> str:
        """The text for a language code ("ru", "en", "en-gb"); Russian when there is no translation."""
        return (self.en if language[:2] == "en" else self.ru) or self.ru

    def __bool__(self) -> bool:
        return bool(self.ru)

    def __str__(self) -> str:
        return self.ru


@dataclass(frozen=True, slots=True)
class Section:
    """A group of topics: one line of the bot's first menu. `topics` are ids in the order they are shown."""

    id: str
    ref: str
    title: Text
    icon: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """One kind of trouble or wish.

    `symptom` is how the customer sees it; `check_first` is what we look at before asking; `steps` is what the customer
    can do themselves; `collect` is what a person will want to know; `hand_over` is when a person takes over.
    `facts` are asked, of them `required_facts` may not stay empty. `flow` is empty for the common flow.
    `show_if` is an expression of the flow language ("" = always shown).
    """

    id: str
    ref: str
    section: str
    title: Text
    symptom: Text
    kind: str
    cameras: str
    team: str
    promise: str
    priority: str = "normal"
    synonyms: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    required_facts: tuple[str, ...] = ()
    show_if: str = ""
    flow: str = ""
    article: str = ""
    phrases: tuple[str, ...] = ()
    check_first: tuple[Text, ...] = ()
    steps: tuple[Text, ...] = ()
    collect: tuple[Text, ...] = ()
    hand_over: Text = field(default_factory=Text)
    in_form: bool = True


@dataclass(frozen=True, slots=True)
class Option:
    """One value that can be ticked. With `other_text` the customer may add their own words to it. `also`: how people
    say it in their own words."""

    value: str
    title: Text
    other_text: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactLimits:
    """Bounds of an answer: characters of a text, bounds of a number, how many files, days a date may lie off today."""

    max_chars: int = 500
    min: int | None = None
    max: int | None = None
    max_files: int = 10


NOT_KNOWN = "unknown"  # the option of whoever does not know, or cannot look


@dataclass(frozen=True, slots=True)
class Fact:
    """A typed answer the customer gives.

    `title` heads the field of the form, `question` is what the bot asks, `hint` stands beside both.
    `scope` "camera": the answer belongs to a camera and may differ from camera to camera; `passport` is the field of
    the camera's passport it is offered back to ("" = none).
    `alone`: values that cannot be ticked with any other; `contradictions`: pairs that cannot be ticked together for
    one camera (or for one ticket, when the scope is "ticket"); `one_value`: one camera has only one value.
    `heard`: which part of a message answers it unasked: "moment", when something was; "matter", what it is about;
    "flat", flat and entrance; "money", a sum; "request", the number of a request; "place", an address; "wanted", a
    time they ask for; or "nothing".
    """

    id: str
    title: Text
    type: str
    question: Text = field(default_factory=Text)
    hint: Text = field(default_factory=Text)
    options: tuple[Option, ...] = ()
    scope: str = "ticket"
    passport: str = ""
    limits: FactLimits = field(default_factory=FactLimits)
    alone: tuple[str, ...] = ()
    contradictions: tuple[tuple[str, ...], ...] = ()
    one_value: bool = False
    heard: str = "nothing"

    def option(self, value: str) -> Option | None:
        """The option of that value, or None."""
        return next((option for option in self.options if option.value == value), None)


@dataclass(frozen=True, slots=True)
class Article:
    """An article of the help pages; `body` is Markdown. `walk`: its first numbered list is steps to do, one by one;
    otherwise it is a list like any other."""

    id: str
    title: Text
    body: Text
    keywords: tuple[str, ...] = ()
    walk: bool = True


@dataclass(frozen=True, slots=True)
class TeamSpec:
    """Who answers: the slug of a `people` team and what it is called."""

    id: str
    title: Text
    about: Text = field(default_factory=Text)


@dataclass(frozen=True, slots=True)
class Promise:
    """How soon, in minutes: the first answer by a person, every later one, and the solution.

    `next_update`: 0 is the same as `first_reply`. `waits`: turn → how long one stay of it may last ("provider": 2880);
    a turn that is not there is only measured. `within_hours`: only working time counts.
    """

    id: str
    title: Text
    first_reply: int
    resolution: int
    within_hours: bool = True
    next_update: int = 0
    waits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NamedLink:
    """A named address elsewhere."""

    title: Text
    url: str


@dataclass(frozen=True, slots=True)
class Contacts:
    """How support is reached without signing in. `phone` is as it is shown, `phone_link` in E.164 for tel: links.
    `sample`: which fields still said what the sample of camdesk says (sample_contacts.py)."""

    phone: str = ""
    phone_link: str = ""
    phone_hours: Text = field(default_factory=Text)
    email: str = ""
    hours: Text = field(default_factory=Text)
    screenshot_advice: Text = field(default_factory=Text)
    addresses: tuple[Text, ...] = ()
    socials: tuple[NamedLink, ...] = ()
    sample: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a day, in minutes after local midnight: `start` included, `end` excluded (1440 = midnight)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day with its own hours: `date` is "YYYY-MM-DD", or "MM-DD" for every year. No `open` spans: closed."""

    date: str
    title: Text
    open: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Hours:
    """When people answer: `week` holds seven days from Monday, each its spans; `breaks` are cut out of every day."""

    time_zone: str = "UTC"
    week: tuple[tuple[Span, ...], ...] = ((Span(0, 1440),),) * 7
    breaks: tuple[Span, ...] = ()
    holidays: tuple[Holiday, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The box about personal data. A change of the text needs a new `version`: the old consent was to the old text."""

    required: bool = False
    text: Text = field(default_factory=Text)
    version: str = ""
    policy_url: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message or request may hold. Sizes in MB are millions of bytes, as people see them."""

    max_files: int = 10
    max_file_mb: int = 100
    max_total_mb: int = 500
    max_text_chars: int = 20_000
    max_message_chars: int = 10_000
    max_cameras: int = 200
    reopen_days: int = 14


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A canned reply of the agents. `topics`: where it is offered first (none = everywhere)."""

    id: str
    title: Text
    text: Text
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the understanding of free text knows beyond the topics' phrases.

    `synonyms`: the word we use → words people use for it. `out_of_scope`: whole phrases about things that are not ours.
    """

    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    out_of_scope: tuple[str, ...] = ()


@dataclass(frozen=True)
class Playbook:
    """All of it, each kind by id and in the order it is shown.

    `flows`: id → the flow as it was written, plain data (`flows.py` gives it a shape).

    `common_flow` serves every topic without a flow of its own; `other_topic` is the id of «Другое».
    `texts`: sentences that rooms and the bot say, by name.
    """

    title: Text
    common_flow: str
    other_topic: str
    sections: Mapping[str, Section] = field(default_factory=dict)
    topics: Mapping[str, TopicSpec] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    flows: Mapping[str, Any] = field(default_factory=dict)
    articles: Mapping[str, Article] = field(default_factory=dict)
    teams: Mapping[str, TeamSpec] = field(default_factory=dict)
    promises: Mapping[str, Promise] = field(default_factory=dict)
    contacts: Contacts = field(default_factory=Contacts)
    hours: Hours = field(default_factory=Hours)
    limits: Limits = field(default_factory=Limits)
    consent: ConsentText = field(default_factory=ConsentText)
    replies: tuple[CannedReply, ...] = ()
    lexicon: Lexicon = field(default_factory=Lexicon)
    texts: Mapping[str, Text] = field(default_factory=dict)

    def topic(self, id_or_ref: str) -> TopicSpec | None:
        """The topic of that id ("camera-offline") or ref ("A1"), or None."""
        return self.topics.get(id_or_ref) or self._by_ref.get(id_or_ref)

    def topics_of(self, section: Section) -> tuple[TopicSpec, ...]:
        """The section's topics in the order they are shown."""
        return tuple(self.topics[topic] for topic in section.topics if topic in self.topics)

    def flow_of(self, topic: TopicSpec) -> str:
        """The id of the flow that serves the topic."""
        return topic.flow or self.common_flow

    def to_json(self) -> str:
        """The whole playbook as JSON text; the same playbook gives the same text."""
        return json.dumps(encode(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Playbook:
        """The playbook that `to_json` wrote. Raises ValueError on other text."""
        return decode(cls, json.loads(text))

    @cached_property
    def digest(self) -> str:
        """Names the content: 64 hex digits, equal only for equal playbooks."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @cached_property
    def _by_ref(self) -> dict[str, TopicSpec]:
        return {topic.ref: topic for topic in self.topics.values()}
