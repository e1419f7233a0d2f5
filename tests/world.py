"""The cast of the tests: a street, a chain of shops, a stranger and three of the support staff.

Ask for it by name and change one thing:

    def test_a_stranger_sees_nothing(world, client_of):
        client = client_of(world.oleg)
        ...

Every test of rights has its outsider: Oleg, who has one camera and nothing to do with the others.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from camdesk.cameras.models import Camera, Site
from camdesk.channels import inbound
from camdesk.channels.inbound import Came, Matter
from camdesk.people.models import Agent, Membership, Organisation, Person, Team
from camdesk.playbook import current
from camdesk.playbook.document import Playbook
from camdesk.playbook.loading import load
from camdesk.playbook.publishing import publish_document
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.opening import NewTicket
from tests import snapshot
from tests.builder import Builder

PLAYBOOK = Path(__file__).parent.parent / "playbook"
BACKEND = "camdesk.people.allauth_adapter.Backend"


@dataclass(frozen=True)
class World:
    """Persons by their first names; `ira`, `leo` and `ada` are persons too: their Agent is `world.ira.agent`."""

    anna: Person  # a resident with a login: gate, yard and door are hers
    oleg: Person  # the outsider: a login and a camera elsewhere
    boris: Person  # owns the chain of shops
    vera: Person  # works there; of its cameras she sees the till only
    marina: Person  # no login, no camera: she only ever wrote a letter
    ira: Person  # agent of the first line
    leo: Person  # lead
    ada: Person  # administrator

    house: Site  # Anna's
    cottage: Site  # Oleg's
    shop: Site  # the chain's, with till, hall and warehouse
    kiosk: Site  # the chain's second address

    camera_gate: Camera
    camera_yard: Camera  # offline
    camera_door: Camera
    camera_oleg: Camera
    camera_till: Camera
    camera_hall: Camera
    camera_warehouse: Camera
    camera_kiosk: Camera

    chain: Organisation
    first_line: Team
    field_crew: Team


def customer_says(*, ticket: Ticket, by: Person, now: datetime, **came: Any) -> Message:
    """The customer adds a message, by the one door in; of a closed request it is the first one of its follow-up."""
    said = inbound.say(Came(person=by, **came), ticket, now=now).message
    assert said is not None
    return said


def open_request(new: NewTicket, *, by: Person, now: datetime) -> Ticket:
    """A new matter by the one door in, from the values of a ticket."""
    came = Came(
        channel=new.channel, person=new.person, text=new.text, files=new.attachments, proven=new.verified, entered_by=by
    )
    same = {field.name for field in fields(Matter)} & {field.name for field in fields(NewTicket)}
    return inbound.open(came, Matter(**{name: getattr(new, name) for name in same}), now=now).ticket


def build_world(now: datetime) -> World:
    town = Builder(now=now, city="Верхнеозёрск")
    made: dict[str, Any] = {}
    _residents(town, made)
    _chain(town, made)
    _staff(town, made)
    return World(**{field.name: made[field.name] for field in fields(World)})


def _residents(town: Builder, made: dict[str, Any]) -> None:
    anna = town.person("Анна Королёва", email="anna@example.org", phone="+79350000001", login=True)
    oleg = town.person("Олег Сурков", email="oleg@example.org", phone="+79350000002", login=True)
    made |= {"anna": anna, "oleg": oleg}
    made["marina"] = town.person("Марина Ветрова", email="marina@example.com", phone="+79350000003")
    house = made["house"] = town.site("Садовая улица, 12", district="Заречье", person=anna)
    cottage = made["cottage"] = town.site("Лесная улица, 3", district="Сосновка", person=oleg)
    made["camera_gate"] = town.camera(
        "Калитка",
        house,
        owner=anna,
        external_id="gate",
        serial="VK2403110001",
        mac="02:00:5E:00:00:01",
        passport={"provider": "rostelecom", "height": "1.8-3", "supplier": "operator"},
    )
    made["camera_yard"] = town.camera(
        "Двор", house, owner=anna, external_id="yard", status=Camera.Status.OFFLINE, passport={"height": "3-5"}
    )
    made["camera_door"] = town.camera("Входная дверь", house, owner=anna, external_id="door")
    made["camera_oleg"] = town.camera("Участок", cottage, owner=oleg, external_id="oleg-plot")


def _chain(town: Builder, made: dict[str, Any]) -> None:
    boris = made["boris"] = town.person("Борис Ладыгин", email="boris@example.org", phone="+79350000011", login=True)
    vera = made["vera"] = town.person("Вера Ким", email="vera@example.org", phone="+79350000012", login=True)
    chain = made["chain"] = town.organisation("Магазины «Ладья»", owner=boris, external_id="chain")
    shop = made["shop"] = town.site("проспект Мира, 40", name="«Ладья» на Мира", organisation=chain, district="Центр")
    kiosk = made["kiosk"] = town.site("Вокзальная площадь, 1", name="Киоск", organisation=chain, district="Вокзал")
    made["camera_till"] = town.camera("Касса 1", shop, external_id="till")
    made["camera_hall"] = town.camera("Торговый зал", shop, external_id="hall")
    made["camera_warehouse"] = town.camera("Склад", shop, external_id="warehouse")
    made["camera_kiosk"] = town.camera("Киоск", kiosk, external_id="kiosk")
    town.member(vera, chain, Membership.Role.EMPLOYEE, cameras=[made["camera_till"]])


def _staff(town: Builder, made: dict[str, Any]) -> None:
    first_line = made["first_line"] = town.team("support", "Первая линия", "First line")
    field_crew = made["field_crew"] = town.team("field", "Выездная бригада", "Field crew")
    cast = [
        ("ira", "Ирина Белова", Agent.Role.AGENT, [first_line]),
        ("leo", "Леонид Громов", Agent.Role.LEAD, [first_line, field_crew]),
        ("ada", "Ада Тихонова", Agent.Role.ADMINISTRATOR, []),
    ]
    for key, name, role, teams in cast:
        made[key] = town.person(name, email=f"{key}@example.org", login=True)
        town.agent(made[key], role, teams)


@lru_cache(maxsize=1)
def _real_playbook() -> Playbook:
    """The playbook we ship, read once: half a second that a thousand tests share."""
    loaded = load(PLAYBOOK)
    assert loaded.playbook is not None, loaded.problems
    return loaded.playbook


def _publish(now: datetime) -> None:
    publish_document(playbook=_real_playbook(), by=None, now=now)


@pytest.fixture
def playbook(db: None, now: datetime) -> Iterator[Playbook]:
    """The playbook we ship, published."""
    current.forget()
    snapshot.once(("playbook", now), lambda: _publish(now))
    current.forget()
    yield _real_playbook()
    current.forget()


@pytest.fixture
def world(playbook: Playbook, now: datetime) -> World:
    """The cast, standing at `now`, with the playbook published."""
    return snapshot.once(("world", now), lambda: build_world(now))


@pytest.fixture
def client_of(db: None) -> Callable[[Person | None], Client]:
    """A browser in which this person is signed in (nobody for None): client_of(world.anna)."""

    def signed_in(person: Person | None, **defaults: Any) -> Client:
        client = Client(**defaults)
        if person is not None:
            client.force_login(person.user, backend=BACKEND)
        return client

    return signed_in
