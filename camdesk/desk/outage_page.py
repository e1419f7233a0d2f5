"""What the pages of outages show: the lists, and one outage with its cameras, requests and who was told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from camdesk.cameras.by_site import by_site
from camdesk.cameras.models import Camera, Site, camera_order
from camdesk.desk.outage_form import customers_of
from camdesk.lib.prepared import BoundQuery, Prepared
from camdesk.outages import audience, open_outages, wording
from camdesk.outages.models import Notice, Outage, OutageCamera, OutageTicket, Recipient, Subscription
from camdesk.people.models import Agent, Person
from camdesk.people.roles import hidden_teams
from camdesk.tickets.access import in_scope
from camdesk.tickets.models import Ticket

MEMBERS_SHOWN = 300
TICKETS_SHOWN = 50
UNREACHED_SHOWN = 20
CLOSED_SHOWN = 20

_LINKS = Prepared(
    lambda ticket: OutageTicket.objects.filter(ticket_id=ticket).select_related("outage").order_by("-pk"), int
)


@dataclass(frozen=True)
class Told:
    """A notice, and how many heard it how."""

    notice: Notice
    letters: int
    pages: int
    nowhere: int


@dataclass(frozen=True)
class SiteMembers:
    """An address with those of its cameras that the outage was declared for."""

    site: Site
    members: Sequence[OutageCamera]

    @property
    def healthy(self) -> int:
        return sum(one.state == OutageCamera.State.HEALTHY for one in self.members)


def lists(agent: Agent, before: int | None) -> dict[str, Any]:
    """{active, planned, closed, older}: open ones whole, closed ones a page, the latest first."""
    seen, hidden = Q(links__unlinked_at=None), hidden_teams(agent)
    if hidden:
        seen &= ~Q(links__ticket__team_id__in=hidden)
    counted = Outage.objects.annotate(
        cameras_number=Count("members", distinct=True),
        healthy_number=Count("members", filter=Q(members__state=OutageCamera.State.HEALTHY), distinct=True),
        tickets_number=Count("links", filter=seen, distinct=True),
    )
    still = list(counted.open().order_by("-began_at", "-pk"))
    over = counted.filter(state=Outage.State.CLOSED)
    rows = list((over.filter(pk__lt=before) if before else over).order_by("-pk")[: CLOSED_SHOWN + 1])
    return {
        "active": [one for one in still if not one.is_planned],
        "planned": sorted((one for one in still if one.is_planned), key=lambda one: one.began_at),
        "closed": rows[:CLOSED_SHOWN],
        "older": rows[CLOSED_SHOWN - 1].pk if len(rows) > CLOSED_SHOWN else None,
    }


def page(agent: Agent, outage: Outage, *, now: datetime) -> dict[str, Any]:
    """The context of desk/outage.html."""
    members = OutageCamera.objects.filter(outage=outage)
    links = in_scope(OutageTicket.objects.filter(outage=outage, unlinked_at=None), agent)
    asked = Subscription.objects.filter(outage=outage).aggregate(all=Count("pk"), also=Count("pk", filter=Q(also=True)))
    shown = members.select_related("camera__site").order_by(*camera_order("camera__"))
    counts = members.aggregate(total=Count("pk"), healthy=Count("pk", filter=Q(state=OutageCamera.State.HEALTHY)))
    return {
        "outage": outage,
        "now": now,
        "until": wording.until(outage.eta, now=now),
        "window": wording.window(outage, now=now),
        "late": outage.is_late(now),
        "sites": _by_site(shown[:MEMBERS_SHOWN]),
        "members": counts,
        "members_more": max(0, counts["total"] - MEMBERS_SHOWN),
        "customers": customers_of(Camera.objects.filter(outage_members__outage=outage)),
        "links": list(links.select_related("ticket__person").order_by("-ticket_id")[:TICKETS_SHOWN]),
        "links_number": links.count(),
        "asked": asked,
        "audience": audience.size(outage.pk),
        "told": told(outage),
        "unreached": unreached(agent, outage),
    }


def told(outage: Outage) -> list[Told]:
    """What was said, the latest first. Two queries."""
    heard: dict[int, dict[str, int]] = defaultdict(dict)
    rows = Recipient.objects.filter(notice__outage=outage).values("notice_id", "how").annotate(number=Count("pk"))
    for row in rows.values_list("notice_id", "how", "number"):
        heard[row[0]][row[1]] = row[2]
    notices = Notice.objects.filter(outage=outage).select_related("by").order_by("-at", "-pk")
    how = Recipient.How
    return [
        Told(
            one,
            heard[one.pk].get(how.LETTER, 0) + heard[one.pk].get(how.SHARED, 0),
            heard[one.pk].get(how.PAGE, 0),
            heard[one.pk].get(how.NOWHERE, 0),
        )
        for one in notices
    ]


def unreached(agent: Agent, outage: Outage) -> list[Person]:
    """Those the newest notice could not reach: they want a call, of whoever sees their request."""
    newest = Notice.objects.filter(outage=outage).exclude(kind=Notice.Kind.ANSWER).order_by("-at", "-pk").first()
    if newest is None:
        return []
    rows = Recipient.objects.filter(notice=newest, how=Recipient.How.NOWHERE).select_related("person")
    if hidden := hidden_teams(agent):
        unseen = OutageTicket.objects.filter(outage=outage, unlinked_at=None, ticket__team_id__in=hidden)
        rows = rows.exclude(person__in=unseen.values("ticket__person_id"))
    return [row.person for row in rows.order_by("pk")[:UNREACHED_SHOWN]]


def of_ticket(ticket: Ticket, cameras: list[int]) -> dict[str, Any]:
    """{outage_links, outage_hints}: what the request is linked to, and the open outages it seems to be about. What an
    agent took away is not offered again. One query; while an outage is open one more."""
    rows = _LINKS.all(ticket.pk)
    known_already = {row.outage_id for row in rows}
    hints: list[Outage] = []
    if ticket.is_open and open_outages.open_outages():
        touched = set(open_outages.touching(cameras)) if cameras else _of_sender(ticket)
        hints = [one for one in open_outages.open_outages() if one.pk in touched - known_already and not one.is_planned]
    return {"outage_links": [row.outage for row in rows if row.unlinked_at is None], "outage_hints": hints}


def question(ticket: Ticket) -> BoundQuery:
    """What `of_ticket` will ask first, for lib/prepared.ahead."""
    return _LINKS.of(ticket.pk)


def _of_sender(ticket: Ticket) -> set[int]:
    """A letter or a call names no camera: those of the proven sender are looked at."""
    return {one.outage.pk for one in open_outages.of_person(ticket.person)} if ticket.verified else set()


def _by_site(members: Iterable[OutageCamera]) -> list[SiteMembers]:
    of = {member.camera_id: member for member in members}
    places = by_site(member.camera for member in of.values())
    return [SiteMembers(place.site, [of[camera.pk] for camera in place.cameras]) for place in places]
