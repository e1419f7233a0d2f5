"""What the bot said leaves, where its customer has no page of ours before them."""

from collections.abc import Iterable
from datetime import datetime

from camdesk.bot.sessions.buttons import buttons_of
from camdesk.playbook import current as playbook
from camdesk.tickets import channels
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.outbox import queue_answer

_ASKS = "choose_topic"  # a text of the playbook: a menu alone says nothing


def queue_said(locked: Ticket, messages: Iterable[Message], *, now: datetime) -> None:
    """On the locked ticket: each message with its buttons, by the channel the request came by, if that sends."""
    if channels.get(locked.channel).deliver is None or not locked.contact_address:
        return
    texts = playbook.version(locked.playbook_version).texts
    for message in messages:
        asks = texts[_ASKS].get(locked.language) if _ASKS in texts else ""
        buttons = [one.as_payload() for one in buttons_of(message.data.get("replies") or [], locked.language)]
        queue_answer(message, locked, locked.contact_address, now, text=message.text or asks, buttons=buttons)
