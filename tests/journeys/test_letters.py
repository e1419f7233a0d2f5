"""Letters at the desk in a real browser: a hostile one does nothing, its picture is seen, held ones are decided."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.journeys.test_main_job import ARGUMENTS, nothing_serious, signed_in

pytestmark = pytest.mark.journey

RED = (214, 40, 40)
SUBJECT = "Фото двора <script>alert(0)</script>"
# One of each way in which mark-up acts, loads or leads away. Canary is a host that must never be asked.
HOSTILE = """<html><head>
<meta http-equiv="refresh" content="0; url=CANARY/refresh"><base href="CANARY/base/">
<link rel="stylesheet" href="CANARY/link.css"><link rel="prefetch" href="CANARY/prefetch">
<style>@import url(CANARY/import.css); body { background: url(CANARY/background.png) } * { position: fixed }</style>
<script>top.document.title = 'взломано'; parent.postMessage('x', '*'); fetch('CANARY/fetch')</script>
<script src="CANARY/script.js"></script></head>
<body onload="document.title='взломано'; new Image().src='CANARY/onload'" background="CANARY/body.png">
<p style="background: url(CANARY/style.png)">Вот что видно:</p>
<img src="cid:yard@mail.example" alt="Двор" width="240" height="160">
<img src="CANARY/remote.png" alt="счётчик" onerror="document.title='взломано'"><img src=x onerror="alert(1)">
<img srcset="CANARY/srcset.png 2x" src="//CANARYHOST/relative.png">
<picture><source srcset="CANARY/source.png"></picture>
<video src="CANARY/video.mp4" poster="CANARY/poster.png" autoplay></video>
<audio src="CANARY/audio.mp3" autoplay></audio>
<svg onload="alert(2)"><image href="CANARY/svg.png"/><script>alert(3)</script><use href="CANARY/use.svg#x"/></svg>
<math><mtext><img src="x" onerror="alert(4)"></mtext></math>
<iframe src="CANARY/frame" srcdoc="<script>alert(5)</script>"></iframe><object data="CANARY/object"></object>
<embed src="CANARY/embed"><table background="CANARY/table.png"><tr><td>Таблица</td></tr></table>
<form action="CANARY/form"><input name="password" autofocus onfocus="alert(6)"><button>Войти</button></form>
<a href="javascript:alert(7)">нажмите</a> <a href="data:text/html,<script>alert(8)</script>">сюда</a>
<noscript><p title="</noscript><img src=x onerror=alert(9)>"></noscript>
<details open ontoggle="alert(10)"><summary>x</summary></details><marquee onstart="alert(11)">x</marquee>
<div style="position:fixed;inset:0;background:red" onclick="alert(12)">накрывает страницу</div>
<blockquote class="gmail_quote">Старое письмо поддержки <img src="CANARY/quoted.png"></blockquote>
</body></html>"""


@dataclass
class Canary:
    """A host on the same machine that hears whoever calls."""

    address: str
    heard: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    heard: list[str] = []

    class Ear(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_HEAD = do_OPTIONS = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Ear) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Canary(f"http://127.0.0.1:{server.server_port}", heard)
        server.shutdown()


def hostile_letter(canary: str) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (240, 160), RED).save(drawn, "PNG")
    body = HOSTILE.replace("CANARYHOST", canary.removeprefix("http://")).replace("CANARY", canary)
    head = (
        f"From: =?utf-8?b?0KfRg9C20L7QuQ==?= <stranger@mail.example>\r\nTo: support@example.org\r\n"
        f"Subject: {SUBJECT}\r\nMessage-ID: <hostile@mail.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="edge"\r\n\r\n'
        f"--edge\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{body}\r\n"
        "--edge\r\nContent-Type: image/png\r\nContent-ID: <yard@mail.example>\r\n"
        'Content-Disposition: inline; filename="yard.png"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
    )
    return head.encode() + drawn.getvalue() + b"\r\n--edge--\r\n"


@pytest.fixture(scope="module")
def desk(demo: str, letters_in: Path, canary: Canary) -> str:
    """The address of a demo to which the hostile letter is brought."""
    written = letters_in / "hostile.new"
    written.write_bytes(hostile_letter(canary.address))
    written.rename(letters_in / "hostile.eml")
    return demo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield chromium
        chromium.close()


def lead(browser: Browser, desk: str, **options: object) -> Page:
    """A lead at the desk; whatever the page loads from elsewhere, asks or reports is one of its faults."""
    page = signed_in(browser, desk, "lead", **{"viewport": {"width": 1440, "height": 900}, **options})
    page.on("dialog", lambda dialog: (page.faults.append(dialog.message), dialog.dismiss()))
    return page


def taken_in(page: Page, desk: str) -> Locator:
    """The line of the hostile letter, once the worker has taken it in."""
    line = page.locator(".letter-in").filter(has_text="Фото двора")
    for _look in range(200):
        page.goto(f"{desk}/desk/letters/in/")
        if line.filter(has_text="принято").count():
            break
    expect(line.get_by_text("принято")).to_be_visible()
    return line


def reddish(place: Locator) -> int:
    """How many pixels of what the reader sees there are the letter's picture."""
    seen = Image.open(io.BytesIO(place.screenshot())).convert("RGB")
    return sum(
        count
        for count, colour in seen.getcolors(1 << 24) or []
        if all(abs(one - other) < 12 for one, other in zip(colour, RED, strict=True))
    )


