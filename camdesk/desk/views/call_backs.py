"""«Перезвонить»: whom we promised a call, or owe one; each deed is a resource."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from camdesk.channels.models import CallBack
from camdesk.channels.phone import call_back_retries
from camdesk.channels.phone.call_back_times import day_word, hours_today, offer, window_of
from camdesk.channels.phone.call_backs import BadWindow, settle, take_back
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.lib.phones import is_e164
from camdesk.people.requests import AgentRequest
from camdesk.tickets.access import in_scope
from camdesk.ui.figures import caller, reference

AT_MOST = 200
SETTLED_SHOWN = 20


@for_agents("ticket.read")
@require_GET
def call_backs(request: AgentRequest) -> HttpResponse:
    """Waiting ones in the order of their time; below them those settled last."""
    moment = timezone.now()
    rows = _seen(request).select_related("person", "ticket__assignee__person", "settled_by__person")
    waiting = list(rows.filter(state=CallBack.State.WAITING).order_by("wanted_from", "pk")[:AT_MOST])
    settled = list(rows.exclude(state=CallBack.State.WAITING).order_by("-settled_at", "-pk")[:SETTLED_SHOWN])
    context = {
        "groups": _groups(waiting, moment),
        "waiting": len(waiting),
        "settled": settled,
        "offer": offer(moment),
        "today": hours_today(moment),
        "now": moment,
    }
    return show(request, "call_backs.html", context, here="call_backs")


@for_agents("ticket.read")
@require_GET
def reminder(request: AgentRequest, call_back_id: int) -> HttpResponse:
    """What an open page says when the time has come; 204 when it is settled already."""
    found = _seen(request).select_related("person", "ticket").filter(pk=call_back_id).first()
    if found is None or found.state != CallBack.State.WAITING:
        return HttpResponse(status=204)
    who = f"{found.person.name}, " if found.person else ""
    words = _("Пора перезвонить: %(who)s") % {"who": who + caller(found.phone)}
    ticket = found.ticket_id
    return JsonResponse(
        {
            "text": words,
            "href": reverse("desk:ticket", args=[ticket]) if ticket else reverse("desk:call_backs"),
            "label": reference(ticket) if ticket else _("Перезвонить"),
        }
    )


@for_agents("ticket.reply")
@require_POST
def settlement(request: AgentRequest, call_back_id: int) -> HttpResponse:
    """«Позвонили»: settled, and on to where the call is written down."""
    found = get_object_or_404(_seen(request), pk=call_back_id)
    if not settle(call_back=found, by=request.person, now=timezone.now()):
        return _too_late(request)
    if found.ticket_id is not None:
        where = reverse("desk:ticket_calls", args=[found.ticket_id])
        return _go(request, f"{where}?direction=out{_called(found)}")
    person = f"person={found.person_id}" if found.person_id else "unknown=1"
    return _go(request, f"{reverse('desk:new')}?{person}{_called(found)}")


@for_agents("ticket.reply")
@require_POST
def attempts(request: AgentRequest, call_back_id: int) -> HttpResponse:
    """«Не дозвонились»: another try, later."""
    found = get_object_or_404(_seen(request), pk=call_back_id)
    if not call_back_retries.not_reached(call_back=found, by=request.person, now=timezone.now()):
        return _too_late(request)
    found.refresh_from_db()
    return _done(request, _("Попробуем ещё раз: %(when)s") % {"when": _moment(found.wanted_from)})


@for_agents("ticket.reply")
@require_POST
def withdrawal(request: AgentRequest, call_back_id: int) -> HttpResponse:
    """«Снять»: nobody needs the call any more."""
    found = get_object_or_404(_seen(request), pk=call_back_id)
    if not settle(call_back=found, by=request.person, now=timezone.now(), dropped=True):
        return _too_late(request)
    undo = reverse("desk:call_back_return", args=[found.pk])
    return _done(request, _("Снято: %(phone)s") % {"phone": caller(found.phone)}, undo=undo)


@for_agents("ticket.reply")
@require_POST
def taking_back(request: AgentRequest, call_back_id: int) -> HttpResponse:
    """It waits again."""
    found = get_object_or_404(_seen(request), pk=call_back_id)
    if not take_back(call_back=found, by=request.person, now=timezone.now()):
        return _refused(request, _("На этот номер уже ждёт другой звонок."))
    return _done(request, _("Снова в списке"))


@for_agents("ticket.reply")
@require_POST
def time(request: AgentRequest, call_back_id: int) -> HttpResponse:
    """«Перенести»: when=<offered window>, or at=<YYYY-MM-DDTHH:MM>."""
    found = get_object_or_404(_seen(request), pk=call_back_id)
    moment = timezone.now()
    window = window_of(request.POST, moment)
    if window is None:
        return _refused(request, _("Выберите время в будущем."))
    try:
        moved = call_back_retries.move(
            call_back=found, wanted_from=window.start, wanted_until=window.end, by=request.person, now=moment
        )
    except BadWindow:
        return _refused(request, _("Выберите время в будущем."))
    return _done(request, _("Перенесено: %(when)s") % {"when": _moment(window.start)}) if moved else _too_late(request)


def _seen(request: AgentRequest) -> QuerySet[CallBack]:
    return in_scope(CallBack.objects.all(), request.agent)


@dataclass(frozen=True)
class CallBackGroup:
    heading: str
    rows: Sequence[CallBack]


def _groups(waiting: list[CallBack], now: datetime) -> list[CallBackGroup]:
    """What is due, then day by day."""
    groups: dict[str, list[CallBack]] = {}
    today: date = timezone.localdate(now)
    for one in waiting:
        due = one.wanted_from <= now
        groups.setdefault(
            _("Пора звонить") if due else day_word(timezone.localdate(one.wanted_from), today), []
        ).append(one)
    return [CallBackGroup(heading, rows) for heading, rows in groups.items()]


def _moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{day_word(local.date(), timezone.localdate())}, {local:%H:%M}"


def _done(request: AgentRequest, words: str, *, undo: str = "") -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect("desk:call_backs")
    toast = {"text": words, **({"undo": undo} if undo else {})}
    return _told({"toast": toast, "callbacks": True})


def _refused(request: AgentRequest, sentence: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        context = {"sentence": sentence, "ticket": None}
        return show(request, "refused.html", context, here="call_backs", status=422)
    return _told({"toast": {"text": sentence, "tone": "trouble"}, "callbacks": True})


def _too_late(request: AgentRequest) -> HttpResponse:
    return _refused(request, _("Коллега уже отметил этот звонок."))


def _told(trigger: dict[str, object]) -> HttpResponse:
    answer = HttpResponse(status=204)
    answer["HX-Trigger"] = json.dumps(trigger)
    return answer


def _called(found: CallBack) -> str:
    """The number for the page that follows; one nobody can read is asked for there."""
    return f"&phone=%2B{found.phone.lstrip('+')}" if is_e164(found.phone) else ""


def _go(request: AgentRequest, address: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect(address)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = address
    return answer
