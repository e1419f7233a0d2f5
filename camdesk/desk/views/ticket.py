"""The page of a ticket, and what an open page asks for."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from camdesk.desk import queues, ticket_page
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import all_teams, numbers_of, show, teams_question
from camdesk.desk.views.queue import title_of
from camdesk.desk.words import page_words
from camdesk.lib.numbers import whole_number
from camdesk.lib.prepared import ahead
from camdesk.people import audit
from camdesk.people.requests import AgentRequest
from camdesk.playbook import current as playbook
from camdesk.tickets import conversation, drafts, thread
from camdesk.tickets.access import question_for_agent, ticket_for_agent
from camdesk.tickets.channels import LONGEST_NAME
from camdesk.tickets.events import Audience


@for_agents("ticket.read")
@require_GET
def ticket(request: AgentRequest, number: int) -> HttpResponse:
    """?queue=&turn= say which queue stands beside it; ?before=<seq> goes back in a long conversation. Asked for as
    panes (by the queue beside it), it comes without the queue."""
    with ahead(question_for_agent(number), teams_question()):
        found = ticket_for_agent(request.agent, number)
        teams = all_teams()
    about = f"ticket {number}"
    audit.saw(by=request.person.pk, whose=found.person_id, what="ticket seen", about=about, now=timezone.now())
    asked = queues.asked_for(request.GET, agent=request.agent, teams=teams)
    before = whole_number(request.GET.get("before", ""))
    panes = "X-Panes" in request.headers
    numbers = None if panes else numbers_of(request, teams, asked)
    with ahead(*ticket_page.questions(request, found, before), *([numbers.question] if numbers else [])):
        page = ticket_page.page(request, found, now=timezone.now(), before=before)
        context = {"teams": teams, "queue": asked, **page}
        if panes:
            return _fragment(request, "panes.html", context)
        context["title"] = title_of(asked, teams)
        return show(request, "ticket.html", context, queue=asked, numbers=numbers)


@for_agents("ticket.read")
@require_GET
def since(request: AgentRequest, number: int) -> HttpResponse:
    """?after=<seq>: what is new after that seq, and the head of the ticket as it is now."""
    return news(request, number, after=whole_number(request.GET.get("after", "")) or 0)


def news(request: AgentRequest, number: int, *, after: int) -> HttpResponse:
    found = ticket_for_agent(request.agent, number)
    context = {
        **ticket_page.head(request, found),
        **ticket_page.conversation(found, after=after),
        "teams": all_teams(),
        "now": timezone.now(),
    }
    return _fragment(request, "parts/news.html", context)


@for_agents("ticket.read")
@require_GET
def context_pane(request: AgentRequest, number: int) -> HttpResponse:
    """The pane of context as it is now: the cameras' state changes while one reads."""
    found = ticket_for_agent(request.agent, number)
    document = playbook.version(found.playbook_version)
    now = timezone.now()
    shown = thread.history(found, Audience.AGENT)
    context = {
        "ticket": found,
        "now": now,
        **ticket_page.side(request.agent, found, document, now=now),
        **ticket_page.letters_of(found),
        "thread": shown,
        "linked_by": ticket_page.linked_by(found, shown),
    }
    return _fragment(request, "parts/context.html", context)


@for_agents("ticket.read")
@require_POST
def seen(request: AgentRequest, number: int) -> HttpResponse:
    """An agent has the page before their eyes up to `seq`."""
    found = ticket_for_agent(request.agent, number)
    conversation.seen_by_agents(found, seq=whole_number(request.POST.get("seq", "")) or 0)
    return HttpResponse(status=204)


@for_agents("ticket.reply")
@require_POST
def draft(request: AgentRequest, number: int) -> HttpResponse:
    found = ticket_for_agent(request.agent, number)
    content = {
        "text": request.POST.get("text", "")[:20_000],
        "kind": request.POST.get("kind", "reply")[:10],
        "channel": request.POST.get("channel", "")[:LONGEST_NAME],
        "attachments": request.POST.getlist("attachments")[:10],
    }
    drafts.keep(person=request.person, place=ticket_page.place_of(found), content=content, now=timezone.now())
    return HttpResponse(status=204)


def _fragment(request: AgentRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"desk/{template}", {**page_words(), **context})
