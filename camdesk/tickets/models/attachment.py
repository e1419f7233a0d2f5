"""Files."""

import secrets
from typing import ClassVar

from django.db import models

from camdesk.lib.leases import Leased
from camdesk.people.models import Person
from camdesk.tickets.models.conversation import Message
from camdesk.tickets.models.scanned import Scanned


def new_id() -> str:
    return secrets.token_urlsafe(24)  # 192 bits: an id that cannot be guessed


class Attachment(Scanned):
    """A file as it was sent, byte for byte. Until it is bound to a message only its uploader may see or bind it."""

    class State(models.TextChoices):
        RECEIVING = "receiving"  # a resumable upload under way
        READY = "ready"

    id = models.CharField(max_length=40, primary_key=True, default=new_id)
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="attachments")
    uploaded_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)  # by our own sniffing, never as stated
    size = models.BigIntegerField(default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    storage_key = models.CharField(max_length=120)
    state = models.CharField(max_length=9, choices=State, default=State.READY)
    total_size = models.BigIntegerField(null=True, blank=True)  # of a resumable upload, as announced
    preview_key = models.CharField(max_length=120, blank=True)
    preview_state = models.CharField(max_length=8, default="none")  # none | wanted | ready | failed
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    inline_id = models.CharField(max_length=255, blank=True)  # Content-ID of a picture inside a letter
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(message__isnull=True), name="unbound_attachments"),
            models.Index(fields=["created_at"], condition=models.Q(preview_state="wanted"), name="previews_wanted"),
            models.Index(fields=["uploaded_by", "created_at"], name="attachments_by_uploader"),
            models.Index(fields=["-created_at"], condition=models.Q(scan="waiting"), name="attachments_to_scan"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


class UploadPiece(models.Model):
    """A stretch of a file that comes in pieces, a file of the store itself until the whole is there. Its row is made
    before it is kept: nothing lies in the store that no row names."""

    file = models.ForeignKey(Attachment, models.CASCADE, related_name="pieces")
    at = models.BigIntegerField()  # the byte of the file that it begins at
    size = models.BigIntegerField(null=True)  # bytes; None while it comes
    storage_key = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["file", "at"], condition=models.Q(size__isnull=False), name="one_piece_from_each_byte"
            )
        ]

    def __str__(self) -> str:
        return f"piece of {self.file_id} from {self.at}"


class FileScan(Leased):
    """A file that waits for the scanner: made by the worker when there is one, gone with the verdict."""

    waits: ClassVar = models.Q()

    file = models.OneToOneField(Attachment, models.CASCADE, primary_key=True, related_name="scan_wait")

    def __str__(self) -> str:
        return f"file {self.file_id}"


class PreviewJob(Leased):
    """A picture whose previews wait to be drawn: made by the worker, gone with them."""

    waits: ClassVar = models.Q()

    file = models.OneToOneField(Attachment, models.CASCADE, primary_key=True, related_name="preview_job")

    def __str__(self) -> str:
        return f"picture {self.file_id}"
