"""What camdesk doctor says of mail: it connects to the servers, signs in, looks at their certificates, and sends
nothing."""

import ipaddress
import queue
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from camdesk.channels.mail.incoming import imap_account
from camdesk.channels.mail.mime.authentication_results import USUAL_WAYS, WAYS, authserv_of
from camdesk.channels.mail.outgoing import smtp_client
from camdesk.config.findings import FAIL, OK, WARN, Finding
from camdesk.config.setup.mail_trial import MailFault, in_words, sign_in

_SECONDS = 25.0
"""So long a server may take over all of it, however slowly it speaks."""
_SOON = timedelta(days=14)
_Certificate = Mapping[str, Any] | None


def mail() -> Iterator[Finding]:
    yield from _out()
    yield from _in()
    if settings.SUPPORT_EMAIL.endswith("@example.org") and not settings.DEMO:
        yield Finding(WARN, "mail: letters come from an example address; set CAMDESK_SUPPORT_EMAIL")
    yield from _senders()


def _out() -> Iterator[Finding]:
    if not settings.EMAIL_URL:
        yield Finding(OK if settings.DEMO else WARN, "mail: letters are kept and not sent; set CAMDESK_EMAIL_URL")
        return
    try:
        server = smtp_client.read_url(settings.EMAIL_URL)
    except ValueError as wrong:
        yield Finding(FAIL, f"mail out: CAMDESK_EMAIL_URL: {wrong}")
        return
    where = f"mail out, {server.host}:{server.port}"
    try:
        certificate = _in_time(lambda: _line_to(server))
    except (smtp_client.ServerAway, TimeoutError) as away:
        yield Finding(FAIL, f"{where}: {in_words(str(away))}; letters wait (CAMDESK_EMAIL_URL)")
        return
    told = "lets us in" if server.user else "answers"
    yield from _of_certificate(where, told, certificate, secure=bool(server.security) or _is_near(server.host))


def _in() -> Iterator[Finding]:
    if not settings.IMAP_URL:
        return
    try:
        account = imap_account.read_url(settings.IMAP_URL)
    except ValueError as wrong:
        yield Finding(FAIL, f"mail in: CAMDESK_IMAP_URL: {wrong}")
        return
    try:
        certificate = _in_time(lambda: sign_in(account))
    except MailFault as fault:
        yield Finding(FAIL, f"{fault}; letters wait there (CAMDESK_IMAP_URL)")
        return
    except TimeoutError as late:
        where = f"mail in, {account.host}:{account.port}"
        yield Finding(FAIL, f"{where}: {in_words(str(late))}; letters wait there (CAMDESK_IMAP_URL)")
        return
    where, secure = f"mail in, {account.host}:{account.port}", bool(account.security) or _is_near(account.host)
    yield from _of_certificate(where, "lets us in", certificate, secure=secure)


def _line_to(server: smtp_client.SmtpServer) -> _Certificate:
    with smtp_client.Connection(server) as line:
        return line.certificate()


def _in_time(ask: Callable[[], _Certificate]) -> _Certificate:
    """What it gives or raises. Raises TimeoutError when that takes too long; then nobody waits for it any more."""
    said: queue.SimpleQueue[_Certificate | Exception] = queue.SimpleQueue()

    def asked() -> None:
        try:
            said.put(ask())
        except Exception as error:
            said.put(error)

    threading.Thread(target=asked, daemon=True).start()
    try:
        answer = said.get(timeout=_SECONDS)
    except queue.Empty:
        raise TimeoutError("timeout") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _of_certificate(where: str, told: str, certificate: _Certificate, *, secure: bool) -> Iterator[Finding]:
    if certificate is None:
        level, more = (OK, "") if secure else (WARN, ", in the clear: passwords and letters can be read on the way")
        yield Finding(level, f"{where}: {told}{more}")
        return
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    left = ends - datetime.now(UTC)
    if left < _SOON:
        yield Finding(WARN, f"{where}: {told}, but its certificate ends in {left.days} days; renew it there")
    else:
        yield Finding(OK, f"{where}: {told}, certificate until {ends:%d %b %Y}")


def _senders() -> Iterator[Finding]:
    ways = {"imap": settings.IMAP_URL, "smtp": settings.MAIL_LISTEN, "folder": settings.MAIL_FOLDER}
    strangers = [way for way, open_ in ways.items() if open_ and not authserv_of(way, settings.MAIL_AUTHSERV)]
    if settings.MAIL_HOOK_SECRET and not any(authserv_of(way, settings.MAIL_AUTHSERV) for way in WAYS - USUAL_WAYS):
        strangers.append("hooks")
    if strangers:
        yield Finding(
            WARN,
            f"mail: whoever writes by {', '.join(strangers)} is a stranger until they confirm their address;"
            " name the server that checks these letters in CAMDESK_MAIL_AUTHSERV, if one does",
        )
    door = urlsplit(settings.MAIL_LISTEN if "://" in settings.MAIL_LISTEN else f"smtp://{settings.MAIL_LISTEN}")
    if settings.MAIL_LISTEN and authserv_of("smtp", settings.MAIL_AUTHSERV) and not _is_near(door.hostname or ""):
        yield Finding(
            WARN,
            f"mail: whoever reaches {settings.MAIL_LISTEN} can write your server's word on senders;"
            " let only your mail server through to it",
        )


def _is_near(host: str) -> bool:
    """Whether a listening address is this machine's alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("", "localhost")
