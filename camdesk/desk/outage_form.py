"""The form that declares an outage: what was typed, what it means, whom it would touch."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from camdesk.cameras.models import Camera, CameraGrant, Site
from camdesk.lib.text import clean_line, clean_text
from camdesk.outages.lifecycle import NewOutage
from camdesk.outages.linking import explained
from camdesk.outages.models import Outage
from camdesk.outages.scope import OutageScope, cameras_in, read
from camdesk.people.models import Organisation, Person
from camdesk.playbook.document import Playbook
from camdesk.ui.values import Choice

FARTHEST = timedelta(days=90)
_YEARS = range(1970, 2200)  # a moment at the very end of the calendar cannot be counted with
SITES_FOUND = 12
CAMERAS_FOUND = 8
_LINES = {"title_ru": 120, "title_en": 120, "affected_ru": 300, "affected_en": 300, "cause_ru": 300, "cause_en": 300}


@dataclass(frozen=True)
class Typed:
    """values: as typed, for the form to show again; errors: {field: sentence}."""

    values: dict[str, str]
    scope: OutageScope
    words: tuple[str, str]
    began_at: datetime | None
    eta: datetime | None
    errors: dict[str, str]

    def outage(self) -> NewOutage:
        """What is declared; only where there are no errors."""
        assert self.began_at is not None
        lines = {name: self.values[name] for name in _LINES}
        return NewOutage(
            kind=self.values["kind"], scope=self.scope, began_at=self.began_at, eta=self.eta, words=self.words, **lines
        )


def typed(said: QueryDict, *, now: datetime) -> Typed:
    """The form as it was sent."""
    errors: dict[str, str] = {}
    values = {name: _line(said.get(name, ""), name, most, errors) for name, most in _LINES.items()}
    values |= {name: said.get(name, "")[:20] for name in ("began_at", "eta")}
    values["kind"] = Outage.Kind.PLANNED if said.get("kind") == Outage.Kind.PLANNED else Outage.Kind.FAULT
    began, eta = moment(values["began_at"]), moment(values["eta"])
    if not values["title_ru"]:
        errors["title_ru"] = _("Назовите, что случилось: так это прочтут клиенты.")
    if began is None or abs(began - now) > FARTHEST:
        errors["began_at"] = _("Укажите, когда началось или начнётся.")
    elif values["kind"] == Outage.Kind.FAULT and began > now:
        errors["began_at"] = _("Это ещё не началось: выберите «Плановые работы» или поправьте время.")
    elif values["kind"] == Outage.Kind.PLANNED and (eta is None or eta <= began):
        errors["eta"] = _("У плановых работ должен быть конец позже начала.")
    if "eta" not in errors and eta is not None and not now < eta < now + FARTHEST:
        errors["eta"] = _("Срок должен быть в будущем. Если он не известен, оставьте пустым.")
    scope = scope_of(said)
    if scope.empty:
        errors["scope"] = _("Выберите, кого это затронуло: провайдера, район, адрес или камеры.")
    return Typed(values, scope, words_of(said), began, eta, errors)


def scope_of(said: QueryDict) -> OutageScope:
    return read(
        {
            "sites": said.getlist("sites")[:500],
            "districts": said.getlist("districts")[:100],
            "provider": said.get("provider", "")[:60],
            "cameras": said.getlist("cameras")[:500],
        }
    )


def words_of(said: QueryDict) -> tuple[str, str]:
    """The author's own words of a letter, Russian and English. Too long ones are cut."""
    return clean_text(said.get("words_ru", "")[:2000]), clean_text(said.get("words_en", "")[:2000])


def moment(raw: str) -> datetime | None:
    """Of a datetime-local field, in the installation's zone; None also for years nobody means."""
    try:
        at = parse_datetime(raw)
    except ValueError:
        return None
    if at is None or at.year not in _YEARS:
        return None
    return timezone.make_aware(at) if timezone.is_naive(at) else at


def choices(document: Playbook, language: str) -> dict[str, Any]:
    """What the scope is picked from: providers as the playbook calls them, districts as sites have them."""
    fact = document.facts.get("provider")
    districts = Site.objects.exclude(district="").values_list("district", flat=True).distinct().order_by("district")
    return {
        "providers": [Choice(one.value, one.title.get(language)) for one in fact.options] if fact else [],
        "districts": list(districts[:200]),
    }


def picked(scope: OutageScope, words: str) -> dict[str, Any]:
    """The addresses and cameras that are chosen, and those that match the words."""
    words = words.strip()[:100]
    sites = Site.objects.in_order()
    cameras = Camera.objects.in_service().select_related("site").in_order()
    found_cameras = cameras.matching(words)[: CAMERAS_FOUND * 8] if words else []
    of_found = {camera.site_id for camera in found_cameras}
    return {
        "chosen_sites": list(sites.filter(pk__in=scope.sites)),
        "chosen_cameras": list(cameras.filter(pk__in=scope.cameras)[:200]),
        "found_sites": list(sites.filter(pk__in=of_found).exclude(pk__in=scope.sites)[:SITES_FOUND]),
        "found_cameras": [one for one in found_cameras if one.pk not in scope.cameras][:CAMERAS_FOUND],
        "sought": words,
    }


def reach(scope: OutageScope, began_at: datetime | None, *, now: datetime) -> dict[str, Any]:
    """Whom an outage of this scope would touch: {cameras, down, sites, more_sites, customers, tickets,
    unknown}."""
    if scope.empty:
        return {"cameras": 0, "down": 0, "sites": [], "customers": 0, "tickets": 0, "unknown": 0}
    members = cameras_in(scope)
    ids = list(members.values_list("pk", flat=True))
    sites = Site.objects.filter(Exists(members.filter(site=OuterRef("pk")))).in_order()
    return {
        "cameras": len(ids),
        "down": members.exclude(status=Camera.Status.ONLINE).count(),
        "sites": list(sites[:6]),
        "more_sites": max(0, sites.count() - 6),
        "customers": customers_of(members),
        "tickets": len(explained(ids, began=began_at or now)),
        "unknown": _without_provider(scope),
    }


def _without_provider(scope: OutageScope) -> int:
    """How many cameras of the chosen places stay out only because nobody knows their provider."""
    if not scope.provider or not (scope.sites or scope.districts):
        return 0
    placed = cameras_in(replace(scope, provider=""))
    return placed.filter(Q(passport=None) | Q(passport__provider="")).exclude(pk__in=scope.cameras).count()


def customers_of(cameras: Any) -> int:
    """How many customers: organisations, and persons to whom a private camera was given."""
    companies = Organisation.objects.filter(Exists(cameras.filter(organisation=OuterRef("pk")))).count()
    grants = CameraGrant.objects.filter(Q(camera__in=cameras), camera__organisation=None)
    return companies + Person.objects.filter(pk__in=grants.values("person_id")).count()


def _line(raw: str, name: str, most: int, errors: dict[str, str]) -> str:
    try:
        return clean_line(raw, most=most)
    except ValueError:
        errors[name] = _("Слишком длинно: помещается %(most)d знаков.") % {"most": most}
        return clean_line(raw[:most], most=most)
