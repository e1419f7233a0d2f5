"""The contacts that camdesk comes with are nobody's: whoever calls them reaches no support. Pure.

A field of contacts.yaml is a sample while it says what the shipped file says of a number, a mailbox or a place that
cannot exist. What is a sample is published empty, so that no page, letter or sentence of the bot carries it; the demo
alone shows it (settings.SAMPLE_CONTACTS).
"""

from dataclasses import replace

from camdesk.playbook.document import Contacts, Text

_PHONE = "+78000000000"
_HOST = "example.org"
_PLACE = ("000000", "Primer")

# What a text says in the place of what nobody has given yet.
INSTEAD_OF_PHONE = Text("номер из вашего договора", "the number in your contract")
INSTEAD_OF_EMAIL = Text("адрес, с которого приходят наши письма", "the address our letters come from")


def sample_fields(contacts: Contacts) -> tuple[str, ...]:
    """Which of them are still the sample's, in the order of the file."""
    found = {
        "phone": contacts.phone_link == _PHONE,
        "email": contacts.email.lower().endswith("@" + _HOST),
        "addresses": any(_is_place(address) for address in contacts.addresses),
        "socials": any(_HOST in link.url for link in contacts.socials),
    }
    return tuple(name for name, sample in found.items() if sample)


def without_sample(contacts: Contacts) -> Contacts:
    """What is the operator's own; `sample` names what was left out."""
    fields = sample_fields(contacts)
    return replace(
        contacts,
        phone="" if "phone" in fields else contacts.phone,
        phone_link="" if "phone" in fields else contacts.phone_link,
        email="" if "email" in fields else contacts.email,
        addresses=tuple(address for address in contacts.addresses if not _is_place(address)),
        socials=tuple(link for link in contacts.socials if _HOST not in link.url),
        sample=fields,
    )


def _is_place(address: Text) -> bool:
    return any(word in address.get(language) for word in _PLACE for language in ("ru", "en"))
