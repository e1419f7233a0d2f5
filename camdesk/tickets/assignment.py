"""Who has a ticket, which team, whose move it is, and what it is about."""

from datetime import datetime

from camdesk.people.models import Agent, Person, Team
from camdesk.people.roles import may
from camdesk.playbook.models import Topic
from camdesk.tickets import state
from camdesk.tickets.models import Ticket
from camdesk.tickets.timeline import deed, record
from camdesk.tickets.transitions import BY_HAND, Move


class OutsideTheTeam(Exception):
    """The ticket is of a closed team, and this agent does not see it."""


def assign(*, ticket: Ticket, to: Agent | None, by: Person | None, now: datetime) -> None:
    """Gives the ticket to an agent, or back to the queue (None). A person's assignment wins over the bot. Raises
    OutsideTheTeam: nobody has what they do not see."""
    with deed(ticket.pk, now=now) as locked:
        if locked.assignee_id == (to.pk if to else None):
            return
        if to is not None and not may(to, "ticket.read", locked):
            raise OutsideTheTeam
        locked.assignee = to
        if to is not None:
            state.move(locked, Move.TAKEN, now=now)
        record(locked, "ticket.assigned", by=by, now=now, agent=to.pk if to else None, name=str(to or ""))


def route(
    *, ticket: Ticket, team: Team | None, by: Person | None, now: datetime, assignee: Agent | None = None
) -> None:
    """Gives the ticket to another team; it leaves its present agent. `assignee`: undone, it comes back to them, if
    they see it there."""
    with deed(ticket.pk, now=now) as locked:
        if locked.team_id == (team.pk if team else None):
            return
        locked.team = team
        locked.assignee = assignee if may(assignee, "ticket.read", locked) else None
        record(locked, "ticket.routed", by=by, now=now, team=team.slug if team else None)


def pass_turn(*, ticket: Ticket, turn: str, by: Person, now: datetime) -> None:
    """An agent says whose move it is. Raises ValueError for a turn that is not set by hand."""
    if turn not in BY_HAND:
        raise ValueError(turn)
    with deed(ticket.pk, now=now) as locked:
        if not state.move(locked, BY_HAND[turn], now=now).changed:
            return
        record(locked, "turn.changed", by=by, now=now, turn=turn)


def set_topic(*, ticket: Ticket, topic: Topic, by: Person, now: datetime) -> None:
    """The request is about something else than was said at first."""
    with deed(ticket.pk, now=now) as locked:
        if locked.topic_id == topic.pk:
            return
        before, locked.topic = locked.topic_id, topic
        record(locked, "topic.changed", by=by, now=now, before=before, after=topic.pk)
