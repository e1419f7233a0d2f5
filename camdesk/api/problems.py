"""Errors of the API: problem+json (RFC 9457) with the field and a sentence."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from camdesk.lib import request_ids
from camdesk.people.limits import Limited
from camdesk.people.limits_middleware import later

_TITLES = {
    400: "Bad request",
    401: "No valid key",
    403: "Not allowed",
    404: "Not found",
    409: "Conflict",
    413: "Too large",
    422: "The request cannot be taken as it is",
    429: "Too many requests",
    500: "A fault of ours",
    503: "Nothing can be written just now",
    507: "No room",
}


class ApiProblem(Exception):
    """Answered as problem+json. errors: [{"field": "person.phone", "message": "…"}]; wait: seconds of a 429."""

    def __init__(self, status: int, detail: str, *, errors: list[dict[str, str]] | None = None, wait: int = 0) -> None:
        super().__init__(detail)
        self.wait = wait
        self.status = status
        self.detail = detail
        self.errors = errors or []


def problem(status: int, detail: str, *, errors: list[dict[str, str]] | None = None) -> JsonResponse:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    if request_id := request_ids.current():
        body["request_id"] = request_id
    return JsonResponse(body, status=status, content_type="application/problem+json", json_dumps_params=_PLAIN)


_PLAIN = {"ensure_ascii": False}


def register(api: NinjaAPI) -> None:
    """Every way an operation can fail ends in `problem`; a fault of ours is left to Django, which logs it."""

    @api.exception_handler(ApiProblem)
    def on_problem(request: HttpRequest, error: ApiProblem) -> HttpResponse:
        answer = problem(error.status, error.detail, errors=error.errors)
        return later(answer, error.wait) if error.wait else answer

    @api.exception_handler(ValidationError)
    def on_invalid(request: HttpRequest, error: ValidationError) -> JsonResponse:
        errors = [{"field": _field(item["loc"]), "message": item["msg"]} for item in error.errors]
        first = errors[0] if errors else {"field": "", "message": "invalid"}
        return problem(422, f"{first['field']}: {first['message']}", errors=errors)

    @api.exception_handler(AuthenticationError)
    def on_unauthenticated(request: HttpRequest, error: AuthenticationError) -> JsonResponse:
        answer = problem(401, "Send the header Authorization: Bearer KEY with a valid key.")
        answer["WWW-Authenticate"] = "Bearer"
        return answer

    @api.exception_handler(Limited)
    def on_limited(request: HttpRequest, error: Limited) -> HttpResponse:
        return later(problem(429, f"Too often: try again in {error.wait} s."), error.wait)

    @api.exception_handler(Http404)
    def on_missing(request: HttpRequest, error: Http404) -> JsonResponse:
        return problem(404, "There is no such object.")

    @api.exception_handler(HttpError)
    def on_http_error(request: HttpRequest, error: HttpError) -> JsonResponse:
        return problem(error.status_code, str(error))


def _field(location: tuple[Any, ...]) -> str:
    """("body", "payload", "person", "phone") → "person.phone": the names the caller wrote, not ours."""
    parts = [str(part) for part in location]
    if parts and parts[0] in {"body", "query", "path", "header"}:
        parts = parts[1:]
    if parts and parts[0] in {"payload", "filters"}:
        parts = parts[1:]
    return ".".join(parts)
