"""Whose request is it: asking the sender to confirm their address, and saying it for them after making sure."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.desk.views.deeds import done, not_done
from camdesk.desk.views.people import person_for, search
from camdesk.lib.text import TextTooLong, clean_line
from camdesk.people.models import Agent, Person
from camdesk.people.requests import AgentRequest
from camdesk.tickets import claiming
from camdesk.tickets.access import ticket_for_agent
from camdesk.tickets.models import Ticket

REASON = 200


@for_agents("ticket.reply")
@require_POST
def claim_letters(request: AgentRequest, number: int) -> HttpResponse:
    """The letter with the link goes once more."""
    ticket = ticket_for_agent(request.agent, number)
    try:
        claiming.ask(ticket=ticket, by=request.person, now=timezone.now())
    except claiming.TooSoon:
        return not_done(request, ticket, _("Сегодня уже просили. Подождите, пока человек прочитает письмо."))
    except claiming.CannotClaim:
        return not_done(request, ticket, _("Адрес уже подтверждён, или писать некуда."))
    return done(request, ticket, _("Письмо со ссылкой уйдёт на %(email)s") % {"email": ticket.contact_email})


@for_agents("ticket.link")
@require_http_methods(["GET", "POST"])
def customer(request: AgentRequest, number: int) -> HttpResponse:
    """GET ?q= looks for the person, ?person=<id> has found them; POST person, reason links the request to them."""
    ticket = ticket_for_agent(request.agent, number)
    said = request.POST if request.method == "POST" else request.GET
    person = person_for(said.get("person", ""))
    if request.method == "GET":
        return _page(request, ticket, person)
    try:
        reason = clean_line(request.POST.get("reason", ""), most=REASON)
    except TextTooLong:
        reason = ""
    if person is None or not reason:
        return _page(request, ticket, person, error=_("Напишите, как вы убедились.") if person else "", status=422)
    try:
        claiming.link(ticket=ticket, to=person, reason=reason, by=request.person, now=timezone.now())
    except claiming.CannotLink:
        words = _("С этим человеком связать нельзя: обращение уже его, подтверждено, или это сотрудник.")
        return not_done(request, ticket, words)
    return redirect("desk:ticket", number=ticket.pk)


@for_agents("ticket.link")
@require_POST
def customer_removal(request: AgentRequest, number: int) -> HttpResponse:
    """Takes the last linking back."""
    ticket = ticket_for_agent(request.agent, number)
    try:
        claiming.unlink(ticket=ticket, by=request.person, now=timezone.now())
    except claiming.CannotLink:
        return not_done(request, ticket, _("Снять связь уже нельзя: обращение изменилось."))
    return done(request, ticket, _("Связь снята"))


def _customers(words: str, *, but: int) -> list[Person]:
    found = search(words)
    staff = Agent.objects.in_bulk([one.pk for one in found], field_name="person_id")
    return [one for one in found if one.pk != but and one.pk not in staff]


def _page(
    request: AgentRequest, ticket: Ticket, person: Person | None, *, error: str = "", status: int = 200
) -> HttpResponse:
    words = request.GET.get("q", "")[:100] or ticket.contact_phone or ticket.contact_email
    context = {
        "ticket": ticket,
        "person": person,
        "words": words,
        "found": _customers(words, but=ticket.person_id) if person is None else [],
        "reason": request.POST.get("reason", "")[:REASON],
        "error": error,
        "here_url": reverse("desk:customer", args=[ticket.pk]),
    }
    return show(request, "customer.html", context, status=status)
