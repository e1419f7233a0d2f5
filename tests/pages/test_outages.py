"""What a customer sees of an outage before they ask: their own part of it, and one click to hear more."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from camdesk.cameras.models import Camera
from camdesk.desk import outage_form
from camdesk.outages import lifecycle, linking, open_outages
from camdesk.outages.models import Outage, Subscription
from camdesk.outages.scope import OutageScope
from camdesk.people.models import Identity
from camdesk.playbook import current
from tests.deeds.outages.test_outages import outage_of

PAGES = ("/cameras/", "/support/write/", "/support/chat/", "/support/chat/panel")


def page(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def outage(world, data_folder) -> Outage:
    """Pages know the real time, so this one happens now; it takes in a camera of Anna's and the chain's shop."""
    scope = OutageScope(sites=(world.house.pk, world.shop.pk))
    return outage_of(world, timezone.now(), scope=scope, affected_ru="Не показывают камеры")


def test_who_has_an_affected_camera_reads_it_before_anything_is_asked(world, client_of, outage):
    for address in (*PAGES, f"/cameras/{world.camera_yard.pk}/"):
        html = page(client_of(world.anna), address)
        assert "Нет связи в Заречье" in html, address
        assert "Уведомить меня" in html


def test_a_customer_of_another_place_reads_nothing(world, client_of, outage):
    for address in PAGES:
        assert "Нет связи в Заречье" not in page(client_of(world.oleg), address)


def test_nobody_reads_of_other_customers_cameras(world, client_of, outage):
    anna, vera = page(client_of(world.anna), "/cameras/"), page(client_of(world.vera), "/cameras/")
    assert "Склад" not in anna
    note = vera[vera.index("<outage-note") : vera.index("</outage-note>")]
    assert "Касса 1" in note
    assert "Торговый зал" not in note, "an employee sees their own cameras' part only"


def test_a_camera_outside_of_it_has_no_note(world, client_of, data_folder):
    outage_of(world, timezone.now(), scope=OutageScope(cameras=(world.camera_yard.pk,)))
    assert "Нет связи в Заречье" in page(client_of(world.anna), f"/cameras/{world.camera_yard.pk}/")
    assert "Нет связи в Заречье" not in page(client_of(world.anna), f"/cameras/{world.camera_gate.pk}/")


def test_it_speaks_the_readers_language(world, client_of, outage):
    html = client_of(world.anna).get("/cameras/", headers={"accept-language": "en"}).content.decode()
    assert "No connection in Zarechye" in html
    assert "Notify me" in html


def test_one_click_asks_for_news_and_twice_is_once(world, client_of, outage):
    anna = client_of(world.anna)
    address = f"/outages/{outage.pk}/subscription/"
    for _press in range(2):
        html = anna.post(address, headers={"HX-Request": "true"}).content.decode()
        assert "Напишем на anna@example.org" in html
    assert Subscription.objects.get().person == world.anna
    assert anna.post(address, {"also": "1", "back": "/support/write/"}).headers["Location"] == "/support/write/"
    assert Subscription.objects.get().also
    assert anna.post(address, {"off": "1", "back": "https://evil.example/"}).headers["Location"] == "/cameras/"
    assert not Subscription.objects.exists()


def test_without_a_proven_address_news_are_promised_on_the_page_only(world, client_of, outage):
    Identity.objects.filter(person=world.anna).update(proven_at=None)
    html = client_of(world.anna).post(f"/outages/{outage.pk}/subscription/", headers={"HX-Request": "true"})
    assert "подтвердите почту" in html.content.decode()


def test_the_outsider_cannot_ask_for_news_of_it(world, client_of, outage):
    assert client_of(world.oleg).post(f"/outages/{outage.pk}/subscription/").status_code == 404
    assert client_of(None).post(f"/outages/{outage.pk}/subscription/").status_code == 302
    assert client_of(world.anna).get(f"/outages/{outage.pk}/subscription/").status_code == 405
    assert not Subscription.objects.exists()


def test_planned_works_are_announced_beforehand(world, client_of, data_folder):
    begin = timezone.now() + timedelta(hours=30)
    words = {"kind": Outage.Kind.PLANNED, "began_at": begin, "eta": begin + timedelta(hours=2)}
    outage_of(world, timezone.now(), title_ru="Меняем узел связи", **words)
    html = page(client_of(world.anna), "/cameras/")
    assert "Меняем узел связи" in html
    assert "Плановые работы" in html
    assert "У меня тоже" not in html, "nobody has anything yet"


def test_it_is_gone_when_it_is_over_or_the_camera_is_back(world, client_of, outage):
    anna, boris = client_of(world.anna), client_of(world.boris)
    outage.members.filter(camera__site=world.house).update(state="healthy")
    assert "Нет связи в Заречье" not in page(anna, "/cameras/")
    assert "Нет связи в Заречье" in page(boris, "/cameras/")
    lifecycle.close(outage=outage, by=world.leo, now=timezone.now())
    assert "Нет связи в Заречье" not in page(boris, "/cameras/")


def test_words_of_the_staff_are_words_not_markup(world, client_of, data_folder):
    outage_of(world, timezone.now(), title_ru="<img src=x>", affected_ru="<b>всё</b>")
    html = page(client_of(world.anna), "/cameras/")
    assert "<img src=x>" not in html
    assert "&lt;img src=x&gt;" in html


def asked(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_what_an_outage_costs_the_pages(world, client_of, data_folder, monkeypatch):
    """Nothing while there is none; one question while it touches others; one more for whom it touches."""
    monkeypatch.setattr(current, "RECHECK_SECONDS", 1e9)
    monkeypatch.setattr("camdesk.outages.open_outages.RECHECK_SECONDS", 1e9)
    anna, oleg = client_of(world.anna), client_of(world.oleg)
    before = {address: (asked(anna, address), asked(oleg, address)) for address in ("/cameras/", "/support/write/")}
    outage_of(world, timezone.now())
    after = {address: (asked(anna, address), asked(oleg, address)) for address in before}
    assert {address: (after[address][0] - asked_for[0], after[address][1] - asked_for[1])
            for address, asked_for in before.items()} == {"/cameras/": (2, 1), "/support/write/": (2, 1)}  # fmt: skip
    Camera.objects.filter(site=world.cottage).update(site=world.house)
    assert asked(oleg, "/cameras/") == after["/cameras/"][1]


@pytest.mark.parametrize("back", ["elsewhere", "https://evil.example/", "//evil.example", "/\\evil.example", "x\r\ny"])
def test_after_asking_for_news_nobody_is_led_elsewhere(client_of, world, outage, back):
    answer = client_of(world.anna).post(f"/outages/{outage.pk}/subscription/", {"back": back})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/cameras/")


def test_news_of_another_outage_are_not_news_of_this_one(world, outage, data_folder):
    now = timezone.now()
    other = outage_of(world, now, scope=OutageScope(cameras=(world.camera_gate.pk,)), title_ru="Другая")
    linking.subscribe(outage=other, person=world.anna, now=now)
    linking.subscribe(outage=outage, person=world.boris, now=now)
    open_outages.forget()
    touched = {one.outage.pk: one.subscribed for one in open_outages.of_person(world.anna)}
    assert touched == {other.pk: True, outage.pk: False}
    assert {one.outage.pk: one.subscribed for one in open_outages.of_person(world.boris)} == {outage.pk: True}


def test_whom_an_outage_would_touch_is_counted_of_its_scope_alone(world, now):
    reached = outage_form.reach(OutageScope(sites=(world.house.pk,)), None, now=now)
    assert (reached["cameras"], reached["sites"], reached["more_sites"]) == (3, [world.house], 0)
    assert (reached["down"], reached["customers"], reached["tickets"]) == (1, 1, 0)
    reached = outage_form.reach(OutageScope(sites=(world.shop.pk, world.kiosk.pk)), None, now=now)
    assert (reached["cameras"], set(reached["sites"])) == (4, {world.shop, world.kiosk})
