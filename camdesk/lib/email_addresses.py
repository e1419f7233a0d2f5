"""E-mail addresses as people type them and operators' systems send them: one a letter could go to, or a sentence saying
what is wrong. Senders of letters that came are read by `channels/mail/mime/addresses.py`."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

LONGEST = 254  # characters, RFC 5321 and the columns that hold addresses


class BadEmail(ValueError):
    """No letter could go there; `str(error)` is a sentence for the person who wrote it."""


def checked(raw: str) -> str:
    """The address without blanks around it, "" of blanks alone. Raises BadEmail."""
    address = raw.strip()
    if not address:
        return ""
    if len(address) > LONGEST:
        raise BadEmail(_("Слишком длинный адрес почты."))
    try:
        validate_email(address)
    except ValidationError:
        raise BadEmail(_("Проверьте адрес почты: он должен быть вида имя@пример.рф.")) from None
    return address


def is_one(said: str) -> bool:
    """Whether a letter could go there, and its address be kept."""
    try:
        return bool(checked(said))
    except BadEmail:
        return False
