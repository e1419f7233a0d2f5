"""Words and files: a command, an answer, or a matter for the classifier."""

from __future__ import annotations

from typing import Any

from camdesk.bot.engine import acts, beside, interpreter, matching, questions, told, walk
from camdesk.bot.engine.answers import InvalidAnswer, clean, file_ids
from camdesk.bot.engine.buttons import COMMANDS
from camdesk.bot.engine.endings import hand_over, rated
from camdesk.bot.engine.events import FilesSent, WordsTyped
from camdesk.bot.engine.heard_words import heard_of
from camdesk.bot.engine.invalid_answers import invalid
from camdesk.bot.engine.matters import of_a_kind, understand
from camdesk.bot.engine.moves import (
    accept,
    decide,
    passed_over,
    skip,
    switch_to,
    walked,
    yes_no,
)
from camdesk.bot.engine.no_answers import NO_ANSWER, OUT_OF_REACH, UNKNOWN
from camdesk.bot.engine.outcomes import came_back, says_it_works, words_of, works_elsewhere
from camdesk.bot.engine.replies import AnswerRefused
from camdesk.bot.engine.scope import cameras_of
from camdesk.bot.engine.state import MAX_LOOSE_FILES, Frame
from camdesk.bot.engine.turn import DialogueTurn
from camdesk.bot.utterances.heard import Heard, SpeechAct
from camdesk.bot.utterances.overheard import overhear
from camdesk.lib.text import terms
from camdesk.playbook.document import Fact
from camdesk.playbook.flows import Step


def text(turn: DialogueTurn, event: WordsTyped) -> None:
    """Typed words, perhaps with files: a command, an answer, or a matter for the classifier."""
    words = event.text.strip()
    if event.files:
        if words and questions.open_fact(turn, "files"):
            turn.note(words)
            words = ""
        _attach(turn, event.files, quiet=bool(words) and not turn.state.frames)
    if not words:
        if not event.files:
            invalid(turn, "empty", counts=False)
        return
    if turn.state.status == "handed":
        return  # a person reads it
    heard = heard_of(event)
    if _in_a_foreign_language(turn, heard, words):
        return
    _hear(turn, heard, words)
    if heard.command and heard.command != "skip":
        COMMANDS[heard.command](turn, event)
    elif acts.attend(turn, event, heard):
        pass
    elif turn.state.status == "done":
        if not rated(turn, words):
            understand(turn, words, heard)
    elif turn.state.offer:
        _words_to_offer(turn, words, heard)
    elif not turn.state.frames and turn.state.status != "menu" and of_a_kind(turn, words):
        turn.note(words)
    elif not turn.state.frames or turn.state.status == "menu":
        understand(turn, words, heard, goes_on=bool(turn.state.tries) and len(words.split()) <= _IN_ADDITION)
    elif heard.command == "skip":
        skip(turn, event)
    else:
        _words_to_question(turn, words, heard)


def _hear(turn: DialogueTurn, heard: Heard, words: str) -> None:
    """Whatever is being asked: what was told unasked is kept, and the bot answers in the language it is written to."""
    turn.told_before = turn.state.told
    turn.state.told = told.kept(turn.state.told, heard)
    enough = len(words) >= _ENOUGH_TO_TELL or (not turn.state.frames and " " in words)
    if heard.language in _SPOKEN and heard.language != turn.lang and enough:
        turn.lang = turn.state.lang = heard.language


_SPOKEN = ("ru", "en")
_IN_ADDITION = 4  # words: who was not understood adds «с телефона»
_ENOUGH_TO_TELL = 12  # characters: in the midst of a talk «hello» and «ok» are no wish to change the language


def _in_a_foreign_language(turn: DialogueTurn, heard: Heard, words: str) -> bool:
    """Says once which languages are spoken here, and listens on."""
    if heard.language in ("", *_SPOKEN) or turn.state.lang:
        return False
    turn.note(words)
    turn.own("languages")
    turn.state.lang = turn.lang
    if turn.state.frames:
        questions.represent(turn)
    return True


