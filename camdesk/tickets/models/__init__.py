from camdesk.tickets.models.attachment import Attachment, FileScan, PreviewJob, UploadPiece
from camdesk.tickets.models.clock import Clock
from camdesk.tickets.models.conversation import Event, Message
from camdesk.tickets.models.counter import Counter
from camdesk.tickets.models.delivery import Delivery, OutgoingLetter
from camdesk.tickets.models.draft import Draft
from camdesk.tickets.models.rating import Rating
from camdesk.tickets.models.receipt import Receipt
from camdesk.tickets.models.scanned import Scanned
from camdesk.tickets.models.ticket import Ticket, TicketCamera

__all__ = [
    "Attachment",
    "Clock",
    "Counter",
    "Delivery",
    "Draft",
    "Event",
    "FileScan",
    "Message",
    "OutgoingLetter",
    "PreviewJob",
    "Rating",
    "Receipt",
    "Scanned",
    "Ticket",
    "TicketCamera",
    "UploadPiece",
]
