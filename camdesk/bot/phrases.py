"""Phrases the bot did not understand: attached to a topic by an agent, taken into the next published playbook."""

from dataclasses import replace
from datetime import datetime

from camdesk.bot.models import Phrase
from camdesk.people.models import Person
from camdesk.playbook import current as playbook
from camdesk.playbook.document import Playbook
from camdesk.playbook.models import PlaybookVersion, Topic
from camdesk.playbook.publishing import publish_document


def attach(*, phrase: Phrase, topic: Topic | None, by: Person, now: datetime) -> None:
    """The phrase is about this topic; None: it is about nothing of ours. May be changed until it is published."""
    Phrase.objects.filter(pk=phrase.pk).update(topic=topic, settled_at=now, settled_by=by)


def detach(*, phrase: Phrase) -> None:
    """Back to the open ones: undo."""
    Phrase.objects.filter(pk=phrase.pk).update(topic=None, settled_at=None, settled_by=None)


def with_attached(document: Playbook) -> tuple[Playbook, int]:
    """The playbook with the attached phrases among those of their topics, and how many are new to it."""
    told: dict[str, list[str]] = {}
    for topic, text in Phrase.objects.filter(topic__isnull=False).order_by("pk").values_list("topic_id", "text"):
        known = told.setdefault(topic, list(document.topics[topic].phrases) if topic in document.topics else [])
        if topic in document.topics and text not in known:
            known.append(text)
    added = 0
    topics = dict(document.topics)
    for topic, phrases in told.items():
        if topic in topics:
            added += len(phrases) - len(topics[topic].phrases)
            topics[topic] = replace(topics[topic], phrases=tuple(phrases))
    return (replace(document, topics=topics), added) if added else (document, 0)


def publish_attached(*, by: Person, now: datetime) -> PlaybookVersion | None:
    """Publishes the playbook in force with the attached phrases; None when there is nothing new."""
    document, added = with_attached(playbook.current()[1])
    if not added:
        return None
    return publish_document(playbook=document, by=by, now=now, note=f"+{added}")
