"""The playbook as people read it: sections, topics with their flows drawn, articles, versions and what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET
from markupsafe import Markup

from camdesk.bot.models import ArticleCount
from camdesk.bot.sessions import step_counts
from camdesk.bot.sessions.flows import flows_of_version
from camdesk.bot.understanding.articles import found_articles
from camdesk.bot.understanding.current import article_index
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.lib.language import current_language
from camdesk.people.requests import AgentRequest
from camdesk.playbook import current
from camdesk.playbook.difference import Change, difference, in_words
from camdesk.playbook.document import Section, TopicSpec
from camdesk.playbook.flow_binding import flow_id_of
from camdesk.playbook.flow_graph import Counts, svg
from camdesk.playbook.models import PlaybookVersion
from camdesk.ui.markdown import to_html


@dataclass(frozen=True)
class TopicRow:
    """A topic, and how its conversations ended: {"resolved": 12, "handed": 3}."""

    topic: TopicSpec
    ends: Mapping[str, int]


@dataclass(frozen=True)
class SectionRow:
    section: Section
    topics: Sequence[TopicRow]


@dataclass(frozen=True)
class ChangeRow:
    change: Change
    lines: Sequence[str]


@for_agents("playbook.read")
@require_GET
def playbook(request: AgentRequest) -> HttpResponse:
    """?q=words finds articles, by the same analyser as the bot and the help pages."""
    number, document = current.current()
    handed = step_counts.handed_by_flow(number)
    rows = [
        SectionRow(
            section,
            [TopicRow(topic, handed.get(flow_id_of(document, topic), {})) for topic in document.topics_of(section)],
        )
        for section in document.sections.values()
    ]
    words = request.GET.get("q", "")[:200]
    results = article_index(current_language()).search(words, most=10) if words.strip() else []
    context = {
        "number": number,
        "words": words,
        "found": found_articles(document, results),
        "sections": rows,
        "versions": list(
            PlaybookVersion.objects.defer("content").select_related("published_by").order_by("-number")[:20]
        ),
    }
    return show(request, "playbook/overview.html", context, here="playbook")


@for_agents("playbook.read")
@require_GET
def topic(request: AgentRequest, topic_id: str) -> HttpResponse:
    """One topic: what it asks, what it says, its dialogue drawn with the counts of the version in force."""
    number, document = current.current()
    found = document.topics.get(topic_id)
    if found is None:
        raise Http404
    name = flow_id_of(document, found)
    flow = flows_of_version(number)[name]
    steps = {
        step: Counts(
            entered=told.get("enter", 0),
            left=told.get("left", 0),
            handed=told.get("handed", 0),
            solved=told.get("resolved", 0),
            reopened=told.get("reopened", 0),
        )
        for step, told in step_counts.of_flow(number, name).items()
    }
    context = {
        "topic": found,
        "document": document,
        "facts": [document.facts[fact] for fact in found.facts if fact in document.facts],
        "article": document.articles.get(found.article),
        "drawing": Markup(svg(flow, current_language(), steps or None)),  # noqa: S704  our own drawing, its words are escaped
        "own_flow": bool(found.flow),
    }
    return show(request, "playbook/topic.html", context, here="playbook")


@for_agents("playbook.read")
@require_GET
def article(request: AgentRequest, article_id: str) -> HttpResponse:
    _number, document = current.current()
    found = document.articles.get(article_id)
    if found is None:
        raise Http404
    context = {
        "article": found,
        "body": to_html(found.body.get(current_language())),
        "topics": [topic for topic in document.topics.values() if topic.article == article_id],
        "counts": ArticleCount.objects.filter(article=article_id).first(),
    }
    return show(request, "playbook/article.html", context, here="playbook")


@for_agents("playbook.read")
@require_GET
def version(request: AgentRequest, number: int) -> HttpResponse:
    """One version and what it changed against the one before."""
    row = get_object_or_404(PlaybookVersion.objects.defer("content").select_related("published_by"), pk=number)
    before = PlaybookVersion.objects.filter(number__lt=number).order_by("-number").values_list("number", flat=True)
    previous = before.first()
    changes = difference(current.version(previous), current.version(number)) if previous else ()
    context = {"version": row, "previous": previous, "changes": [ChangeRow(one, in_words(one)) for one in changes]}
    return show(request, "playbook/version.html", context, here="playbook")
