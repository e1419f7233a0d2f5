"""The pieces of a file that comes in several. Each is a file of the store and a row until the whole is there, so
whoever is asked next takes the next one: another process, another machine.

A row is made before its piece is kept, and goes after it: what a process left behind that was killed anywhere between
is found by the row (`sweep`). A piece counts from the moment its row has a size; of two that begin at the same byte one
does, for the file's row is locked while it is decided.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet, Sum

from camdesk.lib import files
from camdesk.lib.files import Kept
from camdesk.tickets.models import Attachment, UploadPiece

SWEEP_AFTER = timedelta(hours=24)
_MB = 1024 * 1024
_SWEEP_AT_ONCE = 200


class WrongOffset(Exception):
    """A piece does not continue what is here; `offset` is how far it has come (bytes)."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"continue at {offset}")
        self.offset = offset


class TooManyPieces(Exception):
    """They are so small that their rows would cost more than the file."""


def arrived(upload: Attachment) -> int:
    """Bytes that have come, which is where to go on."""
    return int(_counted(upload).aggregate(bytes=Sum("size"))["bytes"] or 0)


def add(upload: Attachment, *, at: int, chunks: Iterable[bytes]) -> int:
    """Keeps what comes at byte `at` and returns how far the file has come with it.

    Raises WrongOffset (also where another request was quicker), files.NotHere (the upload is over, or was taken back),
    TooManyPieces, files.TooLarge and files.NoRoom; then nothing of the piece stays.
    """
    if (come := arrived(upload)) != at:
        raise WrongOffset(come)
    with files.store().begin(limit=(upload.total_size or 0) - at) as file:
        for chunk in chunks:
            file.write(chunk)
        if not file.size:
            return at
        piece = _named(upload, at)
        try:
            file.keep(key=piece.storage_key)
            _count(piece, upload, size=file.size)
        except (WrongOffset, files.NotHere, files.NoRoom):
            _forget([piece])
            raise
    return at + file.size


def join(upload: Attachment) -> Kept:
    """The whole of them as one durable file, under the key that the upload has had from its beginning: two that join
    them at once make the same file. Raises files.NotHere where they are not all here any more, files.NoRoom."""
    store = files.store()
    total = upload.total_size or 0
    with store.begin(limit=total) as whole:
        for key in _counted(upload).order_by("at").values_list("storage_key", flat=True):
            with store.open(key) as piece:
                while chunk := piece.read(files.PIECE):
                    whole.write(chunk)
        if whole.size != total:
            raise files.NotHere(upload.storage_key)
        return whole.keep(key=upload.storage_key)


def keys(upload: Attachment) -> list[str]:
    """Of all there are in the store, counted or not."""
    return list(UploadPiece.objects.filter(file=upload).values_list("storage_key", flat=True))


def forget(upload: Attachment) -> None:
    """They are not needed any more: the whole is there, and its row says so."""
    _forget(list(UploadPiece.objects.filter(file=upload)))


def sweep(now: datetime) -> int:
    """A duty of the worker: pieces of files that were whole a day ago, left by a process that was killed while it
    removed them. (Those of a file that never became whole go with it: attachments.discard_unsent.) Returns how many."""
    left = UploadPiece.objects.filter(file__state=Attachment.State.READY, file__created_at__lt=now - SWEEP_AFTER)
    pieces = list(left.order_by("pk")[:_SWEEP_AT_ONCE])
    _forget(pieces)
    return len(pieces)


# --- inside


def _counted(upload: Attachment) -> QuerySet[UploadPiece]:
    return UploadPiece.objects.filter(file=upload, size__isnull=False)


@transaction.atomic
def _named(upload: Attachment, at: int) -> UploadPiece:
    """The row of a piece that is still to be kept. Locked, so that it is not made for a file that is being removed."""
    _lock(upload)
    if UploadPiece.objects.filter(file=upload).count() >= 20 + (upload.total_size or 0) // _MB:
        raise TooManyPieces
    return UploadPiece.objects.create(file=upload, at=at, storage_key=files.new_key())


@transaction.atomic
def _count(piece: UploadPiece, upload: Attachment, *, size: int) -> None:
    _lock(upload)
    if (come := arrived(upload)) != piece.at:
        raise WrongOffset(come)
    if not UploadPiece.objects.filter(pk=piece.pk).update(size=size):
        raise files.NotHere(piece.storage_key)


def _lock(upload: Attachment) -> None:
    """Raises files.NotHere where it is not under way any more."""
    under_way = Attachment.objects.filter(pk=upload.pk, state=Attachment.State.RECEIVING)
    if not under_way.select_for_update(no_key=True).exists():
        raise files.NotHere(upload.storage_key)


def _forget(pieces: Sequence[UploadPiece]) -> None:
    """The files first: a row without its file is found and harmless, a file without a row is neither."""
    for piece in pieces:
        files.store().delete(piece.storage_key)
    UploadPiece.objects.filter(pk__in=[piece.pk for piece in pieces]).delete()
