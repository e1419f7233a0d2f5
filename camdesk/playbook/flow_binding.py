"""The flows of a playbook, ready to be played: facts and topic written in.

A topic without a flow of its own gets the common flow, with its article, its facts and its instructions.
"""

from __future__ import annotations

import dataclasses

from camdesk.playbook.document import Playbook, Text, TopicSpec
from camdesk.playbook.flow_reading import flow_of
from camdesk.playbook.flows import TOPIC_ARTICLE, TOPIC_FACTS, About, Flow, Step
from camdesk.playbook.instructions import instruction_of


def flow_id_of(playbook: Playbook, topic: TopicSpec) -> str:
    """The key in `flows_of` of the dialogue that serves the topic."""
    return topic.flow or f"{playbook.common_flow}.{topic.id}"


def flows_of(playbook: Playbook) -> dict[str, Flow]:
    """Every flow of the playbook, bound, by its key; costs some milliseconds, so keep the answer per version."""
    shapes = {name: flow_of(data) for name, data in playbook.flows.items()}
    found = {name: bind(flow, playbook) for name, flow in shapes.items() if name != playbook.common_flow}
    common = shapes.get(playbook.common_flow)
    if common is not None:
        served = (topic for topic in playbook.topics.values() if not topic.flow)
        found |= {flow_id_of(playbook, topic): bind_common(common, playbook, topic) for topic in served}
    return found


def bind(flow: Flow, playbook: Playbook) -> Flow:
    """The flow with the playbook's facts and the topic it serves; unknown names stay out (the checks name them)."""
    topic = playbook.topic(flow.topic) if flow.topic else None
    topic = topic or next((one for one in playbook.topics.values() if one.flow == flow.id), None)
    own = {slot.id for slot in flow.slots}
    # All of them, not only those asked here: a condition may look at a fact that the passport knows.
    facts = tuple(fact for name, fact in playbook.facts.items() if name not in own)
    return dataclasses.replace(
        flow,
        slots=flow.slots + facts,
        steps=tuple(_with_instruction(one, playbook) for one in flow.steps),
        topic=topic.id if topic else flow.topic,
        must=topic.required_facts if topic else (),
        about=about(topic) if topic else About(),
    )


def _with_instruction(step: Step, playbook: Playbook) -> Step:
    article = playbook.articles.get(step.article)
    if article is None or not article.walk:
        return step
    return dataclasses.replace(step, instruction=instruction_of(article.body))


def bind_common(flow: Flow, playbook: Playbook, topic: TopicSpec) -> Flow:
    """The common flow as this topic plays it: its article, its facts, its instructions, its name."""
    steps = tuple(_for_topic(one, topic) for one in flow.steps)
    special = dataclasses.replace(
        flow, id=flow_id_of(playbook, topic), topic=topic.id, title=topic.title, show_if=topic.show_if, steps=steps
    )
    return bind(special, playbook)


def _for_topic(step: Step, topic: TopicSpec) -> Step:
    """The step for this topic. It never vanishes, others may lead to it: with nothing to ask it passes in silence."""
    if step.article == TOPIC_ARTICLE:
        kind = "article" if topic.article else "confirm" if step.confirm else "say"
        return dataclasses.replace(step, article=topic.article, kind=kind)
    if TOPIC_FACTS in step.ask:
        names = [name for one in step.ask for name in (topic.facts if one == TOPIC_FACTS else (one,))]
        ask = tuple(dict.fromkeys(names))
        return dataclasses.replace(step, ask=ask, kind="ask" if ask else "say")
    return step


def about(topic: TopicSpec) -> About:
    """What the flow's texts and conditions may say about its topic."""
    return About(
        id=topic.id,
        title=topic.title,
        steps=_numbered(topic.steps),
        article=topic.article,
        cameras=topic.cameras,
        kind=topic.kind,
        team=topic.team,
        priority=topic.priority,
    )


def _numbered(steps: tuple[Text, ...]) -> Text:
    ru = [f"{number}. {step.ru}" for number, step in enumerate(steps, 1)]
    en = [f"{number}. {step.en}" for number, step in enumerate(steps, 1)] if all(one.en for one in steps) else []
    return Text("\n".join(ru), "\n".join(en))
