"""Who gets a login by asking for it with their address (settings.SIGN_UP).

What they get is an invitation like any other, so the link of a letter, and nothing else, makes a login.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from camdesk.people import contacts, invitations
from camdesk.people.models import Membership, Person, User

OFF, OPEN = "off", "open"


@dataclass(frozen=True)
class AccessAnswer:
    """What the letter to an address without a login says. `token`: of the invitation it brings; `login`: the address of
    the login that this one belongs to; neither: there is nothing for them here."""

    token: str = ""
    login: str = ""


def ask(email: str, *, now: datetime) -> AccessAnswer | None:
    """Somebody asks for access with an address that nobody signs in with. None: they pressed twice, and the letter is
    on its way."""
    known = contacts.by_mailbox(email)
    if known is not None and (user := User.objects.filter(person=known).first()) is not None:
        return AccessAnswer(login=user.email)
    if not _may(email, known):
        return AccessAnswer()
    try:
        return AccessAnswer(token=invitations.invite(email=email, by=None, now=now)[1])
    except invitations.InvitedJustNow:
        return None


def is_open_to(email: str) -> bool:
    """Whether `ask` would bring them in now: for who has shown that they read their letters."""
    known = contacts.by_mailbox(email)
    return (known is None or not User.objects.filter(person=known).exists()) and _may(email, known)


def _may(email: str, known: Person | None) -> bool:
    """`known`: whose address it is."""
    if settings.SIGN_UP == OFF or User.objects.filter(email=email.strip().lower()).exists():  # a login switched off
        return False
    return settings.SIGN_UP == OPEN or (known is not None and _is_customer(known))


def _is_customer(person: Person) -> bool:
    """Not everybody who once wrote a letter and proved their address."""
    return person.external_id is not None or Membership.objects.filter(person=person).exists()
