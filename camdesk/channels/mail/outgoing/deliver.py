"""What waits to leave, leaves: in order within each ticket, once, and never silently not at all.

A letter is claimed by a conditional update with a lease, so any number of workers may run. Its text is composed at the
first try and kept. When the answer of the server is lost, the same letter (the same Message-ID) goes again.
"""

import logging
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from camdesk.channels.mail.outgoing import smtp_client
from camdesk.channels.mail.outgoing.compose import compose, needs_composing
from camdesk.channels.mail.outgoing.digest_rows import gather
from camdesk.channels.mail.outgoing.enclosures import enclosed, messages_of
from camdesk.channels.mail.outgoing.wire_format import BadAddress, envelope_sender, wire_address, write
from camdesk.lib.failpoints import reached
from camdesk.tickets.models import Attachment, Delivery
from camdesk.tickets.timeline import deed, record

log = logging.getLogger("camdesk.mail")

AT_ONCE = 50
GIVE_UP_AFTER = timedelta(days=3)
SCAN_WAIT = timedelta(minutes=10)
_BATCH_SECONDS = 60.0
_LEASE = timedelta(seconds=60)
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(minutes=30)
_TRIES_TO_COMPOSE = 5
_State = Delivery.State


def deliver_due(now: datetime) -> int:
    """A duty of the worker. Returns how many letters were tried; 0 also when the server is away, so that it is asked
    again only after a while: its absence counts against no letter, and all leave as soon as it is back."""
    gather(now)
    numbers = list(due(now).order_by("next_try_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    if not numbers:
        return 0
    began = time.monotonic()

    def moment() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    if not settings.EMAIL_URL:
        return sum(_caught(pk, now=moment()) for pk in numbers)
    tried = 0
    try:
        with smtp_client.Connection(smtp_client.read_url(settings.EMAIL_URL)) as server:
            for pk in numbers:
                server.ready()  # before the claim: greeting a slow server is no part of a letter's lease
                tried += _deliver(pk, server, now=moment())
                if time.monotonic() - began > _BATCH_SECONDS:
                    break  # a server that is slow over every letter: look anew at what is due
    except smtp_client.ServerAway as away:
        log.warning("the mail server is away: %s", away)
        _note_absence(str(away), now=moment())
    return tried


def due(now: datetime) -> QuerySet[Delivery]:
    """Letters to try now: of each ticket only the oldest that waits, by itself or within another, whatever became of
    those before it."""
    waits = Q(state=_State.WAITING) | Q(state=_State.MERGED, merged_into__state=_State.WAITING)
    older = Delivery.objects.filter(waits, ticket=OuterRef("ticket"), pk__lt=OuterRef("pk"))
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    found = Delivery.objects.filter(free, ~Exists(older), state=_State.WAITING, next_try_at__lte=now)
    return found.exclude(_awaits_the_scanner(now)) if settings.SCANNER else found


def _awaits_the_scanner(now: datetime) -> Q:
    """An answer whose files are still to be looked at: soon they may go with it. For so long only: words do not wait
    for a scanner that is away."""
    of_this = Q(message__deliveries=OuterRef("pk")) | Q(message__deliveries__merged_into=OuterRef("pk"))
    waiting = Attachment.objects.filter(of_this, scan=Attachment.Scan.WAITING)
    return Q(Exists(waiting), kind=Delivery.Kind.REPLY, created_at__gt=now - SCAN_WAIT)


def pause_after(attempts: int) -> timedelta:
    """1, 2, 4, 8, 16, then every 30 minutes."""
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 10))


def _claim(pk: int, *, now: datetime) -> Delivery | None:
    """The letter, ours for a while, or None when another worker was quicker."""
    until = now + _LEASE
    if not due(now).filter(pk=pk).update(leased_until=until, attempts=F("attempts") + 1):
        return None
    return Delivery.objects.select_related("ticket__person__user", "message__ticket__person__user", "message__by").get(
        pk=pk
    )


def _deliver(pk: int, server: smtp_client.Connection, *, now: datetime) -> int:
    delivery = _claim(pk, now=now)
    if delivery is None:
        return 0
    reached("claimed")
    try:
        _compose_once(delivery, now=now)
        letter = write(delivery)
        _lengthen_lease(delivery, len(letter), now=now)
        reached("composed")
        server.send(sender=envelope_sender(delivery), to=wire_address(delivery.to), letter=letter)
    except (smtp_client.LetterRefused, BadAddress) as refused:
        _fail(delivery, str(refused), now=now)
    except smtp_client.NotNow as later:
        _later(delivery, str(later), now=now)
    except smtp_client.ServerAway:
        _release(delivery)
        raise
    except Exception as fault:
        # A fault of ours over one letter must not keep the others here.
        log.exception("delivery %s could not be composed", delivery.pk)
        if delivery.attempts >= _TRIES_TO_COMPOSE:
            _fail(delivery, f"could not be composed: {type(fault).__name__}", now=now)
        else:
            _later(delivery, f"could not be composed: {type(fault).__name__}", now=now)
    else:
        reached("sent")
        _sent(delivery, now=now)
        reached("settled")
    return 1


