"""Calls at the desk: the cards, the log, writing down, calling back, extensions."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from camdesk.channels.models import Call, CallBack
from camdesk.channels.phone.call_backs import ask, remind
from camdesk.channels.phone.calls import follow
from camdesk.channels.phone.exchange_events import ExchangeEvent
from camdesk.channels.phone.hooks import keep
from camdesk.lib import stream_tokens
from camdesk.people.extensions import set_extension
from camdesk.people.models import Agent, Identity
from camdesk.tickets.models import Event, Message, Ticket
from tests.deeds.tickets.test_opening import new, open_ticket

ANNA = "+79350000001"
STRANGER = "+79359999999"


@pytest.fixture
def ticket(world) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=timezone.now()).ticket


def text(answer) -> str:
    return answer.content.decode().replace("\u00a0", " ")


def rings(*kinds: str, call_id: str = "1", customer: str = ANNA, **more) -> Call:
    now = timezone.now()
    order = {"ringing": 0, "answered": 1, "ended": 9}
    keep("uis", [ExchangeEvent(call_id, kind, seq=order[kind], customer=customer, **more) for kind in kinds], now=now)
    follow(now)
    return Call.objects.get(call_id=call_id)


def now_of(client) -> str:
    return text(client.get("/desk/calls/now"))


# --- cards


def test_the_card_says_who_calls_with_their_requests_and_cameras(world, ticket, client_of):
    rings("ringing")
    shown = now_of(client_of(world.ira))
    for words in ("Анна Королёва", "+7 935 000-00-01", "номер подтверждён", ticket.subject, f"№ {ticket.pk}", "Двор"):
        assert words in shown
    assert f'href="/desk/tickets/{ticket.pk}/"' in shown
    assert 'href="tel:+79350000001"' in shown


def test_the_organisation_of_the_caller_is_said(world, client_of):
    rings("ringing", customer=world.boris.phone)
    shown = now_of(client_of(world.ira))
    assert "Магазины «Ладья»" in shown
    assert "Открытых обращений нет" in shown


def test_only_whose_telephone_rings_sees_the_card(world, ticket, client_of):
    set_extension(agent=world.ira.agent, extension="101")
    rings("ringing", extension="101")
    assert "Анна Королёва" in now_of(client_of(world.ira))
    assert "Анна Королёва" not in now_of(client_of(world.leo))


def test_a_number_that_was_only_said_is_asked_about(world, ticket, client_of):
    """Until somebody has asked, neither requests nor cameras of the candidate are shown beside the number."""
    Identity.objects.filter(value=ANNA).update(proven_at=None)
    call = rings("ringing")
    client = client_of(world.ira)
    shown = now_of(client)
    assert "Этот номер называли" in shown
    assert "Анна Королёва" in shown
    assert ticket.subject not in shown
    answer = client.post(f"/desk/calls/{call.pk}/caller", {"person": world.anna.pk}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "calls")
    shown = now_of(client)
    assert ticket.subject in shown
    assert "со слов" in shown
    assert "номер подтверждён" not in shown
    client.post(f"/desk/calls/{call.pk}/caller", {"person": ""})
    assert ticket.subject not in now_of(client)


def test_who_never_said_the_number_cannot_be_named(world, client_of):
    Identity.objects.filter(value=ANNA).update(proven_at=None)
    call = rings("ringing")
    assert client_of(world.ira).post(f"/desk/calls/{call.pk}/caller", {"person": world.oleg.pk}).status_code == 404
    assert Call.objects.get().person is None


def test_a_hidden_and_an_unknown_number(world, client_of):
    rings("ringing", customer="")
    rings("ringing", call_id="2", customer=STRANGER)
    shown = now_of(client_of(world.ira))
    assert "Номер скрыт" in shown
    assert "Этого номера мы не знаем" in shown


def test_what_an_exchange_sends_does_not_run(world, client_of):
    rings("ringing", "answered", "ended", recording='https://x/"><script>alert(1)</script>', talk_seconds=3)
    client = client_of(world.ira)
    page = client.get(f"/desk/tickets/{Ticket.objects.get().pk}/")
    assert "Входящий звонок" in text(page)
    for shown in (now_of(client), text(client.get("/desk/calls/")), text(page)):
        assert "<script>alert" not in shown
        assert ">Запись<" not in shown


def test_the_stream_of_an_agent_is_their_own(world, client_of):
    token = client_of(world.ira).get("/desk/listening/").json()["token"]
    assert set(stream_tokens.read(token).channels) == {"desk", f"agent:{world.ira.agent.pk}"}


@pytest.mark.parametrize("who", ["oleg", "anna"])
def test_to_a_customer_there_are_no_calls(world, ticket, client_of, who):
    call = rings("ringing")
    client = client_of(getattr(world, who))
    assert client.get("/desk/calls/now").status_code == 404
    assert client.get("/desk/calls/").status_code == 404
    assert client.get("/desk/call-backs/").status_code == 404
    assert client.post(f"/desk/calls/{call.pk}/caller", {"person": world.anna.pk}).status_code == 404


# --- a new request from a call


@pytest.mark.tells(
    "camdesk.channels.phone.caller_id.belongs_to",
    "agent.call",
    "worker",
    of=("camdesk.channels.phone.caller_id.belongs_to", "camdesk.channels.phone.caller_id.tell_screens"),
)
@pytest.mark.whole("camdesk.channels.phone.caller_id.belongs_to")
def test_a_new_request_takes_the_call(world, client_of):
    set_extension(agent=world.ira.agent, extension="101")
    call = rings("ringing", "answered", extension="101", customer=STRANGER)
    client = client_of(world.ira)
    form = text(client.get(f"/desk/tickets/new/?call={call.pk}&unknown=1"))
    assert 'value="+79359999999"' in form
    said = {"name": "Пётр", "phone": STRANGER, "topic": "camera-offline", "text": "Не показывает", "key": "k"}
    client.post("/desk/tickets/new/", {**said, "call": call.pk})
    call.refresh_from_db()
    assert call.ticket == Ticket.objects.get()
    rings("ended", customer=STRANGER, talk_seconds=30)
    assert Message.objects.get(kind="call").ticket == Ticket.objects.get()


def test_a_new_request_writes_its_own_call_down_once(world, client_of):
    client = client_of(world.ira)
    said = {
        "name": "Пётр",
        "phone": STRANGER,
        "topic": "camera-offline",
        "text": "Не видно",
        "key": "k",
        "minutes": "7",
    }
    for _click in range(2):
        client.post("/desk/tickets/new/", said)
    message = Message.objects.get(kind="call")
    assert (message.ticket, message.data["seconds"]) == (Ticket.objects.get(), 420)
    client.post("/desk/tickets/new/", {**said, "key": "other", "minutes": "много"})
    assert Message.objects.filter(kind="call").count() == 1


def test_a_known_caller_is_filled_in(world, client_of):
    call = rings("ringing")
    form = text(client_of(world.ira).get(f"/desk/tickets/new/?call={call.pk}"))
    assert f'name="person" value="{world.anna.pk}"' in form
    assert "Двор" in form


# --- the log


@pytest.mark.tells("camdesk.channels.phone.hooks.keep", "worker")
def test_the_log_and_its_filters(world, ticket, client_of):
    set_extension(agent=world.ira.agent, extension="101")
    rings("ringing", "answered", "ended", extension="101", talk_seconds=125, recording="https://pbx.example.org/r/1")
    rings("ringing", "ended", call_id="2", customer=STRANGER)
    rings("ringing", call_id="3", customer=world.boris.phone)
    client = client_of(world.ira)
    everything = text(client.get("/desk/calls/"))
    assert everything.index("Борис Ладыгин") < everything.index("+7 935 999-99-99") < everything.index("Анна Королёва")
    assert "входящий, 2 мин 5 с" in everything
    record = 'href="https://pbx.example.org/r/1" target="_blank" rel="noopener noreferrer"'
    assert record in everything
    missed = text(client.get("/desk/calls/?show=missed"))
    assert ("+7 935 999-99-99" in missed, "Анна Королёва" in missed, "ждёт звонка" in missed) == (True, False, True)
    assert "Анна Королёва" in text(client.get("/desk/calls/?show=mine"))
    assert "Ваших звонков нет" in text(client_of(world.leo).get("/desk/calls/?show=mine"))
    assert client.get("/desk/calls/?show=all").status_code == 404


def test_an_empty_log_says_what_to_do(world, client_of):
    client = client_of(world.ira)
    assert "Звонков пока не было" in text(client.get("/desk/calls/"))
    assert "Пропущенных нет" in text(client.get("/desk/calls/?show=missed"))


def test_the_log_has_pages(world, client_of):
    now = timezone.now()
    long_ago = now - timedelta(days=1)
    Call.objects.bulk_create(
        Call(provider="uis", call_id=f"n{n}", direction="in", state="ended", customer=f"+793500{n:05}",
             began_at=long_ago, moved_at=long_ago, told_at=now)
        for n in range(60)
    )  # fmt: skip
    client = client_of(world.ira)
    first = text(client.get("/desk/calls/"))
    older = Call.objects.order_by("-pk")[49].pk
    assert f"?before={older}" in first
    second = text(client.get(f"/desk/calls/?before={older}"))
    assert (first.count('class="call-row'), second.count('class="call-row')) == (50, 10)


@pytest.mark.parametrize("number", [1, 12])
def test_many_calls_cost_as_many_questions_as_one(world, client_of, django_assert_max_num_queries, number):
    for n in range(number):
        rings("ringing", call_id=str(n), customer=ANNA if n % 2 else world.boris.phone)
    client = client_of(world.ira)
    client.get("/desk/calls/now")
    with django_assert_max_num_queries(8):
        client.get("/desk/calls/now")


# --- writing down


def said(**changes) -> dict[str, str]:
    return {
        "direction": "out", "phone": "8 935 000-00-01", "minutes": "4", "text": "Объяснила про питание",
        "client_id": "c1",
    } | changes  # fmt: skip


def test_a_call_is_written_down_once(world, ticket, client_of):
    client = client_of(world.ira)
    address = f"/desk/tickets/{ticket.pk}/calls/"
    form = text(client.get(address))
    assert 'value="+7 935 000-00-01"' in form
    assert re.search(r'name="client_id" value="[\w-]{16,}"', form)
    for _click in range(2):
        assert client.post(address, said())["Location"] == f"/desk/tickets/{ticket.pk}/"
    message = Message.objects.get(kind="call")
    assert (message.text, message.data["seconds"], message.by) == ("Объяснила про питание", 240, world.ira)
    page = text(client.get(f"/desk/tickets/{ticket.pk}/"))
    for words in ("Исходящий звонок", "4 мин", "Объяснила про питание", "для своих, клиент не видит"):
        assert words in page
    assert "Объяснила про питание" in text(client.get(f"/desk/people/{world.anna.pk}/?view=talk"))
    theirs = text(client_of(world.anna).get(f"/requests/{ticket.pk}/"))
    assert "Мы позвонили, 4 мин" in theirs
    assert "Объяснила про питание" not in theirs


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phone": "12"}, "не хватает цифр"),
        ({"phone": "скажу потом"}, "есть буквы"),
        ({"minutes": "полчаса"}, "Целое число минут"),
        ({"minutes": "100000"}, "Целое число минут"),
        ({"minutes": "-1"}, "Целое число минут"),
        ({"direction": "up"}, "Скажите, кто кому звонил"),
        ({"direction": "in", "minutes": "", "text": ""}, "Напишите, о чём говорили"),
        ({"text": "я" * 30_000}, "Слишком длинно"),
        ({"when": "2020-01-01T10:00Z"}, "Выберите время в будущем"),
        ({"at": "вчера"}, "Выберите время в будущем"),
        ({"at": "2020-01-01T10:00"}, "Выберите время в будущем"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(world, ticket, client_of, changes, sentence):
    typed = said(**{"text": "Долгий разговор о питании"} | changes)
    for headers in ({}, {"HX-Request": "true"}):
        answer = client_of(world.ira).post(f"/desk/tickets/{ticket.pk}/calls/", typed, headers=headers)
        assert (answer.status_code, sentence in text(answer)) == (422, True)
        assert (typed["text"][:20] in text(answer), 'value="c1"' in text(answer)) == (True, True)
    assert not Message.objects.filter(kind="call").exists()


def test_promised_to_call_again(world, ticket, client_of):
    at = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT12:00")
    client_of(world.ira).post(f"/desk/tickets/{ticket.pk}/calls/", said(at=at))
    one = CallBack.objects.get()
    assert (one.phone, one.ticket, one.state) == (ANNA, ticket, "waiting")
    assert timezone.localtime(one.wanted_from).strftime("%Y-%m-%dT%H:%M") == at


# --- calling back


@pytest.fixture
def waiting(world, ticket) -> CallBack:
    now = timezone.now()
    return ask(
        phone=ANNA, wanted_from=now - timedelta(minutes=1), wanted_until=now + timedelta(hours=2), by=world.anna,
        now=now, person=world.anna, ticket=ticket, note="О счёте",
    )  # fmt: skip


def act(client, one: CallBack, deed: str, **fields):
    return client.post(f"/desk/call-backs/{one.pk}/{deed}", fields, headers={"HX-Request": "true"})


def test_the_list_says_whom_to_call_and_why(world, ticket, waiting, client_of):
    shown = text(client_of(world.ira).get("/desk/call-backs/"))
    for words in ("Пора звонить", "Анна Королёва", f"№ {ticket.pk}", "О счёте", 'href="tel:+79350000001"'):
        assert words in shown


def test_an_empty_list(world, client_of):
    assert "Звонить никому не нужно" in text(client_of(world.ira).get("/desk/call-backs/"))


def test_called_leads_to_writing_it_down(world, ticket, waiting, client_of):
    answer = act(client_of(world.ira), waiting, "settlement")
    assert answer["HX-Redirect"] == f"/desk/tickets/{ticket.pk}/calls/?direction=out&phone=%2B79350000001"
    form = text(client_of(world.ira).get(answer["HX-Redirect"]))
    assert 'value="+7 935 000-00-01"' in form
    assert 'value="out" checked' in form
    waiting.refresh_from_db()
    assert (waiting.state, waiting.settled_by) == ("done", world.ira.agent)
    late = json.loads(act(client_of(world.leo), waiting, "settlement")["HX-Trigger"])
    assert "Коллега уже отметил" in late["toast"]["text"]


def test_a_stranger_who_was_called_back_gets_a_request(world, client_of):
    now = timezone.now()
    one = ask(phone=STRANGER, wanted_from=now, wanted_until=now + timedelta(hours=1), by=None, now=now)
    answer = act(client_of(world.ira), one, "settlement")
    assert 'value="+79359999999"' in text(client_of(world.ira).get(answer["HX-Redirect"]))


def test_a_number_nobody_can_read_is_shown_as_it_was_spelled(world, client_of):
    rings("ringing", "ended", customer="8*935*111#2298")
    client, one = client_of(world.ira), CallBack.objects.get()
    shown = "номер не распознан: 8*935*111#2298"
    for page in ("/desk/call-backs/", "/desk/calls/", "/desk/calls/now"):
        answer = text(client.get(page))
        assert shown in answer, page
        assert "tel:8*" not in answer, "nothing to press"
    assert client.get(f"/desk/call-backs/{one.pk}/reminder").json()["text"].endswith(shown)
    gone_on = client.post(f"/desk/call-backs/{one.pk}/settlement")
    assert gone_on["Location"] == "/desk/tickets/new/?unknown=1"


@pytest.mark.whole("camdesk.channels.phone.call_backs.take_back")
def test_taken_off_and_put_back(world, waiting, client_of):
    client = client_of(world.ira)
    answer = act(client, waiting, "withdrawal")
    assert f"/desk/call-backs/{waiting.pk}/return" in answer["HX-Trigger"]
    waiting.refresh_from_db()
    assert waiting.state == "dropped"
    act(client, waiting, "return")
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


@pytest.mark.whole("camdesk.channels.phone.call_back_retries.not_reached")
def test_no_answer_moves_it(world, waiting, client_of):
    before = waiting.wanted_from
    act(client_of(world.ira), waiting, "attempts/")
    waiting.refresh_from_db()
    assert (waiting.unanswered, waiting.wanted_from > before) == (1, True)
    assert "не дозвонились 1 раз" in text(client_of(world.ira).get("/desk/call-backs/"))


def test_another_time_only_in_the_future(world, waiting, client_of):
    client = client_of(world.ira)
    for wrong in ({}, {"when": "never"}, {"at": "2020-01-01T10:00"}, {"at": "9999-01-01T10:00"}):
        act(client, waiting, "time", **wrong)
        assert not Event.objects.filter(name="callback.moved").exists()
    at = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%dT15:00")
    act(client, waiting, "time", at=at)
    waiting.refresh_from_db()
    assert timezone.localtime(waiting.wanted_from).strftime("%Y-%m-%dT%H:%M") == at


def test_without_scripts_every_deed_leads_back_to_the_list(world, waiting, client_of):
    client = client_of(world.ira)
    for deed in ("attempts/", "withdrawal", "return"):
        assert client.post(f"/desk/call-backs/{waiting.pk}/{deed}")["Location"] == "/desk/call-backs/"
    refused = client.post(f"/desk/call-backs/{waiting.pk}/time")
    assert (refused.status_code, "Выберите время в будущем" in text(refused)) == (422, True)


def test_the_rail_counts_what_is_due(world, waiting, client_of):
    client = client_of(world.ira)
    assert 'data-count=""' in now_of(client)
    remind(timezone.now())
    assert 'data-count="1"' in now_of(client)
    assert '<span class="menu-word">Перезвонить</span><span class="count">1</span>' in text(client.get("/desk/"))
    act(client, waiting, "settlement")
    assert 'data-count=""' in now_of(client)


def test_the_reminder_says_whom_to_call_until_it_is_settled(world, ticket, waiting, client_of):
    client = client_of(world.ira)
    said = client.get(f"/desk/call-backs/{waiting.pk}/reminder").json()
    assert said["text"] == "Пора перезвонить: Анна Королёва, +7\u00a0935\u00a0000-00-01"
    assert said["href"] == f"/desk/tickets/{ticket.pk}/"
    act(client, waiting, "settlement")
    assert client.get(f"/desk/call-backs/{waiting.pk}/reminder").status_code == 204


def test_an_agent_plans_a_call_on_a_request(world, ticket, client_of):
    client = client_of(world.ira)
    address = f"/desk/tickets/{ticket.pk}/call-backs/"
    at = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT12:00")
    wrong = client.post(address, {"phone": "12", "at": at, "note": "О мастере"})
    assert (wrong.status_code, "О мастере" in text(wrong)) == (422, True)
    assert "Выберите время" in text(client.post(address, {"phone": ANNA}))
    client.post(address, {"phone": ANNA, "at": at, "note": "О мастере"})
    one = CallBack.objects.get()
    assert (one.person, one.ticket, one.note) == (world.anna, ticket, "О мастере")


# --- extensions


def test_an_agent_names_their_own_telephone(world, client_of):
    client = client_of(world.ira)
    assert client.post("/desk/extension/", {"extension": "101"}).status_code == 302
    assert Agent.objects.get(person=world.ira).phone_extension == "101"
    taken = client_of(world.leo).post("/desk/extension/", {"extension": "101"})
    assert (taken.status_code, "уже у сотрудника: Ирина Белова" in text(taken)) == (422, True)
    wrong = client_of(world.leo).post("/desk/extension/", {"extension": "сто один"})
    assert (wrong.status_code, "До 20 цифр" in text(wrong), "сто один" in text(wrong)) == (422, True, True)


def test_an_administrator_names_anybodys(world, client_of):
    address = f"/desk/staff/{world.ira.agent.pk}/extension"
    assert client_of(world.leo).post(address, {"extension": "7"}).status_code == 404
    assert client_of(world.ada).post(address, {"extension": "7"})["Location"] == "/desk/staff/"
    assert 'value="7"' in text(client_of(world.ada).get("/desk/staff/"))
    other = f"/desk/staff/{world.leo.agent.pk}/extension"
    assert client_of(world.ada).post(other, {"extension": "7"}).status_code == 422
