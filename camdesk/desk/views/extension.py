"""The telephone extension by which an agent's screen knows its calls: their own, or set by an administrator."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.people.extensions import ExtensionTaken, NoExtension, set_extension
from camdesk.people.models import Agent
from camdesk.people.requests import AgentRequest
from camdesk.ui.values import FormError


@for_agents("ticket.read")
@require_http_methods(["GET", "POST"])
def extension(request: AgentRequest) -> HttpResponse:
    """Their own."""
    typed, error = request.agent.phone_extension, ""
    if request.method == "POST":
        typed = request.POST.get("extension", "")[:60]
        error = _set(request.agent, typed)
        if not error:
            return redirect("desk:calls")
    context = {"typed": typed, "error": error, "summary": [FormError("id_extension", error)] if error else []}
    return show(request, "extension.html", context, status=422 if error else 200)


@for_agents("people.manage")
@require_POST
def agent_extension(request: AgentRequest, agent_id: int) -> HttpResponse:
    """Anybody's, from the page of the staff."""
    agent = get_object_or_404(Agent, pk=agent_id, active=True)
    error = _set(agent, request.POST.get("extension", "")[:60])
    if error:
        return show(request, "refused.html", {"sentence": error, "ticket": None}, here="staff", status=422)
    return redirect("desk:staff")


def _set(agent: Agent, typed: str) -> str:
    """ "" when it is done, else why not."""
    try:
        set_extension(agent=agent, extension=typed)
    except NoExtension:
        return _("До 20 цифр или латинских букв без пробелов, как номер записан на станции.")
    except ExtensionTaken as taken:
        return _("Этот номер уже у сотрудника: %(name)s. Впишите другой.") % {"name": taken.name}
    return ""
