"""Fetch and permit in one line. To a customer an outage that touches none of their cameras is one that never was."""

from django.http import Http404

from camdesk.cameras.models import Camera
from camdesk.outages.models import Outage, OutageCamera
from camdesk.people.models import Agent, Person
from camdesk.people.roles import may


def outage_for_customer(person: Person | None, outage_id: int) -> Outage:
    """Open or closed, as long as a camera of theirs is a member."""
    mine = OutageCamera.objects.filter(outage_id=outage_id, camera__in=Camera.objects.visible_to(person))
    outage = Outage.objects.exclude(state=Outage.State.CANDIDATE).filter(pk=outage_id).first()
    if outage is None or not mine.exists():
        raise Http404
    return outage


def outage_for_agent(agent: Agent | None, outage_id: int) -> Outage:
    outage = Outage.objects.select_related("declared_by", "closed_by").filter(pk=outage_id).first()
    if outage is None or not may(agent, "outage.read"):
        raise Http404
    return outage
