"""Replies and notes."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from camdesk.desk import queues, ticket_page
from camdesk.desk.canned import fill_in, left_open
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import all_teams, show
from camdesk.desk.views.queue import title_of
from camdesk.desk.views.ticket import news
from camdesk.lib.text import clean_text
from camdesk.people.requests import AgentRequest
from camdesk.playbook import current as playbook
from camdesk.tickets import channels, conversation, drafts
from camdesk.tickets.access import ticket_for_agent
from camdesk.tickets.message_input import REFUSALS, files_of, words_for
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.reply_channels import CannotGo


@for_agents("ticket.reply")
@require_POST
def replies(request: AgentRequest, number: int) -> HttpResponse:
    """`then`: empty passes the move to the customer, `keep` leaves it where it is, `resolve` settles the request.
    `channel`: one that can be answered by; empty: the written way the customer used last."""
    found = ticket_for_agent(request.agent, number)
    then, channel = request.POST.get("then", ""), request.POST.get("channel", "")
    if places := left_open(request.POST.get("text", "")):
        return _refused(request, found, fill_in(", ".join(places)))
    say = partial(conversation.reply, channel=channel or None, keep_turn=then == "keep", settle=then == "resolve")
    return _said(request, found, say)


@for_agents("ticket.note")
@require_POST
def notes(request: AgentRequest, number: int) -> HttpResponse:
    return _said(request, ticket_for_agent(request.agent, number), conversation.note)


def _said(request: AgentRequest, ticket: Ticket, say: Callable[..., Message]) -> HttpResponse:
    try:
        text = clean_text(request.POST.get("text", ""), most=playbook.current()[1].limits.max_message_chars)
        message = say(
            ticket=ticket,
            text=text,
            by=request.person,
            now=timezone.now(),
            files=files_of(request),
            client_id=request.POST.get("client_id", "")[:64] or None,
        )
    except (conversation.Closed, CannotGo, *REFUSALS) as error:
        return _refused(request, ticket, _words_for(error))
    drafts.drop(person=request.person, place=ticket_page.place_of(ticket))
    if request.headers.get("HX-Request"):
        return news(request, ticket.pk, after=message.seq - 1)
    return redirect("desk:ticket", number=ticket.pk)


def _refused(request: AgentRequest, ticket: Ticket, sentence: str) -> HttpResponse:
    """In words, beside what was typed; a page that runs scripts keeps it itself and asks for the sentence only."""
    if request.headers.get("HX-Request"):
        return HttpResponse(sentence, status=422, content_type="text/plain; charset=utf-8")
    teams = all_teams()
    asked = queues.asked_for({}, agent=request.agent, teams=teams)
    page = ticket_page.page(request, ticket, now=timezone.now())
    posted = request.POST.get("channel", "")
    context = {
        "teams": teams,
        "queue": asked,
        "title": title_of(asked, teams),
        **page,
        "way": posted if any(way.channel == posted and not way.why for way in page["ways"]) else page["way"],
        "error": sentence,
        "typed": request.POST.get("text", ""),
    }
    return show(request, "ticket.html", context, queue=asked, status=422)


def _words_for(error: Exception) -> str:
    if isinstance(error, CannotGo):
        answers = channels.get(error.way).answers
        obstacles = {"no_files": _("файлы так не отправить"), **(answers.obstacles if answers else {})}
        return _("Так ответить больше нельзя: %(why)s. Выберите другой способ.") % {
            "why": obstacles.get(error.why, error.why)
        }
    if isinstance(error, conversation.Closed):
        return _("Обращение закрыто: ответить в нём больше нельзя. Откройте новое обращение этого человека.")
    return words_for(error)
