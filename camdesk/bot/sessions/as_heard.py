"""What a customer typed as the bot hears it: with what people call things in this playbook, at the desk's own time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from camdesk.bot.engine.events import WordsTyped
from camdesk.bot.heard_messages import heard_in
from camdesk.bot.sessions.flows import synonyms_of_version
from camdesk.playbook import current as playbook


def as_heard(event: WordsTyped, ctx: Mapping[str, Any], *, version: int, now: datetime) -> WordsTyped:
    """`version`: of the playbook."""
    here = now.astimezone(ZoneInfo(playbook.version(version).hours.time_zone))
    return heard_in(event, ctx, now=here, synonyms=synonyms_of_version(version))
