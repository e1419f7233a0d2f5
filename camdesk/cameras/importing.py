"""Sites and cameras with their passports, made or brought up to date from a table.

    reading = read(path.read_bytes())
    report = import_cameras(rows=reading.rows, by=person, now=now)

Idempotent: a second import of the same file changes nothing. An empty cell leaves what is known as it is, so an import
never erases. A camera is known by its external id, else by organisation and serial number, else organisation and MAC.
docs/importing.md tells all this to the one who makes the table.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from camdesk.cameras import passports, readings
from camdesk.cameras.health.machine import Manner
from camdesk.cameras.lookup import KnownRows, RowRefused
from camdesk.cameras.models import Camera, Passport, Site, StatusSpan
from camdesk.cameras.rows import RowProblem, TableReading, TableRow, read
from camdesk.people.models import Person

__all__ = ["Done", "ImportReport", "RowProblem", "TableReading", "TableRow", "import_cameras", "read"]

_CHUNK = 100  # rows of one transaction: other writers wait for no more than that
_OF_CAMERA = ("name", "external_id", "vendor", "model", "serial", "mac", "firmware")
_OF_SITE = {
    "site_name": "name",
    "city": "city",
    "district": "district",
    "site_id": "external_id",
    "time_zone": "time_zone",
}
_OF_PASSPORT = ("provider", "supplier", "height", "connection", "mount", "port", "access")

Changes = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Done:
    """One camera made or changed. `changes`: {field: (before, after)}, empty for a new camera."""

    line: int
    name: str
    changes: Changes = field(default_factory=dict)


@dataclass
class ImportReport:
    """What an import did, or, after a dry run, would do."""

    created: list[Done] = field(default_factory=list)
    updated: list[Done] = field(default_factory=list)
    unchanged: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    dry_run: bool = False


class _DryRun(Exception):
    pass


def import_cameras(
    *, rows: Iterable[TableRow], by: Person | None, now: datetime, dry_run: bool = False
) -> ImportReport:
    """Takes the rows in; a bad one is reported and the others go on.

    `dry_run`: the same report, and nothing is kept. One transaction for every 100 rows: an import that was cut short is
    finished by running it again.
    """
    report = ImportReport(dry_run=dry_run)
    pending = iter(rows)
    while chunk := list(islice(pending, _CHUNK)):
        try:
            with transaction.atomic():
                known = KnownRows(chunk)
                told = [seen for row in chunk if (seen := _take_in(row, known, report, by=by, now=now))]
                readings.take_in(told, source="import", manner=Manner.STATED, span=StatusSpan.Source.IMPORT, now=now)
                if dry_run:
                    raise _DryRun
        except _DryRun:
            pass
    return report


def _take_in(
    row: TableRow, known: KnownRows, report: ImportReport, *, by: Person | None, now: datetime
) -> readings.SaidOfCamera | None:
    """What the row says of its camera's status, when that is news."""
    try:
        with transaction.atomic():
            return _apply(row, known, report, by=by, now=now)
    except RowRefused as refusal:
        known.after_refusal()
        column = row.headers.get(refusal.column) or row.headers.get(f"{refusal.column}_id", "")
        report.problems.append(RowProblem(row.line, column, str(refusal)))
    except IntegrityError:
        # Somebody else made the same camera or site since this chunk was looked up.
        known.look_up()
        text = _("Эту камеру кто-то изменил одновременно с вами: загрузите строку ещё раз.")
        report.problems.append(RowProblem(row.line, "", text))
    return None


