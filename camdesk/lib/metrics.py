"""What this process counts of its own work, for `/metrics` (docs/monitoring.md names every figure).

Of several processes behind one port each counts for itself in a file of one folder, and whichever answers adds them up
(`share`): a scrape that reaches another one each time would see counters fall.
"""

import os
import shutil
from pathlib import Path
from typing import Any

import prometheus_client
import prometheus_client.multiprocess
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.registry import Collector

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where the library looks for it

_untyped: Any = prometheus_client  # some of its functions tell no types
_untyped.disable_created_metrics()

_registry = CollectorRegistry()

REQUESTS = Histogram(
    "camdesk_http_request_seconds",
    "Time to an answer, by the room that gave it",
    ("room", "method", "status"),
    buckets=_SECONDS,
    registry=_registry,
)
STATEMENTS = Counter(
    "camdesk_database_statements",
    "Statements sent to the database",
    ("room",),
    registry=_registry,
)
DUTY_RUNS = Counter("camdesk_duty_runs", "Looks of a duty of the worker", ("duty", "outcome"), registry=_registry)
DUTY_DONE = Counter("camdesk_duty_done", "Pieces of work a duty has done", ("duty",), registry=_registry)
DUTY_SECONDS = Counter("camdesk_duty_seconds", "Time a duty was at work", ("duty",), registry=_registry)
DUTY_LATE = Gauge(
    "camdesk_duty_late_seconds",
    "How late the last look of a duty began: its lane was at something else",
    ("duty",),
    registry=_registry,
    multiprocess_mode="mostrecent",
)
DUTY_LOOKED_AT = Gauge(
    "camdesk_duty_looked_at_seconds",
    "When a duty last ended a look without a fault, in seconds since 1970",
    ("duty",),
    registry=_registry,
    multiprocess_mode="max",
)
MAIL_FETCHED_AT = Gauge(
    "camdesk_mail_fetched_at_seconds",
    "When the mailbox last answered and gave what it had, in seconds since 1970",
    ("way",),
    registry=_registry,
    multiprocess_mode="max",
)


# --- telling


def share(folder: Path) -> None:
    """From here on what is counted is counted for all processes that are forked from this one. To be called before any
    of them counts. What an earlier start left there is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    os.environ[_FOLDER] = str(folder)
    _untyped.values.ValueClass = _untyped.values.MultiProcessValue()


def text(*more: Collector) -> str:
    """Everything counted, and what `more` say now, as Prometheus reads it."""
    if _FOLDER in os.environ:
        registry = CollectorRegistry()
        _untyped.multiprocess.MultiProcessCollector(registry, os.environ[_FOLDER])
    else:
        registry = _registry
    said = generate_latest(registry).decode()
    for one in more:
        alone = CollectorRegistry()
        alone.register(one)
        said += generate_latest(alone).decode()
    return said
