"""Which requests are about an outage: found at its declaration, found when they are opened, or by an agent's hand."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from camdesk.lib.prepared import BoundQuery, Prepared
from camdesk.outages import notices, open_outages
from camdesk.outages.matching import time_fits, topic_fits
from camdesk.outages.models import Outage, OutageCamera, OutageTicket, Subscription
from camdesk.people.models import Person
from camdesk.playbook import current as playbook
from camdesk.playbook.document import Playbook
from camdesk.tickets.models import Ticket, TicketCamera
from camdesk.tickets.timeline import deed, record

_CAMERAS = Prepared(
    lambda ticket: TicketCamera.objects.filter(ticket_id=ticket).values_list("camera_id", flat=True), int
)
LATE = timedelta(minutes=5)
"""So long requests are looked for that the declaration could not see."""


class NotOpen(Exception):
    """The outage is over: nothing is linked to it any more."""


def link(*, outage: Outage, ticket: Ticket, by: Person | None, now: datetime, opened_by: Person | None = None) -> bool:
    """The request is about this outage; its customer is told by letter. False when it was linked already. `opened_by`:
    who made us write, where nobody links it by hand (an integration; else its customer). Raises NotOpen."""
    if not outage.is_open:
        raise NotOpen
    with deed(ticket.pk, now=now) as locked:
        if not link_locked(locked, outage, by=by, now=now):
            return False
        cause = by or opened_by or locked.person
        notices.catch_up(outage=outage, person=locked.person, by=cause, now=now)
        return True


def link_locked(ticket: Ticket, outage: Outage, *, by: Person | None, now: datetime) -> bool:
    """On the locked ticket, as part of a deed. By itself (`by` None) what an agent took away is not linked again."""
    row = OutageTicket.objects.filter(outage=outage, ticket=ticket).first()
    if row is not None and (row.unlinked_at is None or by is None):
        return False
    OutageTicket.objects.update_or_create(
        outage=outage, ticket=ticket, defaults={"by": by, "at": now, "unlinked_at": None}
    )
    record(ticket, "outage.linked", by=by, now=now, **notices.named(outage))
    return True


def unlink(*, outage: Outage, ticket: Ticket, by: Person, now: datetime) -> bool:
    """It is about something else, and nobody is asked about it again. False when it was not linked. Linking it by hand
    undoes this."""
    with deed(ticket.pk, now=now) as locked:
        row, made = OutageTicket.objects.get_or_create(
            outage=outage, ticket=locked, defaults={"by": by, "at": now, "unlinked_at": now}
        )
        if made:
            return False  # it only seemed so: not offered again
        if not OutageTicket.objects.filter(pk=row.pk, unlinked_at=None).update(unlinked_at=now):
            return False
        record(locked, "outage.unlinked", by=by, now=now, **notices.named(outage))
        return True


def link_new(
    *, ticket: Ticket, cameras: Sequence[int] | None = None, by: Person | None = None, now: datetime
) -> Outage | None:
    """A request was opened: the open fault that explains it, linked; None when there is none. In the transaction of
    whoever opened it, `by`. `cameras`: those it is about, where they are known."""
    outage = explanation(ticket, now=now, cameras=cameras)
    if outage is None or not link(outage=outage, ticket=ticket, by=None, opened_by=by, now=now):
        return None
    return outage


def link_explained_locked(ticket: Ticket, *, now: datetime) -> Outage | None:
    """On the locked ticket, as part of a deed: the open outage that explains it is linked, and its customer told."""
    outage = explanation(ticket, now=now)
    if outage is None or not link_locked(ticket, outage, by=None, now=now):
        return None
    notices.catch_up(outage=outage, person=ticket.person, by=ticket.person, now=now)
    return outage


def explanation(ticket: Ticket, *, now: datetime, cameras: Sequence[int] | None = None) -> Outage | None:
    """The open outage, under way now, that has one of the request's cameras; the newest of several. None also when
    the request's topic is none that an outage explains."""
    under_way = _that_may_explain(playbook.version(ticket.playbook_version), ticket.topic_id, now=now)
    if not under_way:
        return None
    touched = open_outages.touching(_CAMERAS.all(ticket.pk) if cameras is None else cameras)
    return next((outage for outage in under_way if outage.pk in touched), None)


def _that_may_explain(document: Playbook, topic: str, *, now: datetime) -> list[Outage]:
    return open_outages.begun(open_outages.open_outages(), now=now) if topic_fits(document, topic) else []


def questions(*, topic: str, cameras: Sequence[int], now: datetime) -> list[BoundQuery]:
    """What `link_new` will ask of a request that is still to be opened, for lib/prepared.ahead."""
    may_explain = _that_may_explain(playbook.current()[1], topic, now=now)
    return [open_outages.touching_question(cameras)] if may_explain else []


def link_existing(*, outage: Outage, cameras: Iterable[int], now: datetime) -> int:
    """The open requests that the outage explains are linked: at its declaration, and when cameras are added. In the
    deed's transaction. Returns how many."""
    if not outage.has_begun(now):
        return 0
    linked = 0
    for ticket in explained(cameras, began=outage.began_at):
        with deed(ticket.pk, now=now) as locked:
            linked += link_locked(locked, outage, by=None, now=now)
    return linked


def link_late(now: datetime) -> int:
    """A duty of the worker: a request that was being opened while its outage was being declared, or in a process that
    had not heard of it, is linked as well. Returns 0: there is never a next batch."""
    added = OutageCamera.objects.filter(outage__in=Outage.objects.open(), added_at__gt=now - LATE)
    cameras: dict[Outage, list[int]] = {}
    for member in added.select_related("outage"):
        cameras.setdefault(member.outage, []).append(member.camera_id)
    for outage in open_outages.begun(cameras, now=now):
        linked = set(OutageTicket.objects.filter(outage=outage).values_list("ticket_id", flat=True))
        for ticket in explained(cameras[outage], began=outage.began_at):
            if ticket.pk not in linked:
                link(outage=outage, ticket=ticket, by=None, now=now)
    return 0


def explained(cameras: Iterable[int], *, began: datetime) -> list[Ticket]:
    """The open requests that an outage of these cameras, begun then, would explain; the oldest first, as they lock."""
    document = playbook.current()[1]
    fits = [topic for topic in document.topics if topic_fits(document, topic)]
    about = TicketCamera.objects.filter(camera_id__in=list(cameras)).values("ticket_id")
    found = Ticket.objects.open().filter(pk__in=about, topic_id__in=fits).order_by("pk")
    return [ticket for ticket in found if time_fits(opened=ticket.opened_at, began=began)]


def subscribe(*, outage: Outage, person: Person, now: datetime, also: bool = False) -> bool:
    """The customer asks for news; `also`: they say that it is so with them too. They have just read what is known, so
    the next letter is the next news. False when they had asked already. Raises NotOpen."""
    if not outage.is_open:
        raise NotOpen
    with transaction.atomic():
        row, made = Subscription.objects.get_or_create(outage=outage, person=person, defaults={"also": also, "at": now})
        if also and not row.also:
            Subscription.objects.filter(pk=row.pk).update(also=True)
        if made:
            notices.catch_up(outage=outage, person=person, by=person, now=now, on_page=True)
        return made


def unsubscribe(*, outage: Outage, person: Person) -> bool:
    """No more news, unless a request of theirs is linked."""
    return bool(Subscription.objects.filter(outage=outage, person=person).delete()[0])
