"""A new request on behalf of a person: a call, or somebody at the counter."""

import secrets
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from camdesk.cameras.models import Camera
from camdesk.channels import inbound, intake
from camdesk.channels.inbound import Came, InboundResult, Matter
from camdesk.channels.models import Call
from camdesk.channels.phone.caller_id import belongs_to
from camdesk.channels.phone.channel import PHONE
from camdesk.channels.phone.manual_calls import LONGEST, Talk, write_down
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.desk.unseen import to_ticket
from camdesk.desk.views.people import person_for, search
from camdesk.lib.language import current_language
from camdesk.lib.numbers import whole_number, whole_numbers
from camdesk.lib.phones import is_e164
from camdesk.people import contacts
from camdesk.people.models import Person
from camdesk.people.requests import AgentRequest
from camdesk.playbook import current as playbook
from camdesk.playbook.choices import topic_choices
from camdesk.tickets import channels
from camdesk.tickets.access import in_scope
from camdesk.tickets.receipts import Key, KeyReused
from camdesk.ui.values import Choice, FormError

DEMANDS = intake.Demands(way_to_answer=False, required_facts=False)
CAMERAS_SHOWN = 200


@for_agents("ticket.open_for")
@require_http_methods(["GET", "POST"])
def new(request: AgentRequest) -> HttpResponse:
    """?q= looks for the person, ?person=<id> has found them, ?unknown=1 is somebody new; ?phone= fills in the number,
    ?call=<id> the number and the person of a call, which the new request then takes. POST opens the request."""
    said = request.POST if request.method == "POST" else request.GET
    call = _call(request, said.get("call", ""))
    person = person_for(said.get("person", "")) or (call.person if call and request.method == "GET" else None)
    if request.method == "POST":
        return _open(request, person, call)
    words = request.GET.get("q", "")[:100]
    context = {"words": words, "found": search(words), "unknown": "unknown" in request.GET, "call": call}
    typed = _asked(request, person) if person or context["unknown"] else None
    return _page(request, person, typed, context, [], 200)


def _call(request: AgentRequest, raw: str) -> Call | None:
    seen = in_scope(Call.objects.select_related("person"), request.agent)
    return seen.filter(pk=whole_number(raw) or 0).first() if raw else None


def _open(request: AgentRequest, person: Person | None, call: Call | None) -> HttpResponse:
    _version, document = playbook.current()
    asked = _asked(request, person)
    cameras = [camera for camera in _cameras(person) if camera.pk in asked.camera_ids]
    try:
        taken = intake.check(asked, document=document, cameras=cameras, demands=DEMANDS)
        opened = _opened(request, person, taken)
    except intake.Refused as refused:
        return _page(request, person, asked, {"unknown": person is None, "call": call}, refused.errors, 422)
    except KeyReused:
        errors = [intake.FieldError("text", _("Это обращение уже создано. Откройте страницу заново."))]
        return _page(request, person, asked, {"unknown": person is None, "call": call}, errors, 422)
    if call is not None:
        belongs_to(call=call, ticket=opened.ticket, by=request.person, now=timezone.now())
    elif minutes := whole_number(request.POST.get("minutes", "")[:4]):
        _written_down(request, opened, min(minutes, LONGEST), taken.phone)
    return to_ticket(request, opened.ticket)


def _written_down(request: AgentRequest, opened: InboundResult, minutes: int, phone: str) -> None:
    """The call of a telephone that no exchange tells us of, with the request it led to."""
    talk = Talk("in", phone, minutes, "")
    client_id = f"call-{request.POST.get('key', '')[:58]}"
    write_down(ticket=opened.ticket, talk=talk, by=request.person, now=timezone.now(), client_id=client_id)


def _opened(request: AgentRequest, person: Person | None, taken: intake.Taken) -> InboundResult:
    now = timezone.now()
    whose = person or contacts.unverified(name=taken.name, phone=taken.phone, email=taken.email, now=now)
    body = {"person": request.POST.get("person", ""), "topic": taken.topic.id, "text": taken.text, "name": taken.name}
    raw_key = request.POST.get("key", "")[:64]
    came = Came(
        channel=_how(request.POST.get("channel", "")),
        person=whose,
        text=taken.text,
        proven=person is not None,
        key=Key(f"desk:{request.person.pk}", raw_key, body) if raw_key else None,
        entered_by=request.person,
    )
    matter = Matter(
        topic=taken.topic.id,
        contact_name=taken.name,
        contact_phone=taken.phone,
        contact_email=taken.email,
        language=whose.language,
        address=taken.address,
        cameras=taken.cameras,
        urgent=request.POST.get("urgent") == "on",
    )
    return inbound.open(came, matter, now=now)


def _how(said: str) -> str:
    """By which channel they came, as the agent says it."""
    return said if any(said == one.name for one in channels.taken_by_agents()) else channels.DESK.name


def _asked(request: AgentRequest, person: Person | None) -> intake.Asked:
    said = request.POST
    call = _call(request, request.GET.get("call", ""))
    known = person or Person(name="")
    number = (call.customer if call and is_e164(call.customer) else "") or request.GET.get("phone", "")[:60]
    return intake.Asked(
        topic=said.get("topic", ""),
        text=said.get("text", ""),
        name=said.get("name", known.name),
        phone=said.get("phone", number or known.phone),
        email=said.get("email", known.email),
        address=said.get("address", ""),
        camera_ids=whole_numbers(said.getlist("cameras")),
    )


def _cameras(person: Person | None) -> list[Camera]:
    """Those the person may see: an agent names no camera of somebody else's on their behalf."""
    mine = Camera.objects.visible_to(person).select_related("site", "organisation")
    return list(mine.in_order()[:CAMERAS_SHOWN])


def _page(
    request: AgentRequest,
    person: Person | None,
    asked: intake.Asked | None,
    context: dict[str, Any],
    errors: list[intake.FieldError],
    status: int,
) -> HttpResponse:
    _version, document = playbook.current()
    cameras = _cameras(person) if asked else []
    context = {
        "words": "",
        "found": [],
        "call": None,
        **context,
        "person": person,
        "asked": asked,
        "errors": {error.field: error.sentence for error in errors},
        "summary": [FormError(f"id_{error.field}", error.sentence) for error in errors],
        "cameras": cameras,
        "proven": person is None or person.identities.proven().exists(),
        "camera_choices": [Choice(camera.pk, camera.name, camera.site.address) for camera in cameras],
        "topics": topic_choices(document, current_language()),
        "key": request.POST.get("key", "") or secrets.token_urlsafe(16),
        "channel": _how(request.POST.get("channel", PHONE.name)),
        "ways_to_come": [Choice(one.name, one.taken_by_agents) for one in reversed(channels.taken_by_agents())],
        "minutes": request.POST.get("minutes", ""),
        "urgent": request.POST.get("urgent") == "on",
    }
    return show(request, "new.html", context, here="new", status=status)
