"""Words and files: a command, an answer, or a matter for the classifier."""

from __future__ import annotations

from camdesk.bot.engine import matching, questions
from camdesk.bot.engine.answers import InvalidAnswer, file_ids
from camdesk.bot.engine.buttons import COMMANDS
from camdesk.bot.engine.effects import Understand
from camdesk.bot.engine.endings import hand_over, rated
from camdesk.bot.engine.events import FilesSent, Understood, WordsTyped
from camdesk.bot.engine.invalid_answers import invalid
from camdesk.bot.engine.moves import accept, decide, flow_named, skip, switch_to, yes_no
from camdesk.bot.engine.replies import AnswerRefused, OfferedTopic, TopicsOffered
from camdesk.bot.engine.state import MAX_LOOSE_FILES
from camdesk.bot.engine.turn import DialogueTurn
from camdesk.bot.engine.words import said

MAX_UNDERSTOOD = 1000  # letters given to the classifier
MAX_OFFERED = 5


def text(turn: DialogueTurn, event: WordsTyped) -> None:
    """WordsTyped words, perhaps with files: a command, an answer, or a matter for the classifier."""
    words = event.text.strip()
    if event.files:
        if words and questions.open_fact(turn, "files"):
            turn.note(words)
            words = ""
        _attach(turn, event.files)
    if not words:
        if not event.files:
            invalid(turn, "empty", counts=False)
        return
    if turn.state.status == "handed":
        return  # a person reads it
    command = matching.command(words)
    if command and command != "skip":
        COMMANDS[command](turn, event)
    elif turn.state.status == "done":
        if not rated(turn, words):
            _understand(turn, words)
    elif turn.state.offer:
        _words_to_offer(turn, words)
    elif not turn.state.frames or turn.state.status == "menu":
        _understand(turn, words)
    elif command == "skip":
        skip(turn, event)
    else:
        _words_to_question(turn, words)


def _words_to_question(turn: DialogueTurn, words: str) -> None:
    phase = turn.frame.phase
    if phase == "confirm":
        meant = matching.yes_or_no(words)
        if meant is None:
            _understand(turn, words)
        else:
            decide(turn, meant)
    elif phase == "ask":
        _words_to_fact(turn, words)
    else:
        turn.note(words)
        turn.own("wait")


def _words_to_fact(turn: DialogueTurn, words: str) -> None:
    fact = turn.fact
    try:
        found = matching.answer(fact, words, turn.ctx, turn.lang)
    except InvalidAnswer as error:
        if error.args[0] == "too_long":
            turn.note(words)
        invalid(turn, *error.args)
        return
    if found is not None:
        accept(turn, fact, found)
    elif fact.type == "files":
        turn.note(words)
        turn.own("noted")
        questions.put(turn)
    else:
        _understand(turn, words)


def _words_to_offer(turn: DialogueTurn, words: str) -> None:
    offered = turn.state.offer
    titles = [(one, [turn.flows[one].title.ru, turn.flows[one].title.en]) for one in offered if one in turn.flows]
    chosen = matching.best(words, titles)
    meant = matching.yes_or_no(words)
    if chosen:
        switch_to(turn, chosen)
    elif meant is not None:
        yes_no(turn, meant)
    else:
        turn.state.offer = ()
        if turn.state.frames and turn.state.status == "active":
            _words_to_question(turn, words)
        else:
            _understand(turn, words)


def _understand(turn: DialogueTurn, words: str) -> None:
    """Words that fit nothing here: the shell classifies them and answers with `understood`."""
    turn.note(words)
    turn.track("unexpected")
    question, token = turn.question, turn.state.wait
    turn.effect(Understand, text=words[:MAX_UNDERSTOOD], question=question, token=token)


def understood(turn: DialogueTurn, event: Understood) -> None:
    """What the classifier found."""
    if turn.state.status == "handed" or event.token not in (None, turn.state.wait):
        return  # too late: the customer has gone on
    named = (flow_named(turn, one) for one in event.topics[:20])
    flows = list(dict.fromkeys(name for name in named if name))[:MAX_OFFERED]
    current = turn.state.frames[0].flow if turn.state.frames and turn.state.status == "active" else ""
    if flows and flows[0] == current:
        turn.state.tries = 0
        turn.own("noted")
        questions.represent(turn)
    elif flows:
        _offer(turn, flows, sure=event.decision == "open", begun=bool(current))
    elif not turn.state.frames and event.decision == "person":
        hand_over(turn, "unclear")
    else:
        invalid(turn, "unclear")


def _offer(turn: DialogueTurn, flows: list[str], *, sure: bool, begun: bool) -> None:
    offered = [(name, turn.flows[name]) for name in (flows[:1] if sure else flows)]
    topics = tuple(OfferedTopic(name, flow.topic, flow.title.get(turn.lang)) for name, flow in offered)
    turn.state.offer = tuple(one.flow for one in topics)
    key = ("offer" if begun else "begin") + ("_sure" if sure else "")
    turn.reply(TopicsOffered(turn.reply_id, said(key, turn.lang, topics[0].title), topics, sure, begun))


def files(turn: DialogueTurn, event: FilesSent) -> None:
    """Files, at any moment."""
    if not event.files:
        invalid(turn, "attach", counts=False)
    else:
        _attach(turn, event.files)


def _attach(turn: DialogueTurn, given: tuple[str, ...]) -> None:
    """Files answer the step's question for files, open or still to come; otherwise they stay with the conversation."""
    if turn.state.status == "handed":
        return
    ids = file_ids(given)
    asked = questions.open_fact(turn, "files")
    fact = asked or questions.coming_fact(turn, "files")
    if fact is None:
        turn.state.files = tuple(dict.fromkeys([*turn.state.files, *ids]))[:MAX_LOOSE_FILES]
        turn.own("filed")
        return
    if len(ids) > fact.limits.max_files:
        turn.own("too_many_files", fact.limits.max_files, kind=AnswerRefused)
    kept = ids[: fact.limits.max_files]
    if asked:
        accept(turn, fact, kept)
    elif kept:
        turn.mark()
        turn.set_fact(fact, kept)
        turn.own("filed")
