"""What is said, whose move it is then, and what leaves by mail."""

from datetime import timedelta

import pytest

from camdesk.tickets import assignment, conversation, counts, reply_channels, resolution, timeline
from camdesk.tickets.events import UnknownEvent
from camdesk.tickets.models import Delivery, Event, Message, Ticket
from camdesk.tickets.reopening import TooLate, reopen, window
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.world import customer_says


@pytest.fixture
def ticket(world, now) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=now).ticket


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_an_answer_passes_the_move_and_leaves_by_mail(world, ticket, now):
    message = conversation.reply(ticket=ticket, text="Проверили, камера без питания", by=world.ira, now=now)
    ticket = fresh(ticket)
    assert (ticket.turn, ticket.assignee, ticket.first_replied_at) == ("customer", world.ira.agent, now)
    assert ticket.next_due_at is None
    assert Delivery.objects.get(message=message).kind == "reply"


def test_the_customers_word_gives_the_move_back_with_a_new_promise(world, ticket, now):
    conversation.reply(ticket=ticket, text="Проверьте питание", by=world.ira, now=now)
    later = now + timedelta(hours=1)
    customer_says(ticket=ticket, text="Проверил, горит", by=world.anna, now=later, channel="form")
    ticket = fresh(ticket)
    assert (ticket.turn, ticket.turn_since) == ("us", later)
    assert ticket.next_due_at > later


def test_seqs_run_without_gaps_over_messages_and_events(world, ticket, now):
    conversation.note(ticket=ticket, text="Похоже на питание", by=world.ira, now=now)
    conversation.reply(ticket=ticket, text="Проверьте питание", by=world.ira, now=now)
    assignment.assign(ticket=ticket, to=world.leo.agent, by=world.ira, now=now)
    resolution.resolve(ticket=ticket, by=world.leo, now=now)
    events = list(Event.objects.filter(ticket=ticket).order_by("seq").values_list("seq", "name"))
    assert events == [
        (1, "ticket.opened"),
        (2, "note.written"),
        (3, "message.sent"),
        (4, "ticket.assigned"),
        (5, "ticket.resolved"),
    ]
    assert fresh(ticket).last_seq == 5


def test_a_retry_under_the_same_client_id_is_the_same_message(world, ticket, now):
    said = {"ticket": ticket, "text": "Ещё фото", "by": world.anna, "now": now, "channel": "chat", "client_id": "c1"}
    assert customer_says(**said) == customer_says(**said)
    assert Message.objects.filter(client_id="c1").count() == 1


def test_a_note_neither_passes_the_move_nor_leaves(world, ticket, now):
    conversation.note(ticket=ticket, text="Клиент нервничает", by=world.ira, now=now)
    assert fresh(ticket).turn == "us"
    assert not Delivery.objects.filter(kind="reply").exists()
    assert not Event.objects.get(name="note.written").public


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_said_is_refused(world, ticket, now, text):
    with pytest.raises(conversation.NothingSaid):
        customer_says(ticket=ticket, text=text, by=world.anna, now=now, channel="form")


def test_a_word_after_the_resolution_opens_it_again(world, ticket, now):
    resolution.resolve(ticket=ticket, by=world.ira, now=now)
    customer_says(ticket=ticket, text="Опять пропала", by=world.anna, now=now + timedelta(days=2), channel="mail")
    ticket = fresh(ticket)
    assert (ticket.turn, ticket.reopenings, ticket.resolved_at) == ("us", 1, None)


def test_after_the_window_it_is_closed_and_a_follow_up_continues_it(world, ticket, now):
    resolution.resolve(ticket=ticket, by=world.ira, now=now)
    late = now + window() + timedelta(minutes=1)
    assert resolution.close_settled(now=late) == 1
    ticket = fresh(ticket)
    with pytest.raises(TooLate):
        reopen(ticket=ticket, by=world.anna, now=late)
    next_one = customer_says(ticket=ticket, text="Снова", by=world.anna, now=late, channel="form").ticket
    assert next_one.follow_up_of == ticket
    assert [row.camera for row in next_one.ticket_cameras.all()] == [world.camera_yard]


