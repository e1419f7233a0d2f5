"""Bulk upsert of organisations, persons, sites and cameras by external_id.

Each call takes up to 1,000 rows in one transaction; a bad row is told with its index and the others are taken.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from ninja import Router

from camdesk.api.keys import ApiRequest, require
from camdesk.api.moments import in_utc
from camdesk.api.schemas import (
    CameraRow,
    CameraRows,
    OrganisationRows,
    PersonRow,
    PersonRows,
    SiteRow,
    SiteRows,
    Upserted,
)
from camdesk.cameras import passports, readings
from camdesk.cameras.health.machine import Manner
from camdesk.cameras.models import Camera, CameraGrant, Site, StatusSpan
from camdesk.lib import email_addresses, time_zones
from camdesk.lib.phones import BadPhone, normalise
from camdesk.lib.text import TextTooLong, clean_line
from camdesk.people import identities
from camdesk.people.identities import EMAIL, PHONE
from camdesk.people.models import Membership, Organisation, Person
from camdesk.people.session_rights import rights_changed
from camdesk.playbook.consistency import PASSPORT_FIELDS

router = Router(tags=["inventory"])

_SAID = ("provider", "supplier", "height", "connection")
_OF_PASSPORT = {name: most for name in _SAID if (most := PASSPORT_FIELDS[name])}


class BadRow(Exception):
    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@router.put("/organisations", response=Upserted, summary="Create or update organisations")
def put_organisations(request: ApiRequest, payload: OrganisationRows) -> dict[str, Any]:
    return _upsert(request, payload.items, lambda row, now: _organisation(row, now))


@router.put("/persons", response=Upserted, summary="Create or update customers")
def put_persons(request: ApiRequest, payload: PersonRows) -> dict[str, Any]:
    return _upsert(request, payload.items, _person)


@router.put("/sites", response=Upserted, summary="Create or update sites")
def put_sites(request: ApiRequest, payload: SiteRows) -> dict[str, Any]:
    return _upsert(request, payload.items, _site)


@router.put("/cameras", response=Upserted, summary="Create or update cameras, their passports and who sees them")
def put_cameras(request: ApiRequest, payload: CameraRows) -> dict[str, Any]:
    return _upsert(request, payload.items, _camera)


def _upsert(request: ApiRequest, rows: Iterable[Any], put: Callable[[Any, datetime], str]) -> dict[str, Any]:
    require(request.auth, "camera.import")
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    errors = []
    now = timezone.now()
    with transaction.atomic():
        for index, row in enumerate(rows):
            try:
                with transaction.atomic():
                    counts[put(row, now)] += 1
            except BadRow as bad:
                errors.append(
                    {"index": index, "external_id": row.external_id, "field": bad.field, "message": bad.message}
                )
    return counts | {"errors": errors}


def _put(model: type[models.Model], external_id: str, values: dict[str, Any], now: datetime) -> tuple[Any, str]:
    """(object, "created" | "updated" | "unchanged")"""
    row = model._default_manager.select_for_update().filter(external_id=external_id).first()
    if row is None:
        extra = {"created_at": now} if hasattr(model, "created_at") else {}
        return model._default_manager.create(external_id=external_id, **values, **extra), "created"
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if not changed:
        return row, "unchanged"
    for name in changed:
        setattr(row, name, values[name])
    row.save(update_fields=changed)
    return row, "updated"


def _blocked(model: type[models.Model], external_id: str, blocked: bool, now: datetime) -> datetime | None:
    """Blocked since: kept when it was blocked before."""
    if not blocked:
        return None
    known = model._default_manager.filter(external_id=external_id).values_list("blocked_at", flat=True).first()
    return known or now


def _organisation(row: Any, now: datetime) -> str:
    values = {
        "name": _short("name", row.name, 200),
        "plan": row.plan,
        "blocked_at": _blocked(Organisation, row.external_id, row.blocked, now),
    }
    return _put(Organisation, row.external_id, values, now)[1]


def _person(row: PersonRow, now: datetime) -> str:
    values = {
        "name": _short("name", row.name, 120),
        "phone": _phone(row.phone),
        "email": _email(row.email),
        "language": row.language,
        "plan": row.plan,
        "blocked_at": _blocked(Person, row.external_id, row.blocked, now),
    }
    person, outcome = _put(Person, row.external_id, values, now)
    if outcome != "unchanged":
        identities.say(person, EMAIL, person.email)
        identities.say(person, PHONE, person.phone)
    if row.organisation:
        organisation = _named(Organisation, "organisation", row.organisation)
        membership, made = Membership.objects.get_or_create(
            person=person, organisation=organisation, defaults={"role": row.organisation_role, "created_at": now}
        )
        if not made and membership.role != row.organisation_role:
            membership.role = row.organisation_role
            membership.save(update_fields=["role"])
            made = True
        if made:
            rights_changed(person_id=person.pk, now=now)
        if made and outcome == "unchanged":
            return "updated"
    return outcome


def _site(row: SiteRow, now: datetime) -> str:
    values = {
        "address": _short("address", row.address, 300),
        "name": _short("name", row.name, 120),
        "city": _short("city", row.city, 80),
        "district": _short("district", row.district, 80),
        "organisation": _named(Organisation, "organisation", row.organisation),
        "person": _named(Person, "person", row.person),
        "access_notes": row.access_notes,
        "time_zone": _zone(row.time_zone),
    }
    return _put(Site, row.external_id, values, now)[1]


def _camera(row: CameraRow, now: datetime) -> str:
    site = _named(Site, "site", row.site)
    values = {
        "site": site,
        "organisation": site.organisation,
        "name": _short("name", row.name, 120),
        "vendor": row.vendor,
        "model": row.model,
        "serial": row.serial,
        "mac": row.mac,
        "firmware": row.firmware,
        "archive_days": row.archive_days,
    }
    camera, outcome = _put(Camera, row.external_id, values, now)
    said = {name: _short(name, getattr(row, name), most) for name, most in _OF_PASSPORT.items()}
    changed = passports.remember(camera=camera, fields=said, source="import", by=None, now=now)
    granted = _grant(camera, row.people, site, now)
    moved = _state(camera, row, now)
    return "updated" if outcome == "unchanged" and (changed or granted or moved) else outcome


def _state(camera: Camera, row: CameraRow, now: datetime) -> bool:
    """Takes in what is said of its status; whether the verdict is another now."""
    if row.status is None or row.status == camera.status:
        return False
    told = readings.SaidOfCamera(camera.pk, in_utc(row.status_since or now, field="status_since"), row.status)
    source = StatusSpan.Source.API
    return bool(readings.take_in([told], source="inventory", manner=Manner.STATED, span=source, now=now).changed)


def _grant(camera: Camera, people: list[str], site: Site, now: datetime) -> bool:
    persons = [_named(Person, "people", external_id) for external_id in people]
    if site.person:
        persons.append(site.person)
    made = False
    for person in persons:
        kind = CameraGrant.Kind.OWNER if person == site.person else CameraGrant.Kind.SHARED
        made |= CameraGrant.objects.get_or_create(
            person=person, camera=camera, defaults={"kind": kind, "created_at": now}
        )[1]
    return made


def _named(model: type[models.Model], field: str, external_id: str | None) -> Any:
    if not external_id:
        return None
    row = model._default_manager.filter(external_id=external_id).first()
    if row is None:
        raise BadRow(field, f"there is no {model._meta.model_name} {external_id!r}")
    return row


def _short(field: str, raw: str, most: int) -> str:
    try:
        return clean_line(raw, most=most)
    except TextTooLong as error:
        raise BadRow(field, str(error)) from None


def _zone(raw: str) -> str:
    try:
        return time_zones.name_of(raw)
    except time_zones.UnknownZone:
        raise BadRow("time_zone", f"there is no time zone {raw!r}") from None


def _email(raw: str) -> str:
    try:
        return email_addresses.checked(raw)
    except email_addresses.BadEmail as error:
        raise BadRow("email", str(error)) from None


def _phone(raw: str) -> str:
    if not raw.strip():
        return ""
    try:
        return normalise(raw)
    except BadPhone as error:
        raise BadRow("phone", str(error)) from None
