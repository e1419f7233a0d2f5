"""The one reading of a conversation: what each audience sees of it, in which order, in how many statements."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from camdesk.channels.phone.call_messages import log_call
from camdesk.tickets import assignment, conversation, scanning, thread, timeline
from camdesk.tickets.events import KINDS, Audience
from camdesk.tickets.models import Attachment, Event, Message, Ticket
from camdesk.tickets.quarantine import Ruling
from camdesk.tickets.thread import EventItem, MessageItem
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.world import customer_says

AGENT, CUSTOMER, INTEGRATION = Audience.AGENT, Audience.CUSTOMER, Audience.INTEGRATION


@pytest.fixture
def ticket(world, now) -> Ticket:
    return open_ticket(new(world, text="Камера не показывает"), by=world.anna, now=now).ticket


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def attach(message: Message, name: str, now, scan: str = "clean", position: int = 0) -> Attachment:
    return Attachment.objects.create(
        message=message,
        name=name,
        size=7,
        position=position,
        storage_key=f"{Attachment.objects.count():040x}",
        content_type="text/plain",
        scan=scan,
        scan_note="Eicar" if scan == "infected" else "",
        created_at=now,
    )


def lines(shown: thread.Thread) -> list[str]:
    return [item.name if isinstance(item, EventItem) else f"{item.kind}: {item.text}" for item in shown.items]


@pytest.fixture
def talked(world, ticket, now) -> Ticket:
    """All kinds of messages, an event among agents, one for all."""
    customer_says(ticket=ticket, text="Ещё мигает", by=world.anna, now=now, channel="form")
    conversation.note(ticket=ticket, text="Похоже на питание", by=world.ira, now=now)
    assignment.assign(ticket=ticket, to=world.leo.agent, by=world.ira, now=now)
    conversation.reply(ticket=ticket, text="Проверьте блок питания", by=world.ira, now=now)
    log_call(
        ticket=ticket,
        direction="in",
        phone="+79265551234",
        minutes=2,
        text="Говорит, что включено",
        by=world.ira,
        now=now,
    )
    return fresh(ticket)


def test_an_agent_sees_everything_in_one_order(talked):
    assert lines(thread.read(talked, AGENT)) == [
        "ticket.opened",
        "customer: Камера не показывает",
        "customer: Ещё мигает",
        "note: Похоже на питание",
        "ticket.assigned",
        "reply: Проверьте блок питания",
        "call: Говорит, что включено",
    ]


def test_the_customer_sees_neither_notes_nor_what_was_noted_of_a_call_nor_a_sign_of_them(talked):
    shown = thread.read(talked, CUSTOMER)
    assert lines(shown) == [
        "customer: Камера не показывает",
        "customer: Ещё мигает",
        "reply: Проверьте блок питания",
        "call.received",
    ]
    assert [event.name for event in shown.events if not KINDS[event.name].public] == []
    assert "Вы позвонили нам" in shown.items[-1].sentence


def test_an_integration_sees_what_an_agent_sees(talked):
    whole, agents = thread.read(talked, INTEGRATION, most=thread.ALL), thread.read(talked, AGENT)
    assert [item.seq for item in whole.items] == [item.seq for item in agents.items]
    assert [event.pk for event in whole.events] == list(talked.events.order_by("seq").values_list("pk", flat=True))


@pytest.mark.parametrize("scan", ["waiting", "clean", "unknown", "infected"])
def test_who_may_have_a_file_is_ruled_for_who_reads(world, talked, now, settings, scan):
    settings.SCANNER = "clamd://127.0.0.1:1"
    attach(talked.messages.first(), "a.txt", now, scan)
    ruled = {who: thread.read(talked, who).messages[0].files[0].ruling for who in Audience}
    agents = {"clean": Ruling.GIVEN, "infected": Ruling.INFECTED}.get(scan, Ruling.ASKED)
    others = {
        "clean": Ruling.GIVEN,
        "infected": Ruling.INFECTED,
        "waiting": Ruling.WAITS,
        "unknown": Ruling.UNCHECKED,
    }[scan]
    assert ruled == {AGENT: agents, CUSTOMER: others, INTEGRATION: others}


def test_a_file_of_a_note_is_shown_with_its_note_or_not_at_all(world, talked, now):
    attach(talked.messages.get(kind="note"), "schema.png", now)
    attach(talked.messages.get(kind="reply"), "b.txt", now, position=1)
    attach(talked.messages.get(kind="reply"), "a.txt", now, position=0)
    names = {who: [file.name for said in thread.read(talked, who).messages for file in said.files] for who in Audience}
    assert names[CUSTOMER] == ["a.txt", "b.txt"]
    assert names[AGENT] == names[INTEGRATION] == ["schema.png", "a.txt", "b.txt"]


def test_an_infected_file_is_told_to_whom_its_message_is_shown(world, talked, now):
    for kind in ("note", "reply"):
        attachment = attach(talked.messages.get(kind=kind), f"{kind}.exe", now, "waiting")
        scanning.settle(attachment, scanning.Verdict(scanning.Result.INFECTED, "Eicar"), now)
    told = {
        who: [item.particulars["name"] for item in thread.read(fresh(talked), who).events if "infected" in item.name]
        for who in Audience
    }
    assert told == {AGENT: ["note.exe", "reply.exe"], CUSTOMER: ["reply.exe"], INTEGRATION: ["note.exe", "reply.exe"]}


def test_the_html_of_a_letter_is_for_agents(world, ticket):
    ticket.messages.update(html="<p>Письмо</p>")
    assert [thread.read(ticket, who).messages[0].html for who in Audience] == ["<p>Письмо</p>", "", ""]


@pytest.mark.parametrize("audience", Audience)
def test_what_is_new_is_what_came_after(talked, audience):
    whole = thread.read(talked, audience)
    for after in range(talked.last_seq + 2):
        assert thread.read(talked, audience, after=after).items == tuple(i for i in whole.items if i.seq > after)


def many(ticket: Ticket, world, now, times: int) -> Ticket:
    with timeline.deed(ticket.pk, now=now) as locked:
        for index in range(times):
            name = "note.written" if index % 3 == 2 else "message.sent"
            event = timeline.record(locked, name, by=world.ira, now=now + timedelta(minutes=index))
            kind = Message.Kind.NOTE if index % 3 == 2 else Message.Kind.REPLY
            said = Message.objects.create(
                ticket=locked, seq=event.seq, kind=kind, channel="desk", by=world.ira, text=f"{index}", at=event.at
            )
            attach(said, f"{index}.txt", now)
    return fresh(ticket)


@pytest.mark.parametrize("audience", Audience)
def test_a_long_one_comes_in_pages_and_none_of_it_twice_or_never(world, ticket, now, audience):
    ticket = many(ticket, world, now, 50)
    whole = thread.read(ticket, audience, most=thread.ALL)
    assert whole.earlier is None
    pages, before = [], None
    while True:
        pages.append(thread.read(ticket, audience, before=before, most=7))
        assert len(pages[-1].events) <= 7
        before = pages[-1].earlier
        if before is None:
            break
    assert len(pages) > 4
    assert [item for page in reversed(pages) for item in page.items] == list(whole.items)
    assert [item for page in reversed(pages) for item in page.events] == list(whole.events)


def test_a_page_of_the_customers_is_as_long_as_one_of_the_agents(world, ticket, now):
    """However much is written among agents between: a page is counted in what its reader sees."""
    ticket = many(ticket, world, now, 50)
    assert len(thread.read(ticket, CUSTOMER, most=7).items) == len(thread.read(ticket, AGENT, most=7).items) == 7


def test_the_page_on_which_something_stands(world, ticket, now):
    ticket = many(ticket, world, now, 2 * thread.PAGE)
    for seq in (1, 2, thread.PAGE - 1, thread.PAGE, ticket.last_seq - thread.PAGE, ticket.last_seq):
        before = thread.page_with(ticket, seq)
        assert seq in [item.seq for item in thread.read(ticket, AGENT, before=before).items]
    assert thread.page_with(ticket, ticket.last_seq - 3) is None


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("times", [1, 40])
def test_three_statements_whatever_the_length(world, ticket, now, audience, times):
    ticket = many(ticket, world, now, times)
    thread.read(ticket, audience)
    for asked in ({}, {"after": 1}, {"before": ticket.last_seq}, {"most": thread.ALL}, {"most": 5}):
        with CaptureQueriesContext(connection) as queries:
            shown = thread.read(ticket, audience, **asked)
            assert all(item.by_name for item in shown.items)
            assert [said.files for said in shown.messages if said.seq > 1 and not said.files] == []
        assert len(queries) == 3, asked


def test_what_happened_in_one_statement(world, talked):
    for audience in Audience:
        with CaptureQueriesContext(connection) as queries:
            shown = thread.history(talked, audience)
        assert len(queries) == 1
        assert (shown.messages, shown.events) == ((), thread.read(talked, audience).events)


def test_all_that_was_said_in_several_requests_in_one_line_of_time(world, talked, now):
    other = open_ticket(new(world, text="И вторая камера"), by=world.anna, now=now + timedelta(hours=1)).ticket
    customer_says(ticket=talked, text="Заработала", by=world.anna, now=now + timedelta(hours=2), channel="form")
    attach(other.messages.get(), "вторая.png", now)
    with CaptureQueriesContext(connection) as queries:
        said = thread.talk([talked, other], AGENT, most=50)
    assert len(queries) == 2
    assert [item.text for item in said][-2:] == ["И вторая камера", "Заработала"]
    assert said[-2].files[0].name == "вторая.png"
    assert [item.text for item in thread.talk([talked, other], AGENT, most=2)] == ["И вторая камера", "Заработала"]
    assert {item.kind for item in said} == {"customer", "note", "reply", "call"}
    assert {item.kind for item in thread.talk([talked, other], CUSTOMER, most=50)} == {"customer", "reply"}
    assert thread.talk([], AGENT, most=50) == ()


def test_one_message_is_kept_from_whom_the_conversation_keeps_it(talked):
    note = talked.messages.get(kind="note")
    assert thread.message_at(talked, note.seq, AGENT) == note
    assert thread.message_at(talked, note.seq, CUSTOMER) is None
    assert thread.message_at(talked, 10**6, AGENT) is None


def test_what_it_began_with(world, ticket, now):
    attach(ticket.messages.get(), "a.txt", now)
    first = thread.opening_words(ticket, CUSTOMER)
    assert isinstance(first, MessageItem)
    assert (first.text, first.by_name, [file.name for file in first.files]) == (
        "Камера не показывает", world.anna.name, ["a.txt"],
    )  # fmt: skip
    ticket.messages.update(kind="note")
    assert thread.opening_words(ticket, CUSTOMER) is None


def test_after_what_a_retry_is_answered(world, ticket, now):
    assert thread.seq_before(ticket, "новое") == ticket.last_seq
    said = customer_says(ticket=ticket, text="Раз", by=world.anna, now=now, channel="form", client_id="c1")
    customer_says(ticket=ticket, text="Два", by=world.anna, now=now, channel="form")
    assert thread.seq_before(fresh(ticket), "c1") == said.seq - 1


def test_what_waits_for_the_customer_is_what_was_said_to_them(world, ticket, now):
    conversation.reply(ticket=ticket, text="Смотрим", by=world.ira, now=now)
    conversation.note(ticket=ticket, text="Для своих", by=world.ira, now=now)
    customer_says(ticket=ticket, text="Жду", by=world.anna, now=now, channel="form")
    assert thread.unread(fresh(ticket)) == 1
    conversation.seen_by_customer(fresh(ticket), seq=fresh(ticket).last_seq)
    assert thread.unread(fresh(ticket)) == 0


def test_an_event_of_a_version_to_come_is_shown_to_agents_by_its_name(ticket, now):
    Event.objects.create(ticket=ticket, seq=2, name="ticket.merged", at=now, particulars={})
    assert "ticket.merged" in lines(thread.read(ticket, AGENT))
    assert "ticket.merged" not in lines(thread.read(ticket, CUSTOMER))
