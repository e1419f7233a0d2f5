"""What stood in columns becomes rows: the database of an older camdesk goes on with the clocks it had."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from camdesk.people import models as persons
from camdesk.tickets import conversation
from camdesk.tickets.models import Clock, Ticket

BEFORE = [("tickets", "0004_letters_in_one")]


@pytest.fixture
def older(transactional_db):
    """The models as they were; afterwards the database is the present one again, whatever happened."""
    executor = MigrationExecutor(connection)
    yield executor.migrate(BEFORE).apps
    migrate()


def migrate() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_open_tickets_keep_what_was_promised(older, request, now):
    Person, Topic, Ticket_ = (
        older.get_model(*name) for name in (("people", "Person"), ("playbook", "Topic"), ("tickets", "Ticket"))
    )
    anna = Person.objects.create(name="Анна", created_at=now)
    topic = Topic.objects.create(id="camera-offline", ref="A1", section="camera", title_ru="Камера не работает")
    hour = timedelta(hours=1)

    def ticket(turn, **fields):
        return Ticket_.objects.create(
            subject=turn,
            topic=topic,
            playbook_version=1,
            channel="form",
            person=anna,
            contact_name="Анна",
            turn=turn,
            turn_since=now - hour,
            opened_at=now - 2 * hour,
            last_seq=3,
            **fields,
        ).pk

    due = {"promised_at": now + hour, "next_due_at": now + hour}
    new = ticket("us", **due)
    answered = ticket("us", first_replied_at=now - hour, **due)
    imported = ticket("us")
    waiting = ticket("provider", first_replied_at=now - hour)
    for turn in ("bot", "nobody"):
        ticket(turn, resolved_at=now - hour if turn == "nobody" else None)
    migrate()

    since = now - hour
    assert sorted(Clock.objects.values_list("ticket", "kind", "seq", "started_at", "due_at")) == sorted(
        [
            (new, "us", 3, since, None),
            (new, "first_answer", 3, since, now + hour),
            (answered, "us", 3, since, None),
            (answered, "next_update", 3, since, now + hour),
            (imported, "us", 3, since, None),
            (waiting, "provider", 3, since, None),
        ],
        key=lambda row: row[:3],
    )
    assert Clock.objects.live().count() == 6
    assert Ticket.objects.get(pk=new).next_due_at == now + hour

    # And life goes on with them.
    request.getfixturevalue("playbook")
    ira = persons.Person.objects.create(name="Ирина", created_at=now)
    conversation.reply(ticket=Ticket.objects.get(pk=new), text="Смотрим", by=ira, now=now + 2 * hour)
    clock = Clock.objects.get(ticket=new, kind="first_answer")
    assert (clock.met_at, clock.broken_at) == (now + 2 * hour, now + hour)
    assert Clock.objects.get(ticket=new, kind="customer").is_live
