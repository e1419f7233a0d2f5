"""Lists of cameras and sites have one order, the natural one: nobody sorts them by their plain names."""

import re
from pathlib import Path

import pytest

PLAIN = re.compile(
    r"order_by\([^)]*[\"'](?:camera__)?(?:site__address|camera__name|address)[\"']"
    r"|[Cc]ameras?\w*\.order_by\([\"']name[\"']|key=lambda (\w+): \(?\1(?:\.camera)?\.(?:site\.)?address\b"
)
SOURCE = Path(__file__).parents[2] / "camdesk"


def test_nobody_sorts_cameras_by_plain_names() -> None:
    found = {
        str(path): PLAIN.findall(path.read_text()) for path in SOURCE.rglob("*.py") if "migrations" not in path.parts
    }
    assert {path: hits for path, hits in found.items() if hits} == {}


@pytest.mark.parametrize(
    "line",
    [
        'seen.order_by("site__address", "name", "pk")',
        'members.order_by("camera__site__address", "camera__name")',
        'mine.order_by("camera__name", "pk")',
        'Site.objects.order_by("address", "pk")',
        'site.cameras.order_by("name")',
        "sorted(rows, key=lambda camera: (camera.site.address, camera.name))",
    ],
)
def test_the_look_finds_it(line) -> None:
    assert PLAIN.search(line)


@pytest.mark.parametrize("line", ["cameras.in_order()", 'Person.objects.order_by("name")', 'order_by("-number")'])
def test_the_look_lets_others_be(line) -> None:
    assert not PLAIN.search(line)
