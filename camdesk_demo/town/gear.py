"""Which cameras hang in the town, how they are mounted, and how each of them is doing. Pure: same seed, same town.

Makers are invented; MAC addresses are locally administered, so they are nobody's.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from camdesk.cameras.models import Camera
from camdesk_demo.town.earlier import Report, earlier
from camdesk_demo.town.people import RESIDENTS
from camdesk_demo.town.places import COMPANIES

_Status = Camera.Status
_MAKERS = (
    ("Ирида", "IR", ("IR-2140B", "IR-2440D", "IR-4180Z"), ("2.4.11", "2.4.11", "2.3.7")),
    ("Northeye", "NE", ("NE-D340", "NE-B520", "NE-P200"), ("5.0.2", "5.0.2", "4.8.19")),
    ("Полюс", "PL", ("PL-412", "PL-415M"), ("1.17", "1.16")),
    ("Optivex", "OX", ("OX-T3", "OX-T5W"), ("3.1.0", "3.0.6")),
)
_TURNING = {"IR-4180Z", "NE-P200"}
_HEIGHTS = {
    "yard": ("3-5", "5-8", "5-8"),
    "parking": ("5-8", "over-8"),
    "street": ("3-5", "5-8"),
    "playground": ("3-5",),
    "warehouse": ("3-5", "5-8"),
    "gate": ("1.8-3", "3-5"),
}
_MOUNTS = ("Кирпичная стена", "Бетонная стена", "Столб освещения", "Подвесной потолок", "Козырёк подъезда")
# (address, camera): status and for how many hours, or since which "days clock"; the stories speak of these.
_TOLD = {
    ("улица Садовая, 12", "Двор"): (_Status.OFFLINE, "1 18:52"),
    ("улица Садовая, 12", "Гараж"): (_Status.UNSTABLE, 60),
    ("СНТ «Рассвет», 1-я линия", "Пожарный пруд"): (_Status.OFFLINE, 52),
    ("СНТ «Рассвет», 1-я линия", "Линия 4"): (_Status.OFFLINE, 6),
    ("переулок Рыбачий, 14", "Улица"): (_Status.OFFLINE, 170),
    ("микрорайон Озёрный, 3", "Тамбур"): (_Status.OFFLINE, 2),
    ("микрорайон Озёрный, 3", "Машина под окном"): (_Status.OFFLINE, 2),
}
_ARCHIVE = {"30": 30, "14": 14, "7 ": 7}


@dataclass(frozen=True)
class Hung:
    """A camera to be. `owner`: the key of a company or the name of a resident. `scene`: what it looks at; no
    `last_frame_at`: it was never seen and has no picture."""

    owner: str
    address: str
    name: str
    scene: str
    status: str
    status_since: datetime
    last_frame_at: datetime | None
    passport: dict[str, str]
    said_by: str
    before: list[Report] = field(default_factory=list)
    fields: dict[str, object] = field(default_factory=dict)


def hung(*, now: datetime, seed: int = 11) -> Iterator[Hung]:
    rng = random.Random(seed)
    number = 0
    for company in COMPANIES:
        for place in company.addresses:
            maker = rng.choice(_MAKERS)
            for name, scene in place.spots:
                number += 1
                yield _camera(
                    rng,
                    number,
                    now,
                    owner=company.key,
                    place=(place.address, name, scene),
                    maker=maker,
                    told=_of_trouble(place.trouble),
                    known=(place.provider, company.supplier),
                    archive=next(days for text, days in _ARCHIVE.items() if f"архив {text}" in company.plan),
                )
    for resident in RESIDENTS:
        for name, scene in resident.spots:
            number += 1
            yield _camera(
                rng,
                number,
                now,
                owner=resident.name,
                place=(resident.address, name, scene),
                maker=rng.choice(_MAKERS),
                told=None,
                known=(resident.provider, resident.supplier),
                archive=7,
            )


def _of_trouble(trouble: str) -> tuple[str, float] | None:
    return {"offline": (_Status.OFFLINE, 2), "blocked": (_Status.BLOCKED, 20)}.get(trouble)


def _camera(
    rng: random.Random,
    number: int,
    now: datetime,
    *,
    owner: str,
    place: tuple[str, str, str],
    maker: tuple[str, str, tuple[str, ...], tuple[str, ...]],
    told: tuple[str, float] | None,
    known: tuple[str, str],
    archive: int,
) -> Hung:
    address, name, scene = place
    vendor, prefix, models, firmwares = maker
    model = rng.choice(models)
    status, hours = _TOLD.get((address, name)) or told or _luck(rng, quiet=owner in {"Елена Воронцова", "Павел Рогов"})
    since = _since(now, hours, rng)
    seen = None if status == _Status.UNKNOWN else since
    if status in {_Status.ONLINE, _Status.UNSTABLE}:
        seen = now - timedelta(seconds=rng.randint(2, 50))
    return Hung(
        owner=owner,
        address=address,
        name=name,
        scene=scene,
        status=status,
        status_since=since,
        last_frame_at=seen,
        passport=_passport(rng, scene, *known),
        said_by=rng.choice(("installer", "installer", "import", "customer")),
        before=earlier(number=number, status=status, since=since, now=now),
        fields={
            "external_id": f"cam-{number:04}",
            "vendor": vendor,
            "model": model,
            "serial": f"{prefix}{rng.randint(22, 25)}{rng.randint(1, 12):02}{number:04}",
            "mac": "02:CD:" + ":".join(f"{rng.randrange(256):02X}" for _part in range(3)) + f":{number % 256:02X}",
            "firmware": rng.choice(firmwares),
            "ptz": model in _TURNING,
            "audio": rng.random() < 0.4,
            "rtsp": known[1] == "own",
            "archive_days": archive,
        },
    )


def _since(now: datetime, said: float | str, rng: random.Random) -> datetime:
    if not isinstance(said, str):
        return now - timedelta(hours=said, minutes=rng.randint(1, 9))
    days, clock = said.split()
    zone = ZoneInfo(settings.TIME_ZONE)
    day = now.astimezone(zone).date() - timedelta(days=int(days))
    return datetime.combine(day, time.fromisoformat(clock), zone)


def _luck(rng: random.Random, *, quiet: bool) -> tuple[str, float]:
    """Most work; a few are down, flap, or were never switched on. `quiet`: this one works whatever comes."""
    drawn = 1.0 if quiet else rng.random()
    if drawn < 0.02:
        return _Status.OFFLINE, rng.uniform(3, 200)
    if drawn < 0.045:
        return _Status.UNSTABLE, rng.uniform(10, 100)
    if drawn < 0.055:
        return _Status.UNKNOWN, 30
    return _Status.ONLINE, rng.uniform(20, 2400)


def _passport(rng: random.Random, scene: str, provider: str, supplier: str) -> dict[str, str]:
    if rng.random() < 0.15:
        return {}
    passport = {"provider": provider, "supplier": supplier}
    if rng.random() < 0.75:
        passport["height"] = rng.choice(_HEIGHTS.get(scene, ("1.8-3",)))
    if rng.random() < 0.7:
        passport["connection"] = "sim" if provider == "mobile" else rng.choice(("poe", "poe", "poe", "cable", "wifi"))
    if rng.random() < 0.4:
        passport["mount"] = rng.choice(_MOUNTS)
    if passport.get("connection") == "poe" and rng.random() < 0.6:
        passport["port"] = f"SW{rng.randint(1, 2)} / {rng.randint(1, 16)}"
    return passport
