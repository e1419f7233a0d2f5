"""What an agent does with a ticket besides talking. Each deed is a resource: POST /desk/tickets/1042/assignment."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from camdesk.bot.sessions import giving_back
from camdesk.channels.mail.channel import MAIL
from camdesk.desk import unseen
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.desk.words import page_words, team_name
from camdesk.lib import email_addresses
from camdesk.lib.numbers import whole_number
from camdesk.outages import linking, notices
from camdesk.outages.access import outage_for_agent
from camdesk.people.models import Agent, Team
from camdesk.people.requests import AgentRequest
from camdesk.people.roles import hidden_teams
from camdesk.playbook import current as playbook
from camdesk.playbook.models import Topic
from camdesk.tickets import assignment as assigning
from camdesk.tickets import channels, outbox, promises
from camdesk.tickets import reopening as reopenings
from camdesk.tickets import resolution as resolving
from camdesk.tickets.access import agents_for, ticket_for_agent
from camdesk.tickets.models import Delivery, Ticket
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.site_time import visit_zone
from camdesk.tickets.transitions import BY_HAND
from camdesk.tickets.turn_words import turn_word

FARTHEST = timedelta(days=366)


@for_agents("ticket.assign")
@require_http_methods(["GET", "POST"])
def assignment(request: AgentRequest, number: int) -> HttpResponse:
    """GET: everyone it may be given to. POST agent=<id>, agent= to give it back to the queue."""
    ticket = ticket_for_agent(request.agent, number)
    if request.method == "GET":
        return _agents(request, ticket)
    if not _named(request, "agent"):
        return not_done(request, ticket, _("Выберите, кому отдать."))
    agent = _agent(ticket, _said(request, "agent"))
    before = ticket.assignee_id or ""
    try:
        assigning.assign(ticket=ticket, to=agent, by=request.person, now=timezone.now())
    except assigning.OutsideTheTeam:
        return not_done(request, ticket, _("Обращение у закрытой команды: отдать его можно только тому, кто в ней."))
    words = _("Исполнитель: %(name)s") % {"name": agent.person.name} if agent else _("Возвращено в очередь")
    return done(request, ticket, words, undo=f"{_address('assignment', ticket)}?agent={before}")


@for_agents("ticket.assign")
@require_http_methods(["GET", "POST"])
def team(request: AgentRequest, number: int) -> HttpResponse:
    """GET ?team=<slug>: what it means to pass it to a closed team one is not in. POST team=<slug>, team= for none;
    to such a team with sure=1. The request leaves its agent; an undo says ?agent=<id> to give it back."""
    ticket = ticket_for_agent(request.agent, number)
    slug = _said(request, "team")
    found = get_object_or_404(Team, slug=slug) if slug else None
    leaves = found is not None and found.pk in hidden_teams(request.agent)
    if request.method == "GET" or (leaves and not _said(request, "sure")):
        return _closed_team(request, ticket, found) if leaves else redirect("desk:ticket", number=ticket.pk)
    if not _named(request, "team"):
        return not_done(request, ticket, _("Выберите команду."))
    before = f"team={ticket.team.slug if ticket.team else ''}&agent={ticket.assignee_id or ''}"
    back_to = Agent.objects.filter(pk=whole_number(request.GET.get("agent", "")) or 0, active=True).first()
    assigning.route(ticket=ticket, team=found, assignee=back_to, by=request.person, now=timezone.now())
    if leaves:
        ticket.team = found
        return unseen.to_queue(request, ticket)
    words = _("Команда: %(name)s") % {"name": team_name(found)} if found else _("Без команды")
    return done(request, ticket, words, undo=f"{_address('team', ticket)}?{before}")


@for_agents("ticket.assign")
@require_POST
def turn(request: AgentRequest, number: int) -> HttpResponse:
    """turn=us|customer|provider|installer|visit; bot gives a chat back to the assistant."""
    ticket = ticket_for_agent(request.agent, number)
    before, after = ticket.turn, _said(request, "turn")
    if after == Turn.BOT and channels.get(ticket.channel).buttons:
        giving_back.give_back(ticket=ticket, by=request.person, now=timezone.now())
        return done(request, ticket, turn_word(after), undo=f"{_address('turn', ticket)}?turn={Turn.US}")
    if after not in BY_HAND:
        raise Http404
    assigning.pass_turn(ticket=ticket, turn=after, by=request.person, now=timezone.now())
    undo = f"{_address('turn', ticket)}?turn={before}" if before in BY_HAND else ""
    return done(request, ticket, turn_word(after), undo=undo)


@for_agents("ticket.assign")
@require_http_methods(["GET", "POST"])
def topic(request: AgentRequest, number: int) -> HttpResponse:
    """GET: the topics to choose from. POST topic=<id>."""
    ticket = ticket_for_agent(request.agent, number)
    if request.method == "GET":
        _version, document = playbook.current()
        return show(request, "topic.html", {"ticket": ticket, "document": document})
    found = get_object_or_404(Topic, pk=_said(request, "topic"), active=True)
    before = ticket.topic_id
    assigning.set_topic(ticket=ticket, topic=found, by=request.person, now=timezone.now())
    return done(request, ticket, _("Тема изменена"), undo=f"{_address('topic', ticket)}?topic={before}")


@for_agents("ticket.reply")
@require_POST
def promise(request: AgentRequest, number: int) -> HttpResponse:
    """minutes=<from now>, or at=<YYYY-MM-DDTHH:MM> in the installation's zone, of a visit in the site's."""
    ticket = ticket_for_agent(request.agent, number)
    now = timezone.now()
    at = _moment(request, now, visit_zone(ticket))
    if at is None or not now < at < now + FARTHEST:
        return not_done(request, ticket, _("Срок должен быть в будущем, не дальше года."))
    try:
        promises.promise(ticket=ticket, at=at, by=request.person, now=now)
    except promises.Settled:
        return not_done(request, ticket, _("Обращение решено: обещать больше нечего."))
    return done(request, ticket, _("Обещание записано, клиент узнает о нём"))


@for_agents("ticket.resolve")
@require_POST
def resolution(request: AgentRequest, number: int) -> HttpResponse:
    ticket = ticket_for_agent(request.agent, number)
    resolving.resolve(ticket=ticket, by=request.person, now=timezone.now())
    return done(request, ticket, _("Обращение решено"), undo=f"{_address('reopening', ticket)}?undo=1")


@for_agents("ticket.resolve")
@require_POST
def reopening(request: AgentRequest, number: int) -> HttpResponse:
    """Opens a resolved request again; ?undo=1 a moment after resolving makes it as if it never was."""
    ticket = ticket_for_agent(request.agent, number)
    now = timezone.now()
    try:
        if "undo" in request.GET:
            resolving.take_back(ticket=ticket, by=request.person, now=now)
            return done(request, ticket, _("Решение отменено"))
    except resolving.TooLateToUndo:
        pass  # longer ago: then it is a reopening like any other
    try:
        reopenings.reopen(ticket=ticket, by=request.person, now=now)
    except reopenings.TooLate:
        return not_done(request, ticket, _("Обращение закрыто: открыть его снова нельзя, создайте новое."))
    return done(request, ticket, _("Обращение открыто снова"))


@for_agents("ticket.reply")
@require_POST
def ticket_sendings(request: AgentRequest, number: int, letter_id: int) -> HttpResponse:
    """A letter of this request that did not arrive goes again; to=<address> where the old one was wrong, follow=on:
    the later ones go there too. A held one is let go."""
    ticket = ticket_for_agent(request.agent, number)
    letter = get_object_or_404(ticket.deliveries.exclude(kind=Delivery.Kind.ACCOUNT), pk=letter_id)
    if outbox.release(delivery=letter, by=request.person, now=timezone.now()):
        undo = reverse("desk:ticket_letter_holding", args=[number, letter_id])
        return done(request, ticket, _("Отправляем на %(to)s") % {"to": letter.to}, undo=undo)
    is_letter = letter.channel == MAIL.name
    to = (is_letter and request.POST.get("to", "").strip()) or letter.to
    if is_letter and not email_addresses.is_one(to):
        return not_done(request, ticket, _("Проверьте адрес: письмо на «%(to)s» не дойдёт.") % {"to": to})
    now = timezone.now()
    words = notices.addressed_anew(letter, now=now) if letter.kind == Delivery.Kind.NOTICE else None
    try:
        follow = "follow" in request.POST
        again = outbox.send_again(delivery=letter, by=request.person, now=now, to=to, words=words, follow=follow)
    except outbox.NeverRedirected:
        return not_done(request, ticket, _("Это письмо только для того, кому его написали: на другой адрес не уйдёт."))
    if not again:
        return not_done(request, ticket, _("Это письмо уже ушло."))
    return done(request, ticket, _("Отправляем на %(to)s") % {"to": to})


@for_agents("ticket.reply")
@require_POST
def ticket_letter_holding(request: AgentRequest, number: int, letter_id: int) -> HttpResponse:
    """Holds back what was let go a moment ago."""
    ticket = ticket_for_agent(request.agent, number)
    letter = get_object_or_404(ticket.deliveries, pk=letter_id)
    if not outbox.hold_back(delivery=letter, by=request.person, now=timezone.now()):
        return not_done(request, ticket, _("Это письмо уже ушло."))
    return done(request, ticket, _("Письмо придержано"))


@for_agents("outage.link")
@require_POST
def outage(request: AgentRequest, number: int) -> HttpResponse:
    """outage=<id> links the request to it; off=1 says that it is about something else."""
    ticket = ticket_for_agent(request.agent, number)
    found = outage_for_agent(request.agent, whole_number(_said(request, "outage")) or 0)
    address = f"{_address('ticket_outage', ticket)}?outage={found.pk}"
    if _said(request, "off"):
        linking.unlink(outage=found, ticket=ticket, by=request.person, now=timezone.now())
        return done(request, ticket, _("Отвязано от аварии"), undo=address)
    try:
        linking.link(outage=found, ticket=ticket, by=request.person, now=timezone.now())
    except linking.NotOpen:
        return not_done(request, ticket, _("Эта авария уже закрыта."))
    return done(request, ticket, _("Связано с аварией"), undo=f"{address}&off=1")


def _agents(request: AgentRequest, ticket: Ticket) -> HttpResponse:
    """The menu asks for them when it is opened, so a page costs the same with five agents and with five hundred."""
    agents = agents_for(ticket).select_related("person").only("person__name").order_by("person__name")
    context = {"ticket": ticket, "agents": list(agents)}
    if request.headers.get("HX-Request"):
        return render(request, "desk/parts/agents.html", context)
    return show(request, "assignment.html", context)


def _closed_team(request: AgentRequest, ticket: Ticket, team: Team | None) -> HttpResponse:
    context = {"ticket": ticket, "team": team}
    status = 200 if request.method == "GET" else 422
    if request.headers.get("HX-Request"):
        return render(request, "desk/parts/closed_team.html", {**page_words(), **context}, status=status)
    return show(request, "closed_team.html", context, status=status)


def _said(request: AgentRequest, name: str) -> str:
    """From the form, or from the address that an undo posts to."""
    return request.POST.get(name, request.GET.get(name, ""))


def _named(request: AgentRequest, name: str) -> bool:
    """Whether the field came at all: an empty one takes away, one that is missing says nothing."""
    return name in request.POST or name in request.GET


def _agent(ticket: Ticket, raw: str) -> Agent | None:
    """One of those it may be given to; they are looked at again when it is."""
    return get_object_or_404(agents_for(ticket).select_related("person"), pk=whole_number(raw)) if raw else None


def _moment(request: AgentRequest, now: datetime, zone: ZoneInfo | None) -> datetime | None:
    if minutes := whole_number(request.POST.get("minutes", "")[:6]):
        return now + timedelta(minutes=minutes)
    try:
        at = parse_datetime(request.POST.get("at", ""))
    except ValueError:
        return None
    return timezone.make_aware(at, zone) if at and timezone.is_naive(at) else at


def _address(name: str, ticket: Ticket) -> str:
    return reverse(f"desk:{name}", args=[ticket.pk])


def done(request: AgentRequest, ticket: Ticket, words: str, *, undo: str = "") -> HttpResponse:
    """With scripts: a word in the corner, with «Отменить», and the open page fetches the news. Without: the page."""
    if not request.headers.get("HX-Request"):
        return redirect("desk:ticket", number=ticket.pk)
    toast = {"text": words, **({"undo": undo} if undo else {})}
    answer = HttpResponse(status=204)
    answer["HX-Trigger"] = json.dumps({"toast": toast, "deed": {"ticket": ticket.pk}})
    return answer


def not_done(request: AgentRequest, ticket: Ticket, sentence: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return show(request, "refused.html", {"ticket": ticket, "sentence": sentence}, status=422)
    answer = HttpResponse(status=204)
    answer["HX-Trigger"] = json.dumps({"toast": {"text": sentence, "tone": "trouble"}})
    return answer
