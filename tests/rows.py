"""A query finds the rows that are meant, and none that differs from them in one thing.

    QUERIES = {
        "who has proven an address": Query(
            lambda at: owner(EMAIL, "x@example.org"),
            lambda at, **unlike: identity(at, **unlike),
            {"merely said": {"proven_at": None}, "a number": {"kind": "phone"}},
        ),
    }

    @pytest.mark.parametrize("name", QUERIES)
    def test_it_finds_what_is_meant_and_nothing_else(scene, name):
        proven(QUERIES[name], scene)

A row as it is meant changes the answer; each row unlike it in one thing changes nothing, so a condition that goes is
noticed by the row that only it keeps out. Everything is undone between the rows: one scene serves them all.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.test import Client

from camdesk.people.models import Identity, Invitation, Membership, Organisation, Person, User
from camdesk.tickets.models import Attachment, Delivery, Event, Message, OutgoingLetter, Ticket
from camdesk.tickets.opening import NewTicket, open_ticket
from tests.world import BACKEND, World

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEW = "new@example.net"  # nobody's until a row says so


@dataclass(frozen=True)
class Scene:
    """What the rows stand in: Anna's request, and Oleg's beside it."""

    world: World
    now: datetime
    ticket: Ticket
    other: Ticket


Changes = Mapping[str, Any] | Callable[[Scene], Mapping[str, Any]]


@dataclass(frozen=True)
class Query:
    """`asked`: what is compared, of a deed too: what it does is undone. `row`: makes one that is meant, but for the
    changes it is given. `unlike`: what else there may be, each by what it is unlike in."""

    asked: Callable[[Scene], Any]
    row: Callable[..., Any]
    unlike: Mapping[str, Changes] = field(default_factory=dict)


def proven(query: Query, at: Scene) -> None:
    """Raises AssertionError: nothing is found, or what is not meant."""
    before = _answer(query, at)
    with undone():
        query.row(at)
        assert _answer(query, at) != before, "the row that is meant is not found"
    for what, changes in query.unlike.items():
        with undone():
            query.row(at, **(changes(at) if callable(changes) else changes))
            assert _answer(query, at) == before, f"found, though unlike: {what}"


def _answer(query: Query, at: Scene) -> Any:
    with undone():
        return query.asked(at)


@contextmanager
def undone() -> Iterator[None]:
    """What is written within it is not there afterwards, nor is it told."""
    told = len(connection.run_on_commit)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    del connection.run_on_commit[told:]


def whether(fault: type[Exception], deed: Callable[[], Any]) -> Any:
    """What the deed answers, or that it refuses."""
    try:
        with transaction.atomic():
            return deed()
    except fault:
        return fault


def keys(rows: Any) -> list[Any]:
    return sorted(row.pk for row in rows)


_MAIN, _MARKUP = re.compile(r"<main.*</main>", re.DOTALL), re.compile(r"<script.*?</script>|<[^>]*>", re.DOTALL)


def browser_of(who: Person) -> Client:
    """One in which they are signed in, for what is undone afterwards."""
    client = Client()
    client.force_login(who.user, backend=BACKEND)
    return client


def words_of(who: Person, address: str, /, *, cookies: Mapping[str, str] | None = None, **asked: Any) -> str:
    """What they read there, without the frame that stands around every page: the status and the words."""
    client = browser_of(who)
    client.cookies.load(dict(cookies or {}))
    answer = client.get(address, asked)
    page = answer.content.decode()
    main = _MAIN.search(page)
    return f"{answer.status_code} {' '.join(_MARKUP.sub(' ', main[0] if main else page).split())}"


# --- rows


def like(row: models.Model, **changes: Any) -> Any:
    """Another row like this one, but for the changes."""
    copy = type(row)._base_manager.get(pk=row.pk)
    copy.pk = None
    copy._state.adding = True
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)
    return copy


def ticket(at: Scene, **changes: Any) -> Ticket:
    made: Ticket = like(at.ticket, **changes)
    return made


def identity(at: Scene, **changes: Any) -> Identity:
    meant = {"person": at.world.anna, "kind": "email", "value": NEW, "proven_at": at.now}
    return Identity.objects.create(**meant | changes)


def person(at: Scene, *, login: bool = False, said: str = NEW, **changes: Any) -> Person:
    """Somebody who says of themselves that the address is theirs."""
    who = Person.objects.create(**{"name": "Ещё кто-то", "created_at": at.now} | changes)
    Identity.objects.create(person=who, kind="email", value=said)
    if login:
        User.objects.create(email=f"login-{who.pk}@example.net", person=who)
    return who


def invitation(at: Scene, **changes: Any) -> Invitation:
    meant = {"email": NEW, "token_digest": "0" * 64, "created_at": at.now, "expires_at": at.now + DAY}
    return Invitation.objects.create(**meant | changes)


def membership(at: Scene, **changes: Any) -> Membership:
    meant = {"person": at.world.anna, "organisation": at.world.chain, "role": Membership.Role.OWNER}
    return Membership.objects.create(**meant | changes)


def organisation(at: Scene) -> Organisation:
    return Organisation.objects.get_or_create(name="Ещё одна")[0]


def message(at: Scene, **changes: Any) -> Message:
    meant = {"ticket": at.ticket, "seq": 50, "kind": "reply", "channel": "mail", "by": at.world.ira, "text": "Слова"}
    return Message.objects.create(**{"at": at.now} | meant | changes)


def event(at: Scene, **changes: Any) -> Event:
    meant = {"ticket": at.ticket, "seq": 50, "name": "message.sent", "at": at.now}
    return Event.objects.create(**meant | changes)


def attachment(at: Scene, **changes: Any) -> Attachment:
    meant = {"id": "wanted", "uploaded_by": at.world.anna, "name": "a.txt", "content_type": "text/plain"}
    return Attachment.objects.create(**{"storage_key": "k", "created_at": at.now} | meant | changes)


def delivery(at: Scene, *, letter: Mapping[str, Any] | None = None, **changes: Any) -> Delivery:
    """`letter`: what is unlike in the letter beside it."""
    meant = {"kind": "reply", "ticket": at.ticket, "to": "anna@example.org", "state": "waiting"}
    row = Delivery.objects.create(**{"next_try_at": at.now, "created_at": at.now} | meant | changes)
    words = {"letter_id": f"row-{row.pk}@example.net", "text": "Слова", "charged_at": at.now}
    OutgoingLetter.objects.create(delivery=row, **words | dict(letter or {}))
    return row


@pytest.fixture
def scene(world: World, now: datetime) -> Scene:
    def opened(who: Person, camera: Any, at: datetime) -> Ticket:
        words = {"topic": "camera-offline", "text": "Не показывает", "channel": "form", "person": who}
        contact = {"contact_name": who.name, "contact_phone": who.phone, "contact_email": who.email}
        return open_ticket(NewTicket(**words, **contact, cameras=[camera]), by=who, now=at).ticket

    hers = opened(world.anna, world.camera_yard, now - HOUR)
    return Scene(world, now, hers, opened(world.oleg, world.camera_oleg, now - HOUR))
