"""Another matter of a conversation becomes a request of its own when the bot hands over the first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from camdesk.channels import inbound
from camdesk.channels.inbound import Came, Matter
from camdesk.playbook import current as playbook
from camdesk.tickets.models import Ticket
from camdesk.tickets.receipts import Key


def own_request(chat: Ticket, args: Mapping[str, Any], now: datetime) -> dict[str, int]:
    """`args`: `topic` and `words`. {"request": its number}: for people, with what was written, linked to the
    conversation it came from; once a topic, whoever asks again."""
    _number, document = playbook.current()
    topic = str(args["topic"])
    came = Came(
        channel=chat.channel,
        person=chat.person,
        text=str(args["words"]),
        proven=chat.verified,
        key=Key(f"own:{chat.pk}", topic, topic),
    )
    matter = Matter(
        topic=topic if topic in document.topics else document.other_topic,
        contact_name=chat.contact_name,
        contact_phone=chat.contact_phone,
        contact_email=chat.contact_email,
        contact_address=chat.contact_address,
        language=chat.language,
        organisation=chat.organisation,
        confirm=False,
        follow_up_of=chat,
    )
    return {"request": inbound.open(came, matter, now=now).ticket.pk}
