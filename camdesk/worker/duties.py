"""The table of duties: everything that happens without anybody asking. Add a line to add one."""

from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from camdesk.worker.loop import Duty


def forget_old_sessions(now: datetime) -> int:
    """Removes sessions that are over. Returns 0: one statement does them all, there is never a next batch."""
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    store.clear_expired()
    return 0


DUTIES: tuple[Duty, ...] = (Duty("sessions", every=6 * 3600, do=forget_old_sessions, lane="housekeeping"),)
