"""Turns the mappings of the playbook's files into the document's values, one function for each kind of thing.

Each takes `Fields` and `Places`, reports what is wrong with that one thing, and returns something usable anyway.
What needs two things to be compared is in `consistency.py`.
"""

from __future__ import annotations

import phonenumbers

from camdesk.playbook.document import (
    CAMERA_NEEDS,
    FACT_SCOPES,
    FACT_TYPES,
    KINDS,
    PRIORITIES,
    TURNS,
    WEEK,
    CannedReply,
    ConsentText,
    Contacts,
    Fact,
    FactLimits,
    Holiday,
    Hours,
    Lexicon,
    Limits,
    NamedLink,
    Option,
    Promise,
    Section,
    TeamSpec,
    TopicSpec,
)
from camdesk.playbook.fields import NAME, VALUE, Fields
from camdesk.playbook.yaml_source import Items, Mark, Node

FORMAT = 1


class Places:
    """Where each thing of the playbook stands: `of("topic", "camera-offline", "facts", 2)`."""

    def __init__(self) -> None:
        self._marks: dict[tuple[str | int, ...], Mark] = {}

    def put(self, mark: Mark, *path: str | int) -> None:
        self._marks.setdefault(path, mark)

    def put_keys(self, node: Node, *path: str | int) -> None:
        """Remembers the mapping, its keys, and the items of its lists."""
        self.put(node.mark, *path)
        for key, value in node.items():
            self.put(node.mark_of(key), *path, key)
            if isinstance(value, Items):
                for index in range(len(value)):
                    self.put(value.mark_of(index), *path, key, index)

    def of(self, *path: str | int) -> Mark:
        """The most exact place known; the first line of the playbook when nothing is."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._marks:
                return self._marks[path[:length]]
        return Mark("playbook.yaml", 1)


def section_of(fields: Fields, places: Places) -> Section:
    section = Section(
        id=fields.identifier("id"),
        ref=fields.word("ref", required=True, max_chars=10),
        title=fields.text("title", required=True, translated=True, max_chars=120),
        icon=fields.identifier("icon"),
        topics=fields.words("topics"),
    )
    places.put_keys(fields.node, "section", section.id)
    fields.done()
    return section


def topic_of(fields: Fields, places: Places, *, topic_id: str, section: str) -> TopicSpec:
    topic = TopicSpec(
        id=topic_id,
        section=section,
        ref=fields.word("ref", required=True, max_chars=10),
        title=fields.text("title", required=True, translated=True, max_chars=120),
        symptom=fields.text("symptom", required=True, max_chars=500),
        kind=fields.one_of("kind", KINDS),
        cameras=fields.one_of("cameras", CAMERA_NEEDS),
        team=fields.identifier("team"),
        promise=fields.identifier("promise"),
        priority=fields.one_of("priority", PRIORITIES, default="normal"),
        synonyms=fields.words("synonyms"),
        facts=fields.words("facts"),
        required_facts=fields.words("required_facts"),
        show_if=fields.word("show_if"),
        flow=fields.identifier("flow", required=False),
        article=fields.identifier("article"),
        phrases=fields.words("phrases"),
        check_first=fields.texts("check_first"),
        steps=fields.texts("steps"),
        collect=fields.texts("collect"),
        hand_over=fields.text("hand_over", required=True),
        in_form=fields.flag("in_form", True),
    )
    places.put_keys(fields.node, "topic", topic_id)
    fields.done()
    return topic


HEARD = (
    "nothing",
    "moment",
    "matter",
    "flat",
    "money",
    "request",
    "place",
    "wanted",
)  # what of a message may answer a fact unasked


def fact_of(fields: Fields, places: Places) -> Fact:
    options = tuple(_option_of(inner) for inner in fields.nodes("options", "option"))
    fact = Fact(
        id=fields.identifier("id", NAME),
        title=fields.text("title", required=True, translated=True, max_chars=160),
        type=fields.one_of("type", FACT_TYPES),
        question=fields.text("question", required=True, max_chars=300),
        hint=fields.text("hint", max_chars=500),
        options=options,
        scope=fields.one_of("scope", FACT_SCOPES, default="ticket"),
        passport=fields.identifier("passport", NAME, required=False),
        limits=_fact_limits_of(fields.node_of("limits", "limits")),
        alone=fields.words("alone"),
        contradictions=_pairs_of(fields),
        one_value=fields.flag("one_value", False),
        heard=fields.one_of("heard", HEARD, default=HEARD[0]),
    )
    places.put_keys(fields.node, "fact", fact.id)
    fields.done()
    return fact


def _option_of(fields: Fields) -> Option:
    option = Option(
        value=fields.identifier("value", VALUE),
        title=fields.text("title", required=True, translated=True, max_chars=120),
        other_text=fields.flag("other_text", False),
        also=fields.words("also"),
    )
    fields.done()
    return option


def _fact_limits_of(fields: Fields | None) -> FactLimits:
    if fields is None:
        return FactLimits()
    limits = FactLimits(
        max_chars=fields.number("max_chars", 1, 20_000, 500),
        min=fields.integer("min", -1_000_000_000, 1_000_000_000),
        max=fields.integer("max", -1_000_000_000, 1_000_000_000),
        max_files=fields.number("max_files", 1, 100, 10),
    )
    if limits.min is not None and limits.max is not None and limits.min > limits.max:
        fields.say("min", "bad-value", "«min» is larger than «max»")
    fields.done()
    return limits


def _pairs_of(fields: Fields) -> tuple[tuple[str, ...], ...]:
    pairs: list[tuple[str, ...]] = []
    for value, mark in fields.items("contradictions"):
        if isinstance(value, Items) and len(value) == 2 and all(isinstance(part, str) for part in value):
            pairs.append(tuple(value))
        else:
            fields.say_at(mark, "bad-value", "a contradiction is a pair of values: [yes, no]")
    return tuple(pairs)


def team_of(fields: Fields, places: Places) -> TeamSpec:
    team = TeamSpec(
        id=fields.identifier("id"),
        title=fields.text("title", required=True, translated=True, max_chars=120),
        about=fields.text("about", max_chars=500),
    )
    places.put_keys(fields.node, "team", team.id)
    fields.done()
    return team


def promise_of(fields: Fields, places: Places) -> Promise:
    promise = Promise(
        id=fields.identifier("id"),
        title=fields.text("title", required=True, translated=True, max_chars=120),
        first_reply=fields.minutes("first_reply"),
        resolution=fields.minutes("resolution"),
        within_hours=fields.flag("within_hours", True),
        next_update=fields.minutes("next_update", 0),
        waits=_waits_of(fields.node_of("waits", "waits")),
    )
    if 0 < promise.resolution < promise.first_reply:
        fields.say("resolution", "bad-duration", "«resolution» is sooner than «first_reply»")
    places.put_keys(fields.node, "promise", promise.id)
    fields.done()
    return promise


def _waits_of(fields: Fields | None) -> dict[str, int]:
    if fields is None:
        return {}
    waits = {turn: minutes for turn in TURNS if (minutes := fields.minutes(turn, 0))}
    fields.done()
    return waits


def reply_of(fields: Fields, places: Places) -> CannedReply:
    reply = CannedReply(
        id=fields.identifier("id"),
        title=fields.text("title", required=True, translated=True, max_chars=120),
        text=fields.text("text", required=True),
        topics=fields.words("topics"),
    )
    places.put_keys(fields.node, "reply", reply.id)
    fields.done()
    return reply


def contacts_of(fields: Fields, places: Places) -> Contacts:
    places.put_keys(fields.node, "contacts")
    phone = fields.word("phone", max_chars=40)
    contacts = Contacts(
        phone=phone,
        phone_link=international(phone),
        phone_hours=fields.text("phone_hours", max_chars=200),
        email=fields.word("email", max_chars=254),
        hours=fields.text("hours", max_chars=300),
        screenshot_advice=fields.text("screenshot_advice", required=True, max_chars=500),
        addresses=fields.texts("addresses"),
        socials=tuple(_link_of(inner) for inner in fields.nodes("socials", "link")),
    )
    if not contacts.phone and not contacts.email:
        fields.say("phone", "missing-key", "neither «phone» nor «email»: there must be a way to reach support")
    fields.done()
    return contacts


def international(phone: str) -> str:
    """The number in E.164 ("+78000000000"), "" when it is none. Numbers without a country are Russian."""
    try:
        number = phonenumbers.parse(phone, "RU")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _link_of(fields: Fields) -> NamedLink:
    link = NamedLink(title=fields.text("title", required=True), url=fields.word("url", required=True))
    if link.url and not link.url.startswith("https://"):
        fields.say("url", "bad-url", f"«{link.url}» must begin with https://")
    fields.done()
    return link


def hours_of(fields: Fields, places: Places) -> Hours:
    places.put_keys(fields.node, "hours")
    week = fields.node_of("week", "week", required=True)
    days = tuple(week.spans(day) for day in WEEK) if week else ((),) * 7
    if week:
        week.done()
        if not any(days):
            fields.say("week", "bad-hours", "no day of the week has hours")
    hours = Hours(
        time_zone=fields.word("time_zone", required=True),
        week=days,
        breaks=fields.spans("breaks"),
        holidays=tuple(_holiday_of(inner, places) for inner in fields.nodes("holidays", "holiday")),
    )
    fields.done()
    return hours


def _holiday_of(fields: Fields, places: Places) -> Holiday:
    holiday = Holiday(
        date=fields.calendar_day("date"),
        title=fields.text("title", required=True, max_chars=120),
        open=fields.spans("open"),
    )
    fields.done()
    return holiday


def consent_of(fields: Fields, places: Places) -> ConsentText:
    places.put_keys(fields.node, "consent")
    consent = ConsentText(
        required=fields.flag("required", False),
        text=fields.text("text", max_chars=1000),
        version=fields.word("version", max_chars=40),
        policy_url=fields.word("policy_url"),
    )
    fields.done()
    return consent


def limits_of(fields: Fields | None) -> Limits:
    if fields is None:
        return Limits()
    kept = Limits()
    limits = Limits(
        max_files=fields.number("max_files", 1, 100, kept.max_files),
        max_file_mb=fields.number("max_file_mb", 1, 10_000, kept.max_file_mb),
        max_total_mb=fields.number("max_total_mb", 1, 100_000, kept.max_total_mb),
        max_text_chars=fields.number("max_text_chars", 100, 1_000_000, kept.max_text_chars),
        max_message_chars=fields.number("max_message_chars", 100, 1_000_000, kept.max_message_chars),
        max_cameras=fields.number("max_cameras", 1, 10_000, kept.max_cameras),
        reopen_days=fields.number("reopen_days", 0, 3650, kept.reopen_days),
    )
    fields.done()
    return limits


# Lists of before: how people ask for somebody, greet, thank and swear is heard in every message (bot/utterances).
UNLISTED = ("person", "greetings", "thanks", "rude")


def lexicon_of(fields: Fields, places: Places) -> Lexicon:
    places.put_keys(fields.node, "lexicon")
    groups = fields.node_of("synonyms", "synonyms")
    synonyms = {word: groups.words(word) for word in groups.node} if groups else {}
    if groups:
        places.put_keys(groups.node, "lexicon", "synonyms")
    for name in UNLISTED:
        if name in fields.node:
            fields.say(name, "heard-already", f"«{name}» is heard without a list (docs/understanding.md): remove it")
            fields.words(name)
    lexicon = Lexicon(synonyms=synonyms, out_of_scope=fields.words("out_of_scope"))
    fields.done()
    return lexicon
