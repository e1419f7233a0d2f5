"""Who may enter the cabinet."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http.response import HttpResponseBase

from camdesk.people.requests import VisitorRequest

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Asks a stranger to sign in and brings them back afterwards."""

    @wraps(view)
    def guarded(request: VisitorRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.person is None:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded
