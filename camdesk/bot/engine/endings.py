"""The ends of a dialogue: to a person with everything collected, once; or solved, and how good it was."""

from __future__ import annotations

from typing import Any

from camdesk.bot.engine import effects
from camdesk.bot.engine.replies import HandedOver, RatingAsked, Resolved, TopicsOffered
from camdesk.bot.engine.scope import FlowScope
from camdesk.bot.engine.turn import DialogueTurn, offered_topic
from camdesk.bot.engine.words import SAYS, said
from camdesk.playbook.document import PRIORITIES, Fact
from camdesk.playbook.expressions import value as value_of
from camdesk.playbook.flows import Flow, Handover


def hand_over(turn: DialogueTurn, reason: str, spec: Handover | None = None) -> None:
    """Gives the conversation to a person. reason: flow, asked, gave_up, silence, fault,
    upset, emergency. A second time does nothing."""
    state = turn.state
    if state.status == "handed":
        return
    flow = main_flow(turn)
    if spec is None:
        step = flow.person() if flow else None
        spec = (step.handover if step else None) or Handover()
    if state.taken:
        _to_a_request_of_its_own(turn, flow, reason)
        return
    state.status, state.calls, state.offer, state.tries = "handed", {}, (), 0
    others = _waiting(turn, flow)
    if flow is None and others:  # both were told of, and neither was begun
        flow, others = turn.flows[others[0]], others[1:]
    state.later = ()
    about = flow.about if flow else None
    if (phone := str(state.told.get("phone") or "")) and "phone" not in state.facts:
        turn.keep("phone", phone)
        turn.own("phone_noted", phone)
    # The spec may be the main flow's while a part is being played: its names are those of the main flow.
    scope = FlowScope(flow, state, turn.ctx, turn.lang)
    own = spec.open if scope.get("open") else spec.closed
    if reason == "emergency":
        turn.reply(HandedOver(turn.reply_id, said("danger_handed", turn.lang)))  # nobody waits here until tomorrow
    elif own:
        turn.reply(HandedOver(turn.reply_id, scope.fill(own)))
    else:
        ours = SAYS["handed_open" if scope.get("open") else "handed_closed"]
        turn.reply(HandedOver(turn.reply_id, scope.fill(ours)))
    priority = value_of(spec.priority, scope) if spec.priority else None
    turn.effect(
        effects.ToPerson,
        topic=flow.topic if flow else "",
        team=spec.team or (about.team if about else ""),
        priority=priority if priority in PRIORITIES else about.priority if about else "normal",
        reason=reason,
        data=collected(turn),
    )
    turn.track("handed", why=reason)
    state.taken = (flow.id if flow else "", *others)
    _requests_of_their_own(turn, others)


def _to_a_request_of_its_own(turn: DialogueTurn, flow: Flow | None, reason: str) -> None:
    """People have the first matter: this one, with what was found out about it, becomes another request."""
    state = turn.state
    if flow is not None:
        words = "\n".join(state.notes)
        turn.effect(effects.OwnRequest, topic=flow.topic, words=words, data=collected(turn))
        turn.own("own_request", flow.title.get(turn.lang))
        turn.track("handed", why=reason)
        state.taken = (*state.taken, flow.id)
        others = _waiting(turn, flow)
        state.taken = (*state.taken, *others)
        _requests_of_their_own(turn, others)
    else:
        turn.own("handed")
    _back_to_the_person(turn)


def _back_to_the_person(turn: DialogueTurn) -> None:
    state = turn.state
    state.status, state.frames, state.calls, state.history = "handed", (), {}, ()
    state.offer, state.later, state.tries = (), (), 0


def withdraw(turn: DialogueTurn) -> None:
    """What people have is settled, says the customer."""
    turn.state.status, turn.state.taken, turn.state.calls = "done", (), {}
    turn.own("withdrawn")
    turn.effect(effects.Withdrawn)
    turn.reply(Resolved(turn.reply_id))


def awaited(turn: DialogueTurn) -> str:
    """Until when the customer hears from the person who has the request, in words; "" where nobody can say."""
    return str(turn.ctx.get("awaited") or "")


def _requests_of_their_own(turn: DialogueTurn, flows: list[str]) -> None:
    """The other matters that were told of: another team's perhaps, and not to wait until the first is done."""
    words = "\n".join(turn.state.notes)
    for flow in (turn.flows[one] for one in flows):
        turn.effect(effects.OwnRequest, topic=flow.topic, words=words)
        turn.own("of_its_own", flow.title.get(turn.lang))


def main_flow(turn: DialogueTurn) -> Flow | None:
    """The flow the customer chose (parts have no topic); the playing one when none of them has a topic."""
    flows = [turn.flows[one.flow] for one in turn.state.frames if one.flow in turn.flows]
    return next((flow for flow in reversed(flows) if flow.topic), flows[-1] if flows else None)


