"""Counts every request Django answers: how long it took, with what status, and what it asked of the database."""

import functools
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.urls import get_resolver

from camdesk.lib.metrics import REQUESTS, STATEMENTS
from camdesk.lib.statement_count import StatementCount

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"))


class Measured:
    """The outermost middleware, so that nothing is left out of the time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = StatementCount()
        began = time.perf_counter()
        with connection.execute_wrapper(asked):
            answer = self.get_response(request)
        room = room_of(request)
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(room, method, f"{answer.status_code // 100}xx").observe(time.perf_counter() - began)
        if asked.count:
            STATEMENTS.labels(room).inc(asked.count)
        return answer


def room_of(request: HttpRequest) -> str:
    """What an address begins with in the first table of addresses (desk, account, files, hooks, api), cabinet where
    that is nothing, static, or nowhere: few, whatever strangers ask for."""
    found = request.resolver_match
    if found is None:
        return "static" if request.path_info.startswith(settings.STATIC_URL) else "nowhere"
    first = found.route.partition("/")[0]
    return first if first in _rooms() else "cabinet"


@functools.cache
def _rooms() -> frozenset[str]:
    return frozenset(str(one.pattern).partition("/")[0] for one in get_resolver().url_patterns) - {""}
