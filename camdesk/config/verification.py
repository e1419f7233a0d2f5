"""Whether the rows and the store of files tell the same: a row whose file is gone, or has another size, and a file that
no row names. The store may be a folder or a bucket."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, Q

from camdesk.cameras.models import Camera
from camdesk.channels.models import RawLetter
from camdesk.lib import files
from camdesk.tickets.models import Attachment, UploadPiece

_NONE = Q(pk__in=())


@dataclass(frozen=True, slots=True)
class Column:
    """One that names a file of the store, or several with blanks between. `size`: the column that says how many bytes
    it has; `coming`: rows whose file may not be there yet."""

    model: type[Model]
    name: str
    size: str = ""
    coming: Q = _NONE

    def rows(self) -> Iterator["Named"]:
        others = self.model._default_manager.exclude(**{self.name: ""}).order_by()
        columns = ("pk", self.name, *([self.size] if self.size else []))
        for rows, coming in ((others.exclude(self.coming), False), (others.filter(self.coming), True)):
            for pk, keys, *size in rows.values_list(*columns).iterator():
                for key in keys.split():
                    yield Named(f"{self.model._meta.object_name} {pk}", key, size[0] if size else None, coming)


@dataclass(frozen=True, slots=True)
class Named:
    row: str
    key: str
    size: int | None
    coming: bool


COLUMNS = (
    Column(Attachment, "storage_key", size="size", coming=Q(state=Attachment.State.RECEIVING)),
    Column(Attachment, "preview_key"),
    Column(UploadPiece, "storage_key", size="size", coming=Q(size__isnull=True)),
    Column(RawLetter, "storage_key", size="size"),
    Column(Camera, "picture"),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`missing`: a sentence for each row whose file is not as it says; `strays`: keys of files that no row names, older
    than what is still on its way in. `named`, `stored`: how many were compared."""

    named: int
    stored: int
    missing: tuple[str, ...]
    strays: tuple[str, ...]


def verify(now: datetime) -> Comparison:
    """Holds a key of each file in memory (some hundred bytes)."""
    there = {one.key: one for one in files.store().home.all()}
    rows = _rows()  # after the files: what comes meanwhile has its file before its row
    missing = list(filter(None, (_fault(row, there.get(row.key)) for row in rows if not row.coming)))
    named = {row.key for row in rows}
    old = now.timestamp() - files.SWEEP_AFTER
    strays = sorted(key for key, one in there.items() if key not in named and one.changed_at < old)
    return Comparison(len(named), len(there), tuple(missing), tuple(strays))


def remove(strays: tuple[str, ...]) -> int:
    """Deletes these files, but what is not of ours by its name. Returns how many went."""
    gone = 0
    for key in strays:
        with contextlib.suppress(files.NotHere):
            files.store().delete(key)
            gone += 1
    return gone


def _rows() -> list[Named]:
    return [row for column in COLUMNS for row in column.rows()]


def _fault(row: Named, stored: files.StoredFile | None) -> str:
    if stored is None:
        return "" if files.store().home.has(row.key) else f"{row.row}: its file {row.key} is not in the store"
    if row.size is not None and stored.size != row.size:
        return f"{row.row}: its file {row.key} has {stored.size} bytes and not {row.size}"
    return ""
