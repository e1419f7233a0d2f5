"""A stranger gets in with their address, and finds there what they wrote before; a phone, both languages."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.test_claim import SENDER, SUBJECT, write
from tests.journeys.test_main_job import DESKTOP, PHONE, browser, nothing_serious, signed_in  # noqa: F401

pytestmark = pytest.mark.journey


def test_an_address_a_letter_a_password(browser: Browser, demo: str, letters_in):  # noqa: F811
    write(letters_in)
    desk = signed_in(browser, demo, "admin", viewport=DESKTOP)
    wait_for_letters(desk, demo, 1)

    visitor = browser.new_context(locale="ru", viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    visitor.goto(f"{demo}/account/login/")
    visitor.get_by_role("link", name="Получить доступ").click()
    nothing_serious(visitor)
    visitor.get_by_label("Электронная почта").fill("not an address")
    visitor.get_by_role("button", name="Прислать письмо").click()
    expect(visitor.get_by_label("Электронная почта")).to_have_attribute("aria-invalid", "true")
    visitor.get_by_label("Электронная почта").fill(SENDER)
    visitor.get_by_role("button", name="Прислать письмо").click()
    expect(visitor.get_by_role("heading", name="Проверьте почту")).to_be_visible()
    nothing_serious(visitor)

    link = link_of(wait_for_letters(desk, demo, 2))
    visitor.goto(link)
    nothing_serious(visitor)
    visitor.get_by_label("Ваше имя").fill("Елена")
    visitor.get_by_label("Пароль").fill("a-long-enough-password")
    visitor.get_by_role("button", name="Войти").click()
    visitor.goto(f"{demo}/requests/")
    expect(visitor.get_by_text(SUBJECT)).to_be_visible()

    # The link is used up, and says so kindly.
    other = browser.new_context(locale="ru", viewport=DESKTOP).new_page()
    assert other.goto(link).status == 404
    other.get_by_role("link", name="Получить новую").click()
    expect(other.get_by_role("heading", name="Получить доступ")).to_be_visible()


def wait_for_letters(page: Page, demo: str, least: int) -> Page:
    """The newest letter to the sender, opened in the catcher."""
    row = page.locator(".letter-in", has_text=SENDER)
    for _ in range(120):
        page.goto(f"{demo}/desk/letters/?state=caught")
        if row.count() >= least:
            break
        page.wait_for_timeout(500)
    assert row.count() >= least
    row.first.get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/desk/letters/\d+/"))
    return page


def link_of(page: Page) -> str:
    expect(page.locator("main")).to_contain_text("/invitations/")
    return re.search(r"https?://\S+/invitations/\S+", page.locator("main").inner_text())[0]
