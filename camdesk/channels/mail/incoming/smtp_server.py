"""The door for mail servers: SMTP or LMTP. `250` is said when the letter is durable, and not before.

Takes letters for our own address only, so it can never be used to send to others. How a letter's bytes are read is in
`smtp_protocol.py`.
"""

import asyncio
import logging
import socket
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import close_old_connections, connections
from django.utils import timezone

from camdesk.channels.mail.incoming.raw_store import LARGEST, LetterTooLarge, NoRoomForLetters, TooManyLetters, store
from camdesk.channels.mail.incoming.smtp_protocol import Lmtp, Room, Smtp
from camdesk.channels.mail.incoming.threading import Ours, is_ours
from camdesk.channels.mail.mime.addresses import safe_address

log = logging.getLogger("camdesk.mail")
_SILENCE_SECONDS = 60.0
_MOST_RECIPIENTS = 50


class Door:
    """What aiosmtpd asks at each step. Database work happens in threads: the loop answers everybody meanwhile."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if not is_ours(address, Ours.of(settings.SUPPORT_EMAIL)):
            return "550 5.1.1 no such mailbox here"
        if len(envelope.rcpt_tos) >= _MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        return await asyncio.to_thread(_keep, _delivered(envelope), list(envelope.rcpt_tos))


class Receiver(Controller):
    """`Receiver("smtp://127.0.0.1:2525")`, then start() and stop(). An lmtp:// address speaks LMTP."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address if "://" in address else f"smtp://{address}")
        self.speaks = Lmtp if parts.scheme == "lmtp" else Smtp
        self.room = Room()
        super().__init__(
            Door(),
            hostname=parts.hostname or "127.0.0.1",
            port=parts.port or 2525,
            data_size_limit=LARGEST,
            timeout=_SILENCE_SECONDS,
            ident="camdesk",
            enable_SMTPUTF8=True,
        )

    def factory(self) -> SMTP:
        return self.speaks(self.room, self.handler, hostname=socket.gethostname(), **self.SMTP_kwargs)


def _delivered(envelope: Envelope) -> bytes:
    """The letter with its envelope's sender on top, as whoever delivers for good must note it (RFC 5321, 4.4): that
    nobody wants an answer is often said there alone."""
    assert isinstance(envelope.content, bytes)
    sender = safe_address(envelope.mail_from or "")
    if not sender and envelope.mail_from != "<>":
        return envelope.content
    return b"Return-Path: <%s>\r\n" % sender.encode() + envelope.content


def _keep(raw: bytes, recipients: list[str]) -> str:
    close_old_connections()
    try:
        store(raw, mailbox="smtp", now=timezone.now(), recipients=recipients, bearer_keeps=True)
    except LetterTooLarge:
        return f"552 5.3.4 letters may have {LARGEST} bytes; please send large files another way"
    except TooManyLetters:
        return "450 4.7.1 too many letters of this sender, please bring the rest later"
    except NoRoomForLetters:
        return "452 4.3.1 no room just now, please ask again"
    except Exception:
        log.exception("a letter could not be stored; its bearer keeps it")
        return "451 4.3.0 not now, please ask again"
    finally:
        connections.close_all()
    return "250 2.0.0 kept"


def start_receiver() -> Receiver | None:
    """Opens the door when CAMDESK_MAIL_LISTEN names one. Raises SystemExit when the port cannot be used."""
    if not settings.MAIL_LISTEN:
        return None
    receiver = Receiver(settings.MAIL_LISTEN)
    try:
        receiver.start()
    except OSError as error:
        raise SystemExit(f"camdesk: CAMDESK_MAIL_LISTEN: {settings.MAIL_LISTEN} cannot be used ({error})") from None
    return receiver
