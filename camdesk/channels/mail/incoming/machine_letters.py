"""What machines write: bounces and automatic answers are noted on the request they are about; nobody answers them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from camdesk.channels.mail.incoming.mail_loops import is_last_note, may_note
from camdesk.channels.mail.incoming.person_letters import settle
from camdesk.channels.mail.mime.delivery_reports import Bounce
from camdesk.channels.mail.mime.parsed_letter import ParsedLetter
from camdesk.channels.models import RawLetter
from camdesk.lib import leases
from camdesk.tickets.claim_tokens import hidden
from camdesk.tickets.models import Delivery, Event, Ticket
from camdesk.tickets.timeline import deed, record

# Why a letter is ignored, as its `note` says it: the desk has a sentence for each.
OUR_OWN = "our own letter came back"
UNKNOWN_BOUNCE = "a bounce, and of which letter is not known"
CAME_BACK = "it came back: bounced"  # a Delivery's last_error
NOTED_CHARACTERS = 20_000  # of an automatic letter, and of what is cut of it
ANOTHER_AUTOMATIC = "another letter of a machine"


def ignore(row: RawLetter, *, why: str, ticket: Ticket | None = None) -> None:
    """Kept, listed, and not told to anybody."""
    row.note = why[:500]
    settle(row, RawLetter.State.IGNORED, ticket=ticket)


def note_bounce(
    row: RawLetter, bounce: Bounce, ticket: Ticket | None, *, returned: Sequence[str], now: datetime
) -> None:
    """A letter of ours did not arrive: agents see it on the ticket, and the letter stands in the list of failures.
    `returned`: the ids of letters that came back with the bounce."""
    if ticket is None:
        ignore(row, why=UNKNOWN_BOUNCE)
        return
    with deed(ticket.pk, now=now) as locked:
        if not settle(row, RawLetter.State.NOTED, ticket=locked):
            return
        what: dict[str, Any] = {"to": bounce.recipient, "permanent": bounce.permanent, "given_up": bounce.given_up}
        record(locked, "letter.bounced", by=None, now=now, letter=row.pk, **what)
        if bounce.given_up:
            _letter_failed(locked, bounce.recipient, returned)


def note_automatic(row: RawLetter, letter: ParsedLetter, ticket: Ticket, *, now: datetime) -> None:
    """An absence notice and the like: no message, no turn, no reopening; after a few no more notes either."""
    with deed(ticket.pk, now=now) as locked:
        before = Event.objects.filter(ticket=locked, name="letter.automatic").count()
        if not may_note(before):
            ignore(row, why=ANOTHER_AUTOMATIC, ticket=locked)
        elif settle(row, RawLetter.State.NOTED, ticket=locked):
            text, cut = (hidden(part[:NOTED_CHARACTERS]) for part in _words(letter))
            what: dict[str, Any] = {"subject": letter.subject[:200], "text": text, "cut": cut, "letter": row.pk}
            what["last"] = is_last_note(before)
            record(locked, "letter.automatic", by=None, now=now, **what)


def _words(letter: ParsedLetter) -> tuple[str, str]:
    """What it says, and what was cut of that: often the very words that matter stand below a signature."""
    return (letter.reply_text, letter.cut) if letter.reply_text else (letter.text, "")


def _letter_failed(ticket: Ticket, recipient: str, returned: Sequence[str]) -> None:
    """The letter that came back, else the last one to who did not get it."""
    sent = Delivery.objects.filter(ticket=ticket, state=Delivery.State.SENT).order_by("-pk")
    known = sent.filter(letter__letter_id__in=returned).first() if returned else None
    failed = known or sent.filter(to__iexact=recipient).first()
    if failed is not None:
        leases.note(Delivery.objects.filter(pk=failed.pk), CAME_BACK, state=Delivery.State.FAILED)
