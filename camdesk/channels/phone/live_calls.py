"""Calls that go on just now, and whose screen each is for."""

from datetime import datetime, timedelta

from django.db.models import Q

from camdesk.channels.models import Call
from camdesk.people.models import Agent

LIVE = (Call.State.RINGING, Call.State.QUEUED, Call.State.ANSWERED, Call.State.HELD)
OVER = (Call.State.ENDED, Call.State.MISSED)
# An exchange may lose the end of a call: what has said nothing for so long is no longer shown as going on.
_RINGS_FOR = timedelta(minutes=5)
_LASTS_FOR = timedelta(hours=1)
_AFTERWARDS = timedelta(minutes=2)  # so long the card of a call that is over stays: somebody is still writing
_AT_MOST = 20


def live(now: datetime) -> Q:
    """Calls that ring, wait or are talked in, as far as anybody has said lately."""
    ringing = Q(state=Call.State.RINGING, moved_at__gt=now - _RINGS_FOR)
    return ringing | Q(state__in=LIVE[1:], moved_at__gt=now - _LASTS_FOR)


def calls_for(agent: Agent, *, now: datetime) -> list[Call]:
    """What this agent's pages show: calls that ring at their telephone, or at nobody's in particular; those they talk
    in; and for a moment those that have just ended. Oldest first."""
    just_over = Q(state__in=OVER, moved_at__gt=now - _AFTERWARDS)
    found = (
        Call.objects.filter(live(now) | just_over, moved_at__gt=now - _LASTS_FOR)
        .exclude(direction="internal")
        .select_related("person", "ticket", "agent__person", "named_by__person")
        .order_by("pk")
    )
    return [call for call in found[: 10 * _AT_MOST] if is_for(call, agent)][-_AT_MOST:]


def is_for(call: Call, agent: Agent) -> bool:
    if call.agent_id is not None and call.state in (Call.State.ANSWERED, Call.State.HELD, Call.State.ENDED):
        return call.agent_id == agent.pk
    if call.rung or call.agent_id is not None:
        return agent.pk in call.rung or call.agent_id == agent.pk
    return call.direction == "in" and call.state != Call.State.ENDED


def channels_of(call: Call) -> set[str]:
    """Where on the bus those listen whose screen shows this call."""
    agents = set(call.rung) | ({call.agent_id} if call.agent_id else set())
    return {f"agent:{pk}" for pk in agents} or {"desk"}
