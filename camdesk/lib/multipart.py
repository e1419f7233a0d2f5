"""Files inside a form's body go straight into the store: capped while they stream, never whole in memory.

Django calls `StoreHandler` for every multipart body (settings.FILE_UPLOAD_HANDLERS). `request.FILES` then holds
`ArrivedFile`s, also for those that did not fit: the view says so in words and the rest of the form is not lost. What a
view does not keep is gone when the request ends.
"""

from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from camdesk.lib import files
from camdesk.lib.filenames import shown_name
from camdesk.lib.files import Incoming, Kept, NoRoom, TooLarge

Failure = Literal["", "too_large", "no_room", "empty"]


if TYPE_CHECKING:
    _UploadedFile = UploadedFile[bytes]
else:
    _UploadedFile = UploadedFile


class ArrivedFile(_UploadedFile):
    """A file of a form. `failure`: why it cannot be kept, empty when it can; `size`: bytes that arrived."""

    def __init__(self, name: str, incoming: Incoming | None, failure: Failure, size: int) -> None:
        super().__init__(file=None, name=name, content_type="application/octet-stream", size=size)
        self.incoming = incoming
        self.failure: Failure = failure

    def keep(self) -> Kept:
        """Durable when this returns. Raises NoRoom; ValueError for a file that failed or was kept before."""
        if self.incoming is None:
            raise ValueError("nothing to keep")
        try:
            return self.incoming.keep()
        except NoRoom:
            self.failure = "no_room"
            raise

    def close(self) -> None:
        if self.incoming is not None:
            self.incoming.discard()


def files_in(request: HttpRequest, name: str) -> list[ArrivedFile]:
    """The files of the form's field `name`, those included that cannot be kept."""
    return [file for file in request.FILES.getlist(name) if isinstance(file, ArrivedFile)]


class StoreHandler(FileUploadHandler):
    chunk_size = files.PIECE

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._incoming: Incoming | None = None
        self._failure: Failure = ""
        self._size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._incoming, self._failure, self._size = None, "", 0
        try:
            self._incoming = files.store().begin(limit=settings.MAX_FILE_BYTES)
        except NoRoom:
            self._failure = "no_room"

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        # After a failure the rest is read and dropped, so that the fields behind the file still arrive.
        self._size += len(raw_data)
        if self._failure or self._incoming is None:
            return
        try:
            self._incoming.write(raw_data)
        except TooLarge:
            self._failure, self._incoming = "too_large", None
        except NoRoom:
            self._failure, self._incoming = "no_room", None

    def file_complete(self, file_size: int) -> ArrivedFile:
        if not self._failure and self._size == 0:
            self._failure = "empty"
        incoming, self._incoming = self._incoming, None
        if self._failure and incoming is not None:
            incoming.discard()
            incoming = None
        return ArrivedFile(shown_name(self.file_name), incoming, self._failure, self._size)

    def upload_interrupted(self) -> None:
        if self._incoming is not None:
            self._incoming.discard()
            self._incoming = None
