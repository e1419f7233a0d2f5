"""What the words are about: asked of the classifier, and what follows from its answer."""

from __future__ import annotations

from camdesk.bot.engine import beside, questions
from camdesk.bot.engine.buttons import operator
from camdesk.bot.engine.dead_camera import begun_by, looks_itself
from camdesk.bot.engine.effects import Understand
from camdesk.bot.engine.endings import hand_over
from camdesk.bot.engine.events import Understood
from camdesk.bot.engine.invalid_answers import MAX_TRIES, invalid
from camdesk.bot.engine.moves import PEOPLE_DO, begin_heard, flow_named
from camdesk.bot.engine.replies import TopicsOffered
from camdesk.bot.engine.scope import cameras_of, visible
from camdesk.bot.engine.turn import DialogueTurn, offered_topic
from camdesk.bot.engine.words import said
from camdesk.bot.utterances.cameras import mentioned
from camdesk.bot.utterances.heard import Heard, SpeechAct
from camdesk.bot.utterances.overheard import overhear
from camdesk.bot.utterances.patterns import tokens_of, words
from camdesk.bot.utterances.sentences import clauses_of, sentences_of
from camdesk.lib.text import terms
from camdesk.playbook.flows import DEAD_CAMERA, OTHER_TOPIC, TALK_TO_PERSON

MAX_UNDERSTOOD = 1000  # letters given to the classifier
MAX_OFFERED = 5


def understand(turn: DialogueTurn, text: str, heard: Heard, *, goes_on: bool = False) -> None:
    """Words that fit nothing here: the shell classifies them and answers with `understood`. goes_on: they are read
    together with what was said before them."""
    before = turn.state.notes[-1] if goes_on and turn.state.notes else ""
    turn.note(text)
    turn.track("unexpected")
    question, token = turn.question, turn.state.wait
    text, matter = (
        _without_what_is_put_off(one) if SpeechAct.LATER in heard.acts else one for one in (text, heard.matter)
    )
    text, matter = (_without_still(one) for one in (text, matter))
    whole, matter = (f"{before}, {one}" if before and one else one for one in (text, matter))
    turn.effect(Understand, text=whole[:MAX_UNDERSTOOD], matter=matter[:MAX_UNDERSTOOD], question=question, token=token)


def _without_still(text: str) -> str:
    """«Двор всё ещё не показывает» is not about all of them."""
    for one in _AS_BEFORE:
        text = text.replace(one, " ")
    return text


_AS_BEFORE = ("всё ещё", "все еще", "всё еще", "все ещё", "всё так же", "все так же", "всё равно", "все равно")


def _without_what_is_put_off(text: str) -> str:
    """«Калитка потухла, вечером проверю» is about no evening."""
    left = [one for one in clauses_of(text) if SpeechAct.LATER not in overhear(one).acts]
    return ", ".join(left) or text


def understood(turn: DialogueTurn, event: Understood) -> None:
    """What the classifier found. Confidence decides between acting, one question and a short offer; beside an open
    question another topic is only ever offered, and only where it is sure."""
    state = turn.state
    if state.status == "handed" or event.token not in (None, state.wait):
        return  # too late: the customer has gone on
    if not state.frames and _is_about_a_person(event):
        operator(turn, event)
        return
    named = (flow_named(turn, one) for one in event.topics[:20] if one != TALK_TO_PERSON)
    _sympathise(turn)
    found = dict.fromkeys(name for name in named if name and visible(turn.flows[name], turn.ctx))
    begun = state.status == "active" and bool(state.frames)
    left = (one for one in found if not (begun and turn.flows[one].about.id == OTHER_TOPIC))
    flows = [one for one in left if one not in state.declined][:MAX_OFFERED]
    if event.decision in ("open", "likely") and next(iter(found), "") in state.declined:
        flows = []  # of all that it may be this was the one that stood out
    if not state.frames and state.offer and _goes_on_with_the_offer(turn, flows, event):
        return
    several = event.several
    if several and any(turn.flows[one].about.kind == "camera" for one in flows):
        _of_the_first_matter(turn)
        flows = [one for one in flows if turn.flows[one].about.kind != "other"]  # «прошу», «что там с заявкой»
        several = len(flows) > 1
    if several and (legal := [one for one in flows if turn.flows[one].about.kind == "legal"]):
        flows, several = legal[:1], False  # a lawyer's letter is one matter
    current = state.frames[0].flow if state.frames and state.status == "active" else ""
    if flows and flows[0] == current:
        beside.kept(turn)
    elif current:
        # «Какая завтра погода?»; what looks like nothing of ours beside a question of ours is an answer otherwise.
        another = names_another(turn)
        asked_back = beside.asked_back(turn) or another or bool(state.told.get("asks_how"))
        clear = event.decision == "open" or (
            event.decision == "likely" and (asked_back or _tells_what_else(turn, flows))
        )
        if flows and clear and not is_a_bit_of_an_answer(turn):
            _offer(turn, flows[:1], sure=True, begun=True, key="another" if another else "")
            if another:  # what is talked about is not done: it is gone on with afterwards
                state.later = tuple(dict.fromkeys((*state.later, current)))
        elif event.decision == "none" and asked_back:
            _off_topic(turn)
        else:
            beside.kept(turn)
    elif first := begun_by(
        turn, flows, sure=event.decision == "open" and not several, likely=event.decision == "likely"
    ):
        others = [one for one in _beside_the_fault(turn, flows, several=several) if one != first]
        state.later = tuple(one for one in others if turn.flows[one].about.kind != "camera") if several else ()
        begin_heard(turn, first, others)
    elif len(flows) > 1 and several:
        _offer_each(turn, flows)
    elif event.several and len(flows) == 1:
        begin_heard(turn, flows[0], ())
    elif flows:
        _begin_or_ask(turn, flows, event)
    elif not state.frames and (
        (event.decision == "person" and _has_said_enough(turn)) or found
    ):  # said to be about none of them
        hand_over(turn, "unclear")
    else:
        _not_understood(turn, event)


