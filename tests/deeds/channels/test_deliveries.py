"""The loop that sends, whatever the channel: what its answer means, and what a channel that is gone costs."""

from datetime import timedelta

import pytest
from django.db import transaction

from camdesk.channels.deliveries import GIVE_UP_AFTER, deliver_others
from camdesk.tickets import channels
from camdesk.tickets.channels import Channel, Sent, ServiceAway, TransportError
from camdesk.tickets.models import Delivery, Event, OutgoingLetter
from camdesk.tickets.outbox import queue, queue_letter
from tests.deeds.tickets.test_opening import new, open_ticket

MINUTE = timedelta(minutes=1)


class Service:
    """Stands where a messenger does. `answers`: one for each delivery, then it takes everything."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.answers: list[Exception] = []

    def deliver(self, delivery: Delivery) -> Sent:
        if self.answers:
            raise self.answers.pop(0)
        self.taken.append(delivery.payload["text"])
        return Sent(remote_id=f"m{len(self.taken)}")


@pytest.fixture
def service(monkeypatch) -> Service:
    service = Service()
    monkeypatch.setattr(channels, "_TABLE", dict(channels._TABLE))
    channels.register(Channel(name="telex", label="Телекс", icon="inbox", opened="", deliver=service.deliver))
    return service


@pytest.fixture
def ticket(world, now):
    return open_ticket(new(world), by=world.anna, now=now).ticket


def test_what_leaves_is_sent_with_its_receipt_and_in_order(ticket, service, now):
    first, second = (said(ticket, text, now) for text in ("один", "два"))
    assert deliver_others(now) == 1, "of one request one after another"
    assert deliver_others(now) == 1
    assert service.taken == ["один", "два"]
    rows = Delivery.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk")
    assert [(row.state, row.remote_id) for row in rows] == [("sent", "m1"), ("sent", "m2")]


def test_a_letter_of_the_same_request_keeps_no_other_channel_back(ticket, service, now):
    assert Delivery.objects.filter(channel="mail", state="waiting", ticket=ticket).exists()
    said(ticket, "один", now)
    assert deliver_others(now) == 1


def test_what_is_refused_for_good_is_said_on_the_request_at_once(ticket, service, now):
    row = said(ticket, "один", now)
    service.answers = [TransportError("they blocked us", permanent=True)]
    deliver_others(now)
    row.refresh_from_db()
    assert (row.state, row.last_error) == ("failed", "they blocked us")
    assert Event.objects.get(name="delivery.failed").particulars["reason"] == "they blocked us"


@pytest.mark.tells("camdesk.tickets.outbox.queue", "answers")
def test_what_is_refused_for_now_is_tried_again(ticket, service, now):
    row = said(ticket, "один", now)
    service.answers = [TransportError("429", permanent=False)]
    deliver_others(now)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == ("waiting", 1, "429")
    assert deliver_others(now + 30 * timedelta(seconds=1)) == 0
    assert deliver_others(now + 2 * MINUTE) == 1
    assert service.taken == ["один"]


def test_a_service_that_is_away_costs_nothing(ticket, service, now):
    row = said(ticket, "один", now)
    for minute in range(3):
        service.answers = [ServiceAway("no route")]
        assert deliver_others(now + minute * MINUTE) == 0
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == ("waiting", 0, "no route")
    assert deliver_others(now + 3 * MINUTE) == 1


def test_what_waits_for_a_channel_that_is_not_there_says_so_and_is_given_up(ticket, now):
    row = said(ticket, "один", now)
    assert deliver_others(now) == 0
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 0)
    assert "telex" in row.last_error
    deliver_others(now + GIVE_UP_AFTER + MINUTE)
    row.refresh_from_db()
    assert row.state == "failed"
    assert Event.objects.filter(name="delivery.failed", ticket=ticket).count() == 1


def test_a_fault_of_ours_over_one_keeps_no_other_back(world, ticket, service, now):
    bad = said(ticket, "один", now)
    other = open_ticket(new(world), by=world.oleg, now=now).ticket
    said(other, "два", now)
    service.answers = [RuntimeError("a fault of ours")]
    assert deliver_others(now) == 2
    bad.refresh_from_db()
    assert (bad.state, bad.attempts, service.taken) == ("waiting", 1, ["два"])


def test_the_same_deed_twice_queues_one(ticket, service, now):
    first = said(ticket, "один", now, dedupe_key="k")
    with transaction.atomic():
        assert said(ticket, "один", now, dedupe_key="k") == first
        assert said(ticket, "другое", now, dedupe_key="l") != first, "the transaction goes on"
    letters = [queue_letter(kind="reply", to="anna@example.org", ticket=ticket, now=now, dedupe_key="m") for _ in "ab"]
    assert letters[0] == letters[1]
    assert Delivery.objects.filter(dedupe_key__in=["k", "l", "m"]).count() == 3
    assert OutgoingLetter.objects.filter(delivery__dedupe_key="m").count() == 1
    assert said(ticket, "один", now) != said(ticket, "один", now), "without a key each is its own"


def said(ticket, text: str, now, **more) -> Delivery:
    payload = {"text": text}
    return queue(channel="telex", kind=Delivery.Kind.REPLY, ticket=ticket, to="@anna", payload=payload, now=now, **more)
