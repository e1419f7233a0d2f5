"""Sessions in the database, as Django keeps them; only loading one is cheaper, since every page does it."""

from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from camdesk.lib.prepared import Prepared

_ALIVE = Prepared(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), str, datetime)


class SessionStore(DatabaseStore):
    def _get_session_from_db(self) -> Session | None:
        row = _ALIVE.first(self.session_key, timezone.now())
        if row is None:
            self._session_key = None  # an unknown key is never taken over
        return row
