"""What a flow may ask the system. A check answers from what is recorded, until cameras are looked at for real:
the same names, the same shape."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from camdesk.bot.engine.effects import SystemCall
from camdesk.bot.engine.events import CallAnswered, CallFailed
from camdesk.bot.sessions import open_requests
from camdesk.bot.sessions.context import Sight, account_of
from camdesk.bot.sessions.open_requests import OpenRequest
from camdesk.bot.sessions.outages import planned_until
from camdesk.cameras import recorded
from camdesk.cameras.recorded import CameraState
from camdesk.lib.numbers import whole_numbers
from camdesk.people.models import Organisation, Person
from camdesk.tickets.models import Ticket

log = logging.getLogger("camdesk.bot")

# The worst verdict speaks for several cameras.
_BADNESS = ["online", "unknown", "unstable", "offline", "blocked"]
# Works that are planned explain these, and only these.
_EXPLAINED = ("unknown", "unstable", "offline")
# What our own tables answer is answered within the move that asks. Everything else is asked after the commit: no lock
# is held while the world is waited for.
FROM_RECORDS = frozenset({"check", "account"})


class NoSuchCheck(LookupError):
    """A flow asked for a call that nobody answers; its error branch goes on."""


@dataclass(frozen=True, slots=True)
class CameraCheck:
    """One look at the cameras a customer chose: the worst of them speaks for all. `neighbours`: how many others at its
    address are down; `all_down`: all of them; `cameras`: id of each that was looked at → its own verdict; `request`:
    an open one about one of them."""

    verdict: str
    summary: str
    since: datetime | None = None
    neighbours: int = 0
    all_down: bool = False
    cameras: Mapping[int, str] = field(default_factory=dict)
    request: OpenRequest | None = None
    checked_at: datetime | None = None

    def plain(self) -> dict[str, Any]:
        """As a flow's conditions name it, and a stored conversation keeps it (docs/flows.md)."""
        return asdict(self) | {
            "since": self.since.isoformat() if self.since else None,
            "cameras": {str(camera): verdict for camera, verdict in self.cameras.items()},
            "checked_at": self.checked_at.isoformat() if self.checked_at else None,
        }


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """`since`: since when it is blocked, ISO 8601."""

    verdict: str
    summary: str
    blocked: bool
    since: str | None
    plan: str

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def answer(
    name: str, args: Mapping[str, Any], *, person: Person, language: str, now: datetime, sight: Sight
) -> CameraCheck | AccountCheck:
    """What our tables say; `plain()` is the value of the `result` event. `sight`: what was read in this turn already.
    Raises NoSuchCheck."""
    if name not in _CHECKS:
        raise NoSuchCheck(name)
    with override(language):
        return _CHECKS[name](args, person, now, sight)


def outcome(effect: SystemCall, *, ticket: Ticket, sight: Sight, now: datetime) -> CallAnswered | CallFailed:
    """The engine's event that answers a call of these checks."""

    def look() -> dict[str, Any]:
        found = answer(effect.name, effect.args, person=ticket.person, language=ticket.language, now=now, sight=sight)
        return found.plain()

    return answered(effect, ticket, look)


def answered(effect: SystemCall, ticket: Ticket, ask: Callable[[], dict[str, Any]]) -> CallAnswered | CallFailed:
    """What `ask` gives as the call's `result`, or `error` where it is broken; the conversation goes on by its error
    branch. Within a transaction a database that fails undoes the move that waits for it."""
    event_id = f"call-{effect.call}"
    try:
        return CallAnswered(id=event_id, call=effect.call, value=ask())
    except Exception as error:
        if isinstance(error, DatabaseError) and connection.in_atomic_block:
            raise
        log.exception("call %s of ticket %s failed", effect.name, ticket.pk)
        return CallFailed(id=event_id, call=effect.call)


def _check(args: Mapping[str, Any], person: Person, now: datetime, sight: Sight) -> CameraCheck:
    wanted = whole_numbers(args.get("cameras") or [])
    cameras = sight.chosen(person, wanted)
    if not cameras:
        return CameraCheck("unknown", _("камера не выбрана"))
    seen = recorded.look_at(cameras, now=now)
    worst = max(cameras, key=lambda camera: _BADNESS.index(_verdict(seen[camera.pk])))
    found = seen[worst.pk]
    verdict, summary = _verdict(found), _summary(found)
    if verdict in _EXPLAINED and (until := planned_until([worst], now=now)) is not None:
        verdict, summary = "planned", until or _("они идут дольше, чем планировали")
    return CameraCheck(
        verdict,
        summary,
        since=found.since,
        neighbours=found.neighbours.down,
        all_down=found.neighbours.all_down,
        cameras={camera.pk: _verdict(seen[camera.pk]) for camera in cameras},
        request=open_requests.about(cameras, person, now=now),
        checked_at=now,
    )


def _verdict(seen: CameraState) -> str:
    return seen.status if seen.status in _BADNESS else "unknown"


def _summary(seen: CameraState) -> str:
    verdict, near = _verdict(seen), seen.neighbours
    if verdict == "online":
        return _("камера в сети")
    if verdict == "blocked":
        return _("услуга приостановлена за неоплату")
    if verdict == "unknown":
        return _("данных пока нет")
    if verdict == "unstable":
        return _("камера то появляется, то пропадает")
    if near.all_down:
        return _("не в сети все камеры по этому адресу")
    if near.total:
        return (
            _("камера не в сети, остальные по этому адресу работают")
            if not near.down
            else _("не в сети несколько камер по этому адресу")
        )
    return _("камера не в сети")


def _account(args: Mapping[str, Any], person: Person, now: datetime, sight: Sight) -> AccountCheck:
    state = account_of(person, Organisation.objects.filter(memberships__person=person))
    verdict = "blocked" if state["blocked"] else "ok"
    summary = _("услуга приостановлена за неоплату") if state["blocked"] else _("счёт в порядке")
    return AccountCheck(verdict, summary, **state)


_CHECKS: Mapping[str, Callable[[Mapping[str, Any], Person, datetime, Sight], CameraCheck | AccountCheck]] = {
    "check": _check,
    "account": _account,
}
