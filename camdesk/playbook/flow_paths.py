"""Which step can follow which: one answer for the checks, the drawing and the dialogue tests."""

from __future__ import annotations

from camdesk.playbook.flows import PERSON, RETURN, Flow, Step, Target

# Ends of a dialogue, beside the ids of steps.
END, PERSON_END, RETURN_END = "*end*", "*person*", "*return*"


def below(flow: Flow, step: Step) -> str:
    """Where a step without `then` goes: the step written below it."""
    after = flow.after(step.id)
    return after.id if after else RETURN_END


def place(flow: Flow, step: Step, target: Target | None) -> str:
    """The step or end that `target` means, seen from `step`. A link comes back to what would have been next."""
    if target is None or not target.step:
        return below(flow, step) if target is None or target is step.then else default_next(flow, step)
    if target.step in flow.by_id:
        return target.step
    return {PERSON: PERSON_END, RETURN: RETURN_END}.get(target.step, PERSON_END)


def default_next(flow: Flow, step: Step) -> str:
    return place(flow, step, step.then)


def arrows(flow: Flow, step: Step) -> list[tuple[str, str]]:
    """(why, where) of all that can follow `step`; why is "", "yes", "no", "else", "error", "skip" or a condition."""
    found = [("skip", below(flow, step))] if step.when else []
    found += [(one.when or "else", place(flow, step, one.to)) for one in step.branch]
    if step.kind == "handover":
        return [*found, ("", PERSON_END)]
    if step.kind == "resolve":
        return [*found, ("", END)]
    if step.confirm:
        return [*found, ("yes", place(flow, step, step.yes)), ("no", place(flow, step, step.no))]
    if step.call and step.call.on_error:
        found.append(("error", place(flow, step, step.call.on_error)))
    if not any(not one.when for one in step.branch):
        found.append(("", default_next(flow, step)))
    return found


def nexts(flow: Flow, step: Step) -> set[str]:
    """Ids of steps, and ends, that can follow `step`."""
    return {where for _, where in arrows(flow, step)}


def reachable(flow: Flow, start: Step | None = None) -> set[str]:
    """What can be reached after `start`; without it, from the flow's beginning and by «Позвать человека»."""
    person = flow.person()
    todo = [start.id] if start else [flow.steps[0].id, *([person.id] if person else [])]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += nexts(flow, flow.by_id[name]) if name in flow.by_id else ()
    return seen if start else seen & set(flow.by_id)


def pauses(step: Step) -> bool:
    """Whether the bot certainly waits here for the customer, every time."""
    return bool(step.confirm) or (step.kind == "ask" and step.again) or step.kind in ("handover", "resolve", "wait")


def inputs_to_an_end(flow: Flow) -> int | None:
    """How often the customer is asked on the shortest way from the first step to any end; None: there is no way."""
    best = {flow.steps[0].id: 0}
    todo = [flow.steps[0].id]
    while todo:
        todo.sort(key=lambda name: best[name], reverse=True)
        name = todo.pop()
        step = flow.by_id.get(name)
        if step is None:
            return best[name]
        cost = best[name] + (len(step.ask) or (1 if step.confirm else 0))
        for one in nexts(flow, step):
            if cost < best.get(one, 1 << 30):
                best[one] = cost
                todo.append(one)
    return None
