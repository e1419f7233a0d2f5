"""An address asked in a way it does not answer (a copied address of a form, a sign-in that led back to one) says so in
our look; Django's own answer is a white page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from camdesk.ui import error_page


class WrongMethod:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if (
            isinstance(answer, HttpResponseNotAllowed)
            and not answer.content
            and "html" in request.headers.get("Accept", "")
        ):
            answer.content = error_page.page(request, "405.html").encode()
            answer["Content-Type"] = "text/html; charset=utf-8"
        return answer
