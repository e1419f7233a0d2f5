"""What a mailbox's server answers: taken as it means it, and refused where it refuses."""

import imaplib
from types import SimpleNamespace

import pytest

from camdesk.channels.mail.incoming import imap


class Box:
    """Answers each command with the next of what is given."""

    def __init__(self, *answers: tuple[str, list[object]]) -> None:
        self.answers, self.asked = list(answers), []
        self.client = SimpleNamespace(uid=self.uid)

    def uid(self, *words: object) -> tuple[str, list[object]]:
        self.asked.append(words)
        return self.answers.pop(0)


@pytest.mark.parametrize(
    "answer, found",
    [
        ([b"5 7 6"], [5, 6, 7]),
        ([b"3"], []),  # `5:*` names the last letter, which is older
        ([b"4 5"], [5]),
        ([b""], []),
        ([None], []),
        ([b"5", b"9"], [5, 9]),
    ],
)
def test_the_numbers_of_letters(answer, found):
    assert imap._search(Box(("OK", answer)), 5, "*") == found


@pytest.mark.parametrize("ask", [lambda box: imap._search(box, 1, "*"), lambda box: imap._whole(box, [1])])
def test_what_the_server_refuses_is_not_taken_for_nothing(ask):
    with pytest.raises(imaplib.IMAP4.error):
        ask(Box(("NO", [b""])))


def test_sizes_and_letters_by_their_numbers():
    sizes = ("OK", [b"1 (UID 5 RFC822.SIZE 10)", (b"2 (UID 6 RFC822.SIZE 20", b""), b"3 (UID 7)", None])
    assert imap._sizes(Box(sizes), [5, 6, 7]) == {5: 10, 6: 20}
    whole = (
        "OK",
        [(b"1 (UID 5 BODY[] {1}", b"a"), b")", (b"2 (BODY[] {1}", b"b"), b" UID 6)", (b"3 (UID 9 BODY[] {1}", b"c")],
    )
    assert imap._whole(Box(whole), [5, 6, 7]) == {5: b"a", 6: b"b"}


@pytest.mark.parametrize(
    "uids, sizes, group",
    [
        ([1, 2, 3], {1: 4, 2: 6, 3: 1}, [1, 2]),  # ten at once
        ([1, 2], {1: 11, 2: 1}, [1]),
        ([1, 2, 3], {1: 1, 3: 1}, [1]),
        ([1, 2], {2: 1}, [1, 2]),
        ([], {}, []),
    ],
)
def test_as_many_as_are_asked_for_at_once(monkeypatch, uids, sizes, group):
    monkeypatch.setattr(imap, "_BYTES_AT_ONCE", 10)
    assert imap._group(uids, sizes) == group


def test_in_wide_gaps_the_steps_grow(monkeypatch):
    monkeypatch.setattr(imap, "_NUMBERS_AT_ONCE", 10)
    monkeypatch.setattr(imap, "_MOST_NUMBERS", 40)
    box = Box(("OK", [b""]), ("OK", [b"12 13"]), ("OK", [b"60"]), ("OK", [b"99"]))
    assert list(imap._uids_after(box, 0, 100)) == [[12, 13], [60], [99]]
    assert [words[-1] for words in box.asked] == ["UID 1:10", "UID 11:50", "UID 51:90", "UID 91:*"]
