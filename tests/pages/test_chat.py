"""The support panel over HTTP: what it offers, plays, refuses and repeats (S6-S19)."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from camdesk.bot.models import Session
from camdesk.bot.sessions import effects
from camdesk.cameras.models import Camera
from camdesk.channels import inbound
from camdesk.channels.inbound import Came
from camdesk.tickets import assignment, conversation, ratings, resolution
from camdesk.tickets.models import Message, Ticket

FRAGMENT = {"HTTP_HX_REQUEST": "true"}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


class Panel:
    """A person's browser with the support panel open."""

    def __init__(self, client: Client, person) -> None:
        self.client, self.person, self.moves = client, person, 0

    def get(self, query: str = "") -> str:
        answer = self.client.get(f"/support/chat/panel{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    def start(self, **sent):
        self.moves += 1
        return self.client.post("/support/chat/starts/", {"key": f"k{self.moves}", **sent}, **FRAGMENT)

    def send(self, ticket: Ticket | None = None, **sent):
        self.moves += 1
        number = (ticket or self.ticket).pk
        return self.client.post(
            f"/support/chat/{number}/events/", {"client_id": f"c{self.moves}", "after": "0", **sent}, **FRAGMENT
        )

    def press(self, press: str, **sent) -> str:
        return self.send(press=press, question=sent.pop("question", self.question), **sent).content.decode()

    def say(self, text: str, **sent):
        return self.send(text=text, **sent)

    @property
    def ticket(self) -> Ticket:
        return Ticket.objects.filter(person=self.person, channel="chat").order_by("-number")[0]

    @property
    def question(self) -> str:
        found = re.search(r'name="question" value="([^"]*)"', self.get(f"?chat={self.ticket.pk}"))
        return found[1] if found else ""

    @property
    def said(self) -> list[str]:
        return list(self.ticket.messages.filter(kind="customer").order_by("seq").values_list("text", flat=True))


@pytest.fixture
def anna(world, client_of, data_folder) -> Panel:
    return Panel(client_of(world.anna), world.anna)


@pytest.fixture
def chatting(anna) -> Panel:
    """Anna has chosen «Не работает одна камера» and is asked which."""
    assert anna.start(topic="camera-offline").status_code == 200
    return anna


def answers_of(html: str) -> str:
    return html[html.index('data-part="answers"') :]


# ------------------------------------------------------------------ what is offered


@pytest.mark.seed("S6", "S8")
@pytest.mark.parametrize("address", ["/cameras/", "/requests/", "/support/write/", "/help/", "/profile/"])
def test_every_page_has_the_panel_beside_it_empty_until_it_is_opened(anna, address):
    html = anna.client.get(address).content.decode()
    assert 'data-panel="support-panel"' in html
    panel = html[html.index("<support-panel") : html.index("</support-panel>")]
    assert 'data-src="/support/chat/panel"' in panel
    assert "Камера или домофон не работает" not in panel


@pytest.mark.seed("S7")
@pytest.mark.parametrize("name", ["Приложить файлы", "Отправить"])
def test_the_buttons_that_are_pictures_have_a_name_and_a_tooltip(anna, name):
    html = anna.get()
    assert f'aria-label="{name}"' in html
    assert f'data-tooltip="{name}"' in html


@pytest.mark.seed("S9", "S10")
def test_it_greets_and_offers_sections_with_their_topics(anna, playbook):
    html = anna.get()
    assert playbook.texts["greeting"].ru in html
    assert "Камера или домофон не работает" in html
    assert html.count('class="chat-section"') >= 2
    assert 'name="topic" value="camera-offline"' in html


@pytest.mark.seed("S9", "S10")
def test_a_section_shows_eight_topics_and_the_rest_behind_more(anna):
    for section in anna.get().split('class="chat-section"')[1:]:
        first, _more, rest = section.partition('class="chat-more"')
        assert 1 <= first.count('name="topic"') <= 8
        assert first.count('name="topic"') == 8 or not rest, "what fits is not hidden"
    assert sum("chat-more" in section for section in anna.get().split('class="chat-section"')) >= 3


@pytest.mark.seed("S10")
def test_only_topics_that_concern_this_customer_are_offered(world, client_of, anna, data_folder):
    Camera.objects.visible_to(world.oleg).delete()
    without = Panel(client_of(world.oleg), world.oleg).get()
    assert 'value="camera-offline"' in anna.get()
    assert 'value="camera-offline"' not in without
    assert 'name="topic"' in without


def test_looking_at_the_panel_begins_nothing(anna):
    anna.get()
    anna.get("?new=1")
    anna.client.get("/support/chat/state")
    assert not Ticket.objects.exists()


# ------------------------------------------------------------------ playing


@pytest.mark.seed("S10", "S11")
def test_a_chosen_topic_is_their_own_message_and_the_instructions_follow(chatting):
    assert chatting.said == ["Не работает одна камера"]
    html = chatting.get()
    assert "Какая камера не работает?" in html
    assert "Двор" in answers_of(html)
    assert "не в сети" in answers_of(html)


def test_the_camera_picker_shows_ones_own_cameras_only(chatting):
    html = answers_of(chatting.get())
    assert "Калитка" in html
    assert "Участок" not in html


@pytest.mark.seed("S11")
def test_a_picked_camera_is_said_by_its_name_and_looked_at(chatting, world):
    html = chatting.press("answer", value=[str(world.camera_yard.pk)])
    assert chatting.said[-1] == "Двор"
    assert "Проверяю камеру" in html
    assert "Горит ли на ней индикатор?" in html


def test_only_the_last_question_can_be_pressed(chatting, world):
    html = chatting.press("answer", value=[str(world.camera_yard.pk)])
    assert html.count('data-part="answers"') == 1
    assert 'value="answer:dark"' in answers_of(html) or 'value="dark"' in answers_of(html)
    assert "Калитка" not in answers_of(html)


def test_an_answer_to_an_older_question_is_still_taken(chatting, world):
    older = chatting.question
    chatting.press("answer", value=[str(world.camera_yard.pk)])
    html = chatting.press("answer", question=older, value=[str(world.camera_gate.pk)])
    assert chatting.said[-1] == "Калитка"
    assert Session.objects.get().state["facts"]["cameras"] == [str(world.camera_gate.pk)]
    assert 'data-part="answers"' in html


@pytest.mark.seed("S19")
def test_one_can_go_back_restart_and_choose_another_topic(chatting, world):
    first = chatting.question
    chatting.press("answer", value=[str(world.camera_yard.pk)])
    assert chatting.question != first
    chatting.press("back")
    assert chatting.question == first
    chatting.press("answer", value=[str(world.camera_yard.pk)])
    chatting.press("restart")
    assert chatting.question == first
    html = chatting.press("other_topic")
    assert 'value="switch:no-sound"' in answers_of(html)
    chatting.press("switch:no-sound")
    assert chatting.said[-4:] == ["Двор", "Заново", "Другая тема", "Нет звука"]


@pytest.mark.seed("S18")
def test_a_person_can_be_called_at_every_step(anna, world):
    assert "Позвать человека" in anna.get()
    html = anna.start(press="operator").content.decode()
    assert anna.ticket.turn == "us"
    assert f"/requests/{anna.ticket.pk}/" in html
    assert anna.said == ["Позвать человека"]


@pytest.mark.seed("S12", "S17", "S18")
def test_words_are_sent_while_the_bot_asks_and_reach_the_person(chatting):
    chatting.say("Вчера была гроза")
    chatting.press("operator")
    assert "Вчера была гроза" in chatting.said
    assert chatting.ticket.turn == "us"


def test_free_text_at_the_start_is_understood_before_any_topic_is_chosen(anna):
    html = anna.start(text="ghjgfk pder yf rfvtht").content.decode()  # «пропал звук на камере»
    assert anna.said == ["ghjgfk pder yf rfvtht"]
    assert 'data-key="ask no-sound' in html, "it is sure: it begins, shown as heard and correctable in one press"
    assert 'value="change:topic"' in answers_of(html)


def test_a_chat_begun_with_words_is_called_after_its_topic(anna):
    anna.start(text="пропал звук на камере")
    assert (anna.ticket.topic_id, anna.ticket.subject) == ("no-sound", "Нет звука")


def test_what_is_known_is_shown_instead_of_asked_and_can_be_changed(chatting, world):
    chatting.press("answer", value=[str(world.camera_gate.pk)])  # online; its passport knows provider and height
    chatting.press("no")
    html = chatting.press("answer", value=["yes"])  # the internet is there
    assert "Уже знаем:" in html
    assert "Ростелеком" in html
    assert 'value="change:provider"' in answers_of(html)
    html = chatting.press("change:provider")
    assert chatting.said[-1].startswith("Изменить: ")
    assert "provider" in chatting.question


def test_an_instruction_is_a_link_to_its_article_and_one_step_a_message(anna):
    anna.start(topic="activate-camera")
    html = anna.press("answer:box")
    assert 'href="/help/activate-camera/"' in html
    assert '<article class="chat-article">' not in html, "the article is not there beside its steps"
    assert "Шаг 1 из" in html
    assert [word in answers_of(html) for word in ("Готово", "Не получилось", "Показать всё")] == [True] * 3
    html = anna.press("yes")
    assert anna.said[-1] == "Готово"
    assert "Шаг 2 из" in html
    html = anna.press("answer:rest")
    assert anna.said[-1] == "Показать всё"
    assert "Шаг 3 из" in html
    assert "Показать всё" not in answers_of(html)
    assert 'value="yes"' in answers_of(html), "now it is asked whether it works"


def test_a_step_has_its_drawing(anna):
    anna.start(topic="activate-camera")
    anna.press("answer:box")
    assert 'class="drawing"' not in anna.get()
    anna.press("yes")
    assert 'class="drawing"' in anna.press("yes"), "the third step shows the sticker with the code"


def test_an_article_without_a_question_is_a_card_with_its_text_folded_and_a_link(anna):
    anna.start(topic="formal-claim")
    html = anna.get()
    assert '<article class="chat-article">' in html
    assert 'href="/help/formal-claim/"' in html


def test_words_to_a_chat_closed_for_good_open_a_follow_up(chatting, world, now):
    chatting.press("operator")
    first = chatting.ticket
    resolution.resolve(ticket=first, by=world.ira, now=now)
    resolution.close_settled(now=now + timedelta(days=30))
    answer = chatting.send(first, text="Снова то же")
    assert answer["X-Chat-Whole"] == "yes"
    assert chatting.ticket.follow_up_of == first
    assert chatting.said == ["Снова то же"]
    chatting.send(first, text="Снова то же", client_id=f"c{chatting.moves}")
    assert Ticket.objects.count() == 2


def test_a_page_that_listens_knows_where_to_renew_its_token(chatting):
    number = chatting.ticket.pk
    html = chatting.client.get(f"/requests/{number}/").content.decode()
    assert f'data-renew="/listening/?ticket={number}"' in html


@pytest.mark.seed("S18")
def test_after_the_hand_over_it_is_a_conversation_with_the_person(chatting, world, now):
    chatting.press("operator")
    conversation.reply(ticket=chatting.ticket, text="Здравствуйте, смотрю", by=world.ira, now=now)
    news = chatting.client.get(f"/support/chat/{chatting.ticket.pk}/since?after=3").content.decode()
    assert "Здравствуйте, смотрю" in news
    assert "Ирина Белова" in news
    assert chatting.ticket.turn == "customer"
    chatting.say("Спасибо")
    assert chatting.ticket.turn == "us"
    assert Message.objects.filter(kind="bot").count() == Message.objects.filter(kind="bot", seq__lt=6).count()


def test_a_chat_resolved_by_a_person_reopens_by_a_word(chatting, world, now):
    chatting.press("operator")
    resolution.resolve(ticket=chatting.ticket, by=world.ira, now=timezone.now())
    chatting.say("Опять не работает")
    assert chatting.ticket.turn == "us"


def test_the_bot_settles_and_is_rated(chatting, world):
    ticket = settled_by_the_bot(chatting, world)
    assert ticket.turn == "nobody"
    html = chatting.get()
    assert 'value="answer:5"' in answers_of(html)
    chatting.press("answer:4", question="")
    assert chatting.ticket.ratings.get().stars == 4
    assert chatting.said[-1] == "Оценка: 4"
    chatting.press("answer:1", question="")
    assert chatting.ticket.ratings.get().stars == 4
    assert bot_said(chatting) == "Эта оценка уже есть, спасибо."
    assert chatting.ticket.events.filter(name="ticket.rated").count() == 1


def test_stars_are_not_asked_for_what_was_rated_on_its_page(chatting, world):
    ticket = settled_by_the_bot(chatting, world)
    chatting.get()
    ratings.rate(ticket=ticket, stars=5, by=world.anna, now=timezone.now())
    assert "chat-rate" not in chatting.get()
    chatting.press("answer:1", question="")  # the page of before was still open
    assert chatting.ticket.ratings.get().stars == 5
    assert bot_said(chatting) == "Эта оценка уже есть, спасибо."


def bot_said(panel: Panel) -> str:
    return panel.ticket.messages.filter(kind="bot").latest("seq").text


def test_what_the_bot_settled_wrongly_goes_to_a_person(chatting, world):
    settled_by_the_bot(chatting, world)
    chatting.press("operator")
    assert chatting.ticket.turn == "us"


def settled_by_the_bot(panel: Panel, world) -> Ticket:
    panel.press("answer", value=[str(world.camera_gate.pk)])  # online
    panel.press("yes")
    return panel.ticket


def test_a_settled_chat_makes_room_for_the_next_after_a_while(chatting, world):
    settled_by_the_bot(chatting, world)
    assert f'data-chat="{chatting.ticket.pk}"' in chatting.get()
    Ticket.objects.update(active_at=timezone.now() - timedelta(hours=1))
    assert "chat-start" in chatting.get()


def test_another_question_beside_an_open_chat_is_another_chat(chatting):
    first = chatting.ticket
    assert "chat-start" in chatting.get("?new=1")
    chatting.start(topic="no-sound", key="other")
    assert chatting.ticket != first
    assert f'data-chat-open="{first.pk}"' in chatting.get("?new=1")


# ------------------------------------------------------------------ files


@pytest.mark.seed("S13", "S15", "S16")
@pytest.mark.parametrize("name", ["снимок.png", "вирус.exe", "страница.html", "архив.7z", "без-имени"])
def test_files_of_any_kind_go_alone(chatting, name):
    chatting.send(text="", files=[SimpleUploadedFile(name, PNG)])
    last = chatting.ticket.messages.filter(kind="customer").order_by("-seq").first()
    assert (last.text, last.attachments.get().name) == ("", name)


@pytest.mark.seed("S14")
def test_ten_files_are_taken_and_the_eleventh_is_refused_in_words(chatting):
    ten = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(10)]
    assert chatting.send(text="", files=ten).status_code == 200
    eleven = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(11)]
    answer = chatting.send(text="", files=eleven)
    assert answer.status_code == 422
    assert "не больше 10 файлов" in answer.content.decode()


