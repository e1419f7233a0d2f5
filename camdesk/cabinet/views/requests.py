"""«Мои обращения»: the list, and one request with its conversation."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from camdesk.bot.sessions import customers_word
from camdesk.bot.sessions.current_question import replies_in
from camdesk.cabinet.call_me import call_me
from camdesk.cabinet.doors import signed_in
from camdesk.cabinet.organisation_switch import chosen
from camdesk.cabinet.stream_channels import token_for
from camdesk.channels import inbound
from camdesk.channels.chat.channel import CHAT
from camdesk.channels.chat.customer_moves import client_id_of, read_words
from camdesk.channels.form.channel import FORM
from camdesk.channels.inbound import Came
from camdesk.lib.numbers import whole_number
from camdesk.lib.text import clean_text
from camdesk.people.limits import Limited
from camdesk.people.limits_middleware import later, sentence
from camdesk.people.requests import PersonRequest
from camdesk.playbook import current as playbook
from camdesk.tickets import answers, attachments, conversation, drafts, reopening, state, thread
from camdesk.tickets import ratings as rates
from camdesk.tickets.access import ticket_for_customer
from camdesk.tickets.attachment_views import picker
from camdesk.tickets.events import Audience
from camdesk.tickets.message_input import REFUSALS, files_of, words_for
from camdesk.tickets.models import Ticket
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.search import lookup
from camdesk.ui.markdown import to_html

PAGE = 30


@signed_in
@require_GET
def requests(request: PersonRequest) -> HttpResponse:
    """?q=words&state=open|settled&before=<number>: newest first."""
    mine = Ticket.objects.visible_to(request.person).select_related("topic", "person", "organisation")
    if (organisation := chosen(request)) is not None:
        mine = mine.filter(organisation=organisation)
    state, words = request.GET.get("state", ""), request.GET.get("q", "")[:200]
    if state == "open":
        mine = mine.open()
    elif state == "settled":
        mine = mine.filter(turn=Turn.NOBODY)
    before = whole_number(request.GET.get("before", ""))
    if words.strip():
        numbers = lookup.find(words, within=mine, before=before, limit=PAGE + 1)
        if (exact := lookup.by_number(words)) and before is None and mine.filter(pk=exact).exists():
            numbers = [exact, *(number for number in numbers if number != exact)]
        rows = lookup.tickets_in_order(numbers)
    else:
        rows = list((mine.filter(pk__lt=before) if before else mine).order_by("-number")[: PAGE + 1])
    context = {
        "tickets": rows[:PAGE],
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "words": words,
        "state": state,
        "whose": request.person.pk,
    }
    return render(request, "cabinet/requests.html", context)


@signed_in
@require_GET
def request_page(request: PersonRequest, number: int) -> HttpResponse:
    """?before=<seq> goes back in a long conversation."""
    ticket = ticket_for_customer(request.person, number)
    request.live_token = token_for(request, ticket=ticket)
    before = whole_number(request.GET.get("before", ""))
    return render(request, "cabinet/request.html", _page(request, ticket, before=before))


@signed_in
@require_GET
def since(request: PersonRequest, number: int) -> HttpResponse:
    """?after=<seq>: what is new after that seq, as a fragment: the page asks when a hint comes, and on reconnect."""
    ticket = ticket_for_customer(request.person, number)
    after = whole_number(request.GET.get("after", "")) or 0
    return render(request, "cabinet/parts/news.html", _news(ticket, after))


@signed_in
@require_POST
def seen(request: PersonRequest, number: int) -> HttpResponse:
    """The customer has the page before their eyes up to ?seq. Only the ticket's own person counts."""
    ticket = ticket_for_customer(request.person, number)
    if ticket.person_id == request.person.pk:
        conversation.seen_by_customer(ticket, seq=whole_number(request.POST.get("seq", "")) or 0)
    return HttpResponse(status=204)


@signed_in
@require_POST
def messages(request: PersonRequest, number: int) -> HttpResponse:
    """Adds a message; on a request closed for good it opens a follow-up instead and goes there."""
    ticket = ticket_for_customer(request.person, number)
    try:
        return _taken(request, ticket)
    except Limited as limited:
        if request.headers.get("HX-Request"):
            raise  # the sentence alone: what was typed is still there
        return later(_refused(request, ticket, sentence(limited.wait)), limited.wait)


def _taken(request: PersonRequest, ticket: Ticket) -> HttpResponse:
    client_id = client_id_of(request.POST.get("client_id", ""))
    after = thread.seq_before(ticket, client_id)
    try:
        most = playbook.current()[1].limits.max_message_chars
        move = read_words(request.POST.get("text", ""), files_of(request), client_id=client_id, most=most)
        own_chat = ticket.channel == CHAT.name and ticket.person_id == request.person.pk
        came = Came(
            channel=CHAT.name if own_chat else FORM.name,
            person=request.person,
            text=move.text,
            files=move.files,
            client_id=move.client_id,
        )
        outcome = inbound.say(came, ticket, now=timezone.now())
    except REFUSALS as error:
        return _refused(request, ticket, words_for(error))
    drafts.drop(person=request.person, place=_place(ticket))
    if outcome.ticket.pk != ticket.pk:
        return _to(request, outcome.ticket.pk)
    if request.headers.get("HX-Request"):
        context = _news(ticket, after)
        return render(request, "cabinet/parts/news.html", context)
    return _to(request, ticket.pk)


