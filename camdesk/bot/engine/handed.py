"""After a hand-over the bot still hears: what is urgent, what is new, when somebody will answer, that it works.

What is said to the person is kept in the request by the shell; here is what is answered while nobody else has. Another
matter is talked about like any other, beside the request (`state.taken`), and becomes a request of its own. An agent
who answers is never talked over, but in an emergency.
"""

from __future__ import annotations

from camdesk.bot.engine import acts, beside, events
from camdesk.bot.engine.acts import ask_to_close
from camdesk.bot.engine.endings import awaited, main_flow, withdraw
from camdesk.bot.engine.events import BotEvent, Understood, WordsTyped
from camdesk.bot.engine.heard_words import heard_of
from camdesk.bot.engine.matters import is_a_bit_of_an_answer, names_another, understand
from camdesk.bot.engine.moves import begin_heard, flow_named, said_of_closing, switch_to
from camdesk.bot.engine.replies import TopicsOffered
from camdesk.bot.engine.scope import visible
from camdesk.bot.engine.told import kept
from camdesk.bot.engine.turn import DialogueTurn, offered_topic
from camdesk.bot.engine.words import said
from camdesk.bot.utterances.heard import Heard, SpeechAct
from camdesk.playbook.flows import REQUEST_STATUS, TALK_TO_PERSON

_ABOUT_US = frozenset({SpeechAct.PERSON, SpeechAct.ASKS_WHEN})
_ANGRY = frozenset({SpeechAct.INSULT, SpeechAct.UPSET, SpeechAct.ABOUT_THE_BOT})
_COURTESY = frozenset({SpeechAct.THANKS, SpeechAct.UNDERSTOOD, SpeechAct.GREETING, SpeechAct.YES})
_ENDS = frozenset({SpeechAct.THANKS, SpeechAct.UNDERSTOOD})
_FEW = 3  # words: «спасибо, открыли»
_MAY_BE_OFFERED = ("open", "likely")


def hears(turn: DialogueTurn, event: BotEvent) -> bool:
    """What is said while a person has the request. False: the event means what it means anywhere (a topic chosen)."""
    state = turn.state
    if state.taken and state.status != "handed" and turn.ctx.get("agent"):
        if isinstance(event, WordsTyped) and (danger := heard_of(event).danger) is not None:
            acts.emergency(turn, danger)
        return True
    if state.status != "handed":
        return False
    flow = main_flow(turn)
    state.taken = state.taken or (flow.id if flow else "",)
    closing, state.closing = state.closing, False
    if isinstance(event, events.Began | events.Switched) or _is_empty(event):
        return False
    if isinstance(event, WordsTyped) and (danger := heard_of(event).danger) is not None:
        acts.emergency(turn, danger)
    elif turn.ctx.get("agent"):
        state.offer = ()
    elif closing and (meant := said_of_closing(event)) is not None:
        (withdraw if meant else _stays)(turn)
    elif state.offer and (wanted := _wants_it(turn, event)) is not None:
        chosen, state.offer = state.offer[0], ()
        (switch_to(turn, chosen) if wanted else _added(turn))
    elif isinstance(event, WordsTyped) and event.text.strip():
        state.offer = ()
        _typed(turn, event, heard_of(event))
    elif isinstance(event, WordsTyped | events.FilesSent):
        _added(turn)
    else:
        _with_a_person(turn)
    return True


def _is_empty(event: BotEvent) -> bool:
    said_nothing = not isinstance(event, WordsTyped) or not event.text.strip()
    return isinstance(event, WordsTyped | events.FilesSent) and said_nothing and not event.files


def _wants_it(turn: DialogueTurn, event: BotEvent) -> bool | None:
    """Whether what was offered beside the request is wanted; None: the event says nothing of it."""
    if isinstance(event, events.SaidYes | events.SaidNo):
        return isinstance(event, events.SaidYes)
    if isinstance(event, events.Answered):
        return True if event.value in turn.state.offer else None
    if isinstance(event, WordsTyped) and not heard_of(event).rest:
        return heard_of(event).agrees
    return None


def _typed(turn: DialogueTurn, event: WordsTyped, heard: Heard) -> None:
    did = heard.acts
    turn.state.told = kept({}, heard)  # of what they say now: the request has what was told before
    if SpeechAct.IS_IT_HUMAN in did:
        turn.own(*_until(turn, "bot_handed"))
    elif did & _ANGRY and SpeechAct.FAILS not in did:
        turn.own(*_until(turn, "sorry_handed"))
    elif did & _ABOUT_US or heard.command:
        _with_a_person(turn)
    elif SpeechAct.WORKS_NOW in did and not did & {SpeechAct.NO, SpeechAct.FAILS}:
        ask_to_close(turn, "close_handed")
    elif did & _COURTESY and (not heard.rest or (did & _ENDS and len(heard.rest.split()) <= _FEW)):
        turn.own("welcome" if SpeechAct.THANKS in did else "handed_short")
    else:
        understand(turn, event.text.strip(), heard)


def understood(turn: DialogueTurn, event: Understood) -> None:
    """What is surely another matter is taken up, or asked about; anything else is for the person."""
    state = turn.state
    named = [name for one in event.topics[:20] if one != TALK_TO_PERSON and (name := flow_named(turn, one))]
    flows = [one for one in named if visible(turn.flows[one], turn.ctx)]
    if event.topics[:1] == (TALK_TO_PERSON,) or _is_of_status(turn, flows, event):
        _with_a_person(turn)
        return
    new = [one for one in flows if one not in state.taken and turn.flows[one].about.kind != "other"]
    clear = event.several or event.decision in _MAY_BE_OFFERED
    if is_a_bit_of_an_answer(turn) or not clear or not new or (flows[0] in state.taken and not event.several):
        _added(turn)
        return
    asks = bool(state.told.get("asks_how")) or beside.asked_back(turn)
    names_it = names_another(turn)
    if asks or names_it or event.several:
        state.later = tuple(new[1:]) if event.several else ()
        begin_heard(turn, new[0], () if event.several else new[1:])
    elif event.decision == "open":
        topic = offered_topic(turn, new[0])
        state.offer = (topic.flow,)
        turn.reply(TopicsOffered(turn.reply_id, said("another", turn.lang, topic.title), (topic,), True, True))
    else:
        _added(turn)


def _is_of_status(turn: DialogueTurn, flows: list[str], event: Understood) -> bool:
    return event.decision in _MAY_BE_OFFERED and bool(flows) and turn.flows[flows[0]].topic == REQUEST_STATUS


def _added(turn: DialogueTurn) -> None:
    """The words are in the request; when they are answered is said once."""
    turn.state.tries += 1
    turn.own(*(_until(turn, "added") if turn.state.tries == 1 else ("added",)))


def _stays(turn: DialogueTurn) -> None:
    turn.own(*_until(turn, "handed"))


def _with_a_person(turn: DialogueTurn) -> None:
    turn.own(*_until(turn, "handed"))


def _until(turn: DialogueTurn, key: str) -> tuple[str, ...]:
    """The sentence with the time that was promised, where there is one still to come."""
    until = awaited(turn)
    return (f"{key}_until", until) if until else (key,)
