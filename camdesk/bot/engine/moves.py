"""What the customer does with buttons and fields: chooses a topic, answers, says yes or no, skips, changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from camdesk.bot.engine import acts, final_look, interpreter, questions, walk
from camdesk.bot.engine.answers import InvalidAnswer, clean
from camdesk.bot.engine.buttons import operator, other_topic, return_to
from camdesk.bot.engine.effects import ArticleHelped
from camdesk.bot.engine.endings import hand_over, rated, reopen, resolve
from camdesk.bot.engine.events import Answered, Began, BotEvent, ChangeAsked, SaidNo, SaidYes, Switched, WordsTyped
from camdesk.bot.engine.heard_words import heard_of
from camdesk.bot.engine.invalid_answers import awake, invalid
from camdesk.bot.engine.replies import AnswerRefused, KnownItem, KnownShown, TopicMenu, TopicsOffered
from camdesk.bot.engine.scope import cameras_of
from camdesk.bot.engine.state import ASKS, Frame, ReadArticle
from camdesk.bot.engine.turn import DialogueTurn, offered_topic
from camdesk.bot.engine.words import said
from camdesk.playbook.document import Fact
from camdesk.playbook.flows import Target


def start(turn: DialogueTurn, event: Began) -> None:
    """A topic was chosen; what an earlier form or page has told already is not asked again."""
    switch_to(turn, event.topic, event.facts)


def switch(turn: DialogueTurn, event: Switched) -> None:
    """Another topic in the midst of one; answers stay."""
    switch_to(turn, event.topic)


def switch_to(turn: DialogueTurn, wanted: str, facts: Mapping[str, Any] | None = None) -> None:
    flow = flow_named(turn, wanted)
    if flow is None:
        turn.track("unexpected")
        turn.own("choose", kind=AnswerRefused)
        turn.reply(TopicMenu(turn.reply_id))
        return
    state = turn.state
    reopen(turn)  # what was settled by the bot is not all there was
    if state.frames and state.status in ("active", "menu", "left"):
        turn.mark()
        turn.track("left")
    if state.taken and state.status == "handed":  # another matter, beside what people have
        state.facts, state.vars, state.history, state.notes = {}, {}, (), state.notes[-1:]
        state.shown, state.articles, state.path, state.doubted = (), (), (), False
    state.status, state.frames, state.calls = "active", (), {}
    state.offer, state.turned, state.tries, state.rating = (), (), 0, None
    state.later = tuple(one for one in state.later if one != flow)
    state.declined = ()
    interpreter.begin(turn, flow)
    state.how_to = ""
    if facts is None:
        _begin_with_the_article(turn)
    for name, value in sorted((facts or {}).items(), key=lambda pair: pair[0] != "cameras"):
        _prefill(turn, name, value)
    interpreter.run(turn)


def _begin_with_the_article(turn: DialogueTurn) -> None:
    """Who asks how a thing is done gets the article's answer first; a fault is looked for when that is not it."""
    flow = turn.flow
    if not turn.state.told.get("asks_how") or flow.about.kind in PEOPLE_DO or turn.state.later:
        return  # of two matters nobody can say which one they ask of
    step = next((one for one in flow.steps if one.article == flow.about.article and one.article and one.confirm), None)
    if step is not None:
        turn.frame = Frame(flow.id, step.id)
        turn.state.how_to = step.id


PEOPLE_DO = ("legal", "visit")  # what no article settles


def flow_named(turn: DialogueTurn, wanted: str) -> str | None:
    if wanted in turn.flows and not turn.flows[wanted].part:
        return wanted
    return next((name for name, flow in turn.flows.items() if flow.topic == wanted and not flow.part), None)


def begin_heard(turn: DialogueTurn, flow: str, rivals: Sequence[str]) -> None:
    """The topic the words are about is begun at once; it is shown as heard, with «изменить»."""
    turn.state.rivals = tuple(rivals)
    title = turn.flows[flow].title.get(turn.lang)
    item = KnownItem(TOPIC, said("topic", turn.lang), flow, title, "said")
    turn.reply(KnownShown(turn.reply_id, (item,)))
    for waiting in (one for one in turn.state.later if one != flow):
        turn.own("kept_for_later", turn.flows[waiting].title.get(turn.lang))
    switch_to(turn, flow)


TOPIC = "topic"  # what «изменить» names beside the topic that was heard


def _prefill(turn: DialogueTurn, name: str, value: Any) -> None:
    fact = turn.flow.slot.get(name)
    if fact is None:
        return
    try:
        turn.set_fact(fact, clean(fact, value, turn.ctx, turn.lang))
    except InvalidAnswer:
        return


