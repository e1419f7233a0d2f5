"""What a page will ask is asked at once, and is the same; on PostgreSQL by one journey, prepared."""

import threading

import pytest
from django.db import ProgrammingError, connection, transaction

from camdesk.cameras.models import Camera
from camdesk.lib import prepared
from camdesk.lib.internals import pipelined_statements, statement_rows
from camdesk.lib.internals.prepared_cursors import cursor_of
from camdesk.lib.prepared import Prepared, ahead
from camdesk.lib.statement_count import StatementCount
from camdesk.people.models import Identity, Person

_PERSON = Prepared(lambda pk: Person.objects.filter(pk=pk), int)
_NAMED = Prepared(lambda names: Camera.objects.filter(name__in=names).order_by("pk"), list[str])
_IDENTITIES = Prepared(
    lambda person: Identity.objects.filter(person_id=person).order_by("pk").values_list("value", "proven_at"), int
)

on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite answers without a journey")


def asked_of(world):
    names = [world.camera_gate.name, world.camera_yard.name]
    return (_PERSON.of(world.anna.pk), _NAMED.of(names), _IDENTITIES.of(world.anna.pk), _NAMED.of([])), names


def test_the_answers_are_those_of_each_alone(world):
    questions, names = asked_of(world)
    alone = (_PERSON.first(world.anna.pk), _NAMED.all(names), _IDENTITIES.all(world.anna.pk))
    assert alone[0] == world.anna
    assert alone[2] == list(Identity.objects.filter(person=world.anna).order_by("pk").values_list("value", "proven_at"))
    for _time in range(4):  # asked, prepared, prepared already
        with ahead(*questions):
            assert (_PERSON.first(world.anna.pk), _NAMED.all(names), _IDENTITIES.all(world.anna.pk)) == alone
            assert _NAMED.all([]) == []
            assert _PERSON.first(world.oleg.pk) == world.oleg, "what was not asked ahead is asked now"


def test_each_answer_is_given_once_and_to_its_own_thread(world):
    with ahead(_PERSON.of(world.anna.pk)):
        assert _PERSON.first(world.anna.pk).plan == world.anna.plan
        Person.objects.filter(pk=world.anna.pk).update(plan="другой")
        assert _PERSON.first(world.anna.pk).plan == "другой"
        seen = []
        other = threading.Thread(target=lambda: seen.append(dict(prepared._answered.rows)))
        other.start()
        other.join()
        assert seen == [{}]
    with pytest.raises(ZeroDivisionError), ahead(_PERSON.of(world.anna.pk)):
        raise ZeroDivisionError
    assert prepared._answered.rows == {}


@on_postgres
def test_they_take_one_journey(world, monkeypatch):
    journeys = []
    rows_of = statement_rows._of_postgres

    def counted(connection, asked):
        journeys.append(len(asked))
        return rows_of(connection, asked)

    monkeypatch.setattr(statement_rows, "_of_postgres", counted)
    questions, names = asked_of(world)
    with ahead(*questions):
        _PERSON.first(world.anna.pk), _NAMED.all(names), _IDENTITIES.all(world.anna.pk)
    assert journeys == [3], "nothing is in an empty list"


