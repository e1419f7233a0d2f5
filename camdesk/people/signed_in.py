"""Who is asking: puts `person` and `agent` on every request, and asks agents for their second factor."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

_OPEN_WITHOUT_SECOND_FACTOR = ("/account/", "/static/", "/i18n/")


class SignedIn:
    """request.person: the Person signed in, or None. request.agent: the active Agent, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        person = user.person if user.is_authenticated else None
        agent = getattr(person, "agent", None) if person else None
        request.person = person
        request.agent = agent if agent is not None and agent.active else None
        if request.agent and self._lacks_second_factor(request):
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _lacks_second_factor(self, request: HttpRequest) -> bool:
        if not settings.SECOND_FACTOR_REQUIRED or request.path.startswith(_OPEN_WITHOUT_SECOND_FACTOR):
            return False
        if request.session.get("second_factor_set_up"):
            return False
        if is_mfa_enabled(request.user):
            request.session["second_factor_set_up"] = True
            return False
        return True