def _apply(
    row: TableRow, known: KnownRows, report: ImportReport, *, by: Person | None, now: datetime
) -> readings.SaidOfCamera | None:
    organisation_id = known.organisation_of(row)
    camera = known.camera_of(row, organisation_id)
    is_new = camera is None
    if camera is None:
        camera = _new(row, organisation_id, now=now)
    site = known.site_of(row, camera)
    # Whatever can be refused has been; from here on we write.
    changes = _bring_up_to_date(camera, site, row, known, now=now)
    changes |= _passport(camera, row, is_new=is_new, by=by, now=now)
    told = row.values.get("status", "")
    before = known.told.get(camera.pk, camera.status)
    differs = bool(told) and told != before
    # What somebody reports is no news to a table; what it says is kept, for when nobody does any more.
    if differs and (is_new or not readings.is_looked_at(camera, now=now)):
        changes["status"] = (before, told)
        known.told[camera.pk] = told
    known.learn(camera)
    if is_new:
        report.created.append(Done(row.line, camera.name))
    elif changes:
        report.updated.append(Done(row.line, camera.name, changes))
    else:
        report.unchanged += 1
    return readings.SaidOfCamera(camera.pk, now, told) if differs else None


def _new(row: TableRow, organisation_id: int | None, *, now: datetime) -> Camera:
    if "name" not in row.values:
        raise RowRefused("name", _("Новой камере нужно название."))
    return Camera(organisation_id=organisation_id, created_at=now)


def _bring_up_to_date(camera: Camera, site: Site, row: TableRow, known: KnownRows, *, now: datetime) -> Changes:
    """Sets what the row says of camera and site; {field: (before, after)}."""
    values, changes = row.values, _site_changes(site, row)
    adopted = site.organisation_id is None and site.person_id is None and camera.organisation_id is not None
    if adopted:
        site.organisation_id = camera.organisation_id
    if site.pk is None or changes or adopted:
        site.save()
        known.learn_site(site)
    given: dict[str, Any] = {name: values[name] for name in _OF_CAMERA if name in values}
    if "archive_days" in values:
        given["archive_days"] = int(values["archive_days"])
    of_camera = {
        name: (str(before or ""), str(value))
        for name, value in given.items()
        if (before := getattr(camera, name)) != value
    }
    for name in of_camera:
        setattr(camera, name, given[name])
    if (owner := known.claimed(camera)) is not None:
        of_camera["organisation"] = ("", owner)
    if site.pk != camera.site_id:
        of_camera["address"] = (camera.site.address if camera.site_id else "", site.address)
        camera.site = site
    if camera.pk is None:
        camera.save()
    elif of_camera:
        # Not the status: that may have changed since the row was looked up (cameras/status.py).
        camera.save(update_fields=[*given, "organisation", "site"])
    return changes | of_camera


def _site_changes(site: Site, row: TableRow) -> Changes:
    """Sets what the row says of the site; the address too when the site is known by its id."""
    changes: Changes = {}
    names = dict(_OF_SITE)
    if site.pk is None or (row.values.get("site_id") and site.external_id == row.values["site_id"]):
        names["address"] = "address"
    for name, attribute in names.items():
        before, after = getattr(site, attribute) or "", row.values.get(name)
        if after and before != after:
            setattr(site, attribute, after)
            if site.pk is not None:
                changes[name] = (before, after)
    return changes


def _passport(camera: Camera, row: TableRow, *, is_new: bool, by: Person | None, now: datetime) -> Changes:
    """Offers the row to the passport; what an installer or agent said stays (cameras/passports.py)."""
    given = {name: row.values[name] for name in _OF_PASSPORT if name in row.values}
    if not given:
        return {}
    passport: Passport | None = None if is_new else getattr(camera, "passport", None)
    before = {name: getattr(passport, name, "") for name in given}
    changed: list[str] = []
    if given != before:
        changed = passports.remember(camera=camera, fields=given, source="import", by=by, now=now)
    changes = {name: (before[name], given[name]) for name in changed}
    if "height" in changed or (row.height_cm is not None and before["height"] == given["height"]):
        changes |= _measure(camera, before=passport.height_cm if passport else None, after=row.height_cm)
    return changes


def _measure(camera: Camera, *, before: int | None, after: int | None) -> Changes:
    """A measure goes with its range: not taken where the range was not, forgotten when only the range is known."""
    if before == after:
        return {}
    Passport.objects.filter(camera=camera).update(height_cm=after)
    return {"height_cm": (str(before or ""), str(after or ""))}
