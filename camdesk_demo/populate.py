"""The town is settled: persons, organisations, sites, cameras and staff become rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from camdesk.cameras.models import Camera, Site
from camdesk.people.models import Agent, Organisation, Person, Team
from camdesk_demo.builder import Builder
from camdesk_demo.town.gear import Hung
from camdesk_demo.town.people import ALSO, CLOSED_TEAMS, MEMBERS, OTHERS, RESIDENTS, STAFF, Member
from camdesk_demo.town.places import COMPANIES

CITY = "Верхнеозёрск"
_LATIN = str.maketrans("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye") | {
    ord(letter): latin
    for letter, latin in zip("жхцчшщюяъь", ("zh", "kh", "ts", "ch", "sh", "shch", "yu", "ya", "", ""), strict=True)
}


@dataclass
class Town:
    """What stories find by name: persons, agents by their keys, (address, name of the camera)."""

    people: dict[str, Person] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    organisation_of: dict[str, Organisation] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    cameras: dict[tuple[str, str], Camera] = field(default_factory=dict)
    addresses_of: dict[str, list[str]] = field(default_factory=dict)  # person → where their cameras may hang


class Settler:
    def __init__(self, *, now: datetime) -> None:
        self.town = Town()
        self.now = now
        self.builder = Builder(now=now - timedelta(days=420), city=CITY)
        self._numbers = count(1)
        self._addresses: set[str] = set()

    def settle(self, cameras: Iterable[Hung], pictures: Mapping[tuple[str, str], str]) -> Town:
        """`pictures`: {(address, name): storage key of the still}."""
        cameras = list(cameras)
        self._staff()
        companies = self._companies()
        self._residents()
        for hung in cameras:
            self._camera(hung, pictures.get((hung.address, hung.name), ""))
        self._members(companies)
        for name in OTHERS:
            self._person(name, proven=False)
        return self.town

    def _person(
        self, name: str, *, login: str = "", proven: bool = True, phone: bool = True, **fields: object
    ) -> Person:
        number = next(self._numbers)
        person = self.builder.person(
            name,
            email=login or self._address(name),
            phone=f"+7935000{number:04}" if phone else "",
            login=bool(login),
            proven=proven,
            **fields,
        )
        self.town.people[name] = person
        return person

    def _address(self, name: str) -> str:
        first, *_rest, last = name.lower().split()
        stem = f"{first[0]}{last}".translate(_LATIN)
        address = f"{stem}@example.com"
        if address in self._addresses:
            address = f"{stem}{len(self._addresses)}@example.com"
        self._addresses.add(address)
        return address

    def _staff(self) -> None:
        for one in STAFF:
            person = self._person(one.name, login=one.login, phone=False)
            agent = self.builder.agent(person, one.role, [self.builder.team(slug) for slug in one.teams])
            agent.active, agent.phone_extension = one.active, one.extension
            agent.save()
            self.town.agents[one.key] = agent
        Team.objects.filter(slug__in=CLOSED_TEAMS).update(closed=True)

    def _companies(self) -> dict[str, Organisation]:
        made = {}
        for company in COMPANIES:
            organisation = made[company.key] = self.builder.organisation(
                company.name,
                external_id=f"org-{company.key}",
                plan=company.plan,
                blocked_at=self.now - timedelta(hours=20) if company.blocked else None,
            )
            for place in company.addresses:
                self.town.sites[place.address] = self.builder.site(
                    place.address,
                    district=place.district,
                    name=place.name,
                    organisation=organisation,
                    access_notes=place.access,
                    external_id=f"site-{company.key}-{len(self.town.sites) + 1}",
                )
        return made

    def _residents(self) -> None:
        for number, resident in enumerate(RESIDENTS):
            person = self._person(
                resident.name, login=resident.login, external_id=f"44{number + 1070:05}", plan="Дом, архив 7 дней"
            )
            # A resident's flat may stand in a house that is an association's site: it is a site of their own.
            self.town.sites[f"{resident.address} {resident.name}"] = self.builder.site(
                resident.address, district=resident.district, person=person
            )
            self.town.addresses_of[resident.name] = [resident.address]

    def _camera(self, hung: Hung, picture: str) -> None:
        owner = self.town.people.get(hung.owner)
        site = self.town.sites[hung.address if owner is None else f"{hung.address} {hung.owner}"]
        self.town.cameras[hung.address, hung.name] = self.builder.camera(
            hung.name,
            site,
            owner=owner,
            passport=hung.passport,
            said_by=hung.said_by,
            before=hung.before,
            status=hung.status,
            status_since=hung.status_since,
            last_frame_at=hung.last_frame_at,
            picture=picture,
            **hung.fields,
        )

    def _members(self, companies: Mapping[str, Organisation]) -> None:
        addresses = {company.key: [place.address for place in company.addresses] for company in COMPANIES}
        for member in MEMBERS:
            person = self._person(member.name, login=member.login)
            self._join(person, member, companies)
            self.town.organisation_of[member.name] = companies[member.company]
            self.town.addresses_of[member.name] = addresses[member.company]
        for member in ALSO:
            self._join(self.town.people[member.name], member, companies)

    def _join(self, person: Person, member: Member, companies: Mapping[str, Organisation]) -> None:
        seen = [
            camera
            for address, names in member.sees
            for (where, name), camera in self.town.cameras.items()
            if where == address and camera.organisation_id and (not names or name in names)
        ]
        self.builder.member(person, companies[member.company], member.role, cameras=seen)
