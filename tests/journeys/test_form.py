"""The form in a browser: how little it asks, and that nothing typed is lost."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.test_main_job import DESKTOP, PHONE, browser, nothing_serious, signed_in  # noqa: F401

pytestmark = pytest.mark.journey
FORM = "/support/write/"
SENT = re.compile(r"/support/sent/(\d+)/")


class Counting:
    """A person at the page: what they press and type is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.typed = page, 0, 0

    def press(self, locator) -> None:
        locator.click()
        self.clicks += 1

    def type(self, locator, words: str) -> None:
        locator.fill(words)
        self.typed += 1


def camera_of(page: Page, demo: str, name: str) -> str:
    page.goto(f"{demo}/cameras/")
    links = [one.get_attribute("href") for one in page.locator('main a[href^="/cameras/"]', has_text=name).all()]
    return next(link for link in links if re.fullmatch(r"/cameras/\d+/", link))


def requests_of(page: Page, demo: str) -> int:
    page.goto(f"{demo}/requests/")
    return page.locator('main a[href^="/requests/"]').count()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(
    "login, name, topic_known",
    [
        ("customer", "Двор", True),  # silent
        ("customer", "Гараж", True),  # comes and goes
        ("customer", "Калитка", False),  # works, as far as we see
        ("employee", "Склад", False),  # nobody filled its passport
    ],
)
def test_a_camera_is_reported_in_four_clicks_and_one_typed_field(
    browser: Browser,  # noqa: F811
    demo: str,
    scripts,
    login,
    name,
    topic_known,
):
    """From the camera's page to the number of the request, by somebody who says nothing but that it does not work."""
    page = signed_in(browser, demo, login, viewport=PHONE, java_script_enabled=scripts)
    page.goto(f"{demo}{camera_of(page, demo, name)}")
    person = Counting(page)
    person.press(page.get_by_role("link", name="Сообщить о проблеме"))
    assert (page.get_by_label("Тема обращения").input_value() != "") == topic_known
    if not topic_known:
        page.get_by_label("Тема обращения").select_option(label="Не работает одна камера")
        person.clicks += 2  # the list, and the topic in it
    person.type(page.get_by_label("Текст обращения"), "Камера не работает")
    person.press(page.locator(".form-end").get_by_role("button", name="Отправить"))
    expect(page).to_have_url(SENT)
    number = SENT.search(page.url)[1]
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    expect(page.locator(".letter-copy").get_by_text(name).first).to_be_visible()
    assert person.clicks <= 4
    assert person.typed <= 1
    page.context.close()


@pytest.mark.seed("S41")
def test_what_was_sent_without_a_line_goes_by_itself_once(browser: Browser, demo: str):  # noqa: F811
    page = signed_in(browser, demo, "outsider", viewport=DESKTOP)
    before = requests_of(page, demo)
    fill(page, demo, "Отправлено без связи")
    page.context.set_offline(True)
    send(page)
    expect(page.locator(".draft-note")).to_contain_text("Отправим сами")
    page.context.set_offline(False)
    expect(page).to_have_url(SENT, timeout=15_000)
    expect(page.get_by_text("Отправлено без связи")).to_be_visible()
    assert requests_of(page, demo) == before + 1
    page.goto(f"{demo}{FORM}")
    expect(page.get_by_label("Текст обращения")).to_have_value("")
    page.wait_for_timeout(1000)
    assert requests_of(page, demo) == before + 1
    page.context.close()


@pytest.mark.seed("S41")
def test_what_waits_for_a_line_is_sent_after_a_reload_too(browser: Browser, demo: str):  # noqa: F811
    page = signed_in(browser, demo, "outsider", viewport=DESKTOP)
    before = requests_of(page, demo)
    fill(page, demo, "Закрыли и открыли снова")
    page.route(
        "**/support/write/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.route(f"**{FORM}", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    send(page)
    expect(page.locator(".draft-note")).to_contain_text("Отправим сами")
    page.close()
    again = page.context.new_page()
    again.goto(f"{demo}{FORM}")
    expect(again).to_have_url(SENT, timeout=15_000)
    expect(again.get_by_text("Закрыли и открыли снова")).to_be_visible()
    assert requests_of(again, demo) == before + 1
    again.context.close()


@pytest.mark.seed("S41")
def test_an_answer_that_was_lost_makes_no_second_request(browser: Browser, demo: str):  # noqa: F811
    page = signed_in(browser, demo, "outsider", viewport=DESKTOP)
    before = requests_of(page, demo)
    fill(page, demo, "Ответ потерялся")
    lost = []

    def lose_once(route):
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch(max_redirects=0).status)  # the server has it, the browser never hears
        route.abort()

    page.route(f"**{FORM}", lose_once)
    send(page)
    expect(page).to_have_url(SENT, timeout=15_000)
    assert lost == [204]
    assert requests_of(page, demo) == before + 1
    page.context.close()


