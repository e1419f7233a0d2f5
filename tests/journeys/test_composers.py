"""«Написанное не пропадёт»: on a request's page, the desk and in the chat, offline, through a reload, once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from camdesk.tickets.models import Attachment, Message, Ticket
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.journeys.test_desk import browser  # noqa: F401
from tests.untrained import untrained  # noqa: F401

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

WORDS = "Камера снова молчит"
STORED = "() => Object.entries(localStorage).filter(([name, value]) => value.includes('снова молчит')).length"


@pytest.fixture
def ticket(world, data_folder) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=timezone.now()).ticket


@pytest.fixture
def opened(browser: Browser, live_server: Any, client_of: Any) -> Iterator[Callable[..., Page]]:  # noqa: F811
    """opened(path, who, page=None) → Page; the line may be cut, so what the console says of it is no fault."""
    contexts, faults = [], []

    def open_page(path: str, who: Any, **how: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 860}, "locale": "ru", **how})
        contexts.append(context)
        session = client_of(who).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{live_server.url}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def composer(page: Page) -> Any:
    return page.locator("message-composer")


PLACES = {
    "request": ("/requests/{}/", "anna"),
    "desk": ("/desk/tickets/{}/", "ira"),
    "chat": ("/support/chat/?new=1", "anna"),
}


@pytest.fixture(params=PLACES)
def page(request, opened, ticket, world) -> Page:
    path, who = PLACES[request.param]
    return opened(path.format(ticket.pk), getattr(world, who))


def said() -> list[str]:
    return list(Message.objects.filter(text=WORDS).values_list("text", flat=True))


def write(page: Page) -> None:
    composer(page).locator("textarea").fill(WORDS)


def send(page: Page) -> None:
    composer(page).locator("textarea").press("Control+Enter" if "/desk/" in page.url else "Enter")


def test_what_is_sent_without_a_line_goes_once_by_itself_when_it_is_back(page):
    page.context.set_offline(True)
    write(page)
    send(page)
    row = page.locator(".message.is-failed")
    expect(row).to_contain_text(WORDS)
    expect(row).to_contain_text("Отправим сами")
    assert said() == []
    page.context.set_offline(False)
    expect(page.locator(".message[data-seq]", has_text=WORDS)).to_have_count(1, timeout=30_000)
    expect(page.locator(".is-failed, .is-sending")).to_have_count(0)
    assert said() == [WORDS]
    assert page.evaluate(STORED) == 0, "nothing is kept of what the server has"


def test_an_answer_that_was_lost_is_no_second_message(page):
    """The server took it, and the page never heard: it asks again under the same name."""
    lost = {"left": 1}

    def lose(route: Any) -> None:
        if route.request.method != "POST" or not lost["left"] or "draft" in route.request.url:
            return route.continue_()
        lost["left"] -= 1
        route.fetch()
        return route.abort()

    page.route("**/*", lose)
    write(page)
    send(page)
    expect(page.locator(".message[data-seq]", has_text=WORDS)).to_have_count(1, timeout=30_000)
    expect(page.locator(".is-failed, .is-sending")).to_have_count(0)
    assert lost["left"] == 0
    assert said() == [WORDS]


def test_what_is_typed_is_there_after_a_reload(page):
    page.route("**/draft", lambda route: route.abort())
    write(page)
    page.reload()
    expect(composer(page).locator("textarea")).to_have_value(WORDS)


def test_what_waits_for_the_line_goes_after_a_reload(page):
    page.route("**/messages/", lambda route: route.abort())
    page.route("**/replies/", lambda route: route.abort())
    page.route("**/starts/", lambda route: route.abort())
    write(page)
    send(page)
    expect(page.locator(".message.is-failed")).to_contain_text(WORDS)
    page.unroute_all()
    page.reload()
    expect(page.locator(".message[data-seq]", has_text=WORDS)).to_have_count(1, timeout=30_000)
    assert said() == [WORDS]


def test_what_waits_goes_from_another_page_too(page, live_server):
    for path in ("messages", "replies", "starts"):
        page.route(f"**/{path}/", lambda route: route.abort())
    write(page)
    send(page)
    expect(page.locator(".message.is-failed")).to_contain_text(WORDS)
    page.unroute_all()
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        page.goto(live_server.url + ("/desk/" if "/desk/" in page.url else "/cameras/"))
    page.wait_for_function(f"({STORED})() === 0")
    assert said() == [WORDS]


def test_a_refused_message_is_back_in_its_field_with_its_files_and_the_reason(page, data_folder):
    page.locator("message-composer input[type=file]").set_input_files(
        [{"name": "план.txt", "mimeType": "text/plain", "buffer": b"plan"}]
    )
    expect(page.locator("message-composer .file-tile.is-uploading")).to_have_count(0)
    expect(page.locator("message-composer .file-name")).to_have_text("план.txt")

    def refuse(route: Any) -> None:
        route.fulfill(status=422, content_type="text/plain; charset=utf-8", body="Слишком длинно")

    for path in ("messages", "replies", "starts"):
        page.route(f"**/{path}/", refuse, times=1)
    write(page)
    send(page)
    expect(page.get_by_role("alert").filter(has_text="Слишком длинно")).to_be_visible()
    expect(composer(page).locator("textarea")).to_have_value(WORDS)
    expect(page.locator("message-composer .file-name")).to_have_text("план.txt")
    send(page)
    expect(page.locator(".message[data-seq]", has_text="план.txt")).to_have_count(1, timeout=30_000)
    assert said() == [WORDS]


def test_a_file_that_had_not_come_over_is_said_to_be_chosen_again(page):
    page.route("**/files/", lambda route: None)  # hangs
    page.locator("message-composer input[type=file]").set_input_files(
        [{"name": "план.txt", "mimeType": "text/plain", "buffer": b"plan"}]
    )
    expect(page.locator("message-composer .file-name")).to_have_text("план.txt")
    page.reload()
    expect(page.get_by_text("Загрузка файла «план.txt» прервалась. Приложите его ещё раз.")).to_be_visible()


def test_an_infected_file_is_said_before_it_is_sent(page, settings, data_folder):
    settings.SCANNER = "clamd://127.0.0.1:1"
    page.locator("message-composer input[type=file]").set_input_files(
        [{"name": "план.txt", "mimeType": "text/plain", "buffer": b"plan"}]
    )
    expect(page.locator("message-composer .file-tile.is-uploading")).to_have_count(0)
    write(page)
    Attachment.objects.update(scan="infected", scan_note="Win.Test.EICAR")
    expect(page.locator("message-composer .file-refused")).to_contain_text("не прошёл проверку", timeout=30_000)
    send(page)
    page.wait_for_timeout(300)
    assert said() == []
    page.locator("message-composer .file-remove").click()
    send(page)
    expect(page.locator(".message[data-seq]", has_text=WORDS)).to_have_count(1, timeout=30_000)
    assert Message.objects.get(text=WORDS).attachments.count() == 0


def test_signing_out_forgets_what_was_typed(opened, ticket, world, live_server):
    page = opened(f"/requests/{ticket.pk}/", world.anna)
    write(page)
    assert page.evaluate(STORED) == 1
    page.locator(".topbar summary").last.click()
    page.get_by_role("button", name="Выйти").click()
    page.wait_for_url(lambda url: "/requests/" not in url)
    assert page.evaluate(STORED) == 0
