"""The front door, the public contacts, and the token a page listens with."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from camdesk.cabinet.call_me import call_me
from camdesk.cabinet.doors import signed_in
from camdesk.cabinet.stream_channels import token_for
from camdesk.lib.numbers import whole_number
from camdesk.people.requests import PersonRequest, VisitorRequest
from camdesk.playbook import current as playbook
from camdesk.tickets.access import ticket_for_customer


@require_GET
def home(request: VisitorRequest) -> HttpResponse:
    """Everyone to where they work: agents to the desk, customers to their cameras, strangers to the contacts."""
    if request.agent is not None:
        return redirect("/desk/")
    return redirect("cameras" if request.person is not None else "contacts")


@require_GET
def contacts(request: VisitorRequest) -> HttpResponse:
    """Phone, e-mail, hours: readable without signing in, for who cannot sign in must still reach us (S2)."""
    _number, document = playbook.current()
    context: dict[str, Any] = {"contacts": document.contacts, "document": document}
    context["open_form"] = settings.OPEN_FORM and request.person is None
    if request.person is not None:
        context |= call_me(request.person, now=timezone.now())
    return render(request, "cabinet/contacts.html", context)


@signed_in
@require_GET
def stream_token(request: PersonRequest) -> HttpResponse:
    """A fresh stream token; rights are looked at again. ?ticket=<number> for the request that is open."""
    number = whole_number(request.GET.get("ticket", ""))
    ticket = ticket_for_customer(request.person, number) if number is not None else None
    return JsonResponse({"token": token_for(request, ticket=ticket)})
