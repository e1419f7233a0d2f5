"""«№ 141» and «+7 916 …» stay in one line, on every page that shows them."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import translation

from camdesk.lib import phones
from camdesk.ui import figures
from tests.pages.everything import addresses, build_everything
from tests.world import BACKEND

pytestmark = pytest.mark.looks

# With a space of any kind that a line may break at: what should hold together says so itself.
HELD = {"nowrap", "canned-text"}  # what does not wrap, and a reply as it will be sent
BREAKS = re.compile(r"(?:№|\bNo\.)[ \t\n]+\d|\+\d{1,3}[ \t\n]\(?\d{2,}[^<]{0,12}")


class Text(HTMLParser):
    """What a person reads of a page, without what stands in an element that does not wrap or in a field."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("input", "img", "br", "hr", "link", "meta", "use", "path"):
            classes = set((dict(attrs).get("class") or "").split())
            self.open.append((tag, bool(classes & HELD)))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(stays or tag in ("script", "style", "title") for tag, stays in self.open):
            self.found += BREAKS.findall(data)


@pytest.mark.parametrize("who", ["ada", "anna"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_page_breaks_a_number(world, now, data_folder, who, language):
    everything = build_everything(world, now)
    client = Client(headers={"Accept-Language": language})
    client.force_login(getattr(world, who).user, backend=BACKEND)
    broken, numbers = {}, 0
    for name, arguments in addresses():
        if name.startswith("gallery"):
            continue  # sample words, for us only
        answer = client.get(everything.address(name, arguments))
        if answer.status_code != 200 or not answer.get("Content-Type", "").startswith("text/html"):
            continue
        html = answer.content.decode()
        numbers += len(re.findall(r"(?:№|No\.)\u00a0\d|\+7\u00a0\d", html))
        text = Text()
        text.feed(html)
        if text.found:
            broken[name] = text.found
    assert broken == {}
    assert numbers > 10, "pages do show such numbers"


def test_how_they_are_written():
    with translation.override("ru"):
        assert figures.reference(1042) == "№\u00a01042"
    with translation.override("en"):
        assert figures.reference(1042) == "No.\u00a01042"
    assert phones.display("+79350000001") == "+7\u00a0935\u00a0000-00-01"
    assert phones.display("Анна Королёва") == "Анна Королёва"
