"""The simulator: plays any flow as any person, without a ticket or a trace. The state travels signed with the page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from django.core import signing
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from camdesk.bot.engine import DialogueState, step
from camdesk.bot.engine.effects import Resolve, SystemCall, ToPerson, Understand
from camdesk.bot.engine.events import Began, BotEvent, CallAnswered, CallFailed, WordsTyped
from camdesk.bot.engine.replies import AnyReply, Put
from camdesk.bot.sessions import checks, promised
from camdesk.bot.sessions.as_heard import as_heard
from camdesk.bot.sessions.context import Sight, context_of
from camdesk.bot.sessions.flows import flows_of_version
from camdesk.bot.understanding.current import model_of
from camdesk.bot.understood import matters_in, understood_as
from camdesk.channels.chat.customer_moves import ChatMove, NotAMove, read_press, read_words
from camdesk.desk.doors import for_agents
from camdesk.desk.frame import show
from camdesk.lib import time_zones
from camdesk.lib.language import current_language
from camdesk.lib.numbers import whole_number
from camdesk.people.models import Person
from camdesk.people.requests import AgentRequest
from camdesk.playbook import current
from camdesk.playbook.choices import topic_choices
from camdesk.playbook.document import Playbook
from camdesk.playbook.encoding import decode, encode
from camdesk.tickets.message_input import REFUSALS, words_for

_SALT = "camdesk.simulator"
_LONGEST = 200  # lines shown


@dataclass(frozen=True)
class SimulatedLine:
    """reply: of the bot's side; text: of the others."""

    side: Literal["customer", "bot", "system"]
    text: str = ""
    reply: AnyReply | None = None


@dataclass(frozen=True)
class Simulation:
    """One conversation so far. person: whose; moves: how many the customer made; state: None before the first."""

    person: int
    topic: str
    moves: int = 0
    state: DialogueState | None = None
    talk: tuple[SimulatedLine, ...] = ()


@for_agents("playbook.read")
@require_http_methods(["GET", "POST"])
def simulator(request: AgentRequest) -> HttpResponse:
    """GET: whom and what to play. POST: one more move, read as the chat reads it; `play` is the signed conversation so
    far. A move the bot has no place for is refused in words, and the conversation stays where it was."""
    number, document = current.current()
    people = Person.objects.filter(user__isnull=False, agent__isnull=True).order_by("name")[:100]
    offered = {"people": people, "document": document, "topics": topic_choices(document, current_language())}
    if request.method == "GET":
        return show(request, "playbook/simulator.html", offered, here="playbook")
    play = _read(request)
    person = people.model.objects.filter(pk=play.person).first()
    if person is None or play.topic not in document.topics:
        raise Http404
    sight = Sight()
    try:
        move, error = _move(request, play, person, document, sight), ""
    except REFUSALS as refused:
        move, error = None, words_for(refused)
    except NotAMove:
        move, error = None, _("На это помощник сейчас не отвечает. Выберите другой ответ или напишите словами.")
    now, language = timezone.now(), current_language()
    cameras = sight.cameras_of(person)
    ctx = context_of(person=person, document=document, now=now, language=language, cameras=cameras)
    zone = time_zones.zone(ctx["zone"])
    ctx["promised"] = promised.without_a_request(document, play.topic, now=now, zone=zone)
    if move is not None:
        talk = (*play.talk, SimulatedLine("customer", move.text)) if move.text else play.talk
        spoken = replace(play, talk=talk, moves=play.moves + 1)
        play = _moved(spoken, move, ctx, person=person, version=number, sight=sight, now=now)
    context = {
        **offered,
        "play": play,
        "last": next((line.reply for line in reversed(play.talk) if line.reply is not None), None),
        "person": person,
        "signed": signing.dumps(encode(play, sparse=True), salt=_SALT, compress=True),
        "cameras": ctx["customer"]["cameras"],
        "error": error,
        "most_chars": document.limits.max_message_chars,
    }
    return show(request, "playbook/simulator.html", context, here="playbook", status=422 if error else 200)


def _read(request: AgentRequest) -> Simulation:
    raw = request.POST.get("play", "")
    if not raw:
        return Simulation(whole_number(request.POST.get("person", "")) or 0, request.POST.get("topic", ""))
    try:
        return decode(Simulation, signing.loads(raw, salt=_SALT, max_age=86400))
    except (signing.BadSignature, ValueError):  # forged, a day old, or of another release
        raise Http404 from None


def _move(request: AgentRequest, play: Simulation, person: Person, document: Playbook, sight: Sight) -> ChatMove:
    """Raises NotAMove and what message_input.REFUSALS names."""
    key = f"m{play.moves + 1}"
    if play.state is None:
        return ChatMove(key, press=Began(id=key, topic=play.topic))
    if not request.POST.get("press"):
        return read_words(request.POST.get("text", ""), [], client_id=key, most=document.limits.max_message_chars)

    def asked(question: str) -> Put | None:
        said = (line.reply for line in reversed(play.talk))
        return next((one for one in said if isinstance(one, Put) and one.question == question), None)

    return read_press(
        request.POST,
        asked=asked,
        by=person,
        document=document,
        language=current_language(),
        client_id=key,
        sight=sight,
    )


def _moved(
    play: Simulation,
    move: ChatMove,
    ctx: Mapping[str, Any],
    *,
    person: Person,
    version: int,
    sight: Sight,
    now: datetime,
) -> Simulation:
    """After the move and, at once, whatever the engine asks of the world. `version`: of the playbook."""
    flows, document = flows_of_version(version), current.version(version)
    typed = WordsTyped(id=move.client_id, text=move.text)
    event = move.press or as_heard(typed, ctx, version=version, now=now)
    waiting, state, talk = [event], play.state, list(play.talk)
    while waiting:
        state, replies, effects = step(flows, state, waiting.pop(0), ctx)
        talk += [SimulatedLine("bot", reply=reply) for reply in replies]
        for effect in effects:
            if isinstance(effect, ToPerson | Resolve):
                talk.append(SimulatedLine("system", _ending(effect)))
            elif isinstance(effect, Understand):
                waiting.append(_understood(effect, document))
            elif isinstance(effect, SystemCall):
                waiting.append(_called(effect, person, sight, now))
    return replace(play, state=state, talk=tuple(talk[-_LONGEST:]))


def _understood(effect: Understand, document: Playbook) -> BotEvent:
    return understood_as(matters_in(effect, document, model_of(document)), effect.token)


def _called(effect: SystemCall, person: Person, sight: Sight, now: datetime) -> BotEvent:
    try:
        language = current_language()
        found = checks.answer(effect.name, effect.args, person=person, language=language, now=now, sight=sight)
    except checks.NoSuchCheck:
        return CallFailed(call=effect.call)
    return CallAnswered(call=effect.call, value=found.plain())


def _ending(effect: ToPerson | Resolve) -> str:
    facts = json.dumps(effect.data.facts, ensure_ascii=False)
    if isinstance(effect, Resolve):
        return _("Решено без сотрудника. Собрано: %(facts)s") % {"facts": facts}
    return _("Передано сотруднику, команда %(team)s, срочность %(priority)s. Собрано: %(facts)s") % {
        "team": effect.team or "—",
        "priority": effect.priority,
        "facts": facts,
    }
