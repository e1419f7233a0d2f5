"""A phone: the field is never covered, Back leaves the panel. Keys work on a ticket, and the focus never falls."""

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from camdesk.tickets.models import Ticket
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.journeys.test_composers import opened  # noqa: F401
from tests.journeys.test_desk import browser  # noqa: F401
from tests.pages.test_chat import Panel

pytestmark = [pytest.mark.long, pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True}
# Whoever taps in the middle of it, and at its lower edge, hits it and nothing that lies over it.
UNCOVERED = """element => {
  const box = element.getBoundingClientRect(), x = box.left + box.width / 2
  return box.top >= 0 && box.bottom <= innerHeight &&
    [box.top + box.height / 2, box.bottom - 3].every((y) => element.contains(document.elementFromPoint(x, y)))
}"""
LONG_STEP = """() => {
  const line = () => Object.assign(document.createElement("p"), {textContent: "Проверьте и это: ".repeat(6)})
  ;[...document.querySelectorAll(".chat-asks")].at(-1).append(...Array.from({length: 12}, line))
  document.querySelector("ticket-thread").toEnd()
}"""
AT_END = """(frame) => new Promise((done) => {
  const rest = () => frame.scrollHeight - frame.clientHeight - frame.scrollTop
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(rest() < 2))))
})"""
# Where the focus is, once the keeper (focus-keeper.js) had its frames: "" when it is nowhere, for good.
HELD = """() => new Promise((done) => {
  const until = performance.now() + 5000
  const look = (frames) => {
    const held = document.activeElement
    if (frames <= 0 && held !== document.body) return done(held.outerHTML.slice(0, 200))
    if (performance.now() > until) return done("")
    requestAnimationFrame(() => look(frames - 1))
  }
  look(3)
})"""


@pytest.fixture
def ticket(world, data_folder) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=timezone.now()).ticket


@pytest.fixture
def phone(opened: Any, world: Any) -> Any:  # noqa: F811
    return lambda path: opened(path, world.anna, **PHONE)


@pytest.mark.parametrize("height", [640, 340])
def test_the_field_of_the_chat_page_is_not_covered_also_above_a_keyboard(phone, height):
    page = phone("/support/chat/?new=1")
    page.set_viewport_size({"width": 360, "height": height})
    assert page.locator(".chat-composer textarea").evaluate(UNCOVERED)
    assert page.locator("[data-part=send]").evaluate(UNCOVERED)


@pytest.mark.parametrize("size", [(390, 740), (360, 640)])
def test_the_answers_to_a_long_step_are_in_sight_with_its_beginning(phone, client_of, world, size):
    """One reads it from its first line, and answers without looking for where."""
    chat = Panel(client_of(world.anna), world.anna)
    chat.start(topic="activate-camera")
    for press in ("answer:box", "yes"):
        chat.press(press)
    page = phone(f"/support/chat/?chat={chat.ticket.pk}")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(LONG_STEP)
    answers = page.locator(".chat-answers .chat-choice")
    expect(answers).to_have_count(3)
    assert page.locator(".chat-scroll").evaluate("(frame) => frame.scrollHeight > 2 * frame.clientHeight")
    assert page.locator(".chat-step").last.evaluate(UNCOVERED)
    for n in range(3):
        assert answers.nth(n).evaluate(UNCOVERED)
    page.locator(".chat-scroll").evaluate("(frame) => frame.scrollTo(0, frame.scrollHeight)")
    assert page.locator(".chat-asks > p").last.evaluate(UNCOVERED), "nor do they lie over its last line"
    for n in range(3):
        assert answers.nth(n).evaluate(UNCOVERED)


def test_back_closes_the_panel_and_stays_on_the_page(phone):
    page = phone("/help/")
    page.locator(".support-button").click()
    expect(page.locator("support-chat textarea")).to_be_visible()
    page.go_back()
    expect(page.locator(".support-panel")).to_be_hidden()
    assert page.url.endswith("/help/")
    page.locator(".support-button").click()
    page.locator("[data-close-panel]").click()
    expect(page.locator(".support-panel")).to_be_hidden()
    assert page.evaluate("() => history.state?.panel ?? null") is None, "no step of it is left behind"


def test_a_phone_is_told_of_no_keys(phone, opened, world, ticket):  # noqa: F811
    page = phone(f"/requests/{ticket.pk}/")
    expect(page.get_by_text("Shift+Enter")).to_be_hidden()
    expect(opened(f"/requests/{ticket.pk}/", world.anna).get_by_text("Shift+Enter")).to_be_visible()
    page = opened(f"/desk/tickets/{ticket.pk}/", world.ira, **PHONE)
    expect(page.get_by_text("Ctrl+Enter", exact=False).first).to_be_hidden()


@pytest.mark.parametrize(("zone", "named"), [("Europe/Moscow", False), ("Asia/Vladivostok", True)])
def test_a_time_is_named_with_its_zone_where_the_reader_has_another(opened, world, ticket, zone, named):  # noqa: F811
    page = opened(f"/requests/{ticket.pk}/", world.anna, timezone_id=zone)
    promised = page.locator("#whose-move time")
    assert ("UTC+3" in promised.inner_text()) == named
    assert ("UTC+3" in page.locator(".request-number time").get_attribute("title")) == named
    page.locator(".call-me summary").click()
    expect(page.locator(".call-form [data-our-clock]")).to_have_text("Время: Москва, UTC+3")
    expect(page.locator(".call-form [data-our-clock]")).to_be_visible(visible=named)


