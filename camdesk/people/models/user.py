"""A login."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from camdesk.people.models.person import Person


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)  # None makes the password unusable
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A login: an e-mail address that was proven, and a password. Rights come from the person (people/roles.py)."""

    email = models.EmailField(unique=True)
    person = models.OneToOneField(Person, models.CASCADE, related_name="user")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    signed_out_at = models.DateTimeField(null=True, blank=True)  # sessions that began before are over
    rights_changed_at = models.DateTimeField(null=True, blank=True)  # sessions that began before get another id

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email

    def get_session_auth_hash(self) -> str:
        """What every session must show. A moment of signing out is part of it, so that all that began before end."""
        return self._since_signed_out(super().get_session_auth_hash(), None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same with the keys of before."""
        for secret, own in zip(settings.SECRET_KEY_FALLBACKS, super().get_session_auth_fallback_hash(), strict=True):
            yield self._since_signed_out(own, secret)

    def _since_signed_out(self, own: str, secret: str | bytes | None) -> str:
        if self.signed_out_at is None:
            return own
        return salted_hmac("camdesk.signed_out_at", own + self.signed_out_at.isoformat(), secret=secret).hexdigest()

    def get_full_name(self) -> str:
        return self.person.name
