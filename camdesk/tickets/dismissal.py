"""An agent leaves: their open requests go back to the queue."""

from datetime import datetime

from django.db import transaction

from camdesk.people import agents
from camdesk.people.models import Agent, Person
from camdesk.tickets.assignment import assign
from camdesk.tickets.models import Ticket


def dismiss(*, agent: Agent, by: Person, now: datetime) -> int:
    """They are signed out and nothing stays with them: all of it or nothing. Returns how many requests went back to the
    queue, one event each. Raises agents.LastAdministrator."""
    with transaction.atomic():
        agents.deactivate(agent=agent, by=by, now=now)
        requests = list(Ticket.objects.open().filter(assignee=agent).order_by("pk"))
        for ticket in requests:
            assign(ticket=ticket, to=None, by=by, now=now)
    return len(requests)
