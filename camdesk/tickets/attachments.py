"""Files become part of the conversation."""

from collections.abc import Sequence

from camdesk.people.models import Person
from camdesk.tickets.models import Attachment, Message


class CannotAttach(Exception):
    """A file is unknown, not this person's, not received whole, or already sent elsewhere."""


def bind(*, ids: Sequence[str], message: Message, by: Person | None) -> None:
    """Binds uploaded files to a message, in this order, once. In the deed's transaction.

    Only the uploader may bind a file and only while it is unbound: an id alone, even a known one, opens nothing.
    """
    for position, attachment_id in enumerate(dict.fromkeys(ids)):
        bound = Attachment.objects.filter(
            pk=attachment_id, message__isnull=True, uploaded_by=by, state=Attachment.State.READY
        ).update(message=message, position=position)
        if not bound:
            raise CannotAttach(attachment_id)
