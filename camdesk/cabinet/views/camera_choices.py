"""The list of cameras in the form, searched on the server: for owners of thousands."""

from types import SimpleNamespace

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from camdesk.cabinet.doors import signed_in
from camdesk.cabinet.form_page import LISTED_CAMERAS, by_address
from camdesk.cameras.models import Camera
from camdesk.lib.numbers import whole_numbers
from camdesk.people.requests import PersonRequest


@signed_in
@require_GET
def camera_choices(request: PersonRequest) -> HttpResponse:
    """?q=words&cameras=17&address=…: the cameras that match all the words, at the address when it is one of theirs,
    after those that are ticked."""
    chosen = set(whole_numbers(request.GET.getlist("cameras")))
    mine = Camera.objects.visible_to(request.person).select_related("site")
    found = mine.matching(request.GET.get("q", "")).exclude(pk__in=chosen).in_order()
    address = request.GET.get("address", "").strip()
    here = list(found.filter(site__address=address)[:LISTED_CAMERAS]) if address else []
    rows = list(mine.filter(pk__in=chosen).in_order()) + (here or list(found[:LISTED_CAMERAS]))
    context = {"places": by_address(rows), "asked": SimpleNamespace(camera_ids=chosen)}
    return render(request, "cabinet/form/camera_list.html", context)
