"""Rules and dashboard name figures that are there, with labels they have; every rule is tried, and explained."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "prometheus"
DOCUMENT = (ROOT / "docs" / "monitoring.md").read_text()
RULES = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"][0]["rules"]
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text())
OF_A_HISTOGRAM = "camdesk_http_request_seconds"

_ROW = re.compile(r"^\| `(camdesk_\w+)` \|([^|]*)\|", re.MULTILINE)
_ALERT = re.compile(r"^\| `(Camdesk\w+)` \| (page|look) \|", re.MULTILINE)
_USE = re.compile(r"\b(camdesk_\w+)(?:\{([^}]*)\})?")
_BY = re.compile(r"\bby \(([^)]*)\)")
_LABEL = re.compile(r"(\w+)(?:=~|!~|!=|=)")


def known() -> dict[str, set[str]]:
    """Figure → its labels, as the document has them, which another house test compares with /metrics."""
    rows = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in _ROW.findall(DOCUMENT)}
    parts = rows.pop(OF_A_HISTOGRAM)
    for part in ("bucket", "count", "sum"):
        rows[f"{OF_A_HISTOGRAM}_{part}"] = parts | ({"le"} if part == "bucket" else set())
    return rows


def expressions() -> Iterator[tuple[str, str]]:
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]


def wrong_in(expression: str, figures: dict[str, set[str]]) -> list[str]:
    uses = _USE.findall(expression)
    wrong = [name for name, _labels in uses if name not in figures]
    have = {label for name, _labels in uses for label in figures.get(name, ())}
    named = {label for _name, labels in uses for label in _LABEL.findall(labels)}
    named |= {label.strip() for labels in _BY.findall(expression) for label in labels.split(",")}
    return [*wrong, *sorted(named - have)]


def test_what_is_not_there_is_seen() -> None:
    figures = known()
    assert wrong_in("max(camdesk_no_such)", figures) == ["camdesk_no_such"]
    assert wrong_in('max by (nobody) (camdesk_tickets{turn="us", kind="x"})', figures) == ["kind", "nobody"]
    assert wrong_in("rate(camdesk_http_request_seconds[5m])", figures) == ["camdesk_http_request_seconds"]


def test_every_expression_names_figures_that_are_there() -> None:
    figures, all_ = known(), list(expressions())
    assert len(all_) > 30
    assert {where: wrong for where, one in all_ if (wrong := wrong_in(one, figures))} == {}


def test_the_dashboard_shows_every_figure() -> None:
    """But who answered, and what is only of use to its makers."""
    shown = {name for _where, one in expressions() for name, _labels in _USE.findall(one)}
    rest = set(known()) - shown
    assert rest == {
        "camdesk_process",
        "camdesk_http_requests_total",
        "camdesk_http_request_seconds_sum",
        "camdesk_live_refused_total",
        "camdesk_live_closed_slow_total",
        "camdesk_duty_done_total",
    }


def test_every_rule_is_explained_and_tried() -> None:
    rules = {rule["alert"]: rule["labels"]["severity"] for rule in RULES}
    assert dict(_ALERT.findall(DOCUMENT)) == rules
    tries = yaml.safe_load((FOLDER / "alerts_test.yaml").read_text())["tests"]
    cases = [case for one in tries for case in one["alert_rule_test"]]
    assert {case["alertname"] for case in cases if case["exp_alerts"]} == set(rules), "a case in which it comes"


def test_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [
        (panel["gridPos"]["x"] + x, panel["gridPos"]["y"] + y)
        for panel in panels
        for x in range(panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _y in cells) < 24
