"""Letters that leave together, and those that need not leave."""

from datetime import timedelta

import pytest

from camdesk.channels.mail.outgoing import digest
from camdesk.channels.mail.outgoing.compose import compose
from camdesk.channels.mail.outgoing.deliver import deliver_due
from camdesk.channels.mail.outgoing.wire_format import reply_address, write
from camdesk.people.models import Person
from camdesk.tickets import conversation, promises, resolution, uploads
from camdesk.tickets.models import Delivery, Event, Ticket
from camdesk.tickets.outbox import queue_letter, send_again
from camdesk.tickets.reopening import reopen
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.world import customer_says

MINUTE = timedelta(minutes=1)


@pytest.fixture
def ticket(world, now) -> Ticket:
    """Its confirmation has left an hour ago."""
    made = open_ticket(new(world), by=world.anna, now=now - 60 * MINUTE).ticket
    leave(now - 60 * MINUTE)
    return made


def leave(moment) -> None:
    """Letters that are due are kept by the catcher: there is no mail server in these tests."""
    while deliver_due(moment):
        pass


def letters(**what) -> list[Delivery]:
    return list(Delivery.objects.filter(**what).order_by("pk"))


def say(ticket, by, at, text="Смотрим", **how):
    return conversation.reply(ticket=ticket, text=text, by=by, now=at, **how)


@pytest.mark.whole("camdesk.channels.mail.outgoing.digest_rows._into_the_first")
def test_what_one_agent_writes_within_a_minute_is_one_letter(world, ticket, now, data_folder):
    file = uploads.take_in(b"words", name="схема.txt", by=world.ira, now=now)
    say(ticket, world.ira, now, "Проверьте питание")
    say(ticket, world.ira, now + MINUTE / 2, "И кабель", files=[file.pk])
    leave(now)
    assert not letters(kind="reply", state="caught"), "the first waits for the second"
    leave(now + MINUTE)
    first, second = letters(kind="reply")
    assert (first.state, second.state, second.letter.merged_into) == ("caught", "merged", first.letter)
    assert first.letter.text.index("Проверьте питание") < first.letter.text.index("И кабель")
    assert first.letter.text.count("Ирина Белова") == 1
    assert "схема.txt".encode() in write(first) or b"filename*=" in write(first)


def test_two_agents_write_two_letters_in_their_order(world, ticket, now):
    say(ticket, world.ira, now, "раз")
    say(ticket, world.leo, now + MINUTE / 2, "два")
    leave(now + 2 * MINUTE)
    assert [(one.state, one.letter.text.split("\n\n")[1]) for one in letters(kind="reply")] == [
        ("caught", "раз"),
        ("caught", "два"),
    ]


def test_an_answer_in_the_cabinet_that_is_read_needs_no_letter(world, ticket, now):
    message = say(ticket, world.ira, now, channel="chat")
    ticket.refresh_from_db()
    conversation.seen_by_customer(ticket, seq=message.seq)
    leave(now + 60 * MINUTE)
    assert [one.state for one in letters(kind="reply")] == ["read"]


def test_answers_that_stay_unread_leave_in_one_letter(world, ticket, now, settings):
    for number in range(3):
        say(ticket, world.ira, now + number * MINUTE, f"часть {number}", channel="chat")
    leave(now + timedelta(minutes=settings.UNREAD_MINUTES) - timedelta(seconds=1))
    assert {one.state for one in letters(kind="reply")} == {"waiting"}
    leave(now + timedelta(minutes=settings.UNREAD_MINUTES))
    first, *others = letters(kind="reply")
    assert (first.state, {one.state for one in others}) == ("caught", {"merged"})
    assert all(f"часть {number}" in first.letter.text for number in range(3))


def test_a_letter_of_several_is_signed_by_who_spoke_last_and_quotes_what_was_said_before_the_first(
    world, ticket, now, settings
):
    say(ticket, world.ira, now, "начала", channel="chat")
    customer_says(ticket=ticket, text="вставила слово", by=world.anna, channel="chat", now=now + MINUTE / 4)
    say(ticket, world.leo, now + MINUTE / 2, "закончил", channel="chat")
    leave(now + timedelta(minutes=settings.UNREAD_MINUTES))
    words = letters(kind="reply", state="caught")[0].letter.text
    assert words.index("начала") < words.index("закончил") < words.index("Леонид Громов")
    assert "Ирина Белова" not in words
    assert "вставила слово" not in words
    assert "Вы писали" in words


def test_only_what_was_not_read_leaves(world, ticket, now):
    seen = say(ticket, world.ira, now, "прочитано", channel="chat")
    say(ticket, world.ira, now + MINUTE, "не прочитано", channel="chat")
    ticket.refresh_from_db()
    conversation.seen_by_customer(ticket, seq=seen.seq)
    leave(now + 10 * MINUTE)
    read, left = letters(kind="reply")
    assert (read.state, left.state) == ("read", "caught")
    assert "прочитано" in left.letter.text
    assert "\n\nпрочитано\n\n" not in left.letter.text


