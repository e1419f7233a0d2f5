"""For administrators: what the teams are called, which are closed, and more of them."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.desk.words import team_name
from camdesk.lib.text import clean_line
from camdesk.people import teams as deeds
from camdesk.people.models import Team
from camdesk.people.requests import AgentRequest
from camdesk.tickets import closed_teams


class TeamForm(forms.Form):
    name_ru = forms.CharField(label=gettext_lazy("По-русски"), max_length=80)
    name_en = forms.CharField(label=gettext_lazy("По-английски"), max_length=80, required=False)

    def names(self) -> dict[str, str]:
        return {name: clean_line(value, most=80) for name, value in self.cleaned_data.items()}


@for_agents("team.manage")
@require_POST
def teams(request: AgentRequest) -> HttpResponse:
    """Adds one: name_ru, name_en."""
    form = TeamForm(request.POST)
    if not form.is_valid():
        return _refused(request)
    deeds.add(**form.names(), by=request.person, now=timezone.now())
    return redirect("desk:staff")


@for_agents("team.manage")
@require_POST
def team(request: AgentRequest, team_slug: str) -> HttpResponse:
    """Names it otherwise: name_ru, name_en."""
    found = get_object_or_404(Team, slug=team_slug)
    form = TeamForm(request.POST)
    if not form.is_valid():
        return _refused(request)
    deeds.rename(team=found, **form.names(), by=request.person, now=timezone.now())
    return redirect("desk:staff")


@for_agents("team.manage")
@require_POST
def closing(request: AgentRequest, team_slug: str) -> HttpResponse:
    """closed=1: only its members see its requests from now on; nothing: everybody does again."""
    found = get_object_or_404(Team, slug=team_slug)
    closed = request.POST.get("closed") == "1"
    returned = closed_teams.set_closed(team=found, closed=closed, by=request.person, now=timezone.now())
    words = _("Команда «%(team)s» закрыта: её обращения видят только те, кто в ней, и администраторы.")
    if not closed:
        words = _("Команда «%(team)s» открыта: её обращения снова видят все сотрудники.")
    said = words % {"team": team_name(found)}
    if returned:
        back = ngettext(
            "%(n)s обращение вернулось в её очередь: оно было у сотрудника не из команды.",
            "%(n)s обращений вернулось в её очередь: они были у сотрудников не из команды.",
            returned,
        )
        said = f"{said} {back % {'n': returned}}"
    messages.success(request, said)
    return redirect("desk:staff")


def _refused(request: AgentRequest) -> HttpResponse:
    context = {"sentence": _("Команде нужно название, до 80 знаков."), "ticket": None}
    return show(request, "refused.html", context, here="staff", status=422)