def _words_to_question(turn: DialogueTurn, words: str, heard: Heard) -> None:
    phase = turn.frame.phase
    if phase == "confirm":
        _words_to_confirmation(turn, words, heard)
    elif phase == "walk":
        _words_to_step(turn, words, heard)
    elif phase == "ask":
        _words_to_fact(turn, words, heard)
    else:
        turn.note(words)
        turn.own("wait")


def _words_to_step(turn: DialogueTurn, words: str, heard: Heard) -> None:
    """Of an instruction that is walked through. What was not done or did not help, a person is to read."""
    meant = walk.meant_by(words, heard)
    if _has_the_answer(turn, heard):
        meant = walk.WORKS
    if meant:
        if meant in (walk.FAILED, walk.PASSED) or SpeechAct.NOT_HELPED in heard.acts:
            turn.note(words)
        walked(turn, meant)
    elif SpeechAct.WHAT_IS_IT in heard.acts:
        turn.state.tries += 1
        if turn.state.tries > 1:
            walked(turn, walk.PASSED)
            return
        turn.own("step_where")
        questions.represent(turn)
    else:
        understand(turn, words, heard)


def _has_the_answer(turn: DialogueTurn, heard: Heard) -> bool:
    """«Нашла, спасибо», of whoever asked how a thing is done."""
    thanks = SpeechAct.THANKS in heard.acts and not heard.acts & {SpeechAct.NOT_HELPED, SpeechAct.FAILS, SpeechAct.NO}
    return thanks and bool(turn.state.how_to) and len(heard.rest.split()) < _TELLS


_DOES_NOT_KNOW = frozenset({SpeechAct.DONT_KNOW, SpeechAct.CANT})


def _words_to_confirmation(turn: DialogueTurn, words: str, heard: Heard) -> None:
    meant = heard.agrees
    if SpeechAct.THANKS in heard.acts and meant is None and not heard.rest:
        meant = True  # acts.attend left it: they have what they asked for
    if meant and SpeechAct.YES not in heard.acts and works_elsewhere(words, turn.step.confirm.ru):
        meant = None
    if meant is False and not _denies_what_is_asked(turn, heard):
        meant = None
    if meant is None and not heard.acts & _DOES_NOT_KNOW:
        meant = says_it_works(words, turn.step.confirm.ru)
        if meant is None:
            meant = _echoed(turn.step.confirm.ru, words)
        if meant is None and SpeechAct.FAILS in heard.acts and not came_back(words):
            meant = False
    if meant is not None and _is_about_another(turn, heard):
        questions.represent(turn)  # «да, горит зелёненькая»: kept, and no answer to whether the picture is there
    elif meant is not None:
        decide(turn, meant)
    elif heard.acts & _DOES_NOT_KNOW:
        if not _has_enough(turn, words):
            turn.note(words)
            turn.own("go_on_without")
            decide(turn, False)
    elif SpeechAct.WHAT_IS_IT in heard.acts:
        turn.own("yes_no_or_unknown")
        questions.represent(turn)
    elif (other := _wants_another_way(turn, words, heard)) is not None:
        step, fact, value = other
        turn.mark()
        turn.state.tries = 0
        turn.set_fact(fact, value)
        turn.frame = Frame(turn.flow.id, step.id, "leave")
        interpreter.run(turn)
    elif _answers_what_is_still_to_come(turn, heard):
        turn.note(words)
        beside.kept(turn)
    else:
        understand(turn, words, heard)


