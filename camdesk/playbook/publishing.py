"""Publishing: a directory becomes the next version, all of it or nothing."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from camdesk.people.models import Person, Team
from camdesk.playbook import current
from camdesk.playbook.document import Playbook
from camdesk.playbook.loading import load
from camdesk.playbook.models import PlaybookVersion, Topic
from camdesk.playbook.yaml_source import Problem

_ATTEMPTS = 5


class PlaybookRefused(ValueError):
    """The directory has faults; nothing was published. `problems` names every one of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"the playbook has {len(problems)} faults, the first: {problems[0]}")
        self.problems = tuple(problems)


def publish(*, directory: Path, by: Person | None, now: datetime, note: str = "") -> PlaybookVersion:
    """Checks the directory and stores it as the next version. Raises PlaybookRefused.

    A content that was published before gives that version again and no new one, unless another was published since:
    then it is in force again under a new number, and the digest tells so.
    """
    return publish_document(playbook=_read(directory), by=by, now=now, note=note)


def publish_newer(*, directory: Path, now: datetime) -> tuple[PlaybookVersion, PlaybookVersion]:
    """As `publish` at a start, where nobody says which is meant: a content that was published before and is not in
    force any more is not put back, for an older checkout on another machine starts as well. Gives the version of the
    directory and the one in force. Raises PlaybookRefused."""
    playbook = _read(directory)
    before = PlaybookVersion.objects.filter(digest=playbook.digest).order_by("-number").first()
    if before is None:
        made = publish_document(playbook=playbook, by=None, now=now)
        return made, made
    newest = PlaybookVersion.objects.order_by("-number")[0]
    return before, newest


def publish_shipped(*, directory: Path, now: datetime) -> tuple[PlaybookVersion, PlaybookVersion]:
    """As `publish_newer`, for the playbook that comes with camdesk: it begins an installation and follows an older one
    that came with camdesk. Where the operator has published their own, that stays in force, also on a machine that has
    not got their folder. Gives the version in force twice then."""
    newest = PlaybookVersion.objects.order_by("-number").first()
    if newest is not None and not newest.shipped:
        return newest, newest
    playbook = _read(directory)
    if newest is not None and PlaybookVersion.objects.filter(digest=playbook.digest).exists():
        return newest, newest
    made = publish_document(playbook=playbook, by=None, now=now, shipped=True)
    return made, made


def _read(directory: Path) -> Playbook:
    """What is published of a directory: contacts that are still the sample's are left out, but for the demo. Raises
    PlaybookRefused."""
    loaded = load(directory, sample_contacts=settings.SAMPLE_CONTACTS)
    if loaded.playbook is None:
        raise PlaybookRefused(loaded.problems)
    return loaded.playbook


def publish_document(
    *, playbook: Playbook, by: Person | None, now: datetime, note: str = "", shipped: bool = False
) -> PlaybookVersion:
    """As `publish`, for a playbook that is already in hand and checked."""
    for _attempt in range(_ATTEMPTS - 1):
        # Another process took the number, or published the same content, a moment ago.
        with contextlib.suppress(IntegrityError):
            return _publish(playbook, by=by, now=now, note=note, shipped=shipped)
    return _publish(playbook, by=by, now=now, note=note, shipped=shipped)


@transaction.atomic
def _publish(playbook: Playbook, *, by: Person | None, now: datetime, note: str, shipped: bool) -> PlaybookVersion:
    newest = PlaybookVersion.objects.order_by("-number").first()
    if newest is not None and newest.digest == playbook.digest:
        return newest
    row = PlaybookVersion.objects.create(
        number=newest.number + 1 if newest else 1,
        digest=playbook.digest,
        content=playbook.to_json(),
        note=note[:300],
        shipped=shipped,
        published_at=now,
        published_by=by,
    )
    _keep_topics(playbook)
    _keep_teams(playbook)
    current.changed()
    return row


def _keep_topics(playbook: Playbook) -> None:
    """One row for each topic; a topic that left stays, inactive, because tickets point at it."""
    rows = [
        Topic(
            id=topic.id,
            ref=topic.ref,
            section=section.id,
            position=position,
            title_ru=topic.title.ru,
            title_en=topic.title.en,
            team=topic.team,
            active=True,
        )
        for section in playbook.sections.values()
        for position, topic in enumerate(playbook.topics_of(section))
    ]
    _free_refs({row.ref: row.id for row in rows})
    Topic.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["ref", "section", "position", "title_ru", "title_en", "team", "active"],
    )
    Topic.objects.exclude(id__in=[row.id for row in rows]).update(active=False)


def _free_refs(wanted: dict[str, str]) -> None:
    """A ref may move from one topic to another, even both ways at once: the old holder gets a name of no meaning."""
    for topic in Topic.objects.filter(ref__in=wanted):
        if wanted[topic.ref] != topic.id:
            unused = "~" + hashlib.sha256(topic.id.encode()).hexdigest()[:9]
            Topic.objects.filter(id=topic.id).update(ref=unused)


def _keep_teams(playbook: Playbook) -> None:
    """The teams that topics name exist; a name that was changed at the desk stays."""
    for team in playbook.teams.values():
        Team.objects.get_or_create(
            slug=team.id, defaults={"name_ru": team.title.ru[:80], "name_en": team.title.en[:80]}
        )
