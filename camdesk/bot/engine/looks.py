"""What a look at several cameras tells: each of them apart; and that a request about one of them is open already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from camdesk.bot.engine.scope import cameras_of, mapping
from camdesk.bot.engine.turn import DialogueTurn
from camdesk.bot.engine.words import said
from camdesk.playbook.flows import SAME_REQUEST

DOWN = ("offline", "blocked", "unstable", "planned")
_NAMED = 5


def told_apart(turn: DialogueTurn, found: Mapping[str, Any]) -> None:
    """Some of the chosen cameras work: which do not is said, and from here on it is about those alone. What all that
    are down share, and not all the customer has, is said too: there the cause is."""
    verdicts, chosen = mapping(found.get("cameras")), turn.scope.chosen()
    down = [one for one in chosen if verdicts.get(one) in DOWN]
    up = [one for one in chosen if verdicts.get(one) == "online"]
    if len(chosen) < 2 or not down:
        return
    if up:
        turn.own("told_apart", _names(turn, down), len(up))
        turn.mark()
        turn.keep("cameras", down)
    if len(down) > 1 and (shared := _shared(turn, down)):
        turn.own("share", shared)


def has_a_request(turn: DialogueTurn, found: Mapping[str, Any]) -> bool:
    """Whether a request about one of these cameras is open, and the customer has not been asked about it yet."""
    return bool(mapping(found.get("request"))) and SAME_REQUEST in turn.flows and not _was_asked(turn)


def _was_asked(turn: DialogueTurn) -> bool:
    return any(one.startswith(f"{SAME_REQUEST}.") for one in turn.state.path)


def _names(turn: DialogueTurn, cameras: list[str]) -> str:
    names = ", ".join(turn.scope.camera_title(one) for one in cameras[:_NAMED])
    return names if len(cameras) <= _NAMED else said("and_more", turn.lang, names, len(cameras) - _NAMED)


def _shared(turn: DialogueTurn, down: list[str]) -> str:
    """The one address or provider of those that are down, where another camera of the customer has another."""
    rows = turn.scope.picked(down)
    others = [one for one in cameras_of(turn.ctx) if str(one["id"]) not in down]
    for key in ("address", "provider"):
        values = {str(row.get(key) or "") for row in rows}
        if len(values) == 1 and "" not in values and any(str(one.get(key) or "") not in values for one in others):
            fact = turn.flow.slot.get(key)
            return turn.scope.shown(next(iter(values)), fact)
    return ""
