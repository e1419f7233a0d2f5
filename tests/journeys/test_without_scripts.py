"""Every page of the cabinet without scripts, on a phone: nothing is wider than the screen."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.test_main_job import PHONE, browser, signed_in  # noqa: F401

pytestmark = pytest.mark.journey
PAGES = ["/", "/support/write/", "/support/write/?topic=camera-offline", "/support/chat/", "/support/call-back/"]
PAGES += ["/requests/", "/cameras/", "/help/", "/contacts/", "/profile/"]


def test_nothing_is_wider_than_a_phone(browser: Browser, demo: str):  # noqa: F811
    page = signed_in(browser, demo, "customer", viewport=PHONE, java_script_enabled=False)
    page.goto(f"{demo}/requests/")
    request = page.locator('main a[href^="/requests/"]').first.get_attribute("href")
    page.goto(f"{demo}/cameras/")
    camera = page.locator('main a[href^="/cameras/"]').first.get_attribute("href")
    wide = {}
    for path in [*PAGES, request, camera]:
        page.goto(f"{demo}{path}")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide[path] = width
    assert wide == {}
