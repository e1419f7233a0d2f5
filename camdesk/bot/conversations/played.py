"""How a conversation went."""

from __future__ import annotations

from dataclasses import dataclass, field

from camdesk.bot.conversations.scripts import Script

SOLUTION, PERSON, KEPT, NONE = "solution", "person", "kept", "none"


@dataclass
class Played:
    """How a conversation went. moves: messages and taps until its end; lines: the transcript."""

    script: Script
    moves: int = 0
    end: str = ""
    lines: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
