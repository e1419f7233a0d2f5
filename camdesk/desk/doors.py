"""Who may enter the desk."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.http.response import HttpResponseBase

from camdesk.people.requests import VisitorRequest
from camdesk.people.roles import may

View = Callable[..., HttpResponseBase]


def for_agents(right: str) -> Callable[[View], View]:
    """Lets in members of the staff who have `right`. A stranger signs in first; to everybody else there is no desk."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: VisitorRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.person is None:
                return redirect_to_login(request.get_full_path())
            if not may(request.agent, right):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.right = right  # type: ignore[attr-defined]  # for the matrix of rights
        return guarded

    return guard
