"""Canned replies of the playbook, filled in for one ticket."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from camdesk.lib.language import current_language
from camdesk.people.models import Person
from camdesk.playbook.consistency import PLACES
from camdesk.playbook.document import CannedReply, Playbook
from camdesk.tickets.models import Ticket
from camdesk.ui.moments import exact


@dataclass(frozen=True)
class Canned:
    """`title` is in the agent's language, `text` in the customer's."""

    title: str
    text: str


_PLACE = re.compile(r"\{(\w+)\}")


def canned_replies(ticket: Ticket, document: Playbook, *, by: Person) -> list[Canned]:
    """Those of the ticket's topic first, then those for everything, then the others."""
    topic = document.topics.get(ticket.topic_id or "")
    values = {
        "name": ticket.contact_name,
        "number": str(ticket.pk),
        "address": ticket.address,
        "phone": document.contacts.phone,
        "hours": document.contacts.hours.get(ticket.language),
        "agent": by.name,
        "email": document.contacts.email,
        "topic": topic.title.get(ticket.language) if topic else "",
        "promised_at": _promised(ticket),
    }

    def place(reply: CannedReply) -> int:
        return 0 if ticket.topic_id in reply.topics else 2 if reply.topics else 1

    language = current_language()
    return [
        Canned(reply.title.get(language), _filled(reply.text.get(ticket.language), values))
        for reply in sorted(document.replies, key=place)
    ]


def left_open(text: str) -> list[str]:
    """The places of a canned reply that nobody has filled in, as they stand in the text: so it must not leave."""
    return list(dict.fromkeys(match[0] for match in _PLACE.finditer(text) if match[1] in PLACES))


def fill_in(places: str) -> str:
    """What an agent is told of places that are left open. `places`: their names, as they stand in the text."""
    return _("Заполните в ответе: %(places)s. Клиент увидел бы скобки.") % {"places": places}


def _promised(ticket: Ticket) -> str:
    """When the customer hears from us next, in their language; "" when nothing is promised."""
    if ticket.promised_at is None:
        return ""
    with override(ticket.language):
        return exact(ticket.promised_at)


def _filled(text: str, values: Mapping[str, str]) -> str:
    """What is not known stays as it is written, for the agent to fill in."""
    return _PLACE.sub(lambda match: values.get(match[1]) or match[0], text)
