"""What of a disk is kept for the database and the texts: below it files are refused, and /readyz says no."""

from django.conf import settings

_MB = 1024 * 1024


def asked() -> int:
    """Bytes that this installation is to keep free (settings MIN_FREE_MB)."""
    return int(settings.MIN_FREE_MB) * _MB


def kept(whole: int) -> int:
    """Bytes that this installation keeps of a disk of `whole` bytes."""
    return of(whole, asked())


def of(whole: int, least: int) -> int:
    """Bytes of a disk of `whole` bytes; `least`: what is asked for (CAMDESK_MIN_FREE_MB). A twentieth of a small disk
    is enough: it must not forbid files altogether there."""
    return min(least, whole // 20)
