"""Who is told, and at which address: those whose requests are linked, and those who asked for news."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from camdesk.lib.prepared import BoundQuery
from camdesk.outages.models import Notice, OutageTicket, Recipient, Subscription
from camdesk.people import identities
from camdesk.people.models import Person
from camdesk.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class LetterAddress:
    """to: "" when there is none; proven: their own beyond doubt, so the letter may name their cameras."""

    to: str
    proven: bool


def address_for(*, proven: Collection[str], said: Sequence[str]) -> LetterAddress:
    """Where a person's letter goes. Pure.

    `proven`: their verified addresses; `said`: the contact addresses of their linked requests, the newest first. The
    newest request's address wins, so that the letter stands in its thread; a proven one stands in where none was said.
    """
    own = [address.lower() for address in proven if address]
    for address in said:
        if address:
            return LetterAddress(address, address.lower() in own)
    return LetterAddress(own[0], True) if own else LetterAddress("", False)


def waiting(notice: Notice) -> QuerySet[Person]:
    """Those a notice still has to reach, in the order they are told. What has been told is in Recipient, so a walk
    that is cut off anywhere goes on where it was."""
    links = OutageTicket.objects.filter(outage_id=notice.outage_id, unlinked_at=None)
    asked = Subscription.objects.filter(outage_id=notice.outage_id)
    told = Recipient.objects.filter(notice=notice, person=OuterRef("pk"))
    concerned = Q(pk__in=links.values("ticket__person_id")) | Q(pk__in=asked.values("person_id"))
    return Person.objects.filter(concerned, ~Exists(told)).order_by("pk")


def size(outage_id: int) -> int:
    """How many persons a notice would reach now."""
    links = OutageTicket.objects.filter(outage_id=outage_id, unlinked_at=None).values("ticket__person_id")
    asked = Subscription.objects.filter(outage_id=outage_id).values("person_id")
    return Person.objects.filter(Q(pk__in=links) | Q(pk__in=asked)).count()


def linked_tickets(outage_id: int, person: Person) -> list[Ticket]:
    """Their requests that are linked to the outage, the newest first."""
    rows = OutageTicket.objects.filter(outage_id=outage_id, unlinked_at=None, ticket__person=person)
    return [row.ticket for row in rows.select_related("ticket").order_by("-ticket_id")]


def proven_addresses(person: Person) -> list[str]:
    return identities.values_of(person, identities.EMAIL, proven=True)


def proven_question(person: Person) -> BoundQuery:
    """What `proven_addresses` will ask, for lib/prepared.ahead."""
    return identities.question(person, identities.EMAIL, proven=True)
