"""A real letter through the mail servers that were just named: out by SMTP, and back in by IMAP. Needs no Django."""

import re
import secrets
import ssl
import time
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime
from typing import Any

from camdesk.channels.mail.incoming.imap_account import LINE_BROKE, Account, mailbox
from camdesk.channels.mail.outgoing.smtp_client import Connection, LetterRefused, NotNow, ServerAway, SmtpServer

ARRIVES_WITHIN = 60.0  # seconds
_LOOK_EVERY = 1.0
_SIGNED = re.compile(rb"^Authentication-Results:\s*([A-Za-z0-9.-]+)", re.IGNORECASE | re.MULTILINE)


class MailFault(Exception):
    """A sentence for the operator: which server, what it said, without a password."""


@dataclass(frozen=True)
class Arrived:
    """`seconds` on its way; `authserv`: the name that the receiving server signs its findings with, "" for none."""

    seconds: float
    authserv: str


def send(server: SmtpServer, *, sender: str, to: str, brand: str) -> str:
    """Sends the test letter; the word by which it is known again. Raises MailFault."""
    word = f"camdesk-setup-{secrets.token_hex(8)}"
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"] = sender, to
    letter["Subject"] = f"{brand}: {word}"
    letter["Date"] = format_datetime(localtime())
    letter["Message-ID"] = f"<{word}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content("camdesk setup sent this to see whether mail leaves and arrives. Nothing is to be done.\n")
    try:
        with Connection(server) as line:
            line.send(sender=sender, to=to, letter=bytes(letter))
    except ServerAway as away:
        raise MailFault(f"mail out, {server.host}:{server.port}: {in_words(str(away))}") from None
    except (LetterRefused, NotNow) as no:
        raise MailFault(f"mail out, {server.host}:{server.port}: it does not take a letter of {sender}: {no}") from None
    return word


def sign_in(account: Account) -> dict[str, Any] | None:
    """Raises MailFault where the mailbox does not let us in. The server's certificate, None where there is no TLS."""
    try:
        with mailbox(account) as box:
            line = box.client.sock
            return line.getpeercert() if isinstance(line, ssl.SSLSocket) else None
    except LINE_BROKE as error:
        raise _no_mailbox(account, error) from None


def await_arrival(account: Account, word: str, *, within: float = ARRIVES_WITHIN) -> Arrived:
    """Waits for the test letter in the mailbox, and takes it out again: it is nobody's request. Raises MailFault."""
    began = time.monotonic()
    try:
        with mailbox(account) as box:
            while True:
                box.client.noop()
                _status, answer = box.client.uid("SEARCH", "HEADER", "SUBJECT", word)
                if uids := b" ".join(part for part in answer if part).split():
                    uid = uids[-1].decode()
                    head = _head(box.client.uid("FETCH", uid, "(BODY.PEEK[HEADER])")[1])
                    box.client.uid("STORE", uid, "+FLAGS.SILENT", "(\\Seen \\Deleted)")
                    box.client.expunge()
                    signed = _SIGNED.search(head)
                    return Arrived(time.monotonic() - began, signed[1].decode() if signed else "")
                if time.monotonic() - began > within:
                    raise MailFault(
                        f"mail in: the test letter left and did not come into {account.name} within {within:.0f} s;"
                        " is that the mailbox of the support address?"
                    )
                time.sleep(_LOOK_EVERY)
    except LINE_BROKE as error:
        raise _no_mailbox(account, error) from None


def _no_mailbox(account: Account, error: Exception) -> MailFault:
    said = in_words(f"{type(error).__name__}: {error}")
    return MailFault(f"mail in, {account.host}:{account.port}: {said}")


def _head(answer: list[object]) -> bytes:
    return b"".join(part[1] for part in answer if isinstance(part, tuple))


def in_words(said: str) -> str:
    """What a server or the way to it said, for somebody who does not program."""
    lower = said.lower()
    known = {
        "certificate has expired": "its certificate has expired: renew it there",
        "hostname mismatch": "its certificate is another host's",
        "certificate_verify_failed": "its certificate is not one this machine trusts",
        "authentication": "it refuses this user and password",
        "login failed": "it refuses this user and password",
        "connectionrefused": "nothing answers there: is the port right?",
        "gaierror": "there is no host of this name",
        "timeout": "it does not answer in time: is the port right, is a firewall between?",
        "wrong_version_number": "it speaks no TLS there: say smtp:// or imap:// with ?tls=1, or another port",
        "starttls": "it knows no STARTTLS: say smtps:// or imaps://, or another port",
    }
    for sign, words in known.items():
        if sign in lower.replace(" ", "") or sign in lower:
            return f"{words} ({said[:200]})"
    return said[:300]
