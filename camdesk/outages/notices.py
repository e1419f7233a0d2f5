"""Telling everybody an outage concerns, each once: the first of them in the deed's own transaction, the others by the
worker in batches. A person's letter, the events on their requests and their row in Recipient are one transaction, so
whoever is killed in between has told nobody halfway and nobody twice.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from camdesk.cameras.models import Camera, camera_order
from camdesk.lib import leases, time_zones, wake
from camdesk.lib.leases import Patience
from camdesk.outages import audience, wording
from camdesk.outages.models import Notice, Outage, OutageCamera, OutageTicket, Recipient
from camdesk.people import consents
from camdesk.people.models import Person
from camdesk.tickets import conversation
from camdesk.tickets.models import Delivery, Message, Ticket
from camdesk.tickets.outbox import LetterWords, queue_letter
from camdesk.tickets.timeline import deed, record

log = logging.getLogger("camdesk.outages")

BATCH = 100
STRAGGLERS = timedelta(minutes=1)
"""So long a notice is looked at again: a request that was being linked while it was written is told as well."""

_LOOK_AGAIN = timedelta(seconds=15)
_PATIENCE = Patience(tries=8)  # about an hour and a half
_How = Recipient.How


def say(
    *, outage: Outage, kind: str, by: Person | None, now: datetime, words_ru: str = "", words_en: str = ""
) -> Notice:
    """In the deed's transaction: writes the notice and tells the first batch. The worker goes on. Who has not heard of
    what was said before hears only this: the newest word is the one that counts."""
    if kind != Notice.Kind.ANSWER:
        older = Notice.objects.filter(outage=outage, done_at=None).exclude(kind=Notice.Kind.ANSWER)
        leases.note(older, "", done_at=now)  # one that failed once was overtaken, not given up
    notice = Notice.objects.create(
        outage=outage, kind=kind, words_ru=words_ru, words_en=words_en, eta=outage.eta, by=by, at=now, next_try_at=now
    )
    tell_some(notice, now=now)
    transaction.on_commit(wake.worker)
    return notice


def carry_on(now: datetime) -> int:
    """A duty of the worker: one batch of every notice under way. Returns how many people were told."""
    told = 0

    def do(notice: Notice, _moment: datetime) -> None:
        nonlocal told
        told += _carry_on(notice, now=now)

    leases.work(Notice.objects.all(), do, give_up=_give_up, patience=_PATIENCE, now=now, order=("at", "pk"), most=20)
    return told


def _carry_on(leased: Notice, *, now: datetime) -> int:
    with transaction.atomic():
        # Two workers at one notice, should a lease end, tell it in turns, never the same person.
        held = Notice.objects.select_for_update(no_key=True, of=("self",)).select_related("outage", "by")
        notice = held.filter(pk=leased.pk, done_at=None).first()
        if notice is None:
            return 0
        told = tell_some(notice, now=now)
        if not told and now - notice.at >= STRAGGLERS:
            leases.done(leased, done_at=now)
        else:
            leases.again(leased, at=now if told else now + _LOOK_AGAIN)
        return told


def _give_up(notice: Notice, why: str, now: datetime) -> None:
    """The page of its outage says so, and whom nobody has told."""
    log.error("notice %s is not told to everybody: %s", notice.pk, why)
    leases.done(notice, why=why, done_at=now)


def tell_some(notice: Notice, *, now: datetime) -> int:
    """Tells at most BATCH of those who wait for the notice, in the caller's transaction. Returns how many."""
    if notice.kind == Notice.Kind.ANSWER:
        return _answer_some(notice, now=now)
    people = list(audience.waiting(notice)[:BATCH])
    for person in people:
        tickets = audience.linked_tickets(notice.outage_id, person)
        _note_on(tickets, notice, now=now)
        write_to(person, notice, tickets, by=notice.by, now=now)
    return len(people)


def catch_up(*, outage: Outage, person: Person, by: Person | None, now: datetime, on_page: bool = False) -> None:
    """Somebody is concerned from now on: they are told what was said last, unless they were. `by`: who has made it so.
    `on_page`: they have
    just read it on our page or heard it from the bot, so no letter is needed. In the deed's transaction."""
    notice = last_said(outage)
    if notice is None or Recipient.objects.filter(notice=notice, person=person).exists():
        return
    if on_page:
        Recipient.objects.get_or_create(notice=notice, person=person, defaults={"how": _How.PAGE})
    else:
        write_to(person, notice, audience.linked_tickets(outage.pk, person), by=by, now=now)


def last_said(outage: Outage) -> Notice | None:
    """What everybody it concerns was told last: the word that counts."""
    said = Notice.objects.filter(outage=outage).exclude(kind=Notice.Kind.ANSWER).select_related("outage")
    return said.order_by("-at", "-pk").first()


