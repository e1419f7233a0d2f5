"""The queue, what is new in it, and the search over everything."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from camdesk.desk import queues
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import all_teams, show, token_of
from camdesk.desk.words import team_name
from camdesk.lib.numbers import whole_number
from camdesk.people.models import Team
from camdesk.people.requests import AgentRequest
from camdesk.people.roles import hidden_teams
from camdesk.tickets.events import Audience
from camdesk.tickets.models import Ticket
from camdesk.tickets.search import lookup
from camdesk.tickets.search.snippets import snippets


@for_agents("ticket.read")
@require_GET
def queue(request: AgentRequest) -> HttpResponse:
    """?queue=mine&turn=customer&after=<cursor>, or ?q=words&before=<number>; a number goes straight to its ticket."""
    if words := request.GET.get("q", "")[:200].strip():
        return _search(request, words)
    teams = all_teams()
    asked = queues.asked_for(request.GET, agent=request.agent, teams=teams)
    context = {"teams": teams, **rows_context(asked, request.GET.get("after", "")), "title": title_of(asked, teams)}
    return show(request, "queue.html", context, queue=asked)


@for_agents("ticket.read")
@require_GET
def rows(request: AgentRequest) -> HttpResponse:
    """The first page of a queue as a fragment: what an open page asks for when something happened."""
    teams = all_teams()
    asked = queues.asked_for(request.GET, agent=request.agent, teams=teams)
    context = {"teams": teams, **rows_context(asked, "")}
    return show(request, "parts/queue_news.html", context, queue=asked)


@for_agents("ticket.read")
@require_GET
def listening(request: AgentRequest) -> HttpResponse:
    """A fresh stream token; rights are looked at again."""
    return JsonResponse({"token": token_of(request, all_teams())})


def rows_context(asked: queues.Queue, after: str) -> dict[str, Any]:
    page = queues.page(asked, after=after)
    return {"queue": asked, "rows": page.rows, "after": page.after, "paged": bool(after), "now": timezone.now()}


def title_of(asked: queues.Queue, teams: list[Team]) -> str:
    words = {queues.ALL: _("Все обращения"), queues.MINE: _("Мои"), queues.UNASSIGNED: _("Без исполнителя")}
    return words.get(asked.which) or next(team_name(team) for team in teams if team.slug == asked.which)


def _search(request: AgentRequest, words: str) -> HttpResponse:
    before = whole_number(request.GET.get("before", ""))
    number = lookup.by_number(words)
    if number and before is None and Ticket.objects.for_agent(request.agent).filter(pk=number).exists():
        return redirect("desk:ticket", number=number)
    hidden = hidden_teams(request.agent)
    numbers = lookup.find(words, hidden=hidden, before=before, limit=queues.PAGE + 1, notes=True)
    context = {
        "rows": queues.rows_of(numbers[: queues.PAGE], agent=request.agent),
        "snippets": snippets(words, numbers[: queues.PAGE], Audience.AGENT),
        "older": numbers[queues.PAGE - 1] if len(numbers) > queues.PAGE else None,
        "words": words,
        "queue": queues.asked_for({}, agent=request.agent, teams=()),
        "now": timezone.now(),
    }
    return show(request, "search.html", context)
