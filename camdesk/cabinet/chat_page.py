"""What the support panel shows: which chat, what was said in it, and what may be answered now."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404

from camdesk.bot.engine.replies import FactAsked, TopicMenu
from camdesk.bot.sessions.current_question import conversation_of, open_reply, replies_in
from camdesk.bot.sessions.dialogue_moves import listens
from camdesk.cabinet.chat_menu import SectionTopics, sections_for
from camdesk.cabinet.outage_notes import notes_for
from camdesk.cabinet.stream_channels import token_for
from camdesk.cameras.by_site import by_site
from camdesk.cameras.models import Camera
from camdesk.channels.chat.channel import CHAT
from camdesk.lib.language import current_language
from camdesk.lib.numbers import whole_numbers
from camdesk.lib.prepared import Prepared
from camdesk.people.models import Person
from camdesk.people.requests import PersonRequest
from camdesk.playbook import current as playbook
from camdesk.playbook.hours import is_open, next_open
from camdesk.tickets import thread
from camdesk.tickets.attachment_views import picker
from camdesk.tickets.events import Audience
from camdesk.tickets.models import Ticket
from camdesk.tickets.models.ticket import Turn
from camdesk.ui.markdown import to_html

# A chat that was settled stays in the panel so long: time to rate it, or to say that it is not settled.
SETTLED_STAYS = timedelta(minutes=30)
# Of a camera picker in the chat, beside those that are chosen already: beyond this one searches.
LISTED_CAMERAS = 12
# A long conversation: the panel shows its end, the request's page all of it.
SHOWN_STEPS = 100


_OWN = Prepared(
    lambda person, number: Ticket.objects.select_related("person", "assignee__person", "topic", "bot_session").filter(
        person_id=person, channel=CHAT.name, pk=number
    ),
    int,
    int,
)


def own_chat(person: Person, number: int) -> Ticket:
    """The person's own chat, or 404 like one that never was: a panel speaks for nobody else."""
    ticket = _OWN.first(person.pk, number)
    if ticket is None:
        raise Http404
    return ticket


def chat_to_show(person: Person, *, now: datetime) -> Ticket | None:
    """The chat the panel opens with: the newest, unless it is settled and over; else one that is still open.
    What a chat led to beside itself (channels/own_requests.py) is a request, no chat."""
    chats = Ticket.objects.filter(person=person, channel=CHAT.name, bot_session__isnull=False)
    newest = chats.order_by("-number").first()
    if newest is None:
        return None
    just_settled = newest.closed_at is None and newest.active_at > now - SETTLED_STAYS
    chosen = newest if newest.is_open or just_settled else chats.open().order_by("-number").first()
    return own_chat(person, chosen.pk) if chosen is not None else None


def page_of(
    request: PersonRequest, ticket: Ticket | None, *, now: datetime, error: str = "", typed: str = ""
) -> dict[str, Any]:
    """The context of cabinet/chat/panel.html."""
    _number, document = playbook.current()
    context = {
        "ticket": ticket,
        "document": document,
        "key": secrets.token_hex(12),
        "picker": picker(place=f"chat-{request.person.pk}"),
        "token": token_for(request),
        "error": error,
        "typed": typed,
    }
    if ticket is not None:
        return context | news_of(request, ticket, after=0, now=now)
    begun = Ticket.objects.open().filter(person=request.person, channel=CHAT.name).order_by("-number")
    return context | {
        "sections": _sections(request.person, playbook.current()[0], now=now),
        "others": list(begun[:3]),
        "open_now": is_open(document.hours, now),
        "opens": next_open(document.hours, now),
        "outages": notes_for(request.person, now=now),
    }


def news_of(request: PersonRequest, ticket: Ticket, *, after: int, now: datetime) -> dict[str, Any]:
    """What came after a seq, and the question as it stands: cabinet/chat/news.html."""
    reply = open_reply(ticket)
    context = {
        "ticket": ticket,
        "chat_document": playbook.version(ticket.playbook_version),
        "thread": thread.just_told(ticket, Audience.CUSTOMER, after=after, most=SHOWN_STEPS)
        or thread.read(ticket, Audience.CUSTOMER, after=after, most=SHOWN_STEPS),
        "reply": reply,
        "client_id": secrets.token_hex(12),
        "agent": _agent_name(ticket),
        "markdown": to_html,
        "replies_in": replies_in,
        "bot_settled": ticket.turn == Turn.NOBODY and listens(ticket, conversation_of(ticket)),
        "bot_waits": ticket.turn == Turn.CUSTOMER and listens(ticket, conversation_of(ticket)),
    }
    if reply is None:
        return context
    if isinstance(reply, TopicMenu):
        context["sections"] = _sections(request.person, ticket.playbook_version, now=now)
    elif isinstance(reply, FactAsked) and reply.input in ("camera", "cameras"):
        ticked = set(whole_numbers(reply.ticked))
        context |= camera_list(request.person, words="", chosen=ticked)
    return context


def camera_list(person: Person, *, words: str, chosen: set[int]) -> dict[str, Any]:
    """The person's cameras that hold all the words, by address, after those chosen already. Two queries."""
    mine = Camera.objects.visible_to(person).select_related("site")
    rows = list(mine.filter(pk__in=chosen).in_order()) if chosen else []
    found = list(mine.matching(words).exclude(pk__in=chosen).in_order()[: LISTED_CAMERAS + 1])
    return {
        "places": by_site(rows + found[:LISTED_CAMERAS]),
        "chosen_cameras": chosen,
        "many_cameras": len(found) > LISTED_CAMERAS,
    }


def _sections(person: Person, version: int, *, now: datetime) -> list[SectionTopics]:
    return sections_for(person, version=version, language=current_language(), now=now)


def _agent_name(ticket: Ticket) -> str:
    return ticket.assignee.person.name if ticket.assignee is not None and ticket.turn != Turn.BOT else ""
