"""Statements that PostgreSQL parses and plans once a connection, not once a time: half of what it works for a page.

Django puts values into the words of a statement, so that each is another one; what is compiled once here is sent with
its values beside it, and psycopg prepares it at the third time. A pooler that gives each transaction another connection
must keep prepared statements itself (pgbouncer ≥ 1.21 with max_prepared_statements); else `?prepare=0` in the address.
"""

from typing import Any

from django.db import connections

_MOST = 400  # statements a connection keeps


def prepares(connection: Any) -> bool:
    """Whether what is compiled once is prepared there."""
    return connection.vendor == "postgresql" and "prepare_threshold" in connection.settings_dict["OPTIONS"]


def cursor_of(connection: Any) -> Any:
    """A cursor for a statement whose words stay the same; a usual one where nothing is prepared."""
    connection = connections[connection.alias]  # a proxy looks for it anew each time it is asked for anything
    # For the log (of tests, of debugging) the values must stand in the words.
    if not prepares(connection) or connection.queries_logged:
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor

    bound_by_the_server: Any = ServerBindingCursor  # the stubs do not know its base
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        made = bound_by_the_server(connection.connection)
        connection.connection.prepared_max = _MOST
        return connection._prepare_cursor(made)
