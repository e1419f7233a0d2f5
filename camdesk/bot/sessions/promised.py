"""Until when a customer hears from a person, in words: one way of saying it in every text of the bot."""

from collections.abc import Callable
from datetime import datetime, tzinfo

from django.utils import timezone
from django.utils.translation import override

from camdesk.lib import time_zones
from camdesk.outages.wording import until
from camdesk.tickets import state
from camdesk.tickets.models import Ticket
from camdesk.tickets.transitions import Move


def in_words(at: datetime | None, *, now: datetime, zone: tzinfo | None, language: str) -> str:
    """«сегодня до 18:30», «завтра до 10:00»; our clock is named to whom lives by another (`zone`). "" when nothing is
    promised, or it has passed unkept."""
    with override(language):
        said = until(at, now=now)
    ours = timezone.get_current_timezone()
    if not said or at is None or zone is None or not time_zones.differ(zone, ours, at):
        return said
    return f"{said} ({time_zones.title(ours, at, language)})"


def if_handed_over(ticket: Ticket, *, now: datetime, zone: tzinfo | None) -> Callable[[str], str]:
    """The same of the time that will stand in the locked ticket if it goes to a person at `now`, by the topic it will
    have ("": the one it has): what the bot says and what the request shows are one."""

    def promised(topic: str) -> str:
        at = state.promised_after(ticket, Move.HANDED_OVER, topic=topic or ticket.topic_id, now=now)
        return in_words(at, now=now, zone=zone, language=ticket.language)

    return promised
