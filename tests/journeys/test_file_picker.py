"""Files in real Chromium: chosen, dropped, pasted, refused in words, sent on a bad line, kept over a reload, inert."""

import base64
import io
import json
import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from camdesk.lib import children
from camdesk.tickets.models import Attachment
from tests.world import build_world

pytestmark = [pytest.mark.long, pytest.mark.journey, pytest.mark.urls("tests.journeys.file_picker_page")]

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield chromium
        chromium.close()
    children.end_all()


@pytest.fixture(scope="module", autouse=True)
def _database_beside_playwright():
    # Playwright's loop lives in this thread; Django would refuse to touch the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page_of(live_server, transactional_db, data_folder, now, browser: Browser, settings):
    """Opens the form as Anna: page_of(javascript=…, width=…)."""
    world = build_world(now)
    client = Client()
    client.force_login(world.anna.user, backend="camdesk.people.allauth_adapter.Backend")
    contexts = []

    def opened(*, javascript: bool = True, width: int = 1280, path: str = "/form", **options) -> Page:
        context = browser.new_context(
            java_script_enabled=javascript, viewport={"width": width, "height": 900}, locale="ru", **options
        )
        contexts.append(context)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()


def png(size: tuple[int, int] = (800, 450), color: str = "seagreen") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()


def chosen(name: str, data: bytes, kind: str = "application/octet-stream") -> dict:
    return {"name": name, "mimeType": kind, "buffer": data}


def choose(page: Page, *files: dict) -> None:
    page.locator("input[type=file]").set_input_files(list(files))


def tiles(page: Page):
    return page.locator("file-picker .file-tile")


def uploaded(page: Page, count: int) -> None:
    expect(page.locator("file-picker .file-tile input[name=attachments]")).to_have_count(count)


def answer_of(page: Page) -> dict:
    expect(page.locator("pre")).to_contain_text('"attachments"')
    return json.loads(page.locator("pre").inner_text())


def sent(page: Page) -> dict:
    page.locator("textarea").fill(page.locator("textarea").input_value() or "Текст")
    page.locator("#send").click()
    return answer_of(page)


@pytest.mark.seed("S36")
def test_files_are_chosen_seen_removed_and_sent_by_their_ids(page_of):
    page = page_of()
    choose(page, chosen("ворота.png", png(), "image/png"), chosen("журнал.txt", "Камера".encode(), "text/plain"))
    uploaded(page, 2)
    expect(tiles(page).first.locator(".file-name")).to_have_text("ворота.png")
    expect(tiles(page).first.locator("img")).to_be_visible()
    expect(page.locator(".file-says")).to_have_text("Файл «журнал.txt» приложен.")
    expect(page.locator(".hint").last).to_have_text("До 10 файлов любого формата, каждый до 50 МБ.")
    page.get_by_role("button", name="Убрать журнал.txt").click()
    expect(tiles(page)).to_have_count(1)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Убрать ворота.png"
    page.locator("textarea").fill("Темно")
    said = sent(page)
    assert said == {"text": "Темно", "attachments": [Attachment.objects.get().pk], "files": []}


@pytest.mark.seed("S14")
@pytest.mark.seed("S36")
def test_the_eleventh_is_refused_in_words_and_ten_stay(page_of):
    page = page_of()
    choose(page, *[chosen(f"{n}.txt", b"x") for n in range(1, 12)])
    expect(tiles(page)).to_have_count(10)
    uploaded(page, 10)
    choose(page, chosen("ещё.txt", b"x"))
    expect(page.get_by_role("alert")).to_have_text("Файл «ещё.txt» не прикреплён: можно приложить не больше 10 файлов.")
    assert len(sent(page)["attachments"]) == 10


def test_what_cannot_be_taken_is_said_before_a_byte_is_sent(page_of, settings):
    settings.MAX_FILE_BYTES = 1000
    page = page_of()
    choose(page, chosen("пусто.txt", b""), chosen("большой.bin", b"x" * 1001), chosen("годный.txt", b"x"))
    expect(page.locator(".file-refused")).to_have_text(
        "Файл «пусто.txt» пустой, поэтому он не прикреплён. Файл «большой.bin» больше 50 МБ, поэтому он не прикреплён."
    )
    expect(tiles(page)).to_have_count(1)
    uploaded(page, 1)
    assert Attachment.objects.count() == 1


