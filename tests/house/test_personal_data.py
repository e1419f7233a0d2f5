"""Every column of every model is in the table of personal data, once; what names a person is given to them, or there is
a reason; and what an event tells of a person is named in the table of events."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from camdesk.people.models import Person
from camdesk.privacy.classification import LEFT_OUT, TABLE, Classified
from camdesk.privacy.export import parts
from camdesk.tickets.events import KINDS

ROOT = Path(__file__).parents[2]
MODELS = {model._meta.label: model for model in apps.get_models()}
GIVEN = {f"{model._meta.label}.{given.whose}" for model, given in parts()}
THERE = {
    f"{model._meta.label}.{field.name}"
    for model in apps.get_models()
    if model.__module__.startswith("camdesk.")
    for field in model._meta.local_fields
    if field.related_model is Person
}
# Particulars of events that tell of no person: names of agents, of outages, ids, states, moments.
OF_NOBODY = {
    "agent", "after", "at", "attachment", "before", "channel", "delivery", "eta", "from", "given_up", "last", "late",
    "letter", "outage", "permanent", "person", "seen", "seconds", "signature", "stars", "team", "title", "title_en",
    "topic", "turn", "until",
}  # fmt: skip
OF_STAFF = {("ticket.assigned", "name"), ("bot.handed_over", "reason")}  # an agent's; a word of the engine


def columns(kept: Classified) -> list[str]:
    return [*kept.personal, *kept.names.split(), *kept.own.split()]


def test_every_model_has_its_row_and_no_other_has():
    assert sorted(kept.name for kept in TABLE) == sorted(MODELS)


@pytest.mark.parametrize("kept", TABLE, ids=lambda kept: kept.name)
def test_every_column_is_classified_once(kept):
    there = [field.name for field in kept.model._meta.concrete_fields]
    assert sorted(columns(kept)) == sorted(there)


@pytest.mark.parametrize("kept", TABLE, ids=lambda kept: kept.name)
def test_what_names_another_row_is_said_to_and_nothing_else_is(kept):
    """A column that is a relation tells of a person only by whom it names."""
    relations = {
        field.name for field in kept.model._meta.concrete_fields if field.related_model and not field.primary_key
    }
    beyond = {"named_by", "candidates", "rung"}  # ids within JSON
    assert relations <= set(kept.names.split()) | {"login"}
    assert set(kept.names.split()) - beyond <= {
        field.name for field in kept.model._meta.concrete_fields if field.related_model
    }


@pytest.mark.parametrize("kept", TABLE, ids=lambda kept: kept.name)
def test_what_is_personal_goes_or_there_is_a_reason(kept):
    assert bool(kept.stays) == (kept.theirs is None), "either erasure touches it, or `stays` says why not"
    assert not kept.theirs or kept.label, "the act calls it by a name"


def test_each_column_that_names_a_person_is_given_or_has_a_reason():
    assert not THERE - GIVEN - set(LEFT_OUT), "a line in `given`, or a reason in LEFT_OUT"


def test_a_reason_that_is_not_needed_goes():
    assert not set(LEFT_OUT) - (THERE - GIVEN)


def test_nothing_secret_is_among_what_is_given():
    given = {column for _model, one in parts() for column in one.columns}
    secret = ("password", "digest", "token", "secret")
    assert not [column for column in given if any(word in column for word in secret)]


def test_every_particular_of_an_event_tells_of_a_person_or_of_nobody():
    """As docs/events.md names them."""
    told = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| [^|]+ \| [^|]+ \|([^|]*)\|", _events(), re.MULTILINE)
    named = {(name, word) for name, cell in told for word in re.findall(r"`([a-z_]+)`", cell)}
    personal = {(name, word) for name, kind in KINDS.items() for word in kind.personal}
    assert len(told) == len(KINDS)
    assert sorted(personal - named) == []
    assert sorted((name, word) for name, word in named - personal if word not in OF_NOBODY) == sorted(OF_STAFF)


def _events() -> str:
    return (ROOT / "docs/events.md").read_text()
