"""Letters that came in: the list, one of them whole, and what an agent decides about it."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from camdesk.channels.mail.incoming import held_letters, letter_scans, letter_view
from camdesk.channels.mail.incoming.reread import CannotBeRead, NotSetAside, RequestClosed, read_again
from camdesk.channels.mail.mime.parsed_letter import ParsedLetter
from camdesk.channels.models import RawLetter
from camdesk.desk import letter_frames, letters_in, unseen
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.desk.letters_in import letter_for
from camdesk.desk.words import page_words
from camdesk.lib import files, sniffing
from camdesk.lib.filenames import content_disposition
from camdesk.lib.numbers import whole_number
from camdesk.people import audit
from camdesk.people.requests import AgentRequest
from camdesk.people.roles import may
from camdesk.tickets import quarantine, thread, uploads
from camdesk.tickets.access import ticket_for_agent
from camdesk.tickets.attachment_views import asks_first, withheld
from camdesk.tickets.attachments import note_taken_unchecked
from camdesk.tickets.events import Audience
from camdesk.ui.figures import reference

Answer = TypeVar("Answer", bound=HttpResponseBase)


@for_agents("letter.read")
@require_GET
def letters(request: AgentRequest) -> HttpResponse:
    """?state=held|unread|noted|ignored|waiting, ?of=<id>: all of that letter's sender, ?before=<id>: newest first."""
    of, state = whole_number(request.GET.get("of", "")), request.GET.get("state", "")
    asked = letters_in.LetterList(
        request.agent,
        state=state if state in letters_in.FILTER_WORDS else "",
        of=letter_for(request.agent, of) if of else None,
    )
    before = whole_number(request.GET.get("before", ""))
    rows, older = letters_in.page(asked, before=before)
    context = {
        **letters_in.words(),
        "letters": rows,
        "older": older,
        "asked": asked,
        "paged": bool(before),
        "filters": letters_in.FILTER_WORDS,
        "held": letters_in.held(),
        "senders": letters_in.held_senders() if asked.state == RawLetter.State.HELD and not before else [],
        "theirs": letters_in.states_of_sender(request.agent, asked.of) if asked.of else {},
        "may_decide": may(request.agent, "letter.decide"),
    }
    return show(request, "letters_in.html", context, here="letters_in")


@for_agents("ticket.read")
@require_GET
def letter(request: AgentRequest, raw_id: int) -> HttpResponse:
    """The whole letter: who, to whom, when, what, with which files."""
    found = letter_for(request.agent, raw_id)
    if found.ticket is not None:
        audit.saw(
            by=request.person.pk,
            whose=found.ticket.person_id,
            what="letter seen",
            about=f"letter {found.pk}",
            now=timezone.now(),
        )
    said, why_not = None, ""
    try:
        said = _contents(request, found)
    except letter_view.CannotBeShown as fault:
        why_not = str(fault)
    except Http404:
        why_not = "secret"
    known = letter_scans.known_of(found)
    context = {
        **letters_in.words(),
        "letter": found,
        "said": said,
        "why_not": why_not,
        "genuine": letter_view.found_genuine(found, said) if said else "none",
        "sent_at": _moment(said.date) if said and said.date else None,
        "file_mark_of_all": quarantine.mark(known, agent=True),
        "infected": known.scan == RawLetter.Scan.INFECTED,
        "may_save": said is not None or (why_not != "secret" and _anybodys(request, found)),
        "may_list": may(request.agent, "letter.read"),
        "may_decide": may(request.agent, "letter.decide"),
    }
    return show(request, "letter_in.html", context, here="letters_in")


@for_agents("ticket.read")
@require_GET
@xframe_options_sameorigin
def letter_html(request: AgentRequest, raw_id: int) -> HttpResponse:
    """The letter's own look, shut in a sandbox."""
    found = letter_for(request.agent, raw_id)
    said = _contents_or_404(request, found)
    if not said.html:
        raise Http404
    return letter_frames.of_letter(request, said, pictures=quarantine.given(letter_scans.known_of(found)))


