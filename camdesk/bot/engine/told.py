"""What a customer has told unasked, in any message of the conversation: as the answer to whichever fact it fits.

It is kept as it was heard, not as the answer to a fact: the topic, and so its questions, may become known later.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from camdesk.bot.engine.longest_name import longest_named
from camdesk.bot.engine.no_answers import OTHER, UNKNOWN
from camdesk.bot.utterances.heard import Heard, Moment, SpeechAct
from camdesk.lib.text import analyse, terms
from camdesk.playbook.document import Fact

Told = Mapping[str, Any]  # JSON: see `kept`
MAX_WORDS = 1000  # characters of a message that options are looked for in
MAX_MATTER = 1000  # characters
MAX_PERHAPS = 100  # cameras
TELLING = 4  # words: a shorter message tells no story


def kept(told: Told, heard: Heard) -> Told:
    """`told` with what this message adds; what it says anew replaces what was said before.

    cameras: ids; perhaps: of cameras among which one is meant; light: lit, blinking or dark; metres; phone; day, since:
    of `Moment`; moment: all of it, as it is shown; fails: whether these words say that a camera fails; unseen: that it
    is not seen, and no more; asks_how: whether they ask how a thing is done; upset;
    at_a_loss: that they do not know, or cannot; back: of `Return`; words: of the
    messages; matter: the first one that tells something; flat: «квартира 45, подъезд 2»; money, request, place,
    wanted: of `Heard`.
    """
    found: dict[str, Any] = {}
    unseen = _is_unseen(heard)
    fails = unseen or (SpeechAct.FAILS in heard.acts and _of_a_camera(heard))
    if unseen != bool(told.get("unseen")):
        found["unseen"] = unseen
    if fails != bool(told.get("fails")):
        found["fails"] = fails
    asks_how = SpeechAct.ASKS_HOW in heard.acts and not fails
    if asks_how != bool(told.get("asks_how")):
        found["asks_how"] = asks_how
    if heard.acts & _AT_A_LOSS and not asks_how:
        found["at_a_loss"] = True
    if SpeechAct.UPSET in heard.acts:
        found["upset"] = True
    if heard.back is not None:
        found["back"] = asdict(heard.back)
    if heard.cameras:
        found["cameras"] = list(heard.cameras)
    if heard.perhaps:
        found["perhaps"] = list(heard.perhaps[:MAX_PERHAPS])
    if heard.lights:
        found["light"] = heard.lights[0].state
    if heard.metres is not None:
        found["metres"] = heard.metres
    if heard.phone:
        found["phone"] = heard.phone
    if heard.money is not None:
        found["money"] = f"{heard.money} ₽"
    for name, value in (("request", heard.request), ("place", heard.place), ("wanted", heard.wanted)):
        if value:
            found[name] = value[:MAX_WORDS]
    if heard.moment is not None:
        found |= {"day": heard.moment.first_day, "since": heard.moment.since}
        if heard.moment.first_day or not heard.moment.until:  # «ночью» tells no night
            found["moment"] = in_words(heard.moment)
    if len(heard.rest.split()) >= TELLING and "matter" not in told:
        found["matter"] = heard.rest[:MAX_MATTER]
    if flat := flat_of(heard.rest):
        found["flat"] = flat
    if heard.rest:
        found["words"] = f"{told.get('words', '')} {heard.rest}"[-MAX_WORDS:]
    return {**told, **found} if found else told


# A flat, and the entrance where it stands beside it.
_ENTRANCE = r"под[ъь]?езд\w{0,2} ?№? ?\d{1,2}"
_FLAT = re.compile(
    rf"(?:{_ENTRANCE}[ ,.]{{0,3}})?\bкв(?:артир[аыеу])?[.]? ?№? ?\d{{1,4}}\b(?! ?(?:числа|-?го\b))"
    rf"(?:[ ,.]{{1,3}}{_ENTRANCE})?",
    re.IGNORECASE,
)


def flat_of(text: str) -> str:
    """«квартира 45, подъезд 2», as it was written; "" where no flat is named."""
    found = _FLAT.search(text[:MAX_MATTER])
    return found[0].strip() if found else ""


def _is_unseen(heard: Heard) -> bool:
    """«Не вижу калитку»: a denial, and a camera of theirs."""
    return bool(heard.cameras) and SpeechAct.NO in heard.acts and SpeechAct.WORKS_NOW not in heard.acts


def _of_a_camera(heard: Heard) -> bool:
    """«Приложение не открывается» is no camera's failure; «не кажет» may be nothing else."""
    words = heard.rest.split()
    return bool(heard.cameras or heard.perhaps) or len(words) <= _BARE or bool(_CAMERA & set(terms(heard.rest)))