def _beside_the_fault(turn: DialogueTurn, flows: list[str], *, several: bool) -> list[str]:
    """«Ворота не работают 5 дней. Верните деньги»: the dead camera is begun for the first sentence, whatever that was
    read as, and what it was read as is no matter of its own."""
    if not several or DEAD_CAMERA in flows or not turn.state.told.get("fails") or not turn.state.notes:
        return flows
    sentences = sentences_of(turn.state.notes[-1])
    at = next((at for at, one in enumerate(sentences) if SpeechAct.FAILS in overhear(one).acts), 0)
    at = at if len(sentences) == len(flows) else 0
    return [one for place, one in enumerate(flows) if place != at]


def _goes_on_with_the_offer(turn: DialogueTurn, flows: list[str], event: Understood) -> bool:
    """A remark beside an offer refuses nothing: on with what was offered, unless the words are surely about another
    matter, or about nothing of ours."""
    offered, turn.state.offer = turn.state.offer, ()
    if event.decision == "none" and beside.asked_back(turn):
        _off_topic(turn)
        turn.state.offer = offered
        return True
    if event.decision == "open" and flows and flows[0] not in offered:
        return False
    fault = begun_by(turn, flows, sure=False, likely=event.decision == "likely") if turn.state.told.get("fails") else ""
    if fault and fault not in offered:
        return False  # «камера вход не работает!» is a matter, and no remark
    stands = len(offered) == 1 or event.decision not in ("open", "likely")
    chosen = next((one for one in flows if one in offered), offered[0] if stands else "")
    if chosen:
        begin_heard(turn, chosen, [one for one in (*turn.state.rivals, *flows) if one != chosen])
    return bool(chosen)


def names_another(turn: DialogueTurn) -> bool:
    """Whether the words are begun as people begin another matter: «и ещё», «кстати»."""
    said = [one.word for one in tokens_of(turn.state.notes[-1][:_BEGINNING])] if turn.state.notes else []
    return any(one in _ANOTHER for one in said) or any(one in _STILL for one in said[:2])


_ANOTHER = words("также отдельно кстати заодно второй второе другой другое also another besides")
_STILL = words("ещё еще")  # «и ещё списали лишнее»; «камера ещё не работает» is the same matter
_BEGINNING = 200  # characters


def _tells_what_else(turn: DialogueTurn, flows: list[str]) -> bool:
    """«Видите изображение?» — «полосы какие-то розовые»: neither a yes nor a no, but another fault of the camera."""
    told = [turn.flows[one] for one in (*flows[:1], turn.state.frames[0].flow)]
    return turn.frame.phase == "confirm" and all(one.about.kind == "camera" and looks_itself(one) for one in told)


def of_a_kind(turn: DialogueTurn, words: str) -> bool:
    """«Камера», «запись»: the answer to what it is about («unclear»). The camera is looked at; of the others a few
    topics are offered. False: the words name no such thing."""
    if not turn.state.tries or len(words.split()) > _NAMED_IN:
        return False
    kind = next((kind for kind, named in _KINDS.items() if named & set(terms(words))), None)
    flows = [name for name, flow in turn.flows.items() if flow.about.kind == kind and visible(flow, turn.ctx)]
    if kind == "camera" and DEAD_CAMERA in flows:
        begin_heard(turn, DEAD_CAMERA, ())
    elif flows:
        _offer(turn, flows[:MAX_OFFERED], sure=False, begun=False)
    return bool(flows)


_KINDS = {
    "camera": frozenset(terms("камера камеры камеру камере camera")),
    "archive": frozenset(terms("запись записи архив архиве видеозапись recording recordings archive")),
    "account": frozenset(terms("доступ доступе пароль access password")),
    "billing": frozenset(terms("оплата оплате оплату платёж деньги payment money")),
}


