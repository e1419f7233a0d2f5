"""The parts of every page in a real browser: seen by axe, used by keyboard, by day and night, wide and narrow."""

import os
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PAGES = ["/ui/", "/ui/cabinet", "/ui/desk", "/ui/public", "/ui/account"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread; the server answers from another.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def faults() -> list[str]:
    return []


def _is_fault(said: Any) -> bool:
    """Chromium itself complains of every request while a test has taken the network away: that is the test's doing."""
    return said.type in ("error", "warning") and "ERR_INTERNET_DISCONNECTED" not in said.text


@pytest.fixture
def opened(browser: Browser, live_server: Any, faults: list[str]) -> Iterator[Any]:
    """open(path, width=…, scheme=…) → Page; what the console complains of fails the test at its end."""
    contexts = []

    def open_page(path: str, width: int = 1280, scheme: str = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 780}, color_scheme=scheme, locale="ru")
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: faults.append(said.text) if _is_fault(said) else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{live_server.url}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious_and_nothing_sticks_out(opened: Any, path: str, width: int, scheme: str) -> None:
    page = opened(path, width, scheme)
    serious = [
        f"{fault['id']}: {[node['target'] for node in fault['nodes']]}"
        for fault in Axe().run(page).response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_support_panel_leaves_the_page_usable(opened: Any) -> None:
    page = opened("/ui/cabinet")
    button = page.get_by_role("link", name="Чат с поддержкой")
    button.click()
    expect(page.get_by_role("textbox", name="Сообщение")).to_be_focused()
    page.get_by_role("link", name="События").first.click()
    expect(page.locator("#support-panel")).to_be_visible()
    page.get_by_role("textbox", name="Сообщение").press("Escape")
    expect(page.locator("#support-panel")).to_be_hidden()
    expect(button).to_be_focused()


def test_the_desk_by_keyboard(opened: Any) -> None:
    page = opened("/ui/desk", width=1600)  # on a laptop the queue steps aside for an open request
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="После грозы")).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Не показывает камера у ворот")).to_be_focused()
    page.keyboard.press("Shift+Slash")
    expect(page.get_by_role("dialog", name="Клавиши")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page).to_have_url(page.url.split("#")[0] + "#2")


def test_keys_do_not_mind_the_russian_layout(opened: Any) -> None:
    page = opened("/ui/desk", width=1600)
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'о', code: 'KeyJ', bubbles: true}))")
    expect(page.get_by_role("link", name="После грозы")).to_be_focused()


def test_keys_are_letters_while_one_types(opened: Any) -> None:
    page = opened("/ui/desk")
    answer = page.get_by_role("textbox", name="Ответ Анне Петровой")
    answer.focus()
    page.keyboard.type("j?k gm")
    expect(answer).to_have_value("j?k gm")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_menu_by_keyboard(opened: Any) -> None:
    page = opened("/ui/")
    menu = page.locator("summary", has_text="Назначить")
    menu.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Мне")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Второй линии")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Мне")).to_be_hidden()
    expect(menu).to_be_focused()


def test_errors_lead_to_their_controls(opened: Any) -> None:
    page = opened("/ui/")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Телефон: не хватает цифр").click()
    expect(page.get_by_role("textbox", name="Телефон")).to_be_focused()


def test_the_theme_is_kept(opened: Any) -> None:
    page = opened("/ui/public")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    day = page.evaluate(ground)
    page.get_by_role("button", name="Тёмное").click()
    night = page.evaluate(ground)
    assert night != day
    page.reload()
    assert page.evaluate(ground) == night
    expect(page.get_by_role("button", name="Тёмное")).to_have_attribute("aria-pressed", "true")


def test_going_offline_is_said_and_taken_back(opened: Any) -> None:
    page = opened("/ui/public")
    page.context.set_offline(True)
    expect(page.get_by_text("Нет связи. Написанное не пропадёт.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Связь есть")).to_be_visible()
    expect(page.get_by_text("Нет связи. Написанное не пропадёт.")).to_have_count(0)


def test_the_language_is_a_choice(opened: Any) -> None:
    page = opened("/ui/public")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("link", name="Skip to content")).to_have_count(1)


