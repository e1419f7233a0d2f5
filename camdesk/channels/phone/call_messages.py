"""A call as a message: of the person's open request, or of a new one; by the exchange's word or an agent's own."""

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from camdesk.channels import inbound
from camdesk.channels.inbound import Came, Matter
from camdesk.channels.models import Call
from camdesk.channels.phone.channel import PHONE
from camdesk.lib import phones
from camdesk.people import contacts
from camdesk.people.models import Person
from camdesk.playbook import current as playbook
from camdesk.tickets import state
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.receipts import Key
from camdesk.tickets.search import index
from camdesk.tickets.timeline import deed, record
from camdesk.tickets.transitions import Move


def tell(call: Call, *, now: datetime) -> bool:
    """The call becomes a message, once. False when it was one before."""
    ticket = _ticket_for(call, now=now)
    by = call.agent.person if call.agent else None
    with deed(ticket.pk, now=now) as locked:
        if not Call.objects.filter(pk=call.pk, told_at=None).update(told_at=now, ticket=locked):
            return False
        message = _message(
            locked,
            direction=call.direction,
            phone=call.customer,
            seconds=call.talk_seconds,
            text="",
            by=by,
            now=now,
            recording=call.recording,
        )
        Call.objects.filter(pk=call.pk).update(message=message)
    return True


def log_call(
    *,
    ticket: Ticket,
    direction: str,
    phone: str,
    minutes: int,
    text: str,
    by: Person,
    now: datetime,
    client_id: str | None = None,
) -> Message:
    """An agent writes down a call. direction: "in" | "out"; phone: E.164 or ""; minutes: spoken, 0 when nobody
    answered. A retry with the same client_id gets the message it made. Raises ValueError for another direction. The
    customer sees that there was a call, not what is noted."""
    if direction not in ("in", "out") or minutes < 0:
        raise ValueError(direction)
    with deed(ticket.pk, now=now) as locked:
        said = Message.objects.filter(ticket=locked, client_id=client_id).first() if client_id else None
        return said or _message(
            locked,
            direction=direction,
            phone=phone,
            seconds=60 * minutes,
            text=text,
            by=by,
            now=now,
            recording="",
            client_id=client_id,
        )


def open_request_of(call: Call) -> Ticket | None:
    """The open request a call belongs to without anybody saying so: of its person, the one that moved last."""
    if call.person_id is None:
        return None
    return Ticket.objects.open().filter(person_id=call.person_id).order_by("-active_at", "-pk").first()


def _message(
    ticket: Ticket,
    *,
    direction: str,
    phone: str,
    seconds: int,
    text: str,
    by: Person | None,
    now: datetime,
    recording: str,
    client_id: str | None = None,
) -> Message:
    what: dict[str, Any] = {"phone": phone, "seconds": seconds}
    if direction == "out":
        if seconds:
            state.move(ticket, Move.CALLED, now=now)
        event = record(ticket, "call.made", by=by, now=now, **what)
    else:
        event = record(ticket, "call.received", by=by, now=now, **what)
    if text:
        index.add(ticket.pk, [text], among_agents=True)
    return Message.objects.create(
        ticket=ticket,
        seq=event.seq,
        kind=Message.Kind.CALL,
        channel=PHONE.name,
        by=by,
        text=text,
        data={"direction": direction, "phone": phone, "seconds": seconds, "recording": recording},
        client_id=client_id,
        at=now,
    )


def _ticket_for(call: Call, *, now: datetime) -> Ticket:
    """The one an agent opened for it; else of the person whose number it is the open one that moved last; else new."""
    linked = Call.objects.select_related("ticket").get(pk=call.pk).ticket
    if linked is not None:
        return linked
    phone = call.customer if phones.is_e164(call.customer) else ""
    person = call.person or contacts.unverified(name="" if phone else call.customer, phone=phone, email="", now=now)
    open_one = Ticket.objects.open().filter(person=person).order_by("-active_at", "-pk").first()
    if open_one is not None:
        return open_one
    with translation.override(person.language):
        subject = _("Звонок с номера %(phone)s") if call.direction == "in" else _("Звонок на номер %(phone)s")
        subject = subject % {"phone": phones.display(call.customer)}
    came = Came(
        channel=PHONE.name,
        person=person,
        proven=False,  # a number on a display is no proof
        key=Key(f"phone:{call.provider}", call.call_id, call.call_id),
    )
    matter = Matter(
        topic=playbook.current()[1].other_topic,
        contact_name=person.name,
        contact_phone=phone,
        contact_email=person.email if call.person else "",
        language=person.language,
        subject=subject,
        confirm=False,
    )
    return inbound.open(came, matter, now=now).ticket
