"""Keyset cursors: where the next page begins, not how many rows to skip."""

import base64
import binascii
import json
from datetime import datetime

from .problems import Problem


def encode(at: datetime, number: int) -> str:
    raw = json.dumps([at.isoformat(), number]).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(cursor: str) -> tuple[datetime, int]:
    """(active_at, number) of the last row seen. Raises Problem 422."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        at, number = json.loads(raw)
        return datetime.fromisoformat(at), int(number)
    except (ValueError, TypeError, binascii.Error):
        raise Problem(422, "cursor: give back the `next` of the page before, unchanged.") from None
