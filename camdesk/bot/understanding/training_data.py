"""What of a playbook the reader learns from: phrases above all, and a little of everything else."""

import hashlib
import json
from statistics import mean

from camdesk.bot.understanding.decision import NONE
from camdesk.bot.understanding.rules import PERSON, judge
from camdesk.bot.understanding.training import Course, Example
from camdesk.playbook.document import Playbook, TopicSpec
from camdesk.playbook.encoding import encode

_MOST = 0.5
_ARTICLE = 500  # characters: what an article is about stands at its beginning


def course_of(playbook: Playbook) -> Course:
    """The course of one playbook version. The same playbook gives the same course."""
    examples = [example for topic in playbook.topics.values() for example in _examples(playbook, topic)]
    examples += [Example(NONE, phrase) for phrase in playbook.lexicon.out_of_scope]
    return Course(
        topics=tuple((topic.id, topic.ref) for topic in playbook.topics.values()),
        examples=tuple(dict.fromkeys(examples)),
        synonyms=dict(playbook.lexicon.synonyms),
        person=_person(playbook),
        never_open=(playbook.other_topic,),
    )


def digest_of(playbook: Playbook) -> str:
    """Names what the course is made of, in 64 hex digits: playbooks that differ in hours, contacts or flows alone have
    one reader."""
    parts = [playbook.topics, playbook.articles, playbook.lexicon, playbook.other_topic]
    return hashlib.sha256(json.dumps(encode(parts), ensure_ascii=False).encode()).hexdigest()


def _person(playbook: Playbook) -> str:
    """The topic most of whose phrases ask for a person; "" when there is none."""
    asks = {topic.id: mean(judge(phrase) == PERSON for phrase in topic.phrases) for topic in playbook.topics.values()}
    most = max(asks, key=asks.__getitem__, default="")
    return most if asks.get(most, 0) > _MOST else ""


def _examples(playbook: Playbook, topic: TopicSpec) -> list[Example]:
    found = [Example(topic.id, phrase) for phrase in topic.phrases]
    found += [Example(topic.id, text, "title") for text in (topic.title.ru, topic.title.en) if text]
    found += [Example(topic.id, text, "synonym") for text in topic.synonyms]
    article = playbook.articles.get(topic.article)
    for lang in ("ru", "en"):  # where it is not translated both are the same text, which the course holds once
        found += [Example(topic.id, topic.symptom.get(lang), "symptom")]
        found += [Example(topic.id, " ".join(step.get(lang) for step in topic.steps), "step")]
        if article is not None:
            text = "\n".join((article.title.get(lang), " ".join(article.keywords), article.body.get(lang)))
            found += [Example(topic.id, text[:_ARTICLE], "article")]
    return [example for example in found if example.text.strip()]
