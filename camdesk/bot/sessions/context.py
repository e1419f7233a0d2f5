"""What the engine may know in one step: facts of the moment, frozen (docs/engine.md, `ctx`)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import override

from camdesk.bot.sessions.outages import outages_of
from camdesk.cameras.models import Camera
from camdesk.cameras.models.camera import CameraQuerySet
from camdesk.cameras.passports import known_of
from camdesk.cameras.site_time import zone_of
from camdesk.cameras.words import status_look
from camdesk.lib.phones import example, normalise
from camdesk.lib.prepared import Prepared
from camdesk.people.models import Membership, Person
from camdesk.playbook.document import Hours, Playbook
from camdesk.playbook.hours import is_open, next_open
from camdesk.tickets import channels, ratings
from camdesk.tickets.models import Ticket

# A customer of thousands picks by search; the bot itself talks about the first so many.
MOST_CAMERAS = 500


class AccountHolder(Protocol):
    """A person, or an organisation."""

    @property
    def blocked_at(self) -> datetime | None: ...
    @property
    def plan(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Standing:
    """A person in one organisation, and its account."""

    role: str
    blocked_at: datetime | None
    plan: str


# Where the customer is a member; one row where they are a member nowhere.
_STANDINGS = Prepared(
    lambda person: (
        Person.objects.filter(pk=person)
        .order_by("memberships__pk")
        .values_list(
            "memberships__role",
            "memberships__organisation__blocked_at",
            "memberships__organisation__plan",
        )
    ),
    int,
)


def context_of(
    *,
    person: Person,
    document: Playbook,
    now: datetime,
    language: str,
    cameras: list[Camera],
    ticket: Ticket | None = None,
) -> dict[str, Any]:
    """The ctx of a step. One query, whatever the conversation; more while an outage is open or in force, and one
    on a settled ticket."""
    rows = _STANDINGS.all(person.pk)
    here = _customers_zone(cameras, document)
    memberships = [_Standing(role, blocked_at, plan) for role, blocked_at, plan in rows if role]
    channel = channels.get(ticket.channel) if ticket else None
    with override(language):
        return {
            "lang": language,
            "buttons": channel is None or channel.buttons,
            "page": channel is None or channel.deliver is None,
            "open": is_open(document.hours, now),
            "hours": _hours(document.hours, document, now, language),
            "today": now.astimezone(here).date().isoformat(),
            "zone": here.key,
            "customer": {
                "name": person.name,
                "phone": person.phone,
                "email": person.email,
                "rights": _rights(memberships, cameras),
                "organisation": bool(memberships),
                "account": account_of(person, memberships),
                "cameras": [_camera(camera) for camera in cameras],
            },
            "known": {"phone": {"value": person.phone, "source": "account"}} if person.phone else {},
            "known_cameras": _known_cameras(cameras, document),
            "outages": outages_of(cameras, document, language=language, now=now),
            "ticket": ticket.pk if ticket else None,
            "rated": ticket is not None and ratings.of_resolution(ticket) is not None,
            "phone_reader": normalise,
            "phone_example": example(settings.PHONE_COUNTRY),
            "contacts": {"phone": document.contacts.phone},
        }


class Sight:
    """What the bot sees in one turn: read at its first step and kept for those that follow at once. What changes in
    between comes as the result of the check that looked at it."""

    def __init__(self) -> None:
        self._ctx: dict[str, Any] | None = None
        self._cameras: tuple[int, list[Camera]] | None = None

    def cameras_of(self, person: Person) -> list[Camera]:
        """The first MOST_CAMERAS this person sees, with site and passport."""
        if self._cameras is None or self._cameras[0] != person.pk:
            self._cameras = person.pk, _first(MOST_CAMERAS).all(person.pk)
        return self._cameras[1]

    def chosen(self, person: Person, ids: Collection[int]) -> list[Camera]:
        """Those of these cameras that the person sees, in order; beyond the first MOST_CAMERAS they are asked for."""
        seen = self.cameras_of(person)
        found = [camera for camera in seen if camera.pk in ids]
        if len(found) < len(set(ids)) and len(seen) == MOST_CAMERAS:
            return list(_visible(person).filter(pk__in=ids))
        return found

    def of(self, ticket: Ticket, document: Playbook, *, now: datetime) -> dict[str, Any]:
        """The ctx of this ticket's turn."""
        if self._ctx is None:
            self._ctx = context_of(
                person=ticket.person,
                document=document,
                now=now,
                language=ticket.language,
                ticket=ticket,
                cameras=self.cameras_of(ticket.person),
            )
        return self._ctx


def _customers_zone(cameras: list[Camera], document: Playbook) -> ZoneInfo:
    """By whose clock the customer speaks: that of the site, where all their cameras are in one zone, else ours."""
    return zone_of(camera.site for camera in cameras) or ZoneInfo(document.hours.time_zone)


def _visible(person: Person) -> CameraQuerySet:
    return Camera.objects.visible_to(person).select_related("site", "passport").in_order()


@cache
def _first(most: int) -> Prepared[Camera]:
    return Prepared(lambda person: _visible(Person(pk=person))[:most], int)


def account_of(person: Person, organisations: Iterable[AccountHolder]) -> dict[str, Any]:
    """{"blocked": bool, "since": ISO or None, "plan": str}: a member's organisation counts as their account."""
    holders: list[AccountHolder] = [person, *organisations]
    blocked = next((holder.blocked_at for holder in holders if holder.blocked_at), None)
    plan = next((holder.plan for holder in reversed(holders) if holder.plan), "")
    return {"blocked": blocked is not None, "since": blocked.isoformat() if blocked else None, "plan": plan}


def _rights(memberships: list[_Standing], cameras: list[Camera]) -> list[str]:
    rights = {"invite"} if any(row.role in Membership.SEE_ALL for row in memberships) else set()
    if not memberships and cameras:
        rights.add("share")
    return sorted(rights)


def _camera(camera: Camera) -> dict[str, Any]:
    return {
        "id": str(camera.pk),
        "title": camera.name,
        "address": camera.site.address,
        "status": camera.status,
        "status_word": str(status_look(camera.status).word),
        "kind": "rtsp" if camera.rtsp else "operator",
        "ptz": camera.ptz,
        "audio": camera.audio,
        "archive_days": camera.archive_days,
        **known_of(camera),
    }


def _known_cameras(cameras: list[Camera], document: Playbook) -> dict[str, dict[str, Any]]:
    """What passports tell, in the shape the facts want: {camera: {fact: {value, source}}}."""
    told: dict[str, dict[str, Any]] = {}
    of_passport = [fact for fact in document.facts.values() if fact.scope == "camera" and fact.passport]
    for camera in cameras:
        known = known_of(camera)
        facts = {
            fact.id: {
                "value": [known[fact.passport]] if fact.type == "choices" else known[fact.passport],
                "source": "passport",
            }
            for fact in of_passport
            if known.get(fact.passport) and (not fact.options or fact.option(known[fact.passport]))
        }
        if facts:
            told[str(camera.pk)] = facts
    return told


def _hours(hours: Hours, document: Playbook, now: datetime, language: str) -> dict[str, str]:
    zone = ZoneInfo(hours.time_zone)
    opens = next_open(hours, now)
    return {
        "now": now.astimezone(zone).strftime("%H:%M"),
        "next_open": date_format(opens.astimezone(zone), "j E, H:i") if opens else "",
        "text": document.contacts.hours.get(language),
    }