def test_a_resolved_ticket_within_the_window_stays_open_for_words(world, ticket, now):
    resolution.resolve(ticket=ticket, by=world.ira, now=now)
    assert resolution.close_settled(now=now + window() - timedelta(minutes=1)) == 0


def test_assigning_takes_it_from_the_bot(world, now):
    ticket = open_ticket(new(world, turn="bot"), by=world.anna, now=now).ticket
    assert ticket.next_due_at is None
    assignment.assign(ticket=ticket, to=world.ira.agent, by=world.leo, now=now)
    ticket = fresh(ticket)
    assert (ticket.turn, ticket.assignee) == ("us", world.ira.agent)
    assert ticket.next_due_at > now


def test_a_bots_turn_without_a_bot_is_ours_once_the_customer_writes(world, now):
    ticket = open_ticket(new(world, turn="bot"), by=world.anna, now=now).ticket
    customer_says(ticket=ticket, text="ау", by=world.anna, now=now, channel="chat")
    assert (fresh(ticket).turn, bool(fresh(ticket).next_due_at)) == ("us", True)


@pytest.mark.parametrize("turn", ["bot", "nobody", "somewhere"])
def test_some_turns_are_not_set_by_hand(world, ticket, now, turn):
    with pytest.raises(ValueError):
        assignment.pass_turn(ticket=ticket, turn=turn, by=world.ira, now=now)


def test_maintained_counts_equal_counted_ones(world, ticket, now):
    other = open_ticket(new(world, text="Вторая"), by=world.anna, now=now).ticket
    conversation.reply(ticket=ticket, text="Ответ", by=world.ira, now=now)
    assignment.pass_turn(ticket=ticket, turn="visit", by=world.ira, now=now)
    assignment.route(ticket=other, team=world.field_crew, by=world.ira, now=now)
    resolution.resolve(ticket=other, by=world.ira, now=now)
    assert counts.wrong() == {}
    assert counts.read(["all:visit"]) == {"all:visit": 1}


def test_events_are_never_deleted(world, ticket):
    with pytest.raises(TypeError):
        ticket.events.get().delete()


def test_an_event_that_is_not_in_the_table_is_not_recorded(world, ticket, now):
    with pytest.raises(UnknownEvent), timeline.deed(ticket.pk, now=now) as locked:
        timeline.record(locked, "ticket.exploded", by=None, now=now)
    with pytest.raises(UnknownEvent):
        timeline.first(Ticket(pk=ticket.pk), "ticket.exploded", by=None, now=now)
    assert not Event.objects.filter(name="ticket.exploded").exists()
    assert fresh(ticket).last_seq == ticket.last_seq


@pytest.mark.parametrize(
    "name, what, bounced",
    [
        ("letter.bounced", {"permanent": True}, True),
        ("letter.bounced", {"permanent": False}, False),
        ("letter.bounced", {}, False),
        ("delivery.failed", {"permanent": True}, False),
    ],
)
def test_only_a_letter_that_came_back_for_good_closes_the_way(world, ticket, now, name, what, bounced):
    with timeline.deed(ticket.pk, now=now) as locked:
        timeline.record(locked, name, by=None, now=now, to=ticket.contact_email, delivery=1, reason="550", **what)
    known = reply_channels.known_now(ticket)
    assert (known.bounced, known.doubtful) == (bounced, True)


@pytest.mark.parametrize(
    "see, field",
    [(conversation.seen_by_customer, "customer_seen_seq"), (conversation.seen_by_agents, "agent_seen_seq")],
)
def test_what_was_seen_stays_seen_and_no_more_than_there_is(world, now, see, field):
    """Two pages of one request tell what they show in any order, and a page may name any number."""
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    for _more in range(3):
        conversation.note(ticket=ticket, text="Ещё", by=world.ira, now=now)
    ticket.refresh_from_db()
    Ticket.objects.filter(pk=ticket.pk).update(**{field: 0})
    for seq, seen in ((2, 2), (1, 2), (3, 3), (10**9, ticket.last_seq), (1, ticket.last_seq)):
        see(ticket, seq=seq)
        ticket.refresh_from_db()
        assert getattr(ticket, field) == seen, seq