def _answers_what_is_still_to_come(turn: DialogueTurn, heard: Heard) -> bool:
    """«Вайфай говорю же», asked whether the camera is back: an option of what is asked later, and no topic."""
    if len(heard.rest.split()) > _ECHO:
        return False
    asked = (turn.flow.slot.get(name) for step in turn.flow.steps for name in step.ask)
    coming = (one for one in asked if one is not None and one.options and one.id not in turn.state.facts)
    now = told.kept({}, heard)
    return any(told.named(one, heard.rest) is not None or told.told_of(one, now, ()) is not None for one in coming)


def _wants_another_way(turn: DialogueTurn, words: str, heard: Heard) -> tuple[Step, Fact, str] | None:
    """«А скачать можно?», shown how to find a moment: another option of what this flow asked at first."""
    if not words.rstrip().endswith("?") and SpeechAct.ASKS_HOW not in heard.acts:
        return None
    for step in turn.flow.steps:
        fact = turn.flow.slot.get(step.ask[0]) if len(step.ask) == 1 and step.branch else None
        if fact is None or fact.type != "choice" or fact.scope == "camera":
            continue
        value, now = told.named(fact, heard.rest), turn.scope.value(fact)
        if value is not None and now is not None and value != now:
            return step, fact, value
    return None


def _echoed(asked: str, words: str) -> bool | None:
    """«Подождём?» — «подожду конечно», «Сможете оплатить?» — «смогу», «не смогу»: the question's own verb, in a few
    words."""
    said = words_of(words.casefold())
    roots = [one[:-2].rstrip("еиа") for one in words_of(asked.casefold()) if one.endswith((*_OF_YOU, _TO_DO))]
    roots += [one[: -len(end)] for one in words_of(asked.casefold()) for end in _DONE if one.endswith(end)][:_VERBS]
    roots += [f"{one[:-1]}г" for one in roots if one.endswith("ж")]  # «сможете», «смогу»
    verb = tuple(one for one in roots if len(one) >= _ROOT)
    at = next((at for at, one in enumerate(said) if one.startswith(verb) and not one.endswith(_OF_YOU)), None)
    return None if not verb or at is None or len(said) > _ECHO else not {"не", "нет"} & set(said[:at])


_ECHO, _ROOT = 6, 4  # words, and letters
_OF_YOU = ("ем", "ём", "те")  # «подождём», «сможете»
_TO_DO = "ть"  # «оплатить» — «оплатила»
_DONE, _VERBS = ("лось", "лась", "лись", "лся", "ло", "ла", "ли"), 2  # «Скачалось?» — «скачалось»


def _denies_what_is_asked(turn: DialogueTurn, heard: Heard) -> bool:
    """A no said outright, or a denial of the very thing: «не появилась». «Не первый год смотрю» denies nothing."""
    if heard.acts & {SpeechAct.NO, SpeechAct.NOT_HELPED} or len(heard.rest.split()) < _TELLS:
        return True
    return bool(set(terms(f"{turn.step.confirm.ru} {turn.step.confirm.en}")) & set(terms(heard.rest)))


