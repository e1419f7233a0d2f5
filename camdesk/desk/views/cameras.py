"""A camera as agents see it."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from camdesk.cameras.models import Camera
from camdesk.cameras.pictures import picture_answer
from camdesk.cameras.strip_view import strip_view
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.lib.language import current_language
from camdesk.people.models import Person
from camdesk.people.requests import AgentRequest
from camdesk.playbook import current as playbook
from camdesk.tickets.access import in_scope
from camdesk.tickets.answers import passport_of
from camdesk.tickets.models import TicketCamera
from camdesk.tickets.site_time import now_at


@for_agents("camera.read")
@require_GET
def camera(request: AgentRequest, camera_id: int) -> HttpResponse:
    found = get_object_or_404(Camera.objects.select_related("site", "passport", "organisation"), pk=camera_id)
    _version, document = playbook.current()
    around = Camera.objects.in_service().filter(site=found.site).exclude(pk=found.pk)
    down = Count("pk", filter=~Q(status=Camera.Status.ONLINE))
    context = {
        "camera": found,
        "strip": strip_view(found, now=timezone.now()),
        "site_now": now_at(found.site.zone, timezone.now()),
        "passport": passport_of(found, document, current_language()),
        "neighbours": list(around.order_by("name", "pk")[:24]),
        "around": around.aggregate(total=Count("pk"), down=down),
        "owners": list(Person.objects.filter(camera_grants__camera=found).order_by("pk")[:6]),
        "rows": list(
            in_scope(TicketCamera.objects.filter(camera=found), request.agent)
            .select_related("ticket__assignee__person")
            .order_by("-ticket_id")[:20]
        ),
    }
    return show(request, "camera.html", context)


@for_agents("camera.read")
@require_GET
def picture(request: AgentRequest, camera_id: int) -> HttpResponse:
    return picture_answer(request, get_object_or_404(Camera, pk=camera_id))
