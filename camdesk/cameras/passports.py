"""Passports: what is known of a camera's mounting and supply, and how an answer becomes known."""

from collections.abc import Mapping
from datetime import datetime

from camdesk.cameras.models import Camera, Passport
from camdesk.lib.internals.related_cache import loaded
from camdesk.lib.prepared import Prepared
from camdesk.people.models import Person

# A word of the customer never overrides what the installer measured or the operator imported.
_STRENGTH = {"customer": 1, "import": 2, "installer": 3, "agent": 3}
_NOT_AN_ANSWER = {"", "unknown"}

_LOCKED = Prepared(lambda camera: Passport.objects.select_for_update().filter(camera_id=camera), int)


def known_of(camera: Camera) -> dict[str, str]:
    """The filled fields of the passport: {"height": "3-5", …}. Costs a query unless it was select_related."""
    passport = getattr(camera, "passport", None)
    if passport is None:
        return {}
    return {field: value for field in Passport.FIELDS if (value := getattr(passport, field))}


def remember(*, camera: Camera, fields: Mapping[str, str], source: str, by: Person | None, now: datetime) -> list[str]:
    """Takes answers into the passport where nothing stronger is known; returns the names of changed fields.

    Runs inside the caller's transaction.
    """
    known = loaded(camera, "passport")
    if known is not None and not _news(known, fields, source):
        return []  # nothing is locked to write what stands there
    passport = _LOCKED.first(camera.pk) or Passport.objects.select_for_update().get_or_create(camera=camera)[0]
    changed = _news(passport, fields, source)
    for name in changed:
        setattr(passport, name, fields[name])
        passport.said[name] = {"source": source, "at": now.isoformat(), "by": by.pk if by else None}
    if changed:
        passport.save(update_fields=[*changed, "said"])
    return changed


def _news(passport: Passport, fields: Mapping[str, str], source: str) -> list[str]:
    """The names of fields of which this says something new, and strong enough."""
    news = []
    for name, value in fields.items():
        if name not in Passport.FIELDS or not isinstance(value, str) or value in _NOT_AN_ANSWER:
            continue
        if getattr(passport, name) and _STRENGTH[source] < _STRENGTH.get(_source_of(passport, name), 0):
            continue
        if getattr(passport, name) != value:
            news.append(name)
    return news


def _source_of(passport: Passport, name: str) -> str:
    return str(passport.said.get(name, {}).get("source", "import"))
