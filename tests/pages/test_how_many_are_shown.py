"""A page shows so many of a list, however many there are: a page that grew with them would stop being one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from camdesk.bot.models import Phrase
from camdesk.cameras.models import Camera, CameraGrant
from camdesk.channels.models import Call, CallBack, RawLetter
from camdesk.tickets.models import Draft, TicketCamera
from tests import rows
from tests.rows import DAY, HOUR, Scene, browser_of, delivery, person, words_of
from tests.rows import scene as scene


@dataclass(frozen=True)
class Shown:
    """`make`: one more row, the number of it given; `word`: what a row is told by; `most`: of them on one page."""

    who: str
    address: str
    make: Callable[[Scene, int], Any]
    word: str
    most: int


def call(at: Scene, number: int) -> None:
    told = {"provider": "uis", "call_id": str(number), "direction": "in", "state": "ended", "customer": "+79351234567"}
    Call.objects.create(**told, began_at=timezone.now(), moved_at=timezone.now())


def call_back(at: Scene, number: int) -> None:
    over = {"state": "done", "settled_at": at.now, "created_at": at.now, "next_try_at": at.now}
    CallBack.objects.create(phone="+79351234567", wanted_from=at.now, wanted_until=at.now + HOUR, **over)


def raw_letter(at: Scene, number: int) -> None:
    told = {"digest": f"{number:064}", "mailbox": "smtp", "sender": "шмурдяк@example.net", "state": "taken"}
    RawLetter.objects.create(**told, storage_key="k", size=100, received_at=at.now, next_try_at=at.now)


def letter(at: Scene, number: int) -> None:
    delivery(at, to="шмурдяк@example.net", state="sent")


def phrase(at: Scene, number: int, **changes: Any) -> None:
    Phrase.objects.create(text=f"шмурдяк {number}", at=at.now, **changes)


def settled_phrase(at: Scene, number: int) -> None:
    phrase(at, number, settled_at=at.now)


def ticket(at: Scene, number: int) -> Any:
    return rows.ticket(at, subject="шмурдяк", promised_at=at.now - DAY)


def about_gate(at: Scene, number: int) -> None:
    TicketCamera.objects.create(ticket=ticket(at, number), camera=at.world.camera_gate)


def camera(at: Scene, number: int) -> Camera:
    told = {"external_id": f"new-{number}", "serial": "", "mac": "", "name": "А шмурдяк"}  # the first in any order
    return rows.like(at.world.camera_door, **told)


def own_camera(at: Scene, number: int) -> None:
    CameraGrant.objects.create(person=at.world.anna, camera=camera(at, number), kind="shared", created_at=at.now)


def somebody(at: Scene, number: int) -> None:
    person(at, name="Шмурдяк", said=f"n{number}@example.net")


LISTS = {
    "the queue": Shown("ira", "/desk/", ticket, "шмурдяк", 40),
    "calls": Shown("ira", "/desk/calls/", call, "935 123-45-67", 50),
    "call-backs that are settled": Shown("ira", "/desk/call-backs/", call_back, "935 123-45-67", 20),
    "letters that came": Shown("leo", "/desk/letters/in/", raw_letter, "шмурдяк", 50),
    "letters that left": Shown("leo", "/desk/letters/", letter, "шмурдяк", 50),
    "phrases": Shown("ira", "/desk/playbook/phrases/", phrase, "шмурдяк", 50),
    "phrases that are settled": Shown("ira", "/desk/playbook/phrases/", settled_phrase, "шмурдяк", 10),
    "requests of a person": Shown("ira", "/desk/people/{anna}/", ticket, "шмурдяк", 30),
    "cameras of a person": Shown("ira", "/desk/people/{anna}/", own_camera, "шмурдяк", 24),
    "neighbours of a camera": Shown("ira", "/desk/cameras/{gate}/", camera, "шмурдяк", 24),
    "requests about a camera": Shown("ira", "/desk/cameras/{gate}/", about_gate, "шмурдяк", 20),
    "persons found": Shown("ira", "/desk/tickets/new/?q=Шмурдяк", somebody, "Шмурдяк", 20),
    "one's cameras": Shown("anna", "/cameras/", own_camera, "шмурдяк", 60),
    "cameras beside one's own": Shown("anna", "/cameras/{gate}/", own_camera, "шмурдяк", 12),
    "one's requests about a camera": Shown("anna", "/cameras/{gate}/", about_gate, "шмурдяк", 10),
    "one's requests": Shown("anna", "/requests/", ticket, "шмурдяк", 30),
}


@pytest.mark.parametrize("name", LISTS)
def test_so_many_and_no_more(scene: Scene, name: str) -> None:
    one = LISTS[name]
    who = getattr(scene.world, one.who)
    address = one.address.format(anna=scene.world.anna.pk, gate=scene.world.camera_gate.pk)
    besides = words_of(who, address).count(one.word)  # what was asked stands in its field
    one.make(scene, 0)
    each = words_of(who, address).count(one.word) - besides
    assert each > 0
    for number in range(1, one.most + 10):
        one.make(scene, number)
    assert words_of(who, address).count(one.word) - besides == each * one.most


@pytest.mark.parametrize("address", ["/requests/{ticket}/draft", "/desk/tickets/{ticket}/draft"])
def test_so_much_of_what_is_typed_is_kept(scene: Scene, address: str) -> None:
    who = scene.world.ira if address.startswith("/desk") else scene.world.anna
    browser_of(who).post(address.format(ticket=scene.ticket.pk), {"text": "я" * 30_000, "attachments": ["a"] * 20})
    kept = Draft.objects.get(person=who).content
    assert (len(kept["text"]), len(kept["attachments"])) == (20_000, 10)