_TELLS = 4  # words


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
    asks_back = beside.asks_back(words) and fact.type != "longtext"
    asks_what_it_is = SpeechAct.WHAT_IS_IT in heard.acts and bool(fact.options)
    does_not_know = bool(heard.acts & _DOES_NOT_KNOW) and not asks_back and not asks_what_it_is
    if not (in_own_words and (asks_back or (does_not_know and questions.may_skip(turn, fact)))):
        if in_own_words and fact.id not in turn.flow.must and _has_none(fact, words, heard):
            if heard.rest:
                turn.note(words)
            passed_over(turn, fact)
            return
        known = _what_is_known(words) if SpeechAct.DONT_KNOW in heard.acts and fact.options else words
        known = "" if asks_what_it_is and SpeechAct.DONT_KNOW in heard.acts else known
        try:
            found = matching.answer(fact, known, turn.ctx, turn.lang, heard.agrees if _answers(fact, heard) else None)
        except InvalidAnswer as error:
            refused = error
    if found is not None and _is_a_bare_yes_or_no(fact, found) and _brings_other_news(fact, heard):
        found = None
    if found is None:
        found = _told_now(turn, fact, heard)
    if does_not_know and (found is None or found in NO_ANSWER) and _has_enough(turn, words):
        return
    if found is not None:
        _answers_others(turn, fact, heard)
        turn.state.told = told.without(turn.state.told, fact, turn.told_before)
        accept(turn, fact, found)
    elif does_not_know:
        _without(turn, fact, words, heard)
    elif refused is not None:
        if refused.args[0] == "too_long":
            turn.note(words)
        invalid(turn, *refused.args)
    elif SpeechAct.WHAT_IS_IT in heard.acts:
        if fact.hint:
            turn.say(fact.hint)
        questions.represent(turn)
    elif fact.type == "files" and asks_back and _SENDS & set(terms(words)):
        turn.own("attach_here")
        questions.put(turn)
    elif fact.type == "files" and not asks_back:
        turn.note(words)
        beside.kept(turn)
    elif not asks_back and _answers_what_is_still_to_come(turn, heard):
        _answers_others(turn, fact, heard)
        turn.note(words)
        turn.own("noted_still")
        questions.represent(turn)
    else:
        understand(turn, words, heard)


def _what_is_known(words: str) -> str:
    """«Не знаю я, что там горит» says nothing of what burns; «не знаю, вроде горит» does: what stands beside the clause
    of who does not know."""
    clauses = [one for one in matching.clauses_of(words) if one.strip()]
    beside_it = [one for one in clauses if not overhear(one).acts & _DOES_NOT_KNOW]
    return " ".join(beside_it) or "не знаю"


_SENDS = frozenset(terms("скинуть прислать отправить приложить кидать слать сюда выслать send attach"))


def _has_none(fact: Fact, words: str, heard: Heard) -> bool:
    """«Номер есть?» — «нет», «нет, пока не заявляли»."""
    if SpeechAct.NO not in heard.acts:
        return False
    return not heard.rest or (
        fact.type == "text" and not any(one.isdigit() for one in words) and len(words.split()) <= _EXCUSE
    )


_EXCUSE = 10  # words


def _answers_others(turn: DialogueTurn, fact: Fact, heard: Heard) -> None:
    """«Свет есть, интернет тоже работает», asked about the one: the other is not asked any more."""
    asked = (turn.flow.slot.get(name) for step in turn.flow.steps for name in step.ask)
    for other in asked:
        if other is None or other.id == fact.id or not other.options or other.id in turn.state.facts:
            continue
        value = told.names_one(other, heard.rest)
        if value is not None:
            turn.set_fact(other, [value] if other.type == "choices" else value)


def _answers(fact: Fact, heard: Heard) -> bool:
    """Whether a yes or a no is said outright, or asked for: «я не вижу, где она» refuses nothing that is asked."""
    said = heard.acts & {SpeechAct.YES, SpeechAct.NO}
    return (fact.type == "yesno" or bool(said)) and not _brings_other_news(fact, heard)


def _brings_other_news(fact: Fact, heard: Heard) -> bool:
    """«Да, писал заявление» says nothing of a lamp."""
    if not heard.acts & {SpeechAct.YES, SpeechAct.NO} or heard.lights or heard.acts & _OUTCOMES:
        return False
    return not matching.is_about(fact, heard.rest)


def _is_a_bare_yes_or_no(fact: Fact, value: Any) -> bool:
    """Whether the option is called «Есть» or «Нет», and so stands in words about anything."""
    option = fact.option(value) if isinstance(value, str) else None
    return option is not None and option.title.ru.casefold() in ("да", "нет", "есть")


_OUTCOMES = frozenset({SpeechAct.WORKS_NOW, SpeechAct.NOT_HELPED, SpeechAct.FAILS})


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


