"""What is done by words, whatever was asked: an emergency, a call for a person, thanks, a greeting, «проверю вечером».

None of it is guessed, confirmed or counted as a wrong answer, and the open question stays open.
"""

from __future__ import annotations

from camdesk.bot.engine import final_look, matching, questions
from camdesk.bot.engine.buttons import operator
from camdesk.bot.engine.dead_camera import looks_itself
from camdesk.bot.engine.effects import Timer, Urgent
from camdesk.bot.engine.endings import hand_over, reopen
from camdesk.bot.engine.events import WordsTyped
from camdesk.bot.engine.no_answers import OUT_OF_REACH
from camdesk.bot.engine.outcomes import came_back, works_elsewhere
from camdesk.bot.engine.replies import Confirmation
from camdesk.bot.engine.scope import mapping
from camdesk.bot.engine.state import ASKS
from camdesk.bot.engine.turn import DialogueTurn
from camdesk.bot.engine.words import said
from camdesk.bot.utterances.heard import Danger, Heard, Return, SpeechAct
from camdesk.lib.text import terms
from camdesk.playbook.flows import Handover

CLOSE = "close"  # the id of the question whether the request may be closed
_DAY = 24 * 60 * 60
_COURTESIES = frozenset({SpeechAct.GREETING, SpeechAct.THANKS, SpeechAct.UNDERSTOOD})
_ANSWERS = frozenset({SpeechAct.YES, SpeechAct.NO})
_CURSE = 2  # words


def attend(turn: DialogueTurn, event: WordsTyped, heard: Heard) -> bool:
    """Does what the words do by themselves. False: they are an answer, or a matter."""
    acts, status = heard.acts, turn.state.status
    if _is_to_be_called(event.text, heard):
        acts = acts | {SpeechAct.PERSON}
    if heard.danger is not None:
        emergency(turn, heard.danger)
    elif SpeechAct.PERSON in acts or (SpeechAct.WANTS_VISIT in acts and _asked(turn) and _is_about_a_fault(turn)):
        if SpeechAct.WANTS_VISIT in acts:
            turn.note(event.text)
        operator(turn, event)
    elif acts & {SpeechAct.INSULT, SpeechAct.UPSET} and _swears_only(turn, heard):
        turn.state.tries += 1
        turn.own("sorry_what")
    elif acts & {SpeechAct.INSULT, SpeechAct.ABOUT_THE_BOT} and SpeechAct.DONT_KNOW not in acts:
        reopen(turn)
        turn.note(event.text)
        turn.own("sorry" if SpeechAct.INSULT in acts else "sorry_bot")
        hand_over(turn, "upset")
    elif SpeechAct.IS_IT_HUMAN in acts:
        turn.own("i_am_a_bot")
        _again(turn)
    elif status == "done":
        return _after_the_end(turn, event, heard)
    elif SpeechAct.LATER in acts and _asked(turn) and not _asks_when(turn):
        turn.note(event.text)
        postpone(turn, heard.back)
    elif _will_try(turn, event.text, heard):
        turn.note(event.text)
        postpone(turn, None)
    elif SpeechAct.WORKS_NOW in acts and SpeechAct.NO not in acts:
        return _works(turn, event.text, heard)
    elif SpeechAct.ASKS_WHEN in acts and _asked(turn) and not _asks_when(turn) and len(heard.rest.split()) <= _A_FEW:
        _tell_when(turn)
    elif SpeechAct.UNDERSTOOD in acts and not heard.rest and _asked(turn):
        return _understood(turn)
    else:
        return _courtesy(turn, heard)
    return True


def _is_to_be_called(words: str, heard: Heard) -> bool:
    """«Да, позвоните 8 922 …»: who leaves a number to be called, and tells nothing else, wants a person."""
    return bool(heard.phone) and len(words[:200].split()) <= _NUMBER_LEFT and bool(_CALL & set(terms(words[:200])))


_NUMBER_LEFT = 10  # words, and parts of a number
_CALL = frozenset(terms("позвоните перезвоните звоните наберите позвонить перезвонить call"))


