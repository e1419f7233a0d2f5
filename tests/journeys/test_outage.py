"""An outage, whole: a lead declares it, a customer reads of it before they ask, the assistant tells it, the lead closes
it, and the last letter and the request's timeline say so."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.test_chat import opened
from tests.journeys.test_main_job import DESKTOP, PHONE, browser, nothing_serious, signed_in  # noqa: F401

pytestmark = pytest.mark.journey
TITLE = "Нет связи на Садовой, 12"


def test_from_the_declaration_to_the_last_letter(browser: Browser, demo: str):  # noqa: F811
    lead = signed_in(browser, demo, "lead", viewport=DESKTOP)
    lead.goto(f"{demo}/desk/outages/")
    nothing_serious(lead)
    lead.keyboard.press("n")  # the key of «Объявить»
    expect(lead.get_by_role("heading", name="Объявить аварию")).to_be_visible()
    lead.get_by_label("Название").first.fill(TITLE)
    lead.get_by_label("Что не работает").first.fill("Не показывают камеры у дома.")
    expect(lead.locator(".reach-number").first).to_have_text(re.compile("^0 камер"))
    lead.get_by_label("Адрес или камера").press_sequentially("Садовая, 12")
    lead.get_by_role("checkbox", name="улица Садовая, 12", exact=True).check()
    expect(lead.locator(".reach-number").first).to_contain_text("3 камеры")
    expect(lead.locator(".reach-number").nth(1)).to_contain_text("1 клиент")
    nothing_serious(lead)
    lead.get_by_role("button", name="Объявить").click()
    expect(lead.get_by_text("Срок не известен").first).to_be_visible()
    nothing_serious(lead)

    # The customer reads it before anything is asked, asks for the news, and hears it from the assistant.
    customer = signed_in(browser, demo, "customer", viewport=PHONE, has_touch=True, is_mobile=True)
    note = customer.locator("outage-note", has_text=TITLE)
    expect(note).to_contain_text("Мы знаем о сбое")
    nothing_serious(customer)
    note.get_by_role("button", name="Уведомить меня").click()
    expect(customer.locator("main outage-note", has_text=TITLE)).to_contain_text("Напишем на customer@example.org")
    chat = opened(customer)
    expect(chat.locator(".chat-start outage-note", has_text=TITLE)).to_be_visible()
    chat.locator(".chat-section summary", has_text="Камера или домофон не работает").click()
    chat.locator(".chat-topics button", has_text="Не работает одна камера").click()
    chat.locator(".chat-camera", has_text="Двор").click()
    chat.get_by_role("button", name="Выбрать").click()
    expect(chat.locator("support-chat .message-bot", has_text=TITLE)).to_be_visible(timeout=10_000)
    number = chat.locator("support-chat").get_attribute("data-chat")
    assert customer.faults == []

    # The chat is linked by itself; the lead looks at the last letter and closes.
    lead.reload()
    expect(lead.get_by_text(f"№ {number}").first).to_be_visible()
    closing = lead.locator(".outage-deed", has_text="Закрыть и сообщить всем")
    closing.locator("summary").first.click()
    closing.get_by_label("Что добавить").fill("Кабель заменили.")
    closing.get_by_role("button", name="Посмотреть письмо").click()
    expect(closing.locator(".letter-text").first).to_contain_text(f"Починили: {TITLE}")
    expect(closing.locator(".letter-text").first).to_contain_text("Кабель заменили.")
    closing.get_by_role("button", name="Закрыть и сообщить всем").click()
    expect(lead.get_by_text("Закончилась").first).to_be_visible()
    nothing_serious(lead)

    # One letter, and the event on the request; the note is gone.
    lead.goto(f"{demo}/desk/letters/")
    expect(lead.get_by_text(f"Починили: {TITLE}")).to_have_count(1)
    customer.goto(f"{demo}/requests/{number}/")
    expect(customer.get_by_text(f"Авария закончилась: {TITLE}").first).to_be_visible()
    customer.goto(f"{demo}/cameras/")
    expect(customer.locator("outage-note", has_text=TITLE)).to_have_count(0)
    assert lead.faults == customer.faults == []
