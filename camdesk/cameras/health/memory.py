"""The machine's memory as a row keeps it, and back. Pure. Moments are ISO 8601 in UTC."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from camdesk.cameras.health.machine import Manner, Sign, SignWord

_DEFAULTS = {one.name: one.default for one in fields(Sign)}  # of those without one: nothing that equals
_MOMENTS = ("seen_at", "since", "told_at", "heard_at", "last_frame_at")


def signs_to_keep(signs: Mapping[tuple[str, str], Sign]) -> dict[str, dict[str, Any]]:
    """{"source/role": what it said}, without what it did not say."""
    return {f"{source}/{role}": _plain(sign) for (source, role), sign in signs.items()}


def signs_kept(kept: Mapping[str, Mapping[str, Any]]) -> dict[tuple[str, str], Sign]:
    """As they were given to `signs_to_keep`."""
    return {_key(name): _sign(one) for name, one in kept.items()}


def _key(name: str) -> tuple[str, str]:
    source, _slash, role = name.rpartition("/")
    return source, role


def _plain(sign: Sign) -> dict[str, Any]:
    said = ((name, getattr(sign, name)) for name in _DEFAULTS)
    kept = {name: value for name, value in said if value != _DEFAULTS[name]}
    return kept | {name: kept[name].astimezone(UTC).isoformat() for name in _MOMENTS if name in kept}


def _sign(kept: Mapping[str, Any]) -> Sign:
    values: dict[str, Any] = {**kept, "word": SignWord(kept["word"]), "manner": Manner(kept["manner"])}
    return Sign(**values | {name: datetime.fromisoformat(kept[name]) for name in _MOMENTS if name in kept})
