"""What is known of the camera they speak of decides where words do not: a camera that is dead is looked at first,
whatever its trouble is called («чёрный экран», «кружок крутится», «лампочка не горит»)."""

from __future__ import annotations

from collections.abc import Sequence

from camdesk.bot.engine.looks import DOWN
from camdesk.bot.engine.scope import cameras_of, visible
from camdesk.bot.engine.turn import DialogueTurn
from camdesk.playbook.flows import DEAD_CAMERA, Flow


def begun_by(turn: DialogueTurn, flows: Sequence[str], *, sure: bool, likely: bool = False) -> str:
    """The flow that is begun at once, though the reader would rather ask or begin another; "" where its word stands.
    `flows`: what it found, the likeliest first; sure, likely: whether it is of that one.

    | they say that it fails | the camera they mean is down | the reader | begun |
    |---|---|---|---|
    | any | any | is sure of a flow that looks by itself | "" |
    | any | yes | thinks a fault likely that a look tells, or finds only others' than the dead camera's | the first |
    | yes | yes | anything else | the dead camera's |
    | no | yes | is not sure, has a camera's flow among what it found, none of recordings | the dead camera's |
    | yes | no | is not sure | the first camera's flow that it found, else the dead camera's |
    | yes | no | thinks another matter likely | "" |
    | that it is not seen, no more | no | is not even likely right | the dead camera's |
    """
    fails, down = bool(turn.state.told.get("fails")), _is_down(turn)
    of_cameras = [one for one in flows if turn.flows[one].about.kind == "camera"]
    dead = turn.flows.get(DEAD_CAMERA)
    if dead is None or not visible(dead, turn.ctx) or (sure and flows and looks_itself(turn.flows[flows[0]])):
        return ""
    first = next(iter(flows), "")
    told_by_a_look = bool(first) and first in of_cameras and looks_itself(turn.flows[first])
    alone = of_cameras == list(flows) and DEAD_CAMERA not in flows
    if down and told_by_a_look and (alone or (likely and first != DEAD_CAMERA)):
        return first
    if down and (fails or (of_cameras and not sure and not _wants_footage(turn, flows))):
        return DEAD_CAMERA
    if turn.state.told.get("unseen") and not sure and not likely:
        return DEAD_CAMERA
    if likely and flows[:1] != of_cameras[:1]:
        return ""
    if fails and not sure:
        return next(iter(of_cameras), DEAD_CAMERA)
    return ""


def _is_down(turn: DialogueTurn) -> bool:
    """Whether the camera they speak of is known not to work: the one they named, else the only one there is."""
    cameras = cameras_of(turn.ctx)
    named = turn.state.told.get("cameras") or ()
    meant = [one for one in cameras if str(one["id"]) in named] or cameras
    return bool(meant) and (bool(named) or len(meant) == 1) and any(one.get("status") in DOWN for one in meant)


def _wants_footage(turn: DialogueTurn, flows: Sequence[str]) -> bool:
    """What was recorded before is wanted, whatever the camera does now."""
    return any(turn.flows[one].about.kind == "archive" for one in flows)


def looks_itself(flow: Flow) -> bool:
    """Whether to begin it costs nothing, and shows what it is."""
    return any(step.call is not None and step.call.name == "check" for step in flow.steps)
