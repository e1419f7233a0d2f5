"""How many call-backs are due: a kept count, so that no page counts rows; what is of closed teams also by team."""

from django.db import transaction
from django.db.models import Count

from camdesk.channels.models import CallBack
from camdesk.lib import bus
from camdesk.people.models import Agent
from camdesk.people.roles import hidden_teams
from camdesk.tickets.counts import QueueNumber
from camdesk.tickets.models import Counter

DUE = "callbacks:due"


def due_for(agent: Agent) -> QueueNumber:
    """The number this agent is shown: without the call-backs of requests they do not see."""
    return QueueNumber((DUE,), tuple(_of(team) for team in sorted(hidden_teams(agent))))


def call_backs_changed() -> None:
    """In the transaction of whatever changed one: the number is counted anew, and open lists fetch themselves."""
    recount_due()
    transaction.on_commit(lambda: bus.publish(["desk"], {"callbacks": True}))


def recount_due() -> None:
    """Counted anew each time: the reminder's next round mends any mistake."""
    due = CallBack.objects.filter(state=CallBack.State.WAITING, reminded_at__isnull=False)
    found = {DUE: 0}
    for team, closed, number in due.values_list("ticket__team_id", "ticket__team__closed").annotate(Count("pk")):
        found[DUE] += number
        if closed:
            found[_of(team)] = number
    kept = dict(Counter.objects.filter(name__startswith=DUE).values_list("name", "value"))
    for name in sorted({*found, *kept}):
        if kept.get(name) != found.get(name, 0):
            Counter.objects.update_or_create(name=name, defaults={"value": found.get(name, 0)})


def _of(team: int) -> str:
    return f"{DUE}:{team}"
