"""What the classifier found in a message, as the engine hears it."""

from camdesk.bot.engine.effects import Understand
from camdesk.bot.engine.events import OperatorCalled, Understood
from camdesk.bot.understanding import rules
from camdesk.bot.understanding.classify import Understanding
from camdesk.bot.understanding.matters import Matters, matters_of
from camdesk.bot.understanding.model import Model
from camdesk.playbook.document import Playbook

_OFFERED = 3
_SENSE = 0.15  # of a topic that is offered beside others: below it people see a list of guesses


def matters_in(effect: Understand, playbook: Playbook, model: Model) -> Matters:
    """What the words of the effect are about."""
    topics = playbook.topics
    return matters_of(
        model,
        effect.text,
        effect.matter,
        section_of=lambda topic: topics[topic].section if topic in topics else topic,
    )


def understood_as(matters: Matters, token: int) -> OperatorCalled | Understood:
    """The event that answers `Understand`; `token` of that effect."""
    found = matters.found
    if found.rule == rules.PERSON:
        return OperatorCalled(id=f"understood-{token}")
    if matters.several:
        return Understood(id=f"understood-{token}", topics=matters.several[:_OFFERED], several=True, token=token)
    return Understood(
        id=f"understood-{token}",
        decision="none" if found.strange else found.decision,
        topics=_offered(found),
        token=token,
    )


def _offered(found: Understanding) -> tuple[str, ...]:
    if found.decision == "person":
        return ()
    least = _SENSE if found.decision == "offer" else 0.0
    return tuple(topic for topic, score in found.topics[:_OFFERED] if score >= least)
