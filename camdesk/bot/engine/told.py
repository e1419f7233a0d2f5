"""What a customer has told unasked, in any message of the conversation: as the answer to whichever fact it fits.

It is kept as it was heard, not as the answer to a fact: the topic, and so its questions, may become known later.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from camdesk.bot.utterances.heard import Heard
from camdesk.lib.text import terms
from camdesk.playbook.document import Fact

Told = Mapping[str, Any]  # JSON: see `kept`
MAX_WORDS = 400  # characters of a message that options are looked for in


def kept(told: Told, heard: Heard) -> Told:
    """`told` with what this message adds; what it says anew replaces what was said before.

    cameras: ids; light: lit, blinking or dark; metres; phone; day, since: of `Moment`; words: of the messages.
    """
    found: dict[str, Any] = {}
    if heard.cameras:
        found["cameras"] = list(heard.cameras)
    if heard.lights:
        found["light"] = heard.lights[0].state
    if heard.metres is not None:
        found["metres"] = heard.metres
    if heard.phone:
        found["phone"] = heard.phone
    if heard.moment is not None:
        found |= {"day": heard.moment.first_day, "since": heard.moment.since}
    if heard.rest:
        found["words"] = f"{told.get('words', '')} {heard.rest}"[-MAX_WORDS:]
    return {**told, **found} if found else told


def told_of(fact: Fact, told: Told, cameras: Collection[str]) -> Any:
    """The clean value for `fact` among what was told; None when it was not. cameras: those the customer sees."""
    if not told:
        return None
    if fact.type in ("camera", "cameras"):
        named = told.get("cameras") or ()
        found = [one for one in cameras if one in named]
        return found if found and (fact.type == "cameras" or len(found) == 1) else None
    if fact.options:
        return _option(fact, told)
    kept_as = {"phone": "phone", "date": "day", "time": "since"}.get(fact.type)
    return told.get(kept_as) or None if kept_as else None


def without(told: Told, fact: Fact) -> Told:
    """`told` without what has answered `fact`: a lamp that was asked about is no other lamp."""
    if not fact.options:
        return told
    return {name: value for name, value in told.items() if name not in ("light", "metres")}


def _option(fact: Fact, told: Told) -> Any:
    values = {one.value for one in fact.options}
    value = None
    if told.get("light") in values and {"lit", "dark"} <= values:
        value = told["light"]
    elif told.get("metres") is not None:
        value = next((one for one in values if _holds(one, float(told["metres"]))), None)
    if value is None and fact.passport and told.get("words"):
        value = _named(fact, str(told["words"]))
    return ([value] if fact.type == "choices" else value) if value is not None else None


def _holds(option: str, metres: float) -> bool:
    """Whether a height belongs to an option: up-to-1.8, 1.8-3, over-8."""
    try:
        if option.startswith("up-to-"):
            return metres <= float(option.removeprefix("up-to-"))
        if option.startswith("over-"):
            return metres > float(option.removeprefix("over-"))
        least, _, most = option.partition("-")
        return float(least) < metres <= float(most)
    except ValueError:
        return False  # another kind of option


def _named(fact: Fact, words: str) -> str | None:
    """The one option whose whole name stands in the words, brackets apart: «подключена через Ростелеком»."""
    said = set(terms(words))
    found = []
    for option in fact.options:
        names = (terms(title.split("(")[0]) for title in (option.title.ru, option.title.en) if title)
        if any(name and said.issuperset(name) and any(len(one) > 2 for one in name) for name in names):
            found.append(option.value)
    return found[0] if len(found) == 1 and found[0] not in _NO_ANSWER else None


_NO_ANSWER = ("unknown", "other")
