"""What a Message-ID of ours ends with: where the support has its mailbox, else where its pages are."""

import pytest

from camdesk.tickets import letter_tokens
from camdesk.tickets.models import Ticket
from camdesk.tickets.outbox import new_letter_id


@pytest.mark.parametrize(
    ("mailbox", "pages", "domain"),
    [
        ("help@lens.ru", "https://support.lens.ru", "lens.ru"),
        ("", "https://support.lens.ru:8443", "support.lens.ru"),
        ("", "", "camdesk.invalid"),
    ],
)
def test_the_domain_of_a_letter(settings, mailbox: str, pages: str, domain: str) -> None:
    settings.SUPPORT_EMAIL, settings.PUBLIC_URL = mailbox, pages
    token, _at, where = new_letter_id(Ticket(pk=7)).partition("@")
    assert (letter_tokens.number_of_letter(token), where) == (7, domain)
    first, second = new_letter_id(), new_letter_id()
    assert first != second
    assert len(first.partition("@")[0]) == 36
    assert letter_tokens.number_of_letter(first.partition("@")[0]) is None


def test_a_token_of_one_purpose_or_number_is_none_of_another() -> None:
    reply, letter = letter_tokens.reply_token(7), letter_tokens.letter_token(7)
    assert letter_tokens.number_of_reply(reply.upper()) == 7
    assert letter_tokens.number_of_letter(letter.upper()) == 7
    number, mac = reply.split(".")
    _number, nonce, other = letter.split(".")
    for wrong in ("", letter, f"8.{mac}", f"{number}.{mac[:-1]}", f"{number}.{'a' * 26}", f"07.{mac}"):
        assert letter_tokens.number_of_reply(wrong) is None
    for wrong in (
        "",
        reply,
        f"8.{nonce}.{other}",
        f"7.{'0' * 24}.{other}",
        f"7.{nonce}.{mac}",
        f"7.{nonce}.{other[1:]}",
    ):
        assert letter_tokens.number_of_letter(wrong) is None
