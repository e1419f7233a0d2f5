"""Until when a customer hears from a person, in words: one way of saying it in every text of the bot."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from django.utils import timezone
from django.utils.translation import override

from camdesk.lib import time_zones
from camdesk.lib.language import current_language
from camdesk.outages.wording import until
from camdesk.playbook.document import Playbook
from camdesk.playbook.promises import due_after
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


def awaited(ticket: Ticket, *, now: datetime, zone: str) -> str:
    """The same of what the ticket promises already."""
    return in_words(ticket.promised_at, now=now, zone=time_zones.zone(zone), language=ticket.language)


def without_a_request(document: Playbook, topic: str, *, now: datetime, zone: tzinfo | None) -> Callable[[str], str]:
    """The same where there is no request that would hold the time: of a request of this `topic` that was made at
    `now`."""

    def promised(of: str) -> str:
        promise = document.promises[document.topics[of or topic].promise]
        at = due_after(promise, document.hours, now, timedelta(minutes=promise.first_reply))
        return in_words(at, now=now, zone=zone, language=current_language())

    return promised
