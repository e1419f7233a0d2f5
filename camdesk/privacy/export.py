"""What is kept of one person, for themselves to have (152-FZ, article 14): data as JSON and the files they sent, and
nobody else's. Staff are named nowhere; what others wrote in a request they may read stays with those who wrote it. What
is given of each model stands in the table (classification.py).
"""

import contextlib
import json
import os
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from camdesk.lib import files
from camdesk.people import identities
from camdesk.people.models import Person
from camdesk.privacy.classification import TABLE, Given
from camdesk.tickets.models import Attachment, Scanned

_LONGEST_NUMBER = 16  # digits; what is longer is no number of ours


class CannotExport(Exception):
    """Says in one sentence why nothing is given."""


def parts() -> list[tuple[type[Model], Given]]:
    """Every list of the export with the model it is of."""
    return [(kept.model, given) for kept in TABLE for given in kept.given]


def _rows(model: type[Model], given: Given, person: Person) -> list[dict[str, Any]]:
    mine = model._default_manager.filter(given.only, **{given.whose: person})
    return list(mine.order_by("pk").values(*given.columns))


def find(whom: str) -> Person:
    """By the number of their page, their external id, or an address or telephone number they have proven. Raises
    CannotExport: what is merely said may be another's."""
    found = set(Person.objects.filter(external_id=whom))
    if whom.isdecimal() and len(whom) < _LONGEST_NUMBER:
        found |= set(Person.objects.filter(pk=int(whom)))
    for kind in identities.KINDS.values():
        with contextlib.suppress(ValueError):
            found |= {one for one in [identities.owner(kind, kind.spelled(whom))] if one is not None}
    if len(found) != 1:
        raise CannotExport(
            f"{whom} is {'more than one person' if found else 'nobody here'}: give the number of their page, their"
            " external id, or an address they have proven"
        )
    return found.pop()


def export(person: Person, target: Path, *, now: datetime) -> dict[str, int]:
    """Writes the archive (mode 600): data.json and files/. Returns how many rows of each part. Raises CannotExport."""
    data = data_of(person, now=now)
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, stored in _files_of(person):
                with stored, archive.open(f"files/{name}", "w") as into:
                    while piece := stored.read(files.PIECE):
                        into.write(piece)
            text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
            archive.writestr("data.json", text)
    except FileExistsError:
        raise CannotExport(f"{target} is there already") from None
    except OSError as error:
        target.unlink(missing_ok=True)
        raise CannotExport(f"the archive could not be written: {error.strerror or error}") from error
    return {name: len(rows) for name, rows in data.items() if isinstance(rows, list)}


def data_of(person: Person, *, now: datetime) -> dict[str, Any]:
    """Each part under its name; `person` what they are known as."""
    known = ("name", "phone", "email", "external_id", "language", "plan", "blocked_at", "created_at")
    return {
        "made_at": now,
        "person": {name: getattr(person, name) for name in known},
        **{given.name: _rows(model, given, person) for model, given in parts()},
    }


def _files_of(person: Person) -> Iterator[tuple[str, Any]]:
    """(name in the archive, open file) of what they sent, but for what is infected, and what is gone."""
    sent = Attachment.objects.filter(uploaded_by=person, state=Attachment.State.READY)
    for row in sent.exclude(scan=Scanned.Scan.INFECTED).order_by("created_at"):
        try:
            yield f"{row.pk}-{row.name}", files.store().open(row.storage_key)
        except files.NotHere:
            continue
