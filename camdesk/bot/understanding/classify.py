"""One call for every door: a text in, topics and a decision out."""

from dataclasses import dataclass

from camdesk.bot.understanding import rules
from camdesk.bot.understanding.decision import NONE, Decision, decision
from camdesk.bot.understanding.model import Model

_WHAT_FAILS, _FAILS = "камера", "камера не работает"  # whoever names nothing means their camera


@dataclass(frozen=True, slots=True)
class Understanding:
    """`topics`: at most five (topic id, probability), best first. `decision`: "open", "offer" or "person".

    `rule` says what was plain without the model: "person", "greeting", "thanks", "rude", "nothing", else "topic".
    `sureness` is the probability that the first topic is right.
    """

    topics: list[tuple[str, float]]
    decision: Decision
    rule: str
    sureness: float
    strange: bool = False  # it looks like nothing of ours: the weather, an advertisement


def understand(model: Model, text: str) -> Understanding:
    """What the text is about. Never raises on any text."""
    rule = rules.judge(text)
    if rule == rules.PERSON:
        return Understanding([(model.person, 1.0)] if model.person else [], "person", rule, 1.0)
    if rule == rules.RUDE:
        return Understanding([], "person", rule, 0.0)
    if rule in (rules.GREETING, rules.THANKS, rules.NOTHING):
        return Understanding([], "offer", rule, 0.0)
    judged = model.judge(text)
    if rule == rules.FAILS:
        judged = max((model.judge(f"{_WHAT_FAILS} {text}"), model.judge(_FAILS)), key=lambda one: one.sureness)
        rule = rules.TOPIC
    decided = decision(model.calibration, judged)
    if decided == "open" and judged.top in model.never_open:
        decided = "offer"  # «Другое» is where a customer ends, not where they are sent
    return Understanding(judged.topics, decided, rule, judged.sureness, strange=judged.top == NONE)
