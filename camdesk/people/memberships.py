"""Members of an organisation: who they are, what an owner may change."""

from datetime import datetime

from django.db import transaction
from django.http import Http404

from camdesk.people.models import Membership, Organisation, Person
from camdesk.people.session_rights import rights_changed
from camdesk.people.stream_revocation import end_streams


class LastOwner(Exception):
    """An organisation must keep an owner."""


def organisation_run_by(person: Person | None, organisation_id: int) -> Organisation:
    """The organisation, for its owner or administrator; 404 for everybody else."""
    membership = (
        Membership.objects.seeing_all()
        .filter(person=person, organisation_id=organisation_id)
        .select_related("organisation")
        .first()
    )
    if membership is None:
        raise Http404
    return membership.organisation


def only_organisation(person: Person) -> Organisation | None:
    """A member of one organisation writes for it; of several, only the cameras tell which."""
    rows = list(Membership.objects.filter(person=person).select_related("organisation")[:2])
    return rows[0].organisation if len(rows) == 1 else None


def remove(*, organisation: Organisation, person_id: int, by: Person, now: datetime) -> Person:
    """Takes a member out of the organisation; returns them, so that the caller can take their cameras' grants too.

    Raises LastOwner; 404 for somebody who is no member.
    """
    with transaction.atomic():
        rows = list(Membership.objects.select_for_update().filter(organisation=organisation).select_related("person"))
        leaving = next((row for row in rows if row.person_id == person_id), None)
        if leaving is None:
            raise Http404
        if leaving.role == Membership.Role.OWNER and sum(row.role == Membership.Role.OWNER for row in rows) == 1:
            raise LastOwner
        leaving.delete()
        rights_changed(person_id=person_id, now=now)
        end_streams(f"person:{person_id}")
        return leaving.person
