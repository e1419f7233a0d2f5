"""A customer's open requests about the cameras they speak of: offered before another is made."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from camdesk.bot.sessions import promised
from camdesk.cameras.models import Camera
from camdesk.cameras.site_time import zone_of
from camdesk.lib.language import current_language
from camdesk.people.models import Person
from camdesk.tickets.models import Ticket
from camdesk.tickets.models.ticket import Turn


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """`promised`: when its customer hears of it, in words."""

    number: int
    title: str
    promised: str


def about(cameras: Collection[Camera], person: Person, *, now: datetime) -> OpenRequest | None:
    """The newest open request of theirs about one of the cameras that people have; None when there is none. One
    query."""
    mine = Ticket.objects.open().filter(person=person, ticket_cameras__camera__in=list(cameras)).exclude(turn=Turn.BOT)
    found = mine.order_by("-number").only("number", "subject", "promised_at").first()
    if found is None:
        return None
    zone = zone_of(camera.site for camera in cameras)
    said = promised.in_words(found.promised_at, now=now, zone=zone, language=current_language())
    return OpenRequest(found.pk, found.subject, said)
