"""A flow: one dialogue of the playbook, as frozen values. docs/flows.md is the reference for its authors.

`flow_reading.parse_flow` makes them from YAML, `to_json`/`from_json` carry them, and `flow_binding` writes the
playbook's facts and topic into them, so that a bound flow needs nothing else to be played.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from camdesk.playbook.document import Fact, FactLimits, Text
from camdesk.playbook.encoding import decode, encode

KINDS = ("ask", "say", "branch", "confirm", "article", "call", "link", "handover", "resolve", "wait")
# Ends that every flow may name without having such a step.
PERSON, RETURN = "operator", "return"
# In the common flow: the facts and the article of the topic it is played for.
TOPIC_FACTS, TOPIC_ARTICLE = "topic-facts", "topic-article"

SUBSTITUTION = re.compile(r"(?<![{$])\{([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*)(?:\|([^{}]*))?\}(?!\})")
# What every flow may name besides its own slots and saved answers. None: anything below it.
ROOTS: dict[str, frozenset[str] | None] = {
    "customer": None,
    "outage": frozenset({"id", "title", "since", "eta", "kind", "cameras", "provider"}),
    "hours": frozenset({"now", "next_open", "text"}),
    "promised": frozenset(),
    "open": frozenset(),
    "lang": frozenset(),
    "topic": frozenset({"id", "title", "steps", "article", "cameras", "kind", "team", "priority"}),
    "ticket": frozenset(),
    "request": frozenset({"number", "title", "promised"}),
}

# What texts published before may name; nothing stands behind it any more, so the word for that case is said.
RETIRED = {"queue": "{promised}"}

# The part that the engine itself links to, after a look that found an open request about the camera.
DEAD_CAMERA = "camera-offline"  # which looks at a camera that fails, whatever its trouble is called
TALK_TO_PERSON = "talk-to-person"  # to whom it is about a person goes there at once
OTHER_TOPIC = "other"  # what nobody is asked about beside a matter of theirs
REQUEST_STATUS = "request-status"  # when somebody answers
SAME_REQUEST = "open-request"

# Slots every flow has without a fact of the playbook: they are fields of the ticket itself.
CAMERAS = Fact(
    "cameras",
    Text("Камеры", "Cameras"),
    "cameras",
    Text("С какими камерами проблема?", "Which cameras are affected?"),
    Text("Можно выбрать несколько.", "You can choose several."),
)
BUILT_IN = (
    CAMERAS,
    Fact(
        "details",
        Text("Описание", "Details"),
        "longtext",
        Text("Опишите, что происходит.", "Describe what happens."),
        limits=FactLimits(max_chars=4000),
    ),
    Fact("files", Text("Вложения", "Attachments"), "files", Text("Приложите файлы.", "Attach files.")),
    Fact(
        "phone",
        Text("Телефон", "Phone"),
        "phone",
        Text("По какому номеру с вами связаться?", "Which number can we reach you at?"),
    ),
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to go: a step of this flow (or "operator", "return"), or another flow and back.

    recheck: a call step to repeat in the background on the way; a hand-over waits for its answer.
    """

    step: str = ""
    link: str = ""
    recheck: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Branch:
    """`when` holds → `to`; an empty `when` is the `else`."""

    to: Target
    when: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CallSpec:
    """An effect whose answer comes back. timeout in seconds. save: the name its answer gets."""

    name: str
    args: tuple[str, ...] = ()
    timeout: int = 20
    save: str = ""
    on_error: Target | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """To a person: the topic's team unless `team` says otherwise; `priority` is an expression."""

    team: str = ""
    priority: str = ""
    open: Text = field(default_factory=Text)
    closed: Text = field(default_factory=Text)
    recheck: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `kind` (one of KINDS) says which fields matter. `lines`: key → its line in the file."""

    id: str
    kind: str
    when: str = ""
    say: Text = field(default_factory=Text)
    subscribe: str = ""
    ask: tuple[str, ...] = ()
    text: Text = field(default_factory=Text)
    optional: bool = False
    again: bool = False
    article: str = ""
    instruction: tuple[Text, ...] = ()  # the steps of its article, written in by flow_binding
    confirm: Text = field(default_factory=Text)
    yes: Target | None = None
    no: Target | None = None
    call: CallSpec | None = None
    link: str = ""
    handover: Handover | None = None
    rate: bool = False
    wait: int = 0  # seconds
    branch: tuple[Branch, ...] = ()
    then: Target | None = None
    line: int = field(default=0, compare=False)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    def targets(self) -> Iterator[Target]:
        """Every place this step names as its next one."""
        yield from (one.to for one in self.branch)
        error = self.call.on_error if self.call else None
        yield from (one for one in (self.yes, self.no, error, self.then) if one)

    def links(self) -> set[str]:
        """Ids of the flows this step may go into."""
        return {link for link in (self.link, *(to.link for to in self.targets())) if link}


@dataclass(frozen=True, slots=True)
class About:
    """The topic a flow is played for, as its texts and conditions see it (`topic.title`, `topic.steps` …).

    steps: the topic's own instructions as one numbered text. cameras: required, optional or none.
    """

    id: str = ""
    title: Text = field(default_factory=Text)
    steps: Text = field(default_factory=Text)
    article: str = ""
    cameras: str = "none"
    kind: str = ""
    team: str = ""
    priority: str = "normal"


@dataclass(frozen=True)
class Flow:
    """One dialogue. `part`: never begun by a customer, only linked from other flows, returns at its end.

    remind/close: seconds of silence (0: never). on_close: "leave" or "operator". must: facts that may not be skipped
    even where the step is optional (the topic's required facts). slots: its own questions; once bound, all facts too.
    """

    id: str
    title: Text
    steps: tuple[Step, ...]
    topic: str = ""
    show_if: str = ""
    part: bool = False
    slots: tuple[Fact, ...] = ()
    must: tuple[str, ...] = ()
    about: About = field(default_factory=About)
    remind: int = 0
    close: int = 0
    on_close: str = "leave"
    file: str = field(default="", compare=False)
    line: int = field(default=1, compare=False)

    @cached_property
    def by_id(self) -> dict[str, Step]:
        return {step.id: step for step in self.steps}

    @cached_property
    def slot(self) -> dict[str, Fact]:
        return {slot.id: slot for slot in (*BUILT_IN, *self.slots)}

    @cached_property
    def order(self) -> dict[str, int]:
        return {step.id: index for index, step in enumerate(self.steps)}

    def after(self, step: str) -> Step | None:
        """The step written below `step`."""
        index = self.order.get(step, len(self.steps)) + 1
        return self.steps[index] if index < len(self.steps) else None

    def asked(self) -> list[str]:
        """Ids of all facts and slots the steps ask for, in the order of the file."""
        return list(dict.fromkeys(one for step in self.steps for one in step.ask))

    def saved(self) -> set[str]:
        """Names under which calls save their answers."""
        return {step.call.save for step in self.steps if step.call and step.call.save}

    def person(self) -> Step | None:
        """The hand-over that «Позвать человека» uses: the step "operator", else the last hand-over."""
        named = self.by_id.get(PERSON)
        if named and named.kind == "handover":
            return named
        return next((step for step in reversed(self.steps) if step.kind == "handover"), None)


def to_json(flow: Flow) -> Any:
    """The flow as plain JSON values."""
    return encode(flow)


def from_json(data: Any) -> Flow:
    """The flow of `to_json`. Raises ValueError on other data."""
    return decode(Flow, data)


def holes(text: Text) -> set[str]:
    """Names that are substituted in the text, as written: {"diag.summary"}."""
    return {name for one in (text.ru, text.en) for name, _ in SUBSTITUTION.findall(one)}
