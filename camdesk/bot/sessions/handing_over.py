"""How a conversation leaves the bot: to a person with everything collected, or settled. On the locked ticket."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from camdesk.bot.engine.effects import (
    BotEffect,
    Collected,
    RateTicket,
    Reopen,
    Resolve,
    Subscribe,
    TakeUp,
    ToPerson,
    Urgent,
    Wait,
    Withdrawn,
)
from camdesk.bot.sessions import outages
from camdesk.cameras import recorded
from camdesk.cameras.models import Camera
from camdesk.lib.numbers import whole_numbers
from camdesk.outages import linking
from camdesk.people.models import Team
from camdesk.playbook.document import Playbook
from camdesk.playbook.encoding import encode
from camdesk.tickets import ratings, resolution, state
from camdesk.tickets.models import Ticket, TicketCamera
from camdesk.tickets.timeline import record
from camdesk.tickets.transitions import Move

KINDS = (ToPerson, Resolve, RateTicket, Reopen, Subscribe, Wait, TakeUp, Withdrawn, Urgent)


def follow(ticket: Ticket, effects: Iterable[BotEffect], document: Playbook, *, now: datetime) -> None:
    """Does what the engine decided about the ticket: the effects of these KINDS."""
    for effect in effects:
        if isinstance(effect, ToPerson):
            hand_over(ticket, effect, document, now=now)
        elif isinstance(effect, Resolve):
            _settle(ticket, effect, document, now=now)
        elif isinstance(effect, RateTicket):
            with suppress(state.NotResolved, state.AlreadyRated):  # on another page meanwhile: one rating counts
                ratings.rate_locked(ticket, stars=effect.stars, by=ticket.person, now=now)
        elif isinstance(effect, Reopen) and state.move(ticket, Move.BOT_REOPENED, now=now).reopened:
            record(ticket, "ticket.reopened", by=ticket.person, now=now)
        elif isinstance(effect, Wait):
            _wait(ticket, effect, now=now)
        elif isinstance(effect, Withdrawn) and ticket.is_open:
            resolution.resolve_locked(ticket, by=ticket.person, now=now)
        elif isinstance(effect, Urgent):
            ticket.urgent = True
        elif isinstance(effect, TakeUp):
            state.move(ticket, Move.GIVEN_BACK, now=now)
        elif isinstance(effect, Subscribe):
            outages.sign_up(ticket, effect.value, now=now)


def hand_over(ticket: Ticket, effect: ToPerson, document: Playbook, *, now: datetime) -> None:
    """The move becomes ours, atomically; a person's assignment that came first has won already."""
    _keep(ticket, effect.topic, effect.data, document, now=now)
    team = Team.objects.filter(slug=effect.team or document.topics[ticket.topic_id].team).first()
    ticket.team = team or ticket.team
    ticket.urgent = ticket.urgent or effect.priority == "high"
    state.move(ticket, Move.HANDED_OVER, now=now)
    record(ticket, "bot.handed_over", by=None, now=now, reason=effect.reason)
    linking.link_explained_locked(ticket, now=now)


def _settle(ticket: Ticket, effect: Resolve, document: Playbook, *, now: datetime) -> None:
    """On the customer's word; what the last look at the cameras saw is kept beside it."""
    _keep(ticket, effect.topic, effect.data, document, now=now)
    if state.move(ticket, Move.RESOLVED, now=now).changed:
        record(ticket, "ticket.resolved", by=None, now=now, seen=_last_seen(effect.data))


def _last_seen(data: Collected) -> str:
    """The verdict of the newest look at cameras; "unknown" when there was none."""
    looks = [one for one in data.checks.values() if isinstance(one, Mapping) and "cameras" in one]
    return str(looks[-1].get("verdict") or "unknown") if looks else "unknown"


def _wait(ticket: Ticket, effect: Wait, *, now: datetime) -> None:
    """The move is the customer's, and the event says until when; the bot looks again by itself."""
    until = now + timedelta(seconds=effect.seconds)
    seen: dict[str, Any] = {"seen": effect.seen} if effect.seen else {}
    if state.move(ticket, Move.PASSED_TO_CUSTOMER, now=now).changed:
        record(ticket, "bot.waits", by=None, now=now, until=until.isoformat(), **seen)


def _keep(ticket: Ticket, topic: str, data: Collected, document: Playbook, *, now: datetime) -> None:
    """Everything collected goes to the ticket: topic, answers, cameras with their own answers and frozen checks."""
    if topic in document.topics:
        ticket.topic_id = topic
        ticket.subject = document.topics[topic].title.get(ticket.language)[:200]
    cameras, facts, own = told_by_bot(ticket, data, document)
    ticket.facts = {**ticket.facts, **facts}
    seen = recorded.look_at(cameras, now=now) if cameras else {}
    for camera in cameras:
        TicketCamera.objects.update_or_create(
            ticket=ticket, camera=camera, defaults={"facts": own[camera.pk], "diagnosis": seen[camera.pk].frozen()}
        )
    if cameras:
        ticket.site, ticket.organisation = cameras[0].site, cameras[0].organisation
        ticket.address = cameras[0].site.address
        if len(cameras) == 1:
            ticket.subject = f"{ticket.subject} · {cameras[0].name}"[:200]
    if isinstance(facts.get("phone"), str):
        ticket.contact_phone = facts["phone"]


def told_by_bot(
    ticket: Ticket, data: Collected, document: Playbook
) -> tuple[list[Camera], dict[str, Any], dict[int, dict[str, Any]]]:
    """What the conversation of this ticket has found out: its cameras, the answers, {camera id: its own answers}."""
    facts = dict(data.facts)
    cameras = _cameras(ticket, facts.pop("cameras", None) or data.cameras)
    of_camera = {name for name in facts if name in document.facts and document.facts[name].scope == "camera"}
    own: dict[int, dict[str, Any]] = {camera.pk: {} for camera in cameras}
    for name in of_camera:
        told = facts.pop(name)
        for camera in cameras:
            if isinstance(told, dict) and (value := told.get(str(camera.pk), told.get("*"))) is not None:
                own[camera.pk][name] = value
        if not cameras and isinstance(told, dict) and "*" in told:
            facts[name] = told["*"]
    bot = {"path": data.path, "checks": data.checks, "articles": data.articles, "heard": data.heard}
    return cameras, {**facts, "bot": encode(bot)}, own


def _cameras(ticket: Ticket, chosen: Iterable[Any]) -> list[Camera]:
    ids = whole_numbers(chosen)
    return list(Camera.objects.visible_to(ticket.person).select_related("site", "organisation").filter(pk__in=ids))
