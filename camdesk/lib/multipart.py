"""Files inside a form's body go straight into the store: capped while they stream, never whole in memory.

Django calls `StoreHandler` for every multipart body (settings.FILE_UPLOAD_HANDLERS). `request.FILES` then holds
`ArrivedFile`s, also for those that did not fit: the view says so in words and the rest of the form is not lost. What a
view does not keep is gone when the request ends.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict
from django.utils.encoding import force_str

from camdesk.lib import files
from camdesk.lib.filenames import shown_name
from camdesk.lib.files import Incoming, Kept, NoRoom, TooLarge
from camdesk.lib.form_bodies import FormPart, parts_of

Failure = Literal["", "too_large", "no_room", "empty"]

_SMALL = 1024 * 1024  # bytes of a body that are held in memory; a larger one streams into the store


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


def _within_limits(parts: Sequence[FormPart]) -> bool:
    """Whether Django's parser would read all of them; it says what is too much."""
    fields = [part for part in parts if not part.filename]
    return (
        len(fields) <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        and len(parts) - len(fields) <= settings.DATA_UPLOAD_MAX_NUMBER_FILES
        and sum(len(part.name) + 2 + len(part.data) for part in fields) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    )


class StoreHandler(FileUploadHandler):
    chunk_size = files.PIECE

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._incoming: Incoming | None = None
        self._failure: Failure = ""
        self._size = 0
        self._asked = False

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: Any,  # bytes, whatever the stubs say
        encoding: str | None = None,
    ) -> "tuple[QueryDict, MultiValueDict[str, UploadedFile[bytes]]] | None":
        """A small body as browsers write it is read here; any other by Django's parser, which asks once more."""
        if self._asked or content_length > _SMALL:
            return None
        self._asked = True
        came: MultiValueDict[str, UploadedFile[bytes]]
        body = input_data.read(content_length)
        parts = parts_of(body, boundary)
        if parts is None or not _within_limits(parts):
            again: Any = MultiPartParser(META, BytesIO(body), [self], encoding or settings.DEFAULT_CHARSET)
            fields, came = again.parse()
            return fields, came
        fields = QueryDict(mutable=True, encoding=encoding)
        came = MultiValueDict()
        try:
            for part in parts:
                if not part.filename:
                    said = force_str(part.data, encoding or settings.DEFAULT_CHARSET, errors="replace")
                    fields.appendlist(part.name, said)
                elif part.filename not in (".", ".."):
                    came.appendlist(part.name, self._whole(part))
        except BaseException:
            self.upload_interrupted()
            for _name, arrived in came.lists():
                for file in arrived:
                    file.close()
            raise
        return fields, came

    def _whole(self, part: FormPart) -> "ArrivedFile":
        self.new_file(part.name, part.filename, "", None)
        if part.data:
            self.receive_data_chunk(part.data, 0)
        return self.file_complete(len(part.data))

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
