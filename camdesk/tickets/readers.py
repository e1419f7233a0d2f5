"""Who reads a letter about a request.

Its own person beyond doubt reads what they wrote and what it is about. At any other address, typed by somebody, sits
perhaps a stranger who never heard of us: there goes nothing that a customer wrote, and nothing of cameras and places.
"""

from camdesk.people import identities
from camdesk.tickets.models import Ticket


def is_author(ticket: Ticket, to: str) -> bool:
    """Whether at the address `to` sits who the request is of: they are proven, and have proven the address. When an
    agent has said whose a request is, that proves the person and not the address."""
    return ticket.verified and identities.is_proven(ticket.person, identities.EMAIL, to)
