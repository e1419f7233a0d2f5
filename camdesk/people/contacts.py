"""Who is this? Finds the person behind what a channel knows of a sender, or makes a new contact."""

from datetime import datetime

from django.db import IntegrityError, transaction

from camdesk.lib import phones
from camdesk.people.models import ContactPoint, Person


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
    if not made:
        filled = {
            field: value
            for field, value in {"phone": phone, "email": email}.items()
            if value and not getattr(person, field)
        }
        if filled:
            Person.objects.filter(pk=person.pk).update(**filled)
            person.refresh_from_db(fields=list(filled))
    return person


def unverified(*, name: str, phone: str, email: str, language: str = "ru", now: datetime) -> Person:
    """A sender who proved nothing: the contact that said the same address or number before, or a new one.

    Never a person who has proven the address: what is merely said opens nothing and joins nobody's history.
    """
    for kind, value in ((ContactPoint.Kind.EMAIL, email.lower()), (ContactPoint.Kind.PHONE, phone)):
        if not value:
            continue
        point = (
            ContactPoint.objects.filter(
                kind=kind, value=value, verified_at__isnull=True, person__user__isnull=True, person__external_id=None
            )
            .select_related("person")
            .order_by("pk")
            .first()
        )
        if point is not None:
            return point.person
    person = Person.objects.create(
        name=name or email or phones.display(phone) or "?", phone=phone, email=email, language=language, created_at=now
    )
    ContactPoint.objects.bulk_create(
        [
            ContactPoint(person=person, kind=kind, value=value)
            for kind, value in ((ContactPoint.Kind.EMAIL, email.lower()), (ContactPoint.Kind.PHONE, phone))
            if value
        ]
    )
    return person


def of_account(*, kind: str, value: str, name: str, language: str = "ru", now: datetime) -> Person:
    """The person behind an account of another service, which vouches for it: whoever has proven it, or a new one."""
    person = verified(kind=kind, value=value)
    if person is not None:
        return person
    try:
        with transaction.atomic():
            person = Person.objects.create(name=name or value, language=language, created_at=now)
            ContactPoint.objects.create(person=person, kind=kind, value=value.lower(), verified_at=now)
            return person
    except IntegrityError:  # a twin was quicker
        twin = verified(kind=kind, value=value)
        if twin is None:
            raise
        return twin


def verified(*, kind: str, value: str) -> Person | None:
    """The person who has proven this address or number."""
    point = (
        ContactPoint.objects.verified().filter(kind=kind, value=value.lower()).select_related("person").first()
        if value
        else None
    )
    return point.person if point else None


def owns(person: Person, address: str) -> bool:
    """Whether this person has proven the e-mail address. The address of a login that is loaded costs no query."""
    user = person._state.fields_cache.get("user")
    if not address or (user is not None and user.email == address.lower()):
        return bool(address)
    points = ContactPoint.objects.verified().filter(person=person, kind=ContactPoint.Kind.EMAIL)
    return points.filter(value=address.lower()).exists()


def prove(*, person: Person, address: str, now: datetime) -> bool:
    """The e-mail address is this person's own from now on. False when it is another's."""
    try:
        with transaction.atomic():
            point, _made = ContactPoint.objects.get_or_create(
                person=person, kind=ContactPoint.Kind.EMAIL, value=address.lower()
            )
            if point.verified_at is None:
                ContactPoint.objects.filter(pk=point.pk).update(verified_at=now)
    except IntegrityError:
        return False  # somebody else has proven it this moment
    return True
