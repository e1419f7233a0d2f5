"""The operator's contacts and time zone go into their own copy of the playbook. Needs no Django."""

import re
from dataclasses import dataclass
from pathlib import Path

from camdesk.playbook import document, working_copy
from camdesk.playbook.contacts_file import with_fields
from camdesk.playbook.loading import load
from camdesk.playbook.sample_contacts import sample_fields, without_sample

_ZONE = re.compile(r"^time_zone:.*$", re.MULTILINE)


class Faulty(Exception):
    """The playbook there cannot be read; the sentence names its first fault."""


@dataclass(frozen=True)
class TypedContacts:
    """As a person would type them; "" for what is missing or still the sample's."""

    phone: str = ""
    phone_hours: str = ""
    postal_address: str = ""
    email: str = ""


def contacts_in(directory: Path) -> TypedContacts:
    """Raises Faulty."""
    return _as_typed(_contacts(directory))


def _contacts(directory: Path) -> document.Contacts:
    loaded = load(directory)
    if loaded.playbook is None:
        raise Faulty(f"the playbook in {directory} has {len(loaded.problems)} faults, the first: {loaded.problems[0]}")
    return loaded.playbook.contacts


def _as_typed(contacts: document.Contacts) -> TypedContacts:
    found = without_sample(contacts)
    hours = "" if "phone" in found.sample else found.phone_hours.ru
    return TypedContacts(found.phone, hours, found.addresses[0].ru if found.addresses else "", found.email)


def write(directory: Path, *, contacts: TypedContacts, zone: str) -> None:
    """Changes in `directory` what differs from what it says; makes it a working copy first where it is not there.
    Raises OSError, Faulty."""
    if not directory.exists():
        working_copy.make(directory)
    raw = _contacts(directory)
    was, sample = _as_typed(raw), sample_fields(raw)
    values: dict[str, str | list[str]] = {}
    if contacts.phone != was.phone or "phone" in sample:
        values["phone"] = contacts.phone
    if contacts.phone_hours != was.phone_hours or "phone" in sample:
        values["phone_hours"] = contacts.phone_hours
    if contacts.email != was.email or "email" in sample:
        values["email"] = contacts.email
    if contacts.postal_address != was.postal_address or "addresses" in sample:
        values["addresses"] = [contacts.postal_address] if contacts.postal_address else []
    if "socials" in sample:
        values["socials"] = []
    path = directory / "contacts.yaml"
    if values:
        working_copy.write(path, with_fields(path.read_text(encoding="utf-8"), values).encode())
    hours = directory / "hours.yaml"
    text = hours.read_text(encoding="utf-8")
    if (now := _ZONE.sub(f"time_zone: {zone}", text, count=1)) != text:
        working_copy.write(hours, now.encode())
