"""Letters that no person wrote: automatic answers, lists, bounces. And people's letters that only look so."""

import pytest

from camdesk.channels.mail.mime.delivery_reports import Bounce
from camdesk.channels.mail.mime.parse import parse
from tests.pure.mail.mime.corpus import encoded, letter, mixed, part

AUTOMATIC: dict[str, list[tuple[str, str]]] = {
    "says that a machine answered": [("Auto-Submitted", "auto-replied")],
    "says that a machine wrote it, with a comment": [("Auto-Submitted", "auto-generated (cron)")],
    "bulk": [("Precedence", "bulk")],
    "junk": [("Precedence", "Junk")],
    "the null sender": [("Return-Path", "<>")],
    "the mail daemon": [("From", "Mail Delivery System <MAILER-DAEMON@example.org>")],
    "an address nobody reads": [("From", "no-reply@example.org")],
    "another spelling of it": [("From", "noreply+1042@example.org")],
    "a service's address nobody reads": [("From", "billing-noreply@example.org")],
    "old autoresponders": [("X-Autoreply", "yes")],
    "other old autoresponders": [("X-Autorespond", "1")],
    "cPanel's": [("X-Autorespond-Something", "1"), ("X-Autoresponder", "x")],
    "a Russian absence notice": [("Subject", encoded("Автоответ: меня нет на месте"))],
    "Outlook's Russian absence notice": [("Subject", encoded("Автоматический ответ: Обращение 1042"))],
    "Outlook's English absence notice": [("Subject", "Automatic reply: Ticket 1042")],
    "out of office": [("Subject", "Out of Office: Ticket 1042")],
    "out of the office auto reply": [("Subject", "Out of Office AutoReply: Ticket 1042")],
    "vacation": [("Subject", "Vacation reply")],
    "precedence of gateways": [("X-Precedence", "bulk")],
    "a preference of old programs": [("Preference", "auto-reply")],
    "delivered to an autoresponder": [("Delivered-To", "Autoresponder ivan@example.org")],
    "a class of an autoresponder": [("X-Post-MessageClass", "9; Autoresponder")],
}
BY_PEOPLE: dict[str, list[tuple[str, str]]] = {
    "an ordinary letter": [],
    "says that no machine wrote it": [("Auto-Submitted", "no")],
    "Outlook asks not to be answered automatically": [("X-Auto-Response-Suppress", "All")],
    "a forward of an absence notice": [("Subject", encoded("Fwd: Автоответ: меня нет"))],
    "writes about the autoresponder of a phone": [("Subject", encoded("Автоответчик не работает"))],
    "writes about holidays": [("Subject", encoded("Я в отпуске, а камера не работает"))],
    "writes that a camera is out of the office": [("Subject", "Out of office camera is dark")],
    "is called Noreen": [("From", "noreen@example.org")],
    "is called Bouncer": [("From", "bouncer.ivan@example.org")],
    "precedence of first class": [("Precedence", "first-class")],
    "wrote through a list": [("Precedence", "list"), ("List-Id", "<all.example.org>")],
    "wrote through an old list": [("Precedence", "bulk"), ("List-Post", "<mailto:all@example.org>")],
    "wrote through a CRM": [("Feedback-ID", "1:2:3"), ("List-Unsubscribe", "<https://example.org/u>")],
    "was redirected by a rule": [("X-MS-Exchange-Inbox-Rules-Loop", "info@example.org")],
    "reads the postmaster's mail": [("From", "postmaster@example.org")],
    "filled in a form of a site": [("From", "no-reply@example.net"), ("Reply-To", "Ivan <ivan@example.org>")],
    "is on holiday and wants something": [("Subject", encoded("Я в отпуске: отключите уведомления"))],
    "listens": [("X-List", "1"), ("Subject", "List of cameras")],
    "says that no autoresponder answered": [("X-Autoreply", "No")],
    "asks that none answers": [("X-Autoreply-Ignore", "yes")],
    "prefers nothing": [("Preference", "none"), ("X-Precedence", "first-class")],
}


@pytest.mark.parametrize("name", AUTOMATIC)
def test_a_machine_wrote_it(name: str) -> None:
    assert parse(letter("Hello", *AUTOMATIC[name])).automatic


