"""«Это ваше обращение?»: the page behind the link in the letter to an address nobody has proven, and the request it
opens to whoever proved it without a login: in their browser, to read."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from camdesk.people import sign_up
from camdesk.people.requests import VisitorRequest
from camdesk.tickets import claiming, thread
from camdesk.tickets.claiming import CannotClaim, NotYours, Outcome
from camdesk.tickets.events import Audience
from camdesk.tickets.models import Ticket
from camdesk.tickets.readers import is_author

_CLAIMED = "claimed_requests"  # of the session: {number: address}
_MOST = 20


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
    claimed = [*request.session.get(_CLAIMED, {}).items(), (str(ticket.pk), ticket.contact_email)]
    request.session[_CLAIMED] = dict(claimed[-_MOST:])
    return redirect("claimed_request", number=ticket.pk)


@never_cache
@require_GET
def claimed_request(request: VisitorRequest, number: int) -> HttpResponse:
    """The request whose address was proven in this browser; of whoever has a login by now, in their cabinet."""
    ticket = _claimed(request, number)
    if request.person is not None or hasattr(ticket.person, "user"):
        return redirect("request", number=number)
    return _claimed_page(request, ticket)


@require_POST
def claimed_login(request: VisitorRequest, number: int) -> HttpResponse:
    """A login for whoever has just proven their address, where CAMDESK_SIGN_UP lets them: the letter has been read."""
    ticket = _claimed(request, number)
    answer = sign_up.ask(ticket.contact_email, now=timezone.now())
    if answer is None:
        again = _("Страница с паролем уже открыта. Если её нет, повторите через минуту.")
        return _claimed_page(request, ticket, error=again, status=409)
    if answer.token:
        return redirect("invitation", token=answer.token)
    if answer.login:
        return redirect("request", number=number)
    raise Http404


def _claimed(request: VisitorRequest, number: int) -> Ticket:
    """404 but in the browser that has proven its address, as long as its author is who did."""
    address = request.session.get(_CLAIMED, {}).get(str(number))
    ticket = Ticket.objects.select_related("person__user").filter(pk=number).first() if address else None
    if ticket is None or ticket.contact_email != address or not is_author(ticket, address):
        raise Http404
    return ticket


def _claimed_page(request: VisitorRequest, ticket: Ticket, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "ticket": ticket,
        "thread": thread.read(ticket, Audience.CUSTOMER),
        "may_sign_up_here": sign_up.is_open_to(ticket.contact_email),
        "error": error,
    }
    return render(request, "cabinet/claimed.html", context, status=status)


def _page(
    request: VisitorRequest, ticket: Ticket, outcome: Outcome, *, error: str = "", status: int = 200
) -> HttpResponse:
    return render(request, "cabinet/claim.html", {"ticket": ticket, "outcome": outcome, "error": error}, status=status)
