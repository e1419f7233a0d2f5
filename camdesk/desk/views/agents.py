"""For administrators: one member of the staff."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from camdesk.desk.doors import for_agents
from camdesk.desk.frame import all_teams, show
from camdesk.desk.words import team_name
from camdesk.people import agents, api_keys
from camdesk.people.models import Agent
from camdesk.people.requests import AgentRequest
from camdesk.people.role_words import AGENT_ROLES
from camdesk.tickets.closed_teams import change_agent
from camdesk.tickets.dismissal import dismiss
from camdesk.tickets.models import Ticket
from camdesk.ui.values import Choice


@for_agents("people.manage")
@require_http_methods(["GET", "POST"])
def agent(request: AgentRequest, agent_id: int) -> HttpResponse:
    """POST role=<role>, teams=<slug>…"""
    found = _agent(agent_id)
    if request.method == "GET":
        return _page(request, found)
    role = request.POST.get("role", "")
    if role not in Agent.Role.values:
        raise Http404
    try:
        change_agent(agent=found, role=role, teams=request.POST.getlist("teams"), by=request.person, now=timezone.now())
    except agents.LastAdministrator:
        return _page(request, found, error=_("Это последний администратор. Сначала назначьте другого."))
    return redirect("desk:staff")


@for_agents("people.manage")
@require_POST
def dismissal(request: AgentRequest, agent_id: int) -> HttpResponse:
    """They work here no longer. Nobody can shut out their own login."""
    found = _agent(agent_id)
    if found.pk == request.agent.pk:
        return _page(request, found, error=_("Себя отключить нельзя: попросите другого администратора."))
    try:
        dismiss(agent=found, by=request.person, now=timezone.now())
    except agents.LastAdministrator:
        return _page(request, found, error=_("Это последний администратор. Сначала назначьте другого."))
    return redirect("desk:staff")


@for_agents("people.manage")
@require_POST
def comeback(request: AgentRequest, agent_id: int) -> HttpResponse:
    agents.reactivate(agent=_agent(agent_id), by=request.person, now=timezone.now())
    return redirect("desk:agent", agent_id=agent_id)


def _agent(agent_id: int) -> Agent:
    return get_object_or_404(Agent.objects.select_related("person"), pk=agent_id)


def _page(request: AgentRequest, found: Agent, *, error: str = "") -> HttpResponse:
    context = {
        "one": found,
        "error": error,
        "roles": [Choice(role, word) for role, word in AGENT_ROLES.items()],
        "team_choices": [Choice(team.slug, team_name(team)) for team in all_teams()],
        "chosen": list(found.teams.values_list("slug", flat=True)),
        "keys": list(api_keys.in_use().filter(created_by=found.person)),
        "open_tickets": Ticket.objects.for_agent(request.agent).open().filter(assignee=found).count(),
    }
    return show(request, "agent.html", context, here="staff", status=422 if error else 200)