# ------------------------------------------------------------------------------------------- answers


def answer(turn: DialogueTurn, event: Answered) -> None:
    """A button, a picked camera or a filled field."""
    value, question = event.value, event.question
    if turn.state.status == "done" and rated(turn, value):
        return
    if isinstance(value, str) and value in turn.state.offer:
        switch_to(turn, value)
        return
    if question and question != turn.question and not return_to(turn, question):
        _older(turn, question, value)
        return
    if not awake(turn):
        return
    phase = turn.frame.phase
    if phase == "walk" and value in walk.SAID_OF_A_STEP:
        walked(turn, value)
    elif phase in ("confirm", "walk") and value in (True, False, "yes", "no"):
        agree(turn, value in (True, "yes"))
    elif phase == "ask":
        _answer_fact(turn, value, event.other)
    else:
        invalid(turn, "press" if phase in ("confirm", "walk") else "wait")


def _answer_fact(turn: DialogueTurn, value: Any, other: str = "") -> None:
    fact, asking = turn.fact, turn.asking
    if value == questions.EACH and asking.camera == questions.ALL:
        turn.mark()
        turn.frame = turn.frame.asks(replace(asking, each=(*asking.each, fact.id)))
        turn.state.tries = 0
        questions.go_on(turn)
        return
    try:
        accept(turn, fact, clean(fact, value, turn.ctx, turn.lang), other)
    except InvalidAnswer as error:
        invalid(turn, *error.args)


def accept(turn: DialogueTurn, fact: Fact, value: Any, other: str = "") -> None:
    """A clean answer to the open question: keep it, ask the next."""
    turn.mark()
    turn.state.tries, turn.state.offer = 0, ()
    questions.store(turn, fact, value)
    if other.strip() and any(one.other_text for one in fact.options):
        turn.keep(f"{fact.id}.other", other.strip()[:200])
    questions.go_on(turn)
    interpreter.run(turn)


def _older(turn: DialogueTurn, question: str, value: Any) -> None:
    """An answer to a question that is no longer in the history: kept as a correction when it is one."""
    name, _, camera = question.rpartition(".")[2].partition("@")
    fact = turn.flow.slot.get(name) if turn.state.frames and turn.frame.flow in turn.flows else None
    if fact is None or name not in turn.state.facts or turn.state.status != "active":
        too_late(turn)
        return
    try:
        found = clean(fact, value, turn.ctx, turn.lang)
    except InvalidAnswer as error:
        invalid(turn, *error.args)
        return
    turn.mark()
    turn.set_fact(fact, found, camera if camera in turn.scope.chosen() else None)
    turn.own("changed")
    questions.represent(turn)


def too_late(turn: DialogueTurn) -> None:
    """A button of a question that is long past: said so, and what is asked now once more."""
    if awake(turn):
        turn.own("too_late")
        questions.represent(turn)


def agree(turn: DialogueTurn, yes: bool) -> None:
    """Yes or no to what is asked: whether it works, or of a step of an instruction «Готово» or «Не получилось»."""
    if turn.frame.phase == "walk":
        walked(turn, walk.DONE if yes else walk.FAILED)
    else:
        decide(turn, yes)


def walked(turn: DialogueTurn, meant: str) -> None:
    """What was said of the step that is shown: on to the next one, or to the question whether it works."""
    if meant == walk.PASSED and not walk.is_last(turn):
        turn.own("step_passed")
        meant = walk.DONE
    if meant in (walk.FAILED, walk.PASSED, walk.WORKS):
        decide(turn, meant == walk.WORKS)
        return
    turn.mark()
    turn.state.tries, turn.state.offer = 0, ()
    if meant == walk.DONE and not walk.is_last(turn):
        turn.frame = turn.frame.walks(turn.frame.at + 1)
        walk.put(turn)
        return
    if meant == walk.REST:
        walk.tell(turn, turn.frame.at + 1)
    turn.frame = turn.frame.in_phase("confirm")
    questions.confirm(turn)


def decide(turn: DialogueTurn, yes: bool) -> None:
    """Yes or no to a confirmation."""
    turn.mark()
    state, step = turn.state, turn.step
    state.tries, state.offer = 0, ()
    if step.article and state.articles and state.articles[-1].id == step.article:
        state.articles = (*state.articles[:-1], ReadArticle(step.article, helped=yes))
        turn.effect(ArticleHelped, article=step.article, helped=yes)
    if not yes and state.told.get("upset"):
        hand_over(turn, "upset")  # who is angry fills in no form
        return
    if state.how_to == step.id and not yes:  # the article was not it: from the beginning, as it is for a fault
        state.how_to = ""
        turn.frame = Frame(turn.flow.id, turn.flow.steps[0].id)
        interpreter.run(turn)
        return
    target = step.yes if yes else step.no
    interpreter.go(turn, target or Target(step="operator"))
    interpreter.run(turn)


