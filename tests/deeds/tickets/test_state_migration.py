"""What stood in columns becomes rows: the database of an older camdesk goes on with the clocks it had."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from camdesk.people import models as persons
from camdesk.tickets import conversation
from camdesk.tickets.models import Clock, Rating, Ticket

hour = timedelta(hours=1)
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


@pytest.fixture
def ticket(older, now):
    """Makes one as they were; returns its number."""
    anna = older.get_model("people", "Person").objects.create(name="Анна", created_at=now)
    topic = older.get_model("playbook", "Topic").objects.create(
        id="camera-offline", ref="A1", section="camera", title_ru="Камера не работает"
    )

    def made(turn, **fields):
        values = {"opened_at": now - 2 * hour, "turn_since": now - hour, "last_seq": 3, **fields}
        return (
            older.get_model("tickets", "Ticket")
            .objects.create(
                subject=turn,
                topic=topic,
                playbook_version=1,
                channel="form",
                person=anna,
                contact_name="Анна",
                turn=turn,
                **values,
            )
            .pk
        )

    return made


def test_open_tickets_keep_what_was_promised(ticket, request, now):
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


def test_a_rating_goes_to_the_resolution_it_was_of(older, ticket, now):
    """Each is what happened to a ticket, in order; `rated 4` is an event of old."""
    told = {
        "resolved, rated 4": {1: 4},
        "resolved, rated 4, rated 2": {1: 2},
        "resolved, rated 4, reopened, resolved, rated 5": {1: 4, 2: 5},
        "resolved, reopened, rated 1": {1: 1},
        "resolved, taken back, resolved, rated 3": {1: 3},
        "rated 2": {0: 2},
    }
    made = {}
    for story in told:
        steps = story.split(", ")
        last = [int(step[6:]) for step in steps if step.startswith("rated")][-1]
        is_open = steps.count("resolved") - steps.count("taken back") <= steps.count("reopened")
        number = made[story] = ticket(
            "us" if is_open else "nobody",
            resolved_at=None if is_open else now,
            reopenings=steps.count("reopened"),
            rating=last,
            rating_comment="сказано",
        )
        names = {"taken back": "resolution.taken_back"}
        for seq, step in enumerate(steps, 1):
            word, _, stars = step.partition(" ") if step.startswith("rated") else (step, "", "")
            older.get_model("tickets", "Event").objects.create(
                ticket_id=number,
                seq=seq,
                name=names.get(step, f"ticket.{word}"),
                at=now,
                particulars={"stars": int(stars)} if stars else {},
            )
    bare = ticket("nobody", resolved_at=now, rating=5, reopenings=2)
    migrate()
    for story, ratings in told.items():
        rows = Rating.objects.filter(ticket=made[story]).order_by("resolution")
        assert {row.resolution: row.stars for row in rows} == ratings, story
        assert rows.last().comment == "сказано"
    assert [(row.resolution, row.stars, row.at) for row in Rating.objects.filter(ticket=bare)] == [(3, 5, now)]

    back = MigrationExecutor(connection).migrate(BEFORE).apps.get_model("tickets", "Ticket")
    again = {row.pk: (row.rating, row.rating_comment) for row in back.objects.all()}
    assert {again[made[story]] for story in told} == {(last, "сказано") for last in (4, 2, 5, 1, 3)}
    assert again[bare] == (5, "")
