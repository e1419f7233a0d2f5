"""A customer's open requests about the cameras they speak of, and how what they said goes to one of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from camdesk.cameras.models import Camera
from camdesk.outages.wording import until
from camdesk.people.models import Person
from camdesk.tickets import conversation
from camdesk.tickets.conversation import CustomerWords
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.timeline import deed

_MOST = 4000  # characters of what they said


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """`promised`: when its customer hears of it, in words."""

    number: int
    title: str
    promised: str


def about(cameras: Iterable[Camera], person: Person, *, now: datetime) -> OpenRequest | None:
    """The newest open request of theirs about one of the cameras that people have; None when there is none. One
    query."""
    mine = Ticket.objects.open().filter(person=person, ticket_cameras__camera__in=list(cameras)).exclude(turn=Turn.BOT)
    found = mine.order_by("-number").only("number", "subject", "promised_at").first()
    if found is None:
        return None
    return OpenRequest(found.pk, found.subject, until(found.promised_at, now=now))


def add(ticket: Ticket, number: Any, *, now: datetime) -> bool:
    """What the customer said in this chat is said in that request of theirs; once, whoever asks again. False: it is
    theirs no more, or not open."""
    said = ticket.messages.filter(kind=Message.Kind.CUSTOMER).order_by("seq").values_list("text", flat=True)
    text = "\n".join(one for one in said if one)[:_MOST]
    wanted = int(number) if str(number).isdecimal() else 0
    if not Ticket.objects.open().filter(pk=wanted, person_id=ticket.person_id).exists() or not text:
        return False
    key = f"chat-{ticket.pk}"
    with deed(wanted, now=now) as other:
        if not other.is_open or Message.objects.filter(ticket=other, client_id=key).exists():
            return other.is_open
        words = CustomerWords(by=ticket.person, channel=ticket.channel, text=text, client_id=key)
        conversation.receive_locked(other, words, now=now)
    return True