@for_agents("ticket.read")
@require_http_methods(["GET", "POST"])
def source(request: AgentRequest, raw_id: int) -> HttpResponse | FileResponse:
    """The letter as it was sent, byte for byte, to be saved. POST: although it was not checked for viruses."""
    found = letter_for(request.agent, raw_id)
    if not _anybodys(request, found):
        _contents_or_404(request, found)
    name = f"letter-{found.pk}.eml"
    if refused := _withheld(request, found, name):
        return refused
    try:
        file = files.store().open(found.storage_key)
    except files.NotHere:
        raise Http404 from None
    answer = FileResponse(file)
    answer["Content-Length"] = str(found.size)
    return _inert(answer, sniffing.OCTETS, name)


@for_agents("ticket.read")
@require_http_methods(["GET", "POST"])
def file(request: AgentRequest, raw_id: int, index: int) -> HttpResponse:
    """The letter's file number `index`, counted from 1. POST: although it was not checked for viruses."""
    found = letter_for(request.agent, raw_id)
    said = _contents_or_404(request, found)
    if not 1 <= index <= len(said.attachments):
        raise Http404
    one = said.attachments[index - 1]
    name = one.name or _("файл")
    if refused := _withheld(request, found, name):
        return refused
    kind = sniffing.sniff(one.content[: sniffing.HEAD], size=len(one.content))
    return _inert(HttpResponse(one.content), kind, name)


@for_agents("ticket.read")
@require_GET
@xframe_options_sameorigin
def message_letter(request: AgentRequest, number: int, seq: int) -> HttpResponse:
    """The HTML of a letter that is a message of this request, for the frame in the conversation."""
    ticket = ticket_for_agent(request.agent, number)
    message = thread.message_at(ticket, seq, Audience.AGENT)
    if message is None or not message.html:
        raise Http404
    return letter_frames.of_message(request, message)


# --- deeds; all=1 means all letters of the sender that are in the same state


@for_agents("letter.decide")
@require_POST
def admission(request: AgentRequest, raw_id: int) -> HttpResponse:
    def words(n: int) -> str:
        return ngettext("Впущено %(n)s письмо", "Впущено %(n)s письма", n) % {"n": n}

    return _decided(request, raw_id, held_letters.let_in, words)


@for_agents("letter.decide")
@require_POST
def refusal(request: AgentRequest, raw_id: int) -> HttpResponse:
    def words(n: int) -> str:
        return ngettext("Отклонено %(n)s письмо", "Отклонено %(n)s письма", n) % {"n": n}

    return _decided(request, raw_id, held_letters.turn_away, words, undo="desk:letter_holding")


@for_agents("letter.decide")
@require_POST
def holding(request: AgentRequest, raw_id: int) -> HttpResponse:
    """What was turned away waits for a decision again."""

    def words(n: int) -> str:
        return ngettext("%(n)s письмо снова ждёт решения", "%(n)s письма снова ждут решения", n) % {"n": n}

    return _decided(request, raw_id, held_letters.hold_again, words)


@for_agents("letter.decide")
@require_POST
def reading(request: AgentRequest, raw_id: int) -> HttpResponse:
    """An agent says that a person wrote it: it becomes a request, or a message of the one that holds it as a file."""
    found = letter_for(request.agent, raw_id)
    if not _anybodys(request, found):
        _contents_or_404(request, found)
    try:
        ticket = read_again(letter=found, by=request.person, now=timezone.now())
    except CannotBeRead:
        return _refused(request, _("Прочитать не удалось и на этот раз."), found)
    except RequestClosed:
        return _refused(request, _("Обращение закрыто: письмо можно прочитать здесь целиком."), found)
    except NotSetAside:
        return _refused(request, _("С этим письмом уже что-то сделали: обновите страницу."), found)
    except uploads.NoRoomForFile:
        return _refused(request, _("На диске нет места. Письмо на месте, попробуйте позже."), found)
    if unseen.sees(request, ticket):
        messages.success(request, _("Письмо прочитано: обращение %(number)s") % {"number": reference(ticket.pk)})
    return unseen.to_ticket(request, ticket)


