"""What the bot said leaves, where its customer has no page of ours before them."""

from collections.abc import Iterable
from datetime import datetime

from camdesk.bot.sessions.buttons import MOST_CAMERAS, asks_for_a_camera, buttons_of, camera_buttons
from camdesk.bot.sessions.current_question import replies_in
from camdesk.cameras.models import Camera
from camdesk.people import identities
from camdesk.playbook import current as playbook
from camdesk.tickets import channels
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.outbox import queue_answer

_ASKS = "choose_topic"  # a text of the playbook: a menu alone says nothing


def queue_said(locked: Ticket, messages: Iterable[Message], *, now: datetime) -> None:
    """On the locked ticket: each message with its buttons, by the channel the request came by, if that sends. Where it
    shows no buttons, cameras to choose from are a list in the words."""
    channel = channels.get(locked.channel)
    if channel.deliver is None or not locked.contact_address:
        return
    texts = playbook.version(locked.playbook_version).texts
    for message in messages:
        replies = replies_in(message.data)
        cameras = _cameras_for(locked) if asks_for_a_camera(replies) else []
        text = message.text or (texts[_ASKS].get(locked.language) if _ASKS in texts else "")
        buttons = buttons_of(replies, locked.language, cameras)
        if not channel.buttons:
            text = "\n".join([text, *(one.label for one in camera_buttons("", cameras))])
            buttons = ()
        payloads = [one.as_payload() for one in buttons]
        queue_answer(message, locked, locked.contact_address, now, text=text, buttons=payloads)


def _cameras_for(locked: Ticket) -> list[Camera]:
    """The customer's, where the account is proven theirs: an agent may have said whose request it is, and the account
    still proves nobody but itself."""
    if identities.proven_at(locked.person, identities.kind_of(locked.channel), locked.contact_address) is None:
        return []
    seen = Camera.objects.visible_to(locked.person).select_related("site")
    return list(seen.in_order()[:MOST_CAMERAS])
