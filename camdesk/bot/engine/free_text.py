"""Words and files: a command, an answer, or a matter for the classifier."""

from __future__ import annotations

from typing import Any

from camdesk.bot.engine import acts, matching, questions, told
from camdesk.bot.engine.answers import InvalidAnswer, clean, file_ids
from camdesk.bot.engine.buttons import COMMANDS
from camdesk.bot.engine.effects import Understand
from camdesk.bot.engine.endings import hand_over, rated
from camdesk.bot.engine.events import FilesSent, Skipped, Understood, WordsTyped
from camdesk.bot.engine.invalid_answers import MAX_TRIES, invalid
from camdesk.bot.engine.moves import accept, decide, flow_named, skip, switch_to, yes_no
from camdesk.bot.engine.replies import AnswerRefused, OfferedTopic, TopicsOffered
from camdesk.bot.engine.scope import cameras_of
from camdesk.bot.engine.state import MAX_LOOSE_FILES
from camdesk.bot.engine.turn import DialogueTurn
from camdesk.bot.engine.words import said
from camdesk.bot.utterances.heard import Heard, SpeechAct
from camdesk.lib.text import terms
from camdesk.playbook.document import Fact

MAX_UNDERSTOOD = 1000  # letters given to the classifier
MAX_OFFERED = 5


def text(turn: DialogueTurn, event: WordsTyped) -> None:
    """Typed words, perhaps with files: a command, an answer, or a matter for the classifier."""
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
    _hear(turn, event.heard, words)
    command = matching.command(words)
    if command and command != "skip":
        COMMANDS[command](turn, event)
    elif acts.attend(turn, event):
        pass
    elif turn.state.status == "done":
        if not rated(turn, words):
            _understand(turn, words)
    elif turn.state.offer:
        _words_to_offer(turn, words, event.heard)
    elif not turn.state.frames or turn.state.status == "menu":
        _understand(turn, words)
    elif command == "skip":
        skip(turn, event)
    else:
        _words_to_question(turn, words, event.heard)


def _hear(turn: DialogueTurn, heard: Heard, words: str) -> None:
    """Whatever is being asked: what was told unasked is kept, and the bot answers in the language it is written to."""
    turn.state.told = told.kept(turn.state.told, heard)
    if heard.language in ("ru", "en") and heard.language != turn.lang and len(words) >= _ENOUGH_TO_TELL:
        turn.lang = turn.state.lang = heard.language
    elif heard.language not in ("", "ru", "en") and not turn.state.lang:
        turn.own("languages")
        turn.state.lang = turn.lang


_ENOUGH_TO_TELL = 12  # characters: «hello» and «ok» are no wish to change the language


def _words_to_question(turn: DialogueTurn, words: str, heard: Heard) -> None:
    phase = turn.frame.phase
    if phase == "confirm":
        _words_to_confirmation(turn, words, heard)
    elif phase == "ask":
        _words_to_fact(turn, words, heard)
    else:
        turn.note(words)
        turn.own("wait")


_DOES_NOT_KNOW = frozenset({SpeechAct.DONT_KNOW, SpeechAct.CANT})


def _words_to_confirmation(turn: DialogueTurn, words: str, heard: Heard) -> None:
    meant = _meant(words, heard)
    if meant is not None and _is_about_another(turn, heard):
        questions.represent(turn)  # «да, горит зелёненькая»: kept, and no answer to whether the picture is there
    elif meant is not None:
        decide(turn, meant)
    elif heard.acts & _DOES_NOT_KNOW:
        turn.note(words)
        turn.own("go_on_without")
        decide(turn, False)
    elif SpeechAct.WHAT_IS_IT in heard.acts:
        turn.own("yes_no_or_unknown")
        questions.represent(turn)
    else:
        _understand(turn, words)


def _meant(words: str, heard: Heard) -> bool | None:
    """Yes, no, or neither."""
    if heard.acts & {SpeechAct.NO, SpeechAct.NOT_HELPED} and SpeechAct.YES not in heard.acts:
        return False
    if heard.acts & {SpeechAct.YES, SpeechAct.WORKS_NOW} and not heard.acts & {SpeechAct.NO, SpeechAct.NOT_HELPED}:
        return True
    return matching.yes_or_no(words)