@pytest.mark.seed("S15")
def test_a_file_dropped_anywhere_on_the_form_is_taken(page_of):
    page = page_of()
    transfer = page.evaluate_handle(
        "() => { const t = new DataTransfer(); t.items.add(new File(['abc'], 'брошен.txt')); return t }"
    )
    page.dispatch_event("textarea", "dragenter", {"dataTransfer": transfer})
    expect(page.locator(".file-drop")).to_have_class("file-drop is-over")
    page.dispatch_event("textarea", "drop", {"dataTransfer": transfer})
    expect(page.locator(".file-drop")).to_have_class("file-drop")
    uploaded(page, 1)
    expect(tiles(page).locator(".file-name")).to_have_text("брошен.txt")


@pytest.mark.seed("S15")
def test_a_picture_pasted_into_the_text_is_taken(page_of):
    page = page_of()
    page.evaluate(
        """(data) => {
            const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0))
            const clipboard = new DataTransfer()
            clipboard.items.add(new File([bytes], "image.png", { type: "image/png" }))
            document.querySelector("textarea").dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true }))
        }""",
        base64.b64encode(png()).decode(),
    )
    uploaded(page, 1)
    assert tiles(page).locator(".file-name").inner_text().startswith("Снимок ")


def test_a_large_file_goes_on_after_the_line_broke(page_of):
    page = page_of()
    broken = []

    def once(route):
        if route.request.method == "PATCH" and not broken:
            broken.append(route.request.headers["upload-offset"])
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/files/**", once)
    data = os.urandom(6 * 1024 * 1024)
    choose(page, chosen("запись.bin", data))
    uploaded(page, 1)
    assert broken == ["0"]
    file = Attachment.objects.get()
    assert (file.size, file.state) == (len(data), "ready")


def test_an_answer_lost_after_the_last_piece_is_asked_for_again(page_of):
    page = page_of()
    lost = []

    def lose_the_last(route):
        if route.request.method == "PATCH" and route.request.headers["upload-offset"] != "0" and not lost:
            lost.append(route.fetch().status)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/files/**", lose_the_last)
    choose(page, chosen("запись.bin", os.urandom(6 * 1024 * 1024)))
    uploaded(page, 1)
    assert lost == [200]
    assert Attachment.objects.count() == 1


def test_a_file_the_server_refuses_can_be_tried_again_or_taken_back(page_of):
    page = page_of()
    full = {"on": True}

    def answer(route):
        if full["on"] and route.request.method == "POST":
            route.fulfill(status=507, content_type="application/json", body='{"error": "Кончилось место."}')
        else:
            route.continue_()

    page.route("**/files/", answer)
    choose(page, chosen("a.txt", b"x"))
    expect(tiles(page).locator(".error")).to_have_text("Кончилось место.")
    page.locator("textarea").fill("Текст")
    page.locator("#send").click()
    expect(page.locator(".file-refused")).to_contain_text("Повторите загрузку или уберите его")
    full["on"] = False
    page.get_by_role("button", name="Загрузить a.txt ещё раз").click()
    uploaded(page, 1)
    assert len(sent(page)["attachments"]) == 1


def test_sending_waits_for_the_last_file(page_of):
    page = page_of()
    held = []
    page.route("**/files/", lambda route: held.append(route))
    choose(page, chosen("a.txt", b"x"))
    page.locator("textarea").fill("Текст")
    page.locator("#send").click()
    expect(page.locator(".file-says")).to_have_text("Отправим, как только загрузятся файлы.")
    held[0].continue_()
    said = answer_of(page)
    assert (said["text"], len(said["attachments"])) == ("Текст", 1)