def _tell_when(turn: DialogueTurn) -> None:
    """«А когда?», in the midst of a question: of the request that is open already, else of one that would be made."""
    request = mapping(turn.scope.get("request"))
    if request.get("number"):
        turn.own("request_until", str(request["number"]), str(request.get("promised") or ""))
    elif until := str(turn.scope.get("promised") or ""):
        turn.own("would_until", until)
    questions.represent(turn)


def _is_about_a_fault(turn: DialogueTurn) -> bool:
    """«Пришлите мастера», in the midst of it: no more questions and instructions. As a first word it is a topic."""
    return turn.flows[turn.state.frames[0].flow].about.kind in ("camera", "archive", "app")


def _will_try(turn: DialogueTurn, words: str, heard: Heard) -> bool:
    """«Ок, попробую», asked whether it works: neither a yes nor done, and they will be back."""
    if not _asked(turn) or turn.frame.phase not in ("confirm", "walk"):
        return False
    few = words[: _A_FEW * 20].casefold().replace(",", " ").split()
    return len(few) <= _A_FEW and bool(_INTENDED & set(few)) and not heard.acts & _HAS_HAPPENED


_A_FEW = 6  # words
_INTENDED = frozenset(
    (
        "попробую",
        "сделаю",
        "проверю",
        "гляну",
        "посмотрю",
        "перезагружу",
        "схожу",
        "поищу",
        "переключу",
        "попробуем",
        "try",
    )
)
_HAS_HAPPENED = frozenset({SpeechAct.WORKS_NOW, SpeechAct.NOT_HELPED, SpeechAct.CANT, SpeechAct.DONT_KNOW})


def _swears_only(turn: DialogueTurn, heard: Heard) -> bool:
    """A curse before anything was said: nobody could be told what it is about. The second is for a person."""
    state = turn.state
    return not state.frames and not state.tries and state.status == "new" and len(heard.rest.split()) <= _CURSE


def emergency(turn: DialogueTurn, danger: Danger) -> None:
    """Telephone numbers first, by night as by day; then a person."""
    contacts = mapping(turn.ctx.get("contacts"))
    phone = str(contacts.get("phone") or said("here", turn.lang))
    reopen(turn)
    turn.own(f"danger_{danger.value}", phone)
    if turn.state.taken:
        turn.own("danger_handed")
        turn.effect(Urgent)
    else:
        hand_over(turn, "emergency", Handover(priority="'high'"))


def _after_the_end(turn: DialogueTurn, event: WordsTyped, heard: Heard) -> bool:
    acts = heard.acts
    if SpeechAct.NOT_HELPED in acts or (SpeechAct.NO in acts and not heard.rest):
        turn.note(event.text)
        operator(turn, event)
    elif acts & {SpeechAct.WORKS_NOW, SpeechAct.THANKS, SpeechAct.UNDERSTOOD}:
        turn.own("welcome")
    else:
        return _courtesy(turn, heard)
    return True


def _works(turn: DialogueTurn, words: str, heard: Heard) -> bool:
    """«Заработало»: on the customer's own word the request may be closed; they are asked whether to. «На складе нет
    картинки, на кассах всё ок» is what they come with."""
    if SpeechAct.FAILS in heard.acts and SpeechAct.THANKS not in heard.acts and not came_back(words):
        return False
    if not turn.state.frames:
        turn.own("works")
        return True
    if turn.state.status != "active":
        return False
    if turn.frame.phase in ("confirm", "walk"):
        return False  # it answers that question
    if (
        _OTHERS & set(terms(words))
        or works_elsewhere(words, "")
        or (turn.frame.phase == "ask" and matching.is_said(turn.fact, words))
    ):
        return False  # «у соседей работает»
    ask_to_close(turn, "close")
    return True


def ask_to_close(turn: DialogueTurn, key: str) -> None:
    turn.state.closing = True
    yes, no = said("yes", turn.lang), said("no", turn.lang)
    turn.reply(Confirmation(turn.reply_id, text=said(key, turn.lang), question=CLOSE, yes=yes, no=no))


