"""What a whole message is about: one matter, however many words lie around it, or several.

A message may name the person's own cameras, tell of a lamp beside the fault it is about, or hold two questions. So it
is judged as it stands, without those names, and clause by clause; the surest reading is taken. Bounded: at most
fourteen readings, whatever was sent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from camdesk.bot.understanding import rules
from camdesk.bot.understanding.classify import Understanding, understand
from camdesk.bot.understanding.model import Model
from camdesk.bot.utterances.patterns import tokens_of
from camdesk.bot.utterances.sentences import MOST, clauses_of, sentences_of
from camdesk.bot.utterances.things import lights_of

_STORY = 3  # sentences: more tell how it came to be, and hold no second matter
_FIRST = 2  # clauses that may speak for the message: what follows are circumstances
_LEFT = 3  # topics
_STANDS_OUT = 3.0  # times the next one: then it is asked about alone
_WORTH = 0.25  # of the first: what is less likely than that is not offered
_SENSE = 0.2  # sureness below which nothing is offered
_LIKELY = 0.4  # sureness at which the first topic is asked about alone
_SURE = 0.6  # and at which a part of the message may speak for it


@dataclass(frozen=True, slots=True)
class Matters:
    """`found`: the surest reading of the message. `several`: sure topics of different sections, where there are."""

    found: Understanding
    several: tuple[str, ...] = ()


def matters_of(model: Model, text: str, matter: str = "", *, section_of: Callable[[str], str]) -> Matters:
    """`matter`: the text without the names of the person's cameras. Never raises on any text."""
    whole = understand(model, text)
    if whole.rule not in (rules.TOPIC, rules.NOTHING):
        return Matters(whole)
    sentences = sentences_of(matter or text)
    read = [_ranked(understand(model, one)) for one in sentences] if len(sentences) > 1 else []
    several = _several(read, section_of)
    if several:
        return Matters(whole, several)
    clauses = [clause for one in sentences for clause in clauses_of(one)][:MOST]
    faults = _without_signs(clauses)
    readings = [understand(model, one) for one in (faults or matter,) if one]
    if not faults and (not matter or _is_about_more_than_a_name(whole, readings[0])):
        readings.append(whole)
    surest = max(readings, key=lambda one: (one.decision == "open", one.sureness))
    if surest.decision != "open" and len(clauses) > 1:  # who tells much says first what it is about
        said = (_ranked(understand(model, one)) for one in clauses[:_FIRST] if not lights_of(tokens_of(one)))
        surest = next((one for one in said if one.decision in ("open", "likely")), surest)
    return Matters(_ranked(surest if surest.topics else whole))


def _is_about_more_than_a_name(whole: Understanding, renamed: Understanding) -> bool:
    """«Вход не работает» of a camera called «Вход» is about a sign-in only by its name: without that, nothing of it is
    left among the first topics."""
    first = [topic for topic, _ in renamed.topics[:_LEFT]]
    return whole.decision == "open" and whole.topics[0][0] in first


def _several(read: Sequence[Understanding], section_of: Callable[[str], str]) -> tuple[str, ...]:
    """The sure topics of the sentences, and the likely ones beside a sure one, one of each section: within one they are
    two words for one fault."""
    if len(read) > _STORY or not any(_is_sure(one) for one in read):
        return ()
    sure = [one.topics[0][0] for one in read if one.topics and (_is_sure(one) or one.decision == "likely")]
    first = {section_of(topic): topic for topic in reversed(sure)}
    return tuple(dict.fromkeys(topic for topic in sure if topic in first.values())) if len(first) > 1 else ()


def _is_sure(found: Understanding) -> bool:
    return found.decision == "open" or (found.decision == "likely" and found.sureness >= _SURE)


def _without_signs(clauses: list[str]) -> str:
    """«Двор не показывает, лампочка не горит»: the lamp is a sign, the rest is the fault. "" where no lamp is told of,
    or nothing else is."""
    faults = [one for one in clauses if not lights_of(tokens_of(one))]
    return ", ".join(faults) if faults and len(faults) < len(clauses) else ""


def _ranked(found: Understanding) -> Understanding:
    """Only what is worth offering, and whether the first stands out."""
    if found.decision != "offer" or not found.topics:
        return found
    best = found.topics[0][1]
    stands_out = len(found.topics) == 1 or best >= found.topics[1][1] * _STANDS_OUT
    if stands_out and found.sureness >= _LIKELY:
        return replace(found, decision="likely")
    if found.sureness < _SENSE:
        return replace(found, topics=[])  # to guess is worse than to ask for other words
    return replace(found, topics=[one for one in found.topics if one[1] >= best * _WORTH])
