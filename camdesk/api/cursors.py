"""Keyset cursors: where the next page begins, not how many rows to skip."""

import base64
import binascii
import json
from datetime import UTC, datetime

from camdesk.api.problems import ApiProblem

_LONGEST = 200


def encode(at: datetime, number: int) -> str:
    raw = json.dumps([at.isoformat(), number]).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(cursor: str) -> tuple[datetime, int]:
    """(active_at, number) of the last row seen. Raises ApiProblem 422."""
    try:
        if len(cursor) > _LONGEST:
            raise ValueError("longer than any of ours")
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        at, number = json.loads(raw)
        moment, number = datetime.fromisoformat(at), int(number)
        if moment.tzinfo is None or not 0 <= number < 2**63:
            raise ValueError("never was ours")
        return moment.astimezone(UTC), number
    except (ValueError, TypeError, OverflowError, binascii.Error):
        raise ApiProblem(422, "cursor: give back the `next` of the page before, unchanged.") from None
