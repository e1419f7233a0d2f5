"""What a person's letter says becomes a message: in the request it answers, or as a new one."""

import re
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from camdesk.bot.understanding.plain_topic import plain_topic
from camdesk.channels import inbound
from camdesk.channels.inbound import Came, Matter
from camdesk.channels.mail.channel import MAIL
from camdesk.channels.mail.incoming.mail_loops import CONFIRMATIONS_WITHIN, may_confirm
from camdesk.channels.mail.incoming.raw_store import raw_of
from camdesk.channels.mail.incoming.threading import Ours, is_ours, joins
from camdesk.channels.mail.incoming.website_forms import phone_in
from camdesk.channels.mail.mime.addresses import NamedAddress
from camdesk.channels.mail.mime.parsed_letter import LetterFile, ParsedLetter
from camdesk.channels.mail.mime.sanitise import sanitise
from camdesk.channels.models import RawLetter
from camdesk.lib import leases
from camdesk.lib.failpoints import reached
from camdesk.people import contacts, identities
from camdesk.people.identities import EMAIL, PHONE
from camdesk.people.models import Person
from camdesk.playbook import current as playbook
from camdesk.tickets import uploads
from camdesk.tickets.claim_tokens import hidden
from camdesk.tickets.models import Delivery, Message, Ticket
from camdesk.tickets.receipts import Key

_MOST_TEXT = 50_000  # characters of a message; the letter itself is attached when there is more
_MOST_CUT = 50_000  # of what is folded below it
_MOST_COPIED = 20  # people in copy that are kept
_READ_FOR_TOPIC = 2_000
_CYRILLIC = re.compile(r"[А-Яа-яЁё]")
_LATIN = re.compile(r"[A-Za-z]")


def participants(ticket: Ticket) -> frozenset[str]:
    """The addresses that take part in a request: what its customer said or proved, and where our letters went."""
    said = [ticket.contact_email, *identities.values_of(ticket.person, EMAIL, proven=False)]
    said += Delivery.objects.filter(ticket=ticket).values_list("to", flat=True).distinct()
    return frozenset(address.lower() for address in said if address)


def speaker(ticket: Ticket, sender: str, *, believed: bool) -> Person | None:
    """Whose words a letter with this request's token brings: a colleague who may see the request, its customer, or
    nobody's who takes part in it. An agent's letter is no agent's word."""
    known = identities.owner(EMAIL, sender) if believed else None
    if known is not None and Ticket.objects.visible_to(known).filter(pk=ticket.pk).exists():
        return known
    return ticket.person if joins(sender, participants(ticket)) else None


def join(row: RawLetter, letter: ParsedLetter, ticket: Ticket, *, by: Person, now: datetime) -> None:
    """The letter becomes a message of its request; of a closed one, a follow-up."""
    files, html = _taken(row, letter, by=by, now=now)
    came = Came(
        channel=MAIL.name,
        person=by,
        text=_text(letter),
        html=html,
        cut=_cut(letter),
        copied=copied(letter),
        files=files,
        proven=row.sender_proven,
        key=key_of(row),
        client_id=client_id_of(row),
    )
    outcome = inbound.say(came, ticket, now=now)
    reached("letter told")
    settle(row, RawLetter.State.TAKEN, ticket=outcome.ticket, message=outcome.message)


def open_new(row: RawLetter, letter: ParsedLetter, *, believed: bool, now: datetime) -> None:
    """The letter opens a request. `believed`: whether its From may be taken for a proven address."""
    ours = Ours.of(settings.SUPPORT_EMAIL)
    name, sender = letter.sender.name, letter.sender.address.lower()
    person = identities.owner(EMAIL, sender) if believed else None
    verified = person is not None
    from_us, phone = is_ours(sender, ours), ""
    if person is None:
        # A form of somebody's website writes in its own name and gives the person's address to answer to.
        answer_to = _answer_to(letter, ours)
        if answer_to is not None and answer_to.address.lower() != sender:
            name, sender, from_us = answer_to.name or name, answer_to.address.lower(), False
            phone = phone_in(letter.text)
        person = contacts.unverified(
            name=(name or sender.partition("@")[0])[:120],
            phone="",
            email=sender[:254],
            language=_language(letter),
            now=now,
        )
        # Said after the person was found: nobody joins another's contact by a number in a text.
        identities.say(person, PHONE, phone)
    files, html = _taken(row, letter, by=person, now=now)
    confirm = may_confirm(
        automatic=row.automatic,
        sender=sender,
        from_us=from_us,
        confirmed_lately=_confirmed_lately(sender, now) if verified else 0,
    )
    text = _text(letter)
    came = Came(
        channel=MAIL.name,
        person=person,
        text=text,
        html=html,
        cut=_cut(letter),
        copied=copied(letter),
        files=files,
        proven=verified,
        key=key_of(row),
    )
    matter = Matter(
        topic=plain_topic(f"{letter.subject}\n{text}"),
        contact_name=(name or person.name)[:120],
        contact_phone=phone,
        contact_email=sender[:254],
        language=person.language if verified else _language(letter),
        subject=letter.subject[:200],
        confirm=confirm,
    )
    outcome = inbound.open(came, matter, now=now)
    reached("letter told")
    settle(row, RawLetter.State.TAKEN, ticket=outcome.ticket, message=outcome.message)


