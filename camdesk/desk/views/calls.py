"""Calls: those going on, on every page of the desk; and all of them, in the log."""

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from camdesk.channels.models import Call, CallBack
from camdesk.channels.phone.call_back_counts import due_for
from camdesk.channels.phone.caller_id import NotACandidate, name_caller
from camdesk.channels.phone.live_calls import live
from camdesk.desk.call_cards import cards_for
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.desk.phone_words import look_of
from camdesk.desk.words import page_words
from camdesk.lib.numbers import whole_number
from camdesk.people.models import Person
from camdesk.people.requests import AgentRequest
from camdesk.tickets import counts
from camdesk.tickets.access import in_scope
from camdesk.ui.values import Tab

PAGE = 50
FILTERS = ("", "missed", "mine")


@for_agents("ticket.read")
@require_GET
def calls(request: AgentRequest) -> HttpResponse:
    """?show=missed|mine, ?before=<id>: those going on first, then newest first."""
    wanted = request.GET.get("show", "")
    if wanted not in FILTERS:
        raise Http404
    before, now = whole_number(request.GET.get("before", "")), timezone.now()
    found = _filtered(request, wanted)
    going = [] if before else list(found.filter(live(now)).order_by("pk")[:PAGE])
    past = found.exclude(pk__in=[call.pk for call in going])
    rows = list((past.filter(pk__lt=before) if before else past).order_by("-pk")[: PAGE + 1])
    context = {
        "going": going,
        "calls": rows[:PAGE],
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "wanted": wanted,
        "tabs_of_calls": _tabs(wanted),
        "look_of": look_of,
        "waiting": _waiting(request, [*going, *rows]),
        "has_extension": bool(request.agent.phone_extension),
    }
    return show(request, "calls.html", context, here="calls")


@for_agents("ticket.read")
@require_GET
def now(request: AgentRequest) -> HttpResponse:
    """The cards of the calls that are for this agent's screen, and the number of call-backs that are due."""
    due = due_for(request.agent)
    context = {
        **page_words(),
        "cards": cards_for(request.agent, now=timezone.now()),
        "due": due.value(counts.read(due.names)),
    }
    return render(request, "desk/parts/call_cards.html", context)


@for_agents("ticket.open_for")
@require_POST
def caller(request: AgentRequest, call_id: int) -> HttpResponse:
    """person=<id>: the caller has said it is this person; nothing: it is somebody else after all."""
    call = get_object_or_404(in_scope(Call.objects.all(), request.agent), pk=call_id)
    raw = request.POST.get("person", "")
    person = get_object_or_404(Person, pk=whole_number(raw) or 0) if raw else None
    try:
        name_caller(call=call, person=person, by=request.person, now=timezone.now())
    except NotACandidate:
        raise Http404 from None
    if request.headers.get("HX-Request"):
        return now_after_deed(request)
    return redirect("desk:calls")


def now_after_deed(request: AgentRequest) -> HttpResponse:
    """The page fetches its cards when it hears of the deed; here it is told so at once."""
    answer = HttpResponse(status=204)
    answer["HX-Trigger"] = "calls"
    return answer


def _waiting(request: AgentRequest, shown: list[Call]) -> set[str]:
    """The numbers among them that wait for a call of ours."""
    missed = {call.customer for call in shown if call.state == Call.State.MISSED and call.customer}
    seen = in_scope(CallBack.objects.all(), request.agent)
    waiting = seen.filter(state=CallBack.State.WAITING, phone__in=missed)
    return set(waiting.values_list("phone", flat=True)) if missed else set()


def _filtered(request: AgentRequest, wanted: str) -> QuerySet[Call]:
    seen = in_scope(Call.objects.all(), request.agent)
    found = seen.select_related("person", "agent__person", "named_by__person", "ticket")
    if wanted == "missed":
        return found.filter(state=Call.State.MISSED)
    if wanted == "mine":
        return found.filter(agent=request.agent)
    return found.filter(Q(direction="in") | Q(direction="out"))


def _tabs(wanted: str) -> list[Tab]:
    words = {"": _("Все"), "missed": _("Пропущенные"), "mine": _("Мои")}
    return [Tab(f"?show={name}" if name else "?", word, name == wanted) for name, word in words.items()]
