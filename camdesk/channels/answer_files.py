"""What is attached to an answer, where it leaves by a messenger: as references where the channel carries files
(`Answers.files`), else in words that say how many wait in the cabinet.

Decided when it leaves, not when it was queued: only then the scanner has looked. A reference is `{"id", "name", "size",
"type"}` (bytes, MIME type) under `files` in the payload; `open_file` reads it.
"""

from collections.abc import Sequence
from typing import IO, Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import ngettext

from camdesk.channels.mail.outgoing.wording import request_address
from camdesk.lib import files
from camdesk.people import identities
from camdesk.tickets import quarantine
from camdesk.tickets.channels import Channel
from camdesk.tickets.models import Attachment, Delivery
from camdesk.tickets.reply_channels import has_login


def with_files(delivery: Delivery, channel: Channel) -> Delivery:
    """The same delivery, its payload complete. It is not kept so: the next try looks again."""
    attached = list(delivery.message.attachments.order_by("position", "pk")) if delivery.message is not None else []
    if not attached:
        return delivery
    ticket = delivery.ticket
    given = [one for one in attached if quarantine.given(one)]
    said: dict[str, Any] = dict(delivery.payload)
    with translation.override(ticket.language if ticket is not None else settings.LANGUAGE_CODE):
        lines = [quarantine.left_out(one) for one in attached if one not in given]
        if channel.answers is not None and channel.answers.files:
            said["files"] = [_reference(one) for one in given]
        elif given:
            lines.insert(0, _waiting(given, delivery))
    said["text"] = "\n\n".join(part for part in (said.get("text", ""), "\n".join(lines)) if part)
    delivery.payload = said
    return delivery


def open_file(reference: str) -> IO[bytes]:
    """The bytes behind the `id` of a reference, as they were sent; the caller closes it. Raises files.NotHere, also for
    what may not go out by now."""
    found = Attachment.objects.filter(pk=reference, message__isnull=False).first()
    if found is None or not quarantine.given(found):
        raise files.NotHere(reference)
    return files.store().open(found.storage_key)


def _reference(file: Attachment) -> dict[str, Any]:
    return {"id": file.pk, "name": file.name, "size": file.size, "type": file.content_type}


def _waiting(given: Sequence[Attachment], delivery: Delivery) -> str:
    """With the way there for whoever has proven that they are the request's customer, and can sign in."""
    ticket, many = delivery.ticket, len(given)
    kind = identities.kind_of(delivery.channel)
    if ticket is not None and has_login(ticket.person) and identities.proven_at(ticket.person, kind, delivery.to):
        words = ngettext(
            "К ответу приложен %(n)s файл, он в личном кабинете: %(link)s",
            "К ответу приложены файлы (%(n)s), они в личном кабинете: %(link)s",
            many,
        )
        return words % {"n": many, "link": request_address(ticket)}
    words = ngettext(
        "К ответу приложен %(n)s файл, он ждёт в личном кабинете.",
        "К ответу приложены файлы (%(n)s), они ждут в личном кабинете.",
        many,
    )
    return words % {"n": many}
