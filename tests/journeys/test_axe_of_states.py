"""axe finds nothing serious where something is open or went wrong: panels, dialogs, menus, errors, refused words."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from camdesk.tickets.models import Ticket
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.journeys.test_composers import opened  # noqa: F401
from tests.journeys.test_desk import browser  # noqa: F401

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def panel(page: Page) -> None:
    page.locator(".support-button").click()
    expect(page.locator("support-chat textarea")).to_be_visible()
    page.locator(".chat-section summary").first.click()


def refused(page: Page) -> None:
    page.route(
        "**/messages/", lambda route: route.fulfill(status=422, content_type="text/plain", body="Слишком длинно")
    )
    page.locator("#composer textarea").fill("Слова")
    page.locator("#composer textarea").press("Enter")
    expect(page.locator("#composer-error")).to_be_visible()


def offline(page: Page) -> None:
    page.context.set_offline(True)
    page.locator("#composer textarea").fill("Слова")
    page.locator("#composer textarea").press("Enter")
    expect(page.locator(".message.is-failed")).to_be_visible()


def call_me(page: Page) -> None:
    page.locator(".call-me summary").click()
    page.locator(".call-form input[name=phone]").fill("12")
    page.locator(".call-form button").click()
    expect(page.locator(".error").first).to_be_visible()


def form_errors(page: Page) -> None:
    page.locator(".support-form .button-primary").click()
    expect(page.locator(".error-summary")).to_be_visible()


def profile_menu(page: Page) -> None:
    page.locator(".topbar summary").last.click()


def keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#shortcut-help")).to_be_visible()


def turn_menu(page: Page) -> None:
    page.keyboard.press("t")


def canned(page: Page) -> None:
    page.locator(".composer textarea").first.focus()  # on a telephone it opens out when it is used
    page.locator(".canned-open").click()
    expect(page.locator("#canned")).to_be_visible()


STATES: dict[str, tuple[str, str, Callable[[Page], None]]] = {
    "the support panel": ("/help/", "anna", panel),
    "a refused message": ("/requests/{}/", "anna", refused),
    "a message that waits": ("/requests/{}/", "anna", offline),
    "a call with a bad number": ("/requests/{}/", "anna", call_me),
    "the form with errors": ("/support/write/", "anna", form_errors),
    "the profile's menu": ("/cameras/", "anna", profile_menu),
    "the keys of the desk": ("/desk/", "ira", keys),
    "the menu of a turn": ("/desk/tickets/{}/", "ira", turn_menu),
    "canned replies": ("/desk/tickets/{}/", "ira", canned),
}


@pytest.fixture
def ticket(world, data_folder) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=timezone.now()).ticket


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("state", STATES)
def test_nothing_serious(opened: Any, world: Any, ticket: Ticket, state: str, width: int) -> None:  # noqa: F811
    path, who, reach = STATES[state]
    page = opened(path.format(ticket.pk), getattr(world, who), viewport={"width": width, "height": 800})
    reach(page)
    page.wait_for_timeout(350)  # what slides in has colours of its own
    serious = [
        f"{fault['id']}: {[node['target'] for node in fault['nodes']]}"
        for fault in Axe().run(page).response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
