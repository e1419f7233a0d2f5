"""`/hooks/phone/<provider>/<secret>/`: what a telephone exchange tells us, kept first and understood later.

Who cannot prove that they are the exchange gets 403 and leaves nothing behind but a line in the log.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from camdesk.channels.models import CallEvent
from camdesk.channels.phone.exchange_events import ExchangeEvent, NotUnderstood
from camdesk.channels.phone.exchanges import EXCHANGES
from camdesk.lib import wake

log = logging.getLogger("camdesk.phone")
_LARGEST = 64 * 1024


@csrf_exempt
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, provider: str, secret: str, rest: str = "") -> HttpResponse:
    """`rest`: what an exchange adds to the address (events/call); the body says the same."""
    exchange = EXCHANGES.get(provider)
    known = bool(settings.PHONE_HOOK_SECRET) and constant_time_compare(secret, settings.PHONE_HOOK_SECRET)
    if exchange is None or not known:
        return _refused(request, provider, "address")
    if request.method == "GET":
        # Zadarma asks once whether the address is ours.
        echo = request.GET.get("zd_echo", "")[:200]
        return HttpResponse(echo, content_type="text/plain")
    body = request.read(_LARGEST + 1)
    if len(body) > _LARGEST:
        return HttpResponse(status=413)
    if not exchange.verified(request.headers, body, settings.PHONE_KEYS.get(provider, "")):
        return _refused(request, provider, "signature")
    try:
        events = exchange.parse(body)
    except NotUnderstood as why:
        log.warning("%s said something we do not understand: %s", provider, why)
        return HttpResponse(status=400)
    keep(provider, events, now=timezone.now())
    return HttpResponse("{}", content_type="application/json")


def keep(provider: str, events: list[ExchangeEvent], *, now: datetime) -> None:
    """Durable when it returns; what is known already stays as it is."""
    CallEvent.objects.bulk_create(
        [
            CallEvent(
                provider=provider,
                call_id=one.call_id[:100],
                leg_id=one.leg_id,
                kind=one.kind,
                seq=one.seq,
                at=one.at,
                direction=one.direction,
                customer=one.customer,
                line=one.line,
                extension=one.extension,
                queue=one.queue,
                reason=one.reason,
                talk_seconds=one.talk_seconds,
                recording=one.recording,
                raw=dict(one.raw),
                received_at=now,
            )
            for one in events
        ],
        ignore_conflicts=True,
    )
    transaction.on_commit(wake.worker)


def _refused(request: HttpRequest, provider: str, what: str) -> HttpResponse:
    log.warning("a call event with a wrong %s for %.20s from %s", what, provider, request.META.get("REMOTE_ADDR"))
    return HttpResponse(status=403)
