"""The list of cameras in the form, searched on the server: for owners of thousands."""

from collections import defaultdict
from types import SimpleNamespace

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from camdesk.cabinet.doors import signed_in
from camdesk.cabinet.form_page import LISTED_CAMERAS
from camdesk.cameras.models import Camera
from camdesk.people.requests import PersonRequest


@signed_in
@require_GET
def camera_choices(request: PersonRequest) -> HttpResponse:
    """?q=words&cameras=17: the cameras that match all the words, after those that are ticked."""
    chosen = {int(raw) for raw in request.GET.getlist("cameras") if raw.isdecimal() and len(raw) < 18}
    mine = Camera.objects.visible_to(request.person).select_related("site")
    found = mine.matching(request.GET.get("q", ""))
    rows = list(mine.filter(pk__in=chosen).in_order()) + list(found.exclude(pk__in=chosen).in_order()[:LISTED_CAMERAS])
    by_site = defaultdict(list)
    for camera in rows:
        by_site[camera.site].append(camera)
    asked = SimpleNamespace(camera_ids=chosen)
    return render(request, "cabinet/form/camera_list.html", {"sites": list(by_site.items()), "asked": asked})
