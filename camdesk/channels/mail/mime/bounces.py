"""Letters that say that a letter of ours did not arrive: RFC 3464 reports, and what servers write instead."""

import re
from typing import TypedDict

from camdesk.channels.mail.mime.addresses import safe_address
from camdesk.channels.mail.mime.auto_replies import has_null_sender
from camdesk.channels.mail.mime.headers import Headers

_SAMPLE = 20_000


class Bounce(TypedDict):
    recipient: str  # an address, "" when the report names none
    permanent: bool  # False: the server is still trying, or says that trying again may help


_DAEMONS = re.compile(r"(?:mailer[-_.]?daemon|post-?master|mail[-_.]?delivery|bounces?)\b.*", re.I)
_SUBJECTS = re.compile(
    r"undeliver(?:ed|able)|delivery (?:status notification|failure|has failed|incomplete|delayed|report)"
    r"|mail delivery (?:failed|failure|problem|subsystem|error|system)|returned (?:mail|to sender)|failure notice"
    r"|delivery.{0,20}fail|could not be delivered|message not delivered|warning: message .{0,40}delayed"
    r"|недоставлен|не доставлен|не удалось доставить|не может быть доставлен|невозможно доставить|ошибка доставки"
    r"|сбой доставки|отчет о доставке|отчёт о доставке|проблема с доставкой",
    re.I,
)
_TEXTS = re.compile(
    r"this is the qmail-send program|this message was created automatically by mail delivery software"
    r"|this is the mail system at host|could not be delivered|wasn't delivered|was not delivered|delivery has failed"
    r"|delivery to the following|undeliverable|address (?:not found|rejected)|user unknown|mailbox (?:full|unavailable)"
    r"|permanent (?:fatal )?error|не (?:было )?доставлено|не может быть доставлено|не удалось доставить"
    r"|несуществующ\w{1,4} (?:адрес|пользовател|ящик)|почтовый ящик (?:не существует|переполнен|недоступен)",
    re.I,
)
_DELAYED = re.compile(
    r"still being retried|will (?:be retried|retry|keep trying|continue to (?:try|be attempted)|be attempted)"
    r"|has not yet been delivered|delayed|temporar|not required to do anything|попытк\w{1,3} (?:будут|доставки продолж)"
    r"|временн|задерж",
    re.I,
)
_FAILED_FOR_GOOD = re.compile(
    r"permanent|given up|giving up|user unknown|does ?n[o']t exist|no such user|unknown user|not found|no longer"
    r"|не существует|несуществующ",
    re.I,
)
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_ENHANCED = re.compile(r"(?<![\d.])([245])\.\d{1,3}\.\d{1,3}(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])[0-5]\d(?=[ \t-]|\Z)")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^{|}~-]{1,64}@[A-Za-z0-9_.-]{1,190}")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_OWN_LETTER = re.compile(
    r"^(?:-{2,}|={2,}).{0,20}(?:this is a copy|the following is|original message|below this line|исходное).*",
    re.I | re.M,
)


def from_report(text: str) -> Bounce | None:
    """The first failed recipient of a message/delivery-status part; None when nothing failed."""
    delayed: Bounce | None = None
    for block in _EMPTY_LINE.split(text[:_SAMPLE]):
        fields = _fields(block)
        recipient = _recipient(fields.get("final-recipient", "")) or _recipient(fields.get("original-recipient", ""))
        action = fields.get("action", "").split(" ")[0].lower()
        if not action and not recipient:
            continue
        status = _ENHANCED.search(fields.get("status", "")) or _ENHANCED.search(fields.get("diagnostic-code", ""))
        if action == "failed" or (not action and status and status.group(1) in "45"):
            # "failed" is final for this letter; a status of 4 says that a later one may arrive.
            return {"recipient": recipient, "permanent": not status or status.group(1) != "4"}
        if action == "delayed" and delayed is None:
            delayed = {"recipient": recipient, "permanent": False}
    return delayed


def from_letter(headers: Headers, sender: str, subject: str, text: str) -> Bounce | None:
    """A bounce that is no report, told by who sent it and by what it says. A person quoting one is not a bounce."""
    failed = headers.text("x-failed-recipients", 1000)
    daemon = bool(_DAEMONS.fullmatch(sender.rpartition("@")[0])) or has_null_sender(headers)
    if not failed and not daemon:
        return None
    if headers.text("auto-submitted", 100).lower().startswith("auto-replied") and not failed:
        return None  # an absence notice with a null sender
    sample = text[:_SAMPLE]
    copy = _OWN_LETTER.search(sample)
    said = sample[: copy.start()] if copy and copy.start() > 40 else sample
    if not failed and not _SUBJECTS.search(subject) and not _TEXTS.search(said):
        return None
    recipient = safe_address(failed.split(",")[0]) or _first_address(said, sender)
    return {"recipient": recipient, "permanent": _is_permanent(subject, said)}


def _fields(block: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    last = ""
    for line in block.split("\n"):
        if line[:1] in " \t" and last:
            fields[last] += " " + line.strip()
            continue
        name, colon, value = line.partition(":")
        if colon and name.strip():
            last = name.strip().lower()
            fields.setdefault(last, value.strip())
    return fields


def _recipient(value: str) -> str:
    _, semicolon, address = value.partition(";")
    address = (address if semicolon else value).strip().strip("<>").strip()
    return safe_address(address) or safe_address(_XTEXT.sub(lambda found: chr(int(found.group(1), 16)), address))


def _first_address(text: str, sender: str) -> str:
    ours = sender.rpartition("@")[0].lower()
    for found in _ADDRESS.finditer(text):
        address = safe_address(found.group().strip("."))
        if address and address != sender and not _DAEMONS.fullmatch(address.rpartition("@")[0]) and address != ours:
            return address
    return ""


def _is_permanent(subject: str, text: str) -> bool:
    enhanced = _ENHANCED.search(text)
    if enhanced and enhanced.group(1) in "45":
        return enhanced.group(1) == "5"
    code = _REPLY_CODE.search(text)
    if code:
        return code.group(1) == "5"
    if _FAILED_FOR_GOOD.search(text):
        return True
    return not (_DELAYED.search(subject) or _DELAYED.search(text))
