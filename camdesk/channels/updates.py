"""What services tell us of their customers' messages: kept first as it came, read later, and taken in by the one door.

    /hooks/<channel>/ → verify → RawUpdate → read (pure) → inbound

A channel with a `Reception` (tickets/channels.py) needs nothing else to be heard.
"""

import hashlib
import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from camdesk.channels.account_messages import take_in
from camdesk.channels.models import RawUpdate
from camdesk.lib import leases, wake
from camdesk.tickets import channels
from camdesk.tickets.channels import NotAnUpdate

log = logging.getLogger("camdesk.updates")
LARGEST = 256 * 1024
KEPT_FOR = timedelta(days=30)
_AT_ONCE = 50
_PATIENCE = leases.Patience.lasting(timedelta(days=1))
_State = RawUpdate.State


@csrf_exempt
@require_POST
def told(request: HttpRequest, channel: str) -> HttpResponse:
    """A service calls. 403 for whoever is not it, and nothing is left behind but a line in the log."""
    reception = channels.get(channel).reception
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return HttpResponse(status=413)
    if reception is None or not reception.verify(request.headers, body):
        log.warning("an update of %.20s nobody vouches for, from %s", channel, request.META.get("REMOTE_ADDR"))
        return HttpResponse(status=403)
    keep(channel, body, now=timezone.now())
    return HttpResponse("kept", content_type="text/plain")


def keep(channel: str, body: bytes, *, now: datetime) -> None:
    """Durable when it returns; what is known already stays as it is."""
    digest = hashlib.sha256(channel.encode() + b"\0" + body).hexdigest()
    row = RawUpdate(channel=channel, digest=digest, body=body, received_at=now, next_try_at=now)
    RawUpdate.objects.bulk_create([row], ignore_conflicts=True)
    transaction.on_commit(wake.worker)


def take_in_due(now: datetime) -> int:
    """A duty of the worker. Returns how many were tried."""
    rows = RawUpdate.objects.all()
    return leases.work(
        rows, _take_in, give_up=_give_up, patience=_PATIENCE, now=now, most=_AT_ONCE, order=("pk",)
    ).tried


def forget_old(now: datetime) -> int:
    """A duty: what was taken in stands in its request; as it came it is kept for a month. Returns 0: one statement
    does them all."""
    RawUpdate.objects.filter(state=_State.TAKEN, received_at__lt=now - KEPT_FOR).delete()
    return 0


def _take_in(row: RawUpdate, now: datetime) -> None:
    channel = channels.get(row.channel)
    if channel.reception is None:
        raise leases.Unready(f"there is no channel {row.channel} that hears")
    try:
        said = channel.reception.read(bytes(row.body))
    except NotAnUpdate as why:
        _give_up(row, str(why), now)
        return
    for one in said:
        take_in(channel, one, now=now)
    leases.done(row, state=_State.TAKEN)


def _give_up(row: RawUpdate, why: str, now: datetime) -> None:
    log.error("update %s of %s is not taken in: %s", row.pk, row.channel, why)
    leases.done(row, why=why, state=_State.UNREAD)
