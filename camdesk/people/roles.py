"""Who may do what: one table. Views ask `may(agent, "right")`; queries start from what a person may see."""

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
}
_ADMINISTRATOR = _LEAD | {
    "people.manage",
    "team.manage",
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


def may(agent: Agent | None, right: str) -> bool:
    """Whether this member of the staff has the right. Nobody and former agents have none."""
    return agent is not None and agent.active and right in RIGHTS[agent.role]