def test_opening_the_panel_moves_nothing_of_the_page(opened, world, ticket):  # noqa: F811
    page = opened(f"/requests/{ticket.pk}/", world.anna)
    where = "() => JSON.stringify([...document.querySelectorAll('main > *')].map((one) => one.getBoundingClientRect()))"
    before = page.evaluate(where)
    page.locator(".support-button").click()
    expect(page.locator("support-chat textarea")).to_be_visible()
    assert page.evaluate(where) == before


def test_the_keys_of_a_ticket_work_beside_the_queue(opened, world, ticket):  # noqa: F811
    other = open_ticket(new(world, text="Вторая"), by=world.anna, now=timezone.now()).ticket
    page = opened(f"/desk/tickets/{ticket.pk}/", world.ira)
    expect(page.locator(".pane-list .queue-row")).to_have_count(2)
    page.keyboard.press("j")
    assert page.evaluate("() => document.activeElement.closest('.queue-row')?.id") in (f"t{other.pk}", f"t{ticket.pk}")
    page.keyboard.press("/")
    expect(page.locator(".desk-search .input")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    expect(page).not_to_have_url(re.compile("/tickets/"))


def test_a_draft_goes_on_at_its_end(opened, world, ticket):  # noqa: F811
    page = opened(f"/desk/tickets/{ticket.pk}/", world.ira)
    page.locator("#composer textarea").fill("Начало")
    page.reload()
    page.keyboard.press("r")
    page.keyboard.type(" и конец")
    expect(page.locator("#composer textarea")).to_have_value("Начало и конец")


def held(page: Page) -> str:
    """What holds the focus."""
    return page.evaluate(HELD)


def test_a_swap_keeps_the_focus(opened, world, ticket):  # noqa: F811
    page = opened(f"/desk/tickets/{ticket.pk}/", world.ira)
    page.keyboard.press("a")
    expect(page.locator(":focus")).to_contain_text("Взять себе")
    page.keyboard.press("Enter")
    expect(page.locator(".ticket-deeds")).to_contain_text(world.ira.name)
    assert held(page)
    page.keyboard.press("n")
    page.keyboard.type("Заметка")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message-note[data-seq]")).to_be_visible()
    assert held(page)


def test_a_closed_dialog_and_a_closed_panel_give_the_focus_back(opened, world, ticket):  # noqa: F811
    page = opened(f"/desk/tickets/{ticket.pk}/", world.ira)
    page.locator(".queue-row a, a.queue-row").first.focus()
    page.keyboard.press("?")
    expect(page.locator("#shortcut-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#shortcut-help")).to_be_hidden()
    assert "aria-current" in held(page)
    page = opened(f"/requests/{ticket.pk}/", world.anna)
    page.locator(".support-button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("support-chat textarea")).to_be_visible()
    page.locator("support-chat textarea").press("Escape")
    expect(page.locator(".support-panel")).to_be_hidden()
    assert "support-button" in held(page)


def test_the_neighbour_of_a_removed_file_has_the_focus(opened, world, ticket):  # noqa: F811
    page = opened(f"/requests/{ticket.pk}/", world.anna)
    page.locator("#composer input[type=file]").set_input_files(
        [{"name": f"{n}.txt", "mimeType": "text/plain", "buffer": b"x"} for n in (1, 2)]
    )
    expect(page.locator("#composer .file-tile")).to_have_count(2)
    expect(page.locator("#composer .file-tile.is-uploading")).to_have_count(0)
    for left in (1, 0):
        page.locator("#composer .file-remove").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#composer .file-tile")).to_have_count(left)
        assert ("file-remove" if left else "<") in held(page)


# What happens to the thing that has the focus.
GONE = {
    "removed": "one.parentElement.remove()",
    "hidden": "one.parentElement.hidden = true",
    "by a class": "one.parentElement.classList.add('visually-gone')",
    "invisible": "one.parentElement.className = 'invisible-now'",
    "inert": "one.parentElement.inert = true",
    "folded": "one.closest('details').open = false",
    "disabled": "one.disabled = true",
    "at the end of a transition": "one.parentElement.className = 'going'",
}
LOOKS = """.visually-gone { display: none } .invisible-now { visibility: hidden }
.going { visibility: hidden; transition: visibility .3s }"""
FOLD = """<details open><summary>Ещё</summary><p><button type="button">Раз</button></p></details>"""


@pytest.mark.parametrize("how", GONE.values(), ids=GONE.keys())
def test_whatever_takes_the_focus_away_its_neighbour_has_it(opened, world, ticket, how):  # noqa: F811
    page = opened(f"/requests/{ticket.pk}/", world.anna)
    page.evaluate(
        f"""([looks, fold]) => {{
          const sheet = new CSSStyleSheet()
          sheet.replaceSync(looks)
          document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
          document.querySelector('.request-page').insertAdjacentHTML('afterbegin', fold)
          const one = document.querySelector('.request-page details button'); one.focus(); {how}
        }}""",
        [LOOKS, FOLD],
    )
    page.wait_for_function("() => document.activeElement.localName !== 'button'")
    assert held(page).startswith("<summary")


def test_who_reads_the_end_of_a_chat_reads_it_still_when_a_keyboard_takes_half_of_the_room(phone, client_of, world):
    chat = Panel(client_of(world.anna), world.anna)
    chat.start(topic="activate-camera")
    chat.press("answer:box")
    page = phone(f"/support/chat/?chat={chat.ticket.pk}")
    page.set_viewport_size({"width": 390, "height": 844})
    end = page.locator(".chat-answers .chat-choice").last
    page.locator(".chat-scroll").evaluate("(frame) => frame.scrollTo(0, frame.scrollHeight)")
    expect(end).to_be_in_viewport(ratio=1)
    for height in (700, 480):
        page.set_viewport_size({"width": 390, "height": height})
        assert page.locator(".chat-scroll").evaluate(AT_END)
        assert end.evaluate(UNCOVERED)
