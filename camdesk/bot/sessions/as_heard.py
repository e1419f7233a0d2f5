"""What a customer typed as the bot hears it: with what people call things in this playbook, by their own clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from camdesk.bot.engine.events import WordsTyped
from camdesk.bot.heard_messages import heard_in
from camdesk.bot.sessions.flows import synonyms_of_version


def as_heard(event: WordsTyped, ctx: Mapping[str, Any], *, version: int, now: datetime) -> WordsTyped:
    """`version`: of the playbook."""
    return heard_in(event, ctx, now=now, synonyms=synonyms_of_version(version))
