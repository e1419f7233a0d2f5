"""Connections to PostgreSQL beside Django's: who listens, and who holds a lock, has one of its own."""

from typing import Any

from django.db import connection

_OF_DJANGO = {"cursor_factory", "context", "prepare_threshold"}


def address() -> dict[str, Any]:
    """What psycopg.connect takes, TLS and all. Asked in a thread that has the settings."""
    return {key: value for key, value in connection.get_connection_params().items() if key not in _OF_DJANGO}
