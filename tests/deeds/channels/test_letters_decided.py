"""What an agent decides about letters: held ones are let in or turned away, those set aside are read again."""

from datetime import timedelta

import pytest

from camdesk.channels.mail.incoming import dispatch, machine_letters, reread
from camdesk.channels.mail.incoming.dispatch import take_in_due
from camdesk.channels.mail.incoming.held_letters import TURNED_AWAY, hold_again, let_in, turn_away
from camdesk.channels.mail.incoming.raw_store import store
from camdesk.channels.mail.incoming.reread import CannotBeRead, NotSetAside, RequestClosed, read_again
from camdesk.channels.models import RawLetter
from camdesk.lib.children import ChildFailed
from camdesk.tickets import outbox
from camdesk.tickets.models import Delivery, Ticket
from tests.deeds.channels.letters import letter
from tests.deeds.tickets.test_opening import new, open_ticket


@pytest.fixture(autouse=True)
def _files_here(data_folder) -> None:
    """Every letter is a file first."""


def flood(now, number: int = 3, sender: str = "robot@nvr.example") -> list[RawLetter]:
    """Letters of one sender, all held."""
    said = [letter(str(one), sender=sender, message_id=f"<{one}@{sender}>") for one in range(number)]
    return [store(raw, mailbox="t", now=now, most_from_one=0).letter for raw in said]


def bring(raw: bytes, now) -> RawLetter:
    row = store(raw, mailbox="t", now=now).letter
    take_in_due(now)
    return RawLetter.objects.get(pk=row.pk)


def unread(monkeypatch, now, raw: bytes | None = None) -> RawLetter:
    """A letter that nobody could read, as the worker leaves it behind."""
    with monkeypatch.context() as bad:

        def fails(raw):
            raise ChildFailed("timeout")

        bad.setattr(dispatch, "read", fails)
        row = bring(raw or letter("Где запись?", sender="Павел <pavel@mail.example>", subject="Запись"), now)
        take_in_due(now + timedelta(minutes=5))
    return RawLetter.objects.get(pk=row.pk)


def states(*rows: RawLetter) -> list[str]:
    return [RawLetter.objects.get(pk=row.pk).state for row in rows]


def test_what_is_kept_can_be_listed(world, now):
    row = store(letter(sender="=?utf-8?b?0JDQvdC90LA=?= <Anna@Example.org>"), mailbox="t", now=now).letter
    assert (row.sender_name, row.sender, row.subject) == ("Анна", "anna@example.org", "Нет картинки")


@pytest.mark.tells("camdesk.channels.mail.incoming.raw_store._store", "desk.moved", "worker")
def test_one_held_letter_is_let_in_and_becomes_a_request(world, now):
    first, second, _third = flood(now)
    assert let_in(letter=first, by=world.leo, now=now) == 1
    assert let_in(letter=first, by=world.leo, now=now) == 0, "twice is once"
    take_in_due(now)
    assert states(first, second) == ["taken", "held"]
    first.refresh_from_db()
    assert first.decided_by == world.leo


@pytest.mark.tells(
    "camdesk.channels.mail.incoming.held_letters.let_in",
    "desk.moved",
    "worker",
    of=("camdesk.channels.mail.incoming.held_letters.let_in", "camdesk.channels.mail.incoming.held_letters._told"),
)
def test_all_of_a_sender_are_let_in_and_nobody_elses(world, now):
    rows, others = flood(now), flood(now, 1, "other@nvr.example")
    assert let_in(letter=rows[0], by=world.leo, now=now, all_of_sender=True) == 3
    assert states(*rows, *others) == ["waiting"] * 3 + ["held"]


def test_many_let_in_at_once_go_behind_everybody_elses(world, now):
    rows = flood(now)
    let_in(letter=rows[0], by=world.leo, now=now, all_of_sender=True)
    other = store(letter(sender="stranger@mail.example"), mailbox="t", now=now).letter
    turns = RawLetter.objects.filter(pk__in=[row.pk for row in rows]).values_list("turn", flat=True)
    assert other.turn < min(turns)


def test_letters_of_nobody_are_never_all_of_a_sender(world, now):
    rows = [store(letter(str(one), sender="", message_id=f"<{one}@x>"), mailbox="t", now=now).letter for one in "12"]
    RawLetter.objects.update(state="held")
    assert let_in(letter=rows[0], by=world.leo, now=now, all_of_sender=True) == 1


def test_what_is_turned_away_is_nobodys_request_and_can_be_brought_back(world, now):
    rows = flood(now)
    assert turn_away(letter=rows[0], by=world.leo, now=now, all_of_sender=True) == 3
    take_in_due(now)
    assert states(*rows) == ["ignored"] * 3
    assert not Ticket.objects.exists()
    assert hold_again(letter=rows[1], by=world.leo, now=now) == 1
    assert states(*rows) == ["ignored", "held", "ignored"]
    assert hold_again(letter=rows[0], by=world.leo, now=now, all_of_sender=True) == 2
    assert set(RawLetter.objects.values_list("note", flat=True)) == {""}


