"""Who sees which camera."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from camdesk.cameras.models import Camera, CameraGrant
from camdesk.people.models import Organisation, Person


def choose(
    *, person: Person, organisation: Organisation, camera_ids: Iterable[int], by: Person | None, now: datetime
) -> int:
    """An employee sees exactly these cameras of the organisation from now on; ids of other owners' are ignored.
    Returns how many they see."""
    with transaction.atomic():
        wanted = set(
            Camera.objects.in_service()
            .filter(organisation=organisation, pk__in=list(camera_ids))
            .values_list("pk", flat=True)
        )
        mine = CameraGrant.objects.filter(person=person, camera__organisation=organisation)
        mine.exclude(camera_id__in=wanted).delete()
        CameraGrant.objects.bulk_create(
            [
                CameraGrant(person=person, camera_id=pk, kind=CameraGrant.Kind.EMPLOYEE, created_at=now)
                for pk in sorted(wanted)
            ],
            ignore_conflicts=True,
        )
        return len(wanted)


def withdraw_all(*, person: Person, organisation: Organisation) -> None:
    """They have left the organisation."""
    CameraGrant.objects.filter(person=person, camera__organisation=organisation).delete()
