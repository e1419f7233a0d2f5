"""What setup was told goes into the operator's own contacts and hours; what is the same already is not written."""

from dataclasses import replace
from pathlib import Path

import pytest

from camdesk.config.setup import own_playbook
from camdesk.config.setup.own_playbook import TypedContacts
from camdesk.playbook.document import Contacts, NamedLink, Text

OURS = Contacts(
    phone="+7 495 123-45-67",
    phone_link="+74951234567",
    phone_hours=Text("с 9 до 18", "9 to 18"),
    email="help@lens.ru",
    addresses=(Text("Омск, Мира 1", "Omsk, Mira 1"),),
    socials=(NamedLink(Text("Новости", "News"), "https://lens.ru/news"),),
)
SAMPLE = Contacts(
    phone="8 800 000-00-00",
    phone_link="+78000000000",
    phone_hours=Text("с 8", "from 8"),
    email="support@example.org",
    addresses=(Text("000000, г. Пример", "000000, Primer"),),
    socials=(NamedLink(Text("Новости", "News"), "https://example.org/news"),),
)
TYPED = TypedContacts("+7 495 123-45-67", "с 9 до 18", "Омск, Мира 1", "help@lens.ru")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "contacts.yaml").write_text("# ours\nphone: x\nsocials: [a]\n")
    (tmp_path / "hours.yaml").write_text("# when\ntime_zone: Europe/Moscow\nweek: {}\n")
    return tmp_path


def test_contacts_as_they_are_typed_leave_the_sample_out(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    for there, typed in ((OURS, TYPED), (SAMPLE, TypedContacts()), (Contacts(), TypedContacts())):
        monkeypatch.setattr(own_playbook, "_contacts", lambda _directory, there=there: there)
        assert own_playbook.contacts_in(folder) == typed


@pytest.mark.parametrize(
    ("there", "typed", "written"),
    [
        (OURS, TYPED, None),
        (OURS, replace(TYPED, phone="112"), {"phone": "112"}),
        (OURS, replace(TYPED, phone_hours="всегда"), {"phone_hours": "всегда"}),
        (OURS, replace(TYPED, email="a@b.ru"), {"email": "a@b.ru"}),
        (OURS, replace(TYPED, postal_address=""), {"addresses": []}),
        (OURS, replace(TYPED, postal_address="Тверь"), {"addresses": ["Тверь"]}),
        (replace(OURS, socials=SAMPLE.socials), TYPED, {"socials": []}),
        (SAMPLE, TypedContacts(), {"phone": "", "phone_hours": "", "email": "", "addresses": [], "socials": []}),
        (Contacts(), TypedContacts(), None),
    ],
)
def test_what_differs_is_written_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, folder: Path, there: Contacts, typed: TypedContacts, written: dict | None
) -> None:
    changed: list[object] = []
    monkeypatch.setattr(own_playbook, "_contacts", lambda _directory: there)
    monkeypatch.setattr(own_playbook, "with_fields", lambda text, values: changed.append(values) or "new")
    before = (folder / "hours.yaml").stat()
    own_playbook.write(folder, contacts=typed, zone="Europe/Moscow")
    assert changed == ([written] if written else [])
    assert ((folder / "contacts.yaml").read_text() == "new") == bool(written)
    assert (folder / "hours.yaml").stat() == before


def test_the_zone_goes_into_the_hours(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(own_playbook, "_contacts", lambda _directory: OURS)
    own_playbook.write(folder, contacts=TYPED, zone="Asia/Omsk")
    assert (folder / "hours.yaml").read_text() == "# when\ntime_zone: Asia/Omsk\nweek: {}\n"


def test_where_there_is_no_copy_of_ones_own_one_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(own_playbook, "_contacts", lambda _directory: OURS)
    own_playbook.write(tmp_path / "own", contacts=TYPED, zone="Asia/Omsk")
    assert "time_zone: Asia/Omsk\n" in (tmp_path / "own" / "hours.yaml").read_text()
    assert (tmp_path / "own" / "topics").is_dir()


def test_a_faulty_playbook_is_named_with_its_first_fault(tmp_path: Path) -> None:
    with pytest.raises(own_playbook.Faulty, match=f"the playbook in {tmp_path} has [0-9]+ faults, the first: "):
        own_playbook.contacts_in(tmp_path)
