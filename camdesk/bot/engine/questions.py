"""Questions: which is the next one, how it is put, what is known already and therefore not asked."""

from __future__ import annotations

from typing import Any

from camdesk.bot.engine.scope import cameras_of, known
from camdesk.bot.engine.turn import DialogueTurn
from camdesk.bot.engine.words import said
from camdesk.playbook.document import Fact, Text

EACH = "*each*"  # the button «У камер по-разному»
ALL = "*all*"


def begin(turn: DialogueTurn) -> None:
    """Enters an `ask` step: what must be asked anew, what is skipped because it is known."""
    turn.frame["phase"] = "ask"
    turn.frame["skipped"] = []
    turn.frame["each"] = []
    turn.frame["anew"] = list(turn.step.ask) if turn.step.again else []
    _show_known(turn)
    go_on(turn)


def change(turn: DialogueTurn, fact: Fact) -> None:
    """Asks one fact again in the midst of something else; afterwards that goes on."""
    turn.state["frames"].append(
        {**turn.frame, "phase": "ask", "only": fact.id, "anew": [fact.id], "each": [], "skipped": []}
    )
    go_on(turn)


def go_on(turn: DialogueTurn) -> None:
    """Puts the next open question of the step; without one the step is done."""
    frame = turn.frame
    found = next_question(turn)
    if found is None:
        if "only" in frame:
            turn.state["frames"].pop()
            if not frame["skipped"]:
                turn.own("changed")
            if turn.frame["phase"] == "ask":
                go_on(turn)
            else:
                represent(turn)
        else:
            frame["phase"] = "leave"
        return
    fact, camera = found
    frame["fact"], frame["camera"] = fact.id, camera
    put(turn)


def next_question(turn: DialogueTurn) -> tuple[Fact, str | None] | None:
    """The first fact that is open, and of which camera (None: not of a camera; ALL: of all of them at once)."""
    frame, flow = turn.frame, turn.flow
    for name in (frame["only"],) if "only" in frame else turn.step.ask:
        fact = flow.slot.get(name)
        if fact is None or name in frame["skipped"]:
            continue
        if fact.type in ("camera", "cameras") and not cameras_of(turn.ctx):
            continue
        camera = _open_camera(turn, fact) if fact.scope == "camera" else None
        anew = name in frame["anew"]
        if fact.scope == "camera" and turn.scope.chosen():
            if camera:
                return fact, camera
        elif anew or not _has(turn, fact):
            return fact, None
    return None


def _has(turn: DialogueTurn, fact: Fact) -> bool:
    """Whether a fact of no particular camera is answered or known."""
    if fact.scope == "camera":
        return bool(turn.scope.by_camera(fact))
    return turn.scope.value(fact) is not None


def _open_camera(turn: DialogueTurn, fact: Fact) -> str | None:
    """The camera the fact is still open for; ALL while one answer may do for several of them."""
    frame, cameras = turn.frame, turn.scope.chosen()
    if fact.id in frame["anew"]:
        done = frame.get("done", {}).get(fact.id, [])
        missing = [one for one in cameras if one not in done]
    else:
        missing = [one for one in cameras if turn.scope.value(fact, one) is None]
    if not missing:
        return None
    return ALL if len(missing) > 1 and fact.id not in frame["each"] else missing[0]


def store(turn: DialogueTurn, fact: Fact, value: Any) -> None:
    """Keeps a clean answer to the question that is open, and remembers that it is closed."""
    frame = turn.frame
    camera = frame.get("camera")
    if fact.scope == "camera" and camera == ALL:
        if fact.id in frame["anew"]:
            cameras = turn.scope.chosen()
        else:
            cameras = [one for one in turn.scope.chosen() if turn.scope.value(fact, one) is None]
        for one in cameras:
            turn.set_fact(fact, value, one)
        _close(frame, fact, cameras)
    else:
        turn.set_fact(fact, value, camera)
        _close(frame, fact, [camera] if camera else [])
    if not camera:
        frame["anew"] = [one for one in frame["anew"] if one != fact.id]


def _close(frame: dict[str, Any], fact: Fact, cameras: list[str]) -> None:
    if fact.id in frame["anew"] and cameras:
        done = frame.get("done", {})
        frame["done"] = {**done, fact.id: [*done.get(fact.id, []), *cameras]}


def open_fact(turn: DialogueTurn, kind: str) -> Fact | None:
    """The fact that is asked now, when it is of this type."""
    frames = turn.state["frames"]
    if not frames or turn.state["status"] != "active" or frames[-1]["phase"] != "ask":
        return None
    fact = turn.flow.slot[frames[-1]["fact"]]
    return fact if fact.type == kind else None


