"""kill -9 of the worker while it tells a thousand of an outage: everybody hears of its end once."""

import os
import signal
from datetime import timedelta

import pytest
from django.db import connections

from camdesk.outages import lifecycle, linking, notices
from camdesk.outages.models import Recipient
from camdesk.people.models import Identity, Person
from camdesk.tickets.models import Delivery, Event
from tests.deeds.outages.test_outages import ask, outage_of

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
PEOPLE = 30


def killed_at_letter(number: int, work) -> None:
    """Runs `work` in a process that dies by signal 9 when it writes its n-th letter."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            written, real = [0], notices.queue_letter

            def queue_letter(**words):
                written[0] += 1
                if written[0] == number:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(**words)

            notices.queue_letter = queue_letter
            work()
        finally:
            os._exit(3)  # so many were never written
    assert os.waitpid(child, 0)[1] == signal.SIGKILL, f"letter {number} was not reached"


def crowd(now) -> list[Person]:
    people = Person.objects.bulk_create(
        [Person(name=f"Житель {number}", language="ru", created_at=now) for number in range(PEOPLE)]
    )
    Identity.objects.bulk_create(
        [
            Identity(person=person, kind="email", value=f"resident{person.pk}@example.com", proven_at=now)
            for person in people
        ]
    )
    return people


@pytest.mark.parametrize("letter", [1, 4, 7])
def test_a_killed_worker_loses_nobody_and_tells_nobody_twice(world, now, monkeypatch, letter):
    monkeypatch.setattr(notices, "BATCH", 5)
    ticket = ask(world, now - timedelta(minutes=5))
    outage = outage_of(world, now)
    for person in crowd(now):
        linking.subscribe(outage=outage, person=person, now=now)
    lifecycle.close(outage=outage, by=world.leo, now=now)
    later = now + notices.STRAGGLERS

    def work() -> None:
        while notices.carry_on(later):
            pass

    for death in range(3):
        killed_at_letter(letter, work)
        assert notices.carry_on(later) == 0, "it is under the dead worker's lease"
        later += timedelta(minutes=2**death, seconds=5)
    work()
    closing = Delivery.objects.filter(kind="notice", letter__subject__startswith="Починили")
    assert closing.count() == PEOPLE + 1
    assert closing.values("to").distinct().count() == PEOPLE + 1
    assert Recipient.objects.filter(notice__kind="closed", how="letter").count() == PEOPLE + 1
    assert Event.objects.filter(ticket=ticket, name="outage.closed").count() == 1
