"""Which requests an outage explains. Pure."""

from datetime import datetime, timedelta

from camdesk.playbook.document import Playbook
from camdesk.playbook.flow_reading import flow_of

_SLACK = timedelta(hours=1)
"""Nobody knows to the minute when it began: requests of the hour before are looked at as well."""


def topic_fits(document: Playbook, topic_id: str) -> bool:
    """Whether a request about this topic may be about an outage: those whose own dialogue tells of one (`subscribe:
    outage`). So the playbook says it, and a turned camera or a bill is explained by no outage."""
    topic = document.topics.get(topic_id)
    if topic is None or not topic.flow or topic.flow not in document.flows:
        return False
    return any(step.subscribe == "outage" for step in flow_of(document.flows[topic.flow]).steps)


def time_fits(*, opened: datetime, began: datetime) -> bool:
    """Whether a request of that moment may be about what began then."""
    return opened >= began - _SLACK
