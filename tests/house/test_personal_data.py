"""Every column that names a person is given to them, or there is a reason."""

from django.apps import apps

from camdesk.config import personal_data
from camdesk.people.models import Person

GIVEN = {f"{part.model._meta.label}.{part.whose}" for part in personal_data.PARTS}
THERE = {
    f"{model._meta.label}.{field.name}"
    for model in apps.get_models()
    if model.__module__.startswith("camdesk.")
    for field in model._meta.local_fields
    if field.related_model is Person
}


def test_each_column_that_names_a_person_is_given_or_has_a_reason():
    assert not THERE - GIVEN - set(personal_data.LEFT_OUT), "a line in PARTS, or a reason in LEFT_OUT"


def test_a_reason_that_is_not_needed_goes():
    assert not set(personal_data.LEFT_OUT) - (THERE - GIVEN)


def test_nothing_secret_is_among_what_is_given():
    columns = {column for part in personal_data.PARTS for column in part.columns}
    secret = ("password", "digest", "token", "secret")
    assert not [column for column in columns if any(word in column for word in secret)]
