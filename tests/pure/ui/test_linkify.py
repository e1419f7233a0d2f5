"""What a person typed becomes HTML that does nothing but read well."""

import pytest

from camdesk.ui.linkify import linkify

REL = 'target="_blank" rel="nofollow ugc noopener noreferrer"'


@pytest.mark.parametrize(
    "typed, html",
    [
        pytest.param("a\nb\r\nc", "a<br>\nb<br>\nc", id="lines stay lines"),
        pytest.param("<b onclick=x>", "&lt;b onclick=x&gt;", id="markup is text"),
        pytest.param(
            "см. https://e.org/a?x=1&y=2.",
            f'см. <a href="https://e.org/a?x=1&amp;y=2" {REL}>https://e.org/a?x=1&amp;y=2</a>.',
            id="the full stop is not part of the address",
        ),
        pytest.param("(http://e.org)", f'(<a href="http://e.org" {REL}>http://e.org</a>)', id="nor is the bracket"),
        pytest.param(
            "http://e.org/a_(b)",
            f'<a href="http://e.org/a_(b)" {REL}>http://e.org/a_(b)</a>',
            id="unless it was opened",
        ),
        pytest.param("anna@e.org", '<a href="mailto:anna@e.org">anna@e.org</a>', id="a mail address"),
        pytest.param("javascript:alert(1)", "javascript:alert(1)", id="other schemes are not links"),
        pytest.param(
            'http://e.org/"onmouseover="x',
            f'<a href="http://e.org/" {REL}>http://e.org/</a>&#34;onmouseover=&#34;x',
            id="a quote ends the address",
        ),
        pytest.param(
            "(см. http://e.org/a_(b))",
            f'(см. <a href="http://e.org/a_(b)" {REL}>http://e.org/a_(b)</a>)',
            id="of two brackets the one that was opened",
        ),
        pytest.param(
            "-.anna@e.org!", '-.<a href="mailto:anna@e.org">anna@e.org</a>!', id="marks before a mail address"
        ),
        pytest.param("http://" + "e" * 1994, "http://" + "e" * 1994, id="an address that is too long"),
        pytest.param(
            "http://" + "e" * 1993, f'<a href="http://{"e" * 1993}" {REL}>http://{"e" * 1993}</a>', id="the longest"
        ),
    ],
)
def test_linkify(typed: str, html: str) -> None:
    assert str(linkify(typed)) == html


def test_of_very_many_addresses_the_last_are_shown_as_they_were_typed() -> None:
    html = str(linkify("a@e.org " * 501 + "<"))
    assert html.count("<a href=") == 500
    assert html.endswith("</a> a@e.org &lt;")
