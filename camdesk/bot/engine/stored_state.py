"""A conversation's state as it is stored: JSON, with the number of its schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from camdesk.bot.engine.state import DialogueState
from camdesk.playbook.encoding import decode, encode

SCHEMA = 2


class InvalidState(ValueError):
    """What is stored is no state this program can read; the message says where, and nothing of what stands there."""


def to_json(state: DialogueState) -> dict[str, Any]:
    """The schema, and the fields that are not at their default."""
    return {"schema": SCHEMA, **encode(state, sparse=True)}


def from_json(data: Any) -> DialogueState:
    """The state that `to_json` of this or an earlier release made; {}: a new conversation. Raises InvalidState."""
    if not data:
        return DialogueState()
    if not isinstance(data, Mapping):
        raise InvalidState(f"expected a mapping, got {type(data).__name__}")
    schema = data.get("schema")
    upgrade = _UPGRADES.get(schema) if isinstance(schema, int) else None
    if upgrade is None:
        raise InvalidState(f"schema {schema if isinstance(schema, int) else type(schema).__name__} is not known here")
    try:
        return decode(DialogueState, upgrade(data))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidState(str(error)) from error


def salvaged(data: Any) -> DialogueState:
    """Of what `from_json` refused: each field that can be read by itself, without the place in the dialogue; and all of
    it as it is, in `unreadable`."""
    found: dict[str, Any] = {}
    for one in _OF_THE_CUSTOMER:
        try:
            found[one] = getattr(decode(DialogueState, {one: data[one]}), one)
        except (ValueError, TypeError, KeyError, IndexError):
            continue
    return DialogueState(**found, unreadable=data)


# What a person must not lose, and what keeps ids from being given twice.
_OF_THE_CUSTOMER = ("facts", "vars", "notes", "files", "path", "articles", "turn", "wait", "seen")


def _as_it_is(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return data


def _asking_apart(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Schema 1 had what an `ask` step keeps among the fields of its frame."""
    history = [{**one, "frames": _frames_of_1(one["frames"])} for one in data.get("history") or ()]
    return {**data, "frames": _frames_of_1(data.get("frames") or ()), "history": history}


def _frames_of_1(frames: Any) -> list[dict[str, Any]]:
    found = []
    for one in frames:
        asking = {name: one[name] for name in _ASKING if one.get(name) is not None}
        rest = {name: value for name, value in one.items() if name not in _ASKING and value is not None}
        found.append({**rest, "asking": asking} if "skipped" in one else rest)
    return found


_ASKING = ("fact", "camera", "skipped", "each", "anew", "only", "done")
_UPGRADES: Mapping[int, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {1: _asking_apart, SCHEMA: _as_it_is}
