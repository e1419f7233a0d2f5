"""What an integration reads and writes: each condition has the row that only it keeps out (tests/rows.py)."""

import json
from typing import Any

import pytest
from django.test import Client

from camdesk.people import api_keys
from camdesk.people.models import Organisation, Person
from tests import rows
from tests.rows import DAY, HOUR, NEW, Query, Scene, proven
from tests.rows import scene as scene

TICKET = {
    "topic": "A1",
    "text": "Не работает",
    "person": {"name": "П", "phone": "+79350000101", "external_id": "crm-77"},
}
NUMBER = 10**6  # no request's until a row says so


def called(method: str, address: str, body: object = None, *, role: str = "administrator", **asked: str):
    """The status, and what an integration is answered."""

    def answered(at: Scene):
        _key, secret = api_keys.create(name="CRM", role=role, by=None, now=at.now)
        client = Client(headers={"authorization": f"Bearer {secret}"}, query_params=asked)
        where = f"/api/v1{address.format(ticket=at.ticket.pk)}"
        sent = json.dumps(body) if body is not None else ""
        answer = client.generic(method, where, sent, content_type="application/json", query_params=asked)
        return answer.status_code, answer.json() if answer.content else None

    return answered


def listed(**asked: str):
    def read(at: Scene):
        _status, page = called("GET", "/tickets", role="agent", **asked)(at)
        return [one["number"] for one in page["items"]]

    return read


def ticket(at: Scene, **changes: Any):
    """Active last of all."""
    return rows.ticket(at, **{"pk": NUMBER, "active_at": at.now + DAY} | changes)


def crews(at: Scene):
    """Of a team that keeps its requests to itself."""
    crew = at.world.field_crew
    crew.closed = True
    crew.save()
    return {"team": crew}


def settled(at: Scene):
    return {"turn": "nobody", "resolved_at": at.now}


def camera(at: Scene, **changes: Any):
    changes = {"external_id": "wanted", "serial": "", "mac": "", "name": "Новая"} | changes
    return rows.like(at.world.camera_oleg, **changes)


def opened_about(at: Scene):
    """Which cameras a request is opened about that names one by its id."""
    status, _answer = called("POST", "/tickets", {**TICKET, "cameras": ["wanted"]})(at)
    made = at.ticket.__class__.objects.order_by("-pk").first()
    return status, list(made.cameras.values_list("external_id", flat=True)) if status == 201 else []


def known(at: Scene, **changes: Any):
    return Person.objects.create(**{"name": "Известный", "external_id": "wanted"} | changes)


def organisation(at: Scene, **changes: Any):
    """Blocked since yesterday."""
    meant = {"name": "Их", "external_id": "wanted", "blocked_at": at.now - DAY}
    return Organisation.objects.create(**meant | changes)


def put(kind: str, *items: dict[str, Any]):
    """What becomes of the rows, and of the table."""

    def done(at: Scene):
        status, answer = called("PUT", f"/{kind}", {"items": list(items)})(at)
        return status, answer

    return done


def blocked_since(at: Scene):
    called("PUT", "/organisations", {"items": [{"external_id": "wanted", "name": "Их", "blocked": True}]})(at)
    return Organisation.objects.get(external_id="wanted").blocked_at < at.now


QUERIES = {
    "a request": Query(
        called("GET", f"/tickets/{NUMBER}", role="agent"),
        ticket,
        {"another": {"pk": NUMBER + 1}, "a closed team's": crews},
    ),
    "a request that is rated": Query(
        called("POST", f"/tickets/{NUMBER}/ratings", {"stars": 5}, role="agent"),
        lambda at, **unlike: ticket(at, **settled(at) | unlike),
        {"another": {"pk": NUMBER + 1}, "a closed team's": crews},
    ),
    "requests": Query(listed(), ticket, {"a closed team's": crews}),
    "requests of whose move": Query(listed(turn="us"), ticket, {"the customer's": {"turn": "customer"}}),
    "open requests": Query(listed(turn="open"), ticket, {"settled": settled}),
    "requests of a topic": Query(
        listed(topic="camera-offline"), ticket, {"of another": {"topic_id": "unclear-charge"}}
    ),
    "requests of a team": Query(
        listed(team="support"),
        lambda at, **unlike: ticket(at, **{"team": at.world.first_line} | unlike),
        {"of another": lambda at: {"team": at.world.field_crew}, "of none": {"team": None}},
    ),
    "requests of a person": Query(
        listed(person="wanted"),
        lambda at, **unlike: ticket(at, **{"person": known(at)} | unlike),
        {"of another": lambda at: {"person": known(at, external_id="x")}},
    ),
    "requests active since": Query(
        listed(active_since="2026-03-17T09:30:00Z"), ticket, {"before": lambda at: {"active_at": at.now - HOUR}}
    ),
    "requests after a cursor": Query(
        lambda at: listed(cursor=cursor(at))(at),
        lambda at, **unlike: ticket(at, **{"active_at": at.now - DAY} | unlike),
        {"later ones": lambda at: {"active_at": at.now + DAY}, "shown already": lambda at: {"active_at": at.now}},
    ),
    "cameras by their id": Query(
        opened_about, camera, {"another": {"external_id": "x"}, "taken down": lambda at: {"retired_at": at.now}}
    ),
    "who is invited": Query(
        lambda at: called("POST", "/persons/wanted/invitation")(at)[0],
        lambda at, **unlike: known(at, **{"email": NEW} | unlike),
        {"another": {"external_id": "x"}},
    ),
    "an object that is there": Query(
        put("organisations", {"external_id": "wanted", "name": "Их"}), organisation, {"another": {"external_id": "x"}}
    ),
    "since when it is blocked": Query(blocked_since, organisation, {"another": {"external_id": "x"}}),
    "what is named": Query(
        put("sites", {"external_id": "s", "address": "Улица, 1", "organisation": "wanted"}),
        organisation,
        {"another": {"external_id": "x"}},
    ),
}


def cursor(at: Scene) -> str:
    from camdesk.api.cursors import encode

    return encode(at.now, NUMBER)


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name):
    proven(QUERIES[name], scene)
