"""A mailbox on another server: where it is, and a conversation with it. Needs no Django: `camdesk setup` tries one."""

import contextlib
import imaplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

SILENCE_SECONDS = 30.0  # a server that stalls for so long is left and asked again later
LINE_BROKE: Final = (OSError, imaplib.IMAP4.error, ImapToolsError)


@dataclass(frozen=True)
class Account:
    """security: "tls" | "starttls" | ""."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    security: str

    @property
    def name(self) -> str:
        return f"{self.user}@{self.host}/{self.folder}"[:200]


def read_url(url: str) -> Account:
    """`imaps://user:password@host/INBOX`, `imap://…?tls=1`. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
        raise ValueError("imaps://user:password@host/folder is needed")
    starttls = parse_qs(parts.query).get("tls", ["0"])[-1] not in {"0", "false", "no", ""}
    security = "tls" if parts.scheme == "imaps" else "starttls" if starttls else ""
    port = parts.port or (993 if security == "tls" else 143)
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return Account(parts.hostname, port, unquote(parts.username), unquote(parts.password or ""), folder, security)


@contextlib.contextmanager
def mailbox(account: Account) -> Iterator[BaseMailBox]:
    """Signed in, in its folder. Raises what LINE_BROKE names; a certificate that does not hold is one of it."""
    kinds: dict[str, type] = {"tls": MailBox, "starttls": MailBoxStartTls, "": MailBoxUnencrypted}
    # imaplib looks at no certificate by itself.
    tls = {"ssl_context": ssl.create_default_context()} if account.security else {}
    box: BaseMailBox = kinds[account.security](account.host, port=account.port, timeout=SILENCE_SECONDS, **tls)
    try:
        box.login(account.user, account.password, initial_folder=account.folder)
        yield box
    finally:
        with contextlib.suppress(*LINE_BROKE):
            # A stalled server would have us wait once more for its good-bye.
            box.client.sock.settimeout(2.0)
            box.logout()
