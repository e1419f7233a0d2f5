"""«Это ваше обращение?»: the page behind the link in the letter to an address nobody has proven."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from camdesk.people.requests import VisitorRequest
from camdesk.tickets import claiming
from camdesk.tickets.claiming import CannotClaim, NotYours, Outcome
from camdesk.tickets.models import Ticket


@never_cache
@require_http_methods(["GET", "POST"])
def claim(request: VisitorRequest, token: str) -> HttpResponse:
    """GET shows whose request it would become; POST (`mine=on`: the address belongs to who is signed in) claims it. An
    unknown, altered, old or used token gets one and the same 404."""
    now = timezone.now()
    try:
        ticket = claiming.find(token, now=now)
        if request.method == "GET":
            return _page(request, ticket, claiming.would_come_to(ticket, request.person))
        mine = request.POST.get("mine") == "on"
        claiming.claim(token=token, by=request.person, says_it_is_theirs=mine, now=now)
    except CannotClaim:
        return render(request, "cabinet/claim_over.html", status=404)
    except NotYours as error:
        unsaid = error.outcome == Outcome.JOIN
        words = _("Отметьте, что это ваш адрес.") if unsaid else ""
        return _page(request, ticket, error.outcome, error=words, status=422)
    if request.person is not None:
        return redirect("request", number=ticket.pk)
    return render(request, "cabinet/claimed.html", {"ticket": ticket})


def _page(
    request: VisitorRequest, ticket: Ticket, outcome: Outcome, *, error: str = "", status: int = 200
) -> HttpResponse:
    return render(request, "cabinet/claim.html", {"ticket": ticket, "outcome": outcome, "error": error}, status=status)