def test_whoever_wants_letters_at_once_gets_them(world, ticket, now):
    Person.objects.filter(pk=world.anna.pk).update(letters_at_once=True)
    message = say(ticket, world.ira, now, channel="chat")
    ticket.refresh_from_db()
    conversation.seen_by_customer(ticket, seq=message.seq)
    leave(now + MINUTE)
    assert [one.state for one in letters(kind="reply")] == ["caught"]


def test_an_answer_by_letter_takes_along_what_was_unread_before(world, ticket, now):
    say(ticket, world.ira, now, "в кабинете", channel="chat")
    say(ticket, world.ira, now + MINUTE / 2, "письмом", channel="mail")
    leave(now + 2 * MINUTE)
    first, second = letters(kind="reply")
    assert (first.state, second.state) == ("caught", "merged")
    assert first.letter.text.index("в кабинете") < first.letter.text.index("письмом")


def test_a_call_sends_no_letter(world, ticket, now):
    message = say(ticket, world.ira, now, channel="phone")
    assert (message.channel, letters(kind="reply")) == ("phone", [])


# --- news to one address


def many(world, now, number):
    return [open_ticket(new(world), by=world.anna, now=now).ticket for _ in range(number)]


@pytest.mark.whole("camdesk.channels.mail.outgoing.digest_rows._into_a_digest")
def test_three_confirmations_leave_and_four_are_one_letter(world, now):
    many(world, now, 3)
    leave(now)
    assert [one.state for one in letters()] == ["caught"] * 3
    later = now + digest.WITHIN + MINUTE
    four = many(world, later, 4)
    leave(later)
    merged = letters(state="merged")
    assert [one.ticket for one in merged] == four
    [gathered] = letters(kind="digest")
    assert {one.letter.merged_into for one in merged} == {gathered.letter}
    assert gathered.state == "caught"
    for ticket in four:
        assert f"Обращение № {ticket.pk}" in gathered.letter.text
        assert f"/requests/{ticket.pk}/" in gathered.letter.text
        assert gathered.letter.text.count(reply_address(ticket)) == 1
    assert "Без номера ваши слова станут новым обращением" in gathered.letter.text


def test_what_is_not_due_makes_no_letter_of_many(world, now):
    """Three are due and leave by themselves; the fourth waits for its own moment, and is in no letter before."""
    last = many(world, now, 4)[-1]
    Delivery.objects.filter(ticket=last).update(next_try_at=now + 30 * MINUTE)
    leave(now)
    assert [one.state for one in letters(kind="confirmation")] == ["caught"] * 3 + ["waiting"]
    assert not letters(kind="digest")
    leave(now + 30 * MINUTE)
    assert [one.state for one in letters(kind="confirmation")] == ["caught"] * 4


def test_the_fourth_waits_until_there_is_room(world, now):
    many(world, now, 3)
    leave(now)
    many(world, now + MINUTE, 2)
    of_another = {"person": world.oleg, "cameras": [world.camera_oleg], "contact_email": "oleg@example.org"}
    open_ticket(new(world, **of_another), by=world.oleg, now=now + MINUTE)
    leave(now + 14 * MINUTE)
    assert {one.to for one in letters(state="waiting")} == {"anna@example.org"}
    assert len(letters(state="waiting")) == 2
    leave(now + 15.1 * MINUTE)
    assert not letters(state="waiting")
    assert len(letters(state="caught", to="anna@example.org")) == 5, "three are old by then: both leave by themselves"


def test_others_get_their_letters_whatever_one_gets(world, now):
    many(world, now, 9)
    open_ticket(
        new(world, person=world.oleg, cameras=[world.camera_oleg], contact_email="oleg@example.org"),
        by=world.oleg,
        now=now,
    )
    leave(now)
    assert [one.kind for one in letters(state="caught")] == ["confirmation", "digest"]


def test_a_gathered_letter_tells_what_changed_in_each(world, now):
    tickets = many(world, now, 4)
    leave(now)
    later = now + 60 * MINUTE
    promises.promise(ticket=tickets[0], at=later + timedelta(hours=26), by=world.ira, now=later)
    say(tickets[1], world.ira, later, "Заменили блок питания", channel="phone")
    for ticket in tickets[1:3]:
        resolution.resolve(ticket=ticket, by=world.ira, now=later)
    text = "Здравствуйте!\n\nНе работает узел связи.\n\nПочиним к 18:00."
    queue_letter(kind="notice", to="anna@example.org", ticket=tickets[3], subject="Сбой", text=text, now=later)
    leave(later + MINUTE)
    [_first, gathered] = letters(kind="digest")
    assert "Нам нужно больше времени" in gathered.letter.text
    assert gathered.letter.text.count("Решено. Наш ответ: «Заменили блок питания»") == 1
    assert gathered.letter.text.count("Решено.") == 2
    assert "Не работает узел связи.\nПочиним к 18:00." in gathered.letter.text
    assert gathered.letter.text.count("Здравствуйте") == 1


