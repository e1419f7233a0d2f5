"""How many call-backs are due: a kept count, so that no page counts rows."""

from camdesk.channels.models import CallBack
from camdesk.tickets.models import Counter

DUE = "callbacks:due"


def recount_due() -> None:
    """In the transaction of whatever changed. Counted anew each time: the reminder's next round mends any mistake."""
    value = CallBack.objects.filter(state=CallBack.State.WAITING, reminded_at__isnull=False).count()
    if Counter.objects.filter(name=DUE, value=value).exists():
        return
    Counter.objects.update_or_create(name=DUE, defaults={"value": value})
