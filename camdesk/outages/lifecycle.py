"""An outage is declared, its forecast moves, cameras are added or taken out, and it is closed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from camdesk.lib import leases
from camdesk.outages import linking, notices, open_outages
from camdesk.outages.models import Notice, Outage, OutageCamera
from camdesk.outages.scope import OutageScope, cameras_in
from camdesk.people.models import Person
from camdesk.tickets import queue_changes

_PRESSED_TWICE = timedelta(minutes=10)


class NothingAffected(ValueError):
    """No camera is in the scope."""


class OutageClosed(Exception):
    """It is closed already."""


@dataclass(frozen=True)
class NewOutage:
    """What is declared: words are written for customers, in Russian and, where there is one, English."""

    title_ru: str
    scope: OutageScope
    began_at: datetime
    title_en: str = ""
    affected_ru: str = ""
    affected_en: str = ""
    cause_ru: str = ""
    cause_en: str = ""
    eta: datetime | None = None
    kind: str = Outage.Kind.FAULT
    words: tuple[str, str] = field(default=("", ""))  # of the first letter, beside what it says by itself


def declare(new: NewOutage, *, by: Person, now: datetime) -> Outage:
    """A person declares it: the cameras of the scope become its members for good, the open requests it explains are
    linked, and their customers are told. The same one declared again within a while (a button pressed twice) is that
    one. Raises NothingAffected."""
    with transaction.atomic():
        if (same := _declared_already(new, by=by, now=now)) is not None:
            return same
        cameras = list(cameras_in(new.scope).values_list("pk", flat=True))
        if not cameras:
            raise NothingAffected
        outage = Outage.objects.create(
            kind=new.kind,
            state=Outage.State.CONFIRMED,
            source=Outage.Source.PERSON,
            title_ru=new.title_ru,
            title_en=new.title_en,
            affected_ru=new.affected_ru,
            affected_en=new.affected_en,
            cause_ru=new.cause_ru,
            cause_en=new.cause_en,
            scope=new.scope.stored(),
            provider=new.scope.provider,
            began_at=new.began_at,
            eta=new.eta,
            declared_by=by,
            declared_at=now,
        )
        _add(outage, cameras, now=now)
        linking.link_existing(outage=outage, cameras=cameras, now=now)
        ru, en = new.words
        notices.say(outage=outage, kind=Notice.Kind.DECLARED, by=by, now=now, words_ru=ru, words_en=en)
        _forget()
    return outage


def _declared_already(new: NewOutage, *, by: Person, now: datetime) -> Outage | None:
    Person.objects.select_for_update().get(pk=by.pk)  # the second press waits for the first
    same = Outage.objects.open().filter(declared_by=by, declared_at__gt=now - _PRESSED_TWICE, kind=new.kind)
    same = same.filter(title_ru=new.title_ru, began_at=new.began_at, provider=new.scope.provider)
    return next((one for one in same if one.scope == new.scope.stored()), None)


def change_forecast(
    *, outage: Outage, eta: datetime | None, by: Person, now: datetime, words: tuple[str, str] = ("", "")
) -> bool:
    """A new honest forecast, None when nobody knows; everybody concerned is told. False when it is the old one and
    there is nothing to say. Raises OutageClosed."""
    with _locked(outage) as held:
        if held.eta == eta and not any(words):
            return False
        held.eta = eta
        held.save(update_fields=["eta"])
        ru, en = words
        notices.say(outage=held, kind=Notice.Kind.FORECAST, by=by, now=now, words_ru=ru, words_en=en)
        return True


def add_cameras(*, outage: Outage, scope: OutageScope, by: Person, now: datetime) -> int:
    """More cameras turn out to be touched; requests about them are linked. Returns how many were new.

    Raises OutageClosed."""
    with _locked(outage) as held:
        there = OutageCamera.objects.filter(outage=held).values("camera_id")
        new = list(cameras_in(scope).exclude(pk__in=there).values_list("pk", flat=True))
        _add(held, new, now=now)
        if linking.link_existing(outage=held, cameras=new, now=now):
            said = notices.last_said(held)
            if said is not None:
                notices.tell_some(said, now=now)
                leases.anew(Notice.objects.filter(pk=said.pk), at=now, done_at=None)  # the worker looks after the rest
        return len(new)


def remove_cameras(*, outage: Outage, cameras: Sequence[int], by: Person, now: datetime) -> int:
    """These turned out not to be touched. Requests stay linked until an agent says otherwise. Returns how many.
    Raises OutageClosed."""
    with _locked(outage) as held:
        return OutageCamera.objects.filter(outage=held, camera_id__in=list(cameras)).delete()[0]


def answer_all(*, outage: Outage, by: Person, now: datetime, words: tuple[str, str]) -> Notice:
    """One reply in every linked request. Raises ValueError for no words."""
    ru, en = words
    if not ru.strip():
        raise ValueError("no words")
    with transaction.atomic():
        return notices.say(outage=outage, kind=Notice.Kind.ANSWER, by=by, now=now, words_ru=ru, words_en=en)


def close(*, outage: Outage, by: Person, now: datetime, words: tuple[str, str] = ("", "")) -> None:
    """It is over: everybody concerned gets one last letter. Raises OutageClosed."""
    with _locked(outage) as held:
        held.state, held.closed_at, held.closed_by = Outage.State.CLOSED, now, by
        held.closing_ru, held.closing_en = words
        held.save(update_fields=["state", "closed_at", "closed_by", "closing_ru", "closing_en"])
        ru, en = words
        notices.say(outage=held, kind=Notice.Kind.CLOSED, by=by, now=now, words_ru=ru, words_en=en)


def _add(outage: Outage, cameras: Sequence[int], *, now: datetime) -> None:
    rows = [OutageCamera(outage=outage, camera_id=pk, added_at=now) for pk in cameras]
    OutageCamera.objects.bulk_create(rows, batch_size=500)
    # Its own cameras are looked for through what is remembered of open outages.
    _forget()


@contextmanager
def _locked(outage: Outage) -> Iterator[Outage]:
    """The outage's row, held to the end of the deed. Raises OutageClosed."""
    with transaction.atomic():
        # no_key: a request that is being linked only needs to know that the outage is there.
        held = Outage.objects.select_for_update(no_key=True).get(pk=outage.pk)
        if not held.is_open:
            raise OutageClosed
        yield held
        _forget()


def _forget() -> None:
    open_outages.changed()
    transaction.on_commit(lambda: queue_changes.publish_number("outages"))
