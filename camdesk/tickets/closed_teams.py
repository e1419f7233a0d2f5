"""Closed teams, and who is in them: whoever does not see a request any more does not have it either."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from camdesk.people import agents, teams
from camdesk.people.models import Agent, Person, Team
from camdesk.people.roles import may
from camdesk.tickets.assignment import assign
from camdesk.tickets.models import Ticket


def set_closed(*, team: Team, closed: bool, by: Person, now: datetime) -> int:
    """A closed team keeps its requests to its members. Returns how many went back to its queue, because they were with
    somebody outside."""
    with transaction.atomic():
        teams.set_closed(team=team, closed=closed, by=by, now=now)
        return _hand_back(by=by, now=now)


def change_agent(*, agent: Agent, role: str, teams: Collection[str], by: Person, now: datetime) -> int:
    """As people/agents.change. Returns how many requests went back to the queues of teams they are not in any more."""
    with transaction.atomic():
        agents.change(agent=agent, role=role, teams=teams, by=by, now=now)
        return _hand_back(by=by, now=now)


def _hand_back(*, by: Person, now: datetime) -> int:
    kept = Ticket.objects.open().filter(team__closed=True, assignee__isnull=False)
    unseen = [one for one in kept.select_related("assignee").order_by("pk") if not _sees(one)]
    for ticket in unseen:
        assign(ticket=ticket, to=None, by=by, now=now)
    return len(unseen)


def _sees(ticket: Ticket) -> bool:
    return may(ticket.assignee, "ticket.read", ticket)
