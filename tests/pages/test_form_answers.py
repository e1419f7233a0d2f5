"""What the form asks of the chosen cameras: nothing that is known, and of many cameras one table."""

import re

import pytest
from django.test import Client

from camdesk.cameras.models import Camera
from camdesk.tickets.models import Draft, Ticket
from tests.builder import Builder

FORM = "/support/write/"
KNOWN = r"<details class=\"field prefilled\"(?:(?!</summary>).)*{}(?:(?!</summary>).)*</summary>"


@pytest.fixture
def anna(client_of, world, data_folder) -> Client:
    return client_of(world.anna)


def shown(client: Client, **fields) -> str:
    """The form anew, with these fields posted."""
    answer = client.post(FORM, {"refresh": "1", "topic": "camera-offline"} | fields)
    assert answer.status_code == 200
    return answer.content.decode()


def part(html: str, name: str) -> str:
    """The questions of the seed, or the topic's further ones."""
    rest = html[html.index(f'data-part="{name}"') :]
    return rest[: rest.index('id="id_text"')] if name == "questions" else rest[: rest.index("form-end")]


def known(html: str, words: str) -> re.Match | None:
    return re.search(KNOWN.format(words), html, re.DOTALL)


def ticked(html: str) -> set[int]:
    return {int(pk) for pk in re.findall(r'name="cameras" value="(\d+)" id="id_camera_\d+" checked', html)}


def posted(html: str) -> dict[str, list[str]]:
    """What a browser without scripts would send of this form: the hidden, ticked and selected."""
    values: dict[str, list[str]] = {}
    form = html[html.index('<form class="support-form"') : html.index("</form>", html.index('class="support-form"'))]
    for tag in re.findall(r"<input[^>]*>", form):
        kind, name = re.search(r'type="([a-z]+)"', tag), re.search(r'name="([^"]+)"', tag)
        if name and (kind is None or kind[1] not in ("checkbox", "radio", "file") or " checked" in tag):
            values.setdefault(name[1], []).append((re.search(r'value="([^"]*)"', tag) or ["", "on"])[1])
    for name, options in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        values[name] = [chosen[1] if chosen else ""]
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)', form):
        values[name] = [text.strip()]
    return {name: value for name, value in values.items() if name != "csrfmiddlewaretoken"}


# ---------------------------------------------------------------- known, from every entrance


@pytest.mark.parametrize("entrance", ["a camera's page", "a camera and a topic", "a draft", "ticked", "a refusal"])
def test_the_passport_answers_from_every_entrance(anna, world, entrance):
    gate = world.camera_gate.pk
    match entrance:
        case "a camera's page":
            html = anna.get(f"{FORM}?camera={gate}").content.decode()
        case "a camera and a topic":
            html = anna.get(f"{FORM}?camera={gate}&topic=camera-offline").content.decode()
        case "a draft":
            came = posted(anna.get(f"{FORM}?camera={gate}").content.decode())
            anna.post(f"{FORM}draft", came | {"text": "Моргает"})
            html = anna.get(FORM).content.decode()
            assert ticked(html) == {gate}
        case "ticked":
            html = anna.post(f"{FORM}questions", {"cameras": [gate]}).content.decode()
        case "a refusal":
            html = anna.post(FORM, posted(anna.get(f"{FORM}?camera={gate}").content.decode())).content.decode()
            assert "Обращение ещё не отправлено" in html
    for words, value in (
        ("Провайдер интернета", "Ростелеком"),
        ("Высота установки", "1,8–3 м"),
        ("Поставщик", "Оператор"),
    ):
        line = known(html, words)
        assert line, words
        assert value in line[0]
        assert re.search(r"из паспорта · <span\s+class=\"change\">изменить", line[0])


def test_what_is_known_goes_with_the_request_though_nobody_said_it(anna, world):
    came = posted(anna.get(f"{FORM}?camera={world.camera_gate.pk}&topic=camera-offline").content.decode())
    assert anna.post(FORM, came | {"text": "Моргает"}).status_code == 302
    assert Ticket.objects.get().ticket_cameras.get().facts == {
        "provider": ["rostelecom"],
        "internet": ["yes"],
        "height": ["1.8-3"],
        "supplier": ["operator"],
    }


