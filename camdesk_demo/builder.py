"""The tiny language that towns are told in: persons, organisations, sites, cameras, teams and agents.

    town = Builder(now=now)
    anna = town.person("Анна Королёва", email="anna@example.org", phone="+79350000001", login=True)
    yard = town.site("Садовая улица, 12", person=anna)
    town.camera("Двор", yard, owner=anna, passport={"height": "3-5"})

The demo and the tests' cast both speak it. Phone numbers are of +7 935, which no operator was given; addresses end in
example.org or example.com.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.contrib.auth.hashers import make_password

from camdesk.cameras import passports, status
from camdesk.cameras.models import Camera, CameraGrant, Site, StatusSpan
from camdesk.people import invitations
from camdesk.people.models import Agent, Identity, Membership, Organisation, Person, Team

PASSWORD = "camdesk-demo"


@lru_cache(maxsize=1)
def _hashed() -> str:
    """Hashed once: a slow hash for every login would be most of the time the demo takes to build."""
    return make_password(PASSWORD)


class Builder:
    """Makes rows as of `now`. Every call writes at once: wrap a whole town in one transaction."""

    def __init__(self, *, now: datetime, city: str = "") -> None:
        self.now = now
        self.city = city

    def person(
        self, name: str, *, email: str = "", phone: str = "", login: bool = False, proven: bool = True, **fields: Any
    ) -> Person:
        """Somebody whose address and number are `proven`, or only said. `login`: may sign in with PASSWORD."""
        person = Person.objects.create(
            name=name, email=email, phone=phone, **{"created_at": self.now, "language": "ru"} | fields
        )
        points = [("email", email), ("phone", phone)]
        Identity.objects.bulk_create(
            Identity(person=person, kind=kind, value=value, proven_at=self.now if proven else None)
            for kind, value in points
            if value
        )
        if login:
            user = invitations.make_login(name=name, email=email, now=self.now, person=person)
            user.password = _hashed()
            user.save(update_fields=["password"])
        return person

    def organisation(self, name: str, *, owner: Person | None = None, **fields: Any) -> Organisation:
        organisation = Organisation.objects.create(name=name, **{"created_at": self.now} | fields)
        if owner is not None:
            self.member(owner, organisation, Membership.Role.OWNER)
        return organisation

    def member(self, person: Person, organisation: Organisation, role: str, cameras: Iterable[Camera] = ()) -> None:
        """`cameras`: those an employee sees."""
        Membership.objects.create(person=person, organisation=organisation, role=role, created_at=self.now)
        for camera in cameras:
            self.grant(person, camera, CameraGrant.Kind.EMPLOYEE)

    def site(self, address: str, **fields: Any) -> Site:
        return Site.objects.create(address=address, **{"city": self.city} | fields)

    def camera(
        self,
        name: str,
        site: Site,
        *,
        owner: Person | None = None,
        passport: Mapping[str, str] | None = None,
        said_by: str = "installer",
        before: Iterable[tuple[str, datetime]] = (),
        **fields: Any,
    ) -> Camera:
        """A camera that works, of the site's organisation, seen by its private `owner`.

        `before`: what it was earlier, (status, since when) in their order. `passport`: what is known of it, as
        `said_by` (customer, import, installer) told.
        """
        told = str(fields.pop("status", Camera.Status.ONLINE))
        since = fields.pop("status_since", self.now)
        known: dict[str, Any] = {
            "organisation_id": site.organisation_id,
            "last_frame_at": self.now if told == Camera.Status.ONLINE else None,
            "created_at": self.now,
        }
        camera = Camera.objects.create(name=name, site=site, **known | fields)
        story = [*before, (told, since)]
        reports = [status.Reported(camera.pk, one, at) for one, at in story]
        status.record(reports, source=StatusSpan.Source.API, now=max(self.now, since))  # a town stands for weeks
        camera.refresh_from_db(fields=["status", "status_since"])
        if owner is not None:
            self.grant(owner, camera, CameraGrant.Kind.OWNER)
        if passport:
            passports.remember(camera=camera, fields=passport, source=said_by, by=None, now=self.now)
        return camera

    def grant(self, person: Person, camera: Camera, kind: str) -> None:
        CameraGrant.objects.create(person=person, camera=camera, kind=kind, created_at=self.now)

    def team(self, slug: str, name_ru: str = "", name_en: str = "") -> Team:
        """The team of this slug; the playbook may have made it already."""
        return Team.objects.get_or_create(slug=slug, defaults={"name_ru": name_ru or slug, "name_en": name_en})[0]

    def agent(self, person: Person, role: str, teams: Iterable[Team] = ()) -> Agent:
        agent = Agent.objects.create(person=person, role=role)
        agent.teams.set(teams)
        return agent
