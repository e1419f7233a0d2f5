"""On a request: writing a call down, and asking that somebody be called."""

import json
import secrets
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from camdesk.channels.phone.call_back_times import offer, window_of
from camdesk.channels.phone.call_backs import BadWindow, ask
from camdesk.channels.phone.manual_calls import LONGEST, Talk, write_down
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.desk.words import page_words
from camdesk.lib.numbers import whole_number
from camdesk.lib.phones import BadPhone, normalise
from camdesk.lib.text import TextTooLong, clean_line, clean_text
from camdesk.people.requests import AgentRequest
from camdesk.playbook import current as playbook
from camdesk.tickets.access import ticket_for_agent
from camdesk.tickets.models import Ticket
from camdesk.ui.values import FormError

NOTE = 300

Errors = dict[str, str]


@for_agents("ticket.reply")
@require_http_methods(["GET", "POST"])
def ticket_calls(request: AgentRequest, number: int) -> HttpResponse:
    """GET ?direction=&phone= prefill the form; POST writes the call down, once however often it is sent."""
    ticket = ticket_for_agent(request.agent, number)
    if request.method == "GET":
        return _form(request, ticket, "call_form.html", _prefilled(request, ticket), {})
    talk, errors = _talk(request)
    if talk is None:
        return _form(request, ticket, "call_form.html", request.POST.dict(), errors)
    client_id = request.POST.get("client_id", "")[:64] or None
    write_down(ticket=ticket, talk=talk, by=request.person, now=timezone.now(), client_id=client_id)
    return _done(request, ticket, _("Звонок записан"))


@for_agents("ticket.reply")
@require_http_methods(["GET", "POST"])
def ticket_call_backs(request: AgentRequest, number: int) -> HttpResponse:
    """POST phone=, when= or at=, note=: somebody is to be called about this request."""
    ticket = ticket_for_agent(request.agent, number)
    if request.method == "GET":
        return _form(request, ticket, "call_back_form.html", _prefilled(request, ticket), {})
    errors: Errors = {}
    now = timezone.now()
    phone, window = _phone(request, errors, required=True), window_of(request.POST, now)
    if window is None:
        errors["when"] = _("Выберите время в будущем.")
    note = _line(request.POST.get("note", ""), errors)
    if errors or window is None:
        return _form(request, ticket, "call_back_form.html", request.POST.dict(), errors)
    try:
        ask(
            phone=phone,
            wanted_from=window.start,
            wanted_until=window.end,
            by=request.person,
            now=now,
            person=ticket.person,
            ticket=ticket,
            note=note,
        )
    except BadWindow:
        return _form(request, ticket, "call_back_form.html", request.POST.dict(), {"when": _("Это время уже прошло.")})
    return _done(request, ticket, _("Звонок запланирован"))


def _prefilled(request: AgentRequest, ticket: Ticket) -> dict[str, str]:
    said = request.GET.get("phone", "")[:60]
    try:
        said = normalise(said) if said else ""
    except BadPhone:
        said = ""
    direction = request.GET.get("direction", "in")
    return {
        "direction": direction if direction in ("in", "out") else "in",
        "phone": said or ticket.contact_phone or ticket.person.phone,
        "minutes": "",
        "text": "",
        "client_id": secrets.token_urlsafe(16),
    }


def _talk(request: AgentRequest) -> tuple[Talk | None, Errors]:
    errors: Errors = {}
    said, now = request.POST, timezone.now()
    wants_again = bool(said.get("when") or said.get("at"))
    phone = _phone(request, errors, required=wants_again)
    minutes = whole_number(said.get("minutes", "").strip() or "0")
    if minutes is None or minutes > LONGEST:
        errors["minutes"] = _("Целое число минут, не больше %(most)d; 0 — если не дозвонились.") % {"most": LONGEST}
    if said.get("direction") not in ("in", "out"):
        errors["direction"] = _("Скажите, кто кому звонил.")
    try:
        text = clean_text(said.get("text", ""), most=playbook.current()[1].limits.max_message_chars)
    except TextTooLong as error:
        text, errors["text"] = "", _too_long(error)
    again = window_of(said, now) if wants_again else None
    if wants_again and again is None:
        errors["when"] = _("Выберите время в будущем.")
    if (
        not text
        and not minutes
        and said.get("direction") == "in"
        and "minutes" not in errors
        and not errors.get("text")
    ):
        errors["text"] = _("Напишите, о чём говорили, или сколько минут шёл разговор.")
    if errors or minutes is None:
        return None, errors
    return Talk(said["direction"], phone, minutes, text, again), {}


def _phone(request: AgentRequest, errors: Errors, *, required: bool) -> str:
    raw = request.POST.get("phone", "")
    if not raw.strip() and not required:
        return ""
    try:
        return normalise(raw)
    except BadPhone as error:
        errors["phone"] = str(error)
        return ""


def _line(raw: str, errors: Errors) -> str:
    try:
        return clean_line(raw, most=NOTE)
    except TextTooLong as error:
        errors["note"] = _too_long(error)
        return ""


def _too_long(error: TextTooLong) -> str:
    said = {"length": error.length, "most": error.most}
    return _("Слишком длинно: %(length)d знаков, помещается %(most)d.") % said


def _form(request: AgentRequest, ticket: Ticket, template: str, typed: dict[str, str], errors: Errors) -> HttpResponse:
    """As a page of its own; for a page that runs scripts the form alone, for its dialog."""
    context: dict[str, Any] = {
        "ticket": ticket,
        "typed": typed,
        "errors": errors,
        "summary": [FormError(_id(name), sentence) for name, sentence in errors.items()],
        "offer": offer(timezone.now()),
        "most_chars": playbook.current()[1].limits.max_message_chars,
        "note_chars": NOTE,
    }
    status = 422 if errors else 200
    if request.headers.get("HX-Request"):
        context |= page_words()
        return render(request, f"desk/parts/{template}", context, status=status)
    return show(request, template, context, status=status)


def _id(name: str) -> str:
    """In the dialog of a page the form lies beside the composer, which has a field `text` of its own."""
    return "id_direction" if name == "direction" else f"call_{name}"


def _done(request: AgentRequest, ticket: Ticket, words: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect("desk:ticket", number=ticket.pk)
    answer = HttpResponse(status=204)
    answer["HX-Trigger"] = json.dumps({"toast": {"text": words}, "deed": {"ticket": ticket.pk}, "dialogdone": True})
    return answer
