"""The telephone in real browsers: a webhook rings, whose telephone it is sees the card, nothing typed is disturbed."""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys.conftest import EXCHANGE, ROOT
from tests.journeys.test_main_job import ARGUMENTS, nothing_serious, signed_in

pytestmark = pytest.mark.journey

ELENA = "+79350000010"
STRANGER = "+79351112233"
WIDE = {"width": 1440, "height": 860}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield chromium
        chromium.close()


def says(demo: str, kind: str, call: str, *, number: str = ELENA, secret: str = EXCHANGE, **more: str) -> int:
    """What an Asterisk posts. Returns the status of the answer."""
    body = urlencode({"kind": kind, "linkedid": call, "customer": number, **more}).encode()
    request = urllib.request.Request(f"{demo}/hooks/phone/asterisk/{secret}/", body, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def at_the_desk(browser: Browser, demo: str, login: str, **options: Any) -> Page:
    """A page whose stream is open: from now on it hears everything."""
    page = signed_in(browser, demo, login, **{"viewport": WIDE} | options)
    page.add_init_script(
        "document.addEventListener('camdesk:live', (event) => { window.live ||= event.detail.state === 'open' })"
    )
    page.goto(f"{demo}/desk/")
    page.wait_for_function("() => window.live")
    return page


def card(page: Page, who: str):
    return page.locator(".call-card").filter(has_text=who)


def test_a_call_from_its_ring_to_its_entry(browser: Browser, demo: str):
    agent, lead = at_the_desk(browser, demo, "agent"), at_the_desk(browser, demo, "lead")
    agent.locator(".queue-row a.subject").first.click()
    agent.wait_for_url(re.compile(r"/desk/tickets/\d+/"))
    field = agent.get_by_role("textbox", name="Текст")
    field.click()
    agent.keyboard.type("Добрый день, про")

    # It rings: at whose telephone it is, within a second, and nobody else's.
    began = time.monotonic()
    assert says(demo, "ringing", "one", extension="101") == 200
    expect(card(agent, "Елена Воронцова")).to_be_visible(timeout=3000)
    took = time.monotonic() - began
    assert took < 1.5, f"the card took {took:.2f} s"
    expect(card(agent, "звонит")).to_contain_text("+7 935 000-00-10")
    expect(card(agent, "номер подтверждён")).to_contain_text("Двор")
    expect(field).to_be_focused()
    with agent.expect_response("**/draft"):
        agent.keyboard.type("веряем камеру")
    expect(field).to_have_value("Добрый день, проверяем камеру")
    expect(lead.locator(".call-card")).to_have_count(0)

    # Folded away, it stays folded on the next page; the draft is where it was.
    card(agent, "Елена Воронцова").get_by_role("button", name="Свернуть").click()
    address = agent.url
    agent.goto(f"{demo}/desk/calls/")
    expect(card(agent, "Елена Воронцова")).to_have_class(re.compile("is-folded"))
    expect(agent.get_by_role("heading", name="Сейчас", exact=True)).to_be_visible()
    agent.goto(address)
    expect(agent.get_by_role("textbox", name="Текст")).to_have_value("Добрый день, проверяем камеру")

    # It follows the call.
    says(demo, "answered", "one", extension="101")
    expect(card(agent, "разговор")).to_be_visible(timeout=3000)
    says(demo, "ended", "one", talk="65")
    expect(card(agent, "входящий, 1 мин 5 с")).to_be_visible(timeout=3000)
    card(agent, "Елена Воронцова").get_by_role("button", name="Развернуть").click()
    card(agent, "Елена Воронцова").get_by_role("link", name="Открыть обращение").click()
    expect(agent.locator(".message-call").filter(has_text="1 мин 5 с")).to_be_visible()

    # A call of a mobile telephone is written down by hand, by keyboard.
    agent.keyboard.press("c")
    agent.locator("#ticket-head").get_by_role("link", name="Записать звонок").click()
    dialog = agent.get_by_role("dialog", name="Записать звонок")
    dialog.get_by_label("Номер").fill("12")
    dialog.get_by_label("О чём говорили").fill("Перезагрузила коммутатор, камера вернулась")
    dialog.get_by_role("button", name="Записать звонок").click()
    expect(dialog.get_by_role("alert")).to_contain_text("не хватает цифр")
    expect(dialog.get_by_label("О чём говорили")).to_have_value("Перезагрузила коммутатор, камера вернулась")
    dialog.get_by_label("Номер").fill("8 935 000-00-10")
    dialog.get_by_label("Минут").fill("3")
    dialog.get_by_role("button", name="Записать звонок").dblclick()
    expect(dialog).to_be_hidden()
    entry = agent.locator(".message-call").filter(has_text="Перезагрузила коммутатор")
    expect(entry).to_have_count(1)
    expect(entry).to_contain_text("для своих, клиент не видит")
    agent.get_by_role("button", name="Убрать карточку").click()
    nothing_serious(agent)
    assert (agent.faults, lead.faults) == ([], [])


def test_a_missed_call_is_called_back(browser: Browser, demo: str):
    agent, lead = at_the_desk(browser, demo, "agent"), at_the_desk(browser, demo, "lead")
    lead.goto(f"{demo}/desk/call-backs/")
    env = {**os.environ, "CAMDESK_DEMO": "1", "CAMDESK_PHONE_HOOK_SECRET": EXCHANGE, "PYTHONPATH": str(ROOT)}
    port = str(urlsplit(demo).port)
    said = subprocess.run(
        [sys.executable, "-m", "camdesk", "demo", "call", "--missed", "--ring=1", f"--from={STRANGER}", "--port", port],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (said.returncode, said.stdout.splitlines()) == (0, [f"{STRANGER}: ringing", f"{STRANGER}: ended"])
    for page in (agent, lead):
        expect(card(page, "пропущен")).to_contain_text("+7 935 111-22-33", timeout=3000)
    row = lead.locator(".back-row").filter(has_text="+7 935 111-22-33")
    expect(row).to_contain_text("пропущенный звонок", timeout=10_000)

    # The reminder, as the stream brings it: a toast on every page, with its way to the list.
    hint = "(id) => document.dispatchEvent(new CustomEvent('camdesk:hint', { detail: { callback: Number(id) } }))"
    agent.evaluate(hint, row.get_attribute("id").removeprefix("back_"))
    expect(agent.locator(".toast").filter(has_text="Пора перезвонить: +7 935 111-22-33").first).to_be_visible()

    card(agent, "пропущен").get_by_role("link", name="Перезвонить").click()
    nothing_serious(agent)
    agent.locator(".back-row").filter(has_text="+7 935 111-22-33").get_by_role("button", name="Позвонили").click()
    agent.wait_for_url(re.compile(r"/desk/tickets/new/"))
    expect(agent.get_by_label("Телефон")).to_have_value(STRANGER)
    expect(row).to_have_count(0, timeout=5000)  # the lead's open list knows it too

    # Taken off, and put back by «Отменить».
    theirs = lead.locator(".back-row").filter(has_text="Лидия Фёдоровна Карпова")
    theirs.get_by_label("Ещё").click()
    theirs.get_by_role("button", name="Снять: звонить не нужно").click()
    expect(theirs).to_have_count(0)
    lead.get_by_role("button", name="Отменить").click()
    expect(theirs).to_have_count(1)
    assert (agent.faults, lead.faults) == ([], [])


def test_who_is_not_the_exchange_is_refused_without_a_trace(browser: Browser, demo: str):
    agent = at_the_desk(browser, demo, "agent")
    assert says(demo, "ringing", "forged", number="+79354445566", secret="guessed") == 403
    assert says(demo, "ringing", "true", number="+79354445577") == 200
    expect(card(agent, "+7 935 444-55-77")).to_be_visible(timeout=3000)  # what came later has been heard
    expect(card(agent, "+7 935 444-55-66")).to_have_count(0)
    agent.goto(f"{demo}/desk/calls/")
    expect(agent.get_by_text("+7 935 444-55-77").first).to_be_visible()
    expect(agent.get_by_text("+7 935 444-55-66")).to_have_count(0)
    nothing_serious(agent)


def test_a_customer_asks_for_a_call_and_an_agent_sees_it(browser: Browser, demo: str):
    customer = signed_in(browser, demo, "outsider", viewport={"width": 360, "height": 740})
    lead = at_the_desk(browser, demo, "lead")
    lead.goto(f"{demo}/desk/call-backs/")
    customer.goto(f"{demo}/contacts/")
    when = customer.get_by_label("Когда удобно")
    when.select_option(when.locator("option").last.get_attribute("value"))
    customer.get_by_label("О чём").fill("Не пойму счёт")
    customer.get_by_role("button", name="Жду звонка").click()
    expect(customer.get_by_text("Позвоним")).to_be_visible()
    nothing_serious(customer)
    expect(lead.locator(".back-row").filter(has_text="Не пойму счёт")).to_be_visible(timeout=5000)
    customer.get_by_role("button", name="Звонить не нужно").click()
    expect(customer.get_by_role("button", name="Жду звонка")).to_be_visible()
    expect(lead.locator(".back-row").filter(has_text="Не пойму счёт")).to_have_count(0, timeout=5000)


def test_on_a_phone_a_call_is_a_bar_that_opens_on_a_tap(browser: Browser, demo: str) -> None:
    agent = at_the_desk(browser, demo, "agent", viewport=PHONE, has_touch=True)
    for others in reversed(agent.get_by_role("button", name="Убрать карточку").all()):
        others.tap()
    assert says(demo, "ringing", "bar") == 200
    bar, head = (
        card(agent, "Елена Воронцова").and_(agent.locator("[data-state=ringing]")),
        agent.locator(".pane-head").first,
    )
    expect(bar).to_be_visible(timeout=3000)
    box, below = bar.bounding_box(), head.bounding_box()
    assert box is not None
    assert below is not None
    assert box["height"] <= 56
    assert box["width"] == PHONE["width"]
    assert below["y"] >= box["y"] + 47, "the page lies below the bar"
    expect(bar.get_by_role("button", name="Развернуть")).to_have_attribute("aria-expanded", "false")

    bar.locator(".call-who a").tap()
    expect(bar.get_by_role("link", name="Открыть обращение")).to_be_visible()
    assert bar.bounding_box()["height"] > 100
    agent.reload()
    expect(bar.get_by_role("link", name="Открыть обращение")).to_be_visible()
    bar.get_by_role("button", name="Свернуть").tap()
    expect(bar.get_by_role("link", name="Открыть обращение")).to_be_hidden()
    says(demo, "ended", "bar")
    agent.context.close()
