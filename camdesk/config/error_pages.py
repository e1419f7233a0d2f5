"""The pages for a request we cannot read, for one too many and for a fault of ours.

Django's own look at the form's body once more (for the token against forgery): a body that cannot be read made the page
about it fail too, and the customer saw a bare 500.
"""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from camdesk.people.limits_middleware import answer

_WAIT = 60  # seconds; the package does not say how long its limits last


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(render_to_string("400.html"), status=400)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    return answer(request, _WAIT)


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render_to_string("500.html"), status=500)
