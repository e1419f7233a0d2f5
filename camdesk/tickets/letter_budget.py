"""How many letters strangers make us write to people who perhaps never heard of us.

Anybody may type anybody's address. So what a customer, an integration or somebody who is not signed in makes us write
to an address that is not proven to be its author's is counted, in the rows of the letters themselves: by mailbox and by
originator, within the while of a rate (settings.LETTER_RATES). What is more is held. Letters of members of the staff
and to proven addresses are free; those of accounts (a new password, an invitation) count at every address, as anybody
may ask for them.

Counting costs one statement, none where the address is plainly proven. It takes no lock: transactions that queue at the
same moment do not see each other's letters, so a rate may be passed by one letter each of the others, and no more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from camdesk.lib.internals.prepared_cursors import cursor_of
from camdesk.lib.internals.related_cache import loaded
from camdesk.lib.mailboxes import mailbox_of
from camdesk.lib.rates import Rate
from camdesk.people.models import Agent, Person
from camdesk.tickets.models import Delivery, Ticket

TO_MAILBOX = "too many letters within an hour to this address, which nobody has proven"
BY_ORIGINATOR = "too many letters within an hour to addresses nobody has proven, caused by one sender"
BY_AN_AGENT = "held back by an agent"
BY_MAIL = "mail"  # whoever writes us letters without proof: a From is made up, so all of them are one originator

_LOOK = (
    "SELECT EXISTS (SELECT 1 FROM people_identity"
    " WHERE kind = 'email' AND value = %s AND person_id = %s AND proven_at IS NOT NULL),"
    " EXISTS (SELECT 1 FROM people_agent WHERE person_id = %s AND active),"
    " (SELECT COUNT(*) FROM (SELECT 1 FROM tickets_outgoingletter"
    " WHERE mailbox = %s AND mailbox > '' AND charged_at > %s LIMIT %s) AS got),"
    " (SELECT COUNT(*) FROM (SELECT 1 FROM tickets_outgoingletter"
    " WHERE originator = %s AND mailbox > '' AND charged_at > %s LIMIT %s) AS caused)"
)
_NOBODY = 0


@dataclass(frozen=True)
class Charge:
    """What a letter counts as. mailbox: "" for one that is free or held; held: why it does not leave, "" if it may."""

    mailbox: str = ""
    originator: str = ""
    held: str = ""


FREE = Charge()


def charge(
    *, kind: str, to: str, ticket: Ticket | None, by: Person | None, originator: str = "", now: datetime
) -> Charge:
    """In the transaction that queues the letter. `by`: who makes us write it; `originator`: instead, where nobody is
    known ("mail", "net:203.0.113.7"). Neither: it is ours, and free."""
    originator = originator or (f"person:{by.pk}" if by is not None else "")
    if not originator or (by is not None and _is_staff(by)):
        return FREE
    anybody_asks = kind == Delivery.Kind.ACCOUNT
    author = _author(ticket, by)
    if not anybody_asks and _has_login_at(author, to):
        return FREE
    mailbox = mailbox_of(to) or to.lower()[:254]
    to_rate, by_rate = settings.LETTER_RATES["to"], settings.LETTER_RATES[_rate_of(by, originator)]
    whose = _NOBODY if anybody_asks else _id_of(author, ticket)
    known, staff, got, caused = _looked(
        to.lower(), whose, by.pk if by is not None else _NOBODY, (mailbox, to_rate), (originator, by_rate), now
    )
    if known or staff:
        return FREE
    if got >= to_rate.most:
        return Charge(originator=originator, held=TO_MAILBOX)
    if caused >= by_rate.most:
        return Charge(originator=originator, held=BY_ORIGINATOR)
    return Charge(mailbox=mailbox, originator=originator)


def _looked(
    to: str, whose: int, by: int, got: tuple[str, Rate], caused: tuple[str, Rate], now: datetime
) -> tuple[int, ...]:
    """(proven by the author, of the staff, letters to the mailbox lately, by the originator), counted as far as it
    matters."""
    params: list[str | int | datetime | None] = [to, whose, by]
    for value, rate in (got, caused):
        since = now - timedelta(seconds=rate.seconds)
        params += [value, connection.ops.adapt_datetimefield_value(since), rate.most]
    with cursor_of(connection) as cursor:
        cursor.execute(_LOOK, params)
        looked: tuple[int, ...] = cursor.fetchone()
    return looked


def _author(ticket: Ticket | None, by: Person | None) -> Person | None:
    """Whose address it may be (tickets/readers.py): of a request, its own person's, as far as that is loaded; of a
    letter about none, of who asks for it."""
    if ticket is None:
        return by
    return loaded(ticket, "person") if ticket.verified else None


def _id_of(author: Person | None, ticket: Ticket | None) -> int:
    if author is not None:
        return author.pk
    return ticket.person_id if ticket is not None and ticket.verified else _NOBODY


def _has_login_at(person: Person | None, to: str) -> bool:
    user = loaded(person, "user") if person is not None else None
    return user is not None and user.email == to.lower()


def _is_staff(by: Person) -> bool:
    """As far as it is loaded, which it is for whoever is signed in."""
    agent: Agent | None = loaded(by, "agent")
    return agent is not None and agent.active


def _rate_of(by: Person | None, originator: str) -> str:
    if originator == BY_MAIL:
        return "by_mail"
    return "by_key" if by is not None and by.kind == Person.Kind.MACHINE else "by"
