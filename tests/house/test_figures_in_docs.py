"""Every figure of /metrics is named in docs/monitoring.md, with its labels, and nothing else is."""

import re
from pathlib import Path

from prometheus_client import Metric

from camdesk.lib import metrics
from camdesk.live.hub import Hub
from camdesk.server import desk_figures
from camdesk.server.bridge import Bridge
from camdesk.server.dispatcher import Dispatcher
from camdesk.server.front_figures import FrontFigures

DOCUMENT = (Path(__file__).parents[2] / "docs/monitoring.md").read_text()
_ROW = re.compile(r"^\| `(camdesk_\w+)` \|([^|]*)\|", re.MULTILINE)
# Labels of what is asked of the database, which is not asked here.
DESK = {
    "camdesk_waiting": {"kind"},
    "camdesk_waiting_due_seconds": {"kind"},
    "camdesk_deliveries_failed": set(),
    "camdesk_tickets": {"turn"},
    "camdesk_promises_overdue": {"kind"},
    "camdesk_bot_sessions": set(),
    "camdesk_database_up": set(),
    "camdesk_store_up": set(),
    "camdesk_exchange_heard_at_seconds": {"provider"},
}


def name_of(metric: Metric) -> str:
    return metric.name + "_total" if metric.type == "counter" else metric.name


def test_every_figure_is_documented_and_no_other_is() -> None:
    bridge = Bridge(lambda environ, start: [], threads=1, max_body=1)
    front = Dispatcher(hub=Hub(), bridge=bridge, ready=list)
    bridge.pool.shutdown()
    told = {name_of(one): set() for one in FrontFigures(front, ready=True).collect()}
    told["camdesk_http_given_up_total"] = {"status"}
    for instrument in vars(metrics).values():
        if hasattr(instrument, "describe") and hasattr(instrument, "_labelnames"):
            [described] = instrument.describe()
            told[name_of(described)] = set(instrument._labelnames)
    documented = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in _ROW.findall(DOCUMENT)}
    assert documented == told | DESK


def test_the_desks_figures_are_these() -> None:
    source = Path(desk_figures.__file__).read_text()
    assert set(re.findall(r'"(camdesk_\w+)"', source)) == set(DESK)
