"""Which cameras of an open outage work again, by what is recorded of them."""

from datetime import datetime

from django.db.models import F

from camdesk.cameras.models import Camera
from camdesk.outages import open_outages
from camdesk.outages.models import OutageCamera

_State = OutageCamera.State


def look_after(now: datetime) -> int:
    """A duty of the worker: who came back since the outage began is healthy, who fell out again is not. Returns 0: two
    statements do them all."""
    ids = [outage.pk for outage in open_outages.begun(open_outages.open_outages(), now=now)]
    members = OutageCamera.objects.filter(outage_id__in=ids)
    back = members.filter(
        state=_State.AFFECTED,
        camera__status=Camera.Status.ONLINE,
        camera__status_since__gt=F("outage__began_at"),
    )
    back.update(state=_State.HEALTHY, healthy_at=now)
    gone = members.filter(state=_State.HEALTHY, camera__status=Camera.Status.OFFLINE)
    gone.update(state=_State.AFFECTED, healthy_at=None)
    return 0
