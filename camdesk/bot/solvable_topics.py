"""Which topics the bot can settle alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from camdesk.bot.engine import reducer
from camdesk.bot.engine.effects import Resolve
from camdesk.bot.engine.events import Answered, Began, SaidYes
from camdesk.bot.engine.replies import Confirmation, InstructionStep
from camdesk.bot.engine.walk import REST
from camdesk.playbook.document import Playbook
from camdesk.playbook.flow_binding import flow_id_of
from camdesk.playbook.flows import Flow


def settled_alone(playbook: Playbook, flows: Mapping[str, Flow], solved: Collection[str]) -> set[str]:
    """Ids of the topics whose dialogue ends well without a person. `solved`: keys of the flows that did so in a test.

    The common flow is the same for all its topics, so each of those is played here: the customer reads what to do and
    says that it helped.
    """
    return {
        topic.id
        for topic in playbook.topics.values()
        if (key := flow_id_of(playbook, topic)) in solved or (not topic.flow and _helps(flows, key))
    }


def _helps(flows: Mapping[str, Flow], key: str) -> bool:
    ctx = {"lang": "ru", "open": True}
    state, replies, _effects = reducer.play(flows, None, Began(id="1", topic=key), ctx)
    if any(isinstance(reply, InstructionStep) for reply in replies):
        state, replies, _effects = reducer.play(flows, state, Answered(id="rest", value=REST), ctx)
    if not any(isinstance(reply, Confirmation) for reply in replies):
        return False
    _state, _replies, effects = reducer.play(flows, state, SaidYes(id="2"), ctx)
    return any(isinstance(effect, Resolve) for effect in effects)