def _caught(pk: int, *, now: datetime) -> int:
    delivery = _claim(pk, now=now)
    if delivery is None:
        return 0
    try:
        _compose_once(delivery, now=now)
    except Exception as fault:
        log.exception("delivery %s could not be composed", delivery.pk)
        _fail(delivery, f"could not be composed: {type(fault).__name__}", now=now)
        return 1
    _settle(delivery, _State.CAUGHT, now=now)
    return 1


def _compose_once(delivery: Delivery, *, now: datetime) -> None:
    if not needs_composing(delivery):
        return
    composed = compose(delivery)
    delivery.subject, delivery.text, delivery.html = composed.subject, composed.text, composed.html
    Delivery.objects.filter(pk=delivery.pk).update(subject=composed.subject, text=composed.text, html=composed.html)
    _tell_what_it_lacks(delivery, now=now)


def _tell_what_it_lacks(delivery: Delivery, *, now: datetime) -> None:
    """Whoever attached a file believes that it went: its request says so when it did not."""
    if delivery.kind != Delivery.Kind.REPLY or delivery.ticket_id is None:
        return
    if names := [one.name for one in enclosed(messages_of(delivery)).withheld]:
        with deed(delivery.ticket_id, now=now) as ticket:
            what = {"delivery": delivery.pk, "to": delivery.to, "names": ", ".join(names)}
            record(ticket, "delivery.without_files", by=None, now=now, **what)


def _lengthen_lease(delivery: Delivery, size: int, *, now: datetime) -> None:
    """A large letter on a slow line: nobody else shall send it meanwhile."""
    longest = timedelta(seconds=3 * smtp_client.COMMAND_SECONDS + smtp_client.seconds_for(size))
    if longest > _LEASE:
        delivery.leased_until = now + longest
        Delivery.objects.filter(pk=delivery.pk).update(leased_until=delivery.leased_until)


def _sent(delivery: Delivery, *, now: datetime) -> None:
    _settle(delivery, _State.SENT, now=now)


def _settle(delivery: Delivery, state: str, *, now: datetime, error: str = "") -> bool:
    changes = {"state": state, "settled_at": now, "leased_until": None, "last_error": error[:500]}
    if delivery.kind == Delivery.Kind.ACCOUNT and state != _State.CAUGHT:
        changes |= {"text": "", "html": ""}  # it holds a link that lets in; sent, nobody needs it here any more
    return bool(Delivery.objects.filter(pk=delivery.pk, state=_State.WAITING).update(**changes))


def _later(delivery: Delivery, error: str, *, now: datetime) -> None:
    next_try = now + pause_after(delivery.attempts)
    if next_try > delivery.created_at + GIVE_UP_AFTER:
        _fail(delivery, f"given up after 3 days: {error}", now=now)
        return
    Delivery.objects.filter(pk=delivery.pk, state=_State.WAITING).update(
        next_try_at=next_try, leased_until=None, last_error=error[:500]
    )


def _fail(delivery: Delivery, reason: str, *, now: datetime) -> None:
    """For good, and visibly: on the ticket, and in the list of what did not leave."""
    what = {"delivery": delivery.pk, "to": delivery.to, "reason": reason[:200]}
    if delivery.ticket_id is not None:
        with deed(delivery.ticket_id, now=now) as ticket:
            if _settle(delivery, _State.FAILED, now=now, error=reason):
                record(ticket, "delivery.failed", by=None, now=now, **what)
        return
    with transaction.atomic():
        if _settle(delivery, _State.FAILED, now=now, error=reason):
            for number in sorted(set(delivery.merged.values_list("ticket_id", flat=True))):
                with deed(number, now=now) as ticket:  # one letter of several requests: each of them says so
                    record(ticket, "delivery.failed", by=None, now=now, **what)


def _release(delivery: Delivery) -> None:
    """The server went away before this letter was begun: it was no try of the letter's."""
    Delivery.objects.filter(pk=delivery.pk, state=_State.WAITING).update(leased_until=None, attempts=F("attempts") - 1)


def _note_absence(reason: str, *, now: datetime) -> None:
    """Every letter that waits says why; one that has waited three days for the server is given up like any other."""
    waiting = Delivery.objects.filter(state=_State.WAITING)
    waiting.filter(next_try_at__lte=now).exclude(last_error=reason[:500]).update(last_error=reason[:500])
    too_old = waiting.filter(created_at__lt=now - GIVE_UP_AFTER).select_related("ticket")
    for delivery in too_old.order_by("pk")[:AT_ONCE]:
        _fail(delivery, f"given up after 3 days: {reason}", now=now)
