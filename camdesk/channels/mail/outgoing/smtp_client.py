"""One conversation with the outgoing mail server, and what its answers mean for a letter."""

import smtplib
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from camdesk.tickets.channels import ServiceAway

CONNECT_SECONDS = 10.0
COMMAND_SECONDS = 10.0
_BODY_SECONDS = 25.0
_BODY_SECONDS_PER_MB = 5.0


class ServerAway(ServiceAway):
    """Nobody's letter is to blame: the server cannot be reached, is full, or does not know us."""


class NotNow(Exception):
    """This letter is to be tried again: 4xx, or the connection was lost while it was being sent."""


class LetterRefused(Exception):
    """This letter is refused for good: 5xx."""


@dataclass(frozen=True)
class SmtpServer:
    """Where the server is. `security`: "" | "starttls" | "tls"."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    security: str = ""


def read_url(url: str) -> SmtpServer:
    """`smtp://user:password@host:587?tls=1` or `smtps://…`. Raises ValueError with a sentence for the operator."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("smtp://user:password@host:port?tls=1 or smtps://… is needed")
    starttls = parse_qs(parts.query).get("tls", ["0"])[-1] not in {"0", "false", "no", ""}
    security = "tls" if parts.scheme == "smtps" else "starttls" if starttls else ""
    port = parts.port or {"tls": 465, "starttls": 587, "": 25}[security]
    return SmtpServer(parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""), security)


def seconds_for(size: int) -> float:
    """How long the server may take over a letter of `size` bytes, from its last byte's start to the answer."""
    return _BODY_SECONDS + _BODY_SECONDS_PER_MB * size / (1024 * 1024)


class Connection:
    """`with Connection(address) as server: server.send(…)`. Raises ServerAway, also on the way in."""

    def __init__(self, address: SmtpServer) -> None:
        self.address = address
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> "Connection":
        self._connect()
        return self

    def __exit__(self, *_why: object) -> None:
        self._leave()

    def ready(self) -> None:
        """Greets the server anew when the line was lost. Raises ServerAway."""
        if self._smtp is None:
            self._connect()

    def certificate(self) -> dict[str, Any] | None:
        """The server's, as ssl.getpeercert tells it; None where the line is not encrypted."""
        line = self._smtp.sock if self._smtp is not None else None
        return line.getpeercert() if isinstance(line, ssl.SSLSocket) else None

    def send(self, *, sender: str, to: str, letter: bytes) -> None:
        """Returns when the server has taken the letter. Raises NotNow, LetterRefused, ServerAway."""
        smtp = self._smtp or self._connect()
        try:
            self._say(smtp, sender, to, letter)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            # After the letter's last byte nobody knows whether it was taken: the same letter goes again.
            self._drop()
            raise NotNow(f"the connection was lost: {_in_short(error)}") from None

    def _say(self, smtp: smtplib.SMTP, sender: str, to: str, letter: bytes) -> None:
        _settimeout(smtp, COMMAND_SECONDS)
        options = [f"size={len(letter)}"] if smtp.has_extn("size") else []
        self._judge(smtp, *smtp.mail(sender, options))
        self._judge(smtp, *smtp.rcpt(to))
        _settimeout(smtp, seconds_for(len(letter)))
        try:
            self._judge(smtp, *smtp.data(letter))
        except smtplib.SMTPDataError as error:
            self._judge(smtp, error.smtp_code, error.smtp_error)

    def _judge(self, smtp: smtplib.SMTP, code: int, answer: bytes | str) -> None:
        if 200 <= code < 300:
            return
        words = f"{code} {_decoded(answer)}"
        if code == 421 or code < 200:
            self._drop()
            raise NotNow(words)
        # A server that gives no answer to RSET either is met anew.
        try:
            _settimeout(smtp, COMMAND_SECONDS)
            smtp.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()
        raise (LetterRefused if code >= 500 else NotNow)(words)

    def _connect(self) -> smtplib.SMTP:
        address = self.address
        try:
            smtp = self._greet(address)
            self._smtp = smtp
            if address.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
            if address.user:
                smtp.login(address.user, address.password)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self._drop()
            raise ServerAway(_in_short(error)) from None
        return smtp

    @staticmethod
    def _greet(address: SmtpServer) -> smtplib.SMTP:
        if address.security == "tls":
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(address.host, address.port, timeout=CONNECT_SECONDS, context=context)
        else:
            smtp = smtplib.SMTP(address.host, address.port, timeout=CONNECT_SECONDS)
        smtp.ehlo_or_helo_if_needed()
        return smtp

    def _leave(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            try:
                _settimeout(smtp, 2.0)
                smtp.quit()
            except (smtplib.SMTPException, OSError):
                smtp.close()

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def _settimeout(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _in_short(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"[:300]


def _decoded(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:300]
