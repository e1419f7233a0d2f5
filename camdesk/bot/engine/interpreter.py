"""Walking through the steps until the bot has to wait: for an answer, for a check, or because it is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from camdesk.bot.engine import effects, final_look, looks, questions, walk
from camdesk.bot.engine.endings import hand_over
from camdesk.bot.engine.events import CallAnswered, CallFailed
from camdesk.bot.engine.replies import ArticleShown
from camdesk.bot.engine.state import AwaitedCall, Frame, Phase, ReadArticle
from camdesk.bot.engine.turn import DialogueTurn, Fault
from camdesk.playbook.expressions import truth
from camdesk.playbook.flows import PERSON, RETURN, SAME_REQUEST, CallSpec, Step, Target

MAX_QUIET = 50  # steps without a move of the customer
MAX_STACK = 6


def run(turn: DialogueTurn) -> None:
    """Plays steps until something has to be waited for. Raises Fault when they lead nowhere."""
    while turn.state.status == "active":
        phase = turn.frame.phase
        if phase == "enter":
            turn.state.quiet += 1
            if turn.state.quiet > MAX_QUIET:
                raise Fault(f"more than {MAX_QUIET} steps without the customer")
            enter(turn)
        elif phase == "leave":
            leave(turn)
        elif phase == "below":
            by_default(turn)
        elif phase == "close" and not turn.frame.call:
            final_look.look(turn)
        else:
            return


def begin(turn: DialogueTurn, flow: str) -> None:
    """Puts a flow on the stack, at its first step."""
    if flow not in turn.flows or not turn.flows[flow].steps:
        raise Fault(f"there is no flow {flow}")
    if len(turn.state.frames) >= MAX_STACK:
        raise Fault(f"flows are linked more than {MAX_STACK} deep")
    turn.state.frames = (*turn.state.frames, Frame(flow, turn.flows[flow].steps[0].id))


# ------------------------------------------------------------------------------------------- one step


def enter(turn: DialogueTurn) -> None:
    step = turn.step
    if step.when and not truth(step.when, turn.scope):
        down(turn)
        return
    turn.passed(step)
    if step.kind != "resolve" and not _is_announced(turn, step):  # «solved» is said when it is closed indeed
        turn.say(step.say)
    if step.subscribe:
        turn.effect(effects.Subscribe, to=step.subscribe, value=turn.scope.get(step.subscribe))
    _ENTER.get(step.kind, _go_on)(turn)


def _is_announced(turn: DialogueTurn, step: Step) -> bool:
    """Whether a look has been announced since the customer's last move: one flow that leads into another looks twice,
    and says so once."""
    if step.kind != "call":
        return False
    found, turn.state.announced = turn.state.announced == turn.state.wait, turn.state.wait
    return found


def _go_on(turn: DialogueTurn) -> None:
    turn.frame = turn.frame.in_phase("leave")


def _confirm(turn: DialogueTurn) -> None:
    turn.frame = turn.frame.in_phase("confirm")
    questions.confirm(turn)


def _article(turn: DialogueTurn) -> None:
    step = turn.step
    if step.confirm and any(one.id == step.article and one.helped is False for one in turn.state.articles):
        go(turn, step.no or Target(step=PERSON))  # nobody is walked through the same twice
        return
    if step.article:
        turn.reply(ArticleShown(turn.reply_id, step.article))
        turn.effect(effects.ArticleView, article=step.article)
        turn.state.articles = (*turn.state.articles[-19:], ReadArticle(step.article))
    buttons, page = (turn.ctx.get(one) is not False for one in ("buttons", "page"))
    if walk.is_walked(step, buttons=buttons):
        walk.begin(turn)
        return
    if step.confirm or not page:
        walk.tell(turn, 0)
    (_confirm if step.confirm else _go_on)(turn)


def _call(turn: DialogueTurn) -> None:
    step = turn.step
    assert step.call
    awaited = call(turn, step, background=False)
    turn.frame = turn.frame.waits(awaited, "call")


def _resolve(turn: DialogueTurn) -> None:
    final_look.settle(turn, rate=turn.step.rate)


def _wait(turn: DialogueTurn) -> None:
    """Until the time has come, or the customer comes back: nothing is solved."""
    if turn.state.taken:  # beside what people have there is nobody who would look again
        hand_over(turn, "flow")
        return
    turn.state.status = "waiting"
    turn.effect(effects.Wait, seconds=float(turn.step.wait))
    turn.effect(effects.Timer, name="look", after=float(turn.step.wait), token=turn.state.wait)
    turn.track("waits")


def take_up(turn: DialogueTurn) -> None:
    """The wait is over: on with what the flow does then."""
    turn.state.status = "active"
    turn.effect(effects.TakeUp)
    if turn.frame.phase != "close":
        turn.frame = turn.frame.in_phase("leave")


def _link(turn: DialogueTurn) -> None:
    link(turn, turn.step.link, "leave")


def _handover(turn: DialogueTurn) -> None:
    """With a recheck under way or wanted, waits for it; its `branch` may turn away, once for each such step."""
    step, state = turn.step, turn.state
    name = f"{turn.frame.flow}.{step.id}"
    assert step.handover
    if name in state.turned:
        hand_over(turn, "flow", step.handover)
        return
    pending = next((key for key, one in state.calls.items() if one.background), None)
    again = turn.flow.by_id.get(step.handover.recheck)
    if pending is None and again and again.call:
        pending = call(turn, again, background=True)
    if pending is None:
        held(turn)
        return
    turn.own("again")
    turn.frame = turn.frame.waits(pending, "hold")


def held(turn: DialogueTurn) -> None:
    """The hand-over itself, unless what the recheck found leads elsewhere."""
    step = turn.step
    turn.state.turned = (*turn.state.turned[-19:], f"{turn.frame.flow}.{step.id}")
    for branch in step.branch:
        if truth(branch.when, turn.scope):
            go(turn, branch.to)
            return
    hand_over(turn, "flow", step.handover)


_ENTER = {
    "ask": questions.begin,
    "confirm": _confirm,
    "article": _article,
    "call": _call,
    "link": _link,
    "handover": _handover,
    "resolve": _resolve,
    "wait": _wait,
}


# ------------------------------------------------------------------------------------------- to the next one


def leave(turn: DialogueTurn) -> None:
    """The step is done: its first branch that holds, else by default."""
    for branch in turn.step.branch:
        if truth(branch.when, turn.scope):
            go(turn, branch.to)
            return
    by_default(turn, linking=True)


def by_default(turn: DialogueTurn, linking: bool = False) -> None:
    """`then`, else the step below. After a link of its own `then` is behind us, so only the step below is left."""
    then = turn.step.then
    if then and (then.step or linking):
        go(turn, then)
    else:
        down(turn)


def down(turn: DialogueTurn) -> None:
    """To the step written below; below the last one a part returns."""
    below = turn.flow.after(turn.frame.step)
    if below is None:
        back_to_caller(turn)
    else:
        turn.frame = Frame(turn.frame.flow, below.id)


def go(turn: DialogueTurn, target: Target) -> None:
    if target.recheck:
        again = turn.flow.by_id.get(target.recheck)
        if again and again.call:
            call(turn, again, background=True)
    if target.link and not target.step:
        link(turn, target.link, "below")
    elif target.step in turn.flow.by_id:
        turn.frame = Frame(turn.frame.flow, target.step)
    elif target.step == PERSON:
        hand_over(turn, "flow")
    elif target.step == RETURN:
        back_to_caller(turn)
    else:
        raise Fault(f"flow {turn.frame.flow} has no step {target.step}")


def link(turn: DialogueTurn, flow: str, afterwards: Phase) -> None:
    """Into another flow; `afterwards` is the phase in which this one goes on."""
    if any(one.flow == flow for one in turn.state.frames):
        raise Fault(f"flow {flow} links to itself")
    turn.frame = replace(turn.frame, phase="linked", afterwards=afterwards)
    begin(turn, flow)


def back_to_caller(turn: DialogueTurn) -> None:
    """The end of a part. At the bottom of the stack nobody waits: a person goes on."""
    if len(turn.state.frames) == 1:
        hand_over(turn, "flow")
        return
    turn.state.frames = turn.state.frames[:-1]
    turn.frame = replace(turn.frame, phase=turn.frame.afterwards, afterwards="below")


# ------------------------------------------------------------------------------------------- calls


def call(turn: DialogueTurn, step: Step, background: bool) -> str:
    """Asks for an effect whose answer comes back as an event; returns the call's id."""
    assert step.call
    spec: CallSpec = step.call
    state = turn.state
    name = f"c{state.turn}-{len(turn.effects)}"
    others = {key: one for key, one in state.calls.items() if background or one.background}
    kept = {key: one for key, one in others.items() if not (background and one.step == step.id)}
    state.calls = {**kept, name: AwaitedCall(turn.frame.flow, step.id, spec.save, background)}
    arguments = {argument: _argument(turn, argument) for argument in spec.args}
    asked = {"call": name, "args": arguments, "timeout": spec.timeout, "background": background, "step": step.id}
    turn.effect(effects.SystemCall, name=spec.name, **asked)
    turn.effect(effects.Timer, name="call", call=name, after=spec.timeout)
    return name


