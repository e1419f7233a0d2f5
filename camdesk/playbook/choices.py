"""Topics to choose from, by section, in the playbook's order."""

from collections.abc import Callable

from camdesk.playbook.document import Playbook, TopicSpec
from camdesk.ui.values import Choice, ChoiceGroup


def topic_choices(
    document: Playbook, language: str, *, offered: Callable[[TopicSpec], bool] = lambda _topic: True
) -> list[ChoiceGroup]:
    """A group for each section: topics' ids with their titles. A section in which nothing is offered is left out."""
    groups = []
    for section in document.sections.values():
        topics = [topic for topic in document.topics_of(section) if offered(topic)]
        if topics:
            choices = [Choice(topic.id, topic.title.get(language)) for topic in topics]
            groups.append(ChoiceGroup(section.title.get(language), choices))
    return groups
