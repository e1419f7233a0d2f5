"""Another matter of a conversation becomes a request of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from camdesk.bot.sessions.handing_over import told_by_bot
from camdesk.channels import inbound
from camdesk.channels.inbound import Came, Matter
from camdesk.playbook import current as playbook
from camdesk.tickets.models import Ticket
from camdesk.tickets.receipts import Key


def own_request(chat: Ticket, args: Mapping[str, Any], now: datetime) -> dict[str, int]:
    """`args`: `topic`, `words`, `data` (Collected) and `once`, under which it is the same matter. {"request": its
    number}: for people, with what was written and found out, linked to the conversation it came from."""
    _number, document = playbook.current()
    topic = str(args["topic"])
    came = Came(
        channel=chat.channel,
        person=chat.person,
        text=str(args["words"]),
        proven=chat.verified,
        key=Key(f"own:{chat.pk}", str(args["once"]), topic),
    )
    cameras, facts, camera_facts = told_by_bot(chat, args["data"], document)
    matter = Matter(
        topic=topic if topic in document.topics else document.other_topic,
        contact_name=chat.contact_name,
        contact_phone=chat.contact_phone,
        contact_email=chat.contact_email,
        contact_address=chat.contact_address,
        language=chat.language,
        cameras=cameras,
        facts=facts,
        camera_facts=camera_facts,
        organisation=chat.organisation,
        confirm=False,
        follow_up_of=chat,
    )
    return {"request": inbound.open(came, matter, now=now).ticket.pk}
