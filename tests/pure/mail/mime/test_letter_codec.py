"""A letter between the child that read it and us: it comes back as it was, and nothing but a letter comes back."""

import json
import struct
from typing import Any

import pytest

from camdesk.channels.mail.mime.letter_codec import from_frame, to_frame
from camdesk.channels.mail.mime.parse import parse
from camdesk.channels.mail.mime.parsed_letter import ParsedLetter
from tests.letters.bounces import BOUNCES
from tests.pure.mail.mime.corpus import encoded, file_part, letter, mixed, part

FILES = mixed(part("Смотрите"), file_part(b"\x00\xff", encoded("Фото.png"), "image/png"), file_part(b"", "b.txt"))
ANSWER = letter(
    "Да\n\n> Точно?",
    ("From", "Анна <anna@example.org>, b@example.org"),
    ("Cc", "ira@example.org"),
    ("Reply-To", "c@example.org"),
    ("References", "<a@x> <b@x>"),
    ("In-Reply-To", "<b@x>"),
    ("Authentication-Results", "mx.ours; dmarc=pass"),
)
RETURNED = next(kept.raw for kept in BOUNCES if kept.recipient and kept.ours)
DAMAGED = letter("x", ("To", ", ".join(f"a{number}@x.org" for number in range(300))))
LETTERS = {
    "files": FILES,
    "an answer": ANSWER,
    "a bounce": RETURNED,
    "HTML": letter("<p>x</p>", kind="text/html"),
    "damaged": DAMAGED,
}


def head_of(frame: bytes) -> tuple[dict[str, Any], bytes]:
    (length,) = struct.unpack_from("!I", frame)
    return json.loads(frame[4 : 4 + length]), frame[4 + length :]


def frame_of(head: Any, files: bytes = b"") -> bytes:
    told = json.dumps(head).encode()
    return struct.pack("!I", len(told)) + told + files


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_comes_back_as_it_was(name: str) -> None:
    read = parse(LETTERS[name])
    assert from_frame(to_frame(read)) == read


def test_what_is_tried_here_fills_every_field() -> None:
    """Else a field that the codec forgets would come back blank, and equal."""
    blank, letters = parse(b""), [parse(raw) for raw in LETTERS.values()]
    names = ParsedLetter.__slots__
    assert [name for name in names if all(getattr(one, name) == getattr(blank, name) for one in letters)] == []


SOUND = frame_of(*head_of(to_frame(parse(FILES))))
CUT = {
    "nothing": b"",
    "no letter": frame_of({}),
    "null": frame_of(None),
    "a list": frame_of([]),
    "no JSON": struct.pack("!I", 4) + b"{'a'",
    "no text": struct.pack("!I", 2) + b"\xff\xff",
    "nested beyond reason": struct.pack("!I", 400_000) + b"[" * 200_000 + b"]" * 200_000,
    "cut within a file": SOUND[:-1],
    "more than was said": SOUND + b"x",
    "a head longer than all of it": struct.pack("!I", 1 << 30) + SOUND[4:],
}


@pytest.mark.parametrize("name", CUT)
def test_what_is_no_frame_is_refused(name: str) -> None:
    assert from_frame(SOUND)
    with pytest.raises(ValueError):
        from_frame(CUT[name])


# JSON's kind of a field → what it is not.
WRONG: dict[type, tuple[Any, ...]] = {
    str: (7, True, ["x"], {}),
    bool: (None, 0, 1, "true", []),
    int: (None, True, -1, 1.5, "1"),
    list: (None, 7, "x", {}, [7], [None], [["x"]], [{"name": 7, "address": "a"}]),
    dict: (7, "x", [], {}, {"name": "x"}),
}


@pytest.mark.parametrize("field", ParsedLetter.__slots__)
def test_a_field_of_another_kind_is_refused(field: str) -> None:
    head, files = head_of(to_frame(parse(RETURNED if field == "bounce" else ANSWER)))
    for value in WRONG[type(head[field])]:
        with pytest.raises(ValueError):
            from_frame(frame_of(head | {field: value}, files))
    with pytest.raises(ValueError):
        from_frame(frame_of({name: one for name, one in head.items() if name != field}, files))


FILE = [{"size": -1}, {"size": 1 << 40}, {"size": "1"}, {"size": True}, {"name": 7}, {"inline": 1}, {"cid": None}]


@pytest.mark.parametrize(
    "change",
    [{"size": -1}, {"size": 1 << 40}, {"size": "1"}, {"size": True}, {"name": 7}, {"inline": 1}, {"cid": None}],
)
def test_a_file_of_another_kind_is_refused(change: dict[str, Any]) -> None:
    head, files = head_of(to_frame(parse(FILES)))
    head["attachments"][0] |= change
    with pytest.raises(ValueError):
        from_frame(frame_of(head, files))
