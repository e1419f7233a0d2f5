"""Somebody else did the same a moment before: whoever comes second learns so, and the caller's transaction goes on.

What the database refuses ends the transaction it was refused in, unless it has a savepoint of its own: PostgreSQL says
so itself, and `_refused` in the place of SQLite. A row of the table finds its twin there when it writes.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from camdesk.channels.mail.incoming import raw_store
from camdesk.channels.models import CallBack, RawLetter
from camdesk.channels.phone import call_back_requests, call_backs
from camdesk.channels.phone.windows import Window
from camdesk.outages import notices
from camdesk.outages.models import Notice
from camdesk.people import extensions, identities
from camdesk.people.identities import EMAIL
from camdesk.tickets import outbox
from camdesk.tickets.models import Delivery, Ticket
from tests import rows
from tests.deeds.channels.letters import letter
from tests.deeds.outages.test_outages import outage_of
from tests.rows import HOUR, NEW, Scene
from tests.rows import scene as scene


def brought(at: Scene) -> Any:
    """Two bring one letter, and both have looked whether it is there."""
    looked = raw_store.reached

    def twin(step: str) -> None:
        raw_store.reached = looked
        raw_store.store(letter(), mailbox="smtp", now=at.now)

    raw_store.reached = twin
    try:
        raw_store.store(letter(), mailbox="smtp", now=at.now)
    finally:
        raw_store.reached = looked
    return RawLetter.objects.count()


def call_back(at: Scene, **changes: Any) -> CallBack:
    meant = {"phone": "+79351234567", "wanted_from": at.now, "wanted_until": at.now + HOUR, "created_at": at.now}
    return CallBack.objects.create(**{"next_try_at": at.now} | meant | changes)


def called_off(at: Scene) -> Any:
    over = call_back(at, state="done", settled_at=at.now)
    call_back(at)
    return call_backs.take_back(call_back=over, by=at.world.ira, now=at.now)


def asked_for_oneself(at: Scene) -> Any:
    """Of two customers who give one number; that of the quicker is undone here with all the rest."""
    ask = call_back_requests.ask

    def slower(**said: Any) -> CallBack:
        call_back(at, person=at.world.oleg)
        return ask(**said)

    call_back_requests.ask = slower
    window = Window("at", at.now, at.now + HOUR)
    try:
        call_back_requests.ask_for_oneself(phone="+79351234567", window=window, note="", by=at.world.anna, now=at.now)
    except call_back_requests.WaitsAlready:
        return CallBack.objects.count()
    finally:
        call_back_requests.ask = ask
    return None


def told(at: Scene) -> Any:
    outage_of(at.world, at.now)
    notice = Notice.objects.get()
    first = notices._claim(notice, at.world.boris, NEW)
    return first is not None, notices._claim(notice, at.world.boris, NEW), notices._claim(notice, at.world.vera, NEW)


def extension(at: Scene) -> Any:
    extensions.set_extension(agent=at.world.leo.agent, extension="101")
    try:
        extensions.set_extension(agent=at.world.ira.agent, extension="101")
    except extensions.ExtensionTaken as taken:
        return taken.name == at.world.leo.name
    return None


def proven(at: Scene) -> Any:
    rows.identity(at, person=at.world.oleg)
    return identities.prove(person=at.world.anna, kind=EMAIL, value=NEW, now=at.now)


def queued(at: Scene) -> Any:
    def letter() -> Delivery:
        return outbox.queue_letter(kind=Delivery.Kind.ACCOUNT, to=NEW, text="Ссылка", now=at.now, dedupe_key="one")

    return letter() == letter()


TWINS: dict[str, tuple[Callable[[Scene], Any], Any]] = {
    "a letter is kept once": (brought, 1),
    "a number waits for one call": (called_off, False),
    "a number waits for one customer": (asked_for_oneself, 0),
    "a person, and an address, is told once": (told, (True, None, None)),
    "a telephone is one agent's": (extension, True),
    "an address is one person's": (proven, False),
    "a letter of a key is queued once": (queued, True),
}


def _refused(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    try:
        return execute(sql, params, many, context)
    except DatabaseError:
        connection.needs_rollback = True  # the way out of a savepoint takes it back
        raise


@pytest.mark.parametrize("name", TWINS)
def test_who_comes_second_learns_so_and_goes_on(scene: Scene, data_folder: Any, name: str) -> None:
    deed, answer = TWINS[name]
    with transaction.atomic(), connection.execute_wrapper(_refused):
        assert deed(scene) == answer
        Ticket.objects.filter(pk=scene.ticket.pk).update(subject="Дальше")
    assert Ticket.objects.get(pk=scene.ticket.pk).subject == "Дальше"