def test_what_is_said_otherwise_wins_over_the_passport(anna, world):
    came = posted(anna.get(f"{FORM}?camera={world.camera_gate.pk}&topic=camera-offline").content.decode())
    assert anna.post(FORM, came | {"text": "Моргает", "fact-height": "5-8"}).status_code == 302
    assert Ticket.objects.get().ticket_cameras.get().facts["height"] == ["5-8"]


def test_a_camera_that_drops_has_internet_with_interruptions(anna, world):
    Camera.objects.filter(pk=world.camera_gate.pk).update(status=Camera.Status.UNSTABLE)
    html = anna.get(f"{FORM}?camera={world.camera_gate.pk}&topic=camera-offline").content.decode()
    line = known(html, "Наличие доступа")
    assert "с перебоями" in line[0]
    assert "видим сами" in line[0]


@pytest.mark.parametrize(
    "status, broken", [("online", False), ("blocked", False), ("offline", True), ("unknown", True)]
)
def test_a_working_camera_is_not_called_broken(anna, world, status, broken):
    Camera.objects.filter(pk=world.camera_gate.pk).update(status=status)
    html = shown(anna, cameras=[world.camera_gate.pk])
    assert ("сломанн" in html) is broken
    assert "Высота установки" in html


def test_a_visit_is_not_about_a_broken_camera(anna, world):
    assert "сломанн" not in shown(anna, cameras=[world.camera_yard.pk], topic="maintenance")


# ---------------------------------------------------------------- unticked


def test_an_unticked_camera_takes_its_own_answers_along(anna, world):
    gate, yard, door = world.camera_gate.pk, world.camera_yard.pk, world.camera_door.pk
    both = {"cameras": [yard, door], f"camera-{gate}-fact-height": "over-8", "about": f"{gate},{yard},{door}"}
    html = shown(anna, **both)
    assert f"camera-{gate}-" not in html
    anna.post(f"{FORM}draft", both)
    assert str(gate) not in Draft.objects.get().content["camera_facts"]


def test_an_unticked_camera_takes_what_its_passport_said_along(anna, world):
    came = posted(anna.get(f"{FORM}?camera={world.camera_gate.pk}&topic=camera-offline").content.decode())
    html = anna.post(FORM, came | {"cameras": [world.camera_door.pk], "refresh": "1"}).content.decode()
    assert known(html, "Провайдер интернета") is None
    assert not re.search(r'name="fact-[^>]* checked', part(html, "questions").split("Наличие доступа")[0])


def test_the_last_unticked_camera_takes_the_common_answers_along(anna, world):
    yard, door = world.camera_yard.pk, world.camera_door.pk
    said = {"about": str(yard), "fact-height": "over-8", "fact-tried": "Перезагрузка"}
    assert re.search('value="over-8" checked', shown(anna, cameras=[yard], **said))
    html = shown(anna, cameras=[door], **said)
    assert not re.search('value="over-8" checked', html)
    assert "Перезагрузка" in html, "what was said of the matter, not of a camera, stays"
    assert not re.search('value="over-8" checked', shown(anna, **said))


def test_a_camera_added_later_keeps_what_is_known_of_it(anna, world):
    gate, door = world.camera_gate.pk, world.camera_door.pk
    said = {"about": str(door), "fact-height": "over-8", "cameras": [gate, door], "text": "Моргают", "name": "Анна"}
    rest = {"phone": "+79350000001", "topic": "camera-offline", "key": "k", "fact-internet": "yes"}
    assert anna.post(FORM, said | rest).status_code == 302
    rows = {row.camera_id: row.facts["height"] for row in Ticket.objects.get().ticket_cameras.all()}
    assert rows == {gate: ["1.8-3"], door: ["over-8"]}


def test_without_scripts_a_chosen_camera_is_taken_out_by_its_button(anna, world):
    gate, door = world.camera_gate.pk, world.camera_door.pk
    html = shown(anna, cameras=[gate, door])
    assert re.search(rf'name="untick" value="{gate}"[^>]*aria-label="Убрать камеру Калитка"', html, re.DOTALL)
    fields = {"cameras": [gate, door], "untick": str(gate)}
    assert ticked(anna.post(FORM, fields).content.decode()) == {door}
    assert not Ticket.objects.exists()


