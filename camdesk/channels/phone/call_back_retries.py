"""A call-back that takes more than one call: nobody answered, or another time suits better."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from camdesk.channels.models import CallBack
from camdesk.channels.phone.call_back_counts import call_backs_changed
from camdesk.channels.phone.call_backs import BadWindow, reminder_at
from camdesk.channels.phone.windows import next_try
from camdesk.lib import leases
from camdesk.people.models import Person
from camdesk.playbook import current as playbook
from camdesk.tickets.timeline import deed, record


def not_reached(*, call_back: CallBack, by: Person, now: datetime) -> bool:
    """We called and nobody answered: the window moves on, the customer reads when we try again. False when the
    call-back is settled, or a colleague has just said the same."""
    window = next_try(playbook.current()[1].hours, now, call_back.unanswered + 1)
    with transaction.atomic():
        same = CallBack.objects.filter(pk=call_back.pk, state=CallBack.State.WAITING, unanswered=call_back.unanswered)
        if not _moved(same, window.start, window.end, unanswered=F("unanswered") + 1):
            return False
        call_backs_changed()
        if call_back.ticket_id is not None:
            with deed(call_back.ticket_id, now=now) as locked:
                at: dict[str, Any] = {"from": window.start.isoformat(), "until": window.end.isoformat()}
                record(locked, "callback.unanswered", by=by, now=now, phone=call_back.phone, **at)
    return True


def move(*, call_back: CallBack, wanted_from: datetime, wanted_until: datetime, by: Person, now: datetime) -> bool:
    """Another time. False when the call-back is settled. Raises BadWindow."""
    if wanted_from > wanted_until or wanted_until <= now:
        raise BadWindow
    with transaction.atomic():
        waiting = CallBack.objects.filter(pk=call_back.pk, state=CallBack.State.WAITING)
        if not _moved(waiting, wanted_from, wanted_until):
            return False
        call_backs_changed()
        if call_back.ticket_id is not None:
            with deed(call_back.ticket_id, now=now) as locked:
                at: dict[str, Any] = {"from": wanted_from.isoformat(), "until": wanted_until.isoformat()}
                record(locked, "callback.moved", by=by, now=now, phone=call_back.phone, **at)
    return True


def _moved(rows: QuerySet[CallBack], start: datetime, end: datetime, **fields: Any) -> int:
    """The desk is reminded of them anew."""
    at = reminder_at(start)
    return leases.anew(rows, at=at, wanted_from=start, wanted_until=end, reminded_at=None, **fields)
