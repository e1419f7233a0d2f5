"""The state of one conversation: plain JSON with a schema number of its own.

status    new | active | menu | handed | done | left
frames    the stack of dialogues, the last one is being played; see `frame`
facts     fact → value; of a camera's fact {camera: value}, "*" when no camera is chosen
vars      name → the answer of a call
calls     call id → {flow, step, save, background}: answers that are awaited
history   ≤ 20 of {frames, undo}: for «Назад»; undo holds what the move overwrote
wait      counts the customer's moves: a timer of an earlier wait is stale
quiet     steps played since the customer's last move
turn      counts events, for ids of replies and calls
"""

from __future__ import annotations

from typing import Any

SCHEMA = 1
MAX_HISTORY = 20
MAX_SEEN = 64
MAX_PATH = 100
MAX_NOTES = 20
MAX_NOTE = 2000
MAX_LOOSE_FILES = 50

State = dict[str, Any]


class UnknownSchema(ValueError):
    """The state was written by a newer program."""


def new_state() -> State:
    """A conversation in which nothing has happened yet."""
    return {
        "schema": SCHEMA,
        "status": "new",
        "frames": [],
        "facts": {},
        "vars": {},
        "calls": {},
        "history": [],
        "tries": 0,
        "wait": 0,
        "quiet": 0,
        "turn": 0,
        "seen": [],
        "path": [],
        "articles": [],
        "notes": [],
        "files": [],
        "offer": [],
        "shown": [],
        "turned": [],
        "rating": None,
    }


def migrated(state: Any) -> State:
    """A copy of `state` that this program may change; an empty one is a new conversation.

    Raises UnknownSchema. Values inside facts, vars and history are never changed in place, so they are shared.
    """
    if not state:
        return new_state()
    schema = state.get("schema")
    if schema != SCHEMA:
        raise UnknownSchema(f"state of schema {schema}")
    copy = {**new_state(), **state}
    for key, value in copy.items():
        if isinstance(value, dict):
            copy[key] = dict(value)
        elif isinstance(value, list):
            copy[key] = list(value)
    copy["frames"] = [dict(one) for one in copy["frames"]]
    return copy


def frame(flow: str, step: str) -> dict[str, Any]:
    """One dialogue on the stack.

    phase: enter | leave | below (go to the next step) | ask | confirm | call | hold | linked.
    """
    return {"flow": flow, "step": step, "phase": "enter"}
