"""The simulator: plays any flow as any person, without a ticket or a trace. The state travels signed with the page."""

import json
from datetime import datetime
from typing import Any

from django.core import signing
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from camdesk.bot.engine import step
from camdesk.bot.engine.effects import Resolve, SystemCall, ToPerson, Understand
from camdesk.bot.sessions import checks
from camdesk.bot.sessions.context import Sight, context_of
from camdesk.bot.sessions.flows import flows_of_version
from camdesk.bot.understanding.classify import understand
from camdesk.bot.understanding.current import model_of
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.lib.language import current_language
from camdesk.people.models import Person
from camdesk.people.requests import AgentRequest
from camdesk.playbook import current
from camdesk.playbook.choices import topic_choices

_SALT = "camdesk.simulator"
_ROUNDS = 10
_LONGEST = 200  # replies shown


@for_agents("playbook.read")
@require_http_methods(["GET", "POST"])
def simulator(request: AgentRequest) -> HttpResponse:
    """GET: whom and what to play. POST: one more move; `play` is the signed conversation so far."""
    number, document = current.current()
    people = Person.objects.filter(user__isnull=False, agent__isnull=True).order_by("name")[:100]
    offered = {"people": people, "document": document, "topics": topic_choices(document, current_language())}
    if request.method == "GET":
        return show(request, "playbook/simulator.html", offered, here="playbook")
    play = _read(request)
    person = people.model.objects.filter(pk=play["person"]).first()
    if person is None or play["topic"] not in document.topics:
        raise Http404
    event = _event(request, play)
    said = request.POST.get("said", "")[:500] or (event["value"] if event["kind"] == "text" else "")
    if said:
        play["talk"].append({"side": "customer", "text": str(said)})
    _move(play, event, person, document, number)
    play["talk"] = play["talk"][-_LONGEST:]
    cameras = Sight().cameras_of(person)
    ctx = context_of(person=person, document=document, now=timezone.now(), language=current_language(), cameras=cameras)
    context = {
        **offered,
        "play": play,
        "person": person,
        "signed": signing.dumps(play, salt=_SALT, compress=True),
        "cameras": ctx["customer"]["cameras"],
    }
    return show(request, "playbook/simulator.html", context, here="playbook")


def _read(request: AgentRequest) -> dict[str, Any]:
    raw = request.POST.get("play", "")
    if not raw:
        person = request.POST.get("person", "")
        return {
            "person": int(person) if person.isdecimal() and len(person) < 18 else 0,
            "topic": request.POST.get("topic", ""),
            "state": None,
            "talk": [],
            "moves": 0,
        }
    try:
        play: dict[str, Any] = signing.loads(raw, salt=_SALT, max_age=86400)
        return play
    except signing.BadSignature:
        raise Http404 from None


def _event(request: AgentRequest, play: dict[str, Any]) -> dict[str, Any]:
    play["moves"] += 1
    if play["state"] is None:
        return {"id": "m1", "kind": "start", "value": play["topic"]}
    kind = request.POST.get("kind", "text")
    values = request.POST.getlist("value")
    event: dict[str, Any] = {"id": f"m{play['moves']}", "kind": kind}
    if values:
        event["value"] = values if request.POST.get("many") else values[0]
    if question := request.POST.get("question"):
        event["question"] = question
    return event


def _move(play: dict[str, Any], event: dict[str, Any], person: Person, document: Any, number: int) -> None:
    """Plays the event and, at once, whatever the engine asks of the world."""
    now, flows = timezone.now(), flows_of_version(number)
    sight = Sight()
    cameras = sight.cameras_of(person)
    ctx = context_of(person=person, document=document, now=now, language=current_language(), cameras=cameras)
    waiting = [event]
    for _round in range(_ROUNDS):
        if not waiting:
            return
        play["state"], replies, effects = step(flows, play["state"], waiting.pop(0), ctx)
        play["talk"] += [{"side": "bot", "reply": reply} for reply in replies]
        for effect in effects:
            if isinstance(effect, ToPerson | Resolve):
                play["talk"].append({"side": "system", "text": _ending(effect)})
            elif isinstance(effect, Understand):
                waiting.append(_understood(effect, document))
            elif isinstance(effect, SystemCall):
                waiting.append(_called(effect, person, sight, now))


def _understood(effect: Understand, document: Any) -> dict[str, Any]:
    found = understand(model_of(document), effect.text)
    if found.rule == "person":
        return {"kind": "operator"}
    topics = [topic for topic, _score in found.topics[: 1 if found.decision == "open" else 3]]
    return {"kind": "understood", "value": {"decision": found.decision, "topics": topics, "token": effect.token}}


def _called(effect: SystemCall, person: Person, sight: Sight, now: datetime) -> dict[str, Any]:
    try:
        language = current_language()
        value = checks.answer(effect.name, effect.args, person=person, language=language, now=now, sight=sight)
    except checks.NoSuchCheck:
        return {"kind": "error", "call": effect.call}
    return {"kind": "result", "call": effect.call, "value": value}


def _ending(effect: ToPerson | Resolve) -> str:
    facts = json.dumps(effect.data.get("facts", {}), ensure_ascii=False)
    if isinstance(effect, Resolve):
        return _("Решено без сотрудника. Собрано: %(facts)s") % {"facts": facts}
    return _("Передано сотруднику, команда %(team)s, срочность %(priority)s. Собрано: %(facts)s") % {
        "team": effect.team or "—",
        "priority": effect.priority,
        "facts": facts,
    }
