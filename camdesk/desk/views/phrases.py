"""The weekly queue of phrases the bot did not understand: one click attaches one to a topic."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from camdesk.bot import phrases as deeds
from camdesk.bot.models import Phrase
from camdesk.bot.understanding.classify import understand
from camdesk.bot.understanding.current import model_of
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.people.requests import AgentRequest
from camdesk.people.roles import may
from camdesk.playbook import current
from camdesk.playbook.document import TopicSpec
from camdesk.playbook.models import Topic
from camdesk.tickets.access import in_scope

PAGE = 50


@dataclass(frozen=True)
class PhraseRow:
    """A phrase, and the topics we would guess."""

    phrase: Phrase
    topics: list[TopicSpec]


@for_agents("phrase.attach")
@require_GET
def phrases(request: AgentRequest) -> HttpResponse:
    """The open phrases, each with our three best guesses as buttons."""
    _number, document = current.current()
    model = model_of(document)
    rows = [
        PhraseRow(phrase, [document.topics[topic] for topic, _score in understand(model, phrase.text).topics[:3]])
        for phrase in _seen(request).filter(settled_at__isnull=True).select_related("ticket").order_by("-at")[:PAGE]
    ]
    context = {
        "rows": rows,
        "document": document,
        "settled": list(
            _seen(request).filter(settled_at__isnull=False).select_related("topic").order_by("-settled_at")[:10]
        ),
        "may_publish": may(request.agent, "playbook.publish"),
        "new": deeds.with_attached(document)[1],
    }
    return show(request, "playbook/phrases.html", context, here="playbook")


@for_agents("phrase.attach")
@require_POST
def attachment(request: AgentRequest, phrase_id: int) -> HttpResponse:
    """topic: an id; empty: it is about nothing of ours; `undo`: back to the open ones."""
    phrase = get_object_or_404(_seen(request), pk=phrase_id)
    if request.POST.get("undo"):
        deeds.detach(phrase=phrase)
    else:
        chosen = request.POST.get("topic", "")
        topic = get_object_or_404(Topic, pk=chosen) if chosen else None
        deeds.attach(phrase=phrase, topic=topic, by=request.person, now=timezone.now())
    return redirect("desk:phrases")


@for_agents("playbook.publish")
@require_POST
def publication(request: AgentRequest) -> HttpResponse:
    """Publishes the playbook in force with the attached phrases."""
    deeds.publish_attached(by=request.person, now=timezone.now())
    return redirect("desk:playbook")


def _seen(request: AgentRequest) -> QuerySet[Phrase]:
    return in_scope(Phrase.objects.all(), request.agent)
