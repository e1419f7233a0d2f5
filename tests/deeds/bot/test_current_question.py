"""The question a conversation is at is stored with it: always the newest that was said of its kind."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError

from camdesk.bot.engine import stored_state
from camdesk.bot.engine.effects import Collected, Resolve, Timer
from camdesk.bot.engine.events import Answered, OperatorCalled, from_json
from camdesk.bot.engine.replies import AnyReply, Confirmation, FactAsked, Said, TopicMenu
from camdesk.bot.models import Alarm, Session
from camdesk.bot.sessions import checks, dialogue_moves
from camdesk.bot.sessions.current_question import asked, open_reply, replies_in
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.timeline import deed
from tests.deeds.bot.test_sessions import Chat, chat  # noqa: F401 - a fixture
from tests.untrained import untrained  # noqa: F401

YARD = "yard"
MOVES: list[list[tuple[str, object]]] = [
    [("answer", YARD), ("answer", "yes"), ("back", None), ("answer", "no")],
    [("answer", YARD), ("restart", None), ("answer", YARD)],
    [("other_topic", None), ("back", None), ("answer", YARD)],
    [("text", "нет звука"), ("no", None), ("answer", YARD)],
    [("text", "нет звука"), ("yes", None)],
    [("answer", YARD), ("change", "cameras"), ("answer", YARD), ("skip", None)],
    [("answer", "rubbish"), ("answer", YARD), ("yes", None), ("yes", None), ("yes", None)],
    [("answer", YARD), ("operator", None)],
]


def searched(ticket: Ticket) -> AnyReply | None:
    """As it would be found among the messages: the newest reply that puts what the page calls the open question."""
    shown = open_reply(ticket)
    if shown in (None, TopicMenu()):
        return shown
    rows = Message.objects.filter(ticket=ticket, kind="bot").order_by("-seq").values_list("data", flat=True)
    for replies in map(replies_in, rows):
        for reply in replies:
            if named(reply) == named(shown):
                known = tuple(item for one in replies if one.kind == "known" for item in one.items)
                return replace(reply, known=known) if isinstance(reply, FactAsked | Confirmation) else reply
    return None


def named(reply: AnyReply) -> tuple[str, str]:
    return reply.kind, getattr(reply, "question", "")


@pytest.mark.parametrize("moves", MOVES, ids=lambda moves: ", ".join(f"{kind} {value or ''}" for kind, value in moves))
def test_what_is_stored_is_what_was_said_last(world, chat: Chat, moves):  # noqa: F811
    for kind, value in moves:
        given = [str(world.camera_yard.pk)] if value == YARD else value
        names = {"answer": "value", "text": "text", "change": "fact"}
        chat.play(from_json({"kind": kind, **({names[kind]: given} if kind in names else {})}), said=str(value or kind))
        fresh = chat.fresh()
        replies = chat.replies()
        puts = [reply for reply in replies if reply.kind in ("ask", "confirm", "offer", "rate")]
        shown = open_reply(fresh)
        assert shown == searched(fresh)
        if fresh.turn == "bot" and puts:
            assert shown is not None, "a question was put, and nobody can answer it"
            assert named(shown) == named(puts[-1])


def test_an_older_question_is_still_read(world, chat: Chat):  # noqa: F811
    first = open_reply(chat.fresh())
    chat.play(Answered(value=[str(world.camera_yard.pk)]), said="Двор")
    assert open_reply(chat.fresh()) != first
    assert asked(chat.fresh(), first.question) == first
    assert asked(chat.fresh(), "no.such.question") is None
    assert asked(chat.fresh(), "") is None


def test_it_is_read_with_the_ticket(chat: Chat, django_assert_num_queries):  # noqa: F811
    with django_assert_num_queries(1):
        ticket = Ticket.objects.select_related("bot_session").get(pk=chat.ticket.pk)
        assert open_reply(ticket).kind == "ask"


# ------------------------------------------------------------------ what is answered within the move


def press_camera(world, chat: Chat) -> None:  # noqa: F811
    chat.play(Answered(value=[str(world.camera_yard.pk)]), said="Двор")


def test_what_our_tables_answer_leaves_no_alarm_and_no_open_call(world, chat: Chat):  # noqa: F811
    press_camera(world, chat)
    assert stored_state.from_json(Session.objects.get().state).calls == {}
    assert sorted(Alarm.objects.values_list("name", flat=True)) == ["close", "remind"]


@pytest.mark.parametrize("of_records", [True, False], ids=["our tables answer", "the world answers"])
def test_whoever_answers_a_check_the_conversation_is_the_same(world, chat: Chat, monkeypatch, of_records):  # noqa: F811
    if not of_records:
        monkeypatch.setattr(checks, "FROM_RECORDS", frozenset())
    press_camera(world, chat)
    said = Message.objects.order_by("seq").values_list("kind", flat=True)
    assert list(said)[-3:] == ["customer", "bot", "bot"]
    assert "Камера не отвечает" in Message.objects.order_by("-seq")[0].text
    assert stored_state.from_json(Session.objects.get().state).calls == {}
    assert sorted(Alarm.objects.values_list("name", flat=True)) == ["close", "remind"]
    events = chat.fresh().events.order_by("seq")
    seqs = list(events.values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))
    assert chat.fresh().last_seq == seqs[-1]


def test_a_database_that_fails_in_a_check_undoes_the_move(world, chat: Chat, monkeypatch):  # noqa: F811
    def fails(*args: object, **named: object) -> None:
        raise OperationalError("the disk is gone")

    monkeypatch.setattr(checks, "answer", fails)
    before = Message.objects.count(), Session.objects.get().state
    with pytest.raises(OperationalError):
        press_camera(world, chat)
    assert (Message.objects.count(), Session.objects.get().state) == before


def test_a_hand_over_stops_every_alarm_and_comes_after_the_words_about_it(world, chat: Chat):  # noqa: F811
    press_camera(world, chat)
    chat.play(OperatorCalled(), said="Позвать человека")
    assert not Alarm.objects.exists()
    names = list(chat.fresh().events.order_by("seq").values_list("name", flat=True))
    assert names.index("bot.handed_over") > max(n for n, name in enumerate(names) if name == "bot.answered")


def test_what_was_to_ring_before_an_end_does_not_ring_after_it(chat: Chat, now: datetime):  # noqa: F811
    timer, settled = Timer(name="remind", after=60, token=1), Resolve(topic="", data=Collected())
    session = Session.objects.get()
    dialogue_moves._set_alarms(session, [timer, settled], answered=[""], now=now)
    assert not Alarm.objects.exists()
    dialogue_moves._set_alarms(session, [settled, timer], answered=[""], now=now)
    assert [alarm.name for alarm in Alarm.objects.all()] == ["remind"]


def test_a_move_that_says_nothing_is_no_news_for_the_customer(chat: Chat, now: datetime):  # noqa: F811
    with deed(chat.ticket.pk, now=now) as locked:
        dialogue_moves._speak(locked, [], now=now)
        assert not locked.happened
        dialogue_moves._speak(locked, [dialogue_moves._in_one_message([Said("1.1", "Смотрю")])], now=now)
        assert [event.public for event in locked.happened] == [True]


def test_a_chosen_camera_is_named_though_there_are_thousands(world, monkeypatch, django_assert_num_queries):
    from camdesk.bot.sessions import context

    monkeypatch.setattr(context, "MOST_CAMERAS", 1)
    ids = [world.camera_gate.pk, world.camera_yard.pk, world.camera_oleg.pk]
    sight = context.Sight()
    assert {camera.pk for camera in sight.chosen(world.anna, ids)} == {world.camera_gate.pk, world.camera_yard.pk}
    with django_assert_num_queries(0):
        assert len(sight.cameras_of(world.anna)) == 1
    with django_assert_num_queries(1):
        sight.cameras_of(world.oleg)


def test_conversations_of_before_find_their_question_at_the_upgrade(world, chat: Chat, now: datetime):  # noqa: F811
    import importlib

    from django.apps import apps

    press_camera(world, chat)
    expected = open_reply(chat.fresh())
    asking = stored_state.from_json(Session.objects.get().state).frames[-1]
    frame = {"flow": asking.flow, "step": asking.step, "phase": asking.phase}
    if asking.asking is not None:
        frame |= {"fact": asking.asking.fact, "camera": asking.asking.camera, "skipped": [], "each": [], "anew": []}
    Session.objects.update(asked={}, state={"schema": 1, "status": "active", "frames": [frame]})  # as it was then
    importlib.import_module("camdesk.bot.migrations.0004_session_asked").keep_what_was_asked(apps, None)
    assert expected is not None
    assert open_reply(chat.fresh()) == expected
    assert Session.objects.get().moved_at <= now + timedelta(days=1)
