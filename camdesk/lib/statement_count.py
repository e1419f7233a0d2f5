"""How many statements go to the database meanwhile, without a log of them.

asked = StatementCount()
with connection.execute_wrapper(asked):
    …
asked.count
"""

from collections.abc import Callable
from typing import Any


class StatementCount:
    """An execute wrapper. What reads rows beside Django's cursors (internals/statement_rows.py) knows it, and adds to
    it; for any other wrapper it asks as Django does."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        self.count += 1
        return execute(sql, params, many, context)
