"""A form's body read in one pass says what Django's parser says of it, or is left to that one."""

from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from camdesk.lib import multipart
from camdesk.lib.form_bodies import parts_of
from camdesk.lib.multipart import StoreHandler

BOUNDARY = b"edge"


def body_of(*pieces: bytes, end: bytes = b"--edge--\r\n") -> bytes:
    return b"".join(b"--edge\r\n" + piece + b"\r\n" for piece in pieces) + end


def read(body: bytes) -> Any:
    meta = {"CONTENT_TYPE": "multipart/form-data; boundary=edge", "CONTENT_LENGTH": str(len(body))}
    parser: Any = MultiPartParser(meta, BytesIO(body), [StoreHandler()], "utf-8")  # type: ignore[arg-type]  # bytes
    try:
        fields, came = parser.parse()
    except (MultiPartParserError, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent) as error:
        return type(error)
    files = []
    for name, found in came.lists():
        for file in found:
            files.append((name, file.name, file.size, file.failure, file.incoming and file.incoming.head))
            file.close()
    return list(fields.lists()), files


def both(body: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    ours = read(body)
    with monkeypatch.context() as patched:
        patched.setattr(multipart, "parts_of", lambda *_: None)
        return ours, read(body)


name = st.text(st.sampled_from("aя \";\\%&='<:\u202e/."), min_size=1, max_size=8)
data = st.lists(st.sampled_from([b"x", b"\r\n", b"--edge", b"--", b"\xff", b"\r\n--edge", b"\0", "я".encode()])).map(
    b"".join
)
kind = st.sampled_from(["", "\r\nContent-Type: text/plain; charset=utf-8", "\r\nContent-Transfer-Encoding: base64"])


@st.composite
def pieces(draw: Any) -> bytes:
    head = f'Content-Disposition: form-data; name="{draw(name)}"'
    if draw(st.booleans()):
        head += f'; filename="{draw(st.one_of(st.just(""), name))}"'
    return (head + draw(kind)).encode() + b"\r\n\r\n" + draw(data)


@given(body=st.lists(pieces(), max_size=5).map(lambda found: body_of(*found)), cut=st.sampled_from([0, 0, 0, 1, 5, 30]))
@hypothesis(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
def test_says_what_django_says(data_folder, monkeypatch, body: bytes, cut: int) -> None:
    ours, djangos = both(body[: len(body) - cut], monkeypatch)
    assert ours == djangos


FIELD = b'Content-Disposition: form-data; name="a"\r\n\r\n1'
NOT_READ_HERE = {
    "breaks off": body_of(FIELD)[:-3],
    "the boundary within a line": body_of(FIELD + b"--edge"),
    "something before it": b"preface\r\n" + body_of(FIELD),
    "another boundary": body_of(FIELD).replace(b"edge", b"other"),
    "a longer boundary": body_of(FIELD).replace(b"edge\r\n", b"edges\r\n", 1),
    "base64": body_of(b"Content-Transfer-Encoding: base64\r\n" + FIELD),
    "no name": body_of(b"Content-Disposition: form-data\r\n\r\n1"),
    "two names": body_of(b'Content-Disposition: form-data; name="b"\r\n' + FIELD),
    "an escaped name": body_of(FIELD.replace(b'"a"', b'"a%22"')),
    "a name of RFC 2231": body_of(FIELD.replace(b'"a"', b"\"a\"; filename*=UTF-8''x")),
    "a path": body_of(FIELD.replace(b'"a"', b'"a"; filename="a/b"')),
    "a folded line": body_of(FIELD.replace(b"; name", b";\r\n name")),
    "not UTF-8": body_of(FIELD.replace(b"a", b"\xff")),
    "a long head": body_of(b"Content-Type: " + b"x" * 2000 + b"\r\n" + FIELD),
    "no head": body_of(b"1"),
    "nothing": b"",
}


@pytest.mark.parametrize("body", NOT_READ_HERE.values(), ids=NOT_READ_HERE)
def test_is_left_to_django(body: bytes) -> None:
    assert parts_of(body, BOUNDARY) is None


@pytest.mark.parametrize("many", ["fields", "files", "bytes"])
def test_too_much_is_refused_as_django_refuses_it(data_folder, monkeypatch, settings, many: str) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS, settings.DATA_UPLOAD_MAX_NUMBER_FILES = 5, 3
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    file = FIELD.replace(b'"a"', b'"a"; filename="f"')
    body = {
        "fields": body_of(*[FIELD] * 9),
        "files": body_of(*[file] * 4),
        "bytes": body_of(FIELD + b"1" * 1000),
    }[many]
    ours, djangos = both(body, monkeypatch)
    assert ours == djangos
    assert isinstance(ours, type)
