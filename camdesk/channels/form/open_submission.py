"""The form of somebody who is not signed in becomes a request, once: of a contact that proves nothing.

Whoever has the mailbox they named proves it by the link of the confirmation (tickets/claiming.py). Until then nothing
tells them apart: neither what they are answered here nor how says whether somebody has that address.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from camdesk.bot.understanding.plain_topic import plain_topic
from camdesk.channels import inbound, intake
from camdesk.channels.form.channel import OPEN_FORM
from camdesk.channels.form.posted_fields import said
from camdesk.channels.form.submission import consented_to, contents_of, remember_consent
from camdesk.channels.inbound import Became, Came, InboundResult, Matter
from camdesk.channels.intake import Asked, Demands
from camdesk.lib.mailboxes import mailbox_of
from camdesk.lib.multipart import ArrivedFile
from camdesk.people import contacts, limits
from camdesk.playbook.document import Playbook
from camdesk.tickets import attachments, receipts, uploads
from camdesk.tickets.attachments import CannotAttach
from camdesk.tickets.receipts import Key
from camdesk.tickets.uploads import TakenFiles

MOST_FILES = 5
MOST_MB = 20
"""Of all files of one form together: its whole body comes before anybody looks at it (server/admission.py)."""
_DEMANDS = Demands(name=False, email=True, required_facts=False)


@dataclass(frozen=True)
class KeptFile:
    """A file that stays chosen. `value`: how its form names it; `size`: bytes."""

    value: str
    name: str
    size: int


def submit(
    *,
    asked: Asked,
    key: str,
    document: Playbook,
    consented: bool,
    network: str,
    address_of_sender: str | None,
    language: str,
    now: datetime,
) -> InboundResult:
    """Opens the request of this form, or returns the one it opened before. `network`: whose it counts against
    (limits.network_of). Raises intake.Refused with every fault, limits.Limited, receipts.KeyReused."""
    once = Key(OPEN_FORM.name, key, said(asked) | {"attachments": contents_of(asked)})
    if (row := receipts.first_answer(once)) is not None:
        return InboundResult(Became.DOUBLED, row.ticket, row.message)
    asked = replace(asked, topic=asked.topic or plain_topic(asked.text))
    taken = consented_to(
        document, consented, lambda: intake.check(asked, document=document, cameras=(), demands=_DEMANDS)
    )
    for whose in (network, mailbox_of(taken.email) or taken.email):
        limits.take("open_form", whose, now=now)
    name = taken.name or taken.email.partition("@")[0]
    try:
        # The contact, whose files they are, what they agreed to and the request; or none of it.
        with transaction.atomic():
            person = contacts.unverified(name=name, phone=taken.phone, email=taken.email, language=language, now=now)
            attachments.give(ids=taken.attachments, to=person)
            came = Came(
                channel=OPEN_FORM.name,
                person=person,
                text=taken.text,
                files=taken.attachments,
                proven=False,
                key=once,
                originator=f"net:{network}",
            )
            matter = Matter(
                topic=taken.topic.id,
                contact_name=name,
                contact_phone=taken.phone,
                contact_email=taken.email,
                language=language,
                address=taken.address,
            )
            return inbound.open(
                came,
                matter,
                now=now,
                along=lambda: remember_consent(
                    person, document, consented, channel=OPEN_FORM.name, address=address_of_sender, now=now
                ),
            )
    except CannotAttach:
        sentence = _("Один из файлов не дошёл до нас целиком. Уберите его и приложите снова.")
        raise intake.Refused([intake.FieldError("files", sentence)]) from None


def take_files(arrived: Sequence[ArrivedFile], *, kept: Sequence[str], network: str, now: datetime) -> TakenFiles:
    """What came in the form's own body. `kept`: ids of those it brought before. What does not fit is told in words."""
    return uploads.receive_all(arrived, already=len(kept), most=MOST_FILES, by=None, network=network, now=now)


def kept(key: str, asked: Asked) -> list[KeptFile]:
    """What this form has brought and not sent yet, for its page; nobody else's form can name them."""
    files = attachments.unsent(ids=asked.attachments, by=None)
    return [KeptFile(f"{file.pk}.{_mac(key, file.pk)}", file.name, file.size) for file in files]


def kept_ids(key: str, values: Iterable[str]) -> list[str]:
    """The ids of what this form has brought before (KeptFile.value), in their order; anything else is passed over."""
    named = [value.partition(".") for value in values]
    return list(dict.fromkeys(pk for pk, _dot, mac in named if constant_time_compare(_mac(key, pk), mac)))


def _mac(key: str, attachment_id: str) -> str:
    return salted_hmac("camdesk.open_form.files", f"{key}|{attachment_id}", algorithm="sha256").hexdigest()
