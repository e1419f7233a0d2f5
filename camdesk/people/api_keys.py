"""Keys of integrations: made, found by their secret, revoked."""

from datetime import datetime

from django.db import transaction

from camdesk.people.models import ApiKey, Person
from camdesk.people.tokens import digest_of, new_token

PREFIX = "cdk_"


def create(*, name: str, role: str, by: Person | None, now: datetime) -> tuple[ApiKey, str]:
    """Makes a key; returns it and its secret, which is not kept and cannot be shown again."""
    secret = PREFIX + new_token()
    with transaction.atomic():
        person = Person.objects.create(kind=Person.Kind.MACHINE, name=name, created_at=now)
        key = ApiKey.objects.create(
            name=name,
            person=person,
            role=role,
            digest=digest_of(secret),
            hint=secret[len(PREFIX) : len(PREFIX) + 6],
            created_at=now,
            created_by=by,
        )
    return key, secret


def find(secret: str) -> ApiKey | None:
    """The key of this secret, unless revoked. Looked up by hash, so its time tells nothing of the secret."""
    if not secret.startswith(PREFIX):
        return None
    return ApiKey.objects.select_related("person").filter(digest=digest_of(secret), revoked_at__isnull=True).first()


def revoke(key: ApiKey, *, by: Person | None, now: datetime) -> None:
    ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=now, revoked_by=by)