# ---------------------------------------------------------------- drafts


def test_a_page_that_was_only_opened_leaves_no_draft(anna, world):
    anna.get(f"{FORM}?camera={world.camera_yard.pk}")
    assert not Draft.objects.exists()
    assert ticked(anna.get(FORM).content.decode()) == set()


def test_who_comes_from_another_camera_keeps_the_words_and_means_that_camera(anna, world):
    kept = {"cameras": [world.camera_door.pk], "fact-height": "over-8", "text": "Недописанное", "key": "k"}
    anna.post(f"{FORM}draft", kept | {"about": str(world.camera_door.pk)})
    html = anna.get(f"{FORM}?camera={world.camera_yard.pk}").content.decode()
    assert ticked(html) == {world.camera_yard.pk}
    assert "Недописанное" in html
    assert 'value="over-8" checked' not in html
    assert ticked(anna.get(FORM).content.decode()) == {world.camera_door.pk}, "looking changed no draft"


def test_who_comes_from_a_silent_camera_has_its_topic_and_address_already(anna, world):
    html = anna.get(f"{FORM}?camera={world.camera_yard.pk}").content.decode()
    assert '<option value="camera-offline" selected>' in html
    assert 'value="Садовая улица, 12"' in html
    assert "selected" not in html_of_topics(anna.get(f"{FORM}?camera={world.camera_gate.pk}").content.decode())


def html_of_topics(html: str) -> str:
    return html[html.index('id="id_topic"') : html.index("</select>", html.index('id="id_topic"'))]


def test_another_customers_camera_in_the_address_is_passed_over(anna, world):
    html = anna.get(f"{FORM}?camera={world.camera_oleg.pk}").content.decode()
    assert ticked(html) == set()
    assert world.camera_oleg.name not in html


# ---------------------------------------------------------------- many cameras


@pytest.fixture
def many(world, client_of, data_folder, now) -> tuple[Client, list[Camera]]:
    """54 cameras at two addresses: of half of them everything is known, and not the same."""
    town = Builder(now=now)
    person = town.person("Ольга Мирная", email="olga@example.org", login=True)
    sites = [town.site("улица Ткачей, 5", person=person), town.site("улица Ткачей, 7", person=person)]
    passports = [{"provider": "mts", "height": "3-5", "supplier": "own"}, {"provider": "beeline"}, {}]
    cameras = [
        town.camera(f"Подъезд {number}", sites[number % 2], owner=person, passport=passports[number % 3])
        for number in range(54)
    ]
    return client_of(person), cameras


def test_54_cameras_are_one_table_with_a_row_for_all(many):
    client, cameras = many
    html = part(shown(client, cameras=[one.pk for one in cameras]), "questions")
    assert html.count("<table") == 1
    assert html.count("Одинаково для всех</th>") == 1
    assert html.count("<select") == 4, "one a question: of so many cameras none is asked by itself"
    assert html.count("улица Ткачей, 5") == 27
    assert html.count("МТС") == 18 + 1  # the rows, and the choice for all


def test_a_row_of_many_is_opened_by_its_button(many):
    client, cameras = many
    fields = {"cameras": [one.pk for one in cameras], "open_row": str(cameras[0].pk)}
    html = part(shown(client, **fields), "questions")
    assert html.count("<select") == 8
    assert re.search(rf'id="id_camera-{cameras[0].pk}-fact-height".*?value="3-5" selected', html, re.DOTALL)
    again = part(
        shown(client, **posted(f'<form class="support-form" {html}</form>') | {"cameras": fields["cameras"]}),
        "questions",
    )
    assert again.count("<select") == 8, "it stays open"


