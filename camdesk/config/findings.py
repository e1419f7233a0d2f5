"""What camdesk doctor says: a level and a sentence."""

from dataclasses import dataclass

OK, WARN, FAIL = "ok", "warn", "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    level: str
    text: str
