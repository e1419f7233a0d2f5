"""Fetch and permit in one line: the object, or 404. Another's object is a 404 like one that never was: of another
customer, and to an agent of a closed team they are not in."""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import Http404

from camdesk.lib.prepared import BoundQuery, Prepared
from camdesk.people.models import Agent, ApiKey, Person
from camdesk.people.roles import RIGHTS, hidden_teams, may
from camdesk.tickets.models import Attachment, Ticket

M = TypeVar("M", bound=Model)

_WHOLE = Prepared(
    lambda number: Ticket.objects.select_related(
        "topic", "person__user", "organisation", "site", "assignee__person", "team"
    ).filter(pk=number),
    int,
)
_THEIRS = Prepared(
    lambda person, number: Ticket.objects.one_visible_to(person, number).select_related(
        "topic", "person", "organisation", "site", "assignee__person"
    ),
    int,
    int,
)


def ticket_for_customer(person: Person | None, number: int) -> Ticket:
    ticket = _THEIRS.first(person.pk, number) if person is not None else None
    if ticket is None:
        raise Http404
    return ticket


def question(person: Person, number: int) -> BoundQuery:
    """What `ticket_for_customer` will ask, for lib/prepared.ahead."""
    return _THEIRS.of(person.pk, number)


def ticket_for_agent(agent: Agent | None, number: int) -> Ticket:
    ticket = _WHOLE.first(number)
    if ticket is None or not may(agent, "ticket.read", ticket):
        raise Http404
    return ticket


def question_for_agent(number: int) -> BoundQuery:
    """What `ticket_for_agent` will ask, for lib/prepared.ahead."""
    return _WHOLE.of(number)


def agents_for(ticket: Ticket) -> QuerySet[Agent]:
    """Those it may be given to: who works here, and sees it."""
    active = Agent.objects.filter(active=True)
    if ticket.team is None or not ticket.team.closed:
        return active
    everywhere = [role for role, rights in RIGHTS.items() if "ticket.read_closed" in rights]
    return active.filter(Q(pk__in=ticket.team.agents.values("pk")) | Q(role__in=everywhere))


def in_scope(rows: "QuerySet[M]", agent: Agent, ticket: str = "ticket") -> "QuerySet[M]":
    """What hangs on requests, but for that of requests this agent does not see. `ticket`: how a row leads to its
    request; rows of no request stay."""
    hidden = hidden_teams(agent)
    return rows.exclude(**{f"{ticket}__team_id__in": hidden}) if hidden else rows


def attachment_for(person: Person | None, agent: Agent | None, attachment_id: str) -> Attachment:
    """A bound file of a message one may read, or one's own file that is not sent yet."""
    attachment = Attachment.objects.select_related("message__ticket").filter(pk=attachment_id).first()
    if attachment is None or not _may_see(person, agent, attachment):
        raise Http404
    return attachment


def attachment_for_key(key: ApiKey, attachment_id: str) -> Attachment:
    """A bound file of a request this integration sees."""
    seen = Attachment.objects.filter(message__ticket__in=Ticket.objects.for_key(key))
    attachment = seen.filter(pk=attachment_id).first()
    if attachment is None:
        raise Http404
    return attachment


def _may_see(person: Person | None, agent: Agent | None, attachment: Attachment) -> bool:
    message = attachment.message
    if message is None:
        return person is not None and attachment.uploaded_by_id == person.pk
    if may(agent, "ticket.read", message.ticket):
        return True
    if not message.public:
        return False
    return Ticket.objects.visible_to(person).filter(pk=message.ticket_id).exists()