@on_postgres
def test_one_statement_is_prepared_once_whatever_its_values(world):
    def kept():
        statement = _PERSON.compiled().statement((1,), connection).sql.replace("%s", "$1")
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name LIKE 'camdesk_%'")
            return [sql for (sql,) in cursor.fetchall() if sql == statement]

    for person in (world.anna, world.oleg, world.anna, world.oleg):
        assert _PERSON.first(person.pk) == person
    assert len(kept()) == 1


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_what_is_prepared_outlives_what_psycopg_lets_go_of():
    """psycopg says DEALLOCATE ALL after a ROLLBACK, where its own cursors had prepared something."""
    person = Person.objects.create(name="Анна")
    for _time in range(3):
        assert _PERSON.first(person.pk) == person
    for _time in range(5):
        with cursor_of(connection) as cursor:
            cursor.execute("SELECT name FROM people_person WHERE id = %s", [person.pk])
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(name="Другая")
        transaction.set_rollback(True)
    with cursor_of(connection) as cursor:
        cursor.execute("SELECT name FROM people_person WHERE id = %s", [person.pk])
        cursor.execute("SELECT name FROM pg_prepared_statements")
        names = {name for (name,) in cursor.fetchall()}
    assert any(name.startswith("camdesk_") for name in names)
    assert not any(name.startswith("_pg3_") for name in names), "its own it has let go of"
    assert _PERSON.first(person.pk) == person


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_a_statement_that_fails_takes_none_along_for_good():
    person = Person.objects.create(name="Анна")
    for _time in range(3):
        assert _PERSON.first(person.pk) == person
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_person ADD COLUMN later integer")
        cursor.execute("ALTER TABLE people_person ALTER COLUMN plan TYPE varchar(999)")
    try:
        # "cached plan must not change result type": said once, then it is prepared anew.
        with pytest.raises(Exception, match="plan"), ahead(_PERSON.of(person.pk), _NAMED.of(["a"])):
            pass
        with ahead(_PERSON.of(person.pk), _NAMED.of(["a"])):
            assert _PERSON.first(person.pk) == person
            assert _NAMED.all(["a"]) == []
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE people_person DROP COLUMN later")
            cursor.execute("ALTER TABLE people_person ALTER COLUMN plan TYPE varchar(60)")
        connection.close()


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_made_anew():
    person = Person.objects.create(name="Анна")
    assert _PERSON.first(person.pk) == person
    ended = connection.connection.info.backend_pid
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [ended])
        cursor.execute("SELECT pg_sleep(0.2)")
    other.close()
    connection.close_if_unusable_or_obsolete()  # as at the beginning of a request
    assert _PERSON.first(person.pk) == person
    assert connection.connection.info.backend_pid != ended


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_a_transaction_is_begun_before_its_first_statement():
    person = Person.objects.create(name="Анна")
    with transaction.atomic():
        assert _PERSON.first(person.pk) == person
        Person.objects.filter(pk=person.pk).update(name="Другая")
        assert _PERSON.first(person.pk).name == "Другая"
        transaction.set_rollback(True)
    assert _PERSON.first(person.pk).name == "Анна"


def test_what_fails_is_told_as_django_tells_it(world):
    with pytest.raises(ProgrammingError if connection.vendor == "postgresql" else Exception), transaction.atomic():
        statement_rows.rows_of(connection, statement_rows.Statement("SELECT nothing FROM nowhere WHERE %s = 1", [1]))
    assert _PERSON.first(world.anna.pk) == world.anna


def test_who_only_counts_is_told_and_costs_no_other_way(world, monkeypatch):
    """Every request is counted (ui/request_metrics.py)."""
    questions, names = asked_of(world)
    _PERSON.first(world.anna.pk)
    asked = StatementCount()
    with connection.execute_wrapper(asked):
        Person.objects.filter(pk=world.anna.pk).update(plan="другой")
        with monkeypatch.context() as patched:
            patched.setattr(statement_rows, "_as_django_asks", None)
            _PERSON.first(world.anna.pk)
            _NAMED.all(names)
        assert asked.count == 3
        with ahead(*questions):
            _PERSON.first(world.anna.pk)
            _NAMED.all(names)
            _IDENTITIES.all(world.anna.pk)
        assert asked.count == 6


def test_who_listens_hears_each_statement(world):
    heard = []

    def listen(execute, sql, params, many, context):
        heard.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen), connection.execute_wrapper(StatementCount()):
        _PERSON.first(world.anna.pk)
    assert len(heard) == 1


@on_postgres
def test_with_another_psycopg_each_is_asked_for_alone(world, monkeypatch):
    monkeypatch.setattr("psycopg.__version__", "3.4.0")
    monkeypatch.setattr(pipelined_statements, "all_rows", None)
    questions, _names = asked_of(world)
    with ahead(*questions):
        assert _PERSON.first(world.anna.pk) == world.anna
