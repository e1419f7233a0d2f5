"""An article as a page shows it: links lead somewhere, drawings are ours, and no text brings anything along."""

import re
from pathlib import Path

import pytest

from camdesk.playbook.loading import load
from camdesk.ui import drawings
from camdesk.ui.markdown import to_html

ROOT = Path(__file__).parents[3]


def test_a_link_to_an_article_leads_to_its_page() -> None:
    assert to_html("[так](article:wifi-setup)") == '<p><a href="/help/wifi-setup/">так</a></p>\n'
    assert "/help/" not in to_html("[так](article:../../desk)")
    assert 'href="https://example.org"' in to_html("[так](https://example.org)")


def test_no_article_of_ours_has_a_link_that_leads_nowhere() -> None:
    playbook = load(ROOT / "playbook").playbook
    assert playbook is not None
    for article in playbook.articles.values():
        for body in (article.body.ru, article.body.en):
            shown = to_html(body)
            assert not re.search(r'(?:href|src)="(?:article|picture):', shown), article.id
            assert shown.count("<svg ") == body.count("](picture:"), article.id


def test_a_drawing_is_read_out_by_its_words_and_they_stay_words() -> None:
    shown = to_html('![Кнопка <b>"сброса"</b>](picture:reset-button)')
    assert 'role="img" aria-label="Кнопка &lt;b&gt;&#34;сброса&#34;&lt;/b&gt;"' in shown
    assert "<b>" not in shown
    assert shown.count("<svg ") == 1


@pytest.mark.parametrize(
    "source", ["https://evil.example/x.png", "picture:none", "picture:../icons", "data:image/png;base64,AA"]
)
def test_of_any_other_picture_only_the_words_are_shown(source: str) -> None:
    shown = to_html(f"![слова]({source})")
    assert "слова" in shown
    assert not re.search(r"<img|<svg|src=", shown)


@pytest.mark.parametrize("name", sorted(drawings.names()))
def test_a_drawing_has_no_words_no_scripts_and_the_colour_of_the_text(name: str) -> None:
    drawn = drawings.drawing(name, "слова")
    assert drawn is not None
    assert set(re.findall(r"<([a-zA-Z]+)", drawn)) <= {"svg", "g", "rect", "circle", "path"}
    assert 'stroke="currentColor"' in drawn
    assert not re.search(r"\b(?:on\w+|style|href|id|class)=|#000|#fff", drawn)


def test_what_is_longer_than_any_article_is_shown_as_it_was_typed() -> None:
    assert to_html("*a*\n" + "<" * 19_996) == "<p><em>a</em>\n" + "&lt;" * 19_996 + "</p>\n"
    assert to_html("*a*\n" + "<" * 19_997) == "<p>*a*<br>\n" + "&lt;" * 19_997 + "</p>"