def write_to(person: Person, notice: Notice, tickets: list[Ticket], *, by: Person | None, now: datetime) -> None:
    """One letter to one person, whatever they have of requests and cameras, and the row that says so. Whoever writes
    the row writes the letter: two deeds that reach the same person at once send one."""
    address = audience.address_for(
        proven=audience.proven_addresses(person), said=[ticket.contact_email for ticket in tickets]
    )
    unwanted = not any(ticket.is_open for ticket in tickets) and consents.is_withdrawn(person.pk)
    to = "" if unwanted else address.to
    claimed = _claim(notice, person, to)
    if claimed is None:
        return
    ticket = next((one for one in tickets if one.contact_email == to), None)
    language = ticket.language if ticket else person.language
    written = _written(notice, person, ticket, proven=address.proven, now=now)
    claimed.delivery = queue_letter(
        kind=Delivery.Kind.NOTICE,
        to=to,
        ticket=ticket,
        language=language,
        subject=written.subject,
        text=written.text,
        now=now,
        by=by,
        dedupe_key=f"notice:{notice.pk}:{person.pk}",
    )
    claimed.save(update_fields=["delivery"])


def addressed_anew(delivery: Delivery, *, now: datetime) -> LetterWords | None:
    """What the notice in this letter says at an address of which nothing is proven; None: it holds none of ours."""
    row = Recipient.objects.filter(delivery=delivery).select_related("notice__outage", "person").first()
    if row is None or delivery.ticket is None:
        return None
    return _written(row.notice, row.person, delivery.ticket, proven=False, now=now)


def _written(notice: Notice, person: Person, ticket: Ticket | None, *, proven: bool, now: datetime) -> LetterWords:
    """`proven`: the address is the person's own beyond doubt."""
    if ticket is not None and ticket.verified and not proven:
        return wording.pointer(ticket=ticket.pk, language=ticket.language)
    known = proven and (ticket is None or ticket.verified)
    name = ticket.contact_name if ticket else person.name
    cameras = _cameras_of(person, notice.outage_id) if known else []
    return wording.letter(
        notice,
        name=name if known else "",
        cameras=[camera for camera, _zone in cameras],
        site=time_zones.only(zone for _camera, zone in cameras),
        ticket=ticket.pk if ticket else None,
        language=ticket.language if ticket else person.language,
        now=now,
    )


def _claim(notice: Notice, person: Person, to: str) -> Recipient | None:
    """The row of a letter that is ours to write; None when there is none to write."""
    how = _How.LETTER if to else _How.NOWHERE
    for attempt in (how, _How.SHARED):
        try:
            with transaction.atomic():
                row = Recipient.objects.create(notice=notice, person=person, how=attempt, to=to.lower())
        except IntegrityError:
            if Recipient.objects.filter(notice=notice, person=person).exists():
                return None
        else:
            return row if attempt == _How.LETTER else None
    return None


def _cameras_of(person: Person, outage_id: int) -> list[tuple[str, str]]:
    """The names of their own cameras that are affected, each with the time zone of its site."""
    members = OutageCamera.objects.filter(outage_id=outage_id, state=OutageCamera.State.AFFECTED)
    mine = members.filter(camera__in=Camera.objects.visible_to(person)).order_by(*camera_order("camera__"))
    return list(mine.values_list("camera__name", "camera__site__time_zone")[:200])


def _note_on(tickets: list[Ticket], notice: Notice, *, now: datetime) -> None:
    """The event on each of a person's linked requests; of the declaration the link itself tells."""
    for ticket in sorted(tickets, key=lambda one: one.pk):
        outage = named(notice.outage)
        with deed(ticket.pk, now=now) as locked:
            if notice.kind == Notice.Kind.FORECAST:
                eta = notice.eta.isoformat() if notice.eta else ""
                record(locked, "outage.forecast_changed", by=notice.by, now=now, eta=eta, **outage)
            elif notice.kind == Notice.Kind.CLOSED:
                record(locked, "outage.closed", by=notice.by, now=now, **outage)


def named(outage: Outage) -> dict[str, Any]:
    """The outage as an event of a request keeps it."""
    return {"outage": outage.pk, "title": outage.title_ru, "title_en": outage.title_en}


def _answer_some(notice: Notice, *, now: datetime) -> int:
    """The same reply in the next requests; each is one deed, known again by its client id."""
    if notice.by is None:
        return 0
    client_id = f"outage-notice-{notice.pk}"
    answered = Message.objects.filter(ticket_id=OuterRef("ticket_id"), client_id=client_id)
    links = OutageTicket.objects.filter(~Exists(answered), outage_id=notice.outage_id, unlinked_at=None)
    rows = list(links.filter(ticket__closed_at=None).select_related("ticket").order_by("ticket_id")[:BATCH])
    for row in rows:
        english = notice.words_en and row.ticket.language == "en"
        conversation.reply(
            ticket=row.ticket,
            text=notice.words_en if english else notice.words_ru,
            by=notice.by,
            now=now,
            client_id=client_id,
            keep_turn=True,
            take=False,
        )
    return len(rows)
