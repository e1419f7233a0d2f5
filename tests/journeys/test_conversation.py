"""A conversation in a real browser, on the request's page, on the desk and in the panel: one element, one behaviour."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from camdesk.tickets import conversation, thread
from camdesk.tickets.models import Message, Ticket
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.journeys.test_desk import browser, desk, hint, said  # noqa: F401
from tests.world import customer_says

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

IN_SIGHT = (
    "element => { const box = element.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight }"
)
BOTTOM = "element => element.getBoundingClientRect().bottom"
TOP = "element => Math.round(element.getBoundingClientRect().top)"
LISTEN = """() => {
  window.heard = []
  const line = document.querySelector("#thread [data-heard]")
  const hear = () => line.textContent && heard.push(line.textContent)
  new MutationObserver(hear).observe(line, { childList: true, subtree: true })
}"""


@pytest.fixture
def ticket(world) -> Ticket:
    """Twelve turns of two sentences each; the customer has read all of it."""
    now = timezone.now() - timedelta(days=2)
    made = open_ticket(new(world, text="Камера не показывает"), by=world.anna, now=now).ticket
    for index in range(12):
        at = now + timedelta(hours=index + 1)
        conversation.reply(ticket=made, text=f"Ответ {index}. Попробуйте выключить и включить.", by=world.ira, now=at)
        customer_says(ticket=made, text=f"Вопрос {index}. Не помогло.", by=world.anna, now=at, channel="form")
    made.refresh_from_db()
    conversation.seen_by_customer(made, seq=made.last_seq)
    conversation.seen_by_agents(made, seq=made.last_seq)
    return made


@pytest.fixture
def cabinet(desk, world):  # noqa: F811
    def open_page(path: str, **how: Any) -> Page:
        return desk(path, who=world.anna, **how)

    return open_page


def says(page: Page, ticket: Ticket, world: Any, text: str) -> None:
    conversation.reply(ticket=ticket, text=text, by=world.ira, now=timezone.now())
    hint(page, ticket)


@pytest.mark.parametrize("width", [360, 1440])
def test_the_request_opens_at_its_newest_message_with_the_field_below_it(cabinet, ticket, width):
    page = cabinet(f"/requests/{ticket.pk}/", width=width)
    newest = page.get_by_text("Вопрос 11.")
    page.wait_for_function("scrollY > 0")
    assert newest.evaluate(IN_SIGHT)
    assert page.locator("#composer textarea").evaluate(IN_SIGHT)
    assert page.locator("#whose-move").evaluate(IN_SIGHT), "whose move it is stays in sight"
    assert newest.evaluate(TOP) > page.locator("#whose-move").evaluate(
        "element => element.getBoundingClientRect().bottom"
    )


def test_it_opens_at_the_first_message_that_was_not_read(cabinet, ticket, world):
    for index in range(8):
        conversation.reply(ticket=ticket, text=f"Новость {index}. " * 12, by=world.ira, now=timezone.now())
    page = cabinet(f"/requests/{ticket.pk}/", width=360)
    page.wait_for_function("scrollY > 0")
    assert page.locator(".message", has_text="Новость 0.").evaluate(TOP) in range(100, 200)


def test_a_place_in_the_address_is_where_one_arrives(cabinet, ticket):
    page = cabinet(f"/requests/{ticket.pk}/#m3", width=360)
    page.wait_for_function(f"({IN_SIGHT})(document.querySelector('#m3'))")


def test_what_comes_does_not_move_the_field_in_which_one_types(cabinet, ticket, world):
    page = cabinet(f"/requests/{ticket.pk}/")
    page.wait_for_function("scrollY > 0")
    field = page.locator("#composer textarea")
    field.fill("Подождите, я")
    top = field.evaluate(TOP)
    says(page, ticket, world, "Мастер приедет завтра")
    expect(page.get_by_text("Мастер приедет завтра").first).to_be_visible()
    assert abs(field.evaluate(TOP) - top) <= 1
    expect(field).to_have_value("Подождите, я")
    expect(page.get_by_role("button", name="Новые сообщения")).to_be_hidden()
    expect(page.locator("#whose-move")).to_contain_text("Ваш ход")


def test_who_reads_above_stays_there_and_is_told_of_what_came(cabinet, ticket, world):
    page = cabinet(f"/requests/{ticket.pk}/")
    page.wait_for_function("scrollY > 0")
    page.evaluate("scrollTo(0, 200)")
    read = page.locator(".message").nth(2)
    top = read.evaluate(TOP)
    says(page, ticket, world, "Мастер приедет завтра")
    down = page.get_by_role("button", name="Новые сообщения")
    expect(down).to_be_visible()
    assert abs(read.evaluate(TOP) - top) <= 1
    down.click()
    expect(down).to_be_hidden()
    assert page.locator(".message", has_text="Мастер приедет завтра").evaluate(IN_SIGHT)


@pytest.mark.parametrize("where", ["cabinet", "desk"])
def test_each_is_read_out_once_and_never_ones_own(cabinet, desk, ticket, world, where):  # noqa: F811
    page = cabinet(f"/requests/{ticket.pk}/") if where == "cabinet" else desk(f"/desk/tickets/{ticket.pk}/")
    heard = page.locator("#thread [data-heard]")
    page.evaluate(LISTEN)
    page.locator("#composer textarea").fill("Это мои слова")
    page.keyboard.press("Enter" if where == "cabinet" else "Control+Enter")
    expect(page.locator(".message.is-sending")).to_have_count(0)
    expect(page.locator(".message", has_text="Это мои слова")).to_have_count(1)
    if where == "cabinet":
        says(page, ticket, world, "Мастер приедет завтра")
    else:
        customer_says(ticket=ticket, text="Мастер приехал", by=world.anna, now=timezone.now(), channel="form")
        hint(page, ticket)
    expect(heard).to_contain_text("Мастер при")
    hint(page, ticket)
    page.wait_for_timeout(300)
    read_out = page.evaluate("heard")
    assert len(read_out) == 1
    assert "Это мои слова" not in read_out[0]
    assert read_out[0].startswith(world.ira.name if where == "cabinet" else world.anna.name)


@pytest.mark.parametrize("where", ["cabinet", "desk"])
def test_what_was_earlier_comes_above_without_a_jump(cabinet, desk, ticket, monkeypatch, where):  # noqa: F811
    monkeypatch.setitem(thread.read.__kwdefaults__, "most", 12)
    page = cabinet(f"/requests/{ticket.pk}/") if where == "cabinet" else desk(f"/desk/tickets/{ticket.pk}/")
    earlier = page.get_by_role("link", name="Показать более раннее")
    while earlier.count():
        shown = page.locator(".message[data-seq]").count()
        first = page.locator(".message[data-seq]").first
        number = first.get_attribute("id")
        earlier.scroll_into_view_if_needed()
        top = first.evaluate(TOP)
        earlier.click()
        page.wait_for_function("shown => document.querySelectorAll('.message[data-seq]').length > shown", arg=shown)
        assert abs(page.locator(f"#{number}").evaluate(TOP) - top) <= 60, "what one read stays where it was"
    seqs = page.eval_on_selector_all(".message[data-seq]", "rows => rows.map((row) => Number(row.dataset.seq))")
    assert seqs == sorted(seqs)
    expect(page.get_by_text("Камера не показывает").first).to_be_visible()
    assert page.locator(".message", has_text="Вопрос").count() == 12


def test_what_could_not_be_sent_stays_and_is_sent_once(cabinet, ticket):
    page = cabinet(f"/requests/{ticket.pk}/")
    page.route("**/messages/", lambda route: route.fulfill(status=503))
    page.locator("#composer textarea").fill("Ау")
    page.keyboard.press("Enter")
    row = page.locator(".message.is-failed")
    expect(row).to_contain_text("Ау")
    expect(row.get_by_role("button", name="Повторить")).to_be_visible()
    page.unroute("**/messages/")  # it is tried again by itself; who cannot wait presses
    expect(page.locator(".message-customer[data-seq]", has_text="Ау")).to_have_count(1)
    assert Message.objects.filter(ticket=ticket, text="Ау").count() == 1


def test_ones_last_words_are_marked_as_read_when_they_are(cabinet, ticket, world):
    page = cabinet(f"/requests/{ticket.pk}/")
    page.locator("#composer textarea").fill("Ау")
    page.keyboard.press("Enter")
    mine = page.locator(".message-customer", has_text="Ау")
    expect(mine.get_by_text("Отправлено")).to_be_visible()
    ticket.refresh_from_db()
    conversation.seen_by_agents(ticket, seq=ticket.last_seq)
    says(page, ticket, world, "Видим")
    expect(mine.get_by_text("Прочитано")).to_be_visible()
    expect(page.get_by_text("Прочитано")).to_have_count(14)
    expect(page.locator(".message-mark:visible")).to_have_count(1)


def test_without_scripts_it_is_a_list_and_a_form(browser: Browser, live_server, client_of, world, ticket):  # noqa: F811
    context = browser.new_context(java_script_enabled=False, locale="ru")
    session = client_of(world.anna).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/requests/{ticket.pk}/")
    expect(page.locator(".message")).to_have_count(25)
    expect(page.get_by_role("button", name="Новые сообщения")).to_be_hidden()
    page.locator("#composer textarea").fill("Без скриптов")
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator(".message-customer", has_text="Без скриптов")).to_have_count(1)
    context.close()
