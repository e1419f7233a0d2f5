"""Consent to the processing of personal data, as it was given and withdrawn (152-FZ, article 9). Neither is ever taken
away: both prove that processing was lawful while it lasted.

Who has withdrawn gets no letters but those about their open requests (outages/notices.py), and nothing of what they
write is kept for the assistant to learn from (bot/sessions/effects.py). Who consents anew, by sending the form, is as
everybody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from camdesk.people import audit
from camdesk.people.models import Consent, Person

DESTROYED_WITHIN = timedelta(days=30)
"""Of the withdrawal, where nothing else makes it lawful to keep the data (article 21, part 5)."""


@dataclass(frozen=True, slots=True)
class ConsentState:
    """Of one person. standing: the newest that was not withdrawn. withdrawn_at: when the last one was, if none stands;
    destroy_until: of the data, then."""

    standing: Consent | None = None
    withdrawn_at: datetime | None = None

    @property
    def destroy_until(self) -> datetime | None:
        return self.withdrawn_at + DESTROYED_WITHIN if self.withdrawn_at else None


def state_of(person: Person) -> ConsentState:
    rows = list(Consent.objects.filter(person=person).order_by("-given_at", "-pk"))
    standing = next((row for row in rows if row.withdrawn_at is None), None)
    withdrawn = [row.withdrawn_at for row in rows if row.withdrawn_at is not None]
    return ConsentState(standing, None if standing or not withdrawn else max(withdrawn))


def is_withdrawn(person_id: int) -> bool:
    """They have consented once, and no consent of theirs stands. One statement."""
    some = set(Consent.objects.filter(person=person_id).values_list("withdrawn_at", flat=True))
    return bool(some) and None not in some


def withdraw(*, person: Person, by: Person, channel: str, now: datetime) -> int:
    """All that stand. `by`: themselves, or who of the staff was told so; `channel`: by which way they said so. Returns
    how many; a second time changes nothing."""
    with transaction.atomic():
        standing = Consent.objects.filter(person=person, withdrawn_at=None)
        count = standing.update(withdrawn_at=now, withdrawn_by=by, withdrawn_channel=channel)
        if count:
            audit.done(by=by.pk, whose=person.pk, what="consent withdrawn", about=channel, now=now)
        return count


def to_destroy() -> list[tuple[datetime, Person]]:
    """Who has withdrawn and is not erased yet, and until when they are to be, the soonest first."""
    asked = Person.objects.filter(erased_at=None, consents__withdrawn_at__isnull=False).distinct()
    found = [(until, person) for person in asked if (until := state_of(person).destroy_until)]
    return sorted(found, key=lambda one: (one[0], one[1].pk))
