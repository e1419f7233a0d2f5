"""Contacts are put into the text of contacts.yaml; what its author wrote around them stays."""

import yaml

from camdesk.playbook.contacts_file import with_fields
from camdesk.playbook.working_copy import SHIPPED

TEXT = """# ours
phone: +7 800 000-00-00   # free
phone_hours: {ru: "с 8", en: "from 8"}
hours:
  ru: Люди
  en: People
# where we are
addresses:
  - {ru: "000000", en: "000000"}
socials:
- {title: {ru: Новости, en: News}, url: "https://example.org/news"}
"""


def test_a_field_is_replaced_whole_and_the_rest_stays() -> None:
    after = with_fields(TEXT, {"phone": '8 "#1": x', "addresses": ["Омск, Мира: 1"], "socials": [], "email": "a@b.ru"})
    assert after == (
        '# ours\nphone: "8 \\"#1\\": x"\nphone_hours: {ru: "с 8", en: "from 8"}\nhours:\n  ru: Люди\n  en: People\n'
        '# where we are\naddresses:\n  - "Омск, Мира: 1"\nemail: "a@b.ru"\n'
    )
    assert yaml.safe_load(after)["phone"] == '8 "#1": x'


def test_nothing_asked_is_nothing_changed() -> None:
    assert with_fields(TEXT, {}) == TEXT
    shipped = (SHIPPED / "contacts.yaml").read_text()
    assert with_fields(shipped, {}) == shipped
