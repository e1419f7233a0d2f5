"""«Написанное не пропадёт» holds for the plain forms of cabinet and desk too: a reload, a fault on the way, no line."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from camdesk.channels.models import CallBack
from camdesk.people.models import Invitation
from camdesk.tickets import resolution
from camdesk.tickets.models import Message, Ticket
from tests.deeds.outages.test_outages import outage_of
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.journeys.test_composers import opened  # noqa: F401
from tests.journeys.test_desk import browser  # noqa: F401

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

WORDS = "Это я набирала десять минут"
KEPT = "() => Object.keys(localStorage).filter((name) => name.startsWith('camdesk:form:')).length"


@pytest.fixture
def ticket(world, data_folder) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=timezone.now()).ticket


def call_written_down(page: Page) -> None:
    page.keyboard.press("c")
    page.locator("[data-call-dialog]").first.click()


def closing(page: Page) -> None:
    page.locator(".outage-deed summary", has_text="Закрыть").click()


# name: where, who, how one gets to the form, the field
PLACES: dict[str, tuple[str, str, Any, str]] = {
    "a call back": ("/support/call-back/", "anna", None, "[name=note]"),
    "a rating": ("/requests/{settled}/", "anna", None, "[name=comment]"),
    "a colleague": ("/organisations/{chain}/", "boris", None, ".narrow-form [name=name]"),
    "a new request": ("/desk/tickets/new/?unknown=1", "ira", None, "[name=text]"),
    "a call": ("/desk/tickets/{ticket}/", "ira", call_written_down, "#call_text"),
    "an outage": ("/desk/outages/new/", "leo", None, "[name=affected_ru]"),
    "the end of an outage": ("/desk/outages/{outage}/", "leo", closing, "#closing_ru"),
    "an invitation to staff": ("/desk/staff/", "ada", None, "kept-form [name=name]"),
}


@pytest.fixture
def place(opened, live_server, world, ticket) -> Any:  # noqa: F811
    """place(name) → the page, and the field one types into; again(page) comes back to it."""
    now = timezone.now()
    settled = open_ticket(new(world, text="Другое"), by=world.anna, now=now).ticket
    resolution.resolve(ticket=settled, by=world.ira, now=now)
    numbers = {"ticket": ticket.pk, "settled": settled.pk, "chain": world.chain.pk, "outage": outage_of(world, now).pk}

    def go(name: str, page: Page | None = None) -> tuple[Page, Locator]:
        path, who, reach, field = PLACES[name]
        path = path.format(**numbers)
        if page is None:
            page = opened(path, getattr(world, who))
        else:
            page.goto(f"{live_server.url}{path}")
        if reach:
            reach(page)
        expect(page.locator(field)).to_be_visible()
        return page, page.locator(field)

    return go


def submit(field: Locator) -> None:
    field.evaluate("(field) => field.form.querySelector('.button-primary, button[type=submit]').click()")


@pytest.mark.parametrize("name", PLACES)
def test_what_is_typed_is_there_after_a_reload_and_after_a_fault_on_the_way(place, name) -> None:
    page, field = place(name)
    field.fill(WORDS)
    page, field = place(name, page)
    expect(field).to_have_value(WORDS)
    page.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    field.evaluate("(field) => { field.form.noValidate = true }")
    submit(field)
    page.wait_for_timeout(300)
    page.unroute_all()
    _page, field = place(name, page)
    expect(field).to_have_value(WORDS)


def test_without_a_line_it_waits_and_goes_once_by_itself(place) -> None:
    page, field = place("a call back")
    field.fill(WORDS)
    page.context.set_offline(True)
    submit(field)
    submit(field)
    expect(page.locator(".toast", has_text="Отправим сами")).to_have_count(1)
    assert CallBack.objects.count() == 0
    page.context.set_offline(False)
    expect(page.locator(".call-planned")).to_contain_text(WORDS)
    assert [one.note for one in CallBack.objects.all()] == [WORDS]
    assert page.evaluate(KEPT) == 0, "nothing is kept of what the server has"


def test_a_form_of_a_dialog_waits_too_and_is_empty_when_it_is_opened_anew(place) -> None:
    page, field = place("a call")
    field.fill(WORDS)
    page.context.set_offline(True)
    submit(field)
    expect(page.locator(".toast", has_text="Отправим сами")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".message", has_text=WORDS)).to_have_count(1, timeout=15_000)
    assert Message.objects.filter(text__contains=WORDS).count() == 1
    assert page.evaluate(KEPT) == 0
    _page, field = place("a call", page)
    expect(field).to_have_value("")


def test_what_is_refused_stays_and_what_is_taken_does_not_come_back(place) -> None:
    page, field = place("a colleague")
    field.fill(WORDS)
    submit(field)
    expect(page.locator(".narrow-form .error").first).to_be_visible()
    page, field = place("a colleague", page)
    expect(field).to_have_value(WORDS)
    page.locator(".narrow-form [name=email]").fill("colleague@example.org")
    submit(field)
    expect(page.locator("table")).to_contain_text("colleague@example.org")
    assert Invitation.objects.count() == 1
    expect(page.locator(".narrow-form [name=name]")).to_have_value("")
    _page, field = place("a colleague", page)
    expect(field).to_have_value("")
