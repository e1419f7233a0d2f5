"""Topics to choose from, by section, in the playbook's order."""

from collections.abc import Callable

from camdesk.playbook.document import Playbook, TopicSpec


def topic_choices(
    document: Playbook, language: str, *, offered: Callable[[TopicSpec], bool] = lambda _topic: True
) -> list[tuple[str, list[tuple[str, str]]]]:
    """[(section's title, [(topic's id, its title)])]; a section in which nothing is offered is left out."""
    groups = []
    for section in document.sections.values():
        topics = [(topic.id, topic.title.get(language)) for topic in document.topics_of(section) if offered(topic)]
        if topics:
            groups.append((section.title.get(language), topics))
    return groups
