"""«Слишком часто» over HTTP: whatever is limited (people/limits.py) is answered 429, in words, with Retry-After."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from camdesk.people import known_devices
from camdesk.people.limits import Limited, held_off, network_of, take
from camdesk.people.requests import VisitorRequest
from camdesk.ui import error_page
from camdesk.ui.moments import duration

STATUS = 429
_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
# These have keys and secrets of their own, and limits by them.
_WITH_KEYS = ("/api/", "/hooks/")
_ACCOUNT = "/account/"  # who signs out or sets another password may be the one whose session a script has
_SIGN_IN = ("/account/login/", "/account/2fa/authenticate/")


class TooManyRequests:
    """Counts what comes from one network address of people who are not signed in, and answers for every view that
    does not show Limited itself."""

    def __init__(self, get_response: Callable[[VisitorRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: VisitorRequest) -> HttpResponse:
        changes = request.method not in _SAFE and not request.path.startswith(_WITH_KEYS)
        if changes and request.person is None:
            try:
                take("strangers", _whose(request), now=timezone.now())
            except Limited as limited:
                return answer(request, limited.wait)
        elif changes and (held := _held_off(request)):
            return later(HttpResponse(sentence(held), content_type="text/plain; charset=utf-8"), held)
        response = self.get_response(request)
        wait: int = getattr(request, "limited_wait", 0)  # a form that says so itself
        return later(response, wait) if wait else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer(request, exception.wait) if isinstance(exception, Limited) else None


def _held_off(request: VisitorRequest) -> int:
    assert request.person is not None, "asked of who is signed in"
    return 0 if request.path.startswith(_ACCOUNT) else held_off(request.person.pk, now=timezone.now())


def _whose(request: VisitorRequest) -> str:
    """The network address; but who signs in from a browser we know is not held up by others at the same address."""
    known = known_devices.devices_of(request) if request.path.startswith(_SIGN_IN) else ()
    return known[0].id if known else network_of(request.META.get("REMOTE_ADDR", ""))


def answer(request: HttpRequest, wait: int) -> HttpResponse:
    """A page; the sentence alone for a script of ours, which shows it beside what was typed. `wait`: seconds."""
    page = error_page.answer(
        request, STATUS, sentence=sentence(wait), typed=error_page.KeptWords.SENDS_AGAIN, wait=wait
    )
    return later(page, wait)


def later(response: HttpResponse, wait: int) -> HttpResponse:
    """The same answer as a 429: for a page that shows the sentence itself, with everything that was typed."""
    response.status_code = STATUS
    response["Retry-After"] = str(wait)
    return response


def sentence(wait: int) -> str:
    return _("Слишком часто. Повторите через %(time)s: написанное не пропадёт.") % {"time": duration(wait)}
