"""Who is this? Finds the person behind what a channel knows of a sender, or makes a new contact."""

from datetime import datetime

from django.db import transaction

from camdesk.lib import phones
from camdesk.people import identities
from camdesk.people.identities import EMAIL, PHONE, IdentityKind
from camdesk.people.models import Person


def by_external_id(
    *, external_id: str, name: str, phone: str, email: str, language: str = "ru", now: datetime
) -> Person:
    """The customer the operator's own system names. Made when new; what is empty is filled, nothing is overwritten."""
    person, made = Person.objects.get_or_create(
        external_id=external_id,
        defaults={
            "name": name or external_id,
            "phone": phone,
            "email": email,
            "language": language,
            "created_at": now,
        },
    )
    said = {"phone": phone, "email": email}
    filled = {name: value for name, value in said.items() if value and not getattr(person, name)}
    if filled:
        Person.objects.filter(pk=person.pk).update(**filled)
        person.refresh_from_db(fields=list(filled))
    if made or filled:
        identities.say(person, EMAIL, person.email)
        identities.say(person, PHONE, person.phone)
    return person


def by_mailbox(address: str) -> Person | None:
    """Who it is that reads the letters to this address: its proven owner, else the one customer without a login whom
    the operator's system gave it to. Of two such it is neither: an office's address is nobody's. For whoever has shown
    that they read them."""
    owner = identities.owner(EMAIL, address)
    if owner is not None:
        return owner
    said = identities.who_said(EMAIL, address)
    imported = Person.objects.filter(pk__in=said, user=None, agent=None, kind=Person.Kind.HUMAN)
    found = list(imported.exclude(external_id=None)[:2])
    return found[0] if len(found) == 1 else None


def prove_imported(address: str, *, now: datetime) -> None:
    """A customer whom the operator's system gave this address has shown that they write from it: it is proven."""
    person = by_mailbox(address)
    if person is not None and not identities.is_proven(person, EMAIL, address):
        identities.prove(person=person, kind=EMAIL, value=address, now=now)


def unverified(*, name: str, phone: str, email: str, language: str = "ru", now: datetime) -> Person:
    """A sender who proved nothing: the contact that said the same address or number before, or a new one.

    Never a person who has proven the address: what is merely said opens nothing and joins nobody's history.
    """
    for kind, value in ((EMAIL, email), (PHONE, phone)):
        known = Person.objects.filter(pk__in=identities.who_said(kind, value), user=None, external_id=None)
        if value and (person := known.order_by("pk").first()) is not None:
            return person
    person = Person.objects.create(
        name=name or email or phones.display(phone) or "?", phone=phone, email=email, language=language, created_at=now
    )
    identities.say(person, EMAIL, email)
    identities.say(person, PHONE, phone)
    return person


def of_account(*, kind: IdentityKind, value: str, name: str, language: str = "ru", now: datetime) -> Person:
    """The person behind an account of another service, which vouches for it: whoever has proven it, or a new one."""
    person = identities.owner(kind, value)
    if person is not None:
        return person
    with transaction.atomic():
        person = Person.objects.create(name=name or value, language=language, created_at=now)
        if identities.prove(person=person, kind=kind, value=value, now=now):
            return person
        person.delete()  # a twin was quicker
    twin = identities.owner(kind, value)
    assert twin is not None
    return twin