def test_only_what_was_turned_away_goes_back_to_the_held(world, now):
    row = bring(letter("x", sender="mailer-daemon@mx.example", subject="Undelivered Mail"), now)
    assert (row.state, row.note) == ("ignored", machine_letters.UNKNOWN_BOUNCE)
    assert hold_again(letter=row, by=world.leo, now=now, all_of_sender=True) == 0


def test_an_ignored_letter_becomes_a_request_when_an_agent_says_so(world, now):
    row = bring(letter("x", sender="mailer-daemon@mx.example", subject="Undelivered Mail"), now)
    ticket = read_again(letter=row, by=world.leo, now=now)
    row.refresh_from_db()
    assert (row.state, row.ticket, row.message.text, row.decided_by) == ("taken", ticket, "x", world.leo)
    assert not Delivery.objects.filter(ticket=ticket).exists(), "a machine is not answered even so"


def test_what_could_not_be_read_becomes_a_message_where_it_lies(world, now, monkeypatch):
    row = unread(monkeypatch, now)
    assert (row.state, row.ticket.subject, row.ticket.contact_name) == ("unread", "Запись", "Павел")
    ticket = read_again(letter=row, by=world.leo, now=now + timedelta(hours=1))
    assert ticket == row.ticket
    assert [message.text for message in ticket.messages.order_by("seq")][1:] == ["Где запись?"]
    assert states(row) == ["taken"]
    assert Ticket.objects.count() == 1


def test_what_cannot_be_read_this_time_either_stays_as_it_was(world, now, monkeypatch):
    row = unread(monkeypatch, now)
    before = RawLetter.objects.values().get(pk=row.pk)

    def fails(raw):
        raise ChildFailed("memory")

    monkeypatch.setattr(reread, "read", fails)
    with pytest.raises(CannotBeRead):
        read_again(letter=row, by=world.leo, now=now)
    assert RawLetter.objects.values().get(pk=row.pk) == before


def test_a_fault_on_the_way_leaves_the_letter_where_it_was(world, now, monkeypatch):
    row = unread(monkeypatch, now)

    def falls(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(reread.person_letters, "join", falls)
    with pytest.raises(RuntimeError):
        read_again(letter=row, by=world.leo, now=now)
    row.refresh_from_db()
    assert (row.state, row.leased_until) == ("unread", None)


def test_a_closed_request_hears_nothing_more(world, now, monkeypatch):
    row = unread(monkeypatch, now)
    Ticket.objects.update(turn="nobody", resolved_at=now, closed_at=now)
    row.refresh_from_db()
    with pytest.raises(RequestClosed):
        read_again(letter=RawLetter.objects.get(pk=row.pk), by=world.leo, now=now)
    assert states(row) == ["unread"]


@pytest.mark.parametrize("state", ["waiting", "taken", "held"])
def test_what_is_not_set_aside_is_not_read_again(world, now, state):
    row = store(letter(), mailbox="t", now=now).letter
    RawLetter.objects.update(state=state)
    row.refresh_from_db()
    with pytest.raises(NotSetAside):
        read_again(letter=row, by=world.leo, now=now)


def test_of_two_agents_one_has_it_read_again(world, now):
    row = bring(letter("x", sender="mailer-daemon@mx.example", subject="Undelivered Mail"), now)
    twin = RawLetter.objects.get(pk=row.pk)
    read_again(letter=row, by=world.leo, now=now)
    with pytest.raises(NotSetAside):
        read_again(letter=twin, by=world.ada, now=now)
    assert Ticket.objects.count() == 1


def test_a_corrected_address_holds_for_the_letters_to_come(world, now):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    failed = Delivery.objects.get(ticket=ticket)
    Delivery.objects.update(state="failed")
    assert outbox.send_again(delivery=failed, by=world.ira, now=now, to="anna.new@example.org", follow=True)
    ticket.refresh_from_db()
    failed.refresh_from_db()
    assert (failed.to, ticket.contact_email) == ("anna.new@example.org", "anna.new@example.org")


def test_one_letter_to_somebody_else_moves_no_other(world, now):
    """A colleague was to read this one: what follows goes to whoever asked."""
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    failed = Delivery.objects.get(ticket=ticket)
    Delivery.objects.update(state="failed")
    assert outbox.send_again(delivery=failed, by=world.ira, now=now, to="colleague@example.org")
    ticket.refresh_from_db()
    assert ticket.contact_email == "anna@example.org"


def test_another_address_than_the_requests_own_changes_nothing_else(world, now):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    failed = Delivery.objects.get(ticket=ticket)
    Delivery.objects.update(state="failed", to="colleague@example.org")
    failed.refresh_from_db()
    outbox.send_again(delivery=failed, by=world.ira, now=now, to="other@example.org", follow=True)
    ticket.refresh_from_db()
    assert ticket.contact_email == "anna@example.org"


def test_the_note_of_what_was_turned_away_is_not_said_by_others(world, now):
    """The desk tells by it what may be brought back."""
    assert TURNED_AWAY not in (
        machine_letters.OUR_OWN,
        machine_letters.UNKNOWN_BOUNCE,
        machine_letters.ANOTHER_AUTOMATIC,
    )
