"""Browsers in which somebody has signed in: a signed cookie says so for a year, to nobody but us.

It opens nothing. A known browser is only spared the limits that strangers at the same account or from the same address
have used up (people/sign_in_limits.py). It is bound to the password: a new one, and signing out everywhere, make every
browser a stranger again, but for the one in which it was set.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from camdesk.lib.numbers import whole_number
from camdesk.people.models import User
from camdesk.people.requests import VisitorRequest

DAYS: Final = 365
_MOST: Final = 3  # accounts one browser is known to
_LONGEST: Final = 600


@dataclass(frozen=True)
class Device:
    """This browser, as one account knows it."""

    id: str
    email: str


def devices_of(request: VisitorRequest) -> tuple[Device, ...]:
    """What the browser's cookie says and we have signed. Asks the database when there is one."""
    found: tuple[Device, ...] | None = getattr(request, "known_devices", None)
    if found is None:
        tokens = _tokens(request)
        users = User.objects.filter(is_active=True).in_bulk({token.user_id for token in tokens})
        known = [(token, users[token.user_id]) for token in tokens if token.user_id in users]
        found = tuple(Device(token.id, user.email) for token, user in known if token.is_ours(user))
        request.known_devices = found
    return found


def device_of(request: VisitorRequest, login: str) -> str:
    """The id of this browser when it is known to the account of this login, else ""."""
    email = login.strip().lower()
    return next((device.id for device in devices_of(request) if device.email == email), "")


def remember(request: VisitorRequest, user: User) -> None:
    """The answer to this request makes the browser known to the account."""
    request.make_known_to = user


def write(request: VisitorRequest, response: HttpResponse) -> None:
    """The cookie, where `remember` was called."""
    user: User | None = getattr(request, "make_known_to", None)
    if user is None:
        return
    others = [token.text for token in _tokens(request) if token.user_id != user.pk]
    mine = _signed(user, secrets.token_urlsafe(9), _day(timezone.now()))
    response.set_cookie(
        settings.KNOWN_DEVICE_COOKIE,
        "~".join([mine, *others][:_MOST]),
        max_age=DAYS * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@dataclass(frozen=True)
class _Token:
    text: str
    user_id: int
    id: str
    day: int

    def is_ours(self, user: User) -> bool:
        return constant_time_compare(self.text, _signed(user, self.id, self.day))


def _tokens(request: VisitorRequest) -> list[_Token]:
    """Those that may be ours by their form and age."""
    said = request.COOKIES.get(settings.KNOWN_DEVICE_COOKIE, "")
    tokens = []
    for text in said.split("~")[:_MOST] if len(said) <= _LONGEST and said.isascii() else ():
        parts = text.split(".")
        if len(parts) != 4 or len(parts[2]) != 12:
            continue
        user, day = (whole_number(part, digits=9) for part in parts[:2])
        if user is not None and day is not None:
            token = _Token(text, user, parts[2], day)
            if 0 <= _day(timezone.now()) - token.day <= DAYS:
                tokens.append(token)
    return tokens


def _signed(user: User, device: str, day: int) -> str:
    said = f"{user.pk}.{day}.{device}"
    # Of the session's own secret: whatever ends the sessions of an account ends this too.
    mac = salted_hmac("camdesk.known_device", f"{said}.{user.get_session_auth_hash()}", algorithm="sha256").digest()
    return f"{said}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _day(moment: datetime) -> int:
    return int(moment.timestamp() // (24 * 3600))
