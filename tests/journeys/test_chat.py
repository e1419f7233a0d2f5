"""The support panel in real Chromium: from a complaint in the wrong layout to a person and back to the phone."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys.test_main_job import ARGUMENTS, DESKTOP, PHONE, PNG, nothing_serious, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.long]

TOUCH = {"has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield chromium
        chromium.close()


def opened(page: Page) -> Page:
    """The panel, with the list of sections in it."""
    page.get_by_role("button", name="Чат с поддержкой").or_(page.get_by_role("link", name="Чат с поддержкой")).click()
    expect(page.locator("support-chat")).to_be_visible()
    if not page.locator(".chat-start").is_visible():
        page.locator(".side-panel-header [data-chat-new]").click()
    expect(page.locator(".chat-start")).to_be_visible()
    return page


def said(page: Page) -> list[str]:
    return page.locator("support-chat .message-customer .text").all_inner_texts()


def write(page: Page, words: str) -> None:
    page.locator("support-chat textarea").fill(words)
    page.get_by_role("button", name="Отправить").click()


@pytest.mark.seed("S6", "S7", "S8", "S9", "S10", "S11", "S12", "S17", "S18")
def test_from_a_complaint_in_the_wrong_layout_to_a_person_and_back(browser: Browser, demo: str):
    phone = signed_in(browser, demo, "customer", viewport=PHONE, **TOUCH)
    opened(phone)
    nothing_serious(phone)

    write(phone, "yt hf,jnftn jlyf rfvthf")  # «не работает одна камера», typed in the Latin layout: understood at once
    expect(phone.get_by_role("button", name="изменить: тема")).to_be_visible()
    expect(phone.locator(".chat-asks", has_text="Какая камера не работает?")).to_be_visible()
    nothing_serious(phone)

    phone.locator(".chat-camera", has_text="Двор").locator("input").set_checked(True, force=True)  # it may be already
    phone.get_by_role("button", name="Выбрать").click()
    expect(phone.locator(".message").get_by_text("Проверяю камеру")).to_be_visible()
    expect(phone.locator(".chat-answers button").first).to_be_visible()
    expect(phone.get_by_role("button", name="Выбрать")).to_have_count(0)
    nothing_serious(phone)

    phone.get_by_role("button", name="Позвать человека").click()
    expect(phone.locator(".chat-status")).to_contain_text("Отвечаем мы")
    number = phone.locator("support-chat").get_attribute("data-chat")
    assert any("Двор" in one for one in said(phone))
    assert len(said(phone)) == len(phone.locator(".message-customer[data-seq]").all())

    # A person answers at the desk; it appears in the panel without anything being pressed.
    agent = signed_in(browser, demo, "agent", viewport=DESKTOP)
    agent.goto(f"{demo}/desk/tickets/{number}/")
    expect(agent.get_by_text("Двор").locator("visible=true").first).to_be_visible()
    box = agent.locator("form textarea[name=text]:visible").first
    box.fill("Вижу вашу камеру, сейчас проверим питание.")
    box.press("Control+Enter")
    expect(phone.locator(".message-us", has_text="Вижу вашу камеру")).to_have_count(1, timeout=2000)
    write(phone, "Спасибо, жду")
    expect(agent.locator(".message").get_by_text("Спасибо, жду")).to_have_count(1, timeout=2000)
    assert said(phone)[-1] == "Спасибо, жду"
    nothing_serious(phone)
    phone.emulate_media(color_scheme="dark")
    nothing_serious(phone)

    # On another device it is where it was.
    tablet = signed_in(browser, demo, "customer", viewport=DESKTOP)
    tablet.locator(".support-button").click()
    expect(tablet.locator(".message-us", has_text="Вижу вашу камеру")).to_be_visible()
    assert phone.faults == []
    assert agent.faults == []


@pytest.mark.seed("S6", "S8", "S19")
def test_the_page_behind_stays_usable_and_the_panel_keeps_its_place(browser: Browser, demo: str):
    page = opened(signed_in(browser, demo, "owner", viewport=DESKTOP))
    page.locator(".chat-section summary", has_text="Плохая картинка, звук, поворот").click()
    page.get_by_role("button", name="Нет звука").click()
    expect(page.locator(".message-bot")).to_have_count(1)
    page.locator("nav.sidebar").get_by_text("Мои обращения").click()
    expect(page).to_have_url(re.compile("/requests/"))
    expect(page.locator("support-chat .message-bot")).to_have_count(1)
    page.locator("support-chat textarea").press("Escape")
    expect(page.locator("support-panel")).to_be_hidden()
    expect(page.locator(".support-button")).to_be_focused()
    page.reload()
    expect(page.locator("support-panel")).to_be_hidden()


def test_what_came_while_it_was_closed_is_counted_on_the_button(browser: Browser, demo: str):
    page = opened(signed_in(browser, demo, "employee", viewport=DESKTOP))
    page.get_by_role("button", name="Позвать человека").click()
    expect(page.locator(".chat-status")).to_contain_text("Отвечаем мы")
    number = page.locator("support-chat").get_attribute("data-chat")
    page.get_by_role("button", name="Закрыть чат").click()
    page.goto(f"{demo}/profile/")
    agent = signed_in(browser, demo, "agent", viewport=DESKTOP)
    agent.goto(f"{demo}/desk/tickets/{number}/")
    box = agent.locator("form textarea[name=text]:visible").first
    box.fill("Чем помочь?")
    box.press("Control+Enter")
    expect(page.locator(".support-button .count")).to_have_text("1", timeout=4000)
    page.locator(".support-button").click()
    expect(page.get_by_text("Чем помочь?")).to_be_visible()
    expect(page.locator(".support-button .count")).to_have_count(0)


@pytest.mark.seed("S12", "S13", "S14", "S15", "S16", "S17")
def test_words_and_files_are_sent_by_keyboard_drop_and_paste(browser: Browser, demo: str):
    page = opened(signed_in(browser, demo, "outsider", viewport=DESKTOP))
    send, area = page.get_by_role("button", name="Отправить"), page.locator("support-chat textarea")
    expect(send).to_be_disabled()
    area.fill("раз")
    expect(send).to_be_enabled()
    area.fill("")
    expect(send).to_be_disabled()

    area.fill("первая строка")
    area.press("Shift+Enter")
    area.press_sequentially("вторая")
    assert area.input_value() == "первая строка\nвторая"
    area.press("Enter")
    expect(page.locator(".message-customer[data-seq]")).to_have_count(1)
    expect(page.locator(".message-customer")).to_contain_text("вторая")
    assert area.input_value() == ""

    page.locator("file-picker input[type=file]").set_input_files(
        [{"name": f"{n}.bin", "mimeType": "application/octet-stream", "buffer": b"x"} for n in range(9)]
    )
    dropped(page, "support-chat .chat-log", "брошен.png")
    expect(page.locator("file-picker .file-tile input[name=attachments]")).to_have_count(10)
    dropped(page, "support-chat textarea", "лишний.png")
    expect(page.locator("file-picker .file-refused")).to_contain_text("не больше 10 файлов")
    expect(send).to_be_enabled()
    area.press("Enter")
    expect(page.locator(".message-customer[data-seq] .file-name")).to_have_count(10)
    expect(page.locator("file-picker .file-tile")).to_have_count(0)
    pasted(page)
    expect(page.locator("file-picker .file-tile input[name=attachments]")).to_have_count(1)
    assert page.faults == []


def dropped(page: Page, where: str, name: str) -> None:
    transfer = page.evaluate_handle(
        """([name, bytes]) => { const all = new DataTransfer()
        all.items.add(new File([new Uint8Array(bytes)], name, {type: "image/png"})); return all }""",
        [name, list(PNG)],
    )
    for kind in ("dragenter", "dragover", "drop"):
        page.dispatch_event(where, kind, {"dataTransfer": transfer})


def pasted(page: Page) -> None:
    page.evaluate(
        """(bytes) => { const all = new DataTransfer()
        all.items.add(new File([new Uint8Array(bytes)], "image.png", {type: "image/png"}))
        document.querySelector("support-chat textarea")
          .dispatchEvent(new ClipboardEvent("paste", {clipboardData: all, bubbles: true, cancelable: true})) }""",
        list(PNG),
    )


def test_what_was_sent_without_a_network_goes_once_when_it_is_back(browser: Browser, demo: str):
    page = opened(signed_in(browser, demo, "owner", viewport=PHONE, **TOUCH))
    write(page, "Архив за вчера пустой")
    expect(page.locator(".message-customer[data-seq]")).to_have_count(1)
    page.context.set_offline(True)
    write(page, "И за позавчера тоже")
    expect(page.locator(".message-customer:is(.is-sending, .is-failed)")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator(".message-customer[data-seq]")).to_have_count(2, timeout=15_000)
    assert said(page).count("И за позавчера тоже") == 1
    expect(page.locator(".message-customer:is(.is-sending, .is-failed)")).to_have_count(0)


@pytest.mark.seed("S8", "S9", "S19")
def test_the_panel_is_whole_by_keyboard_alone(browser: Browser, demo: str):
    page = signed_in(browser, demo, "customer", viewport=DESKTOP)
    page.locator(".support-button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("support-chat textarea")).to_be_focused()
    if not page.locator(".chat-start").is_visible():
        page.locator(".side-panel-header [data-chat-new]").focus()
        page.keyboard.press("Enter")
    expect(page.locator(".chat-start")).to_be_visible()
    page.locator(".chat-section summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".chat-camera input").first).to_be_visible()
    expect(page.locator(".chat-answers :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("support-panel")).to_be_hidden()
    expect(page.locator(".support-button")).to_be_focused()


@pytest.mark.seed("S9", "S10", "S11", "S18")
def test_without_scripts_the_button_leads_to_a_page_of_plain_forms(browser: Browser, demo: str):
    page = signed_in(browser, demo, "outsider", viewport=PHONE, java_script_enabled=False)
    page.get_by_role("link", name="Чат с поддержкой").click()
    page.goto(f"{demo}/support/chat/?new=1")
    page.locator(".chat-section summary", has_text="Плохая картинка, звук, поворот").click()
    page.get_by_role("button", name="Нет звука").click()
    expect(page.locator(".message-bot").first).to_be_visible()
    page.locator("textarea[name=text]").fill("Со вчерашнего дня")
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator(".message-customer", has_text="Со вчерашнего дня")).to_be_visible()
    page.get_by_role("button", name="Позвать человека").click()
    expect(page.locator(".chat-status")).to_contain_text("Отвечаем мы")