@pytest.mark.seed("S16")
def test_neither_words_nor_files_is_refused_in_words(chatting):
    answer = chatting.say("   ")
    assert answer.status_code == 422
    assert answer.content.decode() == "Напишите сообщение или приложите файл."


def test_another_ones_file_cannot_be_sent(chatting, world, client_of):
    oleg = client_of(world.oleg)
    taken = oleg.post("/files/", {"files": SimpleUploadedFile("чужой.txt", b"x")}).json()
    assert chatting.say("вот", attachments=[taken["id"]]).status_code == 422
    assert chatting.said == ["Не работает одна камера"]


# ------------------------------------------------------------------ repeated, at once, not allowed


def test_the_same_key_begins_one_chat(anna):
    for _time in range(3):
        anna.start(topic="camera-offline", key="same")
    assert Ticket.objects.count() == 1
    assert anna.said == ["Не работает одна камера"]


def test_the_same_client_id_is_one_message_and_one_move(chatting):
    before = chatting.say("раз", client_id="c").content.decode()
    again = chatting.say("раз", client_id="c").content.decode()
    assert chatting.said.count("раз") == 1
    assert before.count("<li") == again.count("<li")
    chatting.press("back", client_id="b")
    messages = Message.objects.count()
    chatting.press("back", client_id="b")
    assert Message.objects.count() == messages