def test_an_answer_for_all_of_many_and_one_of_its_own(many):
    client, cameras = many
    ids = [one.pk for one in cameras]
    fields = {
        "cameras": ids,
        "fact-height": "over-8",
        f"camera-{ids[0]}-fact-height": "up-to-1.8",
        "fact-internet": "no",
    }
    sent = {"key": "k", "name": "Ольга", "phone": "+79350000009", "topic": "camera-offline", "text": "Все", "about": ""}
    assert client.post(FORM, fields | sent).status_code == 302
    rows = {row.camera_id: row.facts for row in Ticket.objects.get().ticket_cameras.all()}
    assert rows[ids[0]]["height"] == ["up-to-1.8"]
    assert {rows[pk]["height"][0] for pk in ids[1:]} == {"over-8"}
    assert {rows[pk]["provider"][0] for pk in ids[::3]} == {"mts"}, "what is known stays beside it"


def test_of_few_cameras_only_what_differs_is_asked_one_by_one(anna, world):
    gate, yard = world.camera_gate, world.camera_yard
    Camera.objects.get(pk=yard.pk)
    yard.passport.provider = "rostelecom"
    yard.passport.save()
    html = part(shown(anna, cameras=[gate.pk, yard.pk]), "questions")
    assert f'name="camera-{yard.pk}-fact-height"' in html
    assert f'name="camera-{yard.pk}-fact-provider"' not in html
    assert html.count("Садовая улица, 12") == 2


def test_cameras_that_agree_are_asked_at_once_and_apart_on_demand(anna, world):
    Camera.objects.filter(pk__in=[world.camera_gate.pk, world.camera_door.pk]).update(status="offline")
    world.camera_gate.passport.delete()
    both = {"cameras": [world.camera_gate.pk, world.camera_door.pk]}
    html = part(shown(anna, **both), "questions")
    assert "<table" not in html
    assert "выбраны 2 камеры" in html
    assert part(shown(anna, open_row="all", **both), "questions").count("<select") == 12


def test_a_refused_answer_of_one_camera_is_shown_in_its_row(many):
    client, cameras = many
    ids = [one.pk for one in cameras]
    wrong = f"camera-{ids[5]}-fact-height"
    html = client.post(
        FORM, {"cameras": ids, "topic": "camera-offline", "text": "Все", wrong: "на столбе"}
    ).content.decode()
    assert f'href="#id_{wrong}"' in html
    assert re.search(rf'id="id_{wrong}_error"[^>]*>.*?из списка', html, re.DOTALL)


# ---------------------------------------------------------------- addresses


@pytest.mark.seed("S28")
def test_an_address_of_theirs_shows_its_cameras_alone(many):
    client, cameras = many
    html = shown(client, address="  УЛИЦА ткачей, 7 ", cameras=[cameras[0].pk])
    sites = dict(re.findall(r'class="picker-site" data-site="([^"]+)"[^>]*?( hidden)?>', html))
    assert sites == {"улица Ткачей, 5": " hidden", "улица Ткачей, 7": ""}
    assert ticked(html) == {cameras[0].pk}, "what is ticked elsewhere stays, and is listed"
    assert 'aria-label="Убрать камеру Подъезд 0"' in html
    assert "Показать камеры всех адресов" in html
    everywhere = client.post(FORM, {"address": "улица Ткачей, 7", "anywhere": "1"}).content.decode()
    assert not re.search(r'class="picker-site"[^>]* hidden>', everywhere)


def test_another_address_hides_no_camera(many):
    assert not re.search(r'class="picker-site"[^>]* hidden>', shown(many[0], address="улица Мира, 1"))


def test_the_search_on_the_server_knows_the_address_too(many):
    client, cameras = many
    html = client.get(f"{FORM}cameras", {"address": "улица Ткачей, 7", "cameras": cameras[0].pk}).content.decode()
    assert html.count('name="cameras"') == 27 + 1
    assert client.get(f"{FORM}cameras", {"address": "улица Мира, 1"}).content.decode().count('name="cameras"') == 54


# ---------------------------------------------------------------- the order of the form