_AT_A_LOSS = frozenset({SpeechAct.DONT_KNOW, SpeechAct.CANT})
_BARE = 2  # words
# What shows, writes or films is a camera.
_CAMERA = frozenset(
    terms("камера камеры камеру camera cameras cam отключили показывает показывают кажет кажут записывает")
)


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
    if fact.heard != "nothing":
        return told.get(fact.heard) or None
    kept_as = {"phone": "phone", "date": "day", "time": "since"}.get(fact.type)
    return told.get(kept_as) or None if kept_as else None


def without(told: Told, fact: Fact, before: Told) -> Told:
    """`told` without what has answered `fact`: a lamp that was asked about is no other lamp, and an answer tells of
    nothing else. `before`: what was told before these words."""
    gone = {"words", "matter", *(("light", "metres") if fact.options else ())}
    stays = ("words", "matter", *(_OF_THE_MATTER if fact.type not in ("camera", "cameras") else ()))
    kept_on = {name: before[name] for name in stays if name in before}
    return {name: value for name, value in told.items() if name not in gone} | kept_on


_OF_THE_MATTER = ("day", "since", "moment", "cameras", "perhaps")  # «запрос от 16 марта» is not when it happened


def _option(fact: Fact, told: Told) -> Any:
    values = {one.value for one in fact.options}
    value = None
    if told.get("light") in values and {"lit", "dark"} <= values:
        value = told["light"]
    elif told.get("metres") is not None:
        value = next((one for one in values if _holds(one, float(told["metres"]))), None)
    if value is None and told.get("words"):
        value = named(fact, str(told["words"]))
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


def names_one(fact: Fact, words: str) -> str | None:
    """The option that is said by several words: one alone may be about what was asked."""
    value = named(fact, words[:MAX_WORDS])
    option = fact.option(value) if value is not None else None
    said = _stems(words[:MAX_WORDS])
    several = option is not None and any(
        len(name) > 1 and _stands_in(name, said) for one in option.also if (name := _stems(one))
    )
    return value if several else None


def named(fact: Fact, words: str) -> str | None:
    """The one option that the words name: by how people say it, and a thing of the passport also by its whole name,
    brackets apart («подключена через Ростелеком»). What is denied is not named."""
    said = _stems(words)
    found = {}
    for option in fact.options:
        titles = [title.split("(")[0] for title in (option.title.ru, option.title.en) if title and fact.passport]
        names = [name for one in (*titles, *option.also) if (name := _stems(one)) and _stands_in(name, said)]
        if option.value not in (*UNKNOWN, OTHER):
            found[option.value] = names
    return longest_named(found.items())


@lru_cache(maxsize=4096)
def _stems(text: str) -> tuple[str, ...]:
    """All of them: «вы ставили» is not «ставили»."""
    return tuple(one.stem for one in analyse(text))


def _stands_in(name: Sequence[str], said: Sequence[str]) -> bool:
    """Whether the words of the name stand near each other, and nothing denies them."""
    if not any(len(one) > 2 for one in name) or not set(name) <= set(said):
        return False
    places = [said.index(one) for one in name]
    before = said[max(0, min(places) - 1)] if min(places) else ""
    return max(places) - min(places) <= len(name) + 1 and (before not in ("не", "без") or before in name)


def in_words(moment: Moment) -> str:
    """«17.03, около 18:00», «17.03, 02:00–04:00», as the person who reads the answer understands it."""
    days = [f"{one[8:]}.{one[5:7]}" for one in dict.fromkeys((moment.first_day, moment.last_day)) if one]
    hours = "–".join(one for one in (moment.since, moment.until) if one)
    return ", ".join(filter(None, ("–".join(days), f"~{hours}" if hours and moment.about else hours)))
