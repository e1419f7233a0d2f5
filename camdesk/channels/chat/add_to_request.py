"""What was said in a chat is said in a request of theirs that is open already: `add_to_request` of a flow."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from camdesk.channels import inbound
from camdesk.channels.inbound import Became, Came
from camdesk.lib.numbers import whole_number
from camdesk.tickets import thread
from camdesk.tickets.events import Audience
from camdesk.tickets.models import Message, Ticket

_MOST_MESSAGES, _MOST = 100, 4000  # of what they said: messages, characters


def add_to_request(chat: Ticket, args: Mapping[str, Any], now: datetime) -> dict[str, bool]:
    """{"added": whether it stands there now}: once, whoever asks again; not where the request is theirs no more, or not
    open."""
    wanted = whole_number(next(iter(args.values()), "")) or 0
    request = Ticket.objects.open().filter(pk=wanted, person_id=chat.person_id).select_related("person").first()
    said = thread.talk([chat], Audience.CUSTOMER, most=_MOST_MESSAGES)
    text = "\n".join(one.text for one in said if one.kind == Message.Kind.CUSTOMER and one.text)[:_MOST]
    if request is None or not text:
        return {"added": False}
    came = Came(channel=chat.channel, person=chat.person, text=text, client_id=f"chat-{chat.pk}")
    return {"added": inbound.say(came, request, now=now).became != Became.REFUSED}