def test_a_cold_page_asks_for_few_files(browser: Browser, live_server: Any) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.startswith("http") else None)
    page.goto(f"{live_server.url}/ui/cabinet", wait_until="networkidle")
    context.close()
    assert len(asked) <= 5, asked


# What the page hears is written where Playwright can wait for it (its own waiting by script is refused by our policy).
LISTENING = """
const heard = []
const hear = (word) => { document.documentElement.dataset.heard = heard.push(word) && heard.join(" ") }
document.addEventListener("camdesk:hint", ({ detail }) => hear(`hint:${detail.ticket}:${detail.seq}`))
document.addEventListener("camdesk:resync", ({ detail }) => hear(`resync:${detail.reason}`))
document.addEventListener("readystatechange", () => {
  if (document.readyState !== "interactive") return
  const meta = document.createElement("meta")
  meta.name = "camdesk-live"
  meta.content = new URLSearchParams(location.search).get("token") ?? "cabinet~a-token"
  meta.dataset.who = "7"
  document.head.append(meta)
})
"""


def test_one_tab_hears_for_all_and_the_next_takes_over(browser: Browser, live_server: Any) -> None:
    context = browser.new_context()
    context.add_init_script(LISTENING)
    streams: list[str] = []

    def answer(route: Any) -> None:
        """Each stream says one hint and ends, so the page comes back for the next."""
        streams.append(route.request.url)
        hint = f'data: {{"ticket":1042,"seq":{len(streams)}}}'
        route.fulfill(status=200, content_type="text/event-stream", body=f"event: hello\ndata:\n\n{hint}\n\n")

    def hears(page: Page, words: str) -> None:
        expect(page.locator("html")).to_have_attribute("data-heard", re.compile(words), timeout=20_000)

    context.route("**/live?token=*", answer)
    first = context.new_page()
    first.goto(f"{live_server.url}/ui/public")
    hears(first, "resync:loaded.*hint:1042:1")
    second = context.new_page()
    asked: list[str] = []
    second.on("request", lambda request: asked.append(request.url) if "/live" in request.url else None)
    second.goto(f"{live_server.url}/ui/public")
    hears(second, "resync:loaded.*resync:connected.*hint:1042:")
    assert set(streams) == {f"{live_server.url}/live?token=cabinet~a-token"}
    while_both = len(streams)
    assert asked == []
    first.close()
    hears(second, f"hint:1042:{while_both + 1}")
    context.close()


def test_tabs_that_hear_something_else_have_a_stream_of_their_own(browser: Browser, live_server: Any) -> None:
    """One person has the cabinet and the desk open. Seen failing with the audience left out of the stream's name: the
    page of the desk heard what the cabinet hears, and nothing of the desk."""
    context = browser.new_context()
    context.add_init_script(LISTENING)

    def answer(route: Any) -> None:
        ticket = 7 if "desk" in route.request.url else 1042
        hint = f'data: {{"ticket":{ticket},"seq":1}}'
        route.fulfill(status=200, content_type="text/event-stream", body=f"event: hello\ndata:\n\n{hint}\n\n")

    def hears(page: Page, words: str) -> None:
        expect(page.locator("html")).to_have_attribute("data-heard", re.compile(words), timeout=20_000)

    context.route("**/live?token=*", answer)
    cabinet, desk, another = context.new_page(), context.new_page(), context.new_page()
    cabinet.goto(f"{live_server.url}/ui/public?token=cabinet~first")
    hears(cabinet, "hint:1042:1")
    asked: list[str] = []
    another.on("request", lambda request: asked.append(request.url) if "/live" in request.url else None)
    desk.goto(f"{live_server.url}/ui/public?token=desk~second")
    hears(desk, "hint:7:1")
    another.goto(f"{live_server.url}/ui/public?token=desk~third")  # given out later, to hear the same
    hears(another, "hint:7:1")
    heard = [page.locator("html").get_attribute("data-heard") or "" for page in (cabinet, desk, another)]
    assert [("hint:1042" in words, "hint:7" in words) for words in heard] == [
        (True, False),
        (False, True),
        (False, True),
    ]
    assert asked == []
    context.close()
