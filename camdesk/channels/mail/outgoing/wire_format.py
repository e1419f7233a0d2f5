"""A composed Delivery as the bytes that go over the wire: headers, text with its HTML twin, files.

The same Delivery gives the same Message-ID and Date at every try, so a letter that arrived twice shows once.
"""

import re
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from django.conf import settings

from camdesk.channels.mail.mime.storable import one_line
from camdesk.channels.mail.outgoing.enclosures import enclosed, messages_of
from camdesk.channels.models import RawLetter
from camdesk.lib import files, request_ids
from camdesk.tickets.letter_tokens import reply_token
from camdesk.tickets.models import Attachment, Delivery, Ticket

_AUTOMATIC = {
    Delivery.Kind.CONFIRMATION: "auto-replied",
    Delivery.Kind.PROMISE: "auto-generated",
    Delivery.Kind.RESOLVED: "auto-generated",
    Delivery.Kind.NOTICE: "auto-generated",
    Delivery.Kind.DIGEST: "auto-generated",
    Delivery.Kind.CLAIM: "auto-generated",
    Delivery.Kind.ACCOUNT: "auto-generated",
}
_POLICY = SMTP.clone(max_line_length=78)
_SHORT_ENOUGH = 20  # ids in References
_SUBJECT = 300  # characters
_LONGEST_DOMAIN = 253
_ID = re.compile(r"[!-;=?-~]{1,250}")
_SPECIAL = frozenset(' <>,;:"()[]\\') | {chr(code) for code in (*range(32), 127)}
_LOCAL = re.compile(r"[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]+")


class BadAddress(ValueError):
    """No letter can be sent to this address."""


def write(delivery: Delivery) -> bytes:
    """The letter. Its subject and text are composed already. Raises BadAddress."""
    letter = EmailMessage(policy=_POLICY)
    letter["From"] = formataddr((settings.BRAND, settings.SUPPORT_EMAIL))
    letter["Date"] = format_datetime(delivery.created_at)
    if delivery.ticket is not None:
        letter["Reply-To"] = formataddr((settings.BRAND, reply_address(delivery.ticket)))
    if automatic := _AUTOMATIC.get(Delivery.Kind(delivery.kind)):
        letter["Auto-Submitted"] = automatic
        # Outlook's own way of asking that absence notices stay at home.
        letter["X-Auto-Response-Suppress"] = "All"
    if delivery.kind in (Delivery.Kind.NOTICE, Delivery.Kind.DIGEST):
        letter["List-Id"] = f"<notices.{settings.SUPPORT_EMAIL.rpartition('@')[2]}>"
    letter.set_content(delivery.letter.text)
    if delivery.letter.html:
        letter.add_alternative(delivery.letter.html, subtype="html")
    if delivery.kind == Delivery.Kind.REPLY and delivery.message is not None:
        for attachment in enclosed(messages_of(delivery)).attached:
            _attach(letter, attachment)
    return _strangers_words(delivery) + letter.as_bytes()


def _strangers_words(delivery: Delivery) -> bytes:
    """The fields that hold what somebody else wrote, in front and not through the library: that would decode an encoded
    word wherever it finds one, also within an id or an address, and what comes out may be a line break and a field of
    the stranger's own. (It would also fold a long id into a line of its own, which some servers misread.)"""
    subject = delivery.letter.subject
    lines = [
        f"Message-ID: <{delivery.letter.letter_id}>",
        f"To: {wire_address(delivery.to)}",
        "Subject: " + Header(one_line(subject, _SUBJECT), _charset(subject), 76, "Subject").encode(),
    ]
    if request_id := request_ids.read(delivery.request_id):
        lines.append(f"{request_ids.HEADER}: {request_id}")
    before = [one for one in ids_before(delivery) if _ID.fullmatch(one)] if delivery.ticket is not None else []
    if before:
        lines += [f"In-Reply-To: <{before[-1]}>", "References: " + "\n ".join(f"<{one}>" for one in before)]
    return "".join(f"{line}\n" for line in lines).replace("\n", "\r\n").encode("ascii")


def _charset(text: str) -> str:
    """What looks like an encoded word is encoded once more, so that it stays what it looks like."""
    return "us-ascii" if text.isascii() and "=?" not in text else "utf-8"


def envelope_sender(delivery: Delivery) -> str:
    """Where a bounce goes: to the ticket's own address, so that it is shown there."""
    return reply_address(delivery.ticket) if delivery.ticket is not None else settings.SUPPORT_EMAIL


def reply_address(ticket: Ticket) -> str:
    """`support+1042.<token>@example.org`; the plain address where the mail server knows no plus."""
    local, _at, domain = settings.SUPPORT_EMAIL.rpartition("@")
    return f"{local}+{reply_token(ticket.pk)}@{domain}" if settings.MAIL_PLUS_ADDRESS else settings.SUPPORT_EMAIL


def wire_address(address: str) -> str:
    """The address with its domain as servers know it (IDNA). Raises BadAddress."""
    local, at, domain = address.strip().rpartition("@")
    if len(domain) > _LONGEST_DOMAIN:
        raise BadAddress("the address is longer than any")
    try:
        local.encode("ascii")
        known = domain.encode("idna").decode()
    except UnicodeError:
        raise BadAddress("the address cannot be written for mail servers") from None
    if not at or ("." not in known and known != "localhost") or not _LOCAL.fullmatch(local) or set(known) & _SPECIAL:
        raise BadAddress("this is no address")
    return f"{local}@{known}"


def ids_before(delivery: Delivery) -> list[str]:
    """The letters of this ticket before this one, theirs and ours, oldest first: what makes them one thread."""
    ours = Delivery.objects.filter(ticket=delivery.ticket, to=delivery.to, pk__lt=delivery.pk, letter__text__gt="")
    never_left = (Delivery.State.MERGED, Delivery.State.READ, Delivery.State.HELD)
    ours = ours.exclude(state__in=never_left)
    theirs = RawLetter.objects.filter(
        ticket=delivery.ticket, message__isnull=False, letter_id__gt="", received_at__lte=delivery.created_at
    )
    told = [*ours.values_list("created_at", "letter__letter_id"), *theirs.values_list("received_at", "letter_id")]
    ids = [one for _at, one in sorted(told)]
    return ids if len(ids) <= _SHORT_ENOUGH else [ids[0], *ids[1 - _SHORT_ENOUGH :]]


def _attach(letter: EmailMessage, attachment: Attachment) -> None:
    with files.store().open(attachment.storage_key) as file:
        data = file.read()
    main, _slash, sub = attachment.content_type.partition("/")
    if main in ("message", "multipart"):  # a letter within a letter has rules of its own; a file has none
        main, sub = "application", "octet-stream"
    letter.add_attachment(data, maintype=main, subtype=sub or "octet-stream", filename=_harmless(attachment.name))


def _harmless(name: str) -> str:
    """Without what the library would take for an encoded word, and decode."""
    return name.replace("=?", "=_")
