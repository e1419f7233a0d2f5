"""What a typed event says: as the shell heard it (bot/heard_messages.py), else its words alone."""

from __future__ import annotations

from camdesk.bot.engine.events import WordsTyped
from camdesk.bot.utterances.heard import Heard
from camdesk.bot.utterances.overheard import overhear


def heard_of(event: WordsTyped) -> Heard:
    """What the shell heard; of an event that it did not read, what the words do by themselves."""
    return event.heard if event.heard is not None else overhear(event.text)
