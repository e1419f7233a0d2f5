"""Who is asking: puts `person` and `agent` on every request, and asks agents for their second factor."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect

from camdesk.lib.prepared import Prepared, ahead
from camdesk.people import known_devices, session_rights, session_users
from camdesk.people.models import Agent, User
from camdesk.people.requests import VisitorRequest

_FACTOR_OF = Prepared(lambda user_id: Authenticator.objects.filter(user_id=user_id)[:1], int)
_OPEN_WITHOUT_SECOND_FACTOR = ("/account/", "/static/", "/i18n/")


class SignedIn:
    """request.person: the Person signed in, or None. request.agent: the active Agent, or None."""

    def __init__(self, get_response: Callable[[VisitorRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: VisitorRequest) -> HttpResponse:
        response = self._answer(request)
        known_devices.write(request, response)
        return response

    def _answer(self, request: VisitorRequest) -> HttpResponse:
        request.person = request.agent = None
        if (user := _signed_in(request)) is None:
            return self.get_response(request)
        request.person = user.person
        agent: Agent | None = getattr(user.person, "agent", None)
        request.agent = agent if agent is not None and agent.active else None
        if request.agent is None or not settings.SECOND_FACTOR_REQUIRED:
            session_rights.renew(request, user, has_factor=False)
        elif not request.path.startswith(_OPEN_WITHOUT_SECOND_FACTOR):
            # Asked each time: it can be taken off again, elsewhere too.
            has_factor = _FACTOR_OF.first(user.pk) is not None
            session_rights.renew(request, user, has_factor=has_factor)
            if not has_factor:
                return redirect("mfa_activate_totp")
        return self.get_response(request)


def _signed_in(request: VisitorRequest) -> User | None:
    with ahead(*session_users.questions(request.session)):
        user = request.user
        if not user.is_authenticated:
            return None
        session_users.remember(request.session, user)
        return user
