"""Which language the page being made speaks."""

from django.utils.translation import get_language


def current_language() -> str:
    """ "ru" or "en". Russian where nobody has chosen: commands, the worker."""
    return "en" if (get_language() or "").startswith("en") else "ru"