def test_two_messages_at_once_are_both_kept_in_order(chatting, world, now):
    came = Came(channel="chat", person=world.anna, text="первое", client_id="1")
    one: list = []
    with mock.patch.object(effects, "carry_out", lambda ticket, asked_for, **_: one.extend(asked_for)):
        inbound.say(came, chatting.ticket, now=now)
    chatting.say("второе")  # while what the first asked for is still under way
    effects.carry_out(chatting.ticket, one, now=now)
    assert chatting.said[-2:] == ["первое", "второе"]
    assert chatting.ticket.turn == "bot"


@pytest.mark.parametrize(
    "text", ["идите вы все в пень, уроды", "<script>alert(1)</script>", "ы" * 9_999, "😀" * 300, "\u202e\x00abc", "-1"]
)
def test_whatever_is_typed_is_served_sensibly(anna, text):
    answer = anna.start(text=text)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert anna.ticket.turn in ("bot", "us")


def test_a_hundred_kilobytes_are_refused_in_words_and_nothing_begins(anna):
    answer = anna.start(text="я" * 100_000)
    assert answer.status_code == 422
    assert "помещается 10000" in answer.content.decode()
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"press": "timer:close"}, {"press": "result"}, {"press": "understood"}, {"press": "switch:no-such-topic"},
        {"press": "nonsense"}, {"press": ":"}, {"press": "start:../../etc"},
    ],
)  # fmt: skip
def test_what_no_button_says_is_not_taken(chatting, sent):
    before = Session.objects.get().state
    assert chatting.send(**sent).status_code == 400
    assert Session.objects.get().state == before


