"""axe finds nothing serious on any page of the product, and none is wider than its screen: every address there is, as
whoever it is for, as it comes and with every fold, menu and dialog open, in a full world and in an empty one; light and
dark, in both languages, on a phone and a desk."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from camdesk.people.models import Person
from tests.builder import Builder
from tests.journeys.looks import found_on, looks_of, serious, serious_unfolded, visitors
from tests.journeys.test_desk import browser  # noqa: F401
from tests.pages.everything import addresses, build_everything
from tests.pages.test_rights_matrix import DIFFERENT, RIGHTS

pytestmark = [pytest.mark.long, pytest.mark.journey, pytest.mark.django_db(transaction=True)]

# The gallery has a journey of its own; the API's page is Swagger's, and its looks are not ours.
NOT_OURS = {"gallery", "gallery_shell", "api-v1:openapi-view"}
# Whose pages they are looked at as; a page that several may see is looked at as the first of these.
ROOMS = {"nobody": None, "cabinet": "anna", "organisation": "boris", "desk": "ada"}


@pytest.fixture
def visit(browser: Browser, live_server: Any, client_of: Any) -> Iterator[Callable[..., Page]]:  # noqa: F811
    with visitors(browser, live_server.url, client_of) as go:
        yield go


def room_of(name: str) -> str:
    if name.startswith("desk:"):
        return "desk"
    rights = RIGHTS[name]
    if rights is DIFFERENT:
        return "cabinet"
    return "nobody" if "anonymous" in rights else "cabinet" if "anna" in rights else "organisation"


def pages_of(client: Client, paths: dict[str, str]) -> dict[str, str]:
    """Those of the addresses that are whole pages to this one."""
    whole = {}
    for name, path in paths.items():
        answer = client.get(path)
        # What is shut in a sandbox runs no script, axe neither: the letters of others, shown in a frame.
        shut = "sandbox" in answer.get("Content-Security-Policy", "")
        if answer.status_code == 200 and not answer.streaming and not shut and b"<html" in answer.content:
            whole[name] = path
    return whole


def faults_of(who: Person | None, visit: Callable[..., Page], pages: dict[str, str]) -> str:
    seen, dialogs = [], set()
    for number, (name, path) in enumerate(pages.items()):
        closed, unfolded = looks_of(number)
        seen.append((name, closed, serious(visit(path, who, closed), closed.width)))
        page = visit(path, who, unfolded)
        seen.append((f"{name}, unfolded", unfolded, serious_unfolded(page, unfolded.width, dialogs)))
    return found_on(seen)


@pytest.mark.parametrize("room", ROOMS)
def test_every_page_of_a_full_world(world, now, data_folder, client_of, visit, room):
    everything = build_everything(world, now)
    who = getattr(world, ROOMS[room]) if ROOMS[room] else None
    paths = {
        name: everything.address(name, arguments)
        for name, arguments in addresses()
        if room_of(name) == room and name not in NOT_OURS
    }
    pages = pages_of(client_of(who), paths)
    assert pages
    assert faults_of(who, visit, pages) == ""


def test_every_page_where_there_is_nothing_yet(world, now, data_folder, client_of, visit):
    """A customer who has no cameras and no requests; a desk nobody has written to."""
    newcomer = Builder(now=now).person("Зоя Новикова", email="zoya@example.org", login=True)
    for who, room in ((newcomer, "cabinet"), (world.ada, "desk")):
        paths = {
            name: reverse(name)
            for name, arguments in addresses()
            if not arguments and room_of(name) == room and RIGHTS[name] is not DIFFERENT
        }
        assert faults_of(who, visit, pages_of(client_of(who), paths)) == ""
