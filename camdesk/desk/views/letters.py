"""Letters that left, wait or failed; in the demo, which has no mail server, the place where they are read."""

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from camdesk.desk import letters_in
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.lib.numbers import whole_number
from camdesk.people.requests import AgentRequest
from camdesk.people.roles import hidden_teams
from camdesk.tickets import claim_tokens, outbox
from camdesk.tickets.access import in_scope
from camdesk.tickets.models import Delivery, OutgoingLetter

PAGE = 50
# The letter's own markup: no script, no form, no address of anybody's, and a frame of ours is the only place it shows.
LETTER_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


@for_agents("letter.read")
@require_GET
def letters(request: AgentRequest) -> HttpResponse:
    """?state=failed|held|waiting|sent|caught, ?before=<id>: newest first."""
    state, before = request.GET.get("state", ""), whole_number(request.GET.get("before", ""))
    found = _seen(request).defer("letter__text", "letter__html")
    if state in Delivery.State.values:
        found = found.filter(state=state)
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    context = {"letters": rows[:PAGE], "older": rows[PAGE - 1].pk if len(rows) > PAGE else None, "state": state}
    context["held"] = letters_in.held()
    return show(request, "letters.html", context, here="letters_in")


@for_agents("letter.read")
@require_GET
def letter(request: AgentRequest, letter_id: int) -> HttpResponse:
    found = get_object_or_404(_seen(request).select_related("ticket", "letter__merged_into__delivery"), pk=letter_id)
    written = found.as_letter or OutgoingLetter(text=found.payload.get("text", ""))
    context = {
        "letter": found,
        "written": written,
        "text": _shown(written.text),
        "shown": _may_be_read(found),
        "merged": list(_seen(request).filter(letter__merged_into=found.pk).select_related("ticket").order_by("pk")),
    }
    return show(request, "letter.html", context, here="letters_in")


@for_agents("letter.read")
@require_GET
@xframe_options_sameorigin
def letter_html(request: AgentRequest, letter_id: int) -> HttpResponse:
    """The letter as its reader sees it, shut in a sandbox."""
    found = get_object_or_404(_seen(request), pk=letter_id)
    if found.as_letter is None or not found.as_letter.html or not _may_be_read(found):
        raise Http404
    answer = HttpResponse(_shown(found.as_letter.html))
    answer["Content-Security-Policy"] = LETTER_POLICY
    return answer


@for_agents("delivery.resend")
@require_POST
def sendings(request: AgentRequest, letter_id: int) -> HttpResponse:
    """Tries a failed or waiting letter now; lets a held one go."""
    found = get_object_or_404(_seen(request), pk=letter_id)
    send = outbox.release if found.state == Delivery.State.HELD else outbox.send_again
    return _moved(request, send(delivery=found, by=request.person, now=timezone.now()))


@for_agents("delivery.resend")
@require_POST
def holding(request: AgentRequest, letter_id: int) -> HttpResponse:
    """Holds back what was let go a moment ago."""
    found = get_object_or_404(_seen(request), pk=letter_id)
    return _moved(request, outbox.hold_back(delivery=found, by=request.person, now=timezone.now()))


def _moved(request: AgentRequest, moved: bool) -> HttpResponse:
    if moved:
        return redirect("desk:letters")
    said = {"sentence": _("Это письмо уже ушло."), "ticket": None}
    return show(request, "refused.html", said, here="letters_in", status=422)


def _seen(request: AgentRequest) -> QuerySet[Delivery]:
    """Not those of requests this agent does not see, nor a letter that says what such a one would have said."""
    own = in_scope(Delivery.objects.select_related("letter"), request.agent)
    hidden = hidden_teams(request.agent)
    said = Delivery.objects.filter(letter__merged_into=OuterRef("pk"), ticket__team_id__in=hidden)
    return own.exclude(Exists(said)) if hidden else own


def _shown(words: str) -> str:
    """Whoever opens the link of a claim proves an address: only its reader shall. The demo has no other mailbox."""
    return words if settings.DEMO else claim_tokens.hidden(words)


def _may_be_read(letter: Delivery) -> bool:
    """A letter that lets in (an invitation, a new password) is its reader's alone: whoever may look at letters could
    become an administrator by it. The demo's catcher page is the only mailbox there is."""
    return letter.kind != Delivery.Kind.ACCOUNT or settings.DEMO
