"""«Уведомить меня», «у меня тоже»: a customer asks for the news of an outage that touches his cameras."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from camdesk.cabinet.doors import signed_in
from camdesk.cabinet.outage_notes import notes_for
from camdesk.outages import linking
from camdesk.outages.access import outage_for_customer
from camdesk.outages.models import Outage


@signed_in
@require_POST
def subscription(request: HttpRequest, outage_id: int) -> HttpResponse:
    """also=1: it is so with him too; off=1: no more news. Pressed twice it changes nothing."""
    outage = outage_for_customer(request.person, outage_id)
    if request.POST.get("off"):
        linking.unsubscribe(outage=outage, person=request.person)
    elif outage.is_open:
        also = bool(request.POST.get("also"))
        linking.subscribe(outage=outage, person=request.person, also=also, now=timezone.now())
    if request.headers.get("HX-Request"):
        return _fragment(request, outage)
    back = request.POST.get("back", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "cameras")


def _fragment(request: HttpRequest, outage: Outage) -> HttpResponse:
    """The note as it is now; nothing when it is over or touches him no more."""
    notes = [note for note in notes_for(request.person, now=timezone.now()) if note.outage.pk == outage.pk]
    return render(request, "cabinet/parts/outages.html", {"outages": notes})
