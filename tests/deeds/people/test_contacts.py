"""A sender who proved nothing: joined to the contact that said the same before, and to nobody's account."""

import pytest

from camdesk.people import contacts, identities
from camdesk.people.identities import EMAIL, PHONE
from camdesk.people.models import Person

SAID = {EMAIL: "said@mail.example", PHONE: "+79125550011"}


@pytest.fixture(params=SAID, ids=lambda kind: kind.name)
def kind(request):
    return request.param


def comes(kind, now) -> Person:
    said = {"email": "", "phone": ""} | {kind.name: SAID[kind]}
    return contacts.unverified(name="Пётр", **said, now=now)


def test_the_same_contact_comes_again(world, kind, now):
    first = comes(kind, now)
    assert comes(kind, now) == first


OTHERS = {
    "whoever said something else": lambda world, kind: world.marina,
    "a login that has said it": lambda world, kind: said_by(world.anna, kind),
    "a customer of the billing who has said it": lambda world, kind: said_by(billed(world.marina), kind),
}


def said_by(person: Person, kind) -> Person:
    identities.say(person, kind, SAID[kind])
    return person


def billed(person: Person) -> Person:
    Person.objects.filter(pk=person.pk).update(external_id="billing-7")
    return person


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_what_is_merely_said_joins_nobody_elses_history(world, kind, now, other):
    known = set(Person.objects.values_list("pk", flat=True))
    other(world, kind)
    assert comes(kind, now).pk not in known