_OTHERS = frozenset(terms("соседи соседей сосед соседка другие других остальные коллеги жены мужа neighbours others"))


def _understood(turn: DialogueTurn) -> bool:
    """«Понятно»: what was said is clear, which settles no fault. A question whether it works stays open for a day."""
    if turn.frame.phase == "walk":
        return False  # the next step, please
    if turn.frame.phase == "confirm":
        turn.own("understood")
        _remind(turn, _DAY)
    else:
        questions.represent(turn)
    return True


def _courtesy(turn: DialogueTurn, heard: Heard) -> bool:
    """A greeting or thanks, and nothing else."""
    if heard.rest or not heard.acts & _COURTESIES or heard.acts & _ANSWERS:
        return False
    asked = _asked(turn)
    if SpeechAct.THANKS in heard.acts and asked and _needed_an_answer(turn):
        return False
    if heard.acts & {SpeechAct.THANKS, SpeechAct.UNDERSTOOD}:
        turn.own("welcome")
    else:
        turn.own("hello_again" if asked else "hello")
    _again(turn)
    return True


def _needed_an_answer(turn: DialogueTurn) -> bool:
    """Asked whether they found it, who thanks has: of what is no fault, thanks end the talk."""
    flow = turn.flows[turn.state.frames[0].flow]
    return turn.frame.phase == "confirm" and flow.about.kind in ("archive", "account", "app") and not looks_itself(flow)


def put_off(turn: DialogueTurn) -> bool:
    """Who has said beforehand when they will be there («двор не работает, буду в субботу») is asked then what only who
    stands before the camera can answer. False: nothing of the kind is asked, or nothing was said."""
    back = turn.state.told.get("back")
    phase = turn.frame.phase
    there = phase == "walk" or (phase == "confirm" and final_look.is_dead(turn))
    there = there or (phase == "ask" and any(turn.fact.option(one) for one in OUT_OF_REACH))
    if not back or not there or turn.state.closing:
        return False
    postpone(turn, Return(**back))
    return True


def postpone(turn: DialogueTurn, back: Return | None) -> None:
    """The question stays open; the reminder comes when they said that they will be able to, else the day after."""
    if back is None:
        turn.own("will_wait")
        after = _DAY
    else:
        after = max(60, back.after)
        day, month = back.date[8:], back.date[5:7]
        when = ("in_time", "in_time_tomorrow")[back.days] if back.days < 2 else "in_time_on"
        turn.own("will_remind", said(when, turn.lang, back.time, f"{day}.{month}"))
    _remind(turn, after)
    turn.state.told = {name: value for name, value in turn.state.told.items() if name != "back"}  # agreed upon


def _remind(turn: DialogueTurn, after: int) -> None:
    turn.state.promised, turn.postponed = True, True
    for name, seconds in (("remind", after), ("close", after + _DAY)):
        turn.effect(Timer, name=name, after=float(seconds), token=turn.state.wait)


def _asked(turn: DialogueTurn) -> bool:
    """Whether the customer is asked something by the flow."""
    state = turn.state
    return state.status == "active" and bool(state.frames) and turn.frame.phase in ASKS


def _asks_when(turn: DialogueTurn) -> bool:
    """«Завтра с девяти» answers a question of time or one that is told in full; «вечером посмотрю» names no model."""
    if turn.frame.phase != "ask":
        return False
    fact = turn.fact
    timely = fact.heard == "moment" or bool(_WHEN & set(terms(f"{fact.question.ru} {fact.question.en}")))
    return fact.type in ("longtext", "date", "time") or (fact.type == "text" and timely)


_WHEN = frozenset(terms("когда время день дни часы час when time days hours"))


def _again(turn: DialogueTurn) -> None:
    """The open question once more, where there is one: no list of topics after a mere greeting."""
    if _asked(turn) and not turn.state.offer:
        questions.represent(turn)