def _of_the_first_matter(turn: DialogueTurn) -> None:
    """«Вход мутный. И верните деньги за двор»: of two matters each has its own cameras, and the first is begun with
    those that its own sentence names."""
    told = turn.state.told.get("cameras") or ()
    if len(told) < 2 or not turn.state.notes:
        return
    seen = [
        {"id": str(one["id"]), "title": str(one.get("title") or ""), "address": str(one.get("address") or "")}
        for one in cameras_of(turn.ctx)
    ]
    named = next((ids for one in sentences_of(turn.state.notes[-1]) if (ids := mentioned(one, seen).ids)), ())
    if named and set(named) < set(told):
        turn.state.told = {**turn.state.told, "cameras": list(named)}


def is_a_bit_of_an_answer(turn: DialogueTurn) -> bool:
    """«В приложении», «на складе»: nobody names another matter so."""
    note = turn.state.notes[-1] if turn.state.notes else ""
    said = tokens_of(note[: _FEW * 20])
    if turn.state.told.get("fails") or turn.state.told.get("asks_how") or note.rstrip().endswith("?"):
        return False
    if not said or len(said) > _FEW:
        return False
    does = any(one.word.endswith(_VERBS) for one in said)
    return not does and (len(said) <= _BIT or said[0].word in _PREPOSITIONS)


_BIT, _FEW, _NAMED_IN = 2, 5, 3  # words
_VERBS = ("ет", "ит", "ют", "ут", "ят", "ат", "ла", "ло", "ли", "л", "ть", "ся", "сь")
_PREPOSITIONS = words("в во на из с со через по у для от до под над за к in on at from with by under")


def _sympathise(turn: DialogueTurn) -> None:
    """With whoever is angry, before anything is offered or begun."""
    if turn.state.told.get("upset") and not turn.state.frames and not turn.state.tries:
        turn.own("sympathy")


def _not_understood(turn: DialogueTurn, event: Understood) -> None:
    if event.decision == "none" and (turn.state.frames or not turn.state.tries):
        _off_topic(turn)
    elif turn.state.files and not turn.state.frames and not turn.state.tries:
        turn.state.tries += 1
        turn.own("filed_what")  # «вот», beside a picture
    elif turn.state.frames:
        invalid(turn, "unclear")
    elif _told_a_story(turn):
        turn.own("story")
        hand_over(turn, "unclear")
    elif turn.state.tries:  # other words were no clearer: no list of everything we know, but somebody who understands
        turn.own("gave_up")
        hand_over(turn, "unclear")
    else:
        turn.state.tries += 1
        turn.own("unclear")


_GUESSES = 2


def _has_said_enough(turn: DialogueTurn) -> bool:
    """«Ну чё там» is asked about once, before anybody is called."""
    return bool(turn.state.tries) or (bool(turn.state.notes) and len(turn.state.notes[-1].split()) >= _A_SENTENCE)


_A_SENTENCE = 7  # words


def _told_a_story(turn: DialogueTurn) -> bool:
    """Whoever has written so much is not asked to put it another way."""
    return bool(turn.state.notes) and len(turn.state.notes[-1].split()) >= _STORY


_STORY = 25  # words


def _begin_or_ask(turn: DialogueTurn, flows: list[str], event: Understood) -> None:
    """Nothing is begun yet. What is likely a camera's fault is looked at: that costs nothing and shows what it is."""
    first = turn.flows[flows[0]]
    likely = event.decision == "likely" and first.about.kind == "camera" and looks_itself(first)
    harmless = event.decision == "likely" and turn.state.told.get("asks_how") and first.about.kind not in PEOPLE_DO
    if event.decision == "open" or likely or harmless:
        begin_heard(turn, flows[0], flows[1:])
    elif turn.state.tries >= _GUESSES:  # nobody guesses a third time
        turn.own("gave_up")
        hand_over(turn, "unclear")
    else:
        _offer(turn, flows, sure=event.decision == "likely", begun=False)


def _is_about_a_person(event: Understood) -> bool:
    """Who is likeliest to want a person gets one: no topic is made of it, and it is offered beside none."""
    return event.topics[:1] == (TALK_TO_PERSON,) and event.decision in ("open", "likely")


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


def _offer(turn: DialogueTurn, flows: list[str], *, sure: bool, begun: bool, key: str = "") -> None:
    """One topic by yes or no, also where there is but one, or a few to choose from; what was offered beside the
    first is kept for «не о том»."""
    sure = sure or len(flows) == 1
    topics = tuple(offered_topic(turn, name) for name in (flows[:1] if sure else flows))
    turn.state.offer = tuple(one.flow for one in topics)
    turn.state.rivals = tuple(flows[1:]) if sure else ()
    key = key or ("offer" if begun else "begin") + ("_sure" if sure else "")
    turn.reply(TopicsOffered(turn.reply_id, said(key, turn.lang, topics[0].title), topics, sure, begun))


def _offer_each(turn: DialogueTurn, flows: list[str]) -> None:
    """Two matters in one message: the one that is not chosen first is kept, and taken up afterwards."""
    topics = tuple(offered_topic(turn, name) for name in flows)
    turn.state.offer = turn.state.later = tuple(one.flow for one in topics)
    turn.reply(TopicsOffered(turn.reply_id, said("several", turn.lang), topics))
