"""«Перезвоните мне»: a customer asks for a call about a request, or about anything; and changes their mind."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from camdesk.cabinet.call_me import NOTE, call_me
from camdesk.cabinet.doors import signed_in
from camdesk.channels.models import CallBack
from camdesk.channels.phone.call_back_requests import TooOften, WaitsAlready, ask_for_oneself
from camdesk.channels.phone.call_backs import settle
from camdesk.channels.phone.windows import Window, chosen
from camdesk.lib.phones import BadPhone, normalise
from camdesk.lib.text import TextTooLong, clean_line
from camdesk.people.limits_middleware import later
from camdesk.people.requests import PersonRequest
from camdesk.playbook import current as playbook
from camdesk.tickets.access import ticket_for_customer
from camdesk.tickets.models import Ticket
from camdesk.ui.values import FormError

Errors = dict[str, str]


@signed_in
@require_http_methods(["GET", "POST"])
def call_back(request: PersonRequest, number: int | None = None) -> HttpResponse:
    """POST phone=, when=<offered window>, note=. With `number` it is about that request."""
    ticket = ticket_for_customer(request.person, number) if number is not None else None
    if request.method == "GET":
        return _form(request, ticket, {})
    now = timezone.now()
    errors: Errors = {}
    phone, note = _phone(request, errors), _note(request, errors)
    window: Window | None = chosen(playbook.current()[1].hours, now, request.POST.get("when", ""))
    if window is None:
        errors["when"] = _("Выберите время из списка: другое уже прошло.")
    if errors or window is None:
        return _form(request, ticket, errors)
    try:
        ask_for_oneself(phone=phone, window=window, note=note, by=request.person, now=now, ticket=ticket)
    except TooOften as limited:
        said = {"": _("Вы уже просили позвонить несколько раз за сутки. Напишите нам: ответим.")}
        return later(_form(request, ticket, said), limited.wait)
    except WaitsAlready:
        return _form(request, ticket, {"phone": _("На этот номер мы и так позвоним. Укажите другой.")})
    return redirect(_back(ticket))


@signed_in
@require_POST
def cancellation(request: PersonRequest, call_back_id: int) -> HttpResponse:
    """Only their own; another's is not there."""
    found = get_object_or_404(CallBack.objects.select_related("ticket"), pk=call_back_id, person=request.person)
    settle(call_back=found, by=request.person, now=timezone.now(), dropped=True)
    return redirect(_back(found.ticket))


def _phone(request: PersonRequest, errors: Errors) -> str:
    try:
        return normalise(request.POST.get("phone", ""))
    except BadPhone as error:
        errors["phone"] = str(error)
        return ""


def _note(request: PersonRequest, errors: Errors) -> str:
    try:
        return clean_line(request.POST.get("note", ""), most=NOTE)
    except TextTooLong as error:
        said = {"length": error.length, "most": error.most}
        errors["note"] = _("Слишком длинно: %(length)d знаков, помещается %(most)d.") % said
        return ""


def _form(request: PersonRequest, ticket: Ticket | None, errors: Errors) -> HttpResponse:
    context: dict[str, Any] = {
        **call_me(request.person, now=timezone.now()),
        "ticket": ticket,
        "back": _back(ticket),
        "call_typed": request.POST.dict(),
        "call_errors": errors,
        "summary": [FormError(f"id_{name}" if name else "", sentence) for name, sentence in errors.items()],
    }
    return render(request, "cabinet/call_back.html", context, status=422 if errors else 200)


def _back(ticket: Ticket | None) -> str:
    return (reverse("request", args=[ticket.pk]) if ticket else reverse("contacts")) + "#call-me"
