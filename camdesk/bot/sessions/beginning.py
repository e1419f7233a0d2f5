"""A chat begins: it is a ticket from its first message, so nothing that is said can be lost."""

from datetime import datetime

from django.db import transaction

from camdesk.bot.models import Session
from camdesk.people.memberships import only_organisation
from camdesk.people.models import Organisation, Person
from camdesk.playbook import current as playbook
from camdesk.tickets.models import Ticket
from camdesk.tickets.models.ticket import Channel, Turn
from camdesk.tickets.opening import NewTicket, open_ticket
from camdesk.tickets.ways_in import Key


def begin(
    *,
    person: Person,
    topic: str = "",
    key: str,
    language: str,
    organisation: Organisation | None = None,
    now: datetime,
) -> Ticket:
    """Opens the chat's ticket in the bot's turn. The same key is the same chat: two taps, two tabs, a lost answer.
    `organisation`: the one they look at."""
    _number, document = playbook.current()
    chosen = document.topics.get(topic) or document.topics[document.other_topic]
    new = NewTicket(
        topic=chosen.id,
        text="",
        channel=Channel.CHAT,
        person=person,
        contact_name=person.name,
        contact_phone=person.phone,
        contact_email=person.email,
        language=language,
        subject=chosen.title.get(language),
        organisation=organisation or only_organisation(person),
        turn=Turn.BOT,
        confirm=False,
    )
    with transaction.atomic():
        opened = open_ticket(new, by=person, now=now, key=Key(f"chat:{person.pk}", key, key))
        Session.objects.get_or_create(ticket=opened.ticket, defaults={"started_at": now, "moved_at": now})
    return opened.ticket


def current_chat(person: Person | None) -> Ticket | None:
    """The chat to go on with: the last one that is not settled."""
    return (
        Ticket.objects.open().filter(person=person, channel=Channel.CHAT).order_by("-number").first()
        if person is not None
        else None
    )
