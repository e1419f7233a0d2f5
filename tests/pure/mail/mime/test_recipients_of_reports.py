"""Whom a report names, however it spells them."""

import pytest

from camdesk.channels.mail.mime.delivery_reports import from_report
from camdesk.channels.mail.mime.parse import parse

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


def test_what_a_report_says_is_kept_as_a_file_too() -> None:
    """It is data that we read; whoever looks into the letter wants to see what we read."""
    status = "Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; anna@example.org\r\nAction: failed"
    disposition = "Final-Recipient: rfc822; anna@example.org\r\nDisposition: manual-action/MDN-sent; displayed"
    parts = {"message/delivery-status": status, "message/disposition-notification": disposition}
    for kind, words in parts.items():
        head = "From: MAILER-DAEMON@mx.example.net\r\nContent-Type: multipart/report; boundary=edge\r\n\r\n"
        body = f"--edge\r\n\r\nIt did not arrive.\r\n--edge\r\nContent-Type: {kind}\r\n\r\n{words}\r\n--edge--\r\n"
        [file] = parse((head + body).encode()).attachments
        assert (file.name.endswith(".txt"), words.encode() in file.content) == (True, True), kind
