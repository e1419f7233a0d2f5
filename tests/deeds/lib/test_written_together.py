"""What a deed writes together is what it would have written one by one; on PostgreSQL by one journey."""

import pytest
from django.db import IntegrityError, connection, transaction

from camdesk.lib.internals import pipelined_statements
from camdesk.lib.prepared import Prepared, insert, together, write
from camdesk.lib.statement_count import StatementCount
from camdesk.people.models import Person
from camdesk.tickets.models import Delivery, Draft, OutgoingLetter

on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is asked without a journey")

_DRAFTS = Prepared(
    lambda person: Draft.objects.filter(person_id=person).order_by("place").values_list("pk", "place"), int
)
_DROP = "DELETE FROM tickets_draft WHERE person_id = %s AND place = %s"


@pytest.fixture
def journeys(monkeypatch):
    """[[the first two words of each statement that went together]]."""
    gone = []
    results = pipelined_statements._results

    def counted(link, asked):
        gone.append([" ".join(sql.split()[:2]) for sql, _values in asked])
        return results(link, asked)

    monkeypatch.setattr(pipelined_statements, "_results", counted)
    return gone


def draft(person, place, now) -> Draft:
    return Draft(person=person, place=place, content={"text": "«ё» 😀"}, saved_at=now)


def write_all(*rows: Draft, fail: bool = False, savepoint: bool = True) -> None:
    with transaction.atomic(savepoint=savepoint), together({Draft: len(rows)}):
        for row in rows:
            insert(row)
        if fail:
            raise ZeroDivisionError


def places(person) -> list[str]:
    return list(Draft.objects.filter(person=person).order_by("place").values_list("place", flat=True))


def test_rows_are_what_insert_makes_of_each_with_their_keys(world, now):
    for _time in range(4):  # asked, prepared, prepared already
        with transaction.atomic(), together({Draft: 2, Delivery: 1}):
            one, two = draft(world.anna, "form", now), draft(world.anna, "ticket:1", now)
            insert(one)
            insert(two)
            delivery = Delivery(kind="notice", to="anna@example.org", next_try_at=now, created_at=now)
            letter = OutgoingLetter(delivery=delivery, letter_id=f"{_time}@b", charged_at=now)
            insert(delivery)
            insert(letter)
            keys = [one.pk, two.pk, delivery.pk]
            assert None not in keys
            assert (one._state.adding, one._state.db) == (False, "default")
        kept = Draft.objects.get(pk=one.pk)
        assert (kept.person, kept.place, kept.content, kept.saved_at) == (world.anna, "form", one.content, now)
        assert (Draft.objects.get(pk=two.pk), OutgoingLetter.objects.get(delivery=delivery)) == (two, letter)
        Draft.objects.all().delete()
    assert insert_alone(world, now).pk > two.pk, "the database goes on counting after the keys that were taken"


def insert_alone(world, now) -> Draft:
    row = draft(world.anna, "alone", now)
    insert(row)
    return row


def test_whoever_asks_meanwhile_finds_what_was_written_before(world, now):
    with transaction.atomic(), together({Draft: 2}):
        one = draft(world.anna, "form", now)
        insert(one)
        assert _DRAFTS.all(world.anna.pk) == [(one.pk, "form")]
        insert(draft(world.anna, "ticket:1", now))
        assert places(world.anna) == ["form", "ticket:1"]
        write(_DROP, [world.anna.pk, "form"])
    assert places(world.anna) == ["ticket:1"]


def test_a_row_whose_key_nobody_asked_for_ahead_has_one_at_once(world, now):
    with transaction.atomic(), together({Draft: 1}):
        one, more = draft(world.anna, "a", now), [draft(world.anna, place, now) for place in "bcd"]
        insert(one)
        insert(*more)
        assert len({one.pk, *(row.pk for row in more)} - {None}) == 4
    assert places(world.anna) == ["a", "b", "c", "d"]


def test_what_the_database_refuses_is_heard_and_nothing_stays(world, now):
    with pytest.raises(IntegrityError):
        write_all(draft(world.anna, "form", now), draft(world.oleg, "form", now), draft(world.anna, "form", now))
    assert not Draft.objects.exists()
    insert(draft(world.anna, "form", now))


def test_a_savepoint_within_stands_for_what_was_written_within_it(world, now):
    with transaction.atomic(), together({Draft: 4}):
        insert(draft(world.anna, "a", now))
        with pytest.raises(IntegrityError):
            write_all(draft(world.anna, "b", now), draft(world.anna, "a", now))
        with pytest.raises(ZeroDivisionError):
            write_all(draft(world.anna, "c", now), fail=True)
    assert places(world.anna) == ["a"]


def test_who_fails_has_written_nothing(world, now):
    with pytest.raises(ZeroDivisionError):
        write_all(draft(world.anna, "form", now), fail=True)
    assert not Draft.objects.exists()


def test_who_counts_is_told(world, now):
    counted = StatementCount()
    with connection.execute_wrapper(counted), transaction.atomic(), together({Draft: 1}):
        insert(draft(world.anna, "form", now))
        write(_DROP, [world.anna.pk, "elsewhere"])
    keys = 1 if connection.vendor == "postgresql" else 0
    assert counted.count == 2 + 2 + keys, "with the test's savepoint"


@on_postgres
def test_they_take_one_journey_after_their_keys(world, now, journeys):
    with transaction.atomic(), together({Draft: 2, Delivery: 0}):
        insert(draft(world.anna, "form", now))
        insert(draft(world.oleg, "form", now))
        write(_DROP, [world.anna.pk, "form"])
        assert journeys == [["SELECT nextval('public.tickets_draft_id_seq'),"]]
    assert journeys[1:] == [["INSERT INTO", "INSERT INTO", "DELETE FROM"]]


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_the_first_of_a_transaction_begins_it(now):
    person = Person.objects.create(name="Анна")
    with transaction.atomic():
        write_all(draft(person, "form", now), savepoint=False)
        assert places(person) == ["form"]
        transaction.set_rollback(True)
    assert not places(person)
    with transaction.atomic(), together({Draft: 1}):
        insert(draft(person, "form", now))
    assert places(person) == ["form"]


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_a_row_refused_once_costs_no_statement_that_is_prepared(now):
    person = Person.objects.create(name="Анна")
    for _time in range(4):
        with transaction.atomic(), together({Draft: 2}):
            insert(draft(person, "form", now))
            write(_DROP, [person.pk, "form"])
    prepared = len([name for name in pipelined_statements._kept[connection.connection].values() if name])
    with pytest.raises(IntegrityError):
        write_all(draft(person, "form", now), draft(person, "form", now))
    kept = [name for name in pipelined_statements._kept[connection.connection].values() if name]
    assert len(kept) == prepared > 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'camdesk_%'")
        assert cursor.fetchone() == (prepared,)


@on_postgres
def test_with_another_psycopg_each_is_written_alone(world, now, monkeypatch):
    monkeypatch.setattr("psycopg.__version__", "3.4.0")
    monkeypatch.setattr(pipelined_statements, "last_rows", None)
    with transaction.atomic(), together({Draft: 1}):
        insert(draft(world.anna, "form", now))
    assert places(world.anna) == ["form"]
