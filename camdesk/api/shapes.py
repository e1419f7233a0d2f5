"""Tickets as the API answers them."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from camdesk.tickets import ratings, thread
from camdesk.tickets.events import Audience
from camdesk.tickets.models import Attachment, Ticket
from camdesk.tickets.thread import FileItem, MessageItem


def ticket_out(ticket: Ticket) -> dict[str, Any]:
    """One ticket without its conversation. Its topic, person, assignee and team must be loaded; of many its ratings."""
    rating = ratings.latest(ticket)
    return {
        "number": ticket.pk,
        "url": f"{settings.PUBLIC_URL}/requests/{ticket.pk}/",
        "turn": ticket.turn,
        "turn_since": ticket.turn_since,
        "subject": ticket.subject,
        "topic": ticket.topic_id,
        "topic_ref": ticket.topic.ref,
        "channel": ticket.channel,
        "person": {
            "name": ticket.contact_name,
            "phone": ticket.contact_phone,
            "email": ticket.contact_email,
            "external_id": ticket.person.external_id,
        },
        "address": ticket.address,
        "assignee": ticket.assignee.person.name if ticket.assignee else None,
        "team": ticket.team.slug if ticket.team else None,
        "promised_at": ticket.promised_at,
        "opened_at": ticket.opened_at,
        "active_at": ticket.active_at,
        "resolved_at": ticket.resolved_at,
        "closed_at": ticket.closed_at,
        "rating": rating.stars if rating else None,
        "last_seq": ticket.last_seq,
    }


def ticket_whole(ticket: Ticket) -> dict[str, Any]:
    """One ticket with conversation, events, cameras and facts: five queries, whatever its length."""
    shown = thread.read(ticket, Audience.INTEGRATION, most=thread.ALL)
    cameras = ticket.ticket_cameras.select_related("camera").order_by("pk")
    return ticket_out(ticket) | {
        "facts": ticket.facts,
        "cameras": [
            {
                "external_id": row.camera.external_id,
                "name": row.camera.name,
                "state": row.state,
                "facts": row.facts,
                "diagnosis": row.diagnosis,
            }
            for row in cameras
        ],
        "messages": [message_out(message) for message in shown.messages],
        "events": [
            {
                "seq": event.seq,
                "name": event.name,
                "by": event.by_name or None,
                "at": event.at,
                "public": event.public,
                "particulars": event.particulars,
            }
            for event in shown.events
        ],
    }


def message_out(message: MessageItem) -> dict[str, Any]:
    return {
        "ticket": message.ticket_id,
        "seq": message.seq,
        "kind": message.kind,
        "channel": message.channel,
        "by": message.by_name or None,
        "text": message.text,
        "at": message.at,
        "attachments": attachments_out(message.files),
    }


def attachments_out(attachments: Iterable[Attachment | FileItem]) -> list[dict[str, Any]]:
    return [
        {
            "id": file.pk,
            "name": file.name,
            "size": file.size,
            "type": file.content_type,
            "url": f"{settings.PUBLIC_URL}/api/v1/attachments/{file.pk}",
            "scan": file.scan,
            "signature": file.scan_note if file.scan == Attachment.Scan.INFECTED else "",
        }
        for file in attachments
    ]
