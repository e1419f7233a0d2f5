"""Cameras and addresses stand as people read a list: «Касса 2» before «Касса 10», «1.2» before «1.10»."""

import re

import pytest

from camdesk.cabinet.views import cameras as cameras_view
from camdesk.cameras.importing import import_cameras, read
from camdesk.cameras.models import Camera, Site, camera_order
from camdesk.desk.outage_form import CAMERAS_FOUND
from camdesk.lib.natural_order import natural_key

NAMES = ["касса 1", "Касса 2", "Касса 10", "Ежи", "Ёлка", "Ель", "Яма"]
SHELVES = ["Стеллаж 1.2", "Стеллаж 1.10", "Стеллаж 2.1"]


@pytest.fixture
def shops(world):
    """Boris's chain has two more addresses, made in another order than they are read in."""
    Camera.objects.filter(organisation=world.chain).update(retired_at=world.boris.created_at)
    for address, names in (("Мира, 12", SHELVES), ("Мира, 5", NAMES)):
        site = Site.objects.create(address=address, organisation=world.chain)
        for name in reversed(names):
            Camera.objects.create(site=site, organisation=world.chain, name=name)
    return world


EXPECTED = ["Ежи", "Ёлка", "Ель", "касса 1", "Касса 2", "Касса 10", "Яма", *SHELVES]


def names_on(html: str) -> list[str]:
    found = re.findall("|".join(map(re.escape, EXPECTED)), re.sub(r"<(option|script)\b.*?</\1>", "", html, flags=re.S))
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("page", ["/cameras/", "/support/write/", "/support/write/cameras", "/support/chat/cameras"])
def test_lists_of_the_cabinet(shops, client_of, page) -> None:
    assert names_on(client_of(shops.boris).get(page).content.decode()) == EXPECTED


def test_lists_of_the_desk(shops, client_of) -> None:
    lead = client_of(shops.leo)
    first = Camera.objects.get(name="Ель")
    near = lead.get(f"/desk/cameras/{first.pk}/").content.decode().split("Рядом")[1]
    assert names_on(near) == [name for name in EXPECTED[:7] if name != "Ель"]
    assert names_on(lead.get("/desk/outages/scope?q=Мира").content.decode()) == EXPECTED[:CAMERAS_FOUND]
    assert names_on(lead.get(f"/desk/people/{shops.boris.pk}/").content.decode()) == EXPECTED


def test_pages_follow_one_another(shops, client_of, monkeypatch) -> None:
    monkeypatch.setattr(cameras_view, "PAGE", 2)
    boris, address, seen = client_of(shops.boris), "/cameras/", []
    for _page in range(5):
        html = boris.get(address).content.decode()
        seen.append(names_on(html))
        following = re.search(r'href="\?after=(\d+)', html)
        address = f"/cameras/?after={following[1]}" if following else ""
    assert seen == [EXPECTED[:2], EXPECTED[2:4], EXPECTED[4:6], EXPECTED[6:8], EXPECTED[8:]]
    assert address == ""


def test_nobody_finds_a_place_in_the_list_by_anothers_camera(shops, client_of) -> None:
    assert client_of(shops.boris).get(f"/cameras/?after={shops.camera_oleg.pk}").status_code == 404


def test_names_of_one_key_stand_by_their_number(shops) -> None:
    site = Site.objects.get(address="Мира, 5")
    one, two = (Camera.objects.create(site=site, organisation=shops.chain, name=name) for name in ("Зал 02", "зал 2"))
    assert list(Camera.objects.filter(site=site, name__endswith="2").exclude(name="Касса 2").in_order()) == [one, two]
    assert Camera.objects.filter(site=site).after(one).in_order().first() == two


def test_the_keys_are_kept_by_whatever_saves(shops, now) -> None:
    site, camera = shops.kiosk, shops.camera_kiosk
    site.address, camera.name = "Новая, 7", "Касса 7"
    site.save(update_fields=["address"])
    camera.save(update_fields=["name", "vendor"])
    Site.objects.bulk_create([Site(address="Старая, 9", external_id="nine")])
    table = "site id;address;external id;name\nnine;Старая 10;till-10;Касса 10\n"
    import_cameras(rows=read(table.encode()).rows, by=None, now=now)
    assert Site.objects.get(external_id="nine").address == "Старая 10"
    for row in (*Site.objects.all(), *Camera.objects.all()):
        said, kept = (row.address, row.address_order) if isinstance(row, Site) else (row.name, row.name_order)
        assert bytes(kept) == natural_key(said)


def test_what_is_saved_without_the_name_writes_no_key(shops, django_assert_num_queries) -> None:
    shops.camera_kiosk.vendor = "Другой"
    with django_assert_num_queries(1) as asked:
        shops.camera_kiosk.save(update_fields=["vendor"])
    assert "name_order" not in asked.captured_queries[0]["sql"]


def test_the_order_in_python_is_that_of_the_database(shops) -> None:
    cameras = list(Camera.objects.select_related("site").order_by("pk"))
    assert sorted(cameras, key=lambda one: one.place) == list(Camera.objects.order_by(*camera_order()))
