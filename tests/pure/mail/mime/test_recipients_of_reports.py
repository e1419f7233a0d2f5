"""Whom a report names, however it spells them."""

import pytest

from camdesk.channels.mail.mime.delivery_reports import from_report

NAMED = [
    ("Final-Recipient: rfc822; anna@example.org", "anna@example.org"),
    ("Final-Recipient: rfc822;<anna@example.org>", "anna@example.org"),
    ("Final-Recipient: anna@example.org", "anna@example.org"),
    ("Final-Recipient: anna@example.org; mailbox unknown", "anna@example.org"),
    ("Final-Recipient: rfc822; anna+40example.org", "anna@example.org"),
    ("Original-Recipient: rfc822; anna@example.org\nFinal-Recipient: rfc822; box7@inner.example", "anna@example.org"),
    ("Final-Recipient: rfc822; box7@inner.example\nX-Actual-Recipient: rfc822; anna@example.org", "box7@inner.example"),
    ("Final-Recipient: rfc822; nobody here", ""),
]


@pytest.mark.parametrize(("lines", "recipient"), NAMED)
def test_whom_a_report_names(lines: str, recipient: str) -> None:
    told = from_report(f"Reporting-MTA: dns; mx.example.net\n\n{lines}\nAction: failed\nStatus: 5.1.1\n")
    assert told.bounce is not None
    assert told.bounce.recipient == recipient