@pytest.mark.seed("S41")
def test_what_the_server_never_got_is_there_after_a_reload(browser: Browser, demo: str):  # noqa: F811
    page = signed_in(browser, demo, "customer", viewport=DESKTOP)
    page.route("**/support/write/draft", lambda route: route.abort())
    page.goto(f"{demo}{FORM}?camera={camera_of(page, demo, 'Двор').split('/')[2]}")
    page.get_by_label("Текст обращения").fill("Только здесь")
    internet = page.get_by_role("group", name=re.compile("Наличие доступа в Интернет"))
    internet.get_by_label("Не могу проверить").check()
    page.goto(f"{demo}{FORM}")
    expect(page.get_by_label("Текст обращения")).to_have_value("Только здесь")
    expect(page.get_by_label(re.compile("^Двор"))).to_be_checked()
    expect(internet.get_by_label("Не могу проверить")).to_be_checked()
    page.evaluate("localStorage.clear()")
    page.context.close()


def test_a_form_that_was_only_opened_ticks_nothing_later(browser: Browser, demo: str):  # noqa: F811
    page = signed_in(browser, demo, "employee", viewport=DESKTOP)
    camera = camera_of(page, demo, "").split("/")[2]
    page.goto(f"{demo}{FORM}?camera={camera}")
    expect(page.locator("input[name=cameras]:checked")).to_have_count(1)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1000)
    page.goto(f"{demo}{FORM}")
    expect(page.get_by_label("Тема обращения")).to_be_visible()
    expect(page.locator("input[name=cameras]:checked")).to_have_count(0)
    page.context.close()


def test_unticking_asks_anew_and_the_list_of_the_chosen_takes_out(browser: Browser, demo: str):  # noqa: F811
    page = signed_in(browser, demo, "customer", viewport=DESKTOP)
    page.goto(f"{demo}{FORM}")
    page.get_by_label("Тема обращения").select_option(label="Не работает одна камера")
    for name in ("Двор", "Гараж"):
        page.get_by_label(re.compile(f"^{name}")).check()
    expect(page.locator(".answers-table")).to_be_visible()
    page.get_by_role("button", name="Убрать камеру Гараж").click()
    expect(page.get_by_label(re.compile("^Гараж"))).not_to_be_checked()
    expect(page.locator(".answers-table")).to_have_count(0)
    expect(page.locator(".prefilled").first).to_contain_text("из паспорта")
    expect(page.locator(".picker-chosen li")).to_have_count(1)
    page.context.close()


@pytest.mark.seed("S28")
def test_54_cameras_are_one_quiet_table_and_the_address_narrows_the_list(browser: Browser, demo: str):  # noqa: F811
    page = signed_in(browser, demo, "owner", viewport=DESKTOP)
    page.goto(f"{demo}{FORM}")
    sites = page.locator(".picker-site")
    everything = sites.count()
    page.get_by_label("Адрес объекта").fill(sites.nth(1).get_attribute("data-site"))
    expect(page.locator(".picker-site:visible")).to_have_count(1)
    page.get_by_role("button", name="Показать камеры всех адресов").click()
    expect(page.locator(".picker-site:visible")).to_have_count(everything)
    for button in page.locator("[data-all]").all():
        button.click()
    for box in page.locator("input[name=cameras]:not(:checked)").all():
        box.check()
    expect(page.locator(".answers-table")).to_be_visible()
    expect(page.locator(".answers-table tbody tr")).to_have_count(page.locator("input[name=cameras]").count() + 1)
    assert page.locator("select").count() <= 30
    assert page.evaluate("document.documentElement.scrollHeight") < 3500
    page.locator(".answers-table tbody tr").nth(3).get_by_role("button", name=re.compile("^Изменить ответы")).click()
    expect(page.locator(".answers-table tbody tr").nth(3).locator("select")).to_have_count(4)
    assert page.faults == []
    page.context.close()


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("width, scheme", [(360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")])
def test_nothing_serious_in_any_state_of_the_form(browser: Browser, demo: str, width, scheme, language):  # noqa: F811
    page = signed_in(browser, demo, "customer", viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.context.set_extra_http_headers({"Accept-Language": language})
    page.goto(f"{demo}{FORM}?camera={camera_of(page, demo, 'Двор').split('/')[2]}")
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    nothing_serious(page)
    for box in page.locator("input[name=cameras]").all():
        box.check()
    expect(page.locator(".answers-table")).to_be_visible()
    page.locator("#id_name").fill("")
    page.locator("#id_text").fill("")
    page.locator("#id_phone").fill("12")
    page.locator(".form-end button").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    nothing_serious(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("localStorage.clear()")
    page.context.close()


def fill(page: Page, demo: str, words: str) -> None:
    page.goto(f"{demo}{FORM}")
    page.get_by_label("Тема обращения").select_option(label="Другое")
    page.get_by_label("Текст обращения").fill(words)


def send(page: Page) -> None:
    page.locator(".form-end").get_by_role("button", name="Отправить").click()
