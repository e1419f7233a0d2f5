"""What a customer's page may listen to."""

from camdesk.lib import stream_tokens
from camdesk.people.models import Membership
from camdesk.people.requests import PersonRequest
from camdesk.tickets.models import Ticket


def token_for(request: PersonRequest, *, ticket: Ticket | None = None) -> str:
    """A stream token for the person's own requests, those of organisations they run, and the one they have open."""
    person = request.person
    channels = [f"person:{person.pk}"]
    channels += [
        f"organisation:{pk}"
        for pk in Membership.objects.seeing_all().filter(person=person).values_list("organisation_id", flat=True)
    ]
    if ticket is not None:
        channels.append(f"ticket:{ticket.pk}")
    return stream_tokens.issue(f"person:{person.pk}", channels)
