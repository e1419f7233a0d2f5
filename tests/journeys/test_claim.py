"""A letter of nobody we know becomes a request in the cabinet of whoever owns the mailbox, and of nobody else."""

import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.test_main_job import DESKTOP, PHONE, browser, nothing_serious, signed_in  # noqa: F401

pytestmark = pytest.mark.journey

SENDER, SUBJECT = "elena@work.example", "Не открывается архив за вторник"


def test_an_unknown_sender_claims_their_request(browser: Browser, demo: str, letters_in: Path):  # noqa: F811
    write(letters_in)
    desk = signed_in(browser, demo, "admin", viewport=DESKTOP)
    link = link_in_the_letter(desk, demo)

    # Whoever guesses or alters the link finds nothing, signed in or not.
    outsider = signed_in(browser, demo, "outsider", viewport=DESKTOP)
    altered = link[:-3] + ("aa/" if link[-3:-1] != "aa" else "bb/")
    for page in (outsider, browser.new_context(locale="ru").new_page()):
        assert page.goto(altered).status == 404
        expect(page.get_by_role("heading", name="Ссылка не действует")).to_be_visible()

    # Looking claims nothing. The page says whose account it will be, and wants it said that the address is hers.
    customer = signed_in(browser, demo, "customer", viewport=PHONE, has_touch=True, is_mobile=True)
    customer.goto(link)
    expect(customer.get_by_text("customer@example.org")).to_be_visible()
    nothing_serious(customer)
    customer.get_by_role("button", name="Подтвердить адрес").click()
    expect(customer.get_by_text("Отметьте, что это ваш адрес")).to_be_visible()
    customer.get_by_label(f"{SENDER} — мой адрес").check()
    customer.get_by_role("button", name="Подтвердить адрес").click()
    expect(customer.get_by_role("heading", name=re.compile(SUBJECT))).to_be_visible()
    customer.goto(f"{demo}/requests/")
    expect(customer.get_by_text(SUBJECT)).to_be_visible()

    # The link is used up, and the request is nobody else's.
    assert outsider.goto(link).status == 404
    number = re.search(r"/claims/(\d+)\.", link)[1]
    assert outsider.goto(f"{demo}/requests/{number}/").status == 404
    desk.goto(f"{demo}/desk/tickets/{number}/")
    expect(desk.locator("#conversation").get_by_text(f"Адрес {SENDER} подтверждён")).to_be_visible()
    expect(desk.get_by_text("не подтверждён")).to_have_count(0)
    assert customer.faults + desk.faults + outsider.faults == []


def write(folder: Path) -> None:
    letter = EmailMessage()
    letter["From"] = f"Елена <{SENDER}>"
    letter["To"] = "support@example.org"
    letter["Subject"] = SUBJECT
    letter["Message-ID"] = "<archive@work.example>"
    letter.set_content("Здравствуйте! Во вторник днём архив пустой, помогите.")
    half = folder / "letter.part"
    half.write_bytes(letter.as_bytes())
    half.rename(folder / "letter.eml")


def link_in_the_letter(page: Page, demo: str) -> str:
    """From the catcher: the one link of the confirmation that went to the sender."""
    row = page.locator(".letter-in", has_text=SENDER)
    for _ in range(120):
        page.goto(f"{demo}/desk/letters/?state=caught")
        if row.count():
            break
        page.wait_for_timeout(500)
    row.first.get_by_role("link").first.click()
    links = page.locator('.letter-text a[href*="/claims/"]')
    expect(links).to_have_count(1)
    return links.get_attribute("href")
