"""What of a playbook the reader learns from: phrases above all, and a little of everything else."""

from camdesk.bot.understanding.deciding import NONE
from camdesk.bot.understanding.training import Course, Example
from camdesk.playbook.document import Playbook, Topic


def course_of(playbook: Playbook) -> Course:
    """The course of one playbook version. The same playbook gives the same course."""
    examples = [example for topic in playbook.topics.values() for example in _examples(playbook, topic)]
    examples += [Example(NONE, phrase) for phrase in playbook.lexicon.out_of_scope]
    lexicon = playbook.lexicon
    return Course(
        topics=tuple((topic.id, topic.ref) for topic in playbook.topics.values()),
        examples=tuple(dict.fromkeys(examples)),
        synonyms=dict(lexicon.synonyms),
        rules={
            "person": lexicon.person,
            "greetings": lexicon.greetings,
            "thanks": lexicon.thanks,
            "rude": lexicon.rude,
        },
    )


def _examples(playbook: Playbook, topic: Topic) -> list[Example]:
    found = [Example(topic.id, phrase) for phrase in topic.phrases]
    found += [Example(topic.id, text, "title") for text in (topic.title.ru, topic.title.en) if text]
    found += [Example(topic.id, text, "synonym") for text in topic.synonyms]
    found += [Example(topic.id, text, "symptom") for text in (topic.symptom.ru,) if text]
    found += [Example(topic.id, step.ru, "step") for step in topic.steps]
    article = playbook.articles.get(topic.article)
    if article is not None:
        found += [Example(topic.id, article.title.ru, "step"), Example(topic.id, " ".join(article.keywords), "step")]
        found += [Example(topic.id, part, "article") for part in article.body.ru.split("\n\n")[:6]]
    return [example for example in found if example.text.strip()]
