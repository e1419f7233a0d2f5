"""People in copy: whoever a letter of a request went to beside us may answer it, and is heard in that request.

Their letter must answer one that became a message there (its References name it) and that was addressed to them; with
nothing but a token, or with nothing but the same subject, it is a new request.
"""

from datetime import datetime

from camdesk.channels.mail.mime.parsed_letter import ParsedLetter
from camdesk.channels.models import RawLetter
from camdesk.people import contacts, identities
from camdesk.people.identities import EMAIL
from camdesk.people.models import Person
from camdesk.tickets.models import Ticket

_LOOKED_AT = 20


def request_of(letter: ParsedLetter, named: Ticket | None) -> Ticket | None:
    """The request whose letter this one answers and whose author wrote to its sender too; `named`: the one that a token
    names, no other comes into question then. In doubt None."""
    sender = letter.sender.address.lower()
    ids = [one for one in [letter.in_reply_to, *letter.references] if one]
    if not sender or not ids or letter.automatic:
        return None
    told = RawLetter.objects.filter(letter_id__in=ids, state=RawLetter.State.TAKEN, message__isnull=False)
    told = told.filter(ticket=named) if named is not None else told.filter(ticket__isnull=False)
    rows = told.select_related("ticket__person", "message").order_by("-pk")[:_LOOKED_AT]
    found = {
        row.ticket.pk: row.ticket
        for row in rows
        if row.ticket is not None and row.message is not None and sender in row.message.data.get("copied", ())
    }
    return next(iter(found.values())) if len(found) == 1 else None


def speaker(letter: ParsedLetter, *, believed: bool, language: str, now: datetime) -> Person:
    """Whose words they are: not the customer's."""
    sender = letter.sender.address.lower()
    known = identities.owner(EMAIL, sender) if believed else None
    if known is not None:
        return known
    name = (letter.sender.name or sender.partition("@")[0])[:120]
    return contacts.unverified(name=name, phone="", email=sender[:254], language=language, now=now)