def test_a_hostile_letter_does_nothing_and_its_picture_is_seen(browser: Browser, desk: str, canary: Canary) -> None:
    page = lead(browser, desk)
    taken_in(page, desk).get_by_role("link", name=re.compile("Фото двора")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    expect(page.get_by_text("отправитель не проверялся")).to_be_visible()

    frame = page.locator("iframe.letter-whole-frame")
    letter = frame.content_frame
    expect(letter.get_by_text("Вот что видно:")).to_be_visible()
    assert reddish(frame) > 240 * 160 * 0.9
    expect(letter.get_by_text("Старое письмо поддержки")).to_be_hidden()
    letter.get_by_text("показать цитату").click()
    expect(letter.get_by_text("Старое письмо поддержки")).to_be_visible()
    for acts in ("form", "input", "button", "script", "style", "svg", "video", "audio", "iframe", "object", "embed"):
        expect(letter.locator(f"body {acts}")).to_have_count(0)
    letter.get_by_text("нажмите").click()
    letter.get_by_text("накрывает страницу").click()
    nothing_serious(page)

    address = page.url
    page.get_by_role("link", name=re.compile("№ ")).click()
    fold = page.locator(".letter-fold")
    expect(fold.get_by_text("Показать письмо целиком")).to_be_visible()
    assert not [one.url for one in page.frames if one.url.endswith("/letter")], "fetched only when it is opened"
    fold.get_by_text("Показать письмо целиком").click()
    frame = fold.locator("iframe")
    expect(frame.content_frame.get_by_text("Вот что видно:")).to_be_visible()
    frame.scroll_into_view_if_needed()
    assert reddish(frame) > 240 * 160 * 0.25, "the place to answer stands over the rest of it"
    nothing_serious(page)

    assert page.url != address
    assert "взломано" not in page.title()
    assert (canary.heard, page.faults) == ([], [])
    assert len(page.context.pages) == 1


def test_even_unsanitised_mark_up_would_be_shut_in(browser: Browser, desk: str, canary: Canary) -> None:
    """The sandbox and the policy alone, as if the sanitiser had let everything through."""
    page = lead(browser, desk)
    taken_in(page, desk).get_by_role("link", name=re.compile("Фото двора")).click()
    address = page.locator("iframe.letter-whole-frame").get_attribute("src")
    body = HOSTILE.replace("CANARYHOST", canary.address.removeprefix("http://")).replace("CANARY", canary.address)

    def unsanitised(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=body, headers=answer.headers)

    page.route(f"**{address}", unsanitised)
    page.reload()
    expect(page.locator("iframe.letter-whole-frame").content_frame.get_by_text("Таблица")).to_be_visible()
    assert "взломано" not in page.title()
    assert canary.heard == []
    # What the policy stopped is told as asked for; nothing else may be.
    assert [fault for fault in page.faults if not fault.startswith((canary.address, "cid:"))] == []


def test_held_letters_are_let_in_and_turned_away_where_they_stand(browser: Browser, desk: str) -> None:
    page = lead(browser, desk, viewport={"width": 360, "height": 740})
    page.goto(f"{desk}/desk/letters/in/?state=held")
    held = page.locator(".letter-in")
    expect(held).to_have_count(2)
    nothing_serious(page)
    held.first.get_by_role("button", name="Отклонить").click()
    expect(held.first).to_contain_text("Отклонено")
    expect(held.first.get_by_role("button", name="Вернуть")).to_be_visible()
    held.last.get_by_role("button", name="Впустить").click()
    expect(held.last).to_contain_text("в очереди")
    page.get_by_role("button", name="Отменить").click()
    expect(held.first.get_by_role("button", name="Отклонить")).to_be_visible()
    page.reload()
    expect(held).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_serious_and_nothing_sticks_out(browser: Browser, desk: str, width: int, scheme: str) -> None:
    page = lead(browser, desk, viewport={"width": width, "height": 900}, color_scheme=scheme)
    for path in ("in/", "in/?state=held", "in/?state=noted", "in/1/", "in/9/", ""):
        page.goto(f"{desk}/desk/letters/{path}")
        nothing_serious(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert page.faults == []
