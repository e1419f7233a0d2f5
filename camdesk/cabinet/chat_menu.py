"""Sections and topics this customer is offered: those whose flow fits their cameras and rights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from camdesk.bot.engine import visible
from camdesk.bot.sessions.context import Sight, context_of
from camdesk.bot.sessions.flows import flows_of_version
from camdesk.people.models import Person
from camdesk.playbook import current as playbook
from camdesk.playbook.document import Section, TopicSpec
from camdesk.playbook.flow_binding import flow_id_of


@dataclass(frozen=True, slots=True)
class SectionTopics:
    section: Section
    topics: Sequence[TopicSpec]


def sections_for(person: Person, *, version: int, language: str, now: datetime) -> list[SectionTopics]:
    """In the playbook's order, without what does not concern this customer."""
    document, flows = playbook.version(version), flows_of_version(version)
    cameras = Sight().cameras_of(person)
    ctx = context_of(person=person, document=document, now=now, language=language, cameras=cameras)
    offered = []
    for section in document.sections.values():
        topics = [
            topic
            for topic in document.topics_of(section)
            if (flow := flows.get(flow_id_of(document, topic))) is not None and visible(flow, ctx)
        ]
        if topics:
            offered.append(SectionTopics(section, topics))
    return offered
