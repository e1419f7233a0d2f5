"""«Перезвоните мне»: a customer asks for a call themselves, within bounds."""

from datetime import datetime, timedelta

from django.db import transaction

from camdesk.channels.models import CallBack
from camdesk.channels.phone.call_backs import ask
from camdesk.channels.phone.windows import Window
from camdesk.people.limits import Limited, seconds
from camdesk.people.models import Person
from camdesk.tickets.models import Ticket

PER_DAY = 3
A_DAY = timedelta(days=1)


class TooOften(Limited):
    """They have asked PER_DAY times within a day, withdrawn ones included."""


class WaitsAlready(Exception):
    """This number is to be called anyway, for somebody else as far as we know: nobody moves another's call."""


def ask_for_oneself(
    *, phone: str, window: Window, note: str, by: Person, now: datetime, ticket: Ticket | None = None
) -> CallBack:
    """phone: E.164. Asked twice (a double click) it is one call. Raises TooOften, WaitsAlready."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=by.pk)  # asking at once counts as asking in turn
        waiting = CallBack.objects.filter(phone=phone, state=CallBack.State.WAITING).first()
        if waiting is not None and waiting.person_id == by.pk:
            return waiting
        if waiting is not None:
            raise WaitsAlready
        asked = CallBack.objects.filter(asked_by=by, created_at__gt=now - A_DAY).order_by("-created_at")
        if len(lately := list(asked.values_list("created_at", flat=True)[:PER_DAY])) == PER_DAY:
            raise TooOften("call_backs", seconds(lately[-1] + A_DAY - now))
        made = ask(
            phone=phone,
            wanted_from=window.start,
            wanted_until=window.end,
            by=by,
            now=now,
            person=by,
            ticket=ticket,
            note=note,
        )
        if made.person_id != by.pk:
            raise WaitsAlready  # somebody else was quicker by a moment: all of this is undone
        return made


def planned_for(person: Person) -> list[CallBack]:
    """The calls this person is waiting for, the soonest first."""
    return list(CallBack.objects.filter(person=person, state=CallBack.State.WAITING).order_by("wanted_from")[:PER_DAY])
