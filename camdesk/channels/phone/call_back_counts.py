"""How many call-backs are due: a kept count, so that no page counts rows."""

from django.db import transaction

from camdesk.channels.models import CallBack
from camdesk.lib import bus
from camdesk.tickets.models import Counter

DUE = "callbacks:due"


def call_backs_changed() -> None:
    """In the transaction of whatever changed one: the number is counted anew, and open lists fetch themselves."""
    recount_due()
    transaction.on_commit(lambda: bus.publish(["desk"], {"callbacks": True}))


def recount_due() -> None:
    """Counted anew each time: the reminder's next round mends any mistake."""
    value = CallBack.objects.filter(state=CallBack.State.WAITING, reminded_at__isnull=False).count()
    if Counter.objects.filter(name=DUE, value=value).exists():
        return
    Counter.objects.update_or_create(name=DUE, defaults={"value": value})
