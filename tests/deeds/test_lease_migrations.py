"""A database from before the one lease: what waited waits on, when it would have and with the tries it had."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from camdesk.bot.models import Alarm
from camdesk.channels.mail.outgoing.deliver import deliver_due
from camdesk.channels.models import CallBack, LetterScan, RawLetter
from camdesk.outages.models import Notice
from camdesk.tickets.models import Delivery, FileScan, OutgoingLetter

MINUTE = timedelta(minutes=1)
BEFORE = [
    ("bot", "0002_subscriptions_are_of_outages"),
    ("channels", "0006_letters_scanned"),
    ("outages", "0001_outages"),
    ("tickets", "0010_channel_names"),
]


def back_to(before):
    MigrationExecutor(connection).migrate(before)
    return MigrationExecutor(connection).loader.project_state(before).apps


@pytest.fixture
def older(transactional_db):
    """The models as they were; afterwards the database is the present one again, whatever happened."""
    yield back_to(BEFORE)
    migrate()


@pytest.fixture
def before_letters(transactional_db):
    yield back_to([("tickets", "0012_found_by_address")])
    migrate()


def migrate() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_letters_and_their_scans_wait_on(older, now):
    letters = older.get_model("channels", "RawLetter")

    def stored(digest, **fields):
        values = {"mailbox": "t", "storage_key": digest, "size": 1, "received_at": now, "next_try_at": now, **fields}
        return letters.objects.create(digest=digest, **values).pk

    fresh = stored("fresh")
    put_off = stored("put-off", attempts=2, next_try_at=now + MINUTE, note="could not be read: memory")
    at_work = stored("at work", attempts=1, leased_until=now + MINUTE)
    scanned = stored("scanned", state="taken", scan_tries=3, scan_after=now + 4 * MINUTE, note="joined by its subject")
    clean = stored("clean", state="taken", scan="clean", scan_tries=1)
    files = older.get_model("tickets", "Attachment")
    for name, fields in {"new": {}, "tried": {"scan_tries": 2, "scan_after": now}, "fine": {"scan": "clean"}}.items():
        files.objects.create(id=name, name=name, content_type="t", storage_key=name, created_at=now, **fields)
    migrate()
    found = {
        row.pk: (row.attempts, row.next_try_at, row.leased_until, row.last_error) for row in RawLetter.objects.all()
    }
    assert found[fresh] == (0, now, None, "")
    assert found[put_off] == (2, now + MINUTE, None, "could not be read: memory")
    assert found[at_work] == (1, now, now + MINUTE, "")
    assert found[scanned][3] == found[clean][3] == ""
    assert list(LetterScan.objects.values_list("letter", "attempts", "next_try_at")) == [(scanned, 3, now + 4 * MINUTE)]
    assert list(FileScan.objects.values_list("file", "attempts", "next_try_at")) == [("tried", 2, now)]


def test_alarms_notices_and_call_backs_wait_on(older, now):
    person = older.get_model("people", "Person").objects.create(name="Анна", created_at=now)
    topic = older.get_model("playbook", "Topic").objects.create(id="t", ref="A1", section="s", title_ru="Тема")
    ticket = older.get_model("tickets", "Ticket").objects.create(
        subject="?",
        topic=topic,
        playbook_version=1,
        channel="chat",
        person=person,
        contact_name="Анна",
        turn="bot",
        opened_at=now,
        turn_since=now,
    )
    session = older.get_model("bot", "Session").objects.create(ticket=ticket, started_at=now, moved_at=now)
    older.get_model("bot", "Alarm").objects.create(session=session, name="remind", value={}, due_at=now + MINUTE)
    outage = older.get_model("outages", "Outage").objects.create(
        title_ru="Нет связи", began_at=now, declared_at=now, closed_at=now, state="closed"
    )
    notices = older.get_model("outages", "Notice")
    notices.objects.create(outage=outage, kind="declared", at=now - MINUTE, done_at=now)
    notices.objects.create(outage=outage, kind="closed", at=now)
    older.get_model("channels", "CallBack").objects.create(
        phone="+79350000001",
        attempts=2,
        wanted_from=now + 30 * MINUTE,
        wanted_until=now + 60 * MINUTE,
        created_at=now,
    )
    migrate()
    alarm = Alarm.objects.get()
    assert (alarm.next_try_at, alarm.attempts, alarm.leased_until) == (now + MINUTE, 0, None)
    assert list(Notice.objects.filter(Notice.waits).values_list("next_try_at", "attempts")) == [(now, 0)]
    call_back = CallBack.objects.get()
    assert (call_back.unanswered, call_back.attempts, call_back.next_try_at) == (2, 0, now + 25 * MINUTE)


def test_every_letter_out_keeps_what_it_says_and_where_it_stands(before_letters, now, settings):
    """Of each state, also those that went into another, and those the budget counts or holds."""
    deliveries = before_letters.get_model("tickets", "Delivery")

    def written(state, number, **fields):
        values = {"kind": "notice", "to": "anna@example.org", "next_try_at": now, "created_at": now - MINUTE, **fields}
        return deliveries.objects.create(state=state, letter_id=f"{number}@x", **values)

    digest = written("waiting", 1, kind="digest", language="en", text="t")
    rows = [
        digest,
        written("sent", 2, settled_at=now, attempts=1, subject="Тема", text="Слова", html="<p>Слова</p>"),
        written("failed", 3, settled_at=now, attempts=9, last_error="550 no such user"),
        written("caught", 4, settled_at=now, only_if_unread=True),
        written("merged", 5, settled_at=now, merged_into=digest),
        written("held", 6, originator="person:1", last_error="too many"),
        written("read", 7, settled_at=now),
        written("waiting", 8, text="t", mailbox="anna@example.org", originator="person:1", attempts=2),
        written("waiting", 9, text="t", leased_until=now + MINUTE, attempts=1),
    ]
    own = (
        "language",
        "letter_id",
        "subject",
        "text",
        "html",
        "only_if_unread",
        "merged_into_id",
        "mailbox",
        "originator",
    )
    common = (
        "kind",
        "to",
        "state",
        "next_try_at",
        "leased_until",
        "attempts",
        "last_error",
        "created_at",
        "settled_at",
    )
    before = {row.pk: [getattr(row, name) for name in (*own, *common)] for row in rows}
    migrate()
    after = {
        row.pk: [*(getattr(row.letter, name) for name in own), *(getattr(row, name) for name in common)]
        for row in Delivery.objects.select_related("letter")
    }
    assert after == before
    assert set(Delivery.objects.values_list("channel", "dedupe_key", "remote_id")) == {("mail", None, "")}
    assert set(OutgoingLetter.objects.values_list("charged_at", flat=True)) == {now - MINUTE}

    # And life goes on with them.
    settings.EMAIL_URL = ""
    deliver_due(now + timedelta(hours=1))
    assert Delivery.objects.get(letter__letter_id="8@x").state == "caught"
    assert Delivery.objects.get(letter__letter_id="6@x").state == "held"
