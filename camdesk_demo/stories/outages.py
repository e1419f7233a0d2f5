"""Three outages, told by the product's own deeds: one going on, one planned, one over."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from camdesk.outages import lifecycle, linking
from camdesk.outages.lifecycle import NewOutage, declare
from camdesk.outages.models import Outage
from camdesk.outages.scope import OutageScope
from camdesk_demo.populate import Town

Moment = tuple[datetime, Callable[[], None]]


def happenings(town: Town, *, now: datetime) -> list[tuple[datetime, int, int, Callable[[], None]]]:
    """In the Teller's own shape, after the stories of the same moment."""

    def at(days: int, clock: str) -> datetime:
        """So many days ago, at that time of the town's day."""
        zone = ZoneInfo(settings.TIME_ZONE)
        return datetime.combine(now.astimezone(zone).date() - timedelta(days=days), time.fromisoformat(clock), zone)

    told = [*_going_on(town, now), *_planned(town, now, at), *_over(town, at)]
    return [(moment, 2_000_000, order, happen) for order, (moment, happen) in enumerate(told)]


def _going_on(town: Town, now: datetime) -> Iterable[Moment]:
    """The house of the stories: its line is broken, two of its people have written."""
    lead = town.agents["alexey"].person
    house = tuple(site.pk for site in town.sites.values() if site.address == "микрорайон Озёрный, 3")
    made: list[Outage] = []

    def begin() -> None:
        new = NewOutage(
            title_ru="Нет связи в доме 3, микрорайон Озёрный",
            title_en="No connection in house 3, Ozyorny",
            affected_ru="Не показывают и не пишут камеры на линии провайдера «Дом.ru».",
            affected_en="Cameras on the line of the provider Dom.ru neither show nor record.",
            cause_ru="повреждён кабель провайдера на вводе в дом",
            cause_en="the provider's cable into the house is damaged",
            scope=OutageScope(sites=house),
            began_at=now - timedelta(minutes=123),
            eta=now + timedelta(minutes=50),
        )
        made.append(declare(new, by=lead, now=now - timedelta(minutes=80)))

    def later() -> None:
        words = ("Бригада провайдера на месте, меняет кабель.", "The provider's crew is on site, replacing the cable.")
        eta = (now + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
        lifecycle.change_forecast(outage=made[0], eta=eta, by=lead, now=now - timedelta(minutes=35), words=words)

    return [(now - timedelta(minutes=80), begin), (now - timedelta(minutes=35), later)]


def _planned(town: Town, now: datetime, at: Callable[[int, str], datetime]) -> Iterable[Moment]:
    lead = town.agents["alexey"].person

    def announce() -> None:
        new = NewOutage(
            kind=Outage.Kind.PLANNED,
            title_ru="Ростелеком обновляет узел связи в Заречье",
            title_en="Rostelecom renews its node in Zarechye",
            affected_ru="Камеры в районе пропадут не больше чем на час. То, что снимут в это время, не запишется.",
            affected_en="Cameras of the district go off for an hour at most. That hour is not recorded.",
            scope=OutageScope(districts=("Заречье",), provider="rostelecom"),
            began_at=at(-1, "02:00"),
            eta=at(-1, "05:00"),
        )
        outage = declare(new, by=lead, now=now - timedelta(hours=5))
        linking.subscribe(outage=outage, person=town.people["Людмила Чайкина"], now=now - timedelta(hours=2))

    return [(now - timedelta(hours=5), announce)]


def _over(town: Town, at: Callable[[int, str], datetime]) -> Iterable[Moment]:
    lead = town.agents["alexey"].person
    made: list[Outage] = []

    def begin() -> None:
        new = NewOutage(
            title_ru="Не работает МТС у вокзала",
            title_en="MTS is down around the station",
            affected_ru="Камеры у вокзала не в сети.",
            affected_en="Cameras around the station are offline.",
            cause_ru="авария на подстанции",
            cause_en="a power failure at the substation",
            scope=OutageScope(districts=("Вокзал",), provider="mts"),
            began_at=at(3, "14:02"),
            eta=at(3, "18:00"),
        )
        made.append(declare(new, by=lead, now=at(3, "14:25")))
        for name in ("Олеся Крайнова", "Григорий Моисеев", "Виктор Самойлов"):
            linking.subscribe(
                outage=made[0], person=town.people[name], now=at(3, "14:40"), also=name != "Виктор Самойлов"
            )

    def end() -> None:
        words = (
            "Электричество на узле восстановили в 17:10. Записи за время сбоя, к сожалению, нет.",
            "The node has its power back since 17:10. There is, sadly, no recording of the time between.",
        )
        lifecycle.close(outage=made[0], by=lead, now=at(3, "17:20"), words=words)

    return [(at(3, "14:25"), begin), (at(3, "17:20"), end)]
