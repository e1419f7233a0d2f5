"""What a move holds of itself is what the conversation shows, and a conversation is locked with its ticket."""

import threading
import time
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from camdesk.bot.engine.events import from_json
from camdesk.bot.models import Session
from camdesk.bot.sessions import dialogue_moves
from camdesk.cabinet.chat_page import own_chat
from camdesk.channels import inbound
from camdesk.channels.inbound import Came
from camdesk.tickets import conversation, thread
from camdesk.tickets.events import Audience
from camdesk.tickets.models import Attachment
from camdesk.tickets.timeline import deed
from tests.deeds.bot.test_current_question import MOVES, YARD
from tests.deeds.bot.test_sessions import Chat, chat  # noqa: F401 - a fixture
from tests.untrained import untrained  # noqa: F401


@pytest.mark.parametrize("moves", MOVES, ids=lambda moves: ", ".join(f"{kind} {value or ''}" for kind, value in moves))
def test_what_a_move_holds_is_what_is_read(world, chat: Chat, now: datetime, moves):  # noqa: F811
    names = {"answer": "value", "text": "text", "change": "fact"}
    for index, (kind, value) in enumerate(moves):
        given = [str(world.camera_yard.pk)] if value == YARD else value
        event = from_json({"id": f"m{index}", "kind": kind, **({names[kind]: given} if kind in names else {})})
        ticket = own_chat(world.anna, chat.ticket.pk)
        came = Came(channel="chat", person=world.anna, text=str(value or kind), client_id=f"m{index}")
        outcome = inbound.say(came, ticket, now=now, press=event)
        for audience in Audience:
            read = thread.read(outcome.ticket, audience, after=ticket.last_seq)
            with CaptureQueriesContext(connection) as queries:
                held = thread.just_told(outcome.ticket, audience, after=ticket.last_seq)
            if held is not None:  # words may have been understood in moves that followed
                assert (held, len(queries)) == (read, 0)
            elif kind != "text":
                raise AssertionError(f"{kind} is one move")


def test_its_files_are_asked_for(world, chat: Chat, now: datetime):  # noqa: F811
    file = Attachment.objects.create(
        uploaded_by=world.anna, name="a.txt", size=1, storage_key="0" * 40, content_type="text/plain", created_at=now
    )
    ticket = own_chat(world.anna, chat.ticket.pk)
    came = Came(channel="chat", person=world.anna, text="Вот", files=[file.pk], client_id="with-a-file")
    with deed(ticket.pk, now=now, lock=dialogue_moves.lock_of(ticket)) as locked:
        session = dialogue_moves.session_of(locked)
        event, words = inbound._as_event(came), inbound._words(came)
        dialogue_moves.hear_locked(locked, session, event, words, now=now)
    held = thread.just_told(locked, Audience.CUSTOMER, after=ticket.last_seq)
    assert held == thread.read(locked, Audience.CUSTOMER, after=ticket.last_seq)
    assert [file.name for file in held.messages[0].files] == ["a.txt"]


def test_a_page_that_has_not_seen_all_before_it_is_shown_what_is_read(world, chat: Chat, now: datetime):  # noqa: F811
    seen = own_chat(world.anna, chat.ticket.pk).last_seq
    conversation.note(ticket=chat.ticket, text="Между собой", by=world.ira, now=now)
    ticket = own_chat(world.anna, chat.ticket.pk)
    came = Came(channel="chat", person=world.anna, text="Позвать человека", client_id="m1")
    told = inbound.say(came, ticket, now=now, press=from_json({"id": "m1", "kind": "operator"})).ticket
    assert thread.just_told(told, Audience.CUSTOMER, after=seen) is None
    assert thread.just_told(told, Audience.CUSTOMER, after=ticket.last_seq, most=1) is None
    shown = thread.just_told(told, Audience.CUSTOMER, after=ticket.last_seq)
    assert shown is not None
    assert "note.written" not in {event.name for event in shown.events}
    assert thread.just_told(own_chat(world.anna, ticket.pk), Audience.CUSTOMER, after=seen) is None, "nothing was told"


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_the_lock_finds_the_conversation_as_it_was_left(world, chat: Chat, now: datetime):  # noqa: F811
    """PostgreSQL reads nothing anew after waiting but what it locks."""
    ticket, later, found = own_chat(world.anna, chat.ticket.pk), now + timedelta(minutes=5), []

    def second() -> None:
        try:
            with deed(ticket.pk, now=now, lock=dialogue_moves.lock_of(ticket)) as locked:
                session = dialogue_moves.session_of(locked)
                found.append(session.moved_at if session else None)
        finally:
            connection.close()

    waiting = threading.Thread(target=second)
    with deed(ticket.pk, now=now, lock=dialogue_moves.lock_of(ticket)):
        waiting.start()
        time.sleep(0.5)
        Session.objects.update(moved_at=later)
    waiting.join(20)
    assert found == [later]