def _is_about_another(turn: DialogueTurn, heard: Heard) -> bool:
    """Whether the yes came with news of a thing that the question does not ask about."""
    if not heard.rest or not (heard.lights or heard.metres) or heard.acts & {SpeechAct.WORKS_NOW, SpeechAct.NOT_HELPED}:
        return False
    asked = set(terms(turn.step.confirm.ru)) | set(terms(turn.step.confirm.en))
    return not asked & (set(terms(heard.rest)) | _LAMPS)


_LAMPS = frozenset(terms("индикатор лампочка горит мигает light"))


def _words_to_fact(turn: DialogueTurn, words: str, heard: Heard) -> None:
    fact = turn.fact
    in_own_words = fact.type in ("text", "longtext")
    refused: InvalidAnswer | None = None
    found = None
    if not (in_own_words and heard.acts & _DOES_NOT_KNOW and questions.may_skip(turn, fact)):
        try:
            found = matching.answer(fact, words, turn.ctx, turn.lang)
        except InvalidAnswer as error:
            refused = error
    if found is None:
        found = _told_now(turn, fact, heard)
    if found is not None:
        turn.state.told = told.without(turn.state.told, fact)  # it was said of this, and of nothing else
        accept(turn, fact, found)
    elif heard.acts & _DOES_NOT_KNOW:
        _without(turn, fact, words, heard)
    elif refused is not None:
        if refused.args[0] == "too_long":
            turn.note(words)
        invalid(turn, *refused.args)
    elif SpeechAct.WHAT_IS_IT in heard.acts:
        if fact.hint:
            turn.say(fact.hint)
        questions.represent(turn)
    elif fact.type == "files":
        turn.note(words)
        turn.own("noted")
        questions.put(turn)
    else:
        _understand(turn, words)


def _told_now(turn: DialogueTurn, fact: Fact, heard: Heard) -> Any:
    """The clean answer that this very message gives; None when it names none."""
    seen = [str(one["id"]) for one in cameras_of(turn.ctx)]
    value = told.told_of(fact, told.kept({}, heard), seen)
    if value is None:
        return None
    try:
        return clean(fact, value, turn.ctx, turn.lang)
    except InvalidAnswer:
        return None


_UNKNOWN = ("unknown", "not-sure", "cannot-check")
_OUT_OF_REACH = ("out-of-sight", "out-of-reach")


def _without(turn: DialogueTurn, fact: Fact, words: str, heard: Heard) -> None:
    """«Не знаю», «не достать»: the option that says so, else on without the answer where that is allowed."""
    order = (*_OUT_OF_REACH, *_UNKNOWN) if SpeechAct.CANT in heard.acts else (*_UNKNOWN, *_OUT_OF_REACH)
    value = next((one for one in order if fact.option(one)), None)
    if value is not None:
        accept(turn, fact, [value] if fact.type == "choices" else value)
    elif questions.may_skip(turn, fact):
        turn.note(words)
        turn.own("go_on_without")
        skip(turn, Skipped())
    else:
        turn.note(words)
        invalid(turn, "roughly")


def _words_to_offer(turn: DialogueTurn, words: str, heard: Heard) -> None:
    offered = turn.state.offer
    titles = [(one, [turn.flows[one].title.ru, turn.flows[one].title.en]) for one in offered if one in turn.flows]
    chosen = matching.best(words, titles)
    meant = _meant(words, heard)
    if chosen:
        switch_to(turn, chosen)
    elif meant is not None:
        yes_no(turn, meant)
    else:
        turn.state.offer = ()
        if turn.state.frames and turn.state.status == "active":
            _words_to_question(turn, words, heard)
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
    elif flows and not (current and event.decision != "open"):  # beside an open question only a strong hit is offered
        _offer(turn, flows, sure=event.decision == "open", begun=bool(current))
    elif not turn.state.frames and event.decision == "person":
        hand_over(turn, "unclear")
    elif event.decision == "none":
        _off_topic(turn)
    else:
        invalid(turn, "unclear")


def _off_topic(turn: DialogueTurn) -> None:
    """Nothing of ours: said so, and listened on; the third time a person looks whether that is so."""
    turn.state.tries += 1
    if turn.state.tries >= MAX_TRIES:
        turn.own("gave_up")
        hand_over(turn, "gave_up")
        return
    turn.own("off_topic")
    if turn.state.frames:
        questions.represent(turn)


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
        turn.own("filed" if turn.state.frames else "filed_what")
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
