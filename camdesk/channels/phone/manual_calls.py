"""An agent writes down a call that no exchange told us of, with what follows from it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from camdesk.channels.models import CallBack
from camdesk.channels.phone.call_backs import ask, settle
from camdesk.channels.phone.call_messages import log_call
from camdesk.channels.phone.windows import Window
from camdesk.people.models import Person
from camdesk.tickets.models import Message, Ticket

LONGEST = 600  # minutes


@dataclass(frozen=True)
class Talk:
    """direction: "in" | "out"; phone: E.164 or ""; minutes: 0 when nobody answered; text: kept among agents;
    again: when we promised to call once more."""

    direction: str
    phone: str
    minutes: int
    text: str
    again: Window | None = None


def write_down(*, ticket: Ticket, talk: Talk, by: Person, now: datetime, client_id: str | None) -> Message:
    """One entry, however often it is sent. Whoever was spoken to is not called back any more, unless they asked for it
    again. Raises ValueError, BadWindow."""
    with transaction.atomic():
        Ticket.objects.select_for_update().get(pk=ticket.pk)  # a double click waits here for its twin
        if client_id and (known := Message.objects.filter(ticket=ticket, client_id=client_id).first()):
            return known
        message = log_call(
            ticket=ticket,
            direction=talk.direction,
            phone=talk.phone,
            minutes=talk.minutes,
            text=talk.text,
            by=by,
            now=now,
            client_id=client_id,
        )
        waiting = CallBack.objects.filter(phone=talk.phone, state=CallBack.State.WAITING).first()
        if waiting is not None and talk.minutes:
            settle(call_back=waiting, by=by, now=now)
        if talk.again is not None:
            ask(
                phone=talk.phone,
                wanted_from=talk.again.start,
                wanted_until=talk.again.end,
                by=by,
                now=now,
                ticket=ticket,
            )
        return message
