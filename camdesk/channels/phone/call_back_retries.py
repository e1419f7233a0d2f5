"""A call-back that takes more than one call: nobody answered, or another time suits better."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from camdesk.channels.models import CallBack
from camdesk.channels.phone.call_back_counts import call_backs_changed
from camdesk.channels.phone.call_backs import BadWindow
from camdesk.channels.phone.windows import next_try
from camdesk.people.models import Person
from camdesk.playbook import current as playbook
from camdesk.tickets.timeline import deed, record


def not_reached(*, call_back: CallBack, by: Person, now: datetime) -> bool:
    """We called and nobody answered: the window moves on, the customer reads when we try again. False when the
    call-back is settled, or a colleague has just said the same."""
    window = next_try(playbook.current()[1].hours, now, call_back.attempts + 1)
    with transaction.atomic():
        same = CallBack.objects.filter(pk=call_back.pk, state=CallBack.State.WAITING, attempts=call_back.attempts)
        if not same.update(
            attempts=F("attempts") + 1, wanted_from=window.start, wanted_until=window.end, reminded_at=None
        ):
            return False
        call_backs_changed()
        if call_back.ticket_id is not None:
            with deed(call_back.ticket_id, now=now) as locked:
                at = {"from": window.start.isoformat(), "until": window.end.isoformat()}
                record(locked, "callback.unanswered", by=by, now=now, phone=call_back.phone, **at)
    return True


def move(*, call_back: CallBack, wanted_from: datetime, wanted_until: datetime, by: Person, now: datetime) -> bool:
    """Another time. False when the call-back is settled. Raises BadWindow."""
    if wanted_from > wanted_until or wanted_until <= now:
        raise BadWindow
    with transaction.atomic():
        waiting = CallBack.objects.filter(pk=call_back.pk, state=CallBack.State.WAITING)
        if not waiting.update(wanted_from=wanted_from, wanted_until=wanted_until, reminded_at=None):
            return False
        call_backs_changed()
        if call_back.ticket_id is not None:
            with deed(call_back.ticket_id, now=now) as locked:
                at = {"from": wanted_from.isoformat(), "until": wanted_until.isoformat()}
                record(locked, "callback.moved", by=by, now=now, phone=call_back.phone, **at)
    return True
