"""A camera as agents see it."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from camdesk.cameras.models import Camera
from camdesk.cameras.pictures import picture_answer
from camdesk.cameras.site_time import set_zone
from camdesk.cameras.strip_view import strip_view
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.lib.language import current_language
from camdesk.lib.time_zones import UnknownZone, spelled
from camdesk.people.models import Person
from camdesk.people.requests import AgentRequest
from camdesk.playbook import current as playbook
from camdesk.tickets.access import in_scope
from camdesk.tickets.answers import passport_of
from camdesk.tickets.models import TicketCamera
from camdesk.tickets.site_time import now_at
from camdesk.ui import moments


@for_agents("camera.read")
@require_GET
def camera(request: AgentRequest, camera_id: int) -> HttpResponse:
    return _page(request, _camera(camera_id))


@for_agents("site.edit")
@require_POST
def site_zone(request: AgentRequest, camera_id: int) -> HttpResponse:
    """zone=Екатеринбург: the time zone of the site of this camera; zone= for ours."""
    found, typed = _camera(camera_id), request.POST.get("zone", "?")[:64]
    try:
        set_zone(site=found.site, said=typed)
    except UnknownZone:
        return _page(request, found, typed=typed, error=_("Такого часового пояса нет. Напишите город или «UTC+5»."))
    messages.success(request, _("Часовой пояс объекта сохранён."))
    return redirect("desk:camera", camera_id=camera_id)


def _camera(camera_id: int) -> Camera:
    return get_object_or_404(Camera.objects.select_related("site", "passport", "organisation"), pk=camera_id)


def _page(request: AgentRequest, found: Camera, *, typed: str | None = None, error: str = "") -> HttpResponse:
    """`typed`: what is written into the field of the zone, where it is not what the site has."""
    _version, document = playbook.current()
    around = Camera.objects.in_service().filter(site=found.site).exclude(pk=found.pk)
    down = Count("pk", filter=~Q(status=Camera.Status.ONLINE))
    context = {
        "camera": found,
        "strip": strip_view(found, now=timezone.now()),
        "site_now": now_at(found.site.zone, timezone.now()),
        "passport": passport_of(found, document, current_language()),
        "zone": spelled(found.site.time_zone, current_language()) if typed is None else typed,
        "zone_error": error,
        "our_zone": moments.our_zone(),
        "neighbours": list(around.in_order()[:24]),
        "around": around.aggregate(total=Count("pk"), down=down),
        "owners": list(Person.objects.filter(camera_grants__camera=found).order_by("pk")[:6]),
        "rows": list(
            in_scope(TicketCamera.objects.filter(camera=found), request.agent)
            .select_related("ticket__assignee__person")
            .order_by("-ticket_id")[:20]
        ),
    }
    return show(request, "camera.html", context, status=422 if error else 200)


@for_agents("camera.read")
@require_GET
def picture(request: AgentRequest, camera_id: int) -> HttpResponse:
    return picture_answer(request, get_object_or_404(Camera, pk=camera_id))
