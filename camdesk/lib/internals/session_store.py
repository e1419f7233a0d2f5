"""Sessions in the database, as Django keeps them; only loading one is cheaper, since every page does it."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from camdesk.lib.prepared import BoundQuery, Prepared

_BY_KEY = Prepared(lambda key: Session.objects.filter(session_key=key), str)


def question(key: str) -> BoundQuery:
    """What loading the session will ask, for lib/prepared.ahead."""
    return _BY_KEY.of(key)


class SessionStore(DatabaseStore):
    def _get_session_from_db(self) -> Session | None:
        row = _BY_KEY.first(self.session_key)
        if row is None or row.expire_date <= timezone.now():
            self._session_key = None  # an unknown key is never taken over
            return None
        return row
