"""How the desk is, from the database, for `/metrics`: what waits and for how long, whose move it is, what was promised
and not kept. Every process that has the database says the same; nothing here names a person or a request."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime

from django.apps import apps
from django.db import DatabaseError
from django.db.models import Count, Min, Q
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from camdesk.channels.models import CallEvent
from camdesk.lib import leases
from camdesk.server.readiness import what_is_wrong_with_store
from camdesk.tickets.models import Clock, Counter, Delivery
from camdesk.tickets.models.ticket import Turn

log = logging.getLogger("camdesk.figures")

_REMEMBERED_SECONDS = 10.0
"""Several may scrape; the database is asked once."""


class DeskFigures(Collector):
    """Asks the database from whatever thread collects it; says only `camdesk_database_up 0` where that fails.
    `around`: called before and after, for a thread that looks after its connection itself."""

    def __init__(self, *, around: Callable[[], None] = lambda: None) -> None:
        self._around = around
        self._said: list[Metric] = []
        self._asked_at = float("-inf")

    def collect(self) -> list[Metric]:
        if time.monotonic() - self._asked_at > _REMEMBERED_SECONDS:
            self._said = [*self._ask(), _store()]
            self._asked_at = time.monotonic()
        return self._said

    def _ask(self) -> list[Metric]:
        up = GaugeMetricFamily("camdesk_database_up", "Whether the database answers")
        self._around()
        try:
            figures = list(_figures(timezone.now()))
        except (DatabaseError, OSError) as error:
            log.warning("the figures of the desk cannot be had: %s", type(error).__name__)
            up.add_metric([], 0)
            return [up]
        finally:
            self._around()
        up.add_metric([], 1)
        return [up, *figures]


def _store() -> Metric:
    store = GaugeMetricFamily("camdesk_store_up", "Whether the store of files can be used")
    store.add_metric([], int(not what_is_wrong_with_store()))
    return store


def _figures(now: datetime) -> Iterator[Metric]:
    yield from _waiting(now)
    failed = GaugeMetricFamily("camdesk_deliveries_failed", "Letters and messages given up, listed for agents")
    failed.add_metric([], Delivery.objects.filter(state=Delivery.State.FAILED).count())
    yield failed
    turns = GaugeMetricFamily("camdesk_tickets", "Requests by whose move it is", labels=("turn",))
    counted = dict(Counter.objects.filter(name__startswith="all:").values_list("name", "value"))
    for name, value in counted.items():
        turns.add_metric([name.removeprefix("all:")], value)
    yield turns
    overdue = GaugeMetricFamily("camdesk_promises_overdue", "Promised until now and still awaited", labels=("kind",))
    rows = Clock.objects.overdue(now).values_list("kind").annotate(n=Count("pk")).order_by()
    for kind, number in rows:
        overdue.add_metric([kind], number)
    yield overdue
    talks = GaugeMetricFamily("camdesk_bot_sessions", "Conversations the bot is in: the move is its own")
    talks.add_metric([], counted.get(f"all:{Turn.BOT}", 0))
    yield talks
    heard = CallEvent.objects.order_by("-pk").values_list("provider", "received_at").first()
    if heard is not None:
        exchange = GaugeMetricFamily(
            "camdesk_exchange_heard_at_seconds",
            "When a telephone exchange last said something, in seconds since 1970",
            labels=("provider",),
        )
        exchange.add_metric([heard[0]], heard[1].timestamp())
        yield exchange


def _waiting(now: datetime) -> Iterator[Metric]:
    """Of everything that waits in a table (lib/leases.py), whatever is added."""
    number = GaugeMetricFamily("camdesk_waiting", "Rows that wait for the worker", labels=("kind",))
    oldest = GaugeMetricFamily(
        "camdesk_waiting_due_seconds", "How long the oldest of them that is due has been due", labels=("kind",)
    )
    for model in apps.get_models():
        if issubclass(model, leases.Leased):
            rows = leases.waiting(model._default_manager.all())
            found = rows.aggregate(n=Count("pk"), due=Min("next_try_at", filter=Q(next_try_at__lte=now)))
            number.add_metric([model._meta.model_name or ""], found["n"])
            late = (now - found["due"]).total_seconds() if found["due"] else 0.0
            oldest.add_metric([model._meta.model_name or ""], late)
    yield number
    yield oldest
