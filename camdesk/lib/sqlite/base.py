"""The module Django looks for in a database engine (settings: ENGINE)."""

from camdesk.lib.internals.sqlite_transactions import Cursor, DatabaseWrapper

__all__ = ["Cursor", "DatabaseWrapper"]
