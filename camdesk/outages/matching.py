"""Which requests an outage explains. Pure."""

from datetime import datetime, timedelta

from camdesk.playbook.document import Playbook
from camdesk.playbook.flow_reading import flow_of

_VERSIONS = 8
_fitting: dict[str, frozenset[str]] = {}  # by digest: a number may mean another playbook in another database
_SLACK = timedelta(hours=1)
"""Nobody knows to the minute when it began: requests of the hour before are looked at as well."""


def topic_fits(document: Playbook, topic_id: str) -> bool:
    """Whether a request about this topic may be about an outage: those whose own dialogue tells of one (`subscribe:
    outage`), itself or by a part. So the playbook says it, and a turned camera or a bill is explained by no outage."""
    return topic_id in _fitting_topics(document)


def _fitting_topics(document: Playbook) -> frozenset[str]:
    """Of one version: its flows are read for this once in a process."""
    known = _fitting.get(document.digest)
    if known is None:
        flows = {name: flow_of(data) for name, data in document.flows.items()}
        telling = {name for name, flow in flows.items() if any(step.subscribe == "outage" for step in flow.steps)}
        parts = {name for name in telling if flows[name].part}
        telling |= {name for name, flow in flows.items() if any(step.links() & parts for step in flow.steps)}
        known = frozenset(topic.id for topic in document.topics.values() if topic.flow in telling)
        if len(_fitting) >= _VERSIONS:
            _fitting.clear()
        _fitting[document.digest] = known
    return known


def time_fits(*, opened: datetime, began: datetime) -> bool:
    """Whether a request of that moment may be about what began then."""
    return opened >= began - _SLACK