def test_news_of_one_request_stay_a_letter_of_it(world, ticket, now):
    for hours in range(4):
        promises.promise(ticket=ticket, at=now + timedelta(hours=26 + hours), by=world.ira, now=now)
    resolution.resolve(ticket=ticket, by=world.ira, now=now - timedelta(seconds=31))
    leave(now)
    first, *others = letters(state__in=["caught", "merged"], settled_at__gte=now)
    assert (first.kind, first.state) == ("promise", "caught")
    assert {one.letter.merged_into for one in others} == {first.letter}
    text = first.letter.text
    assert text.index("Нам нужно больше времени") < text.index("Решено.")
    assert "станут новым обращением" not in text
    assert f"№ {ticket.pk}" in first.letter.subject


def test_an_answer_waits_for_no_news_held_before_it(world, now):
    many(world, now, 3)
    leave(now)
    ticket = many(world, now, 1)[0]
    leave(now)
    assert letters(ticket=ticket)[0].state == "waiting"
    say(ticket, world.ira, now + MINUTE)
    leave(now + 3 * MINUTE)
    assert [(one.kind, one.state) for one in letters(ticket=ticket)] == [
        ("confirmation", "caught"),
        ("reply", "caught"),
    ]


def test_nothing_overtakes_a_gathered_letter_of_its_request(world, now, settings, monkeypatch):
    tickets = many(world, now, 4)
    settings.EMAIL_URL = "smtp://127.0.0.1:1"  # nobody is there
    deliver_due(now)
    settings.EMAIL_URL = ""
    Delivery.objects.filter(kind="digest").update(next_try_at=now + 30 * MINUTE)  # tried, and put off
    say(tickets[0], world.ira, now)
    leave(now + 5 * MINUTE)
    assert [one.state for one in letters(kind="reply")] == ["waiting"]
    leave(now + 30 * MINUTE)
    assert [one.state for one in letters(kind="reply")] == ["caught"]


@pytest.mark.whole("camdesk.channels.deliveries.fail")
def test_a_gathered_letter_that_fails_is_said_on_each_request(world, now, settings):
    tickets = many(world, now, 4)
    leave(now)
    [gathered] = letters(kind="digest")
    Delivery.objects.filter(pk=gathered.pk).update(state="waiting", to="no address", settled_at=None)
    from camdesk.channels import deliveries

    gathered.refresh_from_db()
    deliveries.fail(gathered, "550 no such mailbox", now)
    assert Event.objects.filter(name="delivery.failed", ticket__in=tickets).count() == 4
    assert send_again(delivery=gathered, by=world.leo, now=now)


def test_a_resolution_taken_back_is_in_no_letter(world, now):
    tickets = many(world, now, 4)
    leave(now)
    later = now + 60 * MINUTE
    for ticket in tickets:
        resolution.resolve(ticket=ticket, by=world.ira, now=later)
    resolution.take_back(ticket=tickets[0], by=world.ira, now=later + timedelta(seconds=20))
    leave(later + timedelta(seconds=25))
    leave(later + MINUTE)
    assert [one.ticket for one in letters(kind="resolved")] == tickets[1:]


def test_a_notice_reads_like_every_letter_about_a_request(world, ticket, now):
    text = f"Здравствуйте, Анна!\n\nНе работает узел связи.\n\nОбращение: http://testserver/requests/{ticket.pk}/"
    queue_letter(kind="notice", to="anna@example.org", ticket=ticket, subject="Сбой на узле", text=text, now=now)
    leave(now)
    [notice] = letters(kind="notice")
    assert notice.letter.subject == "Сбой на узле"
    assert notice.letter.text.index("Ответьте выше этой строки") < notice.letter.text.index("Не работает узел связи")
    assert "<p>Не работает узел" in notice.letter.html or "Не работает узел связи" in notice.letter.html
    again = compose(notice)
    assert (again.text, again.html) == (notice.letter.text, notice.letter.html), "composed once"


def test_newer_news_of_a_request_are_gathered_only_after_older_ones(world, now):
    tickets = many(world, now - 60 * MINUTE, 4)
    leave(now - 60 * MINUTE)
    resolution.resolve(ticket=tickets[0], by=world.ira, now=now)  # may be taken back for half a minute
    reopen(ticket=tickets[0], by=world.anna, now=now)
    for number, ticket in enumerate(tickets):
        promises.promise(ticket=ticket, at=now + timedelta(hours=26 + number), by=world.ira, now=now)
    many(world, now, 1)
    leave(now)
    assert [one.state for one in letters(ticket=tickets[0], kind="promise")] == ["waiting"]
    leave(now + 16 * MINUTE)
    assert not letters(state="waiting")


def test_what_left_within_another_or_was_read_is_not_sent_again(world, ticket, now):
    message = say(ticket, world.ira, now, channel="chat")
    ticket.refresh_from_db()
    conversation.seen_by_customer(ticket, seq=message.seq)
    many(world, now, 4)
    leave(now + 60 * MINUTE)
    again = letters(state__in=["merged", "read"])
    assert {one.state for one in again} == {"merged", "read"}
    assert not any(send_again(delivery=one, by=world.leo, now=now + 61 * MINUTE) for one in again)
