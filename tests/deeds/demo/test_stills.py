"""Pictures of the demo are pictures, by day and by night, and kept where the cabinet looks for them."""

import io
from datetime import datetime

import pytest
from PIL import Image, ImageStat

from camdesk.cameras.models import Camera
from camdesk.lib import files
from camdesk_demo import world
from camdesk_demo.scenes import SCENES
from camdesk_demo.stills import still
from camdesk_demo.town.gear import hung
from camdesk_demo.town.people import RESIDENTS
from camdesk_demo.town.places import COMPANIES


def picture(scene, hour):
    raw = still(scene, name="Двор", at=datetime(2026, 3, 17, hour, 5))  # noqa: DTZ001  what a clock on a wall shows
    assert len(raw) < 40_000
    return Image.open(io.BytesIO(raw)).convert("RGB")


@pytest.mark.parametrize("scene", ["yard", "gate", "corridor"])
def test_by_day_there_is_colour_and_by_night_there_is_not(scene):
    day, night = (ImageStat.Stat(picture(scene, hour).convert("HSV")) for hour in (13, 2))
    assert picture(scene, 13).size == (640, 360)
    assert day.mean[1] > 25  # saturation
    assert night.mean[1] < 15
    assert night.mean[2] < day.mean[2]


def test_every_place_of_the_town_has_its_scene():
    spots = [spot for company in COMPANIES for place in company.addresses for spot in place.spots]
    spots += [spot for resident in RESIDENTS for spot in resident.spots]
    assert {scene for _name, scene in spots} == set(SCENES)


def test_the_town_has_a_picture_of_every_camera_that_was_ever_seen(db, now, data_folder, monkeypatch):
    # A few cameras tell as much as two hundred, in a tenth of the time.
    monkeypatch.setattr(world, "_playbook", lambda _now: None)
    monkeypatch.setattr(
        world, "Teller", lambda *_args, **_named: type("Silent", (), {"tell": lambda *_, **_also: None})()
    )
    monkeypatch.setattr(world.letters, "bring", lambda _now: None)
    monkeypatch.setattr(world, "still", lambda scene, **_named: scene.encode())
    assert world.build(now=now)
    for camera in Camera.objects.all():
        assert bool(camera.picture) == bool(camera.last_frame_at)
    scenes = {(one.address, one.name): one.scene for one in hung(now=now)}
    for camera in Camera.objects.exclude(picture="").select_related("site")[:10]:
        with files.store().open(camera.picture) as file:
            assert file.read().decode() == scenes[camera.site.address, camera.name]
