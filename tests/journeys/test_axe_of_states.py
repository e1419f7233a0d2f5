"""axe finds nothing serious where something is open, went wrong or is not there: panels, pickers, refused words, forms
with errors, what is limited, lists that found nothing. Each in two looks (looks.py), all of them in one world."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from camdesk.tickets.models import Ticket
from tests.builder import Builder
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.journeys.looks import Look, found_on, looks_of, serious
from tests.journeys.test_axe_of_pages import visit  # noqa: F401
from tests.journeys.test_desk import browser  # noqa: F401
from tests.pages.everything import kept

pytestmark = [pytest.mark.long, pytest.mark.journey, pytest.mark.django_db(transaction=True)]

Reach = Callable[[Page], Any]


def as_it_comes(page: Page) -> None:
    pass


def sent(form: str) -> Reach:
    """The form is sent as it stands, and comes back with what is wrong."""

    def reach(page: Page) -> None:
        page.locator(form).first.evaluate("(form) => { form.noValidate = true; form.requestSubmit() }")
        expect(page.locator(".error:visible, .error-summary:visible").first).to_be_visible()

    return reach


def filled(form: str, **fields: str) -> Reach:
    def reach(page: Page) -> None:
        for name, value in fields.items():
            page.locator(f"{form} [name={name}]").first.fill(value)
        sent(form)(page)

    return reach


def pressed(what: str, appears: str) -> Reach:
    def reach(page: Page) -> None:
        page.locator(what).locator("visible=true").first.click()
        expect(page.locator(appears).first).to_be_visible()

    return reach


def panel(page: Page) -> None:
    pressed(".support-button", "support-chat textarea")(page)
    if not page.locator(".chat-start").count():  # what was begun before is open; a new question begins at the start
        page.locator(".side-panel-header [data-chat-new]").click()
    page.locator(".chat-section summary").first.click()


def cameras_in_the_panel(page: Page) -> None:
    panel(page)
    page.locator(".chat-section[open] .chat-choice", has_text=re.compile("камера|camera")).first.click()
    expect(page.locator(".chat-answers button").first).to_be_visible()


def refused(status: int) -> Reach:
    """What is written is answered so, in words, as the server says them to a script."""
    words = {413: "Слишком много текста за один раз: помещается 5 МБ.", 429: "Слишком часто. Повторите через 5 мин."}

    def reach(page: Page) -> None:
        page.route(
            "**/messages/", lambda route: route.fulfill(status=status, content_type="text/plain", body=words[status])
        )
        page.locator("#composer textarea").fill("Слова")
        page.locator("#composer textarea").press("Enter")
        expect(page.locator("#composer-error")).to_contain_text(words[status])

    return reach


def offline(page: Page) -> None:
    page.context.set_offline(True)
    page.locator("#composer textarea").fill("Слова")
    page.locator("#composer textarea").press("Enter")
    expect(page.locator(".message.is-failed")).to_be_visible()


def call_me(page: Page) -> None:
    page.locator(".call-me summary").click()
    filled(".call-form", phone="12")(page)


def key(press: str, appears: str) -> Reach:
    def reach(page: Page) -> None:
        page.keyboard.press(press)
        expect(page.locator(appears).locator("visible=true").first).to_be_visible()

    return reach


def canned(page: Page) -> None:
    page.locator(".composer textarea").first.focus()  # on a telephone it opens out when it is used
    pressed(".canned-open", "#canned")(page)


def note(page: Page) -> None:
    page.keyboard.press("n")
    page.keyboard.type("Заметка")
    expect(page.locator(".for-note button")).to_be_visible()


def call_dialog(page: Page) -> None:
    page.keyboard.press("c")
    page.locator("[data-call-dialog]").first.click()
    expect(page.locator("dialog[open] .form")).to_be_visible()


def another_agent(page: Page) -> None:
    page.keyboard.press("a")
    expect(page.locator("menu-button details[open] button").nth(1)).to_be_visible()


def played(page: Page) -> None:
    page.locator(".simulator-start button").click()
    expect(page.locator(".simulator .message").first).to_be_visible()


# name: where, who (nobody for ""), how one gets there. {} is the number of Anna's request.
STATES: dict[str, tuple[str, str, Reach]] = {
    "no such page": ("/nowhere/", "", as_it_comes),
    "a refused sign-in": ("/account/login/", "", filled("main form", login="x@example.org", password="wrong")),
    "access without an address": ("/access/", "", sent("main form")),
    "access, asked for": (
        "/access/",
        "",
        lambda page: (
            page.locator("[name=email]").fill("who@example.org"),
            page.locator("main form button").click(),
            page.wait_for_url(lambda url: "/access/" not in url),
        ),
    ),
    "a forgotten password without an address": ("/account/password/reset/", "", sent("main form")),
    "an answer that is not there": ("/help/?q=ывапролд", "", as_it_comes),
    "an invitation that is over": ("/invitations/none/", "", as_it_comes),
    "the support panel": ("/help/", "anna", panel),
    "a question of the panel": ("/cameras/", "anna", cameras_in_the_panel),
    "a message too long": ("/requests/{}/", "anna", refused(413)),
    "a message too soon": ("/requests/{}/", "anna", refused(429)),
    "a message that waits": ("/requests/{}/", "anna", offline),
    "a call with a bad number": ("/requests/{}/", "anna", call_me),
    "a call-back with a bad number": ("/support/call-back/", "anna", filled(".call-form", phone="12")),
    "the form with errors": ("/support/write/", "anna", sent(".support-form")),
    "the profile's menu": ("/cameras/", "anna", pressed(".topbar-tools .menu summary", ".topbar-tools .menu-items")),
    "no request of these words": ("/requests/?q=ывапролд", "anna", as_it_comes),
    "no camera of these words": ("/cameras/?q=ывапролд", "anna", as_it_comes),
    "a profile with errors": ("/profile/", "anna", filled("main form", name="")),
    "a colleague without an address": ("/organisations/{chain}/", "boris", sent(".narrow-form form")),
    "the chat of one who has nothing": ("/support/chat/?new=1", "newcomer", as_it_comes),
    "the form of one who has nothing": ("/support/write/", "newcomer", as_it_comes),
    "the keys of the desk": ("/desk/", "ira", key("?", "#shortcut-help")),
    "the menu of a turn": ("/desk/tickets/{}/", "ira", key("t", ".turn-menu .menu-items")),
    "who may take it": ("/desk/tickets/{}/", "ira", another_agent),
    "canned replies": ("/desk/tickets/{}/", "ira", canned),
    "a note": ("/desk/tickets/{}/", "ira", note),
    "a call written down": ("/desk/tickets/{}/", "ira", call_dialog),
    "found by words": ("/desk/?q=двор", "ira", as_it_comes),
    "nothing of these words": ("/desk/?q=ывапролд", "ira", as_it_comes),
    "nobody of this name": ("/desk/tickets/new/?q=ывапролд", "ira", as_it_comes),
    "a new request with errors": ("/desk/tickets/new/?unknown=1", "ira", sent("main form")),
    "an outage with errors": ("/desk/outages/new/", "leo", sent("main form")),
    "staff, invited without an address": ("/desk/staff/", "ada", sent("main form:has([name=role])")),
    "the simulator, playing": ("/desk/playbook/simulator/", "ada", played),
    "a page not for an agent": ("/desk/staff/", "ira", as_it_comes),
}


@pytest.fixture
def ticket(world, data_folder) -> Ticket:
    now = timezone.now()
    files = [kept(name, world.anna, now).pk for name in ("схема.txt", "журнал.txt")]
    return open_ticket(new(world, text="Двор не виден", attachments=files), by=world.anna, now=now).ticket


def states_of(people: set[str]) -> Iterator[tuple[int, str]]:
    return ((number, state) for number, state in enumerate(STATES) if STATES[state][1] in people)


@pytest.mark.parametrize(
    "people", [("",), ("anna", "boris", "newcomer"), ("ira", "leo", "ada")], ids=["nobody", "cabinet", "desk"]
)
def test_nothing_serious(visit: Any, world: Any, ticket: Ticket, people: tuple[str, ...]) -> None:  # noqa: F811
    newcomer = Builder(now=timezone.now()).person("Зоя Новикова", email="zoya@example.org", login=True)
    seen: list[tuple[str, Look, list[str]]] = []
    for number, state in states_of(set(people)):
        path, name, reach = STATES[state]
        who = None if not name else newcomer if name == "newcomer" else getattr(world, name)
        for look in looks_of(number):
            page = visit(path.format(ticket.pk, chain=world.chain.pk), who, look)
            try:
                reach(page)
                seen.append((state, look, serious(page, look.width)))
            except Exception as error:  # the others are looked at too
                seen.append((state, look, [f"not reached: {str(error)[:400]}"]))
            page.context.set_offline(False)
            page.unroute_all()
            page.evaluate("() => [localStorage, sessionStorage].forEach((one) => one.clear())")
    assert found_on(seen) == ""