def closed(turn: DialogueTurn, event: BotEvent) -> bool:
    """The answer to whether the request may be closed. False: it is none, and the conversation goes on with it."""
    meant = said_of_closing(event)
    if meant is None or turn.state.status != "active":
        return False
    if meant:
        final_look.settle(turn, rate=True)
    else:
        questions.represent(turn)
    return True


def said_of_closing(event: BotEvent) -> bool | None:
    """Whether the event says that the request may be closed; None: it says nothing of it."""
    if isinstance(event, SaidYes | SaidNo) and event.question in ("", acts.CLOSE):
        return isinstance(event, SaidYes)
    if isinstance(event, Answered) and event.question == acts.CLOSE:
        return event.value in (True, "yes")
    return heard_of(event).agrees if isinstance(event, WordsTyped) else None


def yes(turn: DialogueTurn, event: SaidYes) -> None:
    yes_no(turn, True, event.question)


def no(turn: DialogueTurn, event: SaidNo) -> None:
    if turn.state.status == "done":
        operator(turn, event)  # solved, says the bot; not at all, says the customer
        return
    yes_no(turn, False, event.question)


def yes_no(turn: DialogueTurn, value: bool, question: str = "") -> None:
    """To what was asked last: an offered topic, a confirmation, a yes-or-no fact; `question` says which."""
    if turn.state.offer and (not question or question != turn.question):
        offered, turn.state.offer = turn.state.offer, ()
        settled, turn.state.settled = turn.state.settled, False
        if not value:
            turn.state.declined = (*turn.state.declined, *offered)
        if value:
            switch_to(turn, offered[0])
        elif settled:
            resolve(turn, rate=True, silent=True)
        elif turn.state.rivals and not turn.state.frames:
            _offer_rivals(turn)
        elif not turn.state.frames:
            turn.state.tries += 1
            turn.own("begin_else")
        else:
            questions.represent(turn)
    elif awake(turn):
        if question and question != turn.question and not return_to(turn, question):
            too_late(turn)
        elif turn.frame.phase in ("confirm", "walk"):
            agree(turn, value)
        elif turn.frame.phase == "ask":
            _answer_fact(turn, "yes" if value else "no")
        else:
            invalid(turn, "wait")


def skip(turn: DialogueTurn, event: BotEvent) -> None:
    """«Пропустить», where the flow allows it."""
    if not awake(turn):
        return
    phase = turn.frame.phase
    if phase == "walk":
        walked(turn, walk.DONE)  # «дальше»
        return
    if phase != "ask":
        invalid(turn, "press" if phase == "confirm" else "wait")
        return
    fact = turn.fact
    if not questions.may_skip(turn, fact):
        invalid(turn, "needed")
        return
    passed_over(turn, fact)


def passed_over(turn: DialogueTurn, fact: Fact) -> None:
    """On without an answer to the open question."""
    turn.mark()
    turn.state.tries = 0
    turn.frame = turn.frame.asks(replace(turn.asking, skipped=(*turn.asking.skipped, fact.id)))
    questions.go_on(turn)
    interpreter.run(turn)


def change(turn: DialogueTurn, event: ChangeAsked) -> None:
    """«Изменить» beside something known or answered, or beside the topic that was heard."""
    if event.fact == TOPIC:
        _not_about_that(turn, event)
        return
    if not awake(turn):
        return
    fact = turn.flow.slot.get(event.fact)
    frame = turn.frame
    corrects = frame.phase == "ask" and turn.asking.only
    if fact is None or frame.phase not in ASKS or corrects:
        invalid(turn, "choose", counts=False)
    elif fact.type in ("camera", "cameras") and not cameras_of(turn.ctx):
        invalid(turn, "choose_camera", counts=False)
    else:
        turn.mark()
        questions.change(turn, fact)


def _not_about_that(turn: DialogueTurn, event: BotEvent) -> None:
    """The topic was heard wrongly: what else the words may be about, else the list."""
    if turn.state.rivals and turn.state.status in ("active", "menu", "left"):
        _offer_rivals(turn)
    else:
        other_topic(turn, event)


def _offer_rivals(turn: DialogueTurn) -> None:
    rivals = [one for one in turn.state.rivals if one in turn.flows]
    topics = tuple(offered_topic(turn, one) for one in rivals)
    turn.state.offer, turn.state.rivals = tuple(rivals), ()
    turn.reply(TopicsOffered(turn.reply_id, said("offer", turn.lang), topics, begun=bool(turn.state.frames)))
