"""What setup asks, and what counts as an answer. Pure: each check gives the answer as it is kept, or a sentence."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import parse_qs, quote, unquote, urlsplit
from zoneinfo import available_timezones

from camdesk.channels.mail.mime.addresses import safe_address
from camdesk.lib import time_zones

NONE = "none"
_PHONE = re.compile(r"[+\d][\d\s()./-]*")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", re.IGNORECASE)
_LOCAL = ("localhost", "127.0.0.1", "::1")
_SECURE = {"smtp": "smtps", "imap": "imaps"}


class UnfitAnswer(ValueError):
    """A sentence for the person who answered."""


@dataclass(frozen=True)
class SetupQuestion:
    """`name`: of its flag; `ask`: in the dialogue; `told`: in the help. Not `needed`: nothing is an answer too."""

    name: str
    ask: str
    told: str
    check: Callable[[str], str]
    needed: bool = True


def address(said: str) -> str:
    """https://support.example.com, without a path."""
    url = urlsplit(said if "://" in said else f"https://{said}")
    try:
        port = url.port
    except ValueError:
        raise UnfitAnswer("its port is no number of a port") from None
    host = url.hostname or ""
    if url.scheme not in ("http", "https") or not (_HOST.fullmatch(_ascii(host)) or host == "::1"):
        raise UnfitAnswer("an address such as https://support.company.ru is needed")
    if url.path.strip("/") or url.query or url.fragment or url.username:
        raise UnfitAnswer("only scheme and host, without anything behind: camdesk has the host to itself")
    if url.scheme == "http" and host not in _LOCAL:
        raise UnfitAnswer("https is needed: passwords go there; a proxy with a certificate stands before camdesk")
    shown = f"[{host}]" if ":" in host else _ascii(host)
    return f"{url.scheme}://{shown}" + (f":{port}" if port else "")


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode().lower()
    except UnicodeError:
        return ""


def brand(said: str) -> str:
    return _line(said, most=60)


def text(said: str) -> str:
    return _line(said, most=200)


def _line(said: str, *, most: int) -> str:
    said = " ".join(said.split())
    if len(said) > most:
        raise UnfitAnswer(f"at most {most} characters")
    return said


def zone(said: str) -> str:
    try:
        if name := time_zones.name_of(said):
            return name
    except time_zones.UnknownZone:
        pass
    near = get_close_matches(said, sorted(available_timezones()), n=1, cutoff=0.5)
    raise UnfitAnswer(
        f"there is no time zone {said!r}; did you mean {near[0]}?" if near else "such as Asia/Yekaterinburg"
    )


def phone(said: str) -> str:
    digits = re.sub(r"\D", "", said)
    if said == NONE:
        return ""
    if not _PHONE.fullmatch(said) or not 3 <= len(digits) <= 15:
        raise UnfitAnswer("a telephone number such as +7 495 123-45-67 is needed, or none")
    if digits[1:] == "8000000000":
        raise UnfitAnswer("this is the sample's number, which is nobody's")
    return said


def email(said: str) -> str:
    found = safe_address(said.strip())
    if not found:
        raise UnfitAnswer("an address such as support@company.ru is needed")
    if found.endswith("@example.org"):
        raise UnfitAnswer("this is an address of the sample, which is nobody's")
    return found


def smtp(said: str) -> str:
    """`smtps://host:465`, or "" for none; a bare host is asked by TLS, port 587 by STARTTLS, 25 in the clear."""
    return _server(said, "smtp", {"": 465, "starttls": 587, "plain": 25})


def imap(said: str) -> str:
    """`imaps://host:993/INBOX`, or "" for none."""
    return _server(said, "imap", {"": 993, "starttls": None, "plain": 143})


def _server(said: str, kind: str, ports: dict[str, int | None]) -> str:
    if said == NONE:
        return ""
    secure = _SECURE[kind]
    bare = "://" not in said
    url = urlsplit(f"{secure}://{said}" if bare else said)
    try:
        port = url.port
    except ValueError:
        raise UnfitAnswer("its port is no number of a port") from None
    host = url.hostname or ""
    if url.scheme not in (kind, secure) or not (_HOST.fullmatch(host) or host == "::1"):
        raise UnfitAnswer(f"a host such as {kind}.company.ru, {secure}://host:port, {kind}://host:port?tls=1, or none")
    if url.password is not None:
        raise UnfitAnswer("no password here, where others on this machine can read it: it is asked for by itself")
    if url.username is not None:
        raise UnfitAnswer("the user is asked for by itself")
    scheme, starttls = url.scheme, parse_qs(url.query).get("tls", ["0"])[-1] not in ("0", "false", "no", "")
    if bare and port is not None and port != ports[""]:
        scheme, starttls = kind, port != ports["plain"]
    shown = f"[{host}]" if ":" in host else host
    port = port or (ports[""] if scheme == secure else ports["starttls" if starttls else "plain"] or ports["plain"])
    folder = (url.path.strip("/") or "INBOX") if kind == "imap" else ""
    return f"{scheme}://{shown}:{port}" + (f"/{folder}" if folder else "") + "?tls=1" * (starttls and scheme == kind)


def with_user(server: str, user: str, password: str) -> str:
    """The setting: `smtps://user:password@host:465`."""
    if not server or not user:
        return server
    scheme, _sep, rest = server.partition("://")
    return f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{rest}"


def without_user(setting: str) -> tuple[str, str, str]:
    """(server, user, password) of a setting."""
    scheme, sep, rest = setting.partition("://")
    before, at, server = rest.rpartition("@")
    user, _colon, password = before.partition(":")
    return f"{scheme}{sep}{server}" if at else setting, unquote(user), unquote(password)


QUESTIONS = (
    SetupQuestion("url", "Address people open", "the address people open, https://support.company.ru", address),
    SetupQuestion("brand", "Name of the service, on every page", "the name on every page", brand),
    SetupQuestion("time-zone", "Time zone", "in which dates are told, Asia/Yekaterinburg", zone),
    SetupQuestion("phone", "Telephone of the support (none: there is none)", "the support's telephone, or none", phone),
    SetupQuestion("phone-hours", "When it is answered, in words", "when it is answered, in words", text, needed=False),
    SetupQuestion("postal-address", "Postal address", "the support's postal address", text, needed=False),
    SetupQuestion("email", "E-mail address of the support", "letters come from here and answers go there", email),
)
SMTP = SetupQuestion(
    "smtp",
    "Mail out: SMTP server (none: letters are kept, not sent)",
    "smtp.company.ru, smtps://host:port, smtp://host:port?tls=1 (STARTTLS) or none",
    smtp,
)
SMTP_USER = SetupQuestion("smtp-user", "  user there (empty: it wants none)", "who signs in there", text, needed=False)
IMAP = SetupQuestion(
    "imap",
    "Mail in: IMAP server of that mailbox, all of which is taken in (none: by another way, or not at all)",
    "imap.company.ru, imaps://host:port/folder or none; all that is in this mailbox is taken in",
    imap,
)
IMAP_USER = SetupQuestion("imap-user", "  user there", "who signs in there", text)
ADMIN = SetupQuestion(
    "admin", "  e-mail (empty: whoever opens a link)", "e-mail of the first administrator", email, needed=False
)
ADMIN_NAME = SetupQuestion("admin-name", "  name", "their name", text, needed=False)
ALL = (*QUESTIONS, SMTP, SMTP_USER, IMAP, IMAP_USER)
