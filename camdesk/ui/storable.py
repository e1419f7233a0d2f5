"""What no database can hold does not get past the door: else each of a hundred fields would have to think of it.

NUL and numbers beyond 64 bits in an address name nothing: 404. NUL in a query or a form is dropped, so that nothing a
person typed is lost over it. Views that read bodies themselves (the API, hooks) clean what they read.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

_BEYOND = re.compile(r"(?:^|/)\d{19,}(?:/|$)")
_NUL = re.compile("%00|\x00")


def without_nul(query: str) -> str:
    """A query string that names no NUL, and none when what named one is gone: of «%%0000» nothing is left."""
    kept: list[str] = []
    for sign in query:
        if sign == "\x00":
            continue
        kept.append(sign)
        if sign == "0" and kept[-3:] == ["%", "0", "0"]:
            del kept[-3:]
    return "".join(kept)


class OnlyStorable:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info or _BEYOND.search(request.path_info):
            raise Http404
        query = request.META.get("QUERY_STRING", "")
        if _NUL.search(query):
            request.META["QUERY_STRING"] = without_nul(query)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """After the check against forgery, which has read the form by now: no body is read that was not."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return
        lists = list(request.POST.lists())
        if any("\x00" in text for name, values in lists for text in (name, *values)):
            pairs = [(name, value) for name, values in lists for value in values]
            clean = QueryDict(without_nul(urlencode(pairs)), encoding="utf-8")
            request.POST = clean
