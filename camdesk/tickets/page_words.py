"""What every page may call to say a state in words (a context processor: no query, no work until called)."""

from typing import Any

from django.http import HttpRequest

from camdesk.cameras.words import camera_look, status_look
from camdesk.tickets.answers import answers_of, facts_of
from camdesk.tickets.models import Ticket
from camdesk.tickets.quarantine import mark_of
from camdesk.tickets.site_time import visit_zone
from camdesk.tickets.turn_words import turn_word


def _turn_word(ticket: Ticket, *, to_customer: bool = False) -> str:
    return turn_word(ticket.turn, closed=ticket.is_closed, to_customer=to_customer)


def _whose_move(ticket: Ticket) -> str:
    return _turn_word(ticket, to_customer=True)


_WORDS = {
    "camera_look": camera_look,
    "status_look": status_look,
    "turn_word": _turn_word,
    "whose_move": _whose_move,
    "answers": answers_of,
    "facts_of": facts_of,
    "file_mark": mark_of,
    "visit_zone": visit_zone,
}


def page_words(request: HttpRequest) -> dict[str, Any]:
    return _WORDS
