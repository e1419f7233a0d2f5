"""Kept letters become messages: read in a limited child, joined to their request or opened as one, each exactly once.

A letter that cannot be read opens a request all the same, with the letter itself attached. A worker that dies leaves
its letter under a lease; whoever takes it next finds what was done before, by the letter's own key.
"""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet

from camdesk.channels.mail.incoming import machine_letters, person_letters, threading_without_token
from camdesk.channels.mail.incoming.fair_queueing import LAST_TURN
from camdesk.channels.mail.incoming.raw_store import raw_of
from camdesk.channels.mail.incoming.threading import Ours, is_our_letter, numbers_named
from camdesk.channels.mail.mime.authentication_results import authserv_of, verdict_on
from camdesk.channels.mail.mime.sandbox import read
from camdesk.channels.models import RawLetter
from camdesk.lib.children import ChildFailed
from camdesk.lib.failpoints import reached
from camdesk.tickets import uploads
from camdesk.tickets.models import Ticket

log = logging.getLogger("camdesk.mail")

AT_ONCE = 20
_LEASE = timedelta(seconds=60)
_TRIES_TO_READ = 2
_TRIES = 5
_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(minutes=30)
_State = RawLetter.State


def take_in_due(now: datetime) -> int:
    """A duty of the worker. Returns how many letters were looked at."""
    numbers = list(due(now).order_by("turn", "next_try_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    began = time.monotonic()
    return sum(_take(pk, now=now + timedelta(seconds=time.monotonic() - began)) for pk in numbers)


def due(now: datetime) -> QuerySet[RawLetter]:
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return RawLetter.objects.filter(free, state=_State.WAITING, next_try_at__lte=now)


def _take(pk: int, *, now: datetime) -> int:
    if not due(now).filter(pk=pk).update(leased_until=now + _LEASE, attempts=F("attempts") + 1):
        return 0
    row = RawLetter.objects.get(pk=pk)
    reached("letter claimed")
    try:
        _take_read(row, now=now)
    except (ChildFailed, ValueError) as fault:
        # Once more, later: perhaps only the machine was busy. A letter built to hurt fails alone, twice.
        _try_again(row, f"could not be read: {fault}", tries=_TRIES_TO_READ, now=now)
    except uploads.NoRoomForFile:
        _later(row, "no room on the disk", now=now)
    except Exception as fault:
        log.exception("letter %s could not be taken in", row.pk)
        _try_again(row, f"could not be taken in: {type(fault).__name__}", tries=_TRIES, now=now)
    return 1


def _try_again(row: RawLetter, why: str, *, tries: int, now: datetime) -> None:
    """Later, and after so many tries as a letter that nobody could read."""
    if row.attempts < tries:
        _later(row, why, now=now)
        return
    try:
        person_letters.open_unread(row, why=why, now=now)
    except Exception:
        # It stays where it is, in the list and in the log, and keeps no other letter back.
        log.exception("letter %s could not even be attached", row.pk)
        _later(row, why, now=now)


def _take_read(row: RawLetter, *, now: datetime) -> None:
    letter = read(raw_of(row))
    sender = letter["from"]["address"].lower()
    row.automatic = letter["automatic"]
    found = verdict_on(letter, authserv=authserv_of(row.mailbox, settings.MAIL_AUTHSERV))
    row.sender_proven = found == "pass"
    row.note = "; ".join(letter["notes"])[:500]
    reached("letter read")
    if is_our_letter(letter):
        machine_letters.ignore(row, why=machine_letters.OUR_OWN)
        return
    ticket = _ticket_named(letter, row)
    if letter["bounce"] is not None:
        machine_letters.note_bounce(row, letter["bounce"], ticket, now=now)
    elif ticket is None and (own := threading_without_token.request_of(row, letter, believed=row.sender_proven)):
        row.note = f"joined by its subject, or the letter it answers; {row.note}"[:500]
        person_letters.join(row, letter, own[0], by=own[1], now=now)
    elif ticket is None:
        person_letters.open_new(row, letter, believed=row.sender_proven, now=now)
    elif letter["automatic"]:
        machine_letters.note_automatic(row, letter, ticket, now=now)
    elif found == "refuted":
        # Whoever read one of our letters has its token: it says that they may answer, not that they wrote this.
        row.note = f"answers request {ticket.pk}, but DMARC failed for its sender; {row.note}"[:500]
        person_letters.open_new(row, letter, believed=False, now=now)
    elif speaker := person_letters.speaker(ticket, sender, believed=row.sender_proven):
        person_letters.join(row, letter, ticket, by=speaker, now=now)
    else:
        row.note = f"answers request {ticket.pk}, in which its sender takes no part; {row.note}"[:500]
        person_letters.open_new(row, letter, believed=row.sender_proven, now=now)


def _ticket_named(letter: dict[str, Any], row: RawLetter) -> Ticket | None:
    ours = Ours.of(settings.SUPPORT_EMAIL)
    for number in numbers_named(letter, row.recipients, ours)[:5]:
        ticket = Ticket.objects.select_related("person").filter(pk=number).first()
        if ticket is not None:
            return ticket
    return None


def _later(row: RawLetter, why: str, *, now: datetime) -> None:
    pause = min(_LONGEST_PAUSE, _PAUSE * 2 ** min(row.attempts - 1, 10))
    RawLetter.objects.filter(pk=row.pk, state=_State.WAITING).update(
        # Whatever made it fail may cost time again: everybody else first.
        next_try_at=now + pause,
        turn=LAST_TURN,
        leased_until=None,
        note=why[:500],
    )
