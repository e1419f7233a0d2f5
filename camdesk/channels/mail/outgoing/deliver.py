"""How a letter leaves: composed at its first try and kept, written for the wire, given to the mail server. When the
answer of the server is lost, the same letter (the same Message-ID) goes again. Claimed and tried again it is as
everything that leaves: channels/deliveries.py."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from camdesk.channels import deliveries
from camdesk.channels.mail.channel import MAIL
from camdesk.channels.mail.outgoing import smtp_client
from camdesk.channels.mail.outgoing.compose import compose, needs_composing
from camdesk.channels.mail.outgoing.enclosures import enclosed, messages_of
from camdesk.channels.mail.outgoing.wire_format import BadAddress, envelope_sender, wire_address, write
from camdesk.lib import leases
from camdesk.lib.failpoints import reached
from camdesk.lib.storage_errors import not_now
from camdesk.tickets.channels import Line, Sent, TransportError
from camdesk.tickets.models import Delivery
from camdesk.tickets.timeline import deed, record

log = logging.getLogger("camdesk.mail")

_TRIES_TO_COMPOSE = 5


def deliver_due(now: datetime) -> int:
    """A duty of the worker: deliveries.deliver_due of letters."""
    return deliveries.deliver_due(MAIL, now)


@contextmanager
def line() -> Iterator[Line]:
    """One conversation with the server for all letters of a batch; without a server letters are kept to be read."""
    if not settings.EMAIL_URL:
        yield Line(_caught)
        return
    with smtp_client.Connection(smtp_client.read_url(settings.EMAIL_URL)) as server:
        # Greeting a slow server is no part of a letter's lease.
        yield Line(lambda delivery, now: _sent(delivery, server, now=now), ready=server.ready)


def _sent(delivery: Delivery, server: smtp_client.Connection, *, now: datetime) -> Sent:
    try:
        letter = _written(delivery, now=now)
        _lengthen_lease(delivery, len(letter), now=now)
        reached("composed")
        server.send(sender=envelope_sender(delivery), to=wire_address(delivery.to), letter=letter)
    except (smtp_client.LetterRefused, BadAddress) as refused:
        raise TransportError(str(refused), permanent=True) from None
    except smtp_client.NotNow as later:
        raise TransportError(str(later), permanent=False) from None
    return Sent()


def _caught(delivery: Delivery, now: datetime) -> Sent:
    _composed(delivery, now=now)
    return Sent(caught=True)


def _written(delivery: Delivery, *, now: datetime) -> bytes:
    _composed(delivery, now=now)
    return write(delivery)


def _composed(delivery: Delivery, *, now: datetime) -> None:
    """A fault of ours over one letter is tried a few times, not for days."""
    try:
        _compose_once(delivery, now=now)
    except Exception as fault:
        if not_now(fault) is not None:
            raise
        log.exception("delivery %s could not be composed", delivery.pk)
        permanent = delivery.attempts >= _TRIES_TO_COMPOSE
        raise TransportError(f"could not be composed: {type(fault).__name__}", permanent=permanent) from None


def _compose_once(delivery: Delivery, *, now: datetime) -> None:
    if not needs_composing(delivery):
        return
    composed = compose(delivery)
    letter = delivery.letter
    letter.subject, letter.text, letter.html = composed.subject, composed.text, composed.html
    letter.save(update_fields=["subject", "text", "html"])
    _tell_what_it_lacks(delivery, now=now)


def _tell_what_it_lacks(delivery: Delivery, *, now: datetime) -> None:
    """Whoever attached a file believes that it went: its request says so when it did not."""
    if delivery.kind != Delivery.Kind.REPLY or delivery.ticket_id is None:
        return
    if names := [one.name for one in enclosed(messages_of(delivery)).withheld]:
        with deed(delivery.ticket_id, now=now) as ticket:
            what: dict[str, Any] = {"delivery": delivery.pk, "to": delivery.to, "names": ", ".join(names)}
            record(ticket, "delivery.without_files", by=None, now=now, **what)


def _lengthen_lease(delivery: Delivery, size: int, *, now: datetime) -> None:
    """A large letter on a slow line: nobody else shall send it meanwhile."""
    longest = timedelta(seconds=3 * smtp_client.COMMAND_SECONDS + smtp_client.seconds_for(size))
    if longest > deliveries.PATIENCE.lease:
        leases.lengthen(delivery, until=now + longest)