def test_uploaded_files_survive_a_reload_and_those_sent_or_swept_do_not_come_back(page_of):
    page = page_of()
    choose(page, chosen("a.txt", b"x"), chosen("b.txt", b"y"))
    uploaded(page, 2)
    page.reload()
    uploaded(page, 2)
    Attachment.objects.filter(name="a.txt").delete()
    page.reload()
    uploaded(page, 1)
    expect(tiles(page).locator(".file-name")).to_have_text("b.txt")


def test_without_scripts_it_is_a_file_field_and_kept_files_are_boxes(page_of):
    with_scripts = page_of()
    choose(with_scripts, chosen("a.txt", b"x"))
    uploaded(with_scripts, 1)
    file = Attachment.objects.get()
    page = page_of(javascript=False, path=f"/form?kept={file.pk}")
    expect(page.get_by_role("checkbox", name="a.txt")).to_be_checked()
    choose(page, chosen("b.txt", b"y"))
    page.locator("textarea").fill("Без скриптов")
    page.locator("#send").click()
    said = json.loads(page.locator("body").inner_text())
    assert said == {"text": "Без скриптов", "attachments": [file.pk], "files": ["b.txt"]}


def test_everything_is_done_by_keyboard(page_of):
    page = page_of()
    choose(page, chosen("a.txt", b"x"), chosen("b.txt", b"y"))
    uploaded(page, 2)
    page.get_by_role("button", name="Выбрать файлы").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Убрать a.txt"
    page.keyboard.press("Enter")
    expect(tiles(page)).to_have_count(1)
    expect(page.locator(".file-says")).to_have_text("Файл «a.txt» убран.")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Убрать b.txt"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_with_it_for_a_screen_reader(page_of, width: int, scheme: str):
    page = page_of(width=width, color_scheme=scheme)
    choose(page, chosen("ворота.png", png(), "image/png"), chosen("очень длинное имя записи " * 5 + ".mp4", b"x"))
    uploaded(page, 2)
    choose(page, *[chosen(f"{n}.txt", b"x") for n in range(9)])
    uploaded(page, 10)
    if folder := os.environ.get("CAMDESK_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/files-{width}-{scheme}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"


ACTIVE = {
    "page.html": b"<!doctype html><title>t</title><script>document.title='XSS'</script>",
    "page.xhtml": b"<html xmlns='http://www.w3.org/1999/xhtml'><script>document.title='XSS'</script></html>",
    "picture.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>document.title='XSS'</script></svg>",
    "style.xml": b"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>document.title='XSS'</x:script>",
    "picture.png": b"<script>document.title='XSS'</script>",
    "text.txt": b"<body onload=\"document.title='XSS'\">",
    "page.mht": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<script>document.title='XSS'</script>",
    "script.js": b"document.title='XSS'",
    "setup.exe": b"MZ\x90\x00",
    "late.txt": b"text\n" * 2000 + b"<script>document.title='XSS'</script>",
}


@pytest.mark.seed("S20")
def test_no_file_runs_on_our_origin_however_it_is_opened(page_of):
    page = page_of()
    choose(page, *[chosen(name, data, "text/html") for name, data in ACTIVE.items()])
    uploaded(page, 10)
    before = page.title()
    for key in Attachment.objects.values_list("pk", flat=True):
        # As a frame, an object, a script, a style, and by going there.
        page.evaluate(
            """(address) => {
                const open = (tag) => new Promise((done) => {
                    const element = document.createElement(tag)
                    if (tag === "link") element.rel = "stylesheet"
                    element[{ object: "data", link: "href" }[tag] ?? "src"] = address
                    element.onload = element.onerror = done
                    setTimeout(done, 150)
                    document.body.append(element)
                })
                return Promise.all(["iframe", "object", "embed", "script", "link"].map(open))
            }""",
            f"/files/{key}",
        )
        assert page.title() == before
        assert all(frame.title() != "XSS" for frame in page.frames)
        with page.expect_download() as download:
            page.evaluate("(address) => { location.href = address }", f"/files/{key}")
        assert download.value.path().read_bytes() in ACTIVE.values(), "saved byte for byte"
        assert page.title() == before
