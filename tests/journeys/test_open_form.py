"""Somebody who cannot sign in writes to the support, proves their address by a letter and reads their request; on a
phone, without scripts as well."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.test_main_job import DESKTOP, PHONE, PNG, browser, nothing_serious, signed_in  # noqa: F401

pytestmark = pytest.mark.journey

EVA, WORDS = "eva@elsewhere.example", "Камера у ворот не показывает с утра"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_letter_proves_who_wrote_without_signing_in(browser: Browser, demo: str, scripts: bool):  # noqa: F811
    address = f"{scripts}.{EVA}".lower()
    eva = browser.new_context(
        locale="ru", viewport=PHONE, has_touch=True, is_mobile=True, java_script_enabled=scripts
    ).new_page()
    eva.goto(demo)
    expect(eva.get_by_role("heading", name="Контакты поддержки")).to_be_visible()
    eva.get_by_role("link", name="Написать", exact=True).click()
    expect(eva.get_by_role("heading", name="Написать в поддержку")).to_be_visible()
    assert eva.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    # Half filled in, it is told all that is missing, and nothing is lost; with scripts not by a reload either.
    eva.get_by_label("Подробности").fill(WORDS)
    if scripts:
        nothing_serious(eva)
        eva.reload()
    expect(eva.get_by_label("Подробности")).to_have_value(WORDS)
    eva.get_by_label("Файлы").set_input_files({"name": "ворота.png", "mimeType": "image/png", "buffer": PNG})
    eva.get_by_role("button", name="Отправить").click()
    expect(eva.get_by_role("heading", name="Обращение ещё не отправлено")).to_be_visible()
    expect(eva.get_by_label("Подробности")).to_have_value(WORDS)
    expect(eva.get_by_label(re.compile("ворота.png"))).to_be_checked()
    eva.get_by_label("Электронная почта").fill(address)
    eva.get_by_role("button", name="Отправить").click()
    expect(eva.get_by_role("heading", name=re.compile(r"Обращение № \d+ принято"))).to_be_visible()
    if scripts:
        nothing_serious(eva)
        eva.goto(f"{demo}/support/ask/")
        expect(eva.get_by_label("Подробности")).to_have_value("")

    # The agent sees that nobody knows who it is, asks before the file is opened, and may answer.
    desk = signed_in(browser, demo, "admin", viewport=DESKTOP)
    row = desk.locator(".letter-in", has_text=address)
    for _ in range(120):
        desk.goto(f"{demo}/desk/letters/?state=caught")
        if row.count():
            break
        desk.wait_for_timeout(500)
    row.first.get_by_role("link").first.click()
    link = desk.locator('.letter-text a[href*="/claims/"]').get_attribute("href")
    assert WORDS not in desk.locator(".letter-text").inner_text()
    number = re.search(r"/claims/(\d+)\.", link)[1]
    desk.goto(f"{demo}/desk/tickets/{number}/")
    expect(desk.get_by_text("не подтверждён").first).to_be_visible()
    expect(desk.get_by_text("не проверено")).to_be_visible()
    expect(desk.get_by_role("radio", name=re.compile(f"Письмом на {re.escape(address)}"))).to_be_checked()

    # Her link opens this request in her browser, and nothing in anybody else's.
    eva.goto(link)
    eva.get_by_role("button", name="Подтвердить адрес").click()
    expect(eva.get_by_text(WORDS)).to_be_visible()
    expect(eva.get_by_text("Адрес подтверждён").first).to_be_visible()
    assert eva.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    outsider = signed_in(browser, demo, "outsider", viewport=DESKTOP)
    for where in (link, f"{demo}/claimed/{number}/", f"{demo}/requests/{number}/"):
        assert outsider.goto(where).status == 404
    desk.reload()
    expect(desk.get_by_text("не проверено")).to_have_count(0)
    if scripts:
        nothing_serious(eva)

    # In the demo whoever proves an address may sign up.
    eva.get_by_role("button", name="Создать вход").click()
    eva.get_by_label("Пароль").fill("a-long-enough-password")
    eva.get_by_role("button", name="Войти").click()
    eva.goto(f"{demo}/requests/{number}/")
    expect(eva.get_by_text(WORDS)).to_be_visible()
    assert outsider.faults + desk.faults == []
