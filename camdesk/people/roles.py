"""Who may do what: one table. Views ask `may(agent, "right")`; queries start from what a person may see.

Rights have a scope: the requests of a closed team are there for its members alone, a lead of another shift included:
who needs to know is who is in the team. Administrators see them ("ticket.read_closed"): they decide who is in, and
somebody must find what a team without members was given.
"""

from typing import Protocol

from camdesk.people.models import Agent

_AGENT = frozenset(
    {
        "ticket.read",
        "ticket.reply",
        "ticket.note",
        "ticket.assign",
        "ticket.resolve",
        "ticket.open_for",
        "person.read",
        "camera.read",
        "article.read",
        "playbook.read",
        "phrase.attach",
        "outage.read",
        "outage.link",
    }
)
_LEAD = _AGENT | {
    "team.read",
    "report.read",
    "delivery.resend",
    "letter.read",
    "letter.decide",
    "outage.manage",
    "ticket.link",
    "person.invite",
    "consent.withdraw",
    "site.edit",
}
_ADMINISTRATOR = _LEAD | {
    "people.manage",
    "person.erase",
    "team.manage",
    "ticket.read_closed",
    "playbook.publish",
    "api_key.manage",
    "camera.import",
    "channel.manage",
}

RIGHTS: dict[str, frozenset[str]] = {
    Agent.Role.AGENT: _AGENT,
    Agent.Role.LEAD: frozenset(_LEAD),
    Agent.Role.ADMINISTRATOR: frozenset(_ADMINISTRATOR),
}


def holding(right: str) -> list[str]:
    """The roles that have it."""
    return [role for role, rights in RIGHTS.items() if right in rights]


class OfTeam(Protocol):
    """A ticket, as rights see it."""

    team_id: int | None


def may(agent: Agent | None, right: str, ticket: OfTeam | None = None) -> bool:
    """Whether this member of the staff has the right; about a ticket, whether they have it there. Nobody and former
    agents have none."""
    if agent is None or not agent.active or right not in RIGHTS[agent.role]:
        return False
    return ticket is None or ticket.team_id not in hidden_teams(agent)


NO_TEAM = (0,)
"""For a prepared query (lib/prepared.py) that leaves out the hidden teams: it wants one at least."""


def hidden_teams(agent: Agent) -> frozenset[int]:
    """The closed teams whose requests this agent does not see."""
    return frozenset() if "ticket.read_closed" in RIGHTS[agent.role] else agent.outside
