"""What waits to leave, leaves: by its channel, in order within each request, once, and never silently not at all.

One loop for all channels. A channel says how one delivery is sent (tickets/channels.py: `deliver`, or a `transport`
where many share a line); what it answers decides here: sent, again after a pause, failed for good and said on the
request. Each delivery is leased (lib/leases.py), so any number of workers may run.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from camdesk.channels.answer_files import with_files
from camdesk.lib import leases
from camdesk.lib.failpoints import reached
from camdesk.lib.leases import Later, Patience, Worked
from camdesk.lib.prepared import Prepared
from camdesk.tickets import channels
from camdesk.tickets.channels import Channel, Line, ServiceAway, TransportError
from camdesk.tickets.models import Attachment, Delivery
from camdesk.tickets.outbox import forget_words
from camdesk.tickets.timeline import deed, record

log = logging.getLogger("camdesk.deliveries")

AT_ONCE = 50
GIVE_UP_AFTER = timedelta(days=3)
PATIENCE = Patience.lasting(GIVE_UP_AFTER)
SCAN_WAIT = timedelta(minutes=10)
_State = Delivery.State


def deliver_due(channel: Channel, now: datetime) -> int:
    """Part of a duty of the worker. Returns how many deliveries of this channel were tried; 0 also when the other side
    is away, so that it is asked again only after a while: its absence counts against none, and all leave as soon as
    it is back."""
    if channel.gather is not None:
        channel.gather(now)
    waiting = of_channel(channel.name)
    if not _something_is_due(channel, now):
        return 0
    try:
        with _line(channel) as line:
            worked = _work(waiting, line, now=now)
    except ServiceAway as away:
        worked = Worked(0, away)
    if worked.away is not None:
        log.warning("%s is away: %s", channel.name, worked.away)
        _note_absence(waiting, str(worked.away), now=now)
    return worked.tried


def deliver_others(now: datetime) -> int:
    """A duty of the worker: every channel that has no duty of its own. What waits for one that is not installed any
    more, or cannot send, says so and is given up like everything else."""
    names = leases.waiting(Delivery.objects.exclude(channel="mail")).values_list("channel", flat=True).distinct()
    return sum(deliver_due(channels.get(name), now) for name in sorted(names))


def of_channel(name: str) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(channel=name)
    return rows.select_related("letter", "ticket__person__user", "message__ticket__person__user", "message__by")


def fail(delivery: Delivery, reason: str, now: datetime) -> None:
    """For good, and visibly: on the ticket, and in the list of what did not leave."""
    what: dict[str, Any] = {"delivery": delivery.pk, "to": delivery.to, "reason": reason[:200]}
    if delivery.channel != "mail":
        what["channel"] = delivery.channel
    if delivery.ticket_id is not None:
        with deed(delivery.ticket_id, now=now) as ticket:
            if _settle(delivery, _State.FAILED, now=now, why=reason):
                record(ticket, "delivery.failed", by=None, now=now, **what)
        return
    with transaction.atomic():
        if _settle(delivery, _State.FAILED, now=now, why=reason):
            gathered = Delivery.objects.filter(letter__merged_into=delivery.pk, ticket__isnull=False)
            for number in sorted(set(gathered.values_list("ticket_id", flat=True))):
                with deed(number, now=now) as ticket:  # one letter of several requests: each of them says so
                    record(ticket, "delivery.failed", by=None, now=now, **what)


def _work(rows: QuerySet[Delivery], line: Line, *, now: datetime) -> Worked:
    def send(delivery: Delivery, now: datetime) -> None:
        try:
            sent = line.send(delivery, now)
        except TransportError as fault:
            if not fault.permanent:
                raise Later(fault.reason) from None
            fail(delivery, fault.reason, now)
            return
        reached("sent")
        _settle(delivery, _State.CAUGHT if sent.caught else _State.SENT, now=now, remote_id=sent.remote_id)
        reached("settled")

    return leases.work(
        _next(rows, now),
        send,
        give_up=_give_up,
        patience=PATIENCE,
        now=now,
        most=AT_ONCE,
        before=line.ready,
        away=(ServiceAway,),
    )


@contextmanager
def _line(channel: Channel) -> Iterator[Line]:
    if channel.transport is not None:
        with channel.transport() as line:
            yield line
    elif (deliver := channel.deliver) is not None:
        yield Line(lambda delivery, _now: deliver(with_files(delivery, channel)))
    else:
        raise ServiceAway(f"nothing can be sent by the channel {channel.name}")


def _something_is_due(channel: Channel, now: datetime) -> bool:
    """Asked at each wake-up, mostly in vain."""
    if settings.SCANNER:
        return leases.due(_next(of_channel(channel.name), now), now).exists()
    return _DUE.first(channel.name, now) is not None


def _next(rows: QuerySet[Delivery], now: datetime) -> QuerySet[Delivery]:
    """Those whose turn it is, and whose files the scanner has seen."""
    found = _in_turn(rows)
    return found.exclude(_awaits_the_scanner(now)) if settings.SCANNER else found


def _in_turn(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Of each ticket only the oldest that waits, by itself or within another, whatever became of those before it."""
    waits = Q(state=_State.WAITING) | Q(state=_State.MERGED, letter__merged_into__delivery__state=_State.WAITING)
    older = Delivery.objects.filter(
        waits, ticket=OuterRef("ticket"), channel=OuterRef("channel"), pk__lt=OuterRef("pk")
    )
    return rows.filter(~Exists(older))


_DUE = Prepared(
    lambda channel, now: leases.due(_in_turn(Delivery.objects.filter(channel=channel)), now).values_list(
        "pk", flat=True
    )[:1],
    str,
    datetime,
)


def _awaits_the_scanner(now: datetime) -> Q:
    """An answer whose files are still to be looked at: soon they may go with it. For so long only: words do not wait
    for a scanner that is away."""
    of_this = Q(message__deliveries=OuterRef("pk")) | Q(message__deliveries__letter__merged_into=OuterRef("pk"))
    waiting = Attachment.objects.filter(of_this, scan=Attachment.Scan.WAITING)
    return Q(Exists(waiting), kind=Delivery.Kind.REPLY, created_at__gt=now - SCAN_WAIT)


def _settle(delivery: Delivery, state: str, *, now: datetime, why: str = "", remote_id: str = "") -> bool:
    changes = {"state": state, "settled_at": now, "remote_id": remote_id[:200]}
    if delivery.kind != Delivery.Kind.ACCOUNT or state == _State.CAUGHT:
        return leases.done(delivery, why=why, **changes)
    with transaction.atomic():
        done = leases.done(delivery, why=why, **changes)
        if done:
            forget_words(delivery)
    return done


def _give_up(delivery: Delivery, why: str, now: datetime) -> None:
    fail(delivery, f"given up after 3 days: {why}", now)


def _note_absence(rows: QuerySet[Delivery], reason: str, *, now: datetime) -> None:
    """Everything that waits says why; what has waited three days for the other side is given up like anything else."""
    waiting = leases.waiting(rows)
    leases.note(waiting.filter(next_try_at__lte=now).exclude(last_error=reason[:500]), reason)
    too_old = waiting.filter(created_at__lt=now - GIVE_UP_AFTER)
    for delivery in too_old.order_by("pk")[:AT_ONCE]:
        _give_up(delivery, reason, now)
