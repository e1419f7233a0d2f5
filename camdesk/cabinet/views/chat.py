"""The support panel: begun, played, followed. The same views serve the page for browsers without scripts."""

from functools import partial
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from camdesk.bot.sessions.context import Sight
from camdesk.bot.sessions.current_question import asked
from camdesk.cabinet.chat_page import camera_list, chat_to_show, news_of, own_chat, page_of
from camdesk.cabinet.doors import signed_in
from camdesk.cabinet.organisation_switch import chosen
from camdesk.cabinet.stream_channels import token_for
from camdesk.channels import inbound
from camdesk.channels.chat.channel import CHAT
from camdesk.channels.chat.customer_moves import ChatMove, NotAMove, client_id_of, read_press, read_words
from camdesk.channels.chat.new_chat import start_chat
from camdesk.channels.inbound import Came
from camdesk.lib.language import current_language
from camdesk.lib.numbers import whole_number, whole_numbers
from camdesk.people.limits import Limited
from camdesk.people.limits_middleware import later, sentence
from camdesk.people.requests import PersonRequest
from camdesk.playbook import current as playbook
from camdesk.tickets import conversation, thread
from camdesk.tickets.message_input import REFUSALS, files_of, words_for
from camdesk.tickets.models import Ticket


@signed_in
@require_GET
def chat(request: PersonRequest) -> HttpResponse:
    """The chat as a page of its own. ?chat=<number> that one, ?new=1 the list of sections."""
    return render(request, "cabinet/chat/page.html", _page(request))


@signed_in
@require_GET
def panel(request: PersonRequest) -> HttpResponse:
    """The same as a fragment for the side panel."""
    return render(request, "cabinet/chat/panel.html", _page(request))


@signed_in
@require_GET
def state(request: PersonRequest) -> HttpResponse:
    """{chat, unread, token}: what the support button shows while the panel is closed. A token only where something
    may come."""
    ticket = chat_to_show(request.person, now=timezone.now())
    if ticket is None:
        return JsonResponse({"chat": None, "unread": 0, "token": ""})
    return JsonResponse({"chat": ticket.pk, "unread": thread.unread(ticket), "token": token_for(request)})


@signed_in
@require_POST
def starts(request: PersonRequest) -> HttpResponse:
    """Begins a chat with a topic (`topic`), with a button (`press`), or with words and files of one's own. The same
    `key` begins it once."""
    key, now, sight = client_id_of(request.POST.get("key", "")), timezone.now(), Sight()
    topic = request.POST.get("topic", "")
    try:
        move = _move(request, None, key=key, sight=sight)
    except REFUSALS as error:
        return _refused(request, None, words_for(error))
    except NotAMove:
        return HttpResponse(status=400)
    try:
        ticket = start_chat(
            person=request.person,
            topic=topic,
            key=key,
            language=current_language(),
            organisation=chosen(request),
            now=now,
        )
    except Limited as limited:
        return _too_often(request, None, limited)
    return _taken(request, own_chat(request.person, ticket.pk), move, whole=True, sight=sight)


@signed_in
@require_POST
def events(request: PersonRequest, number: int) -> HttpResponse:
    """One move of the customer; the answer is what is new after ?after. A repeated client_id changes nothing."""
    ticket, sight = own_chat(request.person, number), Sight()
    try:
        move = _move(request, ticket, key=client_id_of(request.POST.get("client_id", "")), sight=sight)
    except REFUSALS as error:
        return _refused(request, ticket, words_for(error))
    except NotAMove:
        return HttpResponse(status=400)
    return _taken(request, ticket, move, whole=False, sight=sight)


@signed_in
@require_GET
def since(request: PersonRequest, number: int) -> HttpResponse:
    """?after=<seq>: what is new after that seq."""
    ticket = own_chat(request.person, number)
    return _news(request, ticket, after=whole_number(request.GET.get("after", "")) or 0)


@signed_in
@require_POST
def seen(request: PersonRequest, number: int) -> HttpResponse:
    """The customer has the panel before their eyes up to `seq`."""
    conversation.seen_by_customer(own_chat(request.person, number), seq=whole_number(request.POST.get("seq", "")) or 0)
    return HttpResponse(status=204)


@signed_in
@require_GET
def cameras(request: PersonRequest) -> HttpResponse:
    """?q=words&cameras=17: the picker's list, searched on the server."""
    chosen = set(whole_numbers(request.GET.getlist("cameras")[:500]))
    context = camera_list(request.person, words=request.GET.get("q", "")[:100], chosen=chosen)
    return render(request, "cabinet/chat/camera_list.html", context)


def _page(request: PersonRequest) -> dict[str, Any]:
    now, number = timezone.now(), whole_number(request.GET.get("chat", "")) or 0
    if number:
        ticket: Ticket | None = own_chat(request.person, number)
    else:
        ticket = None if request.GET.get("new") else chat_to_show(request.person, now=now)
    return page_of(request, ticket, now=now)


def _move(request: PersonRequest, ticket: Ticket | None, *, key: str, sight: Sight) -> ChatMove:
    """The customer's move in the request. Raises NotAMove and what message_input.REFUSALS names."""
    _version, document = playbook.current()
    if ticket is not None:
        document = playbook.version(ticket.playbook_version)
    press = request.POST.copy()
    if topic := press.get("topic"):
        press["press"] = f"start:{topic}"
    if press.get("press"):
        return read_press(
            press,
            asked=partial(asked, ticket) if ticket is not None else lambda _question: None,
            by=request.person,
            document=document,
            language=current_language(),
            client_id=key,
            sight=sight,
        )
    most = document.limits.max_message_chars
    return read_words(request.POST.get("text", ""), files_of(request), client_id=key, most=most)


def _taken(request: PersonRequest, ticket: Ticket, move: ChatMove, *, whole: bool, sight: Sight) -> HttpResponse:
    after = whole_number(request.POST.get("after", "")) or 0
    came = Came(channel=CHAT.name, person=request.person, text=move.text, files=move.files, client_id=move.client_id)
    try:
        outcome = inbound.say(came, ticket, now=timezone.now(), press=move.press, sight=sight)
    except Limited as limited:
        return _too_often(request, ticket, limited)
    except REFUSALS as error:
        return _refused(request, ticket, words_for(error))
    whole = whole or outcome.ticket.pk != ticket.pk  # a follow-up
    ticket = outcome.ticket if outcome.ticket.pk == ticket.pk else own_chat(request.person, outcome.ticket.pk)
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('chat')}?chat={ticket.pk}#end")
    if whole:
        answer = render(request, "cabinet/chat/panel.html", page_of(request, ticket, now=timezone.now()))
        answer["X-Chat"] = str(ticket.pk)
        answer["X-Chat-Whole"] = "yes"
        return answer
    return _news(request, ticket, after=after)


def _news(request: PersonRequest, ticket: Ticket, *, after: int) -> HttpResponse:
    answer = render(request, "cabinet/chat/news.html", news_of(request, ticket, after=after, now=timezone.now()))
    answer["X-Chat"] = str(ticket.pk)
    return answer


def _too_often(request: PersonRequest, ticket: Ticket | None, limited: Limited) -> HttpResponse:
    return later(_refused(request, ticket, sentence(limited.wait)), limited.wait)


def _refused(request: PersonRequest, ticket: Ticket | None, words: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")
    typed = request.POST.get("text", "")
    context = page_of(request, ticket, now=timezone.now(), error=words, typed=typed)
    return render(request, "cabinet/chat/page.html", context, status=422)
