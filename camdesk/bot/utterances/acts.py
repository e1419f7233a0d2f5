"""What a person does by a message: greets, thanks, says that it works, agrees, puts it off, calls for somebody.

The phrases stand in phrases.yaml; here are the few rules about what they mean beside each other. Emergencies,
thanks, greetings and the wish for a person are never guessed at: the phrase stands there or it does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from camdesk.bot.utterances.heard import Danger, SpeechAct
from camdesk.bot.utterances.patterns import Match, Phrases, Token, words

_SHORT = 4  # words: «вечером», «не могу сейчас»: an answer by itself, in a longer message a circumstance

PHRASES = Path(__file__).with_name("phrases.yaml")


@lru_cache(maxsize=1)
def _tables() -> tuple[Phrases[SpeechAct], Phrases[Danger], Phrases[str]]:
    written = yaml.safe_load(PHRASES.read_text(encoding="utf-8"))
    acts = {SpeechAct(name): phrases for name, phrases in written["acts"].items()}
    dangers = {Danger(name): phrases for name, phrases in written["dangers"].items()}
    return Phrases(acts), Phrases(dangers), Phrases(written["commands"])


# What was, or might be: not now. «Ночью вскрывали магазин», «в случае пожара», «нет возгорания».
_NOT_NOW = words(
    "вчера позавчера ночью было был была были случае если бы чтобы когда-то раньше неделю недавно датчик "
    "детектор видно записи запись архив архиве прошлой прошлую yesterday was were if"
)
_CIRCUMSTANCE = words("когда when whenever")  # «не шлёт тревогу, когда кто-то ходит»

# Words a clause turns with: «заработало, но без звука» is a new fault, no thanks.
_TURNS = words("но однако зато только кроме but however except")
_NEVER_BEFORE = words("не ни нет если чтобы когда без not no if when isn doesn won")
_POSITIVE = frozenset({SpeechAct.WORKS_NOW, SpeechAct.THANKS})
_WORKING = frozenset({"работает", "работают"})
_SHOWING = words("показывает видно вижу идет работает ловит")
_DENIALS = words("не not")
# What lies there is a thing; what lies and nothing more does not work: «камера лежит на земле», «неделю камера лежит».
_LYING = words("лежит лежат полегла полегли")
_BITS = words("кусок провод кабель кронштейн корпус стекло крышка козырёк козырек")
_SOMEWHERE = words("на в во под у за около возле тут там здесь дома рядом без")
# What nothing more is said by: beside these a message has no topic.
_SPENT = frozenset(
    {
        SpeechAct.GREETING,
        SpeechAct.THANKS,
        SpeechAct.YES,
        SpeechAct.NO,
        SpeechAct.UNDERSTOOD,
        SpeechAct.WORKS_NOW,
        SpeechAct.INSULT,
        SpeechAct.ABOUT_THE_BOT,
    }
)
_COURTEOUS = frozenset({SpeechAct.GREETING, SpeechAct.THANKS, SpeechAct.YES, SpeechAct.NO, SpeechAct.UNDERSTOOD})
# «Нет интернета» is what they come with, and refuses nothing; «нет, интернета…» does.
_MISSING = words(
    "интернета инета интернету связи света электричества тока питания напряжения изображения изображений картинки "
    "картины видео звука сигнала доступа сети сетей записи записей архива уведомлений оповещений трансляции микрофона "
    "соединения подключения wifi вайфая вай-фая роутера денег камер камеры кнопки ночного зума "
    "picture image internet sound signal video connection access recording recordings archive power network audio wi-fi"
)
_NOTHING_OF = words("нет нету no")
_WHOSE = words("у меня нас него неё нее них больше ни никакого никакой никаких вообще совсем any")
_AFTER_A_PARTICLE = words(
    "я мы ты вы он она они всё все что ну ни тут какой какая какое какие никак сколько вот просто как где когда почему "
    "зачем опять снова по сами сам сама хватит бросьте ладно кто куда"
)
_PLAIN_YES = words("да ага угу верно yes yeah yep")


@dataclass(frozen=True, slots=True)
class Acts:
    """The acts of a message, its danger, and which of its words did nothing but greet, thank, agree or refuse.

    `spent`: the same with those that say it works, and abuse; `failing`: those that say that something fails. `agrees`
    and `command` as in `Heard`.
    """

    acts: frozenset[SpeechAct]
    danger: Danger | None
    courtesy: frozenset[int]
    agrees: bool | None = None
    command: str = ""
    spent: frozenset[int] = frozenset()
    failing: frozenset[int] = frozenset()


def acts_of(tokens: Sequence[Token]) -> Acts:
    """What a message does. `tokens`: its words."""
    phrases, dangers, commands = _tables()
    matches = list(phrases.find(tokens))
    found = {match.name for match in matches if _stands(match, tokens)}
    if _asks_how(tokens):
        found.add(SpeechAct.ASKS_HOW)
    danger = next((match.name for match in dangers.find(tokens) if not _past(match, tokens)), None)
    if danger is not None:
        found.add(SpeechAct.EMERGENCY)
    _settle(found, matches, tokens)
    whole = (one.name for one in commands.find(tokens) if one.start == 0 and one.end == len(tokens))
    return Acts(
        acts=frozenset(found),
        danger=danger,
        courtesy=_courtesy(matches, found),
        agrees=_agrees(found, tokens),
        command=next(whole, ""),
        spent=_places(matches, found & _SPENT | ({SpeechAct.YES} if SpeechAct.UNDERSTOOD in found else set())),
        failing=_places(matches, found & {SpeechAct.FAILS}),
    )


def _agrees(found: set[SpeechAct], tokens: Sequence[Token]) -> bool | None:
    """Yes or no to whatever is asked. A short message with a denial refuses: «пока не видно»."""
    refuses = found & {SpeechAct.NO, SpeechAct.NOT_HELPED}
    if refuses and SpeechAct.YES not in found:
        return False
    if found & {SpeechAct.YES, SpeechAct.WORKS_NOW} and not refuses:
        return True
    if found & {SpeechAct.DONT_KNOW, SpeechAct.CANT, SpeechAct.LATER}:
        return None
    if not tokens or len(tokens) > _SHORT + 1:
        return None
    denies = tokens[0].word in _NOTHING_OF or any(token.word in _DENIALS for token in tokens)
    return False if denies else None


def _stands(match: Match[SpeechAct], tokens: Sequence[Token]) -> bool:
    """Whether the phrase means what it says here."""
    if match.name is SpeechAct.LATER:  # a lonely word of time is an answer only in a short message
        return match.end - match.start > 1 or len(tokens) <= _SHORT + 1
    if match.name is SpeechAct.NO and _misses_something(match, tokens):
        return False
    if match.name is SpeechAct.YES and tokens[match.start].word == "да" and match.end - match.start == 1:
        after = tokens[match.end : match.end + 1]
        return not any(
            one.word in _AFTER_A_PARTICLE and not one.first for one in after
        )  # «да всё плохо» agrees to nothing
    denied = match.start > 0 and tokens[match.start - 1].word in _NEVER_BEFORE
    if match.name is SpeechAct.UNDERSTOOD:
        return not denied and len(tokens) <= _SHORT + 1
    if match.name is SpeechAct.FAILS and tokens[match.start].word == "висит" and match.start:
        return tokens[match.start - 1].word not in _BITS  # «кусок висит»
    if match.name is SpeechAct.FAILS and tokens[match.start].word in _LYING:
        after = tokens[match.end : match.end + 1]
        return not denied and not any(one.word in _SOMEWHERE and not one.first for one in after)
    if match.name not in _POSITIVE:
        return True
    if tokens[match.end - 1].word in _SHOWING:  # «опять двор не показывает»
        denied = denied or any(token.word in _DENIALS for token in tokens[match.start : match.end])
    return not denied and (tokens[match.start].word not in _WORKING or _alone(tokens))


def _asks_how(tokens: Sequence[Token]) -> bool:
    """«Как скачать запись», «где мне посмотреть», «how do I»: a way is asked for. «Как долго ждать», «как быть» ask for
    none."""
    for at, one in enumerate(tokens):
        if one.word in _ENGLISH_WAYS and any(next_.word in _ENGLISH_VERBS for next_ in tokens[at + 1 : at + 2]):
            return True
        if one.word not in _WAYS:
            continue
        for near in tokens[at + 1 : at + 1 + _NEAR]:
            if near.first or near.word in _NO_WAY:
                break
            if near.word.endswith(_INFINITIVES) and near.word not in _NO_DEED:
                return True
    return False


_WAYS = words("как где куда чем откуда")
_NO_WAY = words("долго часто быстро скоро обычно всегда раз только будто бы так")
_NO_DEED = words("быть понимать понять жить часть есть сеть опять пять путь чуть суть память очередь ночь помощь дверь")
_INFINITIVES = ("ть", "ться", "ти", "тись", "чь")
_NEAR = 4  # words
_ENGLISH_WAYS = words("how where")
_ENGLISH_VERBS = words("do can to does could")


def _misses_something(match: Match[SpeechAct], tokens: Sequence[Token]) -> bool:
    """«Нет интернета», «нет у меня доступа», «no picture»."""
    if match.end - match.start != 1 or tokens[match.start].word not in _NOTHING_OF:
        return False
    for one in tokens[match.end : match.end + 4]:
        if one.first or one.word not in _WHOSE:
            return one.word in _MISSING and not one.first
    return False


def _alone(tokens: Sequence[Token]) -> bool:
    """«Работает» closes a matter only as the whole of its clause or with «всё», «теперь», «камера» beside it."""
    if any(token.word in _TURNS or token.word in ("не", "плохо", "через", "медленно") for token in tokens):
        return False
    return len(tokens) <= _SHORT or any(
        token.word in ("все", "теперь", "уже", "снова", "опять", "наконец", "спасибо") for token in tokens
    )


def _past(match: Match[Danger], tokens: Sequence[Token]) -> bool:
    near = tokens[max(0, match.start - 4) : match.end + 3]
    before = tokens[max(0, match.start - 2) : match.start]
    if any(token.word in _CIRCUMSTANCE for token in before) or (
        before and before[-1].word in ("нет", "без", "не", "no")
    ):
        return True
    return any(token.word in _NOT_NOW for token in near)


def _settle(found: set[SpeechAct], matches: Sequence[Match[SpeechAct]], tokens: Sequence[Token]) -> None:
    """What cannot be meant together."""
    if SpeechAct.NOT_HELPED in found:
        found.discard(SpeechAct.WORKS_NOW)
    if SpeechAct.WORKS_NOW in found and any(
        token.word in _TURNS for token in tokens[_end(matches, SpeechAct.WORKS_NOW) :]
    ):
        found.discard(SpeechAct.WORKS_NOW)  # «заработало, но без звука»
    if {SpeechAct.YES, SpeechAct.NO} <= found:  # «да нет» refuses; else the first word is what was meant: «нет, да»
        first = min(
            (match.start, -match.end, match.name) for match in matches if match.name in (SpeechAct.YES, SpeechAct.NO)
        )[2]
        found.discard(SpeechAct.NO if first is SpeechAct.YES else SpeechAct.YES)
    if SpeechAct.UNDERSTOOD in found:  # «ок, понятно» agrees to nothing, «да, понятно» does
        plain = any(token.word in _PLAIN_YES for token in tokens)
        if found & {SpeechAct.WORKS_NOW, SpeechAct.NO, SpeechAct.NOT_HELPED, SpeechAct.DONT_KNOW} or plain:
            found.discard(SpeechAct.UNDERSTOOD)
        else:
            found.discard(SpeechAct.YES)
    if SpeechAct.DONT_KNOW in found or SpeechAct.CANT in found:
        found.discard(SpeechAct.NO)


def _end(matches: Sequence[Match[SpeechAct]], act: SpeechAct) -> int:
    return max(match.end for match in matches if match.name is act)


def _courtesy(matches: Sequence[Match[SpeechAct]], found: set[SpeechAct]) -> frozenset[int]:
    done = found & _COURTEOUS
    if SpeechAct.UNDERSTOOD in done:
        done.add(SpeechAct.YES)  # the «ок» of «ок, понятно»
    return _places(matches, done)


def _places(matches: Sequence[Match[SpeechAct]], acts: set[SpeechAct]) -> frozenset[int]:
    """The words that these acts are done by."""
    return frozenset(at for match in matches if match.name in acts for at in range(match.start, match.end))
