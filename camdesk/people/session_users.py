"""Whose session it was when it was last read here, so that session and user are asked for at once where that is cheaper
(lib/prepared.ahead). Nothing rests on it: both are read anew each time, and whose the session is says the session."""

from django.contrib.sessions.backends.base import SessionBase

from camdesk.lib.internals import session_store
from camdesk.lib.prepared import BoundQuery
from camdesk.people import allauth_adapter
from camdesk.people.models import User

_MOST = 10_000
_last: dict[str, int] = {}


def questions(session: SessionBase) -> list[BoundQuery]:
    """What telling who is signed in will ask; [] where that is not known yet."""
    key = session.session_key
    user = _last.get(key) if key else None
    if key is None or user is None:
        return []
    return [session_store.question(key), allauth_adapter.user_question(user)]


def remember(session: SessionBase, user: User) -> None:
    if (key := session.session_key) is None or _last.get(key) == user.pk:
        return
    if len(_last) >= _MOST:
        _last.clear()
    _last[key] = user.pk
