"""A chat is started: with a topic, or with whatever the customer is about to say."""

from datetime import datetime

from camdesk.channels import inbound
from camdesk.channels.chat.channel import CHAT
from camdesk.channels.inbound import Came, Matter
from camdesk.people.models import Organisation, Person
from camdesk.playbook import current as playbook
from camdesk.tickets.models import Ticket
from camdesk.tickets.receipts import Key


def start_chat(
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
    matter = Matter(
        topic=chosen.id,
        contact_name=person.name,
        contact_phone=person.phone,
        contact_email=person.email,
        language=language,
        subject=chosen.title.get(language),
        organisation=organisation,
        with_bot=True,
    )
    came = Came(channel=CHAT.name, person=person, key=Key(f"chat:{person.pk}", key, key))
    return inbound.open(came, matter, now=now).ticket
