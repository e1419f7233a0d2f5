"""Kept counts that went wrong are found and mended by `doctor`, and nobody else's counter is touched."""

import argparse

import pytest

from camdesk.config import doctor
from camdesk.tickets import counts
from camdesk.tickets.models import Counter
from tests.deeds.tickets.test_opening import new, open_ticket


def spoil(ticket) -> None:
    Counter.objects.filter(name="all:us").update(value=7)
    Counter.objects.filter(name=f"team:{ticket.team_id}:us").delete()
    Counter.objects.create(name="mine:999:us", value=3)
    Counter.objects.create(name="callbacks:due", value=5)


@pytest.mark.tells(
    "camdesk.tickets.opening.open_ticket",
    "desk.ticket",
    "person.ticket",
    "ticket.ticket",
    "letters",
    of=("camdesk.tickets.timeline.tell_after_commit", "camdesk.tickets.outbox.queue_letter"),
)
@pytest.mark.whole("camdesk.tickets.opening.open_ticket")
def test_what_is_wrong_is_named_by_how_much_and_made_right(world, now):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    assert counts.wrong() == {}
    spoil(ticket)
    bad = {"all:us": -6, "mine:999:us": -3, f"team:{ticket.team_id}:us": 1}
    assert counts.wrong() == bad
    assert counts.mend() == bad
    assert counts.wrong() == counts.mend() == {}
    assert counts.read(["all:us", "callbacks:due"]) == {"all:us": 1, "callbacks:due": 5}


def test_doctor_says_so_and_mends_when_asked(world, now, capsys):
    spoil(open_ticket(new(world), by=world.anna, now=now).ticket)
    said = [finding for finding in doctor.findings() if finding.text.startswith("queues:")]
    assert [(finding.level, "3 numbers" in finding.text) for finding in said] == [(doctor.WARN, True)]
    doctor.run(argparse.Namespace(quiet=True, mend=True))
    assert "all:us was wrong by -6" in capsys.readouterr().out
    said = [finding for finding in doctor.findings() if finding.text.startswith("queues:")]
    assert [finding.level for finding in said] == [doctor.OK]
