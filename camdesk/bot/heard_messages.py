"""A typed message as the engine takes it: with what its words say to the customer who wrote them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from camdesk.bot.engine.events import WordsTyped
from camdesk.bot.engine.scope import cameras_of
from camdesk.bot.utterances.cameras import NamedCamera, Synonyms
from camdesk.bot.utterances.reader import hear
from camdesk.lib import time_zones


def heard_in(event: WordsTyped, ctx: Mapping[str, Any], *, now: datetime, synonyms: Synonyms | None) -> WordsTyped:
    """The event with what its words say to the customer of `ctx` (docs/engine.md). A clock and a day
    are theirs: of `ctx["zone"]`, where it names one."""
    zone = time_zones.zone(str(ctx.get("zone") or ""))
    now = now.astimezone(zone) if zone is not None else now
    cameras = [
        NamedCamera(str(one["id"]), str(one.get("title") or ""), str(one.get("address") or ""))
        for one in cameras_of(ctx)
    ]
    found = hear(event.text, now=now, cameras=cameras, synonyms=synonyms, phone=ctx.get("phone_reader"))
    return replace(event, heard=found)
