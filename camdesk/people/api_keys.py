"""Keys of integrations: made, found by their secret, revoked."""

from collections import OrderedDict
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from camdesk.people import limits
from camdesk.people.models import Agent, ApiKey, Person
from camdesk.people.tokens import digest_of, new_token

PREFIX = "cdk_"
_MOST_REMEMBERED = 1_000
_brought: OrderedDict[tuple[str, str], None] = OrderedDict()  # (network, digest) of keys that were right, newest last


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


def find(secret: str, *, address: str, now: datetime) -> ApiKey | None:
    """The key of this secret, unless revoked. Looked up by hash, so its time tells nothing of the secret.

    `address`: the network address it came from. Where many wrong keys came from lately, Limited is raised for all but
    those that were right from there before: somebody who guesses behind the same proxy stops no integration.
    """
    network, digest = limits.network_of(address), digest_of(secret)
    if (network, digest) not in _brought and (wait := limits.wait_of("wrong_keys", network, now=now)):
        raise limits.Limited("wrong_keys", wait)
    found = (
        ApiKey.objects.select_related("person").filter(digest=digest, revoked_at__isnull=True).first()
        if secret.startswith(PREFIX)
        else None
    )
    if found is None:
        _brought.pop((network, digest), None)
        limits.take("wrong_keys", network, now=now)
    else:
        _brought[network, digest] = None
        _brought.move_to_end((network, digest))
        while len(_brought) > _MOST_REMEMBERED:
            _brought.popitem(last=False)
    return found


def in_use() -> QuerySet[ApiKey]:
    """Those that open something."""
    return ApiKey.objects.filter(revoked_at=None).order_by("-pk")


def left_behind() -> QuerySet[ApiKey]:
    """Those in use whose maker has seen the secret and is no administrator any more. They go on: an integration does
    not stop because somebody leaves; a person decides."""
    administrators = Agent.objects.filter(role=Agent.Role.ADMINISTRATOR, active=True)
    return in_use().exclude(created_by=None).exclude(created_by__in=administrators.values("person"))


def forget() -> None:
    """What this process remembers; for tests."""
    _brought.clear()


def revoke(key: ApiKey, *, by: Person | None, now: datetime) -> None:
    ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=now, revoked_by=by)
