"""Makes the rows a test's world stands on: persons, organisations, sites, cameras, teams and agents.

    town = Builder(now=now)
    anna = town.person("Анна Королёва", email="anna@example.org", phone="+79350000001", login=True)
    yard = town.site("Садовая улица, 12", person=anna)
    town.camera("Двор", yard, owner=anna, passport={"height": "3-5"})

Phone numbers are of +7 935, which no operator was given; addresses end in example.org or example.com.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.contrib.auth.hashers import make_password

from camdesk.cameras import passports
from camdesk.cameras import status as camera_status
from camdesk.cameras.models import Camera, CameraGrant, Site, StatusSpan
from camdesk.people import invitations
from camdesk.people.models import Agent, Identity, Membership, Organisation, Person, Team


@lru_cache(maxsize=1)
def _hashed() -> str:
    """Once: where processes are real the hash is slow, and a street of neighbours has many."""
    return make_password("a-password-of-the-tests")


class Builder:
    """Makes rows as of `now`. Every call writes at once: wrap a whole world in one transaction."""

    def __init__(self, *, now: datetime, city: str = "") -> None:
        self.now = now
        self.city = city

    def person(self, name: str, *, email: str = "", phone: str = "", login: bool = False) -> Person:
        """Somebody whose address and number are proven. `login`: has one, to be signed in by `client_of`."""
        person = Person.objects.create(name=name, email=email, phone=phone, created_at=self.now, language="ru")
        points = [("email", email), ("phone", phone)]
        Identity.objects.bulk_create(
            Identity(person=person, kind=kind, value=value, proven_at=self.now) for kind, value in points if value
        )
        if login:
            user = invitations.make_login(name=name, email=email, now=self.now, person=person)
            user.password = _hashed()
            user.save(update_fields=["password"])
        return person

    def organisation(self, name: str, *, owner: Person, external_id: str) -> Organisation:
        organisation = Organisation.objects.create(name=name, external_id=external_id, created_at=self.now)
        self.member(owner, organisation, Membership.Role.OWNER)
        return organisation

    def member(self, person: Person, organisation: Organisation, role: str, cameras: Iterable[Camera] = ()) -> None:
        """`cameras`: those an employee sees."""
        Membership.objects.create(person=person, organisation=organisation, role=role, created_at=self.now)
        for camera in cameras:
            self._grant(person, camera, CameraGrant.Kind.EMPLOYEE)

    def site(self, address: str, **fields: Any) -> Site:
        return Site.objects.create(address=address, **{"city": self.city} | fields)

    def camera(
        self,
        name: str,
        site: Site,
        *,
        owner: Person | None = None,
        status: str = Camera.Status.ONLINE,
        passport: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> Camera:
        """A camera of the site's organisation, `status` since now, seen by its private `owner`; `passport`: what its
        installer told of it."""
        camera = Camera.objects.create(
            name=name,
            site=site,
            organisation_id=site.organisation_id,
            last_frame_at=self.now if status == Camera.Status.ONLINE else None,
            created_at=self.now,
            **fields,
        )
        report = camera_status.Reported(camera.pk, status, self.now)
        camera_status.record([report], source=StatusSpan.Source.API, now=self.now)
        camera.refresh_from_db(fields=["status", "status_since"])
        if owner is not None:
            self._grant(owner, camera, CameraGrant.Kind.OWNER)
        if passport:
            passports.remember(camera=camera, fields=passport, source="installer", by=None, now=self.now)
        return camera

    def _grant(self, person: Person, camera: Camera, kind: str) -> None:
        CameraGrant.objects.create(person=person, camera=camera, kind=kind, created_at=self.now)

    def team(self, slug: str, name_ru: str, name_en: str = "") -> Team:
        """The team of this slug; the playbook may have made it already."""
        return Team.objects.get_or_create(slug=slug, defaults={"name_ru": name_ru, "name_en": name_en})[0]

    def agent(self, person: Person, role: str, teams: Iterable[Team] = ()) -> Agent:
        agent = Agent.objects.create(person=person, role=role)
        agent.teams.set(teams)
        return agent
