"""A sent form becomes a ticket, once."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from camdesk.cameras import recorded
from camdesk.cameras.models import Camera
from camdesk.channels import inbound, intake
from camdesk.channels.form.answers import completed, without_the_unticked
from camdesk.channels.form.channel import FORM
from camdesk.channels.form.posted_fields import Filled, said
from camdesk.channels.inbound import Came, InboundResult, Matter
from camdesk.lib.prepared import Prepared, ahead, insert
from camdesk.people.models import Consent, Organisation, Person
from camdesk.playbook.document import Playbook
from camdesk.tickets import drafts
from camdesk.tickets.attachments import CannotAttach
from camdesk.tickets.models import Attachment
from camdesk.tickets.receipts import Key

DRAFT = "form"
_NAMED = Prepared(
    lambda person, cameras: recorded.with_neighbours(
        Camera.objects.visible_to(Person(pk=person))
        .select_related("site", "organisation", "passport")
        .filter(pk__in=cameras)
    ),
    int,
    list[int],
)

_SUMS = Prepared(lambda ids: Attachment.objects.filter(pk__in=ids).values_list("pk", "sha256"), list[str])


def submit(
    *,
    filled: Filled,
    key: str,
    document: Playbook,
    consented: bool,
    address_of_sender: str | None,
    language: str,
    organisation: Organisation | None = None,
    by: Person,
    now: datetime,
) -> InboundResult:
    """Opens the ticket of this form, with what is known of its cameras, or returns the one it opened before (double
    click, retry, the same form in two tabs). Raises intake.Refused with every fault, receipts.KeyReused when the same
    form comes with other words."""
    once = Key(f"form:{by.pk}", key, {**said(filled), "attachments": contents_of(filled)})
    asked = inbound.questions(once, topic=filled.topic, cameras=filled.camera_ids, now=now)
    with ahead(_NAMED.of(by.pk, filled.camera_ids), *asked):
        cameras = _NAMED.all(by.pk, filled.camera_ids)
        filled = completed(without_the_unticked(filled, document), cameras, document)
        taken = consented_to(document, consented, lambda: intake.check(filled, document=document, cameras=cameras))
        came = Came(channel=FORM.name, person=by, text=taken.text, files=taken.attachments, key=once)
        matter = Matter(
            topic=taken.topic.id,
            contact_name=taken.name,
            contact_phone=taken.phone,
            contact_email=taken.email or by.email,
            language=language,
            address=taken.address,
            organisation=organisation,
            cameras=taken.cameras,
            facts=taken.facts,
            camera_facts=taken.camera_facts,
        )
        try:
            # The ticket and the consent it rests on, or neither.
            return inbound.open(
                came, matter, now=now, along=lambda: _remember(by, document, consented, address_of_sender, now)
            )
        except CannotAttach:
            sentence = _("Один из файлов не дошёл до нас целиком. Уберите его и приложите снова.")
            raise intake.Refused([intake.FieldError("files", sentence)]) from None


def consented_to(document: Playbook, consented: bool, check: Callable[[], intake.Taken]) -> intake.Taken:
    """What `check` gives; raises intake.Refused with its faults and, where one has to agree, that nobody did."""
    errors = []
    if document.consent.required and not consented:
        errors.append(intake.FieldError("consent", _("Без согласия мы не можем принять обращение.")))
    try:
        taken = check()
    except intake.Refused as refused:
        raise intake.Refused([*refused.errors, *errors]) from None
    if errors:
        raise intake.Refused(errors)
    return taken


def contents_of(asked: intake.Asked) -> list[str]:
    """The files by what is in them: a retry without scripts uploads them again under other ids."""
    known = dict(_SUMS.all(asked.attachments))
    return [known.get(pk, pk) for pk in asked.attachments]


def remember_consent(
    by: Person, document: Playbook, consented: bool, *, channel: str, address: str | None, now: datetime
) -> None:
    """In the deed's transaction: the very text, where there is one and they agreed."""
    if consented and document.consent.text:
        consent = Consent(
            person=by,
            version=document.consent.version,
            text=document.consent.text.get("ru"),
            channel=channel,
            address=address,
            given_at=now,
        )
        insert(consent)


def _remember(by: Person, document: Playbook, consented: bool, address: str | None, now: datetime) -> None:
    drafts.drop(person=by, place=DRAFT)
    remember_consent(by, document, consented, channel=FORM.name, address=address, now=now)
