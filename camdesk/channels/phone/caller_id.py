"""Who calls: what the number says, what an agent finds out, and which request it is about."""

from datetime import datetime

from django.db import transaction

from camdesk.channels.models import Call, CallBack
from camdesk.channels.phone.live_calls import channels_of
from camdesk.lib import bus, wake
from camdesk.lib.phones import is_e164
from camdesk.people import identities
from camdesk.people.identities import PHONE
from camdesk.people.models import Agent, Person
from camdesk.tickets.models import Ticket

_MANY = 10


class NotACandidate(ValueError):
    """This person never said that number: finding them is done by name, in a new request."""


def who_calls(phone: str) -> tuple[Person | None, list[int]]:
    """(the person who has proven this number, ids of those who merely said it); nobody, of a number nobody can read."""
    if not is_e164(phone):
        return None, []
    person = identities.owner(PHONE, phone)
    if person is not None:
        return person, []
    said = Person.objects.filter(pk__in=identities.who_said(PHONE, phone), agent__isnull=True).order_by("-pk")
    return None, list(said.values_list("pk", flat=True)[:_MANY])


def name_caller(*, call: Call, person: Person | None, by: Person, now: datetime) -> None:
    """The agent has asked, and it is this one of the candidates; None: they were mistaken. A number that is proven
    names its person without anybody, and for good. Raises NotACandidate."""
    if call.person_id is not None and call.named_by_id is None:
        return
    if person is not None and person.pk not in call.candidates:
        raise NotACandidate
    agent = Agent.objects.get(person=by) if person is not None else None
    Call.objects.filter(pk=call.pk).update(person=person, named_by=agent)
    tell_screens(call)


def belongs_to(*, call: Call, ticket: Ticket, by: Person, now: datetime) -> bool:
    """The call is about this request: its words will stand there, and so does the call-back it made. False when they
    stand somewhere already."""
    with transaction.atomic():
        if not Call.objects.filter(pk=call.pk, told_at=None, ticket=None).update(ticket=ticket):
            return False
        CallBack.objects.filter(phone=call.customer, state=CallBack.State.WAITING, ticket=None).update(ticket=ticket)
        tell_screens(call)
        transaction.on_commit(wake.worker)
    return True


def tell_screens(call: Call, *also: str) -> None:
    """After the commit: pages that show this call fetch it anew."""
    channels = sorted({*channels_of(call), *also})
    hint = {"call": call.pk, "state": call.state}
    transaction.on_commit(lambda: bus.publish(channels, hint))
