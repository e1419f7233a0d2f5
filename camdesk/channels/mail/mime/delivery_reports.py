"""Reports for programs: of delivery (RFC 3464), and of what became of a letter at its reader's (RFC 8098)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from camdesk.channels.mail.mime.addresses import address_within, safe_address
from camdesk.channels.mail.mime.message_ids import message_ids

SAMPLE = 20_000  # characters of a report or of a bounce's text that are looked at


@dataclass(frozen=True)
class Bounce:
    """`recipient`: an address, "" when none is named. `permanent`: False when the server is still trying, or says that
    trying again may help. `given_up`: of this letter there is no hope any more."""

    recipient: str
    permanent: bool
    given_up: bool


@dataclass(frozen=True)
class Report:
    """What a report says. `conclusive`: it tells the fate of somebody, be it that all is well."""

    bounce: Bounce | None
    conclusive: bool


_FAILED = re.compile(r"fail|undeliver|error|bounce|reject|refus|expire|discard|return|denied|permanent", re.I)
_DELAYED = re.compile(r"delay|defer|transient|retry|warn|queue|tempor", re.I)
_FINE = re.compile(r"deliver|relay|expand|success|forward|ok\b", re.I)
_ENHANCED = re.compile(r"(?<![\d.])([245])\.\d{1,3}\.\d{1,3}(?![\d.])")
_PLAIN = re.compile(r"(?<![\d.])([245])[0-5]\d(?![\d.])")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_DISPOSED = re.compile(r"(?:^|;)\s*(?:deleted|dispatched|denied|failed|processed)\b|/\s*(?:error|failure)\b", re.I)
_ERROR = re.compile(r"(?:^|;)\s*(?:denied|failed)\b|/\s*(?:error|failure)\b", re.I)


def from_report(text: str) -> Report:
    """The first failed recipient of a message/delivery-status part, else the first delayed one.

    What stands above all recipients, or in a block of none, counts for those whose block does not say it.
    """
    groups = list(_groups(text[:SAMPLE]))
    common: dict[str, str] = {}
    for fields in groups:
        if not _recipient_of(fields):
            for name in ("action", "status", "diagnostic-code"):
                if fields.get(name):
                    common.setdefault(name, fields[name])
    named = [fields for fields in groups if _recipient_of(fields)] or ([common] if common else [])
    delayed: Bounce | None = None
    conclusive = False
    for own in named:
        fields = common | own
        status = status_class(fields.get("status", "")) or status_class(fields.get("diagnostic-code", ""))
        outcome = _outcome(fields.get("action", ""), status)
        conclusive = conclusive or bool(outcome)
        if outcome == "failed":
            # It is final for this letter; a status of 4 says that a later one may arrive.
            return Report(Bounce(_recipient_of(fields), status != "4", given_up=True), conclusive=True)
        if outcome == "delayed" and delayed is None:
            delayed = Bounce(_recipient_of(fields), permanent=False, given_up=False)
    return Report(delayed, conclusive)


def from_disposition(text: str, *, refused: bool) -> Report:
    """Of a message/disposition-notification: a filter of the reader's side that throws letters away says so by one.
    `refused`: the letter around it says that ours was refused; "deleted" alone is what a reader did."""
    for fields in _groups(text[:SAMPLE]):
        said = fields.get("disposition", "")
        if said and (_ERROR.search(said) or (refused and _DISPOSED.search(said))):
            return Report(Bounce(_recipient_of(fields), permanent=True, given_up=True), conclusive=True)
    return Report(None, conclusive=not refused)


def asked_about(text: str) -> list[str]:
    """The id of the letter that a message/disposition-notification is about."""
    return [
        one for fields in _groups(text[:SAMPLE]) for one in message_ids(fields.get("original-message-id", "").encode())
    ]


def status_class(value: str) -> str:
    """ "5" of "5.1.1 (no such user)" and of "552 too large", "" when there is none."""
    found = _ENHANCED.search(value) or _PLAIN.search(value)
    return found.group(1) if found else ""


def _outcome(action: str, status: str) -> str:
    first = action.split("(")[0]
    if _FAILED.search(first):
        return "failed"
    if _DELAYED.search(first):
        return "delayed"
    if _FINE.search(first):
        return "delivered"
    return "failed" if status in ("4", "5") else "delivered" if status else ""


def _groups(text: str) -> Iterator[dict[str, str]]:
    """The fields of each block: a blank line ends one, and so does the recipient of the next where that is missing."""
    fields: dict[str, str] = {}
    last = ""
    for line in text.split("\n"):
        if not line.strip(" \t\r"):
            if fields:
                yield fields
            fields, last = {}, ""
            continue
        if line[:1] in " \t" and last:
            if len(fields[last]) < 2000:
                fields[last] += " " + line.strip()[:2000]
            continue
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            continue
        last = name.strip().lower()[:80]
        if last in fields and last in ("final-recipient", "original-recipient"):
            yield fields
            fields = {}
        fields.setdefault(last, value.strip()[:2000])
    if fields:
        yield fields


def _recipient_of(fields: Mapping[str, str]) -> str:
    """Whom we wrote to; where it was sent on from there is the reader's own affair."""
    names = ("original-recipient", "final-recipient", "x-actual-recipient", "x-failed-recipient")
    return next((found for name in names if (found := _address(fields.get(name, "")))), "")


def _address(value: str) -> str:
    kind, semicolon, address = value.partition(";")
    address = (address if semicolon and "@" not in kind else value).strip().strip("<>").strip()
    plain = _XTEXT.sub(lambda found: chr(int(found.group(1), 16)), address) if "@" not in address else address
    return safe_address(plain) or address_within(address)
