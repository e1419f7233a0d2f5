"""A follow-up: a new ticket linked to the one that is closed for good."""

from collections.abc import Sequence
from datetime import datetime

from camdesk.people.models import Person
from camdesk.tickets.models import Ticket
from camdesk.tickets.opening import NewTicket, Opened, open_ticket
from camdesk.tickets.ways_in import Key


def follow_up(
    *,
    ticket: Ticket,
    text: str,
    by: Person,
    now: datetime,
    channel: str,
    files: Sequence[str] = (),
    key: Key | None = None,
    client_id: str | None = None,
) -> Opened:
    """Opens a ticket about the same matter: same topic, place, cameras and answers; the text is new."""
    rows = list(ticket.ticket_cameras.select_related("camera"))
    new = NewTicket(
        topic=ticket.topic_id,
        text=text,
        channel=channel,
        person=ticket.person,
        contact_name=ticket.contact_name,
        contact_phone=ticket.contact_phone,
        contact_email=ticket.contact_email,
        language=ticket.language,
        subject=ticket.subject,
        address=ticket.address,
        organisation=ticket.organisation,
        site=ticket.site,
        facts=ticket.facts,
        cameras=[row.camera for row in rows],
        camera_facts={row.camera_id: row.facts for row in rows},
        attachments=files,
        client_id=client_id,
        follow_up_of=ticket,
        verified=ticket.verified,
    )
    return open_ticket(new, by=by, now=now, key=key)