def coming_fact(turn: DialogueTurn, kind: str) -> Fact | None:
    """The unanswered fact of this type that the step being played still asks for."""
    frames = turn.state["frames"]
    if not frames or turn.state["status"] != "active" or frames[-1]["phase"] != "ask" or "only" in frames[-1]:
        return None
    facts = (turn.flow.slot.get(name) for name in turn.step.ask if name not in frames[-1]["skipped"])
    return next((fact for fact in facts if fact and fact.type == kind and turn.scope.value(fact) is None), None)


# ------------------------------------------------------------------------------------------- how it is put


def question_id(turn: DialogueTurn) -> str:
    """Names the open question: flow.step.fact, with @camera when it is about one. "" when nothing is asked."""
    if not turn.state["frames"]:
        return ""
    frame = turn.frame
    if frame["phase"] == "ask" and "fact" in frame:
        camera = f"@{frame['camera']}" if frame.get("camera") else ""
        return f"{frame['flow']}.{frame['step']}.{frame['fact']}{camera}"
    return f"{frame['flow']}.{frame['step']}" if frame["phase"] == "confirm" else ""


def put(turn: DialogueTurn) -> None:
    """Says the open question."""
    frame = turn.frame
    fact = turn.flow.slot[frame["fact"]]
    camera = frame.get("camera")
    data: dict[str, Any] = {
        "question": question_id(turn),
        "fact": fact.id,
        "input": fact.type,
        "text": _text(turn, fact),
    }
    if fact.hint:
        data["hint"] = fact.hint.get(turn.lang)
    if fact.options:
        data["options"] = [_option(turn, one) for one in fact.options]
    if camera:
        data["camera"] = None if camera == ALL else camera
        key, title = ("for_all", "") if camera == ALL else ("for_one", turn.scope.camera_title(camera))
        data["about"] = said(key, turn.lang, title)
        if camera == ALL:
            data["each"] = {"value": EACH, "label": said("each", turn.lang)}
    if fact.type in ("text", "longtext"):
        data["max"] = fact.limits.max_chars
    if fact.type == "files":
        data["max"] = fact.limits.max_files
    turn.reply("ask", optional=may_skip(turn, fact), **data)


def _option(turn: DialogueTurn, option: Any) -> dict[str, Any]:
    found = {"value": option.value, "label": option.title.get(turn.lang)}
    return {**found, "other": True} if option.other_text else found


def _text(turn: DialogueTurn, fact: Fact) -> str:
    """The step's own text for its first question, the fact's question for the others."""
    step = turn.step
    own: Text = step.text if step.ask and step.ask[0] == fact.id and "only" not in turn.frame else Text()
    return turn.scope.fill(own or fact.question or fact.title)


def may_skip(turn: DialogueTurn, fact: Fact) -> bool:
    """Whether the open question may be passed over. Files always: they are never what we cannot do without."""
    if "only" in turn.frame or fact.type == "files":
        return True
    return turn.step.optional and fact.id not in turn.flow.must


def represent(turn: DialogueTurn) -> None:
    """Says again what the customer is asked now: after a wrong answer, «Назад», a digression."""
    frames = turn.state["frames"]
    phase = frames[-1]["phase"] if frames else ""
    if phase == "ask":
        put(turn)
    elif phase == "confirm":
        confirm(turn)
    elif phase in ("call", "hold"):
        turn.own("wait")
    else:
        turn.reply("menu")


def confirm(turn: DialogueTurn) -> None:
    """Says the yes-or-no question of the step."""
    labels = {"yes": said("yes", turn.lang), "no": said("no", turn.lang)}
    turn.reply("confirm", question=question_id(turn), text=turn.scope.fill(turn.step.confirm), **labels)


# ------------------------------------------------------------------------------------------- what is known


def _show_known(turn: DialogueTurn) -> None:
    """Tells what of this step is known and from where, each fact once, instead of asking it."""
    items = [item for name in turn.step.ask if name not in turn.state["shown"] for item in _known_items(turn, name)]
    items = [item for item in items if item["fact"] not in turn.frame["anew"]]
    if items:
        turn.state["shown"] = list(dict.fromkeys([*turn.state["shown"], *(item["fact"] for item in items)]))
        turn.reply("known", items=items)


def _known_items(turn: DialogueTurn, name: str) -> list[dict[str, Any]]:
    fact = turn.flow.slot.get(name)
    if fact is None:
        return []
    told = turn.state["facts"].get(name)
    cameras: list[str | None] = [*turn.scope.chosen()] if fact.scope == "camera" else []
    found = []
    for camera in cameras or [None]:
        ours = known(turn.ctx, fact, camera) if fact.scope != "camera" or camera else None
        if ours is None or (told is not None and (camera is None or camera in told)):
            continue
        item = {
            "fact": name,
            "title": fact.title.get(turn.lang),
            "value": ours[0],
            "text": turn.scope.shown(ours[0], fact),
            "source": ours[1],
        }
        found.append({**item, "camera": camera, "about": turn.scope.camera_title(camera)} if camera else item)
    return found