def open_unread(row: RawLetter, *, why: str, now: datetime) -> None:
    """A letter that cannot be read opens a request with the letter itself attached: nothing is lost."""
    name = (row.sender_name or row.sender.partition("@")[0])[:120]
    person = contacts.unverified(name=name, phone="", email=row.sender, language="ru", now=now)
    attached = uploads.take_in(raw_of(row), name="letter.eml", by=person, now=now)
    document = playbook.current()[1]
    with translation.override("ru"):
        text = _("Это письмо не удалось прочитать автоматически. Оно приложено целиком.")
    came = Came(channel=MAIL.name, person=person, text=text, files=[attached.pk], proven=False, key=key_of(row))
    matter = Matter(
        topic=document.other_topic,
        contact_name=name or person.name,
        contact_email=row.sender,
        subject=row.subject[:200],
        confirm=False,  # who wrote it, and whether anybody did, is not known
    )
    outcome = inbound.open(came, matter, now=now)
    row.note = why[:500]
    settle(row, RawLetter.State.UNREAD, ticket=outcome.ticket, message=outcome.message)


def _answer_to(letter: ParsedLetter, ours: Ours) -> NamedAddress | None:
    """Whom the letter asks to answer: neither us, nor the group it came through."""
    through = {box.address.lower() for box in [*letter.to, *letter.cc]}
    boxes = (box for box in letter.reply_to if box.address and not is_ours(box.address, ours))
    return next((box for box in boxes if box.address.lower() not in through), None)


def copied(letter: ParsedLetter) -> list[str]:
    """Whom the letter went to beside us, in lower case."""
    ours = Ours.of(settings.SUPPORT_EMAIL)
    addresses = (box.address.lower() for box in [*letter.to, *letter.cc])
    return list(dict.fromkeys(one for one in addresses if one and not is_ours(one, ours)))[:_MOST_COPIED]


def settle(row: RawLetter, state: str, *, ticket: Ticket | None, message: Message | None = None) -> bool:
    """What became of the letter. False when another worker said so first."""
    return leases.done(
        row,
        state=state,
        ticket=ticket,
        message=message,
        sender_proven=row.sender_proven,
        automatic=row.automatic,
        note=row.note,
    )


def client_id_of(row: RawLetter) -> str:
    """Of the message that a letter becomes in a request that is there: once, however often it is told."""
    return f"mail:{row.digest[:48]}"


def key_of(row: RawLetter) -> Key:
    """Of the request that a letter opens."""
    return Key("mail", row.digest, row.digest)


def _text(letter: ParsedLetter) -> str:
    text = letter.reply_text.strip() or letter.text.strip() or letter.subject.strip()
    if not text and not letter.attachments:
        return "—"
    return hidden(text if len(text) <= _MOST_TEXT else text[:_MOST_TEXT].rstrip() + "…")


def _cut(letter: ParsedLetter) -> str:
    return hidden(letter.cut[:_MOST_CUT]) if letter.reply_text.strip() else ""


def _taken(row: RawLetter, letter: ParsedLetter, *, by: Person, now: datetime) -> tuple[list[str], str]:
    """(ids of the letter's files in the store, its HTML fit to be shown). What does not fit into a message is in the
    letter itself, which is attached then."""
    found = letter.attachments
    whole = len(found) > settings.MAX_FILES or len(letter.reply_text) > _MOST_TEXT
    ids, pictures = [], {}
    for one in found[: settings.MAX_FILES - whole]:
        name = one.name or _nameless(one)
        kept = uploads.take_in(one.content, name=name, by=by, now=now, inline_id=one.cid[:255])
        ids.append(kept.pk)
        if one.cid:
            pictures[one.cid] = reverse("files:one", args=[kept.pk])
    if whole:
        ids.append(uploads.take_in(raw_of(row), name="letter.eml", by=by, now=now).pk)
    reached("files taken")
    return ids, hidden(sanitise(letter.html, pictures)) if letter.html else ""


def _nameless(file: LetterFile) -> str:
    return "picture" if file.type.startswith("image/") else "file"


def _language(letter: ParsedLetter) -> str:
    sample = f"{letter.subject} {letter.reply_text[:_READ_FOR_TOPIC]}"
    return "en" if len(_LATIN.findall(sample)) > 4 * len(_CYRILLIC.findall(sample)) else "ru"


def _confirmed_lately(sender: str, now: datetime) -> int:
    confirmed = Delivery.objects.filter(kind=Delivery.Kind.CONFIRMATION, to__iexact=sender)
    return confirmed.filter(created_at__gt=now - CONFIRMATIONS_WITHIN).count()