@signed_in
@require_POST
def draft(request: PersonRequest, number: int) -> HttpResponse:
    ticket = ticket_for_customer(request.person, number)
    content = {"text": request.POST.get("text", "")[:20_000], "attachments": request.POST.getlist("attachments")[:10]}
    drafts.keep(person=request.person, place=_place(ticket), content=content, now=timezone.now())
    return HttpResponse(status=204)


@signed_in
@require_POST
def reopenings(request: PersonRequest, number: int) -> HttpResponse:
    """«Проблема осталась»: the request opens again; past the window the page offers a follow-up."""
    ticket = ticket_for_customer(request.person, number)
    try:
        reopening.reopen(ticket=ticket, by=request.person, now=timezone.now())
    except reopening.TooLate:
        closed = _("Обращение закрыто. Напишите ниже, и мы откроем новое, связанное с этим.")
        return _refused(request, ticket, closed)
    return _to(request, ticket.pk)


@signed_in
@require_POST
def resolutions(request: PersonRequest, number: int) -> HttpResponse:
    """«Всё работает»: the customer settles their own request; where its cameras are dead they are asked whether to."""
    ticket = ticket_for_customer(request.person, number)
    insists = request.POST.get("insists") == "1"
    dead = customers_word.settle(ticket=ticket, by=request.person, insists=insists, now=timezone.now())
    if dead:
        return render(request, "cabinet/request.html", {**_page(request, ticket), "unseen": _unseen(dead)})
    return _to(request, ticket.pk)


def _unseen(names: list[str]) -> str:
    listed = "«" + "», «".join(names[:_NAMED]) + "»"
    if len(names) > _NAMED:
        listed = _("%(names)s и ещё %(n)s") % {"names": listed, "n": len(names) - _NAMED}
    return _(
        "Хорошо, если заработало. Но по нашим данным ещё не в сети: %(names)s. Данные иногда отстают на несколько "
        "минут, поэтому обращение пока открыто."
    ) % {"names": listed}


_NAMED = 3


@signed_in
@require_POST
def ratings(request: PersonRequest, number: int) -> HttpResponse:
    ticket = ticket_for_customer(request.person, number)
    stars = whole_number(request.POST.get("stars", "")) or 0
    try:
        comment = clean_text(request.POST.get("comment", ""), most=2000)
        rates.rate(ticket=ticket, stars=stars, comment=comment, by=request.person, now=timezone.now())
    except ValueError:
        return _refused(request, ticket, _("Выберите оценку от 1 до 5."))
    except state.NotResolved:
        return _refused(request, ticket, _("Оценить можно, когда обращение решено."))
    except state.AlreadyRated:
        return _refused(request, ticket, _("Это решение уже оценено. Если хотите добавить, напишите нам ниже."))
    return _to(request, ticket.pk)


def _page(
    request: PersonRequest, ticket: Ticket, *, error: str = "", typed: str | None = None, before: int | None = None
) -> dict[str, Any]:
    kept = drafts.kept(request.person, _place(ticket))
    files = attachments.unsent(ids=kept.get("attachments", []), by=request.person)
    document = playbook.version(ticket.playbook_version)
    return {
        "ticket": ticket,
        **_news(ticket, 0, before=before),
        "cameras": answers.cameras_of(ticket),
        "document": document,
        **call_me(request.person, now=timezone.now()),
        "follow_ups": list(Ticket.objects.visible_to(request.person).filter(follow_up_of=ticket).order_by("number")),
        "typed": kept.get("text", "") if typed is None else typed,
        "picker": picker(place=f"ticket-{ticket.pk}", kept=files),
        "error": error,
        "rating": rates.of_resolution(ticket),
    }


def _news(ticket: Ticket, after: int, *, before: int | None = None) -> dict[str, Any]:
    """The context of cabinet/parts/news.html: what came after a seq."""
    document = playbook.version(ticket.playbook_version)
    shown = thread.read(ticket, Audience.CUSTOMER, after=after, before=before)
    return {
        "ticket": ticket,
        "thread": shown,
        "before": before,
        "chat_document": document,
        "markdown": to_html,
        "replies_in": replies_in,
        "reopens_until": reopening.until(ticket),
    }


def _refused(request: PersonRequest, ticket: Ticket, words: str) -> HttpResponse:
    """In words, beside what was typed; a page that runs scripts keeps it itself and asks for the sentence only."""
    if request.headers.get("HX-Request"):
        return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")
    context = _page(request, ticket, error=words, typed=request.POST.get("text", ""))
    return render(request, "cabinet/request.html", context, status=422)


def _to(request: PersonRequest, number: int) -> HttpResponse:
    answer: HttpResponse = redirect("request", number=number)
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = redirect("request", number=number).url
    return answer


def _place(ticket: Ticket) -> str:
    return f"ticket:{ticket.pk}"
