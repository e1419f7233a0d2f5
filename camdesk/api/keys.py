"""Authorization: Bearer KEY."""

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from camdesk.api.problems import ApiProblem
from camdesk.people import api_keys, limits
from camdesk.people.models import Agent, ApiKey
from camdesk.people.requests import VisitorRequest
from camdesk.people.roles import RIGHTS


class ApiRequest(VisitorRequest):
    """A request of an integration, as `VisitorRequest` says it: the key is on it."""

    auth: ApiKey


class BearerKey(HttpBearer):
    """request.auth is the ApiKey. Its person is `by` of what it does."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        """Raises Limited: too many wrong keys from there, or too many calls of this one."""
        now = timezone.now()
        key = api_keys.find(token.strip(), address=request.META.get("REMOTE_ADDR", ""), now=now)
        if key is not None:
            limits.take("api", key.pk, now=now)
        return key


def require(key: ApiKey, right: str) -> None:
    """Raises ApiProblem 403 unless the key's role has the right."""
    if right not in RIGHTS.get(key.role, RIGHTS[Agent.Role.AGENT]):
        raise ApiProblem(403, f"This key may not do that: its role is {key.role}, the right {right} is needed.")