@pytest.mark.parametrize("name", BY_PEOPLE)
def test_a_person_wrote_it(name: str) -> None:
    read = parse(letter("Hello", *BY_PEOPLE[name]))
    assert not read.automatic
    assert read.bounce is None


def report(*blocks: str, subject: str = "Undelivered Mail Returned to Sender") -> bytes:
    """An RFC 3464 report."""
    return mixed(
        part("Your letter did not arrive."),
        part("Reporting-MTA: dns; mx.example.org\n\n" + "\n\n".join(blocks), "message/delivery-status"),
        part(letter("Наш ответ", ("Subject", "Re: Camera")), "message/rfc822"),
        kind="report; report-type=delivery-status",
        fields=[("From", "MAILER-DAEMON@mx.example.org"), ("Return-Path", "<>"), ("Subject", subject)],
    )


FAILED = (
    "Final-Recipient: rfc822; ivan@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user"
)
DELAYED = "Final-Recipient: rfc822; ivan@example.org\nAction: delayed\nStatus: 4.4.1"
DELIVERED = "Final-Recipient: rfc822; other@example.org\nAction: delivered\nStatus: 2.0.0"

REPORTS = {
    "no such user": ([FAILED], ("ivan@example.org", True)),
    "a full mailbox": ([FAILED.replace("5.1.1", "4.2.2")], ("ivan@example.org", False)),
    "still trying": ([DELAYED], ("ivan@example.org", False)),
    "delivered": ([DELIVERED], None),
    "the second of two": ([DELIVERED, FAILED], ("ivan@example.org", True)),
    "failed beats delayed": ([DELAYED.replace("ivan", "olga"), FAILED], ("ivan@example.org", True)),
    "without the kind of address": ([FAILED.replace("rfc822; ", "")], ("ivan@example.org", True)),
    "in angle brackets": ([FAILED.replace("ivan@example.org", "<ivan@example.org>")], ("ivan@example.org", True)),
    "in capitals": (
        [FAILED.upper().replace("RFC822; IVAN@EXAMPLE.ORG", "RFC822;ivan@EXAMPLE.ORG")],
        ("ivan@example.org", True),
    ),
    "without a status": (["Final-Recipient: rfc822;ivan@example.org\nAction: failed"], ("ivan@example.org", True)),
    "without an action": (["Final-Recipient: rfc822;ivan@example.org\nStatus: 5.0.0"], ("ivan@example.org", True)),
    "a folded line": ([FAILED.replace("rfc822; ", "rfc822;\n ")], ("ivan@example.org", True)),
    "with lines that are no fields": ([FAILED + "\nnonsense\n: nothing"], ("ivan@example.org", True)),
    "an address that is none": ([FAILED.replace("ivan@example.org", "not an address")], ("", True)),
    "empty": ([""], ("", True)),
}


@pytest.mark.parametrize("name", REPORTS)
def test_reports(name: str) -> None:
    blocks, wanted = REPORTS[name]
    read = parse(report(*blocks))
    assert read.automatic
    assert (read.bounce and (read.bounce.recipient, read.bounce.permanent)) == wanted
    assert "Наш ответ" not in read.text
    assert [file.name for file in read.attachments] == ["report.txt", "letter.eml"]


