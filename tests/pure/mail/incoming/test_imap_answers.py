"""What a mailbox's server answers: taken as it means it, and refused where it refuses."""

import imaplib
from types import SimpleNamespace

import pytest

from camdesk.channels.mail.incoming import imap, unfetched
from camdesk.channels.mail.incoming.imap_account import Account, read_url
from camdesk.channels.mail.mime.parse import parse


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


ACCOUNTS = {
    "imaps://u%40x:p%3A@mx.example": Account("mx.example", 993, "u@x", "p:", "INBOX", "tls"),
    "imap://u@mx.example/A%2FB/": Account("mx.example", 143, "u", "", "A/B", ""),
    "imap://u@mx.example?tls=1": Account("mx.example", 143, "u", "", "INBOX", "starttls"),
    "imap://u@mx.example?tls=no": Account("mx.example", 143, "u", "", "INBOX", ""),
    "imaps://u@mx.example:1993/?tls=1": Account("mx.example", 1993, "u", "", "INBOX", "tls"),
}


@pytest.mark.parametrize("url", ACCOUNTS)
def test_where_a_mailbox_is(url):
    assert read_url(url) == ACCOUNTS[url]


@pytest.mark.parametrize("url", ["", "mx.example", "http://u@mx.example", "imaps://u@", "imaps://mx.example"])
def test_an_address_of_no_mailbox_is_said_so(url):
    with pytest.raises(ValueError, match="imaps://user:password@host/folder"):
        read_url(url)


def test_the_line_that_breaks_at_one_letter_is_counted():
    stumbles = imap._Stumbles()

    def breaks(uid, error=OSError):
        with pytest.raises(error), stumbles.counted("a", uid):
            raise error

    breaks(5)
    breaks(5)
    assert (stumbles.times("a", 5), stumbles.times("a", 6), stumbles.times("b", 5)) == (2, 0, 0)
    breaks(6)
    breaks(6, ValueError)
    assert (stumbles.times("a", 5), stumbles.times("a", 6)) == (0, 1), "of another letter it is the first time"
    with stumbles.counted("a", 6):
        pass
    assert stumbles.times("a", 6) == 0


def said(uid, content):
    return (b"1 (UID %d BODY[] {1}" % uid, content)


ASKED = {
    "all whole": ({5: 1, 6: 2}, 0, [("OK", [said(5, b"a"), said(6, b"b")])], [b"a", b"b"], [5, 6]),
    "one left out of a long answer": (
        {5: 1, 6: 2}, 0, [("OK", [said(5, b"a")]), ("OK", [said(6, b"b")])], [b"a", b"b"], [5, 6]
    ),
    "one that was removed": ({5: 1}, 0, [("OK", [None]), ("OK", [b""])], [], []),
    "one that is too large": (
        {5: imap.LARGEST + 1}, 0, [("OK", [b"5"]), ("OK", [said(5, b"Subject: s\r\n\r\n")])], ["слишком велико"], []
    ),
    "one as large as may be": ({5: imap.LARGEST}, 0, [("OK", [said(5, b"a")])], [b"a"], [5]),
    "one that breaks the line each time": (
        {5: 1}, imap._TRIES, [("OK", [b"5"]), ("OK", [said(5, b"Subject: s\r\n\r\n")])], ["не удалось получить"], []
    ),
    "one that broke it once less": ({5: 1}, imap._TRIES - 1, [("OK", [said(5, b"a")])], [b"a"], [5]),
    "one whose head breaks it too": ({5: 1}, 2 * imap._TRIES, [("OK", [b"5"])], ["UID 5."], []),
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_what_is_brought_of_a_mailbox(name):
    sizes, failed, answers, letters, whole = ASKED[name]
    box = Box(*answers)
    found, came = imap._asked(box, ACCOUNTS["imaps://u%40x:p%3A@mx.example"], sizes, failed=failed)
    assert (came, box.answers) == (whole, [])
    for letter, wanted in zip(found, letters, strict=True):
        assert letter == wanted if isinstance(wanted, bytes) else wanted in letter.decode()


STAYS = "\nОно осталось в почтовом ящике непрочитанным."
NOTICES = {
    "too large": (b"Subject: s\r\nContent-Type: x/y\r\nMIME-Version: 1.0\r\n\r\n", 2_000_001, True,
                  "Это письмо слишком велико (3 МБ) и целиком не принято." + STAYS),
    "not to be had": (b"Subject: s", 1, False,
                      "Это письмо не удалось получить из почтового ящика." + STAYS),
    "without its head": (b"", 1, False, "Это письмо не удалось получить из почтового ящика." + STAYS + " UID 7."),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTICES)
def test_what_stands_in_the_place_of_a_letter_that_stays(name):
    head, size, too_large, words = NOTICES[name]
    made = unfetched.notice(head, size=size, uid=7, too_large=too_large)
    letter = parse(made)
    assert (letter.subject, letter.text) == ("s" if head else "", words)
    assert made.lower().count(b"mime-version") == 1 + head.lower().count(b"mime-version")
    assert made == unfetched.notice(head, size=size, uid=7, too_large=too_large)
