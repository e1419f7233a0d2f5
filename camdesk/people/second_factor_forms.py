"""The forms that ask for a code of the second factor, with our own count of tries (people/sign_in_limits.py)."""

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms
from django.utils import timezone

from camdesk.people.models import User


class _Counted(forms.BaseAuthenticateForm):  # type: ignore[misc]  # allauth tells no types
    user: User

    def clean_code(self) -> str:
        tried = get_adapter().count_code(context.request, self.user)
        code = super().clean_code()
        tried.take_back(now=timezone.now())
        return str(code)


class AuthenticateForm(_Counted, forms.AuthenticateForm):  # type: ignore[misc]  # allauth tells no types
    """Signing in."""


class ReauthenticateForm(_Counted, forms.ReauthenticateForm):  # type: ignore[misc]  # allauth tells no types
    """Before something that asks once more who one is."""
