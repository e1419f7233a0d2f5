"""Files become part of the conversation, and go when nobody sent them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from camdesk.lib import files
from camdesk.lib.prepared import Prepared, save
from camdesk.people.models import Person
from camdesk.tickets.models import Attachment, Message, Ticket
from camdesk.tickets.previews import preview_keys
from camdesk.tickets.timeline import deed, record
from camdesk.tickets.upload_pieces import keys as piece_keys

UNBOUND_FOR = timedelta(hours=24)
_SWEEP_AT_ONCE = 200
_WHOLE = Prepared(
    lambda by, ids: Attachment.objects.filter(uploaded_by=by, pk__in=ids, state=Attachment.State.READY).values_list(
        "pk", flat=True
    ),
    int,
    list[str],
)


def _unsent(by: int | None, ids: Sequence[str]) -> QuerySet[Attachment]:
    mine = Attachment.objects.filter(uploaded_by=by, pk__in=ids)
    return mine.filter(message__isnull=True, state=Attachment.State.READY).select_for_update()


_UNSENT = Prepared(_unsent, int, list[str])


class CannotAttach(Exception):
    """A file is unknown, not this person's, not received whole, already sent elsewhere, or one too many."""


def bind(*, ids: Sequence[str], message: Message, by: Person | None) -> None:
    """Binds uploaded files to a message, in this order, once. In the deed's transaction.

    Only the uploader may bind a file and only while it is unbound: an id alone, even a known one, opens nothing.
    """
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > settings.MAX_FILES:
        raise CannotAttach("too many files")
    rows = _UNSENT.all(by.pk, wanted) if by is not None else _unsent(None, wanted)
    found = {row.pk: row for row in rows}
    for position, attachment_id in enumerate(wanted):
        if attachment_id not in found:
            raise CannotAttach(attachment_id)
        row = found[attachment_id]
        row.message, row.position = message, position
        save(row)
        message.bound = True


def unsent(*, ids: Sequence[str], by: Person | None) -> list[Attachment]:
    """Those of `ids` that this person uploaded, whole, and has not sent: what a draft may still show, in its order."""
    if not ids:
        return []  # as every form and composer asks that is opened anew
    mine = Attachment.objects.filter(message__isnull=True, uploaded_by=by, state=Attachment.State.READY)
    found = mine.in_bulk(ids)
    return [found[attachment_id] for attachment_id in dict.fromkeys(ids) if attachment_id in found]


def whole(*, ids: Sequence[str], by: Person) -> list[str]:
    """Those of `ids` that this person uploaded, whole, sent or not; in their order."""
    found = set(_WHOLE.all(by.pk, ids))
    return [attachment_id for attachment_id in ids if attachment_id in found]


def give(*, ids: Sequence[str], to: Person) -> None:
    """What a stranger sent is the contact's they turned out to be, who then binds it. In the deed's transaction."""
    Attachment.objects.filter(pk__in=ids, uploaded_by=None, message__isnull=True).update(uploaded_by=to)


def proven(ticket: Ticket) -> None:
    """Its sender is known now: their files are as anybody's. In the deed's transaction."""
    unproven = Attachment.objects.filter(message__ticket=ticket, scan=Attachment.Scan.UNPROVEN)
    unproven.update(scan=Attachment.Scan.WAITING)


def remove(*, attachment: Attachment) -> bool:
    """Takes back a file that is not sent. False when it is part of a message by now: what was said stays."""
    with transaction.atomic():
        # Locked, so that no piece of it is named meanwhile.
        unsent = Attachment.objects.select_for_update().filter(pk=attachment.pk, message__isnull=True).first()
        if unsent is None:
            return False
        keys = [unsent.storage_key, *preview_keys(unsent).values(), *piece_keys(unsent)]
        unsent.delete()
        transaction.on_commit(lambda: _delete_files(keys))
    return True


def discard_unsent(now: datetime) -> int:
    """A duty of the worker: removes what was uploaded a day ago and never sent. Returns how many."""
    old = Attachment.objects.filter(message__isnull=True, created_at__lt=now - UNBOUND_FOR).order_by("created_at")
    return sum(remove(attachment=attachment) for attachment in old[:_SWEEP_AT_ONCE])


def take_unchecked(*, attachment: Attachment, by: Person, now: datetime) -> None:
    """An agent takes a file although it was not checked: its request remembers who did."""
    if attachment.message is not None:
        note_taken_unchecked(number=attachment.message.ticket_id, name=attachment.name, by=by, now=now)


def note_taken_unchecked(*, number: int, name: str, by: Person, now: datetime) -> None:
    with deed(number, now=now) as ticket:
        record(ticket, "attachment.taken_unchecked", by=by, now=now, name=name)


def _delete_files(keys: Sequence[str]) -> None:
    for key in keys:
        files.store().delete(key)
