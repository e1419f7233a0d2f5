"""«Аварии» at the desk: agents read, leads declare, move and close; a request shows the outage it is about."""

from datetime import timedelta

import pytest
from django.utils import timezone

from camdesk.outages import lifecycle, linking
from camdesk.outages.models import Notice, Outage, OutageTicket, Recipient
from camdesk.outages.scope import OutageScope
from camdesk.tickets.models import Delivery, Event, Message
from tests.deeds.outages.test_outages import ask, events, outage_of


def field(moment) -> str:
    """As a datetime-local field gives it."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def declaration(world, **more) -> dict:
    now = timezone.now()
    return {
        "kind": "fault",
        "title_ru": "Нет связи на Садовой",
        "title_en": "",
        "affected_ru": "Нет картинки",
        "cause_ru": "",
        "began_at": field(now - timedelta(minutes=30)),
        "eta": field(now + timedelta(hours=3)),
        "sites": [str(world.house.pk)],
    } | more


def page(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def outage(world, data_folder) -> Outage:
    return outage_of(world, timezone.now())


def test_a_lead_declares_and_the_requests_it_explains_are_linked(world, client_of, data_folder):
    ticket = ask(world, timezone.now() - timedelta(minutes=10))
    answer = client_of(world.leo).post("/desk/outages/new/", declaration(world))
    outage = Outage.objects.get()
    assert answer.headers["Location"] == f"/desk/outages/{outage.pk}/"
    assert (outage.state, outage.source, outage.declared_by) == ("confirmed", "person", world.leo)
    assert outage.members.count() == 3
    assert events(ticket) == ["outage.linked"]
    html = page(client_of(world.ira), f"/desk/outages/{outage.pk}/")
    assert f"№\u00a0{ticket.pk}" in html
    assert "Изменить срок" not in html, "an agent reads"
    assert "Изменить срок" in page(client_of(world.leo), f"/desk/outages/{outage.pk}/")


@pytest.mark.parametrize(
    ("field_name", "value", "sentence"),
    [
        pytest.param("title_ru", " ", "Назовите, что случилось", id="no name"),
        pytest.param("began_at", "soon", "Укажите, когда началось", id="no time"),
        pytest.param("sites", [], "Выберите, кого это затронуло", id="nobody touched"),
        pytest.param("sites", ["999999"], "нет ни одной камеры", id="a place without cameras"),
        pytest.param("title_ru", "я" * 121, "Слишком длинно", id="a name too long"),
        pytest.param("eta", "2020-01-01T10:00", "Срок должен быть в будущем", id="a forecast in the past"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_declared(world, client_of, data_folder, field_name, value, sentence):
    answer = client_of(world.leo).post("/desk/outages/new/", declaration(world, **{field_name: value}))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Outage.objects.exists()


def test_a_fault_of_tomorrow_is_refused_and_works_of_tomorrow_are_not(world, client_of, data_folder):
    tomorrow = {"began_at": field(timezone.now() + timedelta(days=1)), "eta": field(timezone.now() + timedelta(days=2))}
    leo = client_of(world.leo)
    assert leo.post("/desk/outages/new/", declaration(world, **tomorrow)).status_code == 422
    assert leo.post("/desk/outages/new/", declaration(world, kind="planned", **tomorrow)).status_code == 302
    assert "впереди" in page(leo, "/desk/outages/")


def test_whom_a_choice_touches_is_counted_while_one_chooses(world, client_of, data_folder):
    ask(world, timezone.now())
    leo = client_of(world.leo)
    html = page(leo, f"/desk/outages/scope?sites={world.house.pk}&districts=Центр&q=касса")
    numbers = [int(part.split("<")[0]) for part in html.split("<strong>")[1:]]
    assert numbers == [6, 2, 1], "cameras, customers, requests"
    assert "Касса 1" in html
    unknown = page(leo, f"/desk/outages/scope?sites={world.house.pk}&provider=rostelecom")
    assert "Провайдер 2 камер не известен" in unknown


def test_a_request_begins_the_form_with_its_place(world, client_of, data_folder):
    ticket = ask(world, timezone.now())
    address = f"/desk/outages/new/?ticket={ticket.pk}"
    assert address in page(client_of(world.leo), f"/desk/tickets/{ticket.pk}/")
    assert address not in page(client_of(world.ira), f"/desk/tickets/{ticket.pk}/"), "an agent may not"
    html = page(client_of(world.leo), address)
    assert f'name="sites" value="{world.house.pk}" checked' in html


def test_the_letter_is_seen_before_it_leaves(world, client_of, outage):
    ask(world, timezone.now())
    address = f"/desk/outages/{outage.pk}/letter"
    said = {"kind": "closed", "words_ru": "Кабель <b>цел</b>.", "words_en": "The cable is fine."}
    html = client_of(world.leo).post(address, said).content.decode()
    assert "Починили: Нет связи в Заречье" in html
    assert "Кабель &lt;b&gt;цел&lt;/b&gt;." in html
    assert "The cable is fine." in html
    assert "получит 1 человек" in html
    assert not Outage.objects.filter(state="closed").exists()
    assert client_of(world.leo).post(address, {"kind": "answer"}).status_code == 404


def test_a_lead_moves_the_forecast_answers_all_and_closes(world, client_of, outage):
    ticket = ask(world, timezone.now())
    leo = client_of(world.leo)
    base = f"/desk/outages/{outage.pk}"
    eta = timezone.now() + timedelta(hours=8)
    assert leo.post(f"{base}/forecast", {"eta": field(eta), "words_ru": "Едем"}).status_code == 302
    assert leo.post(f"{base}/forecast", {"eta": "2020-01-01T00:00"}).status_code == 422
    assert leo.post(f"{base}/answers/", {"words_ru": ""}).status_code == 422
    assert leo.post(f"{base}/answers/", {"words_ru": "Бригада на месте"}).status_code == 302
    assert leo.post(f"{base}/closing", {"words_ru": "Готово"}).status_code == 302
    assert leo.post(f"{base}/closing", {"words_ru": "Готово"}).status_code == 422
    assert events(ticket) == ["outage.linked", "outage.forecast_changed", "outage.closed"]
    assert Message.objects.filter(ticket=ticket, kind="reply", text="Бригада на месте").count() == 1
    subjects = Delivery.objects.filter(kind="notice").order_by("pk").values_list("letter__subject", flat=True)
    assert [subject.split(":")[0] for subject in subjects] == ["Нет связи в Заречье", "Новый срок", "Починили"]
    html = page(leo, f"{base}/")
    assert "Закончилась" in html
    assert "Закрыть и сообщить всем" not in html


def test_cameras_are_added_and_taken_out(world, client_of, outage):
    leo, address = client_of(world.leo), f"/desk/outages/{outage.pk}/cameras/"
    assert leo.post(address, {"sites": [str(world.cottage.pk)]}).status_code == 302
    assert leo.post(address, {"remove": [str(world.camera_door.pk)]}).status_code == 302
    names = set(outage.members.values_list("camera__name", flat=True))
    assert names == {"Калитка", "Двор", "Участок"}


def test_who_was_not_reached_is_to_be_called(world, client_of, outage):
    linking.subscribe(outage=outage, person=world.oleg, now=timezone.now())
    world.oleg.identities.all().delete()
    lifecycle.close(outage=outage, by=world.leo, now=timezone.now())
    assert Recipient.objects.filter(how="nowhere").count() == 1
    html = page(client_of(world.ira), f"/desk/outages/{outage.pk}/")
    assert "Не дошло: позвоните" in html
    assert "Олег Сурков" in html


def test_a_request_shows_its_outage_and_is_unlinked_with_a_way_back(world, client_of, outage):
    ticket = ask(world, timezone.now())
    ira = client_of(world.ira)
    assert "Связано с аварией" in page(ira, f"/desk/tickets/{ticket.pk}/")
    address = f"/desk/tickets/{ticket.pk}/outage"
    answer = ira.post(address, {"outage": outage.pk, "off": "1"}, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert f"/desk/tickets/{ticket.pk}/outage?outage={outage.pk}" in answer.headers["HX-Trigger"]
    assert not OutageTicket.objects.filter(unlinked_at=None).exists()
    assert "Похоже, связано" not in page(ira, f"/desk/tickets/{ticket.pk}/"), "what was refused is not offered again"
    ira.post(f"{address}?outage={outage.pk}", headers={"HX-Request": "true"})
    assert OutageTicket.objects.filter(unlinked_at=None, ticket=ticket).count() == 1


def test_a_request_that_seems_to_be_about_it_says_so(world, client_of, outage):
    turned = ask(world, timezone.now(), topic="camera-turned")
    letter = ask(world, timezone.now(), cameras=[], channel="mail")
    stranger = ask(world, timezone.now(), cameras=[], person=world.oleg)
    ira = client_of(world.ira)
    for ticket in (turned, letter):
        assert "Похоже, связано с аварией" in page(ira, f"/desk/tickets/{ticket.pk}/")
    assert "Похоже" not in page(ira, f"/desk/tickets/{stranger.pk}/")
    address = f"/desk/tickets/{turned.pk}/outage"
    ira.post(address, {"outage": outage.pk, "off": "1"})
    assert "Похоже" not in page(ira, f"/desk/tickets/{turned.pk}/"), "dismissed"
    assert not Event.objects.filter(ticket=turned, name="outage.unlinked").exists(), "nothing was linked"
    ira.post(f"/desk/tickets/{letter.pk}/outage", {"outage": outage.pk})
    assert events(letter) == ["outage.linked"]


def test_the_rail_counts_faults_and_the_list_has_its_three_parts(world, client_of, outage):
    works = {"kind": Outage.Kind.PLANNED, "began_at": timezone.now() + timedelta(days=1)}
    outage_of(world, timezone.now(), title_ru="Меняем узел", eta=timezone.now() + timedelta(days=2), **works)
    over = outage_of(world, timezone.now(), title_ru="Было вчера", scope=OutageScope(sites=(world.shop.pk,)))
    lifecycle.close(outage=over, by=world.leo, now=timezone.now())
    html = page(client_of(world.ira), "/desk/outages/")
    assert html.index("Нет связи в Заречье") < html.index("Меняем узел") < html.index("Было вчера")
    rail = html[html.index('class="rail-menu"') : html.index('class="rail-foot"')]
    assert ">1<" in rail[rail.index("Аварии") :]
    assert "Объявить" not in html.replace("Объявить аварию", ""), "an agent has no button that is a 404"


def test_a_notice_that_was_overtaken_is_not_one_that_was_given_up(world, client_of, outage):
    """It failed once, and then something newer was said: who did not hear it hears the newer one."""
    Notice.objects.filter(outage=outage).update(last_error="disk full")
    lifecycle.change_forecast(outage=outage, eta=timezone.now() + timedelta(hours=5), by=world.leo, now=timezone.now())
    assert "Сообщили не всем" not in page(client_of(world.leo), f"/desk/outages/{outage.pk}/")
    Notice.objects.filter(outage=outage).update(last_error="disk full", done_at=timezone.now())
    assert "Сообщили не всем" in page(client_of(world.leo), f"/desk/outages/{outage.pk}/")