def _argument(turn: DialogueTurn, name: str) -> Any:
    root, *attributes = name.split(".")
    if root == "cameras" and not attributes:
        return turn.scope.chosen()
    value = turn.scope.get(root)
    for attribute in attributes:
        value = value.get(attribute) if isinstance(value, Mapping) else None
    return value


def answered(turn: DialogueTurn, event: CallAnswered | CallFailed) -> None:
    """The answer of a call, or its failure. Of a call nobody waits for any more: nothing happens."""
    state, failed = turn.state, isinstance(event, CallFailed)
    awaited = state.calls.get(event.call)
    if awaited is None:
        return
    state.calls = {key: one for key, one in state.calls.items() if key != event.call}
    if isinstance(event, CallAnswered) and awaited.save:
        others = {name: one for name, one in state.vars.items() if name != awaited.save}
        state.vars = {**others, awaited.save: event.value}  # the newest stands last
    if state.status not in ("active", "menu") or turn.frame.call != event.call:
        return
    state.status = "active"
    if turn.frame.phase == "hold":
        held(turn)
    elif turn.frame.phase == "close":
        final_look.looked(turn, failed=failed)
    elif turn.frame.phase == "call":
        _after_call(turn, failed)
        if isinstance(event, CallAnswered) and "cameras" in event.value:
            _after_look(turn, event.value)
    run(turn)


def _after_look(turn: DialogueTurn, found: Mapping[str, Any]) -> None:
    looks.told_apart(turn, found)
    if looks.has_a_request(turn, found):
        link(turn, SAME_REQUEST, "leave")


def _after_call(turn: DialogueTurn, failed: bool) -> None:
    spec = turn.step.call
    if not failed or spec is None:
        turn.frame = turn.frame.in_phase("leave")
        return
    turn.track("failed")
    if spec.on_error:
        go(turn, spec.on_error)
    else:
        by_default(turn, linking=True)
