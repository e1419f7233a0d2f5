"""What the bot knows of outages, and how a customer it has told of one is signed up for the news."""

from collections.abc import Collection, Mapping
from datetime import datetime, tzinfo
from typing import Any

from camdesk.cameras.models import Camera
from camdesk.cameras.site_time import zone_of
from camdesk.lib.numbers import whole_number
from camdesk.outages import linking, open_outages
from camdesk.outages.models import Outage
from camdesk.outages.wording import since, until
from camdesk.playbook.document import Playbook
from camdesk.tickets.models import Ticket


def outages_of(
    cameras: Collection[Camera], document: Playbook, *, language: str, now: datetime
) -> list[dict[str, Any]]:
    """`ctx.outages` (docs/engine.md): those under way that touch one of the customer's cameras, with their own cameras
    only. No query while none is open, else one: the cameras come with their sites. Words are in the active language;
    whose cameras of it live by another clock is told ours by name."""
    under_way = open_outages.begun(open_outages.open_outages(), now=now)
    touched = open_outages.touching([camera.pk for camera in cameras]) if under_way else {}
    return [
        _told(outage, touched[outage.pk], cameras, provider=_provider(outage, document, language), now=now)
        for outage in under_way
        if outage.pk in touched
    ]


def _told(
    outage: Outage, touched: Collection[int], cameras: Collection[Camera], *, provider: str, now: datetime
) -> dict[str, Any]:
    site = _zone_of(cameras, touched)
    return {
        "id": str(outage.pk),
        "title": outage.title,
        "since": since(outage.began_at, now=now, site=site),
        "eta": until(outage.eta, now=now, site=site) or None,
        "kind": outage.kind,
        "cameras": [str(pk) for pk in touched],
        "provider": provider,
    }


def _zone_of(cameras: Collection[Camera], touched: Collection[int]) -> tzinfo | None:
    return zone_of(camera.site for camera in cameras if camera.pk in touched)


def planned_until(cameras: Collection[Camera], *, now: datetime) -> str | None:
    """«сегодня до 18:00» when planned works touch one of the cameras now ("" when they take longer than planned),
    None when none do."""
    under_way = open_outages.begun(open_outages.open_outages(), now=now, kind=Outage.Kind.PLANNED)
    touched = open_outages.touching([camera.pk for camera in cameras]) if under_way else {}
    return next(
        (
            until(outage.eta, now=now, site=_zone_of(cameras, touched[outage.pk]))
            for outage in under_way
            if outage.pk in touched
        ),
        None,
    )


def sign_up(ticket: Ticket, told: Mapping[str, Any] | None, *, now: datetime) -> None:
    """On the locked ticket: its customer was told of this outage and hears how it goes on; the ticket is about it."""
    outage = Outage.objects.open().filter(pk=int(told["id"])).first() if told and _is_id(told) else None
    if outage is None:
        return
    linking.subscribe(outage=outage, person=ticket.person, now=now)
    linking.link_locked(ticket, outage, by=None, now=now)


def _is_id(told: Mapping[str, Any] | None) -> bool:
    return whole_number((told or {}).get("id")) is not None


def _provider(outage: Outage, document: Playbook, language: str) -> str:
    """The provider as people call it."""
    fact = document.facts.get("provider")
    option = fact.option(outage.provider) if fact and outage.provider else None
    return option.title.get(language) if option else ""
