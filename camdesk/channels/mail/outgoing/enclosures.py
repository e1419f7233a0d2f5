"""Which files go with a letter: within it while they fit, as links for those with a login, else by name only. What
nobody may have, or not yet (tickets/quarantine.py), never goes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from camdesk.tickets.models import Attachment, Delivery, Message
from camdesk.tickets.quarantine import given

# Mail servers commonly refuse above 25 MB, and a letter carries a file a third larger than it is.
MOST_BYTES = 15 * 1024 * 1024


@dataclass(frozen=True)
class Enclosed:
    """named: names to say; attached: files to put into the letter; linked, too_large: those that do not fit; withheld:
    those the scanner has not found clean."""

    named: Sequence[str] = ()
    attached: Sequence[Attachment] = ()
    linked: Sequence[Attachment] = ()
    too_large: Sequence[Attachment] = field(default_factory=tuple)
    withheld: Sequence[Attachment] = ()


def gathered_in(delivery: Delivery) -> QuerySet[Delivery]:
    """Those whose news leave in this letter, oldest first."""
    return Delivery.objects.filter(letter__merged_into=delivery.pk).order_by("pk")


def messages_of(delivery: Delivery) -> list[Message]:
    """What a letter says: its message, and those of the letters that went into it, oldest first."""
    merged = gathered_in(delivery).select_related("message__by", "message__ticket__person__user")
    said = [one.message for one in (delivery, *merged) if one.message is not None]
    return sorted(said, key=lambda message: message.seq)


def enclosed(messages: Sequence[Message], *, own: bool = False) -> Enclosed:
    """`own`: the sender's own files, in the copy of what they sent: named, not sent back."""
    files = [file for message in messages for file in message.attachments.order_by("position", "pk")]
    if own:
        return Enclosed(named=[one.name for one in files])
    within, beyond = _fitting([one for one in files if given(one)])
    with_login = bool(messages) and getattr(messages[0].ticket.person, "user", None) is not None
    return Enclosed(
        named=[one.name for one in within],
        attached=within,
        linked=beyond if with_login else (),
        too_large=() if with_login else beyond,
        withheld=[one for one in files if not given(one)],
    )


def _fitting(files: Sequence[Attachment]) -> tuple[list[Attachment], list[Attachment]]:
    """Each file that still fits goes in, in order: a large one does not keep the small ones after it out."""
    within, beyond, size = [], [], 0
    for one in files:
        if size + one.size <= MOST_BYTES:
            within.append(one)
            size += one.size
        else:
            beyond.append(one)
    return within, beyond