@pytest.mark.seed("S23")
def test_nothing_stands_between_the_ten_fields(anna, world):
    html = anna.get(f"{FORM}?camera={world.camera_yard.pk}").content.decode()
    form = html[html.index('<form class="support-form"') :]
    named = re.findall(r'<(?:input|select|textarea|button)[^>]*name="(?!known-|about|apart|csrf|key)([^"]+)"', form)
    fields = [re.sub(r"^(untick|anywhere)$", "cameras", one).removesuffix("-other") for one in dict.fromkeys(named)]
    assert list(dict.fromkeys(fields)) == [
        "name", "phone", "topic", "address", "cameras",
        "fact-provider", "fact-internet", "fact-height", "fact-supplier", "text", "files",
        "refresh", "fact-connection", "fact-power_led", "fact-port_led", "fact-tried", "email",
    ]  # fmt: skip


def test_further_questions_are_folded_after_the_text_and_counted(anna, world):
    html = part(shown(anna, cameras=[world.camera_yard.pk]), "further")
    assert "Ещё 4 вопроса ускорят ответ" in html
    assert '<details class="further" id="further">' in html
    world.camera_yard.passport.connection = "poe"
    world.camera_yard.passport.save()
    html = part(shown(anna, cameras=[world.camera_yard.pk]), "further")
    assert "Ещё 3 вопроса ускорят ответ" in html
    assert "из паспорта" in known(html, "Как подключена камера")[0]


def test_a_further_question_that_is_answered_is_not_hidden(anna, world):
    assert 'id="further" open' in shown(anna, cameras=[world.camera_yard.pk], **{"fact-power_led": "dark"})


def test_what_a_topic_cannot_do_without_is_not_folded(anna, world):
    html = part(shown(anna, cameras=[world.camera_yard.pk], topic="site-offline"), "further")
    assert html.index("fact-mains") < html.index('class="further"')


def test_the_summary_names_the_questions_in_the_order_of_the_form(anna, world):
    html = anna.post(FORM, {"topic": "site-offline", "email": "нет", "address": "а" * 301})
    html = html.content.decode()
    summary = html[html.index("error-summary") : html.index("</ul>", html.index("error-summary"))]
    found = re.findall(r'<a href="#([^"]+)"><b>([^<]+):</b>', summary)
    assert found == [
        ("id_name", "Ваше имя"),
        ("id_address", "Адрес объекта"),
        ("id_fact-provider", "Провайдер интернета, к которому подключена камера"),
        ("id_fact-internet", "Наличие доступа в Интернет у камер в данный момент"),
        ("id_text", "Текст обращения"),
        ("id_fact-mains", "Есть ли электричество на объекте"),
        ("id_email", "Почта для копии обращения"),
    ]
    assert all(f'id="{anchor}"' in html for anchor, _name in found)


def test_the_button_of_the_files_is_called_as_the_seed_says(anna):
    html = anna.get(FORM).content.decode()
    assert re.search(
        r"file-choose.*?Прикрепить вложение</span>|file-choose[^>]*>.*?Прикрепить вложение", html, re.DOTALL
    )
    assert "Выбрать файлы" not in html


# ---------------------------------------------------------------- the story, without scripts


def test_a_silent_camera_is_reported_in_four_clicks_and_one_typed_field_without_scripts(anna, world):
    page = anna.get(f"/cameras/{world.camera_yard.pk}/").content.decode()
    world.camera_yard.passport.provider, world.camera_yard.passport.supplier = "mts", "operator"
    world.camera_yard.passport.save()
    link = re.search(r'href="(/support/write/[^"]*)"[^>]*>(?:(?!</a>).)*Сообщить о проблеме', page, re.DOTALL)
    form = posted(anna.get(link[1].replace("&amp;", "&")).content.decode())  # 1
    form["fact-internet"] = ["unknown"]  # 2
    form["text"] = ["Камера не работает"]  # typed
    assert anna.post(FORM, form).status_code == 302  # 3
    ticket = Ticket.objects.get()
    assert (ticket.topic_id, ticket.address) == ("camera-offline", "Садовая улица, 12")
    assert ticket.ticket_cameras.get().camera == world.camera_yard


def test_the_script_is_told_where_to_go(anna, world):
    came = posted(anna.get(f"{FORM}?camera={world.camera_gate.pk}&topic=camera-offline").content.decode())
    answer = anna.post(FORM, came | {"text": "Моргает"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/support/sent/{Ticket.objects.get().pk}/")