@pytest.mark.parametrize(
    "sent",
    [
        {"press": "answer"}, {"press": "answer:"}, {"press": "answer", "value": ["0", "-1", "9" * 30, "x"]},
        {"press": "answer", "question": "a.b.c@d", "value": "1"}, {"press": "change:nothing"},
        {"press": "yes", "question": "x" * 5000}, {"press": "skip"},
    ],
)  # fmt: skip
def test_a_press_that_does_not_fit_is_answered(chatting, sent):
    assert chatting.send(**sent).status_code == 200
    assert chatting.ticket.turn == "bot"


def test_a_chat_is_nobody_elses_whoever_asks(chatting, world, client_of):
    number = chatting.ticket.pk
    for other in (world.oleg, world.boris):
        client = client_of(other)
        for address in (f"/support/chat/?chat={number}", f"/support/chat/panel?chat={number}"):
            assert client.get(address).status_code == 404
        assert client.get(f"/support/chat/{number}/since").status_code == 404
        assert client.post(f"/support/chat/{number}/events/", {"text": "x"}).status_code == 404
        assert client.post(f"/support/chat/{number}/seen", {"seq": "1"}).status_code == 404
    assert chatting.said == ["Не работает одна камера"]


def test_an_agents_assignment_ends_the_bots_turn_for_the_panel_too(chatting, world, now):
    assignment.assign(ticket=chatting.ticket, to=world.ira.agent, by=world.ira, now=now)
    html = chatting.get()
    assert "<form" not in answers_of(html)[: answers_of(html).index("chat-foot")]
    assert "Ирина Белова" in html


