"""What a typed event says, as the shell reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from camdesk.bot.engine.events import WordsTyped
from camdesk.bot.heard_messages import heard_in

NOON = datetime(2026, 3, 17, 12, 30)  # noqa: DTZ001  of nowhere in particular, a Tuesday


def heard(event: WordsTyped, ctx: Mapping[str, Any]) -> WordsTyped:
    return heard_in(event, ctx, now=NOON, synonyms=None)
