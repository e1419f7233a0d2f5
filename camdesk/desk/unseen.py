"""Requests that an agent has just opened or passed on and does not see: they are told so, and stand in the queue."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from camdesk.desk.words import team_name
from camdesk.people.requests import AgentRequest
from camdesk.people.roles import may
from camdesk.tickets.models import Ticket
from camdesk.ui.figures import reference


def sees(request: AgentRequest, ticket: Ticket) -> bool:
    return may(request.agent, "ticket.read", ticket)


def to_ticket(request: AgentRequest, ticket: Ticket) -> HttpResponse:
    """The page of the request; of one they do not see, the queue and a sentence that says where it is."""
    if sees(request, ticket):
        return redirect("desk:ticket", number=ticket.pk)
    return to_queue(request, ticket)


def to_queue(request: AgentRequest, ticket: Ticket) -> HttpResponse:
    name = team_name(ticket.team) if ticket.team else ""
    words = _("Обращение %(number)s у закрытой команды «%(team)s»: вы его больше не видите.")
    messages.info(request, words % {"number": reference(ticket.pk), "team": name})
    if not request.headers.get("HX-Request"):
        return redirect("desk:queue")
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = reverse("desk:queue")
    return answer