def collected(turn: DialogueTurn) -> effects.Collected:
    """Everything a person needs: answers and known facts with their source, results of calls, the way gone."""
    state = turn.state
    facts, sources = dict(state.facts), dict.fromkeys(state.facts, "customer")
    for flow in (turn.flows[one.flow] for one in state.frames if one.flow in turn.flows):
        for name in flow.asked():
            if name not in facts and name in flow.slot:
                _add_known(turn, flow.slot[name], facts, sources)
    return effects.Collected(
        facts=facts,
        sources=sources,
        cameras=tuple(turn.scope.chosen()),
        checks=state.vars,
        path=state.path,
        articles=state.articles,
        notes=state.notes,
        files=state.files,
        heard=_heard(turn),
    )


def _heard(turn: DialogueTurn) -> tuple[str, ...]:
    """What the customer has told unasked, as one would say it to a colleague: the cameras, the lamp, when, how high."""
    told, lang = turn.state.told, turn.lang
    cameras = [turn.scope.camera_title(str(one)) for one in (told.get("cameras") or ())[:_NAMED]]
    parts = [said("heard_camera", lang, one) for one in cameras]
    parts += [said(f"heard_{told['light']}", lang)] if told.get("light") else []
    parts += [said("heard_metres", lang, f"{told['metres']:g}")] if told.get("metres") else []
    parts += [str(told["moment"])] if told.get("moment") else []
    return tuple(parts)


_NAMED = 5


def _add_known(turn: DialogueTurn, fact: Fact, facts: dict[str, Any], sources: dict[str, str]) -> None:
    if fact.scope == "camera":
        pairs = ((camera, turn.scope.known(fact, camera)) for camera in turn.scope.chosen())
        found = {camera: told for camera, told in pairs if told}
        if found:
            facts[fact.id] = {camera: told[0] for camera, told in found.items()}
            sources[fact.id] = next(iter(found.values()))[1]
        return
    told = turn.scope.known(fact)
    if told:
        facts[fact.id], sources[fact.id] = told


def resolve(turn: DialogueTurn, *, rate: bool, silent: bool = False) -> None:
    """Solved without a person. rate: asks for stars; silent: the step has said it already. Where the customer has told
    of another matter too, that is offered first, and the request stays open for it."""
    state = turn.state
    if _take_up_next(turn, silent=silent):
        return
    if state.taken:
        if not silent:
            turn.own("solved")
        until = awaited(turn)
        turn.own("first_matter_until" if until else "first_matter", *filter(None, (until,)))
        turn.track("resolved")
        _back_to_the_person(turn)
        return
    state.status, state.calls = "done", {}
    state.rating = "asked" if rate else None
    if not silent:
        turn.own("solved")
    turn.reply(Resolved(turn.reply_id))
    main = main_flow(turn)
    turn.effect(effects.Resolve, topic=main.topic if main else "", data=collected(turn))
    turn.track("resolved")
    if rate:
        turn.own("rate", kind=RatingAsked)


def _take_up_next(turn: DialogueTurn, *, silent: bool) -> bool:
    """Offers the matter that has waited. False: there is none."""
    state = turn.state
    waiting = _waiting(turn, main_flow(turn))
    state.later = ()
    if not waiting:
        return False
    if not silent:
        turn.own("solved")
    turn.track("resolved")
    topic = offered_topic(turn, waiting[0])
    turn.frame = turn.frame.in_phase("over")
    state.offer, state.settled, state.later = (topic.flow,), True, tuple(waiting[1:])
    turn.reply(
        TopicsOffered(turn.reply_id, said("next_matter", turn.lang, topic.title), (topic,), sure=True, begun=True)
    )
    return True


def _waiting(turn: DialogueTurn, main: Flow | None) -> list[str]:
    """Flows of the other matters that were told of, in their order."""
    return [one for one in turn.state.later if one in turn.flows and (main is None or one != main.id)]


def rated(turn: DialogueTurn, value: Any) -> bool:
    """Takes one to five after the end, once; False when it is nothing of the kind."""
    written = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if turn.state.rating is None or written not in ("1", "2", "3", "4", "5"):
        return False
    asked, turn.state.rating = turn.state.rating == "asked", int(written)
    if not asked or turn.ctx.get("rated"):
        turn.own("rated")
        return True
    turn.effect(effects.RateTicket, stars=int(written))
    turn.own("thanks")
    return True


def reopen(turn: DialogueTurn) -> None:
    """What was solved is not: counted at the step that thought so."""
    if turn.state.status == "done":
        turn.state.status = "active"
        turn.state.rating = None
        turn.effect(effects.Reopen)
        turn.track("reopened")
