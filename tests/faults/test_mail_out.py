"""A thousand letters through a real mail server that misbehaves: none lost, none doubled but the doubtful."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from camdesk.channels.mail.outgoing import smtp_client
from camdesk.channels.mail.outgoing.deliver import deliver_due
from camdesk.tickets.models import Delivery, Event, OutgoingLetter
from camdesk.tickets.outbox import new_letter_id
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.engines import free_port
from tests.faults.mail_peers import Taker

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

LETTERS, TICKETS = 1_000, 50
FAULTS = ["4xx", "5xx", "drop", "4xx", "5xx", "drop", "4xx", "5xx", "drop", "stall"]


@pytest.fixture
def waiting(world, now):
    """A thousand letters of fifty tickets, twenty each, queued in turn."""
    tickets = [open_ticket(new(world, confirm=False), by=world.anna, now=now).ticket for _ in range(TICKETS)]
    rows = Delivery.objects.bulk_create(
        Delivery(
            kind=Delivery.Kind.REPLY,  # notices to one address would leave as one letter
            ticket=tickets[number % TICKETS],
            to="anna@example.org",
            next_try_at=now,
            created_at=now,
        )
        for number in range(LETTERS)
    )
    OutgoingLetter.objects.bulk_create(
        OutgoingLetter(
            delivery=row,
            letter_id=new_letter_id(row.ticket),
            subject=f"Новость {number}",
            text=f"Новость {number}",
            charged_at=now,
        )
        for number, row in enumerate(rows)
    )


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch):
    monkeypatch.setattr(smtp_client, "seconds_for", lambda size: 0.4)


@pytest.fixture(autouse=True)
def _no_power_cut(transactional_db):
    """What is proven here does not hang on the disk, and a thousand letters are three thousand commits."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    yield
    connection.close()


def deliver_all(now, *, hours: float = 6) -> None:
    moment = now
    while Delivery.objects.filter(state="waiting").exists() and moment < now + timedelta(hours=hours):
        while deliver_due(moment):
            pass
        moment += timedelta(minutes=1)


def in_order(ids: list[str]) -> bool:
    place = dict(Delivery.objects.values_list("letter__letter_id", "pk"))
    ticket_of = dict(Delivery.objects.values_list("letter__letter_id", "ticket_id"))
    last: dict[int, int] = {}
    for one in dict.fromkeys(ids):  # a repeated letter keeps its first place
        known = one.strip("<>")
        if last.get(ticket_of[known], 0) > place[known]:
            return False
        last[ticket_of[known]] = place[known]
    return True


def test_a_tenth_of_all_answers_is_bad_and_nothing_is_lost_or_doubled(waiting, settings, now):
    with Taker(lambda number: FAULTS[number // 10 % 10] if number % 10 == 3 else "") as server:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{server.port}"
        deliver_all(now)
    sent = set(Delivery.objects.filter(state="sent").values_list("letter__letter_id", flat=True))
    failed = set(Delivery.objects.filter(state="failed").values_list("letter__letter_id", flat=True))
    arrived = Counter(one.strip("<>") for one in server.ids())
    assert len(sent) + len(failed) == LETTERS
    assert sent <= set(arrived), "lost 0"
    refused_later = Delivery.objects.filter(letter__letter_id__in=set(arrived) - sent)
    # The line dropped after DATA, and the second try met a refusal: only such a letter both arrived and failed.
    assert all(letter.attempts > 1 for letter in refused_later)
    doubled = {one for one, count in arrived.items() if count > 1}
    doubtful = Delivery.objects.filter(attempts__gt=1, letter__letter_id__in=doubled).count()
    assert len(doubled) == doubtful > 0, "only letters whose acceptance was not heard"
    assert Event.objects.filter(name="delivery.failed").count() == len(failed) > 20
    assert in_order(server.ids())


def test_after_an_hour_without_a_server_all_leave_in_order(waiting, settings, now):
    port = free_port()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
    for minute in range(60):
        assert deliver_due(now + timedelta(minutes=minute)) == 0
    assert not Delivery.objects.filter(attempts__gt=0).exists()
    assert Delivery.objects.filter(last_error__contains="Refused").count() == LETTERS, "each says why it waits"
    back = now + timedelta(hours=1)
    with Taker(port=port) as server:
        while deliver_due(back):
            pass
    assert Counter(Delivery.objects.values_list("state", flat=True)) == {"sent": LETTERS}
    assert len(server.ids()) == len(set(server.ids())) == LETTERS
    assert in_order(server.ids())
