"""Questions: which is the next one, how it is put, what is known already and therefore not asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from camdesk.bot.engine import walk
from camdesk.bot.engine.looks import DOWN
from camdesk.bot.engine.no_answers import OUT_OF_REACH, UNKNOWN
from camdesk.bot.engine.replies import AnswerOption, Confirmation, FactAsked, KnownItem, KnownShown, TopicMenu
from camdesk.bot.engine.scope import cameras_of
from camdesk.bot.engine.state import Asking
from camdesk.bot.engine.turn import DialogueTurn
from camdesk.bot.engine.words import said
from camdesk.playbook.document import NOT_KNOWN, Fact, FactLimits, Text
from camdesk.playbook.flows import Step

EACH = "*each*"  # the button «У камер по-разному»
ALL = "*all*"


def begin(turn: DialogueTurn) -> None:
    """Enters an `ask` step: what must be asked anew, what is skipped because it is known."""
    asking = Asking(anew=tuple(one for one in turn.step.ask if not _is_just_said(turn, one)) if turn.step.again else ())
    _show_known(turn, asking)
    _next(turn, asking)


def _is_just_said(turn: DialogueTurn, name: str) -> bool:
    """Though we have it on record: whoever has told it is not asked anew, but where it is asked a second time."""
    fact = turn.flow.slot.get(name)
    if fact is None or name in turn.state.shown or name in turn.state.facts:
        return False
    camera = next(iter(turn.scope.chosen()), None) if fact.scope == "camera" else None
    told = turn.scope.known(fact, camera)
    return told is not None and told[1] == "said"


def change(turn: DialogueTurn, fact: Fact) -> None:
    """Asks one fact again in the midst of something else; afterwards that goes on."""
    turn.state.frames = (*turn.state.frames, turn.frame)
    _next(turn, Asking(only=fact.id, anew=(fact.id,)))


def go_on(turn: DialogueTurn) -> None:
    """Puts the next open question of the step; without one the step is done."""
    _next(turn, turn.asking)


def _next(turn: DialogueTurn, asking: Asking) -> None:
    found = next_question(turn, asking)
    if found is not None:
        fact, camera = found
        turn.frame = turn.frame.asks(asking.of(fact.id, camera))
        put(turn)
    elif not asking.only:
        turn.frame = turn.frame.in_phase("leave")
    else:
        turn.state.frames = turn.state.frames[:-1]
        if not asking.skipped:
            turn.own("changed")
        if turn.frame.phase == "ask":
            go_on(turn)
        else:
            represent(turn)


def next_question(turn: DialogueTurn, asking: Asking) -> tuple[Fact, str | None] | None:
    """The first fact that is open, and of which camera (None: not of a camera; ALL: of all of them at once)."""
    flow = turn.flow
    if not asking.only and _knows_no_more(turn):
        return None
    for name in (asking.only,) if asking.only else turn.step.ask:
        fact = flow.slot.get(name)
        if fact is None or name in asking.skipped:
            continue
        if fact.type in ("camera", "cameras") and not cameras_of(turn.ctx):
            continue
        if fact.scope == "camera" and (cameras := turn.scope.chosen()):
            if camera := _open_camera(turn, fact, asking, cameras):
                return fact, camera
        elif name in asking.anew or not _has(turn, fact):
            return fact, None
    return None


def _knows_no_more(turn: DialogueTurn) -> bool:
    """Whoever did not know, or could not, is asked nothing that only serves the person who comes next, but a number to
    call; who did not know twice no more rows of questions, and nothing that may be passed over: a person goes on with
    what there is; so is whoever is angry. A single question that decides the way is asked all the same."""
    if turn.step.optional and turn.state.told.get("upset"):
        return True
    if _is_at_a_loss(turn) and _leads_to_a_person(turn):
        return True
    row = len(turn.step.ask) > 1 or turn.step.optional
    return row and sum(_is_unknown(value) for value in turn.state.facts.values()) >= _TWICE


def _is_at_a_loss(turn: DialogueTurn) -> bool:
    """Whether they have said that they do not know or cannot, or pressed it."""
    facts = turn.state.facts.values()
    return bool(turn.state.told.get("at_a_loss")) or any(_is_among(one, (*UNKNOWN, *OUT_OF_REACH)) for one in facts)


def _leads_to_a_person(turn: DialogueTurn) -> bool:
    """Whether nothing depends on what this step asks: whatever is answered, a person is next, or such a step."""
    step: Step | None = turn.step
    if "phone" in turn.step.ask:
        return False
    for _ in range(_MOST_STEPS):
        if step is None or step.kind == "handover":
            return step is not None
        if step.kind != "ask" or step.branch:
            return False
        then = step.then
        if then is not None and (not then.step or then.recheck):
            return False
        step = turn.flow.by_id.get(then.step) if then is not None else turn.flow.after(step.id)
    return False


_MOST_STEPS = 8


def _is_unknown(value: Any) -> bool:
    return _is_among(value, (NOT_KNOWN,))


def _is_among(value: Any, answers: Collection[str]) -> bool:
    """Whether the answer, of every camera, is one of these."""
    values = list(value.values()) if isinstance(value, Mapping) else [value]
    said = [one[0] if isinstance(one, list) and len(one) == 1 else one for one in values]
    return bool(said) and all(isinstance(one, str) and one in answers for one in said)


_TWICE = 2


def _has(turn: DialogueTurn, fact: Fact) -> bool:
    """Whether a fact of no particular camera is answered or known."""
    if fact.scope == "camera":
        return bool(turn.scope.by_camera(fact))
    if fact.type == "files" and turn.state.files:
        return True  # they were sent before they were asked for
    return turn.scope.value(fact) is not None


def _open_camera(turn: DialogueTurn, fact: Fact, asking: Asking, cameras: list[str]) -> str | None:
    """The camera the fact is still open for; ALL while one answer may do for several of them."""
    if fact.id in asking.anew:
        done = asking.done.get(fact.id, ())
        missing = [one for one in cameras if one not in done]
    else:
        missing = [one for one in cameras if turn.scope.value(fact, one) is None]
    if not missing:
        return None
    return ALL if len(missing) > 1 and fact.id not in asking.each else missing[0]


def store(turn: DialogueTurn, fact: Fact, value: Any) -> None:
    """Keeps a clean answer to the question that is open, and remembers that it is closed."""
    asking = turn.asking
    camera, anew = asking.camera, fact.id in asking.anew
    if fact.scope == "camera" and camera == ALL:
        chosen = turn.scope.chosen()
        cameras = chosen if anew else [one for one in chosen if turn.scope.value(fact, one) is None]
        for one in cameras:
            turn.set_fact(fact, value, one)
    else:
        turn.set_fact(fact, value, camera)
        cameras = [camera] if camera else []
    if not anew:
        return
    if cameras:
        done = (*asking.done.get(fact.id, ()), *cameras)
        turn.frame = turn.frame.asks(replace(asking, done={**asking.done, fact.id: done}))
    else:
        turn.frame = turn.frame.asks(replace(asking, anew=tuple(one for one in asking.anew if one != fact.id)))


def open_fact(turn: DialogueTurn, kind: str) -> Fact | None:
    """The fact that is asked now, when it is of this type."""
    frames = turn.state.frames
    if not frames or turn.state.status != "active" or frames[-1].phase != "ask":
        return None
    fact = turn.fact
    return fact if fact.type == kind else None


def coming_fact(turn: DialogueTurn, kind: str) -> Fact | None:
    """The unanswered fact of this type that the step being played still asks for."""
    frames = turn.state.frames
    if not frames or turn.state.status != "active" or frames[-1].phase != "ask" or turn.asking.only:
        return None
    facts = (turn.flow.slot.get(name) for name in turn.step.ask if name not in turn.asking.skipped)
    return next((fact for fact in facts if fact and fact.type == kind and turn.scope.value(fact) is None), None)


# ------------------------------------------------------------------------------------------- how it is put


def put(turn: DialogueTurn) -> None:
    """Says the open question."""
    asking, fact, lang = turn.asking, turn.fact, turn.lang
    about, camera = "", None
    each = None
    if asking.camera == ALL:
        about, each = said("for_all", lang), AnswerOption(EACH, said("each", lang))
    elif asking.camera:
        camera = asking.camera
        if len(turn.scope.chosen()) > 1:
            about = said("for_one", lang, turn.scope.camera_title(camera))
    turn.reply(
        FactAsked(
            turn.reply_id,
            text=_text(turn, fact, asking),
            question=turn.frame.question,
            fact=fact.id,
            input="choice" if fact.type == "choices" and fact.one_value else fact.type,
            optional=may_skip(turn, fact),
            hint=fact.hint.get(lang) if fact.hint else "",
            options=tuple([AnswerOption(one.value, one.title.get(lang), one.other_text) for one in fact.options]),
            max=_MOST[fact.type](fact.limits) if fact.type in _MOST else None,
            camera=camera,
            about=about,
            each=each,
            ticked=_ticked(turn) if fact.type in ("camera", "cameras") else (),
        )
    )


def _ticked(turn: DialogueTurn) -> tuple[str, ...]:
    """The cameras that are ticked beforehand: those the words may mean, of them those in trouble; else all in trouble,
    while they are few."""
    rows = cameras_of(turn.ctx)
    perhaps = turn.state.told.get("perhaps") or ()
    rows = [one for one in rows if str(one["id"]) in perhaps] or rows
    down = [str(one["id"]) for one in rows if one.get("status") in DOWN]
    return tuple(down) if len(down) <= _FEW and (perhaps or turn.flow.about.kind == "camera") else ()


_FEW = 12

_MOST: Mapping[str, Callable[[FactLimits], int]] = {
    "text": lambda limits: limits.max_chars,
    "longtext": lambda limits: limits.max_chars,
    "files": lambda limits: limits.max_files,
}


def _text(turn: DialogueTurn, fact: Fact, asking: Asking) -> str:
    """The step's own text for its first question, the fact's question for the others."""
    step = turn.step
    own: Text = step.text if step.ask and step.ask[0] == fact.id and not asking.only else Text()
    return turn.scope.fill(own or fact.question or fact.title)


def may_skip(turn: DialogueTurn, fact: Fact) -> bool:
    """Whether the open question may be passed over. Files always: they are never what we cannot do without."""
    if turn.asking.only or fact.type == "files":
        return True
    return turn.step.optional and fact.id not in turn.flow.must


def represent(turn: DialogueTurn) -> None:
    """Says again what the customer is asked now: after a wrong answer, «Назад», a digression."""
    phase = turn.frame.phase if turn.state.frames else ""
    if phase == "ask":
        put(turn)
    elif phase == "confirm":
        confirm(turn)
    elif phase == "walk":
        walk.put(turn)
    elif phase in ("call", "hold", "close"):
        turn.own("wait")
    else:
        turn.reply(TopicMenu(turn.reply_id))


def confirm(turn: DialogueTurn) -> None:
    """Says the yes-or-no question of the step."""
    text = turn.scope.fill(turn.step.confirm)
    yes, no = said("yes", turn.lang), said("no", turn.lang)
    turn.reply(Confirmation(turn.reply_id, text=text, question=turn.frame.question, yes=yes, no=no))


# ------------------------------------------------------------------------------------------- what is known


def _show_known(turn: DialogueTurn, asking: Asking) -> None:
    """Tells what of this step is known and from where, each fact once, instead of asking it."""
    shown = turn.state.shown
    names = [name for name in turn.step.ask if name not in shown and name not in asking.anew]
    items = [item for name in names for item in _known_items(turn, name)]
    if items:
        turn.state.shown = tuple(dict.fromkeys([*shown, *(item.fact for item in items)]))
        turn.reply(KnownShown(turn.reply_id, tuple(items)))


def _known_items(turn: DialogueTurn, name: str) -> list[KnownItem]:
    fact = turn.flow.slot.get(name)
    if fact is None:
        return []
    told = turn.state.facts.get(name)
    cameras: list[str | None] = [*turn.scope.chosen()] if fact.scope == "camera" else []
    found = []
    for camera in cameras or [None]:
        ours = turn.scope.known(fact, camera) if fact.scope != "camera" or camera else None
        if ours is None or (told is not None and (camera is None or camera in told)):
            continue
        value, source = ours
        item = KnownItem(name, fact.title.get(turn.lang), value, turn.scope.shown(value, fact), source, camera)
        found.append(replace(item, about=turn.scope.camera_title(camera)) if camera else item)
    return found
