"""No address that lets in gets into the log: every route says of each of its words whether it is a secret, by its name
and its type, and the filter of the log knows all that are."""

import re

import pytest

from camdesk.lib.log_redaction import redacted
from tests.routes import routes

TOKEN = "AbCd-1234:efGh_5678"
FORMS = {"int": "42", "slug": "some-word"}
"""Types that can hold no secret: numbers of rows and words of the playbook."""
PLAIN = {
    "files/<str:attachment_id>": "who asks is asked whether they may",
    "files/<str:attachment_id>/preview": "as above",
    "files/<str:attachment_id>/tile": "as above",
    "api/v1/attachments/<attachment_id>": "as above",
    "api/v1/persons/<external_id>/invitation": "the number a platform knows somebody by; it opens nothing",
    "api/v1/cameras/<path:external_id>/health": "the number a platform knows a camera by; it opens nothing",
}
OPEN = {"uidb36": "3f", "rest": "events/call"}
"""Words that tell nothing by themselves: whose password, which kind of news."""
_WORD = re.compile(r"<(?:(\w+):)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


def secret_words(route: str) -> list[str]:
    typed = [name for kind, name in _WORD.findall(_GROUP.sub("", route)) if kind not in FORMS and name not in OPEN]
    return typed + [name for name in _GROUP.findall(route) if name not in OPEN]


def filled(route: str) -> str:
    """An address of the route, with a token in the place of every secret word."""
    path = _GROUP.sub(lambda found: OPEN.get(found[1], TOKEN), route)
    path = _WORD.sub(lambda found: OPEN.get(found[2]) or FORMS.get(found[1], TOKEN), path)
    return "/" + path.replace("^", "").replace("$", "")


ALL = sorted({route for route, _view in routes()})
SECRET = [route for route in ALL if secret_words(route) and route not in PLAIN]


def test_there_are_such_routes() -> None:
    assert len(ALL) > 100
    assert {"claims/<str:token>/", "invitations/<str:token>/"} <= set(SECRET)
    assert any("password/reset/key" in route for route in SECRET)
    assert set(PLAIN) <= set(ALL), "an exception outlives its route"


@pytest.mark.parametrize("route", SECRET)
def test_the_log_leaves_it_out(route: str) -> None:
    path = filled(route)
    assert TOKEN in path
    for line in (f"Not Found: {path}", f"GET {path} 200 12 B 3.0 ms", f"http://127.0.0.1:8000{path}?{TOKEN}=1"):
        assert "AbCd" not in redacted(line).replace(f"?{TOKEN}", ""), redacted(line)


@pytest.mark.parametrize("query", ["token", "ticket", "q", "next"])
def test_no_value_of_a_query_is_written(query: str) -> None:
    assert TOKEN not in redacted(f"GET /live?{query}={TOKEN}")
