"""What every page may call to say a state in words (a context processor: no query, no work until called)."""

from typing import Any

from django.http import HttpRequest

from camdesk.cameras.words import camera_look, status_look
from camdesk.tickets.answers import answers_of, facts_of
from camdesk.tickets.models import Ticket
from camdesk.tickets.quarantine import given, mark
from camdesk.tickets.sentences import sentence, turn_word


def _turn_word(ticket: Ticket) -> str:
    return turn_word(ticket.turn, closed=ticket.is_closed)


_WORDS = {
    "camera_look": camera_look,
    "status_look": status_look,
    "turn_word": _turn_word,
    "event_sentence": sentence,
    "answers": answers_of,
    "facts_of": facts_of,
    "file_given": given,
    "file_mark": mark,
}


def page_words(request: HttpRequest) -> dict[str, Any]:
    return _WORDS
