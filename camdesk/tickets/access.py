"""Fetch and permit in one line: the object, or 404. Another customer's object is a 404 like one that never was."""

from django.http import Http404

from camdesk.lib.prepared import Prepared
from camdesk.people.models import Agent, Person
from camdesk.people.roles import may
from camdesk.tickets.models import Attachment, Ticket

_WHOLE = Prepared(
    lambda number: Ticket.objects.select_related(
        "topic", "person__user", "organisation", "site", "assignee__person", "team"
    ).filter(pk=number),
    int,
)


def ticket_for_customer(person: Person | None, number: int) -> Ticket:
    ticket = (
        Ticket.objects.visible_to(person)
        .select_related("topic", "person", "organisation", "site", "assignee__person")
        .filter(pk=number)
        .first()
    )
    if ticket is None:
        raise Http404
    return ticket


def ticket_for_agent(agent: Agent | None, number: int) -> Ticket:
    if not may(agent, "ticket.read"):
        raise Http404
    ticket = _WHOLE.first(number)
    if ticket is None:
        raise Http404
    return ticket


def attachment_for(person: Person | None, agent: Agent | None, attachment_id: str) -> Attachment:
    """A bound file of a message one may read, or one's own file that is not sent yet."""
    attachment = Attachment.objects.select_related("message").filter(pk=attachment_id).first()
    if attachment is None or not _may_see(person, agent, attachment):
        raise Http404
    return attachment


def _may_see(person: Person | None, agent: Agent | None, attachment: Attachment) -> bool:
    message = attachment.message
    if message is None:
        return person is not None and attachment.uploaded_by_id == person.pk
    if may(agent, "ticket.read"):
        return True
    if not message.public:
        return False
    return Ticket.objects.visible_to(person).filter(pk=message.ticket_id).exists()
