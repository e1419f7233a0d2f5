"""What the check of a playbook knows of a camera's passport is what the passport has."""

from camdesk.cameras.models import Passport
from camdesk.playbook.consistency import PASSPORT_FIELDS


def test_the_same_fields_of_the_same_length() -> None:
    assert {name: Passport._meta.get_field(name).max_length for name in Passport.FIELDS} == PASSPORT_FIELDS
