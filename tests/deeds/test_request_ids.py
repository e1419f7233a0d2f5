"""The id of a request goes with the work it causes: into the row that waits, the worker's lines about it, the letter,
and what that work causes in its turn."""

from datetime import timedelta

from django.apps import apps

from camdesk.channels.mail.channel import TOGETHER
from camdesk.channels.mail.outgoing.deliver import deliver_due
from camdesk.channels.models import CallBack
from camdesk.lib import leases, request_ids
from camdesk.tickets import conversation
from camdesk.tickets.models import Delivery
from camdesk.worker.loop import Duty, Worker
from tests.deeds.channels.test_letters_out import Server, server  # noqa: F401
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.engines import wait_until

SAID = "5e3c7d1e1a2b4c3d8e9f0a1b2c3d4e5f"


def test_a_letter_bears_the_id_of_the_request_that_caused_it(world, now, server):  # noqa: F811
    with request_ids.under(SAID):
        open_ticket(new(world), by=world.anna, now=now)
    [delivery] = Delivery.objects.all()
    assert delivery.request_id == SAID
    deliver_due(now + TOGETHER)
    [letter] = server.letters()
    assert letter[request_ids.HEADER] == SAID


def test_a_letter_of_nobodys_request_has_no_such_field(world, now, server):  # noqa: F811
    open_ticket(new(world), by=world.anna, now=now)
    deliver_due(now + TOGETHER)
    [letter] = server.letters()
    assert letter[request_ids.HEADER] is None


def test_an_id_that_could_break_a_header_is_not_written(world, now, server):  # noqa: F811
    open_ticket(new(world), by=world.anna, now=now)
    Delivery.objects.update(request_id="evil\nBcc: anna@example.org")
    deliver_due(now + TOGETHER)
    [letter] = server.letters()
    assert (letter[request_ids.HEADER], letter["Bcc"]) == (None, None)


def test_the_workers_lines_and_what_it_causes_bear_it_too(world, now, log_as_written):
    with request_ids.under(SAID):
        ticket = open_ticket(new(world), by=world.anna, now=now).ticket

    def do(row: Delivery, at: object) -> None:
        conversation.note(ticket=ticket, text="x", by=world.ira, now=now)
        conversation.reply(ticket=ticket, text="Ответ", by=world.ira, now=now)
        raise ValueError("ours")

    with request_ids.under("of-the-duty"):
        leases.work(
            Delivery.objects.all(),
            do,
            give_up=lambda row, why, at: None,
            patience=leases.Patience(tries=3),
            now=now + timedelta(hours=1),
            most=1,
        )
        assert request_ids.current() == "of-the-duty"
    [line] = [one for one in log_as_written.text.splitlines() if "failed, attempt 1" in one]
    assert line.endswith(f"[request {SAID}]")
    assert set(Delivery.objects.values_list("request_id", flat=True)) == {SAID}
    assert Delivery.objects.count() == 2


def test_what_waits_already_takes_over_the_id_of_who_asks_again():
    assert "request_id" in leases._COLUMNS
    kinds = [model for model in apps.get_models() if issubclass(model, leases.Leased)]
    assert len(kinds) > 5
    with request_ids.under(SAID):
        assert {model().request_id for model in kinds} == {SAID}
    assert CallBack().request_id == ""


def test_a_look_of_the_worker_that_nobody_asked_for_has_an_id_of_its_own():
    seen: list[str] = []

    def do(now: object) -> int:
        seen.append(request_ids.current())
        return 1 if len(seen) < 2 else 0

    worker = Worker([Duty("looking", every=3600, do=do)])
    worker.start()
    try:
        wait_until(lambda: len(seen) == 2, seconds=30, what="it looked twice")
    finally:
        assert worker.stop(seconds=30)
    assert len(set(seen)) == 2
    assert all(request_ids.read(one) for one in seen)