def _without(turn: DialogueTurn, fact: Fact, words: str, heard: Heard) -> None:
    """«Не знаю», «не достать»: the option that says so, else on without the answer. What the topic cannot do without is
    asked once more, roughly; then a person finds it out."""
    order = (*OUT_OF_REACH, *UNKNOWN) if SpeechAct.CANT in heard.acts else (*UNKNOWN, *OUT_OF_REACH)
    value = next((one for one in order if fact.option(one)), None)
    turn.note(words)
    if value is not None:
        accept(turn, fact, [value] if fact.type == "choices" else value)
    elif fact.type not in ("camera", "cameras") and fact.id not in turn.flow.must:
        turn.own("go_on_without")
        passed_over(turn, fact)
    elif turn.state.tries:
        turn.own("gave_up")
        hand_over(turn, "gave_up")
    else:
        invalid(turn, "roughly")


def _has_enough(turn: DialogueTurn, words: str) -> bool:
    """Whoever is angry and does not know is not asked on: a person finds it out."""
    if not turn.state.told.get("upset"):
        return False
    turn.note(words)
    turn.own("sorry")
    hand_over(turn, "upset")
    return True


def _words_to_offer(turn: DialogueTurn, words: str, heard: Heard) -> None:
    offered = turn.state.offer
    titles = [(one, [turn.flows[one].title.ru, turn.flows[one].title.en]) for one in offered if one in turn.flows]
    chosen = matching.best(words, titles)
    meant = heard.agrees if _answers_an_offer(heard) else None
    if chosen:
        switch_to(turn, chosen)
    elif meant is False and len(heard.rest.split()) >= told.TELLING:
        turn.state.declined = (*turn.state.declined, *offered)
        turn.state.offer = ()
        _beside_the_offer(turn, heard.rest, heard)
    elif meant is not None:
        if len(heard.rest.split()) >= told.TELLING:
            turn.note(words)
        yes_no(turn, meant)
    elif heard.acts & _DOES_NOT_KNOW and not turn.state.frames:
        turn.note(words)
        turn.own("nothing_to_press")
        hand_over(turn, "unclear")
    else:
        _beside_the_offer(turn, words, heard)


def _answers_an_offer(heard: Heard) -> bool:
    """Whether a yes or a no is said outright: «камера не показывает» refuses nothing that is offered."""
    return not heard.rest or bool(heard.acts & {SpeechAct.YES, SpeechAct.NO})


def _beside_the_offer(turn: DialogueTurn, words: str, heard: Heard) -> None:
    """An answer to the question that stood open before, or the matter in other words."""
    turn.state.settled = False
    if turn.state.frames:
        turn.state.offer = ()
    else:
        turn.state.tries += 1
    if turn.state.frames and turn.state.status == "active" and turn.frame.phase != "over":
        _words_to_question(turn, words, heard)
    else:
        understand(
            turn, words, heard, goes_on=bool(turn.state.offer)
        )  # what was offered still stands: a remark refuses nothing


def files(turn: DialogueTurn, event: FilesSent) -> None:
    """Files, at any moment."""
    if not event.files:
        invalid(turn, "attach", counts=False)
    else:
        _attach(turn, event.files)


def _attach(turn: DialogueTurn, given: tuple[str, ...], *, quiet: bool = False) -> None:
    """Files answer the step's question for files, open or still to come; otherwise they stay with the conversation.
    quiet: the words beside them are answered, or are asked about."""
    if turn.state.status == "handed":
        return
    ids = file_ids(given)
    asked = questions.open_fact(turn, "files")
    fact = asked or questions.coming_fact(turn, "files")
    if fact is None:
        turn.state.files = tuple(dict.fromkeys([*turn.state.files, *ids]))[:MAX_LOOSE_FILES]
        if not quiet and (turn.state.frames or turn.state.notes):
            turn.own("filed")
        elif not quiet:
            turn.own("filed_what")
            turn.state.tries += 1  # who is not understood then has asked about a picture: somebody looks at it
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
