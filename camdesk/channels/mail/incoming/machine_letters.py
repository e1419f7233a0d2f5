"""What machines write: bounces and automatic answers are noted on the request they are about; nobody answers them."""

from datetime import datetime
from typing import Any

from camdesk.channels.mail.incoming.mail_loops import is_last_note, may_note
from camdesk.channels.mail.incoming.person_letters import settle
from camdesk.channels.models import RawLetter
from camdesk.tickets.models import Delivery, Event, Ticket
from camdesk.tickets.timeline import deed, record

# Why a letter is ignored, as its `note` says it: the desk has a sentence for each.
OUR_OWN = "our own letter came back"
UNKNOWN_BOUNCE = "a bounce, and of which letter is not known"
CAME_BACK = "it came back: bounced"  # a Delivery's last_error
ANOTHER_AUTOMATIC = "another letter of a machine"


def ignore(row: RawLetter, *, why: str, ticket: Ticket | None = None) -> None:
    """Kept, listed, and not told to anybody."""
    row.note = why[:500]
    settle(row, RawLetter.State.IGNORED, ticket=ticket)


def note_bounce(row: RawLetter, bounce: dict[str, Any], ticket: Ticket | None, *, now: datetime) -> None:
    """A letter of ours did not arrive: agents see it on the ticket, and the letter stands in the list of failures."""
    if ticket is None:
        ignore(row, why=UNKNOWN_BOUNCE)
        return
    with deed(ticket.pk, now=now) as locked:
        if not settle(row, RawLetter.State.NOTED, ticket=locked):
            return
        what = {"to": bounce["recipient"], "permanent": bounce["permanent"], "letter": row.pk}
        record(locked, "letter.bounced", by=None, now=now, **what)
        if bounce["permanent"]:
            _last_letter_failed(locked, bounce["recipient"])


def note_automatic(row: RawLetter, letter: dict[str, Any], ticket: Ticket, *, now: datetime) -> None:
    """An absence notice and the like: no message, no turn, no reopening; after a few no more notes either."""
    with deed(ticket.pk, now=now) as locked:
        before = Event.objects.filter(ticket=locked, name="letter.automatic").count()
        if not may_note(before):
            ignore(row, why=ANOTHER_AUTOMATIC, ticket=locked)
        elif settle(row, RawLetter.State.NOTED, ticket=locked):
            what = {"subject": letter["subject"][:200], "letter": row.pk, "last": is_last_note(before)}
            record(locked, "letter.automatic", by=None, now=now, **what)


def _last_letter_failed(ticket: Ticket, recipient: str) -> None:
    sent = Delivery.objects.filter(ticket=ticket, to__iexact=recipient, state=Delivery.State.SENT)
    last = sent.order_by("-pk").first()
    if last is not None:
        Delivery.objects.filter(pk=last.pk).update(state=Delivery.State.FAILED, last_error=CAME_BACK)
