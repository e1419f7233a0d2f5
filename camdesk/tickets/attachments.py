"""Files become part of the conversation, get their previews, and go when nobody sent them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from camdesk.lib import files
from camdesk.lib.previews import EDGES, NoPreview, Previews, make_previews
from camdesk.people.models import Person
from camdesk.tickets.models import Attachment, Message
from camdesk.tickets.timeline import deed, record

UNBOUND_FOR = timedelta(hours=24)
_SWEEP_AT_ONCE = 200
_DRAW_AT_ONCE = 5


class CannotAttach(Exception):
    """A file is unknown, not this person's, not received whole, already sent elsewhere, or one too many."""


def bind(*, ids: Sequence[str], message: Message, by: Person | None) -> None:
    """Binds uploaded files to a message, in this order, once. In the deed's transaction.

    Only the uploader may bind a file and only while it is unbound: an id alone, even a known one, opens nothing.
    """
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > settings.MAX_FILES:
        raise CannotAttach("too many files")
    for position, attachment_id in enumerate(wanted):
        bound = Attachment.objects.filter(
            pk=attachment_id, message__isnull=True, uploaded_by=by, state=Attachment.State.READY
        ).update(message=message, position=position)
        if not bound:
            raise CannotAttach(attachment_id)


def unsent(*, ids: Sequence[str], by: Person | None) -> list[Attachment]:
    """Those of `ids` that this person uploaded, whole, and has not sent: what a draft may still show, in its order."""
    if not ids:
        return []
    found = Attachment.objects.filter(
        pk__in=ids, message__isnull=True, uploaded_by=by, state=Attachment.State.READY
    ).in_bulk()
    return [found[attachment_id] for attachment_id in dict.fromkeys(ids) if attachment_id in found]


def remove(*, attachment: Attachment) -> bool:
    """Takes back a file that is not sent. False when it is part of a message by now: what was said stays."""
    deleted, _ = Attachment.objects.filter(pk=attachment.pk, message__isnull=True).delete()
    if deleted:
        transaction.on_commit(lambda: _delete_files(attachment))
    return bool(deleted)


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


def _delete_files(attachment: Attachment) -> None:
    store = files.store()
    if attachment.state == Attachment.State.RECEIVING:
        store.drop_part(attachment.storage_key)
    for key in (attachment.storage_key, *preview_keys(attachment).values()):
        store.delete(key)


# --- previews: `preview_key` holds the keys of all EDGES, the smallest first, with a blank between


def preview_keys(attachment: Attachment) -> dict[int, str]:
    """{edge in pixels: key in the store}; empty while there is no preview."""
    return dict(zip(sorted(EDGES), attachment.preview_key.split(), strict=False))


def draw_wanted(now: datetime) -> int:
    """A duty of the worker: draws the previews that are wanted. Returns how many pictures were settled."""
    wanted = Attachment.objects.filter(preview_state="wanted")
    # With a scanner nothing is taken apart here before it was looked at there.
    wanted = wanted.filter(scan=Attachment.Scan.CLEAN) if settings.SCANNER else wanted.exclude(scan="infected")
    return sum(draw(attachment) for attachment in wanted.order_by("created_at")[:_DRAW_AT_ONCE])


def draw(attachment: Attachment) -> bool:
    """Draws and keeps the previews of one picture, or marks that there are none. False when another was quicker."""
    store = files.store()
    try:
        drawn = look(attachment)
    except NoPreview:
        return _settle(attachment, preview_state="failed")
    try:
        keys = [store.keep_bytes(drawn.pictures[edge]).key for edge in sorted(EDGES)]
    except files.NoRoom:
        return False  # later, when there is room
    if _settle(attachment, preview_state="ready", preview_key=" ".join(keys), width=drawn.width, height=drawn.height):
        return True
    for key in keys:
        store.delete(key)
    return False


def look(attachment: Attachment) -> Previews:
    """The previews of a picture, drawn now in a limited child. Changes nothing. Raises NoPreview."""
    try:
        with files.store().as_path(attachment.storage_key) as path:
            return make_previews(path)
    except (files.NotHere, files.NoRoom):
        raise NoPreview("the file is not here") from None


def preview_bytes(attachment: Attachment, edge: int) -> bytes | None:
    """The preview of a picture as WebP, at most `edge` pixels; None when there is none. Changes nothing."""
    try:
        if key := preview_keys(attachment).get(edge):
            with files.store().open(key) as file:
                return file.read()
        # Just uploaded: drawn for this look and not kept, because no GET changes anything; the worker keeps them.
        if attachment.preview_state == "wanted":
            return look(attachment).pictures[edge]
    except (files.NotHere, NoPreview):
        pass
    return None


def _settle(attachment: Attachment, **fields: object) -> bool:
    return bool(Attachment.objects.filter(pk=attachment.pk, preview_state="wanted").update(**fields))
