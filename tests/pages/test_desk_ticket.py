"""A request on the desk: what an agent sees of it, says in it and does with it."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from camdesk.cameras.models import Camera
from camdesk.desk.ticket_page import OTHERS_LOOKED_AT, OTHERS_SHOWN
from camdesk.tickets import conversation, resolution, thread
from camdesk.tickets.models import Delivery, Draft, Event, Message, Ticket, TicketCamera
from tests.deeds.tickets.test_opening import new, open_ticket

HX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ticket(world) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=timezone.now()).ticket


@pytest.fixture
def ira(world, client_of):
    return client_of(world.ira)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def page(client, ticket: Ticket) -> str:
    return client.get(f"/desk/tickets/{ticket.pk}/").content.decode()


def test_a_reply_passes_the_move_and_takes_the_request(world, ticket, ira):
    answer = ira.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "Проверяем камеру", "client_id": "a1"})
    assert answer["Location"] == f"/desk/tickets/{ticket.pk}/"
    assert (fresh(ticket).turn, fresh(ticket).assignee) == ("customer", world.ira.agent)


def test_the_same_reply_twice_is_one(ticket, ira):
    for _ in range(2):
        news = ira.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "Проверяем", "client_id": "a1"}, **HX)
        assert 'data-client-id="a1"' in news.content.decode()
    assert Message.objects.filter(ticket=ticket, kind="reply").count() == 1


@pytest.mark.parametrize(("then", "turn"), [("", "customer"), ("keep", "us"), ("resolve", "nobody")])
def test_what_a_reply_does_with_the_move(ticket, ira, then, turn):
    ira.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "Готово", "then": then})
    assert fresh(ticket).turn == turn


def test_reply_and_resolve_sends_one_letter(ticket, ira):
    ira.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "Заменили блок", "then": "resolve"})
    kinds = list(Delivery.objects.filter(ticket=ticket).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["confirmation", "reply"]


def test_a_note_is_seen_by_us_and_by_nobody_else(world, ticket, ira, client_of):
    ira.post(f"/desk/tickets/{ticket.pk}/notes/", {"text": "Клиент нервничает"})
    assert "Клиент нервничает" in page(ira, ticket)
    anna = client_of(world.anna)
    assert "нервничает" not in anna.get(f"/requests/{ticket.pk}/").content.decode()
    assert "нервничает" not in anna.get(f"/requests/{ticket.pk}/since?after=0").content.decode()


@pytest.mark.parametrize("text", ["", "  \n ", "\u0000"])
def test_nothing_said_is_refused_in_words_and_loses_nothing(ticket, ira, text):
    answer = ira.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": text})
    assert answer.status_code == 422
    assert "Напишите сообщение" in answer.content.decode()
    plain = ira.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": text}, **HX)
    assert (plain.status_code, plain["Content-Type"]) == (422, "text/plain; charset=utf-8")


def test_too_long_a_reply_stays_in_its_field(ticket, ira):
    answer = ira.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "я" * 30_000})
    assert answer.status_code == 422
    assert "я" * 30_000 in answer.content.decode()


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\u202eтекст", "🙂", "'; DROP TABLE"]
)
def test_what_was_said_is_shown_as_said_and_does_nothing(ticket, ira, text):
    assert ira.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": text}).status_code == 302
    shown = page(ira, ticket)
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown


def test_files_without_scripts(data_folder, ticket, ira):
    file = SimpleUploadedFile("../схема <b>.txt", b"power scheme")
    ira.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "Схема во вложении", "files": [file]})
    attachment = Message.objects.get(ticket=ticket, kind="reply").attachments.get()
    assert attachment.name == "схема _b_.txt"
    assert attachment.name in page(ira, ticket)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Мастер приедет {visit_date} с {from} до {to}", "{visit_date}, {from}, {to}"),
        ("{name}, смотрим", "{name}"),
        ('В логе {"a": 1} и {x}', ""),
        ("Мастер приедет 5 мая", ""),
    ],
)
def test_an_answer_whose_places_nobody_filled_in_does_not_leave(ticket, ira, text, named):
    answer = ira.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": text}, **HX)
    assert (answer.status_code == 422) is bool(named)
    assert not named or f"Заполните в ответе: {named}." in answer.content.decode()
    assert Message.objects.filter(ticket=ticket, kind="reply").exists() is not bool(named)


def test_a_closed_request_takes_notes_but_no_replies(world, ticket, ira):
    long_ago = timezone.now() - timedelta(days=30)
    resolution.resolve(ticket=ticket, by=world.ira, now=long_ago)
    resolution.close_settled(now=timezone.now())
    refused = ira.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "Ещё раз"})
    assert (refused.status_code, "закрыто" in refused.content.decode()) == (422, True)
    assert ira.post(f"/desk/tickets/{ticket.pk}/notes/", {"text": "Звонил ещё раз"}).status_code == 302
    assert ira.post(f"/desk/tickets/{ticket.pk}/reopening").status_code == 422


def test_a_draft_waits_for_its_agent_alone(world, ticket, ira, client_of):
    ira.post(f"/desk/tickets/{ticket.pk}/draft", {"text": "Здравствуйте, мы", "kind": "note"})
    assert "Здравствуйте, мы" in page(ira, ticket)
    assert "Здравствуйте, мы" not in page(client_of(world.leo), ticket)
    ira.post(f"/desk/tickets/{ticket.pk}/notes/", {"text": "готово"})
    assert not Draft.objects.filter(person=world.ira).exists()


DEEDS = [
    ("assignment", lambda world: {"agent": world.leo.agent.pk}, "assignee_id"),
    ("team", lambda world: {"team": "field"}, "team_id"),
    ("turn", lambda world: {"turn": "provider"}, "turn"),
    ("topic", lambda world: {"topic": "camera-flapping"}, "topic_id"),
]


@pytest.mark.parametrize(("deed", "said", "field"), DEEDS, ids=[deed for deed, _, _ in DEEDS])
def test_a_deed_is_done_said_and_taken_back(world, ticket, ira, deed, said, field):
    before = getattr(fresh(ticket), field)
    done = ira.post(f"/desk/tickets/{ticket.pk}/{deed}", said(world), **HX)
    assert done.status_code == 204
    assert getattr(fresh(ticket), field) != before
    toast = json.loads(done["HX-Trigger"])["toast"]
    assert ira.post(toast["undo"], **HX).status_code == 204
    assert getattr(fresh(ticket), field) == before


@pytest.mark.parametrize(("deed", "said", "field"), DEEDS, ids=[deed for deed, _, _ in DEEDS])
def test_a_deed_without_scripts_comes_back_to_the_request(world, ticket, ira, deed, said, field):
    answer = ira.post(f"/desk/tickets/{ticket.pk}/{deed}", said(world))
    assert answer["Location"] == f"/desk/tickets/{ticket.pk}/"


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("turn", {"turn": "nobody"}),
        ("turn", {"turn": "bot"}),
        ("turn", {}),
        ("assignment", {"agent": "9999"}),
        ("assignment", {"agent": "x"}),
        ("assignment", {"agent": "1' OR 1=1"}),
        ("team", {"team": "nobody"}),
        ("topic", {"topic": "no-such"}),
        ("topic", {}),
    ],
)
def test_what_does_not_exist_cannot_be_set(ticket, ira, deed, said):
    before = Ticket.objects.filter(pk=ticket.pk).values().get()
    assert ira.post(f"/desk/tickets/{ticket.pk}/{deed}", said).status_code == 404
    assert Ticket.objects.filter(pk=ticket.pk).values().get() == before


def test_a_former_agent_is_not_given_work(world, ticket, ira):
    world.leo.agent.active = False
    world.leo.agent.save()
    assert ira.post(f"/desk/tickets/{ticket.pk}/assignment", {"agent": world.leo.agent.pk}).status_code == 404


def test_a_resolution_taken_back_at_once_never_was(ticket, ira):
    before = fresh(ticket)
    done = ira.post(f"/desk/tickets/{ticket.pk}/resolution", **HX)
    assert fresh(ticket).turn == "nobody"
    ira.post(json.loads(done["HX-Trigger"])["toast"]["undo"], **HX)
    after = fresh(ticket)
    fields = ("turn", "turn_since", "promised_at", "next_due_at", "resolved_at", "reopenings")
    assert [getattr(after, field) for field in fields] == [getattr(before, field) for field in fields]
    assert not Delivery.objects.filter(ticket=ticket, kind="resolved").exists()


def test_a_resolution_of_yesterday_is_reopened_instead(world, ticket, ira):
    resolution.resolve(ticket=ticket, by=world.ira, now=timezone.now() - timedelta(days=1))
    ira.post(f"/desk/tickets/{ticket.pk}/reopening?undo=1", **HX)
    assert (fresh(ticket).turn, fresh(ticket).reopenings) == ("us", 1)
    assert Event.objects.filter(ticket=ticket).order_by("-seq").first().name == "ticket.reopened"


def test_a_promise_of_minutes_and_of_a_moment(ticket, ira):
    ira.post(f"/desk/tickets/{ticket.pk}/promise", {"minutes": "60"})
    assert timedelta(minutes=58) < fresh(ticket).promised_at - timezone.now() < timedelta(minutes=61)
    tomorrow = timezone.localtime() + timedelta(days=1)
    ira.post(f"/desk/tickets/{ticket.pk}/promise", {"at": tomorrow.strftime("%Y-%m-%dT%H:%M")})
    assert fresh(ticket).next_due_at == tomorrow.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"at": "вчера"},
        {"at": "2001-01-01T10:00"},
        {"at": "2999-01-01T10:00"},
        {"at": "2026-13-45T99:99"},
        {"minutes": "-5"},
    ],
)
def test_a_promise_that_cannot_be_kept_is_refused(ticket, ira, said):
    before = fresh(ticket).promised_at
    answer = ira.post(f"/desk/tickets/{ticket.pk}/promise", said)
    assert (answer.status_code, "Срок должен быть" in answer.content.decode()) == (422, True)
    assert fresh(ticket).promised_at == before


def test_news_bring_what_is_new_and_the_head_as_it_is(world, ticket, ira):
    conversation.note(ticket=ticket, text="первая", by=world.leo, now=timezone.now())
    seq = fresh(ticket).last_seq
    conversation.reply(ticket=ticket, text="вторая", by=world.leo, now=timezone.now())
    news = ira.get(f"/desk/tickets/{ticket.pk}/since?after={seq}", **HX).content.decode()
    assert "вторая" in news
    assert "первая" not in news
    assert 'data-replaces="ticket-head"' in news
    assert "Ход за клиентом" in news


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30])
def test_news_after_a_seq_that_never_was(ticket, ira, after):
    assert ira.get(f"/desk/tickets/{ticket.pk}/since?after={after}", **HX).status_code == 200


@pytest.mark.parametrize("seq", ["", "x", "-1", "9" * 30])
def test_a_seq_that_never_was_is_not_seen(ticket, ira, seq):
    assert ira.post(f"/desk/tickets/{ticket.pk}/seen", {"seq": seq}).status_code == 204
    assert fresh(ticket).agent_seen_seq == 0


def test_looking_makes_it_read_and_never_more_than_there_is(ticket, ira):
    assert 'is-unread" id="t' in ira.get("/desk/").content.decode()
    ira.post(f"/desk/tickets/{ticket.pk}/seen", {"seq": "99999"})
    assert fresh(ticket).agent_seen_seq == fresh(ticket).last_seq
    assert 'is-unread" id="t' not in ira.get("/desk/").content.decode()


def test_the_camera_as_it_was_and_as_it_is(world, ticket, ira):
    assert "При обращении было так же" in page(ira, ticket)
    Camera.objects.filter(pk=world.camera_yard.pk).update(status="online")
    assert "При обращении: не в сети, сейчас: в сети" in page(ira, ticket)


def test_an_unproven_sender_is_marked_so(ticket, ira):
    assert "не подтверждён" not in page(ira, ticket)
    Ticket.objects.filter(pk=ticket.pk).update(verified=False)
    assert "не подтверждён" in page(ira, ticket)


def test_a_letter_that_failed_is_said_beside_the_reply(ticket, ira):
    ira.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "Проверяем"})
    assert "письмо ждёт отправки" in page(ira, ticket)
    Delivery.objects.filter(ticket=ticket, kind="reply").update(state="failed", last_error="no such mailbox")
    assert "письмо не ушло: no such mailbox" in page(ira, ticket)


def test_canned_replies_are_filled_in_and_those_of_the_topic_come_first(ticket, ira):
    shown = page(ira, ticket)
    assert shown.index("Смотрим камеру") < shown.index("Просим снимок экрана")
    assert f"напишем по обращению {ticket.pk}" in shown


def test_a_refused_place_loses_nothing_and_a_note_may_have_it(ticket, ira):
    refused = ira.post(f"/desk/tickets/{ticket.pk}/replies/", {"text": "Выезд стоит {price}"})
    assert refused.status_code == 422
    assert "Выезд стоит {price}" in refused.content.decode()
    assert ira.post(f"/desk/tickets/{ticket.pk}/notes/", {"text": "Цена {price}?"}).status_code == 302


def test_panes_come_without_the_shell(ticket, ira):
    panes = ira.get(f"/desk/tickets/{ticket.pk}/", HTTP_X_PANES="1").content.decode()
    assert "<html" not in panes
    assert ("<main>" in panes, "<aside>" in panes, "ticket-thread" in panes) == (True, True, True)


def test_a_ticket_page_asks_as_little_of_a_long_talk_as_of_a_short_one(world, ticket, ira):
    def asked() -> int:
        page(ira, ticket)
        with CaptureQueriesContext(connection) as seen:
            page(ira, ticket)
        return len([one for one in seen if one["sql"].startswith("SELECT")])

    conversation.reply(ticket=ticket, text="раз", by=world.leo, now=timezone.now())
    few = asked()
    for n in range(20):
        conversation.reply(ticket=ticket, text=f"ответ {n}", by=world.leo, now=timezone.now())
        open_ticket(new(world), by=world.anna, now=timezone.now())
    assert asked() <= few + 1  # the other requests of the person are asked for when there are any
    assert few <= 17


def test_a_long_conversation_begins_at_its_newest_and_leads_back(world, ticket, ira, client_of, now, monkeypatch):
    monkeypatch.setitem(thread.read.__kwdefaults__, "most", 5)
    for index in range(12):
        conversation.reply(ticket=ticket, text=f"Ответ-{index:02}.", by=world.ira, now=now)
    for client, address in ((ira, f"/desk/tickets/{ticket.pk}/"), (client_of(world.anna), f"/requests/{ticket.pk}/")):
        seen, query, pages = [], "", 0
        while True:
            html = client.get(address + query).content.decode()
            shown = re.findall(r"Ответ-\d\d\.", html[html.index("<ticket-thread") : html.index("</ticket-thread>")])
            assert ('data-since=""' in html) == bool(query), "only the newest page grows"
            seen, pages = [*shown, *seen], pages + 1
            earlier = re.search(r'href="[^"?]*(\?before=\d+)"', html)
            if earlier is None:
                break
            query = earlier[1]
        assert seen == [f"Ответ-{index:02}." for index in range(12)]
        assert pages == 3


def test_of_many_cameras_the_worst_stand_first_and_all_of_them_in_a_screen(world, now, client_of):
    """The worst as a whole, the others by name: a chain's request about fifty is read at a glance."""
    many = [
        Camera.objects.create(site=world.house, name=f"К{n:02}", status="online", status_since=now) for n in range(50)
    ]
    Camera.objects.filter(pk__in=[many[41].pk, many[42].pk, many[43].pk, many[44].pk]).update(status="offline")
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    ticket.ticket_cameras.all().delete()
    TicketCamera.objects.bulk_create(TicketCamera(ticket=ticket, camera=camera) for camera in many)
    html = client_of(world.ira).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    shown = re.findall(r">(К\d\d)</a>", html)
    assert shown[:4] == ["К41", "К42", "К43", "К44"]
    assert len(shown) == len(set(shown)) == 50
    assert html.count('class="health-camera"') == 1
    assert re.findall(r'class="health-rest">(\S+(?: \S+)?) <span class="count">(\d+)', html) == [
        ("Не работают", "3"), ("Работают", "46"),
    ]  # fmt: skip


def test_of_the_persons_other_requests_open_ones_stand_first_and_only_the_newest_are_looked_at(ticket, ira):
    same = {field.attname: getattr(ticket, field.attname) for field in Ticket._meta.concrete_fields[1:]}
    settled = {"turn": "nobody", "resolved_at": timezone.now()}
    rows = [Ticket(**same | ({} if at in (0, 60) else settled)) for at in range(OTHERS_LOOKED_AT + 1)]
    numbers = [row.pk for row in Ticket.objects.bulk_create(rows)]
    part = page(ira, ticket).split('id="side_others"')[1].split("</ul>")[0]
    shown = [int(number) for number in re.findall(r'href="/desk/tickets/(\d+)/"', part)]
    assert shown == [numbers[60], *reversed(numbers[-OTHERS_SHOWN + 1 :])], "the first one is not among the newest"
