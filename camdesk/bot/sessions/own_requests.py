"""Another matter that the words of a conversation held becomes a request of its own when the bot hands over the first."""

from datetime import datetime

from camdesk.bot.engine.effects import OwnRequest
from camdesk.bot.models import Alarm
from camdesk.playbook import current as playbook
from camdesk.tickets import opening
from camdesk.tickets.models import Ticket
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.opening import NewTicket
from camdesk.tickets.receipts import Key

OWN_REQUEST = "own request"  # the alarm of one that is not open yet; its topic follows


def alarm_of(effect: OwnRequest) -> str:
    return f"{OWN_REQUEST}:{effect.topic}"[:60]


def open_once(ticket: Ticket, effect: OwnRequest, *, now: datetime) -> Ticket:
    """For people, with what was written, linked to the conversation it came from. Once a topic, whoever asks again."""
    _number, document = playbook.current()
    topic = effect.topic if effect.topic in document.topics else document.other_topic
    new = NewTicket(
        topic=topic,
        text=effect.words,
        channel=ticket.channel,
        person=ticket.person,
        contact_name=ticket.contact_name,
        contact_phone=ticket.contact_phone,
        contact_email=ticket.contact_email,
        contact_address=ticket.contact_address,
        language=ticket.language,
        organisation=ticket.organisation,
        turn=Turn.US,
        verified=ticket.verified,
        follow_up_of=ticket,
        confirm=False,
    )
    opened = opening.open_ticket(new, by=None, now=now, key=Key(f"own:{ticket.pk}", effect.topic, effect.topic)).ticket
    Alarm.objects.filter(session=ticket.pk, name=alarm_of(effect)).delete()
    return opened
