"""A database of 2026-11-22, made by its own demo, becomes one of today: the same requests, messages, letters, queues.

`demo_2026_11_22.json.xz` holds its rows, [model, primary key, fields] each, as Django's JSON serializer writes them; of
sessions, permissions and content types, which nobody misses, there are none. It was made by starting commit c0c4971
with CAMDESK_DEMO=1 and serializing every model.
"""

import json
import lzma
from collections import Counter as Multiset
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.dateparse import parse_datetime

from camdesk.channels.models import RawLetter
from camdesk.outages.models import Outage
from camdesk.people.models import Agent, Person
from camdesk.tickets import conversation, counts
from camdesk.tickets.models import Clock, Counter, Delivery, Event, Message, Receipt, Ticket, TicketCamera

ROWS: list[tuple[str, Any, dict[str, Any]]] = json.loads(
    lzma.decompress((Path(__file__).parent / "demo_2026_11_22.json.xz").read_bytes())
)
THEN = {
    "people": "0005_signed_out_at",
    "playbook": "0002_digest_of_an_older_content",
    "cameras": "0001_initial",
    "tickets": "0004_letters_in_one",
    "outages": "0001_outages",
    "channels": "0005_letters_listed",
    "bot": "0002_subscriptions_are_of_outages",
}
NOT_YET = {"privacy": None}  # apps that stand on newer tables of those


def of(model: str) -> dict[Any, dict[str, Any]]:
    return {pk: fields for label, pk, fields in ROWS if label == model}


@pytest.fixture
def upgraded(transactional_db: None) -> None:
    executor = MigrationExecutor(connection)
    others = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] not in {**THEN, **NOT_YET}]
    executor.migrate([*THEN.items(), *NOT_YET.items()])
    models = MigrationExecutor(connection).loader.project_state([*THEN.items(), *others]).apps
    try:
        with transaction.atomic():
            for label, pk, fields in ROWS:
                _insert(models.get_model(label), pk, fields)
        with connection.cursor() as cursor:  # numbers were given by us
            for sql in connection.ops.sequence_reset_sql(no_style(), list(models.get_models())):
                cursor.execute(sql)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())


def _insert(model: Any, pk: Any, fields: dict[str, Any]) -> None:
    values = {model._meta.pk.attname: pk}
    for name, value in fields.items():
        field = model._meta.get_field(name)
        if field.many_to_many:
            continue  # its rows are rows of their own
        plain = field.get_internal_type() == "JSONField" or value is None
        values[field.attname] = value if plain else field.to_python(value)
    model._base_manager.bulk_create([model(**values)])


def test_everything_is_there_and_goes_on(upgraded: None, now: datetime) -> None:
    _the_same_requests()
    _the_same_messages_and_events()
    _the_same_letters()
    _the_same_receipts()
    _the_same_queues()
    assert (Person.objects.count(), Agent.objects.count()) == (len(of("people.person")), len(of("people.agent")))
    assert Outage.objects.count() == len(of("outages.outage"))
    assert RawLetter.objects.count() == len(of("channels.rawletter"))
    _and_goes_on(now)


def _the_same_requests() -> None:
    kept = ("subject", "channel", "turn", "urgent", "contact_email", "contact_phone", "facts", "reopenings", "last_seq")
    old = of("tickets.ticket")
    assert {t.pk: {name: getattr(t, name) for name in kept} for t in Ticket.objects.all()} == {
        pk: {name: fields[name] for name in kept} for pk, fields in old.items()
    }
    for ticket in Ticket.objects.all():
        was = old[ticket.pk]
        assert (ticket.person_id, ticket.team_id, ticket.assignee_id) == (was["person"], was["team"], was["assignee"])
        assert (ticket.is_open, ticket.closed_at) == (was["resolved_at"] is None, _moment(was["closed_at"]))
        assert ticket.promised_at == (_moment(was["promised_at"]) if ticket.turn == "us" else ticket.promised_at)
    cameras = Multiset((fields["ticket"], fields["camera"]) for fields in of("tickets.ticketcamera").values())
    assert Multiset(TicketCamera.objects.values_list("ticket", "camera")) == cameras
    waiting = Ticket.objects.open().exclude(turn__in=["bot", "nobody"])
    assert set(Clock.objects.live().values_list("ticket", flat=True)) >= set(waiting.values_list("pk", flat=True))


def _the_same_messages_and_events() -> None:
    messages = of("tickets.message")
    assert {(m.pk, m.ticket_id, m.seq, m.kind, m.text, m.html) for m in Message.objects.all()} == {
        (pk, f["ticket"], f["seq"], f["kind"], f["text"], f["html"]) for pk, f in messages.items()
    }
    events = of("tickets.event")
    assert {(e.pk, e.ticket_id, e.seq, e.name, e.public) for e in Event.objects.all()} == {
        (pk, f["ticket"], f["seq"], f["name"], f["public"]) for pk, f in events.items()
    }


def _the_same_letters() -> None:
    letters = of("tickets.delivery")
    assert {(d.pk, d.kind, d.ticket_id, d.message_id, d.state) for d in Delivery.objects.all()} == {
        (pk, f["kind"], f["ticket"], f["message"], f["state"]) for pk, f in letters.items()
    }


def _the_same_receipts() -> None:
    """A retry that comes after the upgrade still finds its first answer."""
    keys = of("tickets.wayin")
    assert keys
    assert {(r.pk, r.scope, r.key, r.digest, r.ticket_id, r.message_id) for r in Receipt.objects.all()} == {
        (pk, f["scope"], f["key"], f["digest"], f["ticket"], f["message"]) for pk, f in keys.items()
    }


def _the_same_queues() -> None:
    """As counted then, as counted now, and as they are listed."""
    then = {pk: fields["value"] for pk, fields in of("tickets.counter").items() if fields["value"]}
    now = {row.pk: row.value for row in Counter.objects.all() if row.value}
    assert {name: value for name, value in now.items() if name in then} == then
    new = {name: value for name, value in now.items() if name not in then}
    assert new, "what nobody has, for each team: counted since, and counted of what was there"
    for name, length in new.items():
        _unassigned, team, turn = name.split(":")
        assert Ticket.objects.open().filter(team=team, turn=turn, assignee=None).count() == length
    for name, length in then.items():
        if name.startswith("all:") and name != "all:nobody":
            assert Ticket.objects.open().filter(turn=name.removeprefix("all:")).count() == length


def _and_goes_on(now: datetime) -> None:
    ticket = Ticket.objects.open().filter(turn="us").order_by("number")[0]
    agent = Agent.objects.filter(active=True).order_by("pk")[0]
    before = counts.read(["all:us", "all:customer"])
    conversation.reply(ticket=ticket, text="Посмотрели: всё работает", by=agent.person, now=now)
    after = counts.read(["all:us", "all:customer"])
    assert (after["all:us"], after["all:customer"]) == (before["all:us"] - 1, before["all:customer"] + 1)


def _moment(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None