def _decided(
    request: AgentRequest, raw_id: int, decide: Callable[..., int], words: Callable[[int], str], *, undo: str = ""
) -> HttpResponse:
    found, alike = letter_for(request.agent, raw_id), request.POST.get("all") == "1"
    moved = decide(letter=found, by=request.person, now=timezone.now(), all_of_sender=alike)
    if not moved:
        return _refused(request, _("С этим письмом уже что-то сделали: обновите страницу."), found)
    if not request.headers.get("HX-Request"):
        messages.success(request, words(moved))
        return redirect(f"{reverse('desk:letters_in')}?of={found.pk}" if alike else _address(found))
    toast: dict[str, Any] = {"text": words(moved)} | ({"undo": reverse(undo, args=[found.pk])} if undo else {})
    return _row(request, found, toast)


def _row(request: AgentRequest, found: RawLetter, toast: dict[str, Any]) -> HttpResponse:
    """The letter's line as it is now, in the place of the old one."""
    context = {
        **page_words(),
        **letters_in.words(),
        "letter": letter_for(request.agent, found.pk),
        "may_decide": may(request.agent, "letter.decide"),
    }
    answer = render(request, "desk/parts/letter_in_row.html", context)
    answer["HX-Trigger"] = json.dumps({"toast": toast})
    # An undo from the corner knows nothing of the line it undoes.
    answer["HX-Retarget"], answer["HX-Reswap"] = f"#letter_{found.pk}", "outerHTML"
    return answer


def _refused(request: AgentRequest, sentence: str, found: RawLetter) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return _row(request, found, {"text": sentence, "tone": "trouble"})
    messages.error(request, sentence)
    return redirect(_address(found))


def _address(found: RawLetter) -> str:
    return reverse("desk:letter_in", args=[found.pk])


def _contents(request: AgentRequest, found: RawLetter) -> ParsedLetter:
    """What is in the letter. Raises letter_view.CannotBeShown, and Http404 where it may hold somebody's secret: one of
    ours that came back holds the link that lets its reader in, or makes an address theirs; and one that waits to join
    a request of a closed team is that team's already."""
    said = letter_view.look_at(found)
    if said.bounce is not None and not _anybodys(request, found):
        raise Http404
    if letters_in.names_hidden(request.agent, found, said):
        raise Http404
    return said


def _contents_or_404(request: AgentRequest, found: RawLetter) -> ParsedLetter:
    try:
        return _contents(request, found)
    except letter_view.CannotBeShown:
        raise Http404 from None


def _anybodys(request: AgentRequest, found: RawLetter) -> bool:
    """Whether this agent may see all of it without a look into it: what is in a request's conversation anyway is."""
    said = found.state in (RawLetter.State.TAKEN, RawLetter.State.UNREAD)
    return said or may(request.agent, "people.manage")


def _withheld(request: AgentRequest, found: RawLetter, name: str) -> HttpResponse | None:
    """The answer in the place of bytes out of this letter; None when they are given: at once, or to who said by POST
    that they take it unchecked, which its request remembers. Of a part by itself nothing is known: the whole speaks
    for it."""
    known = letter_scans.known_of(found)
    if asks_first(request, known) and request.method == "POST":
        if found.ticket_id is not None:
            note_taken_unchecked(number=found.ticket_id, name=name, by=request.person, now=timezone.now())
        return None
    return None if quarantine.given(known) else withheld(request, known, name=name)


def _moment(said: str) -> datetime:
    return datetime.fromisoformat(said)


def _inert(answer: Answer, kind: str, name: str) -> Answer:
    for header, value in sniffing.inert_headers(kind, disposition=content_disposition(name)).items():
        answer[header] = value
    return answer