TEXTS: dict[str, tuple[str, str, str, tuple[str, bool]]] = {
    "Postfix without a report": (
        "MAILER-DAEMON@mx.example.org",
        "Undelivered Mail Returned to Sender",
        "This is the mail system at host mx.example.org.\n\n<ivan@example.org>: host mail.example.org[192.0.2.1] "
        "said: 550 5.1.1 <ivan@example.org>: Recipient address rejected (in reply to RCPT TO command)",
        ("ivan@example.org", True),
    ),
    "qmail": (
        "MAILER-DAEMON@example.net",
        "failure notice",
        "Hi. This is the qmail-send program at example.net.\nI'm afraid I wasn't able to deliver your message to the "
        "following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<ivan@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n\nTo: olga@example.org",
        ("ivan@example.org", True),
    ),
    "exim": (
        "Mailer-Daemon@mx.example.org",
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
        "delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
        "  ivan@example.org\n    Unrouteable address",
        ("ivan@example.org", True),
    ),
    "exim that is still trying": (
        "Mailer-Daemon@mx.example.org",
        "Warning: message 1aB2cD-000000-00 delayed 24 hours",
        "This message was created automatically by mail delivery software.\nA message that you sent has not yet been "
        "delivered to one or more of its\nrecipients after more than 24 hours.\n\n  ivan@example.org\n\n"
        "No action is required on your part.",
        ("ivan@example.org", False),
    ),
    "Exchange in Russian": (
        "postmaster@example.org",
        "Недоставленное сообщение: Обращение 1042",
        "Не удалось выполнить доставку следующим получателям или группам:\n\nivan@example.org\nАдрес не найден.\n"
        "Удаленный сервер вернул '550 5.1.10 RESOLVER.ADR.RecipientNotFound'",
        ("ivan@example.org", True),
    ),
    "mail.ru": (
        "mailer-daemon@corp.mail.example",
        "Mail delivery failed",
        "Ваше сообщение не может быть доставлено следующим получателям:\n\n  ivan@example.org\n"
        "почтовый ящик переполнен, временная ошибка 452",
        ("ivan@example.org", False),
    ),
    "Yandex": (
        "mailer-daemon@ya.example",
        "Недоставленное сообщение",
        "Это письмо отправлено почтовым сервером.\nК сожалению, мы вынуждены сообщить Вам о том, что Ваше письмо "
        "не может быть отправлено одному или нескольким адресатам.\n\n<ivan@example.org>: 550 5.7.1 No such user!",
        ("ivan@example.org", True),
    ),
    "one that was tried, and failed for good": (
        "MAILER-DAEMON@mx.example.org",
        "Returned",
        "Your message to ivan@example.org was delayed for four hours, and then: user unknown.",
        ("ivan@example.org", True),
    ),
    "a report that lost its parts on the way": (
        "MAILER-DAEMON@mx.example.org",
        "Returned",
        "Final-Recipient: rfc822; ivan@example.org\nAction: failed\nStatus: 4.2.2\n\nolga@example.org was told",
        ("ivan@example.org", False),
    ),
    "Gmail": (
        "mailer-daemon@googlemail.example",
        "Delivery Status Notification (Failure)",
        "Address not found\n\nYour message wasn't delivered to ivan@example.org because the address couldn't be found.",
        ("ivan@example.org", True),
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_bounces_that_are_no_reports(name: str) -> None:
    sender, subject, text, (recipient, permanent) = TEXTS[name]
    read = parse(letter(text, ("From", sender), ("Subject", encoded(subject)), ("Return-Path", "<>")))
    assert read.bounce is not None
    assert (read.bounce.recipient, read.bounce.permanent) == (recipient, permanent)
    assert read.automatic


def test_exim_names_the_recipient_in_the_headers() -> None:
    read = parse(letter("x", ("X-Failed-Recipients", "ivan@example.org"), ("From", "robot@example.org")))
    assert read.bounce == Bounce("ivan@example.org", permanent=True, given_up=True)


@pytest.mark.parametrize("name", TEXTS)
def test_a_person_who_quotes_a_bounce_is_a_person(name: str) -> None:
    _, subject, text, _ = TEXTS[name]
    read = parse(letter("Мне пришло вот это:\n\n" + text, ("Subject", encoded("Fwd: " + subject))))
    assert read.bounce is None
    assert not read.automatic


def test_an_absence_notice_with_a_null_sender_is_no_bounce() -> None:
    read = parse(letter("Я в отпуске", ("Auto-Submitted", "auto-replied"), ("Return-Path", "<>")))
    assert read.automatic
    assert read.bounce is None


def test_a_receipt_that_a_letter_was_read_is_automatic_and_no_bounce() -> None:
    read = parse(
        mixed(
            part("Ваше письмо прочитано"),
            part("Final-Recipient: rfc822;ivan@example.org\nDisposition: manual-action/MDN-sent-manually; displayed",
                 "message/disposition-notification"),
            kind="report; report-type=disposition-notification",
        )
    )  # fmt: skip
    assert read.automatic
    assert read.bounce is None
