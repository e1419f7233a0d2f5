"""Whose address is this, and is it proven? Told here, and nowhere else, for every kind of identity.

A kind is one row of KINDS: how it is called, and its one spelling, in which values are kept and compared. An account of
another service (a messenger, an issuer's subject) needs no row: it is compared as the service wrote it, and its kind is
the name of the channel. What is merely said opens nothing; of all people who say a value at most one has proven it,
which the database holds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from camdesk.lib import phones
from camdesk.lib.internals.related_cache import loaded
from camdesk.lib.prepared import BoundQuery, Prepared
from camdesk.people.models import Identity, Person
from camdesk.people.models.identity import IdentityQuerySet


@dataclass(frozen=True)
class IdentityKind:
    """`spelled`: what people write → the one spelling; raises ValueError where it is none. `shown`: for people.
    `scheme`: of a link to it, "" for none."""

    name: str
    label: Any
    icon: str
    spelled: Callable[[str], str]
    shown: Callable[[str], str] = str
    scheme: str = ""


EMAIL = IdentityKind("email", _("почта"), "mail", lambda raw: raw.strip().lower(), scheme="mailto:")
PHONE = IdentityKind("phone", _("телефон"), "phone", phones.normalise, phones.display, scheme="tel:")
KINDS = {kind.name: kind for kind in (EMAIL, PHONE)}

_SAID = Prepared(lambda person, kind: _values(Identity.objects.filter(person_id=person, kind=kind)), int, str)
_PROVEN = Prepared(
    lambda person, kind: _values(Identity.objects.proven().filter(person_id=person, kind=kind)), int, str
)


def _values(rows: IdentityQuerySet) -> "QuerySet[Identity, str]":
    return rows.best_first().values_list("value", flat=True)


def kind_of(name: str) -> IdentityKind:
    """The kind of this name; of a name without a row: an account, compared as it is written."""
    return KINDS.get(name) or IdentityKind(name, name, "at-sign", str.strip)


def owner(kind: IdentityKind, value: str) -> Person | None:
    """Who has proven it."""
    found = _of(kind, value).proven().select_related("person").first() if value else None
    return found.person if found else None


def is_proven(person: Person, kind: IdentityKind, value: str) -> bool:
    """Whether this person has proven it. The address of a login that is loaded costs no query."""
    user = loaded(person, "user")
    if not value or (kind is EMAIL and user is not None and user.email == kind.spelled(value)):
        return bool(value)
    return _of(kind, value).proven().filter(person=person).exists()


def proven_among(kind: IdentityKind, values: Iterable[str]) -> frozenset[str]:
    """Which of these, in their one spelling, somebody has proven."""
    found = Identity.objects.proven().filter(kind=kind.name, value__in=[_spelled(kind, value) for value in values])
    return frozenset(found.values_list("value", flat=True))


def values_of(person: Person, kind: IdentityKind, *, proven: bool) -> list[str]:
    """What this person has proven, or has said or proven; the preferred one first."""
    return (_PROVEN if proven else _SAID).all(person.pk, kind.name)


def question(person: Person, kind: IdentityKind, *, proven: bool) -> BoundQuery:
    """What `values_of` will ask, for lib/prepared.ahead."""
    return (_PROVEN if proven else _SAID).of(person.pk, kind.name)


def proven_at(person: Person, kind: IdentityKind, value: str) -> datetime | None:
    """When this person proved that it is theirs; None: they have not."""
    return _of(kind, value).filter(person=person).values_list("proven_at", flat=True).first()


def who_said(kind: IdentityKind, value: str) -> list[int]:
    """The persons who merely say it, the newest first."""
    return list(_of(kind, value).said().order_by("-person_id").values_list("person_id", flat=True)) if value else []


def looks_like_one(written: str) -> bool:
    """Whether somebody looks for an address or a number rather than a name."""
    if "@" in written:
        return True
    try:
        return bool(PHONE.spelled(written))
    except ValueError:
        return False


def persons_by(written: str) -> list[int]:
    """The persons who said or proved what somebody wrote, whatever its kind."""
    found: list[int] = []
    for kind in KINDS.values():
        try:
            same = Identity.objects.filter(kind=kind.name, value=kind.spelled(written))
        except ValueError:
            continue
        found += same.values_list("person_id", flat=True)
    return found


def say(person: Person, kind: IdentityKind, value: str) -> None:
    """This person says it of themselves. What they have proven stays proven."""
    if value:
        Identity.objects.get_or_create(person=person, kind=kind.name, value=_spelled(kind, value))


def prove(*, person: Person, kind: IdentityKind, value: str, now: datetime) -> bool:
    """It is this person's own from now on. False when it is another's."""
    try:
        with transaction.atomic():
            one, _made = Identity.objects.get_or_create(person=person, kind=kind.name, value=_spelled(kind, value))
            Identity.objects.said().filter(pk=one.pk).update(proven_at=now)
    except IntegrityError:
        return False  # somebody else has proven it, perhaps this moment
    return True


def prefer(person: Person, kind: IdentityKind, value: str) -> None:
    """Of this person's own of the kind this one is used first; "" is none of them."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        mine = Identity.objects.filter(person=person, kind=kind.name)
        mine.filter(preferred=True).update(preferred=False)
        mine.filter(value=_spelled(kind, value)).update(preferred=True)


def _of(kind: IdentityKind, value: str) -> IdentityQuerySet:
    return Identity.objects.filter(kind=kind.name, value=_spelled(kind, value))


def _spelled(kind: IdentityKind, value: str) -> str:
    """Numbers come normalised; what is none any more (a plan of numbers changes) is compared as it is."""
    try:
        return kind.spelled(value)
    except ValueError:
        return value.strip()
