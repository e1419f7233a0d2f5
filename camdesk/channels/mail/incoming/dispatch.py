"""Kept letters become messages: read in a limited child, joined to their request or opened as one, each exactly once.

A letter that cannot be read opens a request all the same, with the letter itself attached. A worker that dies leaves
its letter under a lease; whoever takes it next finds what was done before, by the letter's own key.
"""

from datetime import datetime

from django.conf import settings

from camdesk.channels.mail.incoming import in_copy, machine_letters, person_letters, threading_without_token
from camdesk.channels.mail.incoming.fair_queueing import LAST_TURN
from camdesk.channels.mail.incoming.raw_store import raw_of
from camdesk.channels.mail.incoming.threading import Ours, is_our_letter, numbers_named
from camdesk.channels.mail.mime.authentication_results import authserv_of, verdict_on
from camdesk.channels.mail.mime.parsed_letter import ParsedLetter
from camdesk.channels.mail.mime.sandbox import read
from camdesk.channels.models import RawLetter
from camdesk.lib import leases
from camdesk.lib.children import ChildFailed
from camdesk.lib.failpoints import reached
from camdesk.lib.leases import Later, Patience, Unready
from camdesk.people import contacts
from camdesk.people.models import Person
from camdesk.tickets import uploads
from camdesk.tickets.models import Ticket

AT_ONCE = 20
_TRIES_TO_READ = 2
_PATIENCE = Patience(tries=5)


def take_in_due(now: datetime) -> int:
    """A duty of the worker. Returns how many letters were looked at."""
    return leases.work(
        RawLetter.objects.all(),
        _take,
        give_up=_attach_unread,
        patience=_PATIENCE,
        now=now,
        order=("turn", "next_try_at", "pk"),
        most=AT_ONCE,
        # Whatever makes it fail may cost time again: everybody else first.
        marks={"turn": LAST_TURN},
    ).tried


def _take(row: RawLetter, now: datetime) -> None:
    try:
        _take_read(row, now=now)
    except (ChildFailed, ValueError) as fault:
        # Once more, later: perhaps only the machine was busy. A letter built to hurt fails alone, twice.
        why = f"could not be read: {fault}"
        if row.attempts < _TRIES_TO_READ:
            raise Later(why) from None
        _attach_unread(row, why, now)
    except uploads.NoRoomForFile:
        raise Unready("no room on the disk") from None


def _attach_unread(row: RawLetter, why: str, now: datetime) -> None:
    """As a letter that nobody could read: nothing of it is lost."""
    person_letters.open_unread(row, why=why, now=now)


def _take_read(row: RawLetter, *, now: datetime) -> None:
    letter = read(raw_of(row))
    sender = letter.sender.address.lower()
    row.automatic = letter.automatic
    found = verdict_on(letter, authserv=authserv_of(row.mailbox, settings.MAIL_AUTHSERV))
    row.sender_proven = found == "pass"
    row.note = "; ".join(letter.notes)[:500]
    reached("letter read")
    if is_our_letter(letter):
        machine_letters.ignore(row, why=machine_letters.OUR_OWN)
        return
    if row.sender_proven:
        contacts.prove_imported(sender, now=now)  # before anybody asks whose the address is
    ticket = _ticket_named(letter, row)
    if letter.bounce is not None:
        machine_letters.note_bounce(row, letter.bounce, ticket, returned=letter.returned, now=now)
    elif ticket is None and (own := threading_without_token.request_of(row, letter, believed=row.sender_proven)):
        row.note = f"joined by its subject, or the letter it answers; {row.note}"[:500]
        person_letters.join(row, letter, own[0], by=own[1], now=now)
    elif found != "refuted" and (copied := _copied_in(row, letter, ticket, now=now)):
        row.note = f"from somebody in copy; {row.note}"[:500]
        person_letters.join(row, letter, copied[0], by=copied[1], now=now)
    elif ticket is None:
        person_letters.open_new(row, letter, believed=row.sender_proven, now=now)
    elif letter.automatic:
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


def _copied_in(
    row: RawLetter, letter: ParsedLetter, named: Ticket | None, *, now: datetime
) -> tuple[Ticket, Person] | None:
    """The request that somebody in copy answers in, and they; nobody who takes part in it already."""
    ticket = in_copy.request_of(letter, named)
    if ticket is None or person_letters.speaker(ticket, letter.sender.address, believed=row.sender_proven):
        return None
    return ticket, in_copy.speaker(letter, believed=row.sender_proven, language=ticket.language, now=now)


def _ticket_named(letter: ParsedLetter, row: RawLetter) -> Ticket | None:
    ours = Ours.of(settings.SUPPORT_EMAIL)
    for number in numbers_named(letter, row.recipients, ours)[:5]:
        ticket = Ticket.objects.select_related("person").filter(pk=number).first()
        if ticket is not None:
            return ticket
    return None
