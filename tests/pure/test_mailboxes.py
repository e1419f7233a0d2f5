"""Spellings of one mailbox count as one."""

import pytest

from camdesk.lib.mailboxes import mailbox_of


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Victim@Example.ORG", "victim@example.org"),
        (" victim@example.org ", "victim@example.org"),
        ("victim+1@example.org", "victim@example.org"),
        ("victim+a+b@example.org", "victim@example.org"),
        ("victim@example.org.", "victim@example.org"),
        ("v.i.c.tim+x@googlemail.com", "victim@gmail.com"),
        ("v.ictim@example.org", "v.ictim@example.org"),
        ("ivan-petrov@ya.ru", "ivan.petrov@yandex.ru"),
        ("ivan.petrov@yandex.com", "ivan.petrov@yandex.ru"),
        ("жертва@почта.рф", "жертва@xn--80a1acny.xn--p1ai"),
        ("victim@xn--80a1acny.xn--p1ai", "victim@xn--80a1acny.xn--p1ai"),
        ("victim@ПОЧТА.рф", "victim@xn--80a1acny.xn--p1ai"),
        ("+@example.org", "+@example.org"),
        (".@gmail.com", ".@gmail.com"),
        ("a@b@example.org", "a@b@example.org"),
        ("x@" + "a" * 300, ("x@" + "a" * 300)[:254]),
        ("nobody", ""),
        ("@example.org", ""),
        ("nobody@", ""),
        ("", ""),
    ],
)
def test_one_spelling(address, mailbox):
    assert mailbox_of(address) == mailbox
