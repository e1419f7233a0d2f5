"""Who was erased, so that a backup of before brings nobody back: `DATA/erased.jsonl`, a line each, with nothing that
says who they were. It lies beside the database, because what is put back of that knows nothing of what came later.

A person is the same where number and moment of their making are the same: numbers are given anew after a restore.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from camdesk.people.models import Person
from camdesk.privacy import erasure
from camdesk.privacy.models import Erasure

NAME = "erased.jsonl"


class BadList(Exception):
    """Says in one sentence which line of the list is none."""


@dataclass(frozen=True, slots=True, order=True)
class Erased:
    """`person`: their number; `made_at`, `at`: as the database had them, in ISO 8601."""

    person: int
    made_at: str
    at: str
    external_id: str
    basis: str
    reason: str


def path() -> Path:
    return Path(settings.DATA_DIR) / NAME


def of_database() -> list[Erased]:
    """[] where the database is not there, or of a version that knew no erasures."""
    try:
        rows = list(Erasure.objects.select_related("person").order_by("pk"))
    except DatabaseError:
        return []
    return [
        Erased(
            person=row.person_id,
            made_at=row.person.created_at.isoformat(),
            at=row.at.isoformat(),
            external_id=row.external_id,
            basis=row.basis,
            reason=row.reason,
        )
        for row in rows
    ]


def read(source: Path) -> list[Erased]:
    """[] where there is none. Raises BadList."""
    try:
        lines = source.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(Erased(**json.loads(line)))
        except (ValueError, TypeError):
            raise BadList(f"{source}, line {number} is no line of a list of erased persons") from None
    return found


def write(target: Path, some: Iterable[Erased]) -> None:
    """Whole or not at all, durable, mode 600."""
    lines = "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in sorted(set(some)))
    part = target.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, target)


def keep() -> int:
    """The list of this machine holds whoever the database knows to be erased. Returns how many are in it."""
    known = read(path())
    merged = {*known, *of_database()}
    if merged - set(known):
        write(path(), merged)
    return len(merged)


def waiting() -> list[tuple[Person, Erased]]:
    """Whoever is on the list and here again, not erased. Raises BadList."""
    listed = {(one.person, datetime.fromisoformat(one.made_at)): one for one in read(path())}
    if not listed:
        return []
    there = Person.objects.filter(pk__in=[number for number, _made in listed], erasure=None).order_by("pk")
    return [(person, one) for person in there if (one := listed.get((person.pk, person.created_at)))]


def apply_again(*, now: datetime) -> int:
    """Erases whoever waits. Returns how many. Raises BadList."""
    again = waiting()
    for person, one in again:
        erasure.erase(person=person, basis=one.basis, reason=one.reason, by=None, now=now, again=True)
        Erasure.objects.filter(person=person).update(at=datetime.fromisoformat(one.at), external_id=one.external_id)
    return len(again)
