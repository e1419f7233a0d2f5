"""The answers of a ticket as people read them: for the copy of the form, the request page, the desk and the letter."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from camdesk.cameras.models import Camera
from camdesk.cameras.passports import known_of
from camdesk.lib import phones
from camdesk.lib.prepared import BoundQuery, Prepared
from camdesk.playbook.document import Playbook
from camdesk.playbook.facts import in_words
from camdesk.tickets.models import Ticket, TicketCamera
from camdesk.tickets.site_time import zone_of_ticket
from camdesk.ui import moments
from camdesk.ui.values import Term

_CAMERAS = Prepared(
    lambda ticket: TicketCamera.objects.filter(ticket_id=ticket).select_related("camera__site").order_by("pk"), int
)


def question(number: int) -> BoundQuery:
    """What `cameras_of` will ask, for lib/prepared.ahead."""
    return _CAMERAS.of(number)


def cameras_of(ticket: Ticket) -> list[TicketCamera]:
    """The affected cameras with their sites, in the order they were named. One query."""
    return _CAMERAS.all(ticket.pk)


def answers_of(ticket: Ticket, cameras: Iterable[TicketCamera], document: Playbook, language: str) -> list[Term]:
    """Question and answer: contact, topic, place, cameras, then every fact; what was not answered is left out."""
    cameras = list(cameras)
    topic = document.topics.get(ticket.topic_id)
    rows = [
        Term(_("Имя"), ticket.contact_name),
        Term(_("Телефон"), phones.display(ticket.contact_phone)),
        Term(_("Почта"), ticket.contact_email),
        Term(_("Тема"), topic.title.get(language) if topic else ticket.topic.title_ru),
        Term(_("Адрес"), ticket.address),
        Term(_("Камеры"), ", ".join(row.camera.name for row in cameras)),
    ]
    return [row for row in rows if row.value] + facts_of(ticket, cameras, document, language)


def facts_of(ticket: Ticket, cameras: Iterable[TicketCamera], document: Playbook, language: str) -> list[Term]:
    """Those of the facts alone. One answer for all cameras is said once, others camera by camera. A time that the
    customer names is the site's."""
    cameras = list(cameras)
    rows = []
    note = moments.site_note(ticket.opened_at, zone_of_ticket(ticket, cameras))
    answered = set(ticket.facts).union(*(row.facts for row in cameras))
    for fact in document.facts.values():  # of the playbook's seventy a ticket knows a few
        if fact.id not in answered:
            continue
        title = fact.title.get(language)
        if said := in_words(fact, ticket.facts, language):
            rows.append(Term(title, said, note if fact.type == "time" or fact.heard == "moment" else ""))
        own = {row.camera.name: in_words(fact, row.facts, language) for row in cameras}
        told = {name: words for name, words in own.items() if words}
        if told and len(set(told.values())) == 1 and len(told) == len(cameras):
            rows.append(Term(title, next(iter(told.values()))))
        else:
            rows += [Term(f"{title} · {name}", words) for name, words in told.items()]
    return rows


def heard_of(ticket: Ticket) -> str:
    """What the assistant has heard unasked: «камера Двор, индикатор не горит, 17.03»; "" where it heard nothing."""
    heard = (ticket.facts.get("bot") or {}).get("heard") or ()
    return ", ".join(str(one) for one in heard)


def passport_of(camera: Camera, document: Playbook, language: str) -> list[Term]:
    """Question and answer of what the camera's passport knows, in the words of the playbook's facts."""
    known = known_of(camera)
    rows = []
    for fact in document.facts.values():
        if fact.passport in known:
            option = fact.option(known[fact.passport])
            said = option.title.get(language) if option else known[fact.passport]
            rows.append(Term(fact.title.get(language), said))
    return rows
