"""«Получить доступ»: an address, and its letter lets one in.

The form of a forgotten password under other words: the same letters, limits and answer, so neither tells who is known
here (people/sign_up.py).
"""

from allauth.account.views import PasswordResetView
from django.conf import settings
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from camdesk.people import sign_up
from camdesk.people.requests import VisitorRequest


@require_http_methods(["GET", "POST"])
def access(request: VisitorRequest) -> HttpResponseBase:
    if request.person is not None:
        return redirect("/")
    if settings.SIGN_UP == sign_up.OFF:
        return render(request, "account/signup_closed.html", status=404)
    known_only = settings.SIGN_UP != sign_up.OPEN
    page: HttpResponseBase = PasswordResetView.as_view(
        template_name="account/access.html", extra_context={"known_only": known_only}
    )(request)
    return page
