"""The rules of outages: what a scope covers, where a person is written to, what a request may be about."""

from datetime import timedelta

import pytest

from camdesk.outages.audience import LetterAddress, address_for
from camdesk.outages.matching import time_fits, topic_fits
from camdesk.outages.scope import OutageScope, read
from tests.world import _real_playbook

CAMERA = {"camera": 7, "site": 3, "district": "Озёрный", "provider": "domru"}


def covers(scope: OutageScope, *, camera: int, site: int, district: str, provider: str) -> bool:
    """Whether a camera of this place and provider is in the scope: what `cameras_in` asks the database, in Python."""
    if camera in scope.cameras:
        return True
    if not (scope.sites or scope.districts or scope.provider):
        return False
    placed = not (scope.sites or scope.districts) or site in scope.sites or district in scope.districts
    return placed and (not scope.provider or provider == scope.provider)


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        pytest.param(OutageScope(), False, id="nothing chosen covers nothing"),
        pytest.param(OutageScope(cameras=(7,)), True, id="the camera itself was chosen"),
        pytest.param(OutageScope(cameras=(8,)), False, id="another camera was chosen"),
        pytest.param(OutageScope(sites=(3,)), True, id="its address was chosen"),
        pytest.param(OutageScope(sites=(4,)), False, id="another address was chosen"),
        pytest.param(OutageScope(districts=("Озёрный",)), True, id="its district was chosen"),
        pytest.param(OutageScope(provider="domru"), True, id="its provider, wherever the camera hangs"),
        pytest.param(OutageScope(provider="mts"), False, id="another provider"),
        pytest.param(OutageScope(districts=("Озёрный",), provider="domru"), True, id="its provider in its district"),
        pytest.param(OutageScope(districts=("Озёрный",), provider="mts"), False, id="another provider in its district"),
        pytest.param(OutageScope(districts=("Центр",), provider="domru"), False, id="its provider in another district"),
        pytest.param(OutageScope(sites=(4,), districts=("Озёрный",)), True, id="addresses and districts add up"),
        pytest.param(
            OutageScope(sites=(4,), provider="mts", cameras=(7,)), True, id="a chosen camera needs no other reason"
        ),
    ],
)
def test_what_a_scope_covers(scope, covered):
    assert covers(scope, **CAMERA) is covered


def test_a_scope_is_read_back_as_it_was_stored_and_rubbish_is_left_out():
    scope = OutageScope(sites=(1, 2), districts=("Центр",), provider="mts", cameras=(5,))
    assert read(scope.stored()) == scope
    assert read({"sites": ["1", "x", "-2", "9" * 40, 1], "districts": ["", "Центр"], "cameras": None}) == OutageScope(
        sites=(1,), districts=("Центр",)
    )


@pytest.mark.parametrize(
    ("proven", "said", "answer"),
    [
        pytest.param([], [], LetterAddress("", False), id="no address at all: nobody can be written to"),
        pytest.param(
            ["a@example.org"], [], LetterAddress("a@example.org", True), id="who only asked for news: their proven one"
        ),
        pytest.param(
            ["a@example.org"],
            ["A@example.org"],
            LetterAddress("A@example.org", True),
            id="said and proven, in any case",
        ),
        pytest.param(
            [], ["b@example.org"], LetterAddress("b@example.org", False), id="only said: a letter without their cameras"
        ),
        pytest.param(
            ["a@example.org"],
            ["b@example.org"],
            LetterAddress("b@example.org", False),
            id="another than their own: as if only said",
        ),
        pytest.param(
            [],
            ["", "b@example.org"],
            LetterAddress("b@example.org", False),
            id="the newest request has none: the next one's",
        ),
        pytest.param(
            ["a@example.org"], [""], LetterAddress("a@example.org", True), id="by phone, but proven once: that one"
        ),
    ],
)
def test_where_a_person_is_written_to(proven, said, answer):
    assert address_for(proven=proven, said=said) == answer


@pytest.mark.parametrize(
    ("topic", "fits"),
    [
        pytest.param("camera-offline", True, id="no picture may be the outage"),
        pytest.param("site-offline", True, id="a whole address even more so"),
        pytest.param("archive-gaps", True, id="so may gaps in the archive"),
        pytest.param("outage-here", True, id="who asks for it means it"),
        pytest.param("camera-turned", False, id="a turned camera is no outage"),
        pytest.param("downtime-refund", False, id="a refund is another matter"),
        pytest.param("unclear-charge", False, id="a bill is another matter"),
        pytest.param("night-glare", False, id="a topic of the common dialogue is none"),
        pytest.param("no-such-topic", False, id="a topic that is no more"),
    ],
)
def test_topics_that_an_outage_explains(topic, fits):
    assert topic_fits(_real_playbook(), topic) is fits


def test_a_request_from_before_it_began_is_about_something_else(now):
    assert time_fits(opened=now, began=now - timedelta(hours=3))
    assert time_fits(opened=now - timedelta(minutes=50), began=now), "nobody knows to the minute"
    assert not time_fits(opened=now - timedelta(days=1), began=now)
