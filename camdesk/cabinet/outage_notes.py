"""What a customer reads of outages that touch their own cameras, before anything is asked."""

from dataclasses import dataclass
from datetime import datetime

from camdesk.lib import time_zones
from camdesk.lib.prepared import BoundQuery
from camdesk.outages import open_outages, wording
from camdesk.outages.audience import proven_addresses, proven_question
from camdesk.outages.models import Outage
from camdesk.people.models import Person

_NAMED = 3


@dataclass(frozen=True)
class OutageNote:
    """One outage in a customer's eyes. when: its forecast, or the window of planned works; names: the first of their
    affected cameras, `more` the number of the others; email: where the news go, "" when we know no proven address."""

    outage: Outage
    begun: bool
    when: str
    names: tuple[str, ...]
    more: int
    subscribed: bool
    email: str

    @property
    def count(self) -> int:
        return len(self.names) + self.more


def notes_for(person: Person | None, *, now: datetime, camera: int | None = None) -> list[OutageNote]:
    """Those that touch their cameras (or this one camera of theirs). No query while no outage is open."""
    touched = open_outages.of_person(person, camera=camera)
    if person is None or not touched:
        return []
    emails = proven_addresses(person)
    return [_note(one, emails[0] if emails else "", now) for one in touched]


def questions(person: Person) -> list[BoundQuery]:
    """What `notes_for` will ask, for lib/prepared.ahead."""
    touching = open_outages.questions(person)
    return [*touching, proven_question(person)] if touching else []


def _note(touched: open_outages.Touched, email: str, now: datetime) -> OutageNote:
    outage, names = touched.outage, tuple(camera.name for camera in touched.cameras)
    site = time_zones.only(camera.time_zone for camera in touched.cameras)
    if outage.is_planned:
        when = wording.window(outage, now=now, site=site)
    else:
        when = wording.until(outage.eta, now=now, site=site)
    return OutageNote(
        outage=outage,
        begun=outage.has_begun(now),
        when=when,
        names=names[:_NAMED],
        more=max(0, len(names) - _NAMED),
        subscribed=touched.subscribed,
        email=email,
    )
