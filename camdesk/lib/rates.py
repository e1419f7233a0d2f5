"""How often: «60/1h» is sixty times an hour. Pure."""

import re
from dataclasses import dataclass

_RATE = re.compile(r"([1-9]\d{0,6})/([1-9]\d{0,3})?([smhd])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True)
class Rate:
    """At most `most` times within `seconds`."""

    most: int
    seconds: int


def read_rate(text: str) -> Rate | None:
    """«60/h», «20/10m», «5/90s»; «off» is None: no limit. Raises ValueError with a sentence."""
    if text.strip().lower() == "off":
        return None
    found = _RATE.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(f"a rate like 60/h, 20/10m or off is needed, not {text!r}")
    return Rate(int(found[1]), int(found[2] or 1) * _SECONDS[found[3]])
