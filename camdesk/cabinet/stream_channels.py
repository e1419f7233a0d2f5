"""What a customer's page may listen to."""

from camdesk.lib import stream_tokens
from camdesk.people.models import Membership
from camdesk.people.requests import PersonRequest
from camdesk.tickets.models import Ticket


def token_for(request: PersonRequest, *, ticket: Ticket | None = None) -> str:
    """A stream token for the person's own requests, those of organisations they run, and the one they have open where
    it is neither: pages that hear the same share a stream."""
    person = request.person
    seeing_all = Membership.objects.seeing_all().filter(person=person).values_list("organisation_id", flat=True)
    organisations = list(seeing_all)
    channels = [f"person:{person.pk}", *(f"organisation:{pk}" for pk in organisations)]
    if ticket is not None and ticket.person_id != person.pk and ticket.organisation_id not in organisations:
        channels.append(f"ticket:{ticket.pk}")
    return stream_tokens.issue(f"person:{person.pk}", channels)
