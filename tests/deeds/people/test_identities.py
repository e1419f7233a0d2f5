"""Whose address is this, and is it proven: one table and one rule for every kind."""

import pytest
from django.db import IntegrityError, transaction

from camdesk.people import contacts, identities
from camdesk.people.identities import EMAIL, KINDS, PHONE, kind_of
from camdesk.people.models import Identity, Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("playbook")]

TELEGRAM = kind_of("telegram")
WRITTEN = {  # kind: what is written, the same written otherwise, another's
    EMAIL: ("Anna@Example.org", " anna@example.ORG ", "anna@example.com"),
    PHONE: ("+7 935 000-00-01", "8 (935) 000-00-01", "+7 935 000-00-02"),
    TELEGRAM: ("4711", " 4711 ", "4712"),
}
every_kind = pytest.mark.parametrize("kind", WRITTEN, ids=lambda kind: kind.name)


@pytest.fixture
def anna(now) -> Person:
    return Person.objects.create(name="Анна", created_at=now)


@pytest.fixture
def oleg(now) -> Person:
    return Person.objects.create(name="Олег", created_at=now)


def test_every_kind_is_tried_here():
    assert set(KINDS.values()) <= set(WRITTEN)
    assert TELEGRAM.name not in KINDS, "a kind without a row of its own"


@pytest.mark.whole("camdesk.people.identities.prove")
@every_kind
def test_one_spelling_is_kept_and_compared(anna, kind, now):
    written, otherwise, other = WRITTEN[kind]
    assert identities.prove(person=anna, kind=kind, value=written, now=now)
    assert identities.owner(kind, otherwise) == anna
    assert identities.is_proven(anna, kind, otherwise)
    assert identities.owner(kind, other) is None
    assert not identities.is_proven(anna, kind, other)
    assert identities.prove(person=anna, kind=kind, value=otherwise, now=now)
    assert Identity.objects.filter(person=anna).count() == 1


@every_kind
def test_what_is_said_opens_nothing(anna, oleg, kind, now):
    written = WRITTEN[kind][0]
    identities.say(anna, kind, written)
    identities.say(oleg, kind, written)
    assert identities.owner(kind, written) is None
    assert not identities.is_proven(anna, kind, written)
    assert identities.who_said(kind, written) == [oleg.pk, anna.pk]
    assert identities.prove(person=oleg, kind=kind, value=written, now=now)
    assert identities.who_said(kind, written) == [anna.pk], "oleg does not merely say it"
    assert not identities.is_proven(anna, kind, written)


@every_kind
def test_one_value_is_proven_by_one_person(anna, oleg, kind, now):
    written, otherwise, _other = WRITTEN[kind]
    assert identities.prove(person=anna, kind=kind, value=written, now=now)
    assert not identities.prove(person=oleg, kind=kind, value=otherwise, now=now)
    assert identities.owner(kind, written) == anna
    assert identities.values_of(oleg, kind, proven=True) == []
    value = Identity.objects.get(person=anna).value
    with pytest.raises(IntegrityError), transaction.atomic():
        Identity.objects.create(person=oleg, kind=kind.name, value=value, proven_at=now)


def test_kinds_do_not_meet(anna, oleg, now):
    identities.prove(person=anna, kind=TELEGRAM, value="4711", now=now)
    assert identities.prove(person=oleg, kind=kind_of("vk"), value="4711", now=now)
    assert identities.owner(TELEGRAM, "4711") == anna


@pytest.mark.whole("camdesk.people.identities.prefer")
def test_one_of_several_is_preferred(anna, now):
    for value in ("a@example.org", "b@example.org", "c@example.org"):
        identities.say(anna, EMAIL, value)
    identities.prove(person=anna, kind=EMAIL, value="b@example.org", now=now)
    assert identities.values_of(anna, EMAIL, proven=False) == ["b@example.org", "a@example.org", "c@example.org"]
    assert identities.values_of(anna, EMAIL, proven=True) == ["b@example.org"]
    for value in ("c@example.org", "a@example.org"):
        identities.prefer(anna, EMAIL, value.upper())
        assert identities.values_of(anna, EMAIL, proven=False)[0] == value
    with pytest.raises(IntegrityError), transaction.atomic():
        Identity.objects.filter(person=anna).update(preferred=True)


@pytest.mark.whole("camdesk.people.contacts.of_account")
def test_an_account_is_one_person_for_ever(now):
    first = contacts.of_account(kind=TELEGRAM, value="4711", name="Анна", now=now)
    again = contacts.of_account(kind=TELEGRAM, value="4711", name="Зовусь иначе", now=now)
    assert (again.pk, again.name) == (first.pk, "Анна")
    assert contacts.of_account(kind=TELEGRAM, value="4712", name="Анна", now=now) != first, "a name proves nothing"


def test_nobody_is_found_by_nothing(anna):
    identities.say(anna, EMAIL, "")
    assert not Identity.objects.exists()
    for kind in WRITTEN:
        assert identities.owner(kind, "") is None
        assert identities.who_said(kind, "") == []
        assert not identities.is_proven(anna, kind, "")


@pytest.mark.parametrize("written", ["Anna@Example.org", "8 935 000-00-01"])
def test_who_is_looked_for_is_found_however_it_is_written(anna, oleg, now, written):
    identities.say(anna, EMAIL, "anna@example.org")
    identities.prove(person=anna, kind=PHONE, value="+79350000001", now=now)
    assert identities.looks_like_one(written)
    assert identities.persons_by(written) == [anna.pk]
    assert not identities.looks_like_one("Анна")


def test_what_the_operators_system_says_later_fills_what_is_empty(db, now):
    said = {"external_id": "crm-1", "name": "Пётр", "now": now}
    made = contacts.by_external_id(phone="", email="petr@example.org", **said)
    again = contacts.by_external_id(phone="+79350000303", email="other@example.org", **said)
    assert (again.pk, again.phone, again.email) == (made.pk, "+79350000303", "petr@example.org")
    assert set(again.identities.values_list("value", flat=True)) == {"petr@example.org", "+79350000303"}
