"""«Аварии»: declared, followed, closed."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from camdesk.desk import outage_form, outage_page
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.lib.language import current_language
from camdesk.lib.numbers import whole_number, whole_numbers
from camdesk.outages import audience, lifecycle, wording
from camdesk.outages.access import outage_for_agent
from camdesk.outages.models import Notice, Outage
from camdesk.people.requests import AgentRequest
from camdesk.playbook import current as playbook
from camdesk.tickets.access import ticket_for_agent
from camdesk.ui.values import FormError


@for_agents("outage.read")
@require_GET
def outages(request: AgentRequest) -> HttpResponse:
    """?before=<id> of the closed ones."""
    context = outage_page.lists(request.agent, whole_number(request.GET.get("before", "")))
    return show(request, "outages/list.html", {**context, "now": timezone.now(), "wording": wording}, here="outages")


@for_agents("outage.manage")
@require_http_methods(["GET", "POST"])
def new(request: AgentRequest) -> HttpResponse:
    """The form; ?ticket=<number> begins with the place of a request. POST declares, with `look` it only looks."""
    now = timezone.now()
    if request.method == "GET":
        return _form(request, _first(request, now), now=now)
    typed = outage_form.typed(request.POST, now=now)
    if "look" in request.POST:
        return _form(request, typed, now=now, quiet=True)
    if not typed.errors:
        try:
            outage = lifecycle.declare(typed.outage(), by=request.person, now=now)
        except lifecycle.NothingAffected:
            typed.errors["scope"] = _("По этому выбору нет ни одной камеры.")
        else:
            return redirect("desk:outage", outage_id=outage.pk)
    return _form(request, typed, now=now, status=422)


@for_agents("outage.manage")
@require_GET
def scope(request: AgentRequest) -> HttpResponse:
    """What the form has chosen so far, as a fragment: whom it touches, what the search finds."""
    chosen, now = outage_form.scope_of(request.GET), timezone.now()
    began = outage_form.moment(request.GET.get("began_at", "")[:20])
    context = {
        **outage_form.picked(chosen, request.GET.get("q", "")),
        "reach": outage_form.reach(chosen, began, now=now),
    }
    return render(request, "desk/outages/scope.html", context)


@for_agents("outage.read")
@require_GET
def outage(request: AgentRequest, outage_id: int) -> HttpResponse:
    return _page(request, outage_for_agent(request.agent, outage_id))


@for_agents("outage.manage")
@require_POST
def forecast(request: AgentRequest, outage_id: int) -> HttpResponse:
    """eta=<YYYY-MM-DDTHH:MM>, eta= when nobody knows; words_ru, words_en."""
    found, now = outage_for_agent(request.agent, outage_id), timezone.now()
    eta = outage_form.moment(request.POST.get("eta", "")[:20])
    if "eta" not in request.POST:
        return _page(request, found, error=_("Назовите срок. Если он не известен, оставьте пустым."))
    if (eta is None and found.is_planned) or (eta is not None and not now < eta < now + outage_form.FARTHEST):
        return _page(request, found, error=_("Срок должен быть в будущем. Если он не известен, оставьте пустым."))
    words = outage_form.words_of(request.POST)
    return _done(request, found, lambda: lifecycle.change_forecast(
        outage=found, eta=eta, by=request.person, now=now, words=words
    ))  # fmt: skip


@for_agents("outage.manage")
@require_POST
def closing(request: AgentRequest, outage_id: int) -> HttpResponse:
    """words_ru, words_en: what the last letter says beside the news itself."""
    found, words = outage_for_agent(request.agent, outage_id), outage_form.words_of(request.POST)
    return _done(request, found, lambda: lifecycle.close(
        outage=found, by=request.person, now=timezone.now(), words=words
    ))  # fmt: skip


@for_agents("outage.manage")
@require_POST
def answers(request: AgentRequest, outage_id: int) -> HttpResponse:
    """words_ru, words_en: one reply in every linked request."""
    found, words = outage_for_agent(request.agent, outage_id), outage_form.words_of(request.POST)
    if not words[0]:
        return _page(request, found, error=_("Напишите ответ."))
    return _done(request, found, lambda: lifecycle.answer_all(
        outage=found, by=request.person, now=timezone.now(), words=words
    ))  # fmt: skip


@for_agents("outage.manage")
@require_POST
def cameras(request: AgentRequest, outage_id: int) -> HttpResponse:
    """sites=, cameras=, districts=, provider= are added; remove=<camera id> is taken out."""
    found, now = outage_for_agent(request.agent, outage_id), timezone.now()
    gone = whole_numbers(request.POST.getlist("remove")[:500])
    if gone:
        return _done(request, found, lambda: lifecycle.remove_cameras(
            outage=found, cameras=gone, by=request.person, now=now
        ))  # fmt: skip
    more = outage_form.scope_of(request.POST)
    return _done(request, found, lambda: lifecycle.add_cameras(outage=found, scope=more, by=request.person, now=now))


@for_agents("outage.manage")
@require_POST
def letter(request: AgentRequest, outage_id: int) -> HttpResponse:
    """kind=forecast|closed, with the fields of that deed: the letter as its reader would get it."""
    found, now = outage_for_agent(request.agent, outage_id), timezone.now()
    kind = request.POST.get("kind", "")
    if kind not in (Notice.Kind.FORECAST, Notice.Kind.CLOSED):
        raise Http404
    ru, en = outage_form.words_of(request.POST)
    eta = outage_form.moment(request.POST.get("eta", "")[:20]) if kind == Notice.Kind.FORECAST else found.eta
    found.eta = eta
    notice = Notice(outage=found, kind=kind, words_ru=ru, words_en=en, eta=eta, at=now)
    names = {"ru": _("Анна"), "en": "Anna"}
    letters = {
        language: wording.letter(notice, name=name, cameras=(), ticket=1, language=language, now=now)
        for language, name in names.items()
    }
    context = {"letters": letters, "number": audience.size(found.pk)}
    return render(request, "desk/outages/letter.html", context)


def _done(request: AgentRequest, outage: Outage, deed: Any) -> HttpResponse:
    try:
        deed()
    except lifecycle.OutageClosed:
        return _page(request, outage, error=_("Эта авария уже закрыта."))
    return redirect("desk:outage", outage_id=outage.pk)


def _page(request: AgentRequest, outage: Outage, *, error: str = "") -> HttpResponse:
    context = {**outage_page.page(request.agent, outage, now=timezone.now()), "error": error, "typed": request.POST}
    return show(request, "outages/one.html", context, here="outages", status=422 if error else 200)


def _form(
    request: AgentRequest, typed: outage_form.Typed, *, now: datetime, status: int = 200, quiet: bool = False
) -> HttpResponse:
    _number, document = playbook.current()
    errors = {} if quiet or request.method == "GET" else typed.errors
    context = {
        "typed": typed,
        "errors": errors,
        "summary": [FormError(f"id_{name}", sentence) for name, sentence in errors.items()],
        **outage_form.choices(document, current_language()),
        **outage_form.picked(typed.scope, request.POST.get("q", "")),
        "reach": outage_form.reach(typed.scope, typed.began_at, now=now),
    }
    return show(request, "outages/new.html", context, here="outages", status=status)


def _first(request: AgentRequest, now: datetime) -> outage_form.Typed:
    """An empty form of now, or one that begins where a request is."""
    said = request.GET.copy()
    said["began_at"] = timezone.localtime(now).strftime("%Y-%m-%dT%H:%M")
    number = whole_number(request.GET.get("ticket", ""))
    if number:
        rows = ticket_for_agent(request.agent, number).ticket_cameras.select_related("camera__passport").order_by("pk")
        found = [row.camera for row in rows]
        said.setlist("sites", [str(pk) for pk in dict.fromkeys(camera.site_id for camera in found)])
        down = [camera.status_since for camera in found if not camera.working and camera.status_since is not None]
        if since := min(down, default=None):
            said["began_at"] = timezone.localtime(since).strftime("%Y-%m-%dT%H:%M")
    return outage_form.typed(said, now=now)
