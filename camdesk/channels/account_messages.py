"""What somebody says by an account of another service: a messenger, a portal.

Its sender is a person of their own, known by what the service calls them. What they write goes on in their last
request of this channel, unless that is closed for good; else it opens a new one, with the bot where the channel has
its buttons.
"""

import hashlib
from dataclasses import replace
from datetime import datetime
from functools import partial

from django.http import QueryDict
from django.utils import translation

from camdesk.bot.sessions.context import Sight
from camdesk.bot.sessions.current_question import asked
from camdesk.bot.understanding.plain_topic import plain_topic
from camdesk.channels import inbound
from camdesk.channels.chat.customer_moves import NotAMove, read_press
from camdesk.channels.inbound import Came, InboundResult, Matter
from camdesk.lib.text import TextTooLong, clean_line, clean_text
from camdesk.people import contacts
from camdesk.people.identities import kind_of
from camdesk.playbook import current as playbook
from camdesk.tickets.channels import Channel, IncomingMessage
from camdesk.tickets.models import Ticket
from camdesk.tickets.receipts import Key

_MOST = 256 * 1024  # characters: more than any update holds
_NAME = 120


def take_in(channel: Channel, said: IncomingMessage, *, now: datetime) -> InboundResult | None:
    """Once a key. None for what says nothing, and for a button of no request."""
    name = clean_line(said.name[:_NAME])[:_NAME]
    person = contacts.of_account(
        kind=kind_of(channel.name), value=said.sender, name=name, language=said.language, now=now
    )
    theirs = Ticket.objects.filter(channel=channel.name, contact_address=said.sender)
    ticket = theirs.select_related("person", "topic", "site").order_by("-number").first()
    came = Came(
        channel=channel.name,
        person=person,
        text=clean_text(said.text, most=_MOST),
        # An agent may have said whose request it is: the account still proves nobody but itself.
        proven=ticket is None or ticket.is_closed or ticket.person_id == person.pk,
        client_id=hashlib.sha256(f"{channel.name}:{said.key}".encode()).hexdigest(),
    )
    if said.press:
        return _pressed(came, ticket, said, now=now) if ticket is not None else None
    if not came.text:
        return None
    if ticket is not None and not ticket.is_closed:
        return inbound.say(came, ticket, now=now)
    return _new_matter(channel, came, said, now=now, last=ticket)


def _pressed(came: Came, ticket: Ticket, said: IncomingMessage, *, now: datetime) -> InboundResult | None:
    post = QueryDict(mutable=True)
    post.update({"press": said.press, "question": said.question})
    document, sight = playbook.version(ticket.playbook_version), Sight()
    with translation.override(ticket.language):
        try:
            move = read_press(
                post,
                asked=partial(asked, ticket),
                by=came.person,
                document=document,
                language=ticket.language,
                client_id=came.client_id or "",
                sight=sight,
            )
        except (NotAMove, TextTooLong):
            return None
    return inbound.say(replace(came, text=move.text), ticket, now=now, press=move.press, sight=sight)


def _new_matter(
    channel: Channel, came: Came, said: IncomingMessage, *, now: datetime, last: Ticket | None
) -> InboundResult | None:
    """Messages that come at the same moment begin one request: its key is the request before it."""
    before = f"{said.sender}:{last.pk if last else 0}"
    matter = Matter(
        topic=playbook.current()[1].other_topic if channel.buttons else plain_topic(came.text),
        contact_name=came.person.name,
        contact_address=said.sender,
        language=came.person.language,
        with_bot=channel.buttons,
    )
    words = "" if channel.buttons else came.text
    key = Key(f"channel:{channel.name}", hashlib.sha256(before.encode()).hexdigest(), before)
    opened = inbound.open(replace(came, text=words, key=key), matter, now=now)
    if opened.message is not None and opened.message.client_id == came.client_id:
        return opened
    return inbound.say(came, opened.ticket, now=now)