# ------------------------------------------------------------------ the rest of it


def test_what_is_unread_is_counted_until_it_is_seen(chatting):
    ticket = chatting.ticket
    assert chatting.client.get("/support/chat/state").json()["unread"] == 1
    chatting.client.post(f"/support/chat/{ticket.pk}/seen", {"seq": str(ticket.last_seq)})
    state = chatting.client.get("/support/chat/state").json()
    assert (state["chat"], state["unread"]) == (ticket.pk, 0)
    assert state["token"]


def test_it_works_by_plain_forms(anna):
    """No scripts: the button leads to a page, forms lead back to it."""
    html = anna.client.get("/cameras/").content.decode()
    assert 'href="/support/chat/"' in html
    answer = anna.client.post("/support/chat/starts/", {"key": "k", "topic": "camera-offline"})
    assert answer["Location"] == f"/support/chat/?chat={anna.ticket.pk}#end"
    page = anna.client.get("/support/chat/").content.decode()
    assert "Какая камера не работает?" in page
    refused = anna.client.post(f"/support/chat/{anna.ticket.pk}/events/", {"text": ""})
    assert refused.status_code == 422
    assert "Напишите сообщение или приложите файл." in refused.content.decode()


def test_the_requests_page_tells_a_chat_and_goes_on_with_the_bot(chatting):
    number = chatting.ticket.pk
    html = chatting.client.get(f"/requests/{number}/").content.decode()
    assert "Какая камера не работает?" in html
    assert "Ответ помощника" not in html
    assert "Продолжить в чате" in html
    chatting.client.post(f"/requests/{number}/messages/", {"text": "Двор"})
    assert Session.objects.get().state["facts"]["cameras"]
    assert chatting.ticket.turn == "bot"


@pytest.mark.parametrize("text", ["назад", "позовите человека", "Двор"])
def test_typed_words_stand_for_buttons(chatting, text):
    assert chatting.say(text).status_code == 200
    assert chatting.said[-1] == text
