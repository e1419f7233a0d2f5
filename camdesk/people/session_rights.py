"""A session gets a new id when the rights of its user change: an id that somebody learned or planted before soon opens
nothing of what came after.

Those who change rights call `rights_changed` in their transaction. The next request of the session is the one that can
bring the new id to a browser, so it is done there, by the middleware; the old one is dead from then on. Whoever has
copied an id and asks first gets the new one, and its owner is signed out: that is how they learn of it.
"""

from datetime import datetime
from typing import Final

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from camdesk.people.models import User

_KEY: Final = "rights"


def rights_changed(*, person_id: int, now: datetime) -> None:
    """In the transaction that gave or took a role; nothing for a person without a login."""
    User.objects.filter(person_id=person_id).update(rights_changed_at=now)


def begin(request: HttpRequest, user: User) -> None:
    """A session that begins now has a new id anyway: it keeps with which rights it began."""
    agent = getattr(user.person, "agent", None) if settings.SECOND_FACTOR_REQUIRED else None
    asked = agent is not None and agent.active
    request.session[_KEY] = _mark(user, has_factor=asked and Authenticator.objects.filter(user=user).exists())


def renew(request: HttpRequest, user: User, *, has_factor: bool) -> None:
    """Another id when the rights are not those the session has known. `has_factor`: a second factor is asked of them,
    and they have one: with it the desk opens."""
    mark = _mark(user, has_factor=has_factor)
    if request.session.get(_KEY, "") != mark:
        request.session.cycle_key()
        request.session[_KEY] = mark


def _mark(user: User, *, has_factor: bool) -> str:
    changed = user.rights_changed_at
    return (changed.isoformat() if changed else "") + (" with a second factor" if has_factor else "")
