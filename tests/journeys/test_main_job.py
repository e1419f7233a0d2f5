"""The main job, whole: a customer on a phone asks, an agent at a desk answers, both see it without reloading."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

pytestmark = pytest.mark.journey

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield chromium
        chromium.close()


def signed_in(browser: Browser, address: str, login: str, **options) -> Page:
    page = browser.new_context(locale="ru", **options).new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    foreign = re.compile(rf"^(?!{re.escape(address)}|data:|blob:)")
    page.on("request", lambda request: page.faults.append(request.url) if foreign.match(request.url) else None)
    page.goto(f"{address}/account/login/")
    page.fill("[name=login]", f"{login}@example.org")
    page.fill("[name=password]", "camdesk-demo")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/(desk|cameras)/"))
    return page


def nothing_serious(page: Page) -> None:
    expect(page.locator("toast-region .toast")).to_have_count(0, timeout=15_000)  # one that fades is half transparent
    found = Axe().run(page).response["violations"]
    serious = [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in ("serious", "critical")]
    assert serious == []


@pytest.mark.seed("S21", "S22", "S29", "S36", "S37", "S38")
def test_a_customer_asks_from_the_cabinet_and_a_person_answers(browser: Browser, demo: str):
    customer = signed_in(browser, demo, "customer", viewport=PHONE, has_touch=True, is_mobile=True)
    agent = signed_in(browser, demo, "agent", viewport=DESKTOP)
    agent.goto(f"{demo}/desk/")
    nothing_serious(agent)

    # The customer writes.
    customer.locator("nav.bottombar").get_by_text("Написать").click()
    expect(customer.get_by_role("heading", name="Написать в поддержку")).to_be_visible()
    customer.get_by_label("Тема обращения").select_option(label="Не работает одна камера")
    customer.get_by_label(re.compile("^Двор")).check()
    internet = customer.get_by_role("group", name=re.compile("Наличие доступа в Интернет"))
    internet.get_by_label("Не могу проверить").check()
    customer.get_by_label("Текст обращения").fill("Не вижу двор с обеда, рядом ничего не меняли")
    customer.locator("input[type=file]").set_input_files({"name": "экран.png", "mimeType": "image/png", "buffer": PNG})
    expect(customer.locator(".file-tile input[name=attachments]")).to_have_count(1)
    nothing_serious(customer)
    customer.get_by_role("button", name="Отправить").last.click()
    expect(customer.get_by_role("heading", name=re.compile(r"Обращение № \d+ отправлено"))).to_be_visible()
    nothing_serious(customer)
    number = re.search(r"/sent/(\d+)/", customer.url)[1]
    expect(customer.get_by_text("Ответим до")).to_be_visible()

    # The agent sees it without reloading, with the camera and the file, and answers.
    row = agent.locator(f'a[href*="/desk/tickets/{number}/"]:visible').first
    expect(row).to_be_visible(timeout=5000)
    row.click()
    expect(agent.get_by_text("Не вижу двор с обеда, рядом ничего не меняли")).to_be_visible()
    expect(agent.get_by_text("экран.png").locator("visible=true").first).to_be_visible()
    expect(agent.get_by_text("Двор").locator("visible=true").first).to_be_visible()
    nothing_serious(agent)

    customer.get_by_role("link", name="Открыть обращение").click()
    expect(customer.get_by_text("Отвечаем мы")).to_be_visible()
    answer(agent, "Видим, что камера без питания. Проверьте блок, пожалуйста.")

    # Each sees the other's words within moments, once.
    expect(customer.locator(".message").get_by_text("Видим, что камера без питания.")).to_have_count(1, timeout=3000)
    customer.get_by_label("Ваше сообщение").fill("Блок горит зелёным")
    customer.locator("message-composer").get_by_role("button", name="Отправить").click()
    expect(agent.locator(".message").get_by_text("Блок горит зелёным")).to_have_count(1, timeout=3000)
    expect(customer.locator(".message").get_by_text("Блок горит зелёным")).to_have_count(1)

    # A client that was away gets what it missed, once.
    customer.context.set_offline(True)
    answer(agent, "Тогда отправим мастера.")
    expect(agent.locator(".message").get_by_text("Тогда отправим мастера.")).to_have_count(1)
    customer.context.set_offline(False)
    expect(customer.locator(".message").get_by_text("Тогда отправим мастера.")).to_have_count(1, timeout=30_000)

    nothing_serious(customer)
    assert customer.faults == []
    assert agent.faults == []


def answer(agent: Page, words: str) -> None:
    box = agent.locator("form textarea[name=text]:visible").first
    box.fill(words)
    box.press("Control+Enter")


@pytest.mark.seed("S41")
def test_what_is_typed_survives_a_reload_and_a_lost_network(browser: Browser, demo: str):
    page = signed_in(browser, demo, "owner", viewport=PHONE)
    page.goto(f"{demo}/support/write/")
    with page.expect_response(re.compile("/support/write/draft")):
        page.get_by_label("Текст обращения").fill("Недописанное обращение")
    page.reload()
    expect(page.get_by_label("Текст обращения")).to_have_value("Недописанное обращение")
    page.context.set_offline(True)
    page.get_by_label("Текст обращения").fill("Дописано без связи")
    expect(page.get_by_text("Нет связи. Черновик сохранён в этом браузере.")).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("Текст обращения")).to_have_value("Дописано без связи")


@pytest.mark.seed("S29", "S41")
def test_the_form_works_without_scripts(browser: Browser, demo: str):
    page = signed_in(browser, demo, "outsider", viewport=DESKTOP, java_script_enabled=False)
    page.goto(f"{demo}/support/write/")
    page.get_by_label("Тема обращения").select_option(label="Другое")
    page.get_by_label("Текст обращения").fill("Просто вопрос")
    page.locator("input[type=file]").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"hello"})
    page.get_by_role("button", name="Отправить").last.click()
    expect(page.get_by_role("heading", name=re.compile(r"Обращение № \d+ отправлено"))).to_be_visible()
    expect(page.get_by_text("a.txt")).to_be_visible()
