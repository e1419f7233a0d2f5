"""Receipts of what came in, by key: a retry gets the first answer, the same key with another body is refused."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from camdesk.lib.prepared import BoundQuery, Prepared, insert
from camdesk.tickets.models import Message, Receipt, Ticket

_KNOWN = Prepared(
    lambda scope, key: Receipt.objects.select_related("ticket", "message").filter(scope=scope, key=key), str, str
)


class KeyReused(Exception):
    """The key came with another body before."""


@dataclass(frozen=True)
class Key:
    """scope: who gives keys ("form:17", "api:3"); key: at most 255 characters; body: JSON-able, what was asked."""

    scope: str
    key: str
    body: Any

    @property
    def digest(self) -> str:
        canonical = json.dumps(self.body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def first_answer(key: Key) -> Receipt | None:
    """What this key brought in before, or None. Raises KeyReused."""
    row = _KNOWN.first(key.scope, key.key)
    if row is not None and row.digest != key.digest:
        raise KeyReused
    return row


def question(key: Key) -> BoundQuery:
    """What `first_answer` will ask, for lib/prepared.ahead."""
    return _KNOWN.of(key.scope, key.key)


def remember(key: Key, *, ticket: Ticket, message: Message | None, now: datetime) -> Receipt:
    """In the deed's transaction: IntegrityError tells the loser of a race, who rolls back and reads first_answer."""
    row = Receipt(scope=key.scope, key=key.key, digest=key.digest, ticket=ticket, message=message, at=now)
    insert(row)
    return row
