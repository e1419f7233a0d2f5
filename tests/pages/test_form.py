"""The form «Написать в поддержку», requirement by requirement."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from camdesk.cameras.models import Camera
from camdesk.people.models import Consent
from camdesk.tickets.models import Attachment, Delivery, Draft, Ticket

FORM = "/support/write/"


@pytest.fixture
def anna(client_of, world, data_folder) -> Client:
    return client_of(world.anna)


def page(client: Client, address: str = FORM) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def filled(world, **changes) -> dict:
    values = {
        "key": "key-1",
        "name": "Анна",
        "phone": "8 (935) 000-00-01",
        "topic": "camera-offline",
        "address": "Садовая улица, 12",
        "cameras": [world.camera_yard.pk],
        "fact-provider": ["rostelecom"],
        "fact-internet": ["no"],
        "fact-height": ["3-5"],
        "fact-supplier": ["operator"],
        "text": "С утра нет картинки",
        "email": "anna@example.org",
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


@pytest.mark.seed("S21")
@pytest.mark.parametrize("address", ["/cameras/", "/requests/", "/help/", "/contacts/", "/organisations/", "/profile/"])
def test_the_side_menu_leads_to_the_form_from_every_page(anna, address):
    html = page(anna, address)
    assert re.search(rf'<a[^>]*href="{FORM}"[^>]*>.*?Написать в поддержку', html, re.DOTALL)


@pytest.mark.seed("S23", "S40")
def test_ten_fields_in_the_order_of_the_seed_then_attachment_then_send(anna):
    labels = [
        "Ваше имя",
        "Ваш контактный номер телефона",
        "Тема обращения",
        "Адрес объекта",
        "Камеры, с которыми возникла проблема",
        "Провайдер интернета, к которому подключена камера",
        "Наличие доступа в Интернет у камер в данный момент",
        "Высота установки сломанных камер",
        "Поставщик сломанных камер",
        "Текст обращения",
        "Прикрепить вложение",
        "Отправить",
    ]
    html = page(anna)
    main = html[html.index("<main") :]
    places = [main.index(label) for label in labels]
    assert places == sorted(places)


@pytest.mark.seed("S3")
def test_the_form_says_that_a_screenshot_speeds_things_up(anna):
    assert "Скриншот ускорит ответ" in page(anna)


@pytest.mark.seed("S26", "S27")
def test_the_topics_are_a_drop_down_with_other_at_its_end(anna, playbook):
    html = page(anna)
    select = html[
        html.index('<select class="input" id="id_topic"') : html.index("</select>", html.index('id="id_topic"'))
    ]
    assert "multiple" not in select
    values = re.findall(r'<option value="([^"]+)"', select)
    assert values[-1] == playbook.other_topic
    assert select.rstrip().endswith("Другое</option>")
    assert len(values) == len(set(values)) > 60


@pytest.mark.seed("S29")
def test_only_ones_own_cameras_are_offered(anna, world):
    html = page(anna)
    offered = {int(pk) for pk in re.findall(r'name="cameras" value="(\d+)"', html)}
    assert offered == {world.camera_gate.pk, world.camera_yard.pk, world.camera_door.pk}


@pytest.mark.seed("S30", "S31", "S32", "S33")
@pytest.mark.parametrize(
    "fact, values",
    [
        ("provider", 10),
        ("internet", 4),
        ("height", 6),
        ("supplier", 5),
    ],
)
def test_the_four_questions_are_groups_of_boxes(anna, fact, values):
    found = re.findall(rf'<input type="checkbox"[^>]*name="fact-{fact}" value="([^"]+)"', page(anna))
    assert len(found) == values


@pytest.mark.seed("S22", "S28", "S35", "S38")
def test_a_sent_form_is_a_request_with_all_its_answers(anna, world):
    answer = anna.post(FORM, filled(world))
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/support/sent/{ticket.pk}/")
    assert (ticket.channel, ticket.person, ticket.turn) == ("form", world.anna, "us")
    assert ticket.contact_phone == "+79350000001"
    row = ticket.ticket_cameras.get()
    assert row.camera == world.camera_yard
    assert row.facts == {
        "provider": ["rostelecom"],
        "internet": ["no"],
        "height": ["3-5"],
        "supplier": ["operator"],
    }
    told = page(anna, answer["Location"])
    for words in (f"№\u00a0{ticket.pk}", "Ростелеком", "С утра нет картинки", "3–5 м", "Ответим до"):
        assert words in told
    letter = Delivery.objects.get()
    assert (letter.kind, letter.to) == ("confirmation", "anna@example.org")


@pytest.mark.seed("S37")
def test_a_double_click_is_one_request(anna, world):
    first, second = anna.post(FORM, filled(world)), anna.post(FORM, filled(world))
    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == 1


def test_the_same_form_with_other_words_is_not_sent_silently(anna, world):
    anna.post(FORM, filled(world))
    answer = anna.post(FORM, filled(world, text="Совсем другое"))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "уже отправлено" in html
    assert "Совсем другое" in html
    new_key = re.search(r'name="key" value="([^"]+)"', html)[1]
    assert new_key != "key-1"
    assert anna.post(FORM, filled(world, text="Совсем другое", key=new_key)).status_code == 302
    assert Ticket.objects.count() == 2


@pytest.mark.seed("S24", "S25", "S35", "S39")
@pytest.mark.parametrize(
    "change, field, words",
    [
        ({"name": ""}, "name", "как к вам обращаться"),
        ({"name": "А" * 121}, "name", "Слишком длинно"),
        ({"phone": "12345", "email": ""}, "phone", "цифр"),
        ({"phone": "позвоните соседу"}, "phone", "букв"),
        ({"phone": "", "email": ""}, "phone", "телефон или почту"),
        ({"topic": ""}, "topic", "Выберите тему"),
        ({"topic": "нет-такой"}, "topic", "Такой темы нет"),
        ({"text": "  \n "}, "text", "Опишите"),
        ({"text": "я" * 20_001}, "text", "Слишком длинно"),
        ({"email": "без собаки"}, "email", "почты"),
        ({"cameras": ["999999"]}, "cameras", "нет"),
        ({"fact-height": ["на столбе"]}, "fact-height", "из списка"),
        ({"fact-internet": ["yes", "no"]}, "fact-internet", "Вместе не бывает"),
        ({"fact-height": ["1.8-3", "5-8"]}, "fact-height", "Вместе не бывает"),
        ({"fact-internet": [], "cameras": None}, "fact-internet", "Ответьте"),
    ],
)
def test_a_fault_is_said_beside_its_field_and_nothing_typed_is_lost(anna, world, change, field, words):
    answer = anna.post(FORM, filled(world, **change))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert not Ticket.objects.exists()
    assert f'href="#id_{field}"' in html
    assert re.search(rf'id="id_{field}_error"[^>]*>.*?{words}', html, re.DOTALL)
    for name, value in filled(world, **change).items():
        if name in ("text", "name", "address") and len(value.strip()) > 1:
            assert value.strip()[:100] in html


def test_all_faults_are_told_at_once(anna, world):
    html = anna.post(FORM, {"key": "k"}).content.decode()
    assert [field for field in ("name", "phone", "topic", "text") if f'href="#id_{field}"' in html] == [
        "name",
        "phone",
        "topic",
        "text",
    ]


@pytest.mark.seed("S29")
def test_another_customers_camera_is_refused_like_one_that_never_was(anna, world):
    mine = anna.post(FORM, filled(world, cameras=[world.camera_oleg.pk])).content.decode()
    never = anna.post(FORM, filled(world, cameras=["999999"])).content.decode()
    sentence = re.compile(r'id="id_cameras_error">.*?</p>', re.DOTALL)
    assert sentence.search(mine)[0] == sentence.search(never)[0]
    assert world.camera_oleg.name not in mine
    assert not Ticket.objects.exists()


@pytest.mark.seed("S39")
def test_a_billing_topic_asks_nothing_about_cameras(anna, world):
    html = anna.post(FORM, filled(world, topic="unclear-charge", refresh="1")).content.decode()
    assert "fact-height" not in html
    assert "data-about-cameras hidden" in html
    sent = {"key": "k", "name": "Анна", "phone": "+79350000001", "topic": "unclear-charge", "text": "Списали дважды"}
    answers = {"fact-period": "октябрь", "fact-amount": "890"}
    assert anna.post(FORM, sent | answers).status_code == 302
    assert Ticket.objects.get().facts.get("height") is None


def test_of_a_camera_that_is_named_nobody_has_to_say_that_they_do_not_know(anna, world):
    unanswered = {name: None for name in filled(world) if name.startswith("fact-")}
    Camera.objects.filter(pk=world.camera_door.pk).update(status="offline")
    door = filled(world, cameras=[world.camera_door.pk], **unanswered)
    html = anna.post(FORM, door | {"refresh": "1"}).content.decode()
    height = html[html.index("Высота установки сломанных камер") :]
    assert "необязательно" in height[: height.index("</legend>")]
    assert anna.post(FORM, door).status_code == 302
    # Of a camera we do not know from its name only the answers tell.
    unnamed = anna.post(FORM, door | {"cameras": [], "key": "key-2"})
    assert unnamed.status_code == 422
    told = re.findall(r'<a href="#id_fact-(\w+)"><b>', unnamed.content.decode())
    assert told == ["provider", "internet", "height", "supplier"]


@pytest.mark.seed("S34")
def test_with_two_cameras_answers_may_differ_camera_by_camera(anna, world):
    yard, gate = world.camera_yard.pk, world.camera_gate.pk
    answers = {
        f"camera-{yard}-fact-height": "5-8",
        f"camera-{gate}-fact-height": "1.8-3",
        "fact-height": None,
    }
    assert anna.post(FORM, filled(world, cameras=[yard, gate], **answers)).status_code == 302
    rows = {row.camera_id: row.facts["height"] for row in Ticket.objects.get().ticket_cameras.all()}
    assert rows == {yard: ["5-8"], gate: ["1.8-3"]}


def test_two_ticks_for_two_cameras_are_kept_with_the_request(anna, world):
    both = {"cameras": [world.camera_yard.pk, world.camera_gate.pk], "fact-provider": ["mts", "beeline"]}
    assert anna.post(FORM, filled(world, **both)).status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.facts["provider"] == ["mts", "beeline"]
    assert all("provider" not in row.facts for row in ticket.ticket_cameras.all())


def test_what_the_passport_knows_is_not_asked_again(anna, world):
    html = anna.post(FORM, filled(world, cameras=[world.camera_gate.pk], refresh="1", **_unanswered())).content.decode()
    known = re.search(r'<details class="field prefilled".*?Высота установки.*?</summary>', html, re.DOTALL)
    assert known
    assert "1,8–3 м" in known[0]
    assert re.search(r"из паспорта\s*·\s*<span\s+class=\"change\">изменить", known[0])


def test_what_differs_is_asked_camera_by_camera(anna, world):
    cameras = [world.camera_gate.pk, world.camera_yard.pk]
    html = anna.post(FORM, filled(world, cameras=cameras, refresh="1", **_unanswered())).content.decode()
    for camera in cameras:
        assert f'name="camera-{camera}-fact-height"' in html


def _unanswered() -> dict:
    return {f"fact-{name}": None for name in ("provider", "internet", "height", "supplier")}


@pytest.mark.seed("S36")
@pytest.mark.tells("camdesk.tickets.uploads._wake_for", "uploaded")
def test_files_go_with_the_form_without_scripts(anna, world):
    files = [SimpleUploadedFile(f"снимок {i}.png", b"\x89PNG\r\n\x1a\n" + bytes([i])) for i in range(3)]
    assert anna.post(FORM, filled(world, files=files)).status_code == 302
    names = [file.name for file in Ticket.objects.get().messages.get().attachments.order_by("position")]
    assert names == ["снимок 0.png", "снимок 1.png", "снимок 2.png"]
    told = page(anna, f"/support/sent/{Ticket.objects.get().pk}/")
    assert all(name in told for name in names)


@pytest.mark.seed("S14", "S36", "S41")
def test_the_eleventh_file_is_refused_in_words_and_ten_stay(anna, world):
    files = [SimpleUploadedFile(f"{i}.txt", b"x%d" % i) for i in range(11)]
    answer = anna.post(FORM, filled(world, files=files))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "10.txt" in re.search(r'id="id_files_error".*?</p>', html, re.DOTALL)[0]
    kept = re.findall(r'name="attachments" value="([^"]+)"', html)
    assert len(kept) == 10
    assert anna.post(FORM, filled(world, attachments=kept)).status_code == 302
    assert Ticket.objects.get().messages.get().attachments.count() == 10


def test_a_retry_with_the_same_files_is_the_same_request(anna, world):
    for _ in range(2):
        file = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n1")
        assert anna.post(FORM, filled(world, files=[file])).status_code == 302
    assert Ticket.objects.count() == 1


@pytest.mark.seed("S41")
def test_a_half_filled_form_survives_signing_out(anna, client_of, world):
    assert anna.post(FORM + "draft", filled(world, text="Недописанное")).json() == {"saved": True}
    elsewhere = page(client_of(world.anna))
    assert "Недописанное" in elsewhere
    assert f'value="{world.camera_yard.pk}" id="id_camera_{world.camera_yard.pk}" checked' in elsewhere
    assert 'name="key" value="key-1"' in elsewhere
    assert "Недописанное" not in page(client_of(world.oleg))


def test_a_sent_form_leaves_no_draft(anna, world):
    anna.post(FORM + "draft", filled(world))
    anna.post(FORM, filled(world))
    assert not Draft.objects.exists()


def test_strange_words_come_back_as_they_were(anna, world):
    strange = "<script>alert(1)</script> 📷 {{7*7}} '; DROP TABLE-- \u202e\x00 конец"
    anna.post(FORM, filled(world, text=strange))
    ticket = Ticket.objects.get()
    text = ticket.messages.get().text
    assert text == "<script>alert(1)</script> 📷 {{7*7}} '; DROP TABLE--  конец"
    html = page(anna, f"/requests/{ticket.pk}/")
    assert "<script>alert(1)" not in html
    assert "{{7*7}}" in html


def test_a_form_without_its_csrf_token_is_refused(world, client_of):
    client = client_of(world.anna, enforce_csrf_checks=True)
    assert client.post(FORM, filled(world)).status_code == 403
    assert not Ticket.objects.exists()


def test_a_stranger_is_asked_to_sign_in(world):
    answer = Client().get(FORM)
    assert answer.status_code == 302
    assert "/account/login/" in answer["Location"]


def test_the_page_after_sending_is_its_senders_alone(anna, client_of, world):
    anna.post(FORM, filled(world))
    address = f"/support/sent/{Ticket.objects.get().pk}/"
    assert client_of(world.oleg).get(address).status_code == 404


def test_another_customers_upload_cannot_be_sent(anna, client_of, world):
    client_of(world.oleg).post("/files/", {"files": SimpleUploadedFile("oleg.txt", b"x")})
    file = Attachment.objects.get()
    anna.post(FORM, filled(world, attachments=[file.pk]))
    file.refresh_from_db()
    assert file.message is None


def test_another_customers_file_that_was_sent_is_left_out(anna, client_of, world):
    theirs = {"cameras": [world.camera_oleg.pk], "email": "oleg@example.org", "phone": "8 (935) 000-00-02"}
    file = SimpleUploadedFile("oleg.txt", b"x")
    assert client_of(world.oleg).post(FORM, filled(world, files=[file], **theirs)).status_code == 302
    sent = Attachment.objects.get()
    assert anna.post(FORM, filled(world, attachments=[sent.pk])).status_code == 302
    assert not Ticket.objects.get(person=world.anna).messages.get().attachments.exists()
    sent.refresh_from_db()
    assert sent.message.ticket.person == world.oleg


@pytest.mark.whole(
    "camdesk.channels.form.submission.submit", at="people_consent", of="camdesk.tickets.opening.open_ticket"
)
def test_consent_is_asked_and_kept_where_the_playbook_wants_it(anna, world, playbook, monkeypatch):
    from dataclasses import replace

    from camdesk.playbook import current
    from camdesk.playbook.document import ConsentText as Wanted
    from camdesk.playbook.document import Text

    wanted = Wanted(required=True, text=Text("Согласен на обработку данных", "I agree"), version="2026-11")
    document = replace(playbook, consent=wanted)
    monkeypatch.setattr(current, "current", lambda: (1, document))
    refused = anna.post(FORM, filled(world))
    assert refused.status_code == 422
    assert "Без согласия" in refused.content.decode()
    assert not Ticket.objects.exists()
    assert anna.post(FORM, filled(world, consent="on")).status_code == 302
    given = Consent.objects.get()
    assert (given.person, given.version, given.text) == (world.anna, "2026-11", "Согласен на обработку данных")
