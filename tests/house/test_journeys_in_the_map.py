"""The journeys drawn in docs/map.md pass functions that are there, and not too many of them."""

import importlib
import re
from pathlib import Path

import pytest

MAP = (Path(__file__).resolve().parent.parent.parent / "docs" / "map.md").read_text()
CHAPTER = MAP.partition("## Three journeys\n")[2].partition("\n## ")[0]
JOURNEYS = [
    re.findall(r"^\d+\. `([\w.]+)`", part, re.MULTILINE)
    for part in re.split(r"^A .*:$", CHAPTER, flags=re.MULTILINE)[1:]
]


def test_three_journeys_are_drawn():
    assert len(JOURNEYS) == 3
    assert all(1 < len(journey) <= 12 for journey in JOURNEYS)


@pytest.mark.parametrize("place", sorted({place for journey in JOURNEYS for place in journey}))
def test_a_function_of_the_map_is_there(place: str):
    module, _dot, name = place.rpartition(".")
    assert callable(getattr(importlib.import_module(f"camdesk.{module}"), name))
