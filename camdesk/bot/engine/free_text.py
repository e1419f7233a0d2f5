"""Words and files: a command, an answer, or a matter for the classifier."""

from __future__ import annotations

from typing import Any

from camdesk.bot.engine import matching, questions
from camdesk.bot.engine.answers import InvalidAnswer, file_ids
from camdesk.bot.engine.buttons import COMMANDS
from camdesk.bot.engine.effects import Understand
from camdesk.bot.engine.endings import hand_over, rated
from camdesk.bot.engine.invalid_answers import invalid
from camdesk.bot.engine.moves import accept, decide, flow_named, skip, switch_to, yes_no
from camdesk.bot.engine.scope import mapping
from camdesk.bot.engine.state import MAX_LOOSE_FILES
from camdesk.bot.engine.turn import DialogueTurn

MAX_UNDERSTOOD = 1000  # letters given to the classifier
MAX_OFFERED = 5

Event = dict[str, Any]


def text(turn: DialogueTurn, event: Event) -> None:
    """Typed words, perhaps with files: a command, an answer, or a matter for the classifier."""
    words = event.get("value")
    words = words.strip() if isinstance(words, str) else ""
    if event.get("files"):
        if words and questions.open_fact(turn, "files"):
            turn.note(words)
            words = ""
        _attach(turn, event["files"])
    if not words:
        if not event.get("files"):
            invalid(turn, "empty", counts=False)
        return
    if turn.state["status"] == "handed":
        return  # a person reads it
    command = matching.command(words)
    if command and command != "skip":
        COMMANDS[command](turn, event)
    elif turn.state["status"] == "done":
        if not rated(turn, words):
            _understand(turn, words)
    elif turn.state["offer"]:
        _words_to_offer(turn, words)
    elif not turn.state["frames"] or turn.state["status"] == "menu":
        _understand(turn, words)
    elif command == "skip":
        skip(turn, event)
    else:
        _words_to_question(turn, words)


def _words_to_question(turn: DialogueTurn, words: str) -> None:
    phase = turn.frame["phase"]
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
    fact = turn.flow.slot[turn.frame["fact"]]
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
    offered = turn.state["offer"]
    titles = [(one, [turn.flows[one].title.ru, turn.flows[one].title.en]) for one in offered if one in turn.flows]
    chosen = matching.best(words, titles)
    meant = matching.yes_or_no(words)
    if chosen:
        switch_to(turn, chosen, {})
    elif meant is not None:
        yes_no(turn, meant)
    else:
        turn.state["offer"] = []
        if turn.state["frames"] and turn.state["status"] == "active":
            _words_to_question(turn, words)
        else:
            _understand(turn, words)


def _understand(turn: DialogueTurn, words: str) -> None:
    """Words that fit nothing here: the shell classifies them and answers with `understood`."""
    turn.note(words)
    turn.track("unexpected")
    question, token = questions.question_id(turn), turn.state["wait"]
    turn.effect(Understand, text=words[:MAX_UNDERSTOOD], question=question, token=token)


def understood(turn: DialogueTurn, event: Event) -> None:
    """What the classifier found. value: {decision: open | offer | person, topics: [topic or flow id, …]}."""
    found = mapping(event.get("value"))
    if turn.state["status"] == "handed" or found.get("token", turn.state["wait"]) != turn.state["wait"]:
        return  # too late: the customer has gone on
    given = found.get("topics")
    given = list(given)[:20] if isinstance(given, (list, tuple)) else []
    ids = (mapping(one).get("id") if isinstance(one, dict) else one for one in given)
    flows = list(dict.fromkeys(name for one in ids if (name := flow_named(turn, one))))[:MAX_OFFERED]
    current = turn.state["frames"][0]["flow"] if turn.state["frames"] and turn.state["status"] == "active" else ""
    if flows and flows[0] == current:
        turn.state["tries"] = 0
        turn.own("noted")
        questions.represent(turn)
    elif flows:
        _offer(turn, flows, sure=found.get("decision") == "open", begun=bool(current))
    elif not turn.state["frames"] and found.get("decision") == "person":
        hand_over(turn, "unclear")
    else:
        invalid(turn, "unclear")


def _offer(turn: DialogueTurn, flows: list[str], *, sure: bool, begun: bool) -> None:
    flows = flows[:1] if sure else flows
    turn.state["offer"] = flows
    topics = [
        {"flow": one, "topic": turn.flows[one].topic, "title": turn.flows[one].title.get(turn.lang)} for one in flows
    ]
    key = ("offer" if begun else "begin") + ("_sure" if sure else "")
    turn.own(key, topics[0]["title"], kind="offer")
    turn.replies[-1].update(topics=topics, sure=sure, begun=begun)


def files(turn: DialogueTurn, event: Event) -> None:
    """Files, at any moment. value: their ids, or [{"id": …}]."""
    if not file_ids(event.get("value")):
        invalid(turn, "attach", counts=False)
    else:
        _attach(turn, event.get("value"))


def _attach(turn: DialogueTurn, given: Any) -> None:
    """Files answer the step's question for files, open or still to come; otherwise they stay with the conversation."""
    if turn.state["status"] == "handed":
        return
    ids = file_ids(given)
    asked = questions.open_fact(turn, "files")
    fact = asked or questions.coming_fact(turn, "files")
    if fact is None:
        turn.state["files"] = list(dict.fromkeys([*turn.state["files"], *ids]))[:MAX_LOOSE_FILES]
        turn.own("filed")
        return
    if len(ids) > fact.limits.max_files:
        turn.own("too_many_files", fact.limits.max_files, kind="invalid")
    kept = ids[: fact.limits.max_files]
    if asked:
        accept(turn, fact, kept)
    elif kept:
        turn.mark()
        turn.set_fact(fact, kept)
        turn.own("filed")
