"""Legal hold: a dispute, an inquiry, a court. What is held is neither erased nor forgotten until the hold is lifted."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from camdesk.people import audit
from camdesk.people.models import Membership, Organisation, Person
from camdesk.privacy.models import Hold
from camdesk.tickets.models import Ticket


def in_force() -> QuerySet[Hold]:
    return Hold.objects.filter(lifted_at=None).order_by("pk")


def on_person(person: Person, tickets: Iterable[int]) -> list[Hold]:
    """Those that keep this person from being erased: on them, on a request of theirs, on an organisation they are in,
    or whose request one of theirs is."""
    theirs = Ticket.objects.filter(pk__in=list(tickets))
    of_requests = theirs.exclude(organisation=None).values("organisation_id")
    member_of = Membership.objects.filter(person=person).values("organisation_id")
    about = Q(person=person) | Q(ticket__in=theirs.values("pk"))
    return list(in_force().filter(about | Q(organisation__in=of_requests) | Q(organisation__in=member_of)))


def place(*, about: Person | Organisation | Ticket, reason: str, by: Person | None, now: datetime) -> Hold:
    """From now on what this is about stays."""
    name = {Person: "person", Organisation: "organisation", Ticket: "ticket"}[type(about)]
    with transaction.atomic():
        hold = Hold.objects.create(reason=reason, by=by, at=now, **{name: about})
        _tell(hold, "hold placed", by=by, now=now)
        return hold


def lift(*, hold: Hold, by: Person | None, now: datetime) -> bool:
    """False where it was lifted before."""
    with transaction.atomic():
        lifted = bool(Hold.objects.filter(pk=hold.pk, lifted_at=None).update(lifted_at=now))
        if lifted:
            _tell(hold, "hold lifted", by=by, now=now)
        return lifted


def _tell(hold: Hold, what: str, *, by: Person | None, now: datetime) -> None:
    """An organisation is no person: of it the hold alone tells."""
    whose = hold.person_id or (hold.ticket.person_id if hold.ticket else None)
    if whose is not None:
        audit.done(by=by.pk if by else None, whose=whose, what=what, about=f"hold {hold.pk}", now=now)
