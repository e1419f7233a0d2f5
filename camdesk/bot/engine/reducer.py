"""`step`: one event in, the new state, what to say and what to do out. Never raises, never plays an event twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from camdesk.bot.engine import acts, buttons, events, free_text, handed, interpreter, matters, moves, questions
from camdesk.bot.engine.effects import BotEffect, Timer, ToPerson, Track
from camdesk.bot.engine.endings import hand_over
from camdesk.bot.engine.events import BotEvent, CallAnswered, CallFailed, TimerRang, Understood, WordsTyped
from camdesk.bot.engine.heard_words import heard_of
from camdesk.bot.engine.replies import AnyReply
from camdesk.bot.engine.scope import Ctx, mapping
from camdesk.bot.engine.state import ASKS, MAX_SEEN, DialogueState
from camdesk.bot.engine.turn import DialogueTurn, Fault, Flows
from camdesk.bot.utterances.heard import SpeechAct

Outcome = tuple[DialogueState, list[AnyReply], list[BotEffect]]

MOVES: Mapping[type[BotEvent], Callable[[DialogueTurn, Any], None]] = {
    events.Began: moves.start,
    events.Answered: moves.answer,
    events.Skipped: moves.skip,
    events.SaidYes: moves.yes,
    events.SaidNo: moves.no,
    events.WordsTyped: free_text.text,
    events.FilesSent: free_text.files,
    events.WentBack: buttons.back,
    events.Restarted: buttons.restart,
    events.OperatorCalled: buttons.operator,
    events.TopicsAsked: buttons.other_topic,
    events.Switched: moves.switch,
    events.ChangeAsked: moves.change,
}


def step(flows: Flows, state: DialogueState | None, event: BotEvent, ctx: Ctx) -> Outcome:
    """Plays one event.

    flows: id → bound flow, of one version for the whole conversation. state: of the last step, None at first. event: an
    id that was seen changes nothing. ctx: see docs/engine.md; it must not change during the step. Whatever happens, the
    customer gets an answer or a person: a fault of the flow or of this program is a hand-over with a `track` of the
    fault.
    """
    try:
        return play(flows, state, event, ctx)
    except Exception as error:  # the one promise no customer may lose by our mistake
        return give_up(flows, state, error, ctx)


def play(flows: Flows, state: DialogueState | None, event: BotEvent, ctx: Ctx) -> Outcome:
    """As `step`, but a mistake of this program is raised, so that tests see it."""
    state = state or DialogueState()
    if event.id and event.id[:_LONGEST_ID] in state.seen:
        return state, [], []
    turn = DialogueTurn(flows, state, mapping(ctx))
    if event.id:
        turn.state.seen = (*state.seen[-MAX_SEEN + 1 :], event.id[:_LONGEST_ID])
    turn.state.turn += 1
    try:
        _dispatch(turn, event)
    except Fault as fault:
        turn.track("fault", why=str(fault)[:200])
        turn.own("fault")
        hand_over(turn, "fault")
    return turn.state.value(), turn.replies, turn.effects


_LONGEST_ID = 100


def _dispatch(turn: DialogueTurn, event: BotEvent) -> None:
    if isinstance(event, (CallAnswered, CallFailed)):
        if turn.state.status in ("active", "menu", "left", "done"):
            interpreter.answered(turn, event)
            _timers(turn)
        return
    if isinstance(event, TimerRang):
        _timer(turn, event)
        return
    if isinstance(event, Understood):
        if turn.state.status != "handed":
            matters.understood(turn, event)
        elif event.token in (None, turn.state.wait):
            handed.understood(turn, event)
        return
    turn.state.wait += 1
    turn.state.quiet = 0
    turn.state.promised = False
    if turn.state.status == "left":
        turn.state.status = "active"
    if turn.state.status == "waiting" and _came_back(turn, event):
        _timers(turn)
        return
    if handed.hears(turn, event):
        return
    closing, turn.state.closing = turn.state.closing, False
    if closing and moves.closed(turn, event):
        return
    MOVES[type(event)](turn, event)
    _timers(turn)


def _came_back(turn: DialogueTurn, event: BotEvent) -> bool:
    """While something was waited for: it is looked whether the wait is over. Words without an act of their own are
    kept, a button of before means nothing any more; False: the event is played as ever."""
    interpreter.take_up(turn)
    if turn.frame.phase == "close" and _says_it_does_not(event):
        if isinstance(event, WordsTyped):
            turn.note(event.text)
        hand_over(turn, "unseen")
        return True
    if isinstance(event, _BUTTONS_OF_A_STEP):
        interpreter.run(turn)
        return True
    if isinstance(event, events.FilesSent):
        interpreter.run(turn)
        return False
    if not isinstance(event, WordsTyped):
        return False
    heard = heard_of(event)
    if turn.frame.phase == "close" and heard.acts & _STILL_WORKS and heard.danger is None:
        interpreter.run(turn)
        return True
    if heard.danger is not None or heard.command or heard.acts & _OF_THEIR_OWN:
        return False
    interpreter.run(turn)
    if event.text.strip():
        turn.note(event.text)
    return not event.files


def _says_it_does_not(event: BotEvent) -> bool:
    """While it is seen whether a camera works as they say: anything but a word that it does is for a person."""
    if isinstance(event, events.SaidNo | events.FilesSent):
        return True
    if not isinstance(event, WordsTyped):
        return False
    heard = heard_of(event)
    return heard.danger is None and not heard.command and not heard.acts & (_STILL_WORKS | _OF_THEIR_OWN)


_STILL_WORKS = frozenset({SpeechAct.WORKS_NOW, SpeechAct.THANKS, SpeechAct.UNDERSTOOD})  # says nothing against it
_BUTTONS_OF_A_STEP = (events.Answered, events.SaidYes, events.SaidNo, events.Skipped, events.ChangeAsked)


_OF_THEIR_OWN = frozenset(
    {SpeechAct.PERSON, SpeechAct.INSULT, SpeechAct.ABOUT_THE_BOT, SpeechAct.IS_IT_HUMAN, SpeechAct.WORKS_NOW}
)


def _timer(turn: DialogueTurn, event: TimerRang) -> None:
    """Time has passed. A timer of an earlier wait, or of a call that has answered, is stale."""
    if event.name == "call":
        interpreter.answered(turn, CallFailed(call=event.call))
        _timers(turn)
    elif event.name == "look":
        if turn.state.status == "waiting" and event.token == turn.state.wait:
            turn.state.quiet = 0
            interpreter.take_up(turn)
            interpreter.run(turn)
            _timers(turn)
    elif turn.state.status == "active" and event.token == turn.state.wait:
        if event.name == "remind":
            turn.own("promised" if turn.state.promised else "remind")
            questions.represent(turn)
        else:
            _closed(turn)


def _closed(turn: DialogueTurn) -> None:
    if turn.flow.on_close == "operator":
        hand_over(turn, "silence")
        return
    turn.state.status = "left"
    turn.own("closed")
    turn.track("left")


def _timers(turn: DialogueTurn) -> None:
    """Reminder and closing of the dialogue that waits for the customer now."""
    frames = turn.state.frames
    if turn.postponed or turn.state.taken:  # whom a person will answer is reminded of nothing
        return
    if turn.state.status != "active" or not frames or frames[-1].phase not in ASKS:
        return
    if acts.put_off(turn):
        return
    for name, after in (("remind", turn.flow.remind), ("close", turn.flow.close)):
        if after:
            turn.effect(Timer, name=name, after=after, token=turn.state.wait)


def give_up(flows: Flows, state: DialogueState | None, error: Exception, ctx: Ctx) -> Outcome:
    """To a person, with everything collected so far: the conversation cannot go on. Never raises."""
    turn = DialogueTurn(flows, state or DialogueState(), mapping(ctx))
    turn.state.turn += 1
    turn.effects.append(Track(what="fault", why=f"{type(error).__name__}: {error}"[:200]))
    turn.own("fault")
    try:
        hand_over(turn, "fault")
    except Exception:
        turn.state.status = "handed"
        turn.effects.append(ToPerson(reason="fault"))
    return turn.state.value(), turn.replies, turn.effects
