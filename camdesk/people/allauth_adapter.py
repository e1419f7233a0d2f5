"""How camdesk wants django-allauth to behave."""

from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.db.models import Func, OuterRef, QuerySet, Subquery, TextField
from django.http import HttpRequest
from django.urls import reverse

from camdesk.lib.prepared import Prepared
from camdesk.people import session_rights
from camdesk.people.models import Team, User


class _Joined(Func):
    """The numbers of all rows of a subquery, with commas between them; NULL when there is none."""

    output_field = TextField()
    template = "GROUP_CONCAT(%(expressions)s)"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="STRING_AGG(%(expressions)s::text, ',')", **context)


def _whole(pk: int) -> QuerySet[User]:
    outside = Team.objects.filter(closed=True).without(OuterRef(OuterRef("person__agent")))
    ids = outside.annotate(ids=_Joined("pk")).values("ids")
    return User.objects.select_related("person__agent").annotate(outside=Subquery(ids)).filter(pk=pk)


_WHOLE = Prepared(_whole, int)


class Backend(AuthenticationBackend):
    """Loads the person, the agent and the agent's scope with the user: every page needs them, so one query."""

    def get_user(self, user_id: Any) -> User | None:
        user = _WHOLE.first(user_id)
        if user is None or not self.user_can_authenticate(user):
            return None
        agent = getattr(user.person, "agent", None)
        if agent is not None:
            agent.outside = frozenset(int(pk) for pk in (user.outside or "").split(",") if pk)
        return user


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up alone: people come by invitation (people/invitations.py)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Tries are counted by login alone. The package adds the Host header, whose port anybody may make up: every
        port had five tries of its own."""
        return str(credentials.get("email") or credentials.get("username") or "").strip().lower()

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        session_rights.begin(request, user)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """From our own address, never from the Host header: a poisoned one would bring the key to a stranger."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.PUBLIC_URL + path.replace("UID-KEY", quote(key))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        agent = getattr(request.user.person, "agent", None)
        return "/desk/" if agent is not None and agent.active else "/"
