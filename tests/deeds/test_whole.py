"""The marks of tests/whole.py notice deeds that leave something behind, and such as tell too early or nothing."""

import pytest
from django.db import transaction

from camdesk.lib import bus, wake
from camdesk.people.models import Team
from tests import whole


def _two_teams(name: str) -> None:
    for part in ("one", "two"):
        Team.objects.create(slug=f"{name}-{part}", name_ru=name)


def kept_together(name: str) -> None:
    with transaction.atomic():
        _two_teams(name)
        transaction.on_commit(wake.worker)


def left_halfway(name: str) -> None:
    _two_teams(name)


def told_early(name: str) -> None:
    with transaction.atomic():
        _two_teams(name)
        bus.publish(["desk"], {"moved": ["teams"]})


def prove(name: str, *marks: pytest.MarkDecorator) -> None:
    with whole.proven([one.mark for one in marks]):
        globals()[name]("team")


def test_what_is_whole_passes_and_was_really_done(db):
    prove(
        "kept_together",
        pytest.mark.whole(f"{__name__}.kept_together"),
        pytest.mark.tells(f"{__name__}.kept_together", "worker"),
    )
    assert Team.objects.filter(slug__startswith="team-").count() == 2


@pytest.mark.parametrize(
    "name, mark, words",
    [
        ("left_halfway", pytest.mark.whole(f"{__name__}.left_halfway"), "this remains: {'people_team'"),
        ("told_early", pytest.mark.whole(f"{__name__}.told_early"), "tells before it is there"),
        ("left_halfway", pytest.mark.tells(f"{__name__}.left_halfway", "worker"), "never calls"),
        ("kept_together", pytest.mark.tells(f"{__name__}.kept_together", "desk.ticket"), "tells ['worker']"),
        ("kept_together", pytest.mark.whole(f"{__name__}.left_halfway"), "never calls"),
    ],
    ids=["left halfway", "told early", "never told", "told something else", "never called"],
)
def test_what_is_wrong_is_named(db, name, mark, words):
    with pytest.raises(AssertionError) as wrong:
        prove(name, mark)
    assert words in str(wrong.value)
