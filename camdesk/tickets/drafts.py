"""Unsent words are kept."""

from datetime import datetime
from typing import Any

from camdesk.lib.prepared import BoundQuery, Prepared, write
from camdesk.people.models import Person
from camdesk.tickets.models import Draft

_OF_PERSON = Prepared(lambda person, place: Draft.objects.filter(person_id=person, place=place), int, str)


def keep(*, person: Person, place: str, content: dict[str, Any], now: datetime) -> None:
    """Keeps the newest content of a place ("form", "ticket:1042")."""
    Draft.objects.update_or_create(person=person, place=place, defaults={"content": content, "saved_at": now})


def kept(person: Person | None, place: str) -> dict[str, Any]:
    row = _OF_PERSON.first(person.pk, place) if person is not None else None
    return row.content if row else {}


def question(person: Person, place: str) -> BoundQuery:
    """What `kept` will ask, for lib/prepared.ahead."""
    return _OF_PERSON.of(person.pk, place)


def drop(*, person: Person, place: str) -> None:
    write("DELETE FROM tickets_draft WHERE person_id = %s AND place = %s", [person.pk, place])
