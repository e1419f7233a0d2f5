"""How a page is looked at: in which language, by day or night, on a phone or a desk; and what is wrong with it.

Three dimensions of two values each. A page is looked at twice, in looks that are each other's opposite, so that it has
been in every value of every dimension; over any four pages in a row every combination comes.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page

from camdesk.people.models import Person

PHONE, DESK = 390, 1440
_HEIGHTS = {PHONE: 844, DESK: 900}
# Of what axe calls good practice only these can be serious; the others cost a third of the time.
_PRACTICE = ("accesskeys", "aria-dialog-name", "aria-text", "aria-treeitem-name", "label-title-only", "tabindex")
_RUN = """([within, practice]) => axe.run(within ?? document, {resultTypes: ['violations'], iframes: false,
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    rules: Object.fromEntries(practice.map((name) => [name, {enabled: true}]))}).then(({violations}) => violations
  .filter((one) => one.impact === 'serious' || one.impact === 'critical')
  .map(({id, nodes}) => `${id}: ${nodes.slice(0, 3).map(({target, html}) => `${target} ${html.slice(0, 120)}`)}`))"""
_OPEN = "() => document.querySelectorAll('details').forEach((one) => { one.open = true })"
_DIALOGS = "() => [...document.querySelectorAll('dialog[id]')].map((one) => one.id)"
_WIDER = "(width) => document.documentElement.scrollWidth > width ? document.documentElement.scrollWidth : 0"


@dataclass(frozen=True)
class Look:
    scheme: str
    language: str
    width: int

    def __str__(self) -> str:
        return f"{self.scheme} {self.language} {self.width}"

    @property
    def opposite(self) -> "Look":
        return Look(
            "dark" if self.scheme == "light" else "light",
            "en" if self.language == "ru" else "ru",
            DESK if self.width == PHONE else PHONE,
        )


_FIRST = (Look("light", "ru", PHONE), Look("dark", "ru", PHONE), Look("light", "ru", DESK), Look("dark", "ru", DESK))


def looks_of(number: int) -> tuple[Look, Look]:
    """The two looks at the page that is `number`-th in its row."""
    first = _FIRST[number % len(_FIRST)]
    return first, first.opposite


def serious(page: Page, width: int) -> list[str]:
    """What axe finds serious or critical on the page as it stands, and whether it is wider than the screen."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_axe())
    wider = page.evaluate(_WIDER, width)
    return page.evaluate(_RUN, [None, _PRACTICE]) + ([f"{wider} px wide"] if wider else [])


def serious_unfolded(page: Page, width: int, seen: set[str]) -> list[str]:
    """The same of the page with every fold and menu open, and of each of its dialogs that is not among the `seen`."""
    page.evaluate(_OPEN)
    found = serious(page, width)
    for dialog in set(page.evaluate(_DIALOGS)) - seen:
        seen.add(dialog)
        page.evaluate("(id) => document.getElementById(id).showModal()", dialog)
        found += [f"#{dialog}: {fault}" for fault in page.evaluate(_RUN, [f"#{dialog}", _PRACTICE])]
        page.evaluate("(id) => document.getElementById(id).close()", dialog)
    return found


@lru_cache(maxsize=1)
def _axe() -> str:
    return Axe().axe_script


@contextmanager
def visitors(browser: Browser, address: str, client_of: Callable[..., Any]) -> Iterator[Callable[..., Page]]:
    """visit(path, who, look) → Page: a browser for each person and language, however many pages they look at."""
    pages: dict[tuple[int | None, str], Page] = {}

    def visit(path: str, who: Person | None, look: Look) -> Page:
        key = who.pk if who else None, look.language
        if key not in pages:
            pages[key] = _context(browser, address, client_of, who, look.language).new_page()
        page = pages[key]
        page.set_default_timeout(10_000)
        page.set_default_navigation_timeout(30_000)
        page.set_viewport_size({"width": look.width, "height": _HEIGHTS[look.width]})
        page.emulate_media(color_scheme=look.scheme)  # type: ignore[arg-type]
        page.goto(f"{address}{path}")
        return page

    try:
        yield visit
    finally:
        for page in pages.values():
            page.context.close()


def _context(browser: Browser, address: str, client_of: Callable[..., Any], who: Person | None, language: str) -> Any:
    # What slides and fades is not looked at half-way.
    context = browser.new_context(locale="ru", reduced_motion="reduce")
    cookies = {settings.LANGUAGE_COOKIE_NAME: language}
    if who is not None:
        cookies[settings.SESSION_COOKIE_NAME] = client_of(who).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context


def found_on(seen: Iterable[tuple[str, Look, list[str]]]) -> str:
    """What is wrong, a line for each: the page, the look, the fault; "" where nothing is."""
    return "\n".join(f"{name} ({look}): {fault}" for name, look, faults in seen for fault in faults)
