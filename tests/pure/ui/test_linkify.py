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
    ],
)
def test_linkify(typed: str, html: str) -> None:
    assert str(linkify(typed)) == html
