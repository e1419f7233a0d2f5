"""A snapshot puts in the rows that were made, and nothing where they would not fit (tests/snapshot.py)."""

import pytest
from django.forms.models import model_to_dict

from camdesk.people.models import Person, Team
from camdesk.playbook.models import PlaybookVersion
from tests import snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_made(monkeypatch):
    monkeypatch.setattr(snapshot, "_made", {})


def _two() -> list[Person]:
    return [Person.objects.create(name="Анна\tК\\н «ё»\n"), Person.objects.create(name="")]


def test_the_second_time_the_same_is_there_and_nothing_is_made(now):
    made = snapshot.once("two", _two)
    wanted = [model_to_dict(one) for one in Person.objects.order_by("pk")]
    Person.objects.all().delete()
    again = snapshot.once("two", lambda: pytest.fail("made anew"))
    assert [model_to_dict(one) for one in Person.objects.order_by("pk")] == wanted
    assert again == made
    assert again[0] is not made[0]
    again[0].name = "Другая"
    again[0].save()
    assert Person.objects.create(name="Третья").pk > made[1].pk


def test_where_others_stand_it_is_made_anew(now):
    first = snapshot.once("two", _two)
    assert {one.pk for one in snapshot.once("two", _two)}.isdisjoint(one.pk for one in first)
    assert Person.objects.count() == 4


def test_what_changes_a_row_that_stood_before_is_always_made_anew(now):
    team = Team.objects.create(slug="support", name_ru="Первая", name_en="First")

    def renamed() -> None:
        team.name_ru += "!"
        team.save()

    snapshot.once("renamed", renamed)
    snapshot.once("renamed", renamed)
    assert Team.objects.get().name_ru == "Первая!!"


def test_a_document_of_a_megabyte_comes_back_as_it_was(playbook):
    before = PlaybookVersion.objects.get()
    kept = (before.digest, before.content, before.published_at)
    PlaybookVersion.objects.all().delete()
    before._state.adding = True
    snapshot.once("version", before.save)
    PlaybookVersion.objects.all().delete()
    snapshot.once("version", lambda: pytest.fail("made anew"))
    again = PlaybookVersion.objects.get()
    assert (again.digest, again.content, again.published_at) == kept
