"""A letter that was set aside is read once more, because an agent says that a person wrote it.

One that was ignored or only noted becomes a request. One that could not be read has its request already, with the
letter as a file: what can be read of it now becomes a message there.
"""

from datetime import datetime, timedelta

from django.conf import settings

from camdesk.channels.mail.incoming import person_letters
from camdesk.channels.mail.incoming.raw_store import raw_of
from camdesk.channels.mail.mime.authentication_results import authserv_of, verdict_on
from camdesk.channels.mail.mime.parsed_letter import ParsedLetter
from camdesk.channels.mail.mime.sandbox import read
from camdesk.channels.models import RawLetter
from camdesk.lib import leases
from camdesk.lib.children import ChildFailed
from camdesk.lib.files import NotHere
from camdesk.people.models import Person
from camdesk.tickets.models import Ticket

SET_ASIDE = (RawLetter.State.UNREAD, RawLetter.State.IGNORED, RawLetter.State.NOTED)
_LEASE = timedelta(seconds=60)


class CannotBeRead(Exception):
    """The letter cannot be read this time either; it stays as it was."""


class NotSetAside(Exception):
    """It is a message already, waits for its turn, or somebody else was quicker."""


class RequestClosed(Exception):
    """Its request is closed for good: nothing more is said there."""


def read_again(*, letter: RawLetter, by: Person, now: datetime) -> Ticket:
    """The request the letter has become, or has been joined to. Raises CannotBeRead, NotSetAside, RequestClosed,
    uploads.NoRoomForFile."""
    if letter.state not in SET_ASIDE:
        raise NotSetAside
    if letter.state == RawLetter.State.UNREAD and letter.ticket is not None and letter.ticket.is_closed:
        raise RequestClosed
    try:
        said = read(raw_of(letter))
    except (ChildFailed, ValueError, NotHere) as fault:
        raise CannotBeRead(str(fault)) from None
    before = letter.state
    # The lease keeps the worker away: it would judge the letter as it did before.
    claimed = leases.take(
        RawLetter.objects.filter(pk=letter.pk, state=before),
        until=now + _LEASE,
        state=RawLetter.State.WAITING,
        decided_by=by,
        decided_at=now,
    )
    if not claimed:
        raise NotSetAside
    try:
        return _told(letter, said, now=now)
    except BaseException:
        leases.done(letter, state=before)
        raise


def _told(row: RawLetter, letter: ParsedLetter, *, now: datetime) -> Ticket:
    row.sender_proven = verdict_on(letter, authserv=authserv_of(row.mailbox, settings.MAIL_AUTHSERV)) == "pass"
    row.note = "; ".join(letter.notes)[:500]
    if row.state == RawLetter.State.UNREAD and row.ticket is not None:
        person_letters.join(row, letter, row.ticket, by=row.ticket.person, now=now)
    else:
        # It is nobody's word in the request it named: that is what its token was not believed for.
        person_letters.open_new(row, letter, believed=row.sender_proven, now=now)
    row.refresh_from_db()
    assert row.ticket is not None
    return row.ticket
