"""«Уведомить меня», «у меня тоже»: a customer asks for the news of an outage that touches their cameras."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from camdesk.cabinet.doors import signed_in
from camdesk.cabinet.outage_notes import notes_for
from camdesk.lib.safe_redirects import own_path
from camdesk.outages import linking
from camdesk.outages.access import outage_for_customer
from camdesk.outages.models import Outage
from camdesk.people.requests import PersonRequest


@signed_in
@require_POST
def subscription(request: PersonRequest, outage_id: int) -> HttpResponse:
    """also=1: it is so with them too; off=1: no more news. Pressed twice it changes nothing."""
    outage = outage_for_customer(request.person, outage_id)
    if request.POST.get("off"):
        linking.unsubscribe(outage=outage, person=request.person)
    elif outage.is_open:
        also = bool(request.POST.get("also"))
        linking.subscribe(outage=outage, person=request.person, also=also, now=timezone.now())
    if request.headers.get("HX-Request"):
        return _fragment(request, outage)
    return redirect(own_path(request.POST.get("back", ""), otherwise=reverse("cameras")))


def _fragment(request: PersonRequest, outage: Outage) -> HttpResponse:
    """The note as it is now; nothing when it is over or touches them no more."""
    notes = [note for note in notes_for(request.person, now=timezone.now()) if note.outage.pk == outage.pk]
    return render(request, "cabinet/parts/outages.html", {"outages": notes})
