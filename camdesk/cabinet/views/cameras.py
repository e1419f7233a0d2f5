"""«Камеры»: the person's cameras by address, and one camera."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from camdesk.cabinet.doors import signed_in
from camdesk.cabinet.organisation_switch import chosen
from camdesk.cabinet.outage_notes import notes_for
from camdesk.cameras.by_site import by_site
from camdesk.cameras.models import Camera
from camdesk.cameras.pictures import picture_answer
from camdesk.cameras.strip_view import strip_view
from camdesk.lib.language import current_language
from camdesk.lib.numbers import whole_number
from camdesk.people.requests import PersonRequest
from camdesk.playbook import current as playbook
from camdesk.tickets.answers import passport_of
from camdesk.tickets.models import Ticket

PAGE = 60
STATES = {
    "down": Q(status__in=[Camera.Status.OFFLINE, Camera.Status.UNSTABLE, Camera.Status.BLOCKED]),
    "online": Q(status=Camera.Status.ONLINE),
}


@signed_in
@require_GET
def cameras(request: PersonRequest) -> HttpResponse:
    """?q=words&state=down&after=<place of the last row>: keyset paging by (address, name, id)."""
    mine = Camera.objects.visible_to(request.person).select_related("site")
    if (organisation := chosen(request)) is not None:
        mine = mine.filter(organisation=organisation)
    words, state = request.GET.get("q", "")[:100], request.GET.get("state", "")
    found = (mine.filter(STATES[state]) if state in STATES else mine).matching(words)
    if after := request.GET.get("after", ""):
        # A stranger's would tell where in the list it stands.
        found = found.after(get_object_or_404(mine, pk=whole_number(after)))
    rows = list(found.in_order()[: PAGE + 1])
    context = {
        "places": by_site(rows[:PAGE]),
        "words": words,
        "state": state,
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "has_any": bool(rows) or mine.exists(),
        "outages": notes_for(request.person, now=timezone.now()),
    }
    return render(request, "cabinet/cameras.html", context)


@signed_in
@require_GET
def camera(request: PersonRequest, camera_id: int) -> HttpResponse:
    found = camera_for(request, camera_id)
    tickets = Ticket.objects.visible_to(request.person).filter(cameras=found).select_related("topic")
    _number, document = playbook.current()
    now = timezone.now()
    context = {
        "camera": found,
        "strip": strip_view(found, now=now),
        "passport": passport_of(found, document, current_language()),
        "tickets": tickets.order_by("-number")[:10],
        "outages": notes_for(request.person, now=now, camera=found.pk),
        "neighbours": found.site.cameras.in_service().exclude(pk=found.pk).visible_to(request.person).in_order()[:12],
    }
    return render(request, "cabinet/camera.html", context)


@signed_in
@require_GET
def picture(request: PersonRequest, camera_id: int) -> HttpResponse:
    """The last still of one's own camera."""
    return picture_answer(request, camera_for(request, camera_id))


def camera_for(request: PersonRequest, camera_id: int) -> Camera:
    """The camera, or 404 like one that never was."""
    visible = Camera.objects.visible_to(request.person).select_related("site", "passport", "organisation")
    return get_object_or_404(visible, pk=camera_id)
