"""What lists show: what was asked for, page after page, each row once, and nothing else."""

import re
from datetime import timedelta
from itertools import chain

import pytest
from django.utils import timezone

from camdesk.cabinet.views import cameras as camera_list
from camdesk.cabinet.views import requests as request_list
from camdesk.desk.views import letters as letter_list
from camdesk.tickets import conversation, resolution
from camdesk.tickets.models import Delivery, Ticket
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.world import customer_says

TEXTS = ["Калитка скрипит", "Двор тёмный", "Двор и калитка", "Снег на объективе", "Калитка"]


@pytest.fixture
def five(world) -> list[Ticket]:
    """Anna's, from the oldest; the second and the fourth are settled. Oleg has one of the same words."""
    now = timezone.now() - timedelta(hours=1)
    made = [
        open_ticket(new(world, text=text, subject=text), by=world.anna, now=now + timedelta(minutes=number)).ticket
        for number, text in enumerate(TEXTS)
    ]
    theirs = {"person": world.oleg, "cameras": [world.camera_oleg], "contact_email": "oleg@example.org"}
    open_ticket(new(world, text="Калитка", **theirs), by=world.oleg, now=now)
    for ticket in (made[1], made[3]):
        conversation.reply(ticket=ticket, text="Готово", by=world.ira, now=timezone.now())
        resolution.resolve(ticket=ticket, by=world.ira, now=timezone.now())
    return made


def walk(client, address: str, row: str, further: str) -> list[list[int]]:
    """The rows of each page, by the links that lead from page to page."""
    pages: list[list[int]] = []
    while address:
        html = client.get(address).content.decode()
        pages.append([int(number) for number in dict.fromkeys(re.findall(row, html))])
        found = re.search(rf'href="([^"]*\?(?:[^"]*&amp;|[^"]*&)?{further}=\d+[^"]*)"', html)
        address = (
            (address.split("?")[0] if found[1].startswith("?") else "") + found[1].replace("&amp;", "&")
            if found
            else ""
        )
        assert len(pages) < 12, "it goes round"
    return pages


@pytest.mark.parametrize("most", [1, 2, 5, 30])
@pytest.mark.parametrize(
    "asked, found",
    [
        ("", [4, 3, 2, 1, 0]),
        ("?state=open", [4, 2, 0]),
        ("?state=settled", [3, 1]),
        ("?state=nonsense", [4, 3, 2, 1, 0]),
        ("?q=калитка", [4, 2, 0]),
        ("?q=двор&state=open", [2]),
        ("?q=погода", []),
        ("?q=%20", [4, 3, 2, 1, 0]),
    ],
)
def test_a_customers_requests(world, five, client_of, monkeypatch, asked, found, most):
    monkeypatch.setattr(request_list, "PAGE", most)
    pages = walk(client_of(world.anna), f"/requests/{asked}", r'href="/requests/(\d+)/"', "before")
    assert list(chain.from_iterable(pages)) == [five[place].pk for place in found]
    assert {len(page) for page in pages[:-1]} <= {most}
    assert len(pages) == max(1, -(-len(found) // most))


def test_a_request_is_found_by_its_number_and_only_by_whose_it_is(world, five, client_of):
    anna = client_of(world.anna)
    shown = walk(anna, f"/requests/?q={five[1].pk}", r'href="/requests/(\d+)/"', "before")
    assert shown[0][0] == five[1].pk
    assert walk(anna, f"/requests/?q={five[1].pk}&state=open", r'href="/requests/(\d+)/"', "before") == [[]]
    assert walk(client_of(world.oleg), f"/requests/?q={five[1].pk}", r'href="/requests/(\d+)/"', "before") == [[]]


@pytest.mark.parametrize("most", [1, 3, 60])
@pytest.mark.parametrize(
    "asked, found",
    [
        ("", ["camera_door", "camera_yard", "camera_gate"]),
        ("?state=down", ["camera_yard"]),
        ("?state=online", ["camera_door", "camera_gate"]),
        ("?state=nonsense", ["camera_door", "camera_yard", "camera_gate"]),
        ("?q=двор", ["camera_yard"]),
        ("?q=садовая", ["camera_door", "camera_yard", "camera_gate"]),
        ("?q=лесная", []),
        ("?q=двор&state=online", []),
    ],
)
def test_a_customers_cameras(world, client_of, monkeypatch, asked, found, most):
    monkeypatch.setattr(camera_list, "PAGE", most)
    pages = walk(client_of(world.anna), f"/cameras/{asked}", r'href="/cameras/(\d+)/"', "after")
    assert list(chain.from_iterable(pages)) == [getattr(world, name).pk for name in found]
    assert len(pages) == max(1, -(-len(found) // most))


@pytest.mark.parametrize("most", [1, 2, 50])
@pytest.mark.parametrize("state", ["", "failed", "held", "waiting", "nonsense"])
def test_letters_that_leave(world, five, client_of, monkeypatch, state, most):
    monkeypatch.setattr(letter_list, "PAGE", most)
    rows = list(Delivery.objects.order_by("-pk"))[:4]
    Delivery.objects.exclude(pk__in=[row.pk for row in rows]).delete()
    for row, became in zip(rows, ("failed", "held", "waiting", "failed"), strict=True):
        Delivery.objects.filter(pk=row.pk).update(state=became)
    wanted = [row.pk for row in Delivery.objects.order_by("-pk") if state in ("", "nonsense", row.state)]
    query = f"?state={state}" if state else ""
    pages = walk(client_of(world.leo), f"/desk/letters/{query}", r'href="/desk/letters/(\d+)/"', "before")
    assert list(chain.from_iterable(pages)) == wanted
    assert len(pages) == max(1, -(-len(wanted) // most))


def test_an_own_request_is_new_until_it_is_seen(world, five, client_of):
    """The dot of the list is about what is the reader's own, and was answered."""
    anna, first = client_of(world.anna), five[0]
    customer_says(ticket=first, text="Ещё", by=world.anna, channel="form", now=timezone.now())
    unread = re.compile(r'<[^>]*class="[^"]*unread[^"]*"')
    assert not unread.search(anna.get(f"/requests/?q={first.pk}").content.decode())
    conversation.reply(ticket=first, text="Смотрим", by=world.ira, now=timezone.now())
    assert unread.search(anna.get(f"/requests/?q={first.pk}").content.decode())
    anna.get(f"/requests/{first.pk}/")
    Ticket.objects.filter(pk=first.pk).update(customer_seen_seq=10**6)
    assert not unread.search(anna.get(f"/requests/?q={first.pk}").content.decode())
