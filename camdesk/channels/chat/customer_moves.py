"""Reads what a customer pressed or typed: the engine's event, and the words they see themselves say."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from camdesk.bot.engine.events import (
    Answered,
    Began,
    BotEvent,
    ChangeAsked,
    OperatorCalled,
    Restarted,
    SaidNo,
    SaidYes,
    Skipped,
    Switched,
    TopicsAsked,
    WentBack,
)
from camdesk.bot.engine.moves import TOPIC
from camdesk.bot.engine.questions import EACH
from camdesk.bot.engine.replies import AnswerOption, Confirmation, FactAsked, InstructionStep, Put
from camdesk.bot.engine.walk import REST
from camdesk.bot.engine.words import said as bot_says
from camdesk.bot.sessions.context import Sight
from camdesk.lib.numbers import whole_numbers
from camdesk.lib.text import clean_line, clean_text
from camdesk.people.models import Person
from camdesk.playbook.document import Playbook
from camdesk.tickets.conversation import NothingSaid

_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_SEVERAL = ("choices", "camera", "cameras", "files")
_NAMED_CAMERAS = 5
_MOST = 500  # characters of an answer that is not free text


class NotAMove(ValueError):
    """Nothing a customer could have pressed."""


def client_id_of(given: str) -> str:
    """The browser's id of this move, or a new one for a browser that gave none (or rubbish)."""
    return given if _ID.fullmatch(given) else secrets.token_hex(12)


@dataclass(frozen=True)
class ChatMove:
    """What the customer did: `text` is what they see themselves say; `press`: the button."""

    client_id: str
    text: str = ""
    files: Sequence[str] = ()
    press: BotEvent | None = None


def read_words(text: str, files: Sequence[str], *, client_id: str, most: int) -> ChatMove:
    """Typed words and files. Raises NothingSaid, TextTooLong."""
    words = clean_text(text, most=most)
    if not words and not files:
        raise NothingSaid
    return ChatMove(client_id, words, files)


def read_press(
    post: QueryDict,
    *,
    asked: Callable[[str], Put | None],
    by: Person,
    document: Playbook,
    language: str,
    client_id: str,
    sight: Sight,
) -> ChatMove:
    """A pressed button or a filled field of the open question. `press` is «kind» or «kind:value»; `asked`: the reply
    that put a question, by its id (current_question.asked of a ticket); `sight`: of the turn that follows.
    Raises NotAMove, TextTooLong."""
    kind, _colon, value = post.get("press", "").partition(":")
    question = post.get("question", "")[:300]
    press: BotEvent
    if kind in _FIXED:
        event, words_of = _FIXED[kind]
        press, words = event(id=client_id), words_of()
    elif kind in ("switch", "start"):
        topic = document.topics.get(value)
        if topic is None:
            raise NotAMove(kind)
        press = (Switched if kind == "switch" else Began)(id=client_id, topic=topic.id)
        words = topic.title.get(language)
    elif kind == "change":
        fact = document.facts.get(value)
        press = ChangeAsked(id=client_id, fact=value[:100])
        title = bot_says(TOPIC, language) if value == TOPIC else fact.title.get(language) if fact else ""
        words = _("Изменить: %(what)s") % {"what": title} if title else ""
    elif kind in ("yes", "no"):
        press = (SaidYes if kind == "yes" else SaidNo)(id=client_id, question=question)
        reply = asked(question)
        label = (reply.yes if kind == "yes" else reply.no) if isinstance(reply, Confirmation) else ""
        words = label or bot_says(kind, language)
    elif kind == "answer":
        reply = asked(question)
        given = [one[:_MOST] for one in ([value] if value else post.getlist("value")) if one.strip()][:500]
        press, words = _answer(reply, given, clean_line(post.get("other", ""), most=200), by, language, sight)
        press = replace(press, id=client_id, question=question)
    else:
        raise NotAMove(kind)
    return ChatMove(client_id, words, press=press)


_FIXED: Mapping[str, tuple[type[BotEvent], Callable[[], str]]] = {
    "skip": (Skipped, lambda: _("Пропустить")),
    "back": (WentBack, lambda: _("Назад")),
    "restart": (Restarted, lambda: _("Заново")),
    "operator": (OperatorCalled, lambda: _("Позвать человека")),
    "other_topic": (TopicsAsked, lambda: _("Другая тема")),
}


def _answer(
    reply: Put | None, given: list[str], other: str, by: Person, language: str, sight: Sight
) -> tuple[Answered, str]:
    """The answer to that question, and the words for it. other: what was typed beside «другое»."""
    first = given[0] if given else ""
    if isinstance(reply, InstructionStep) and first == REST:
        return Answered(value=REST), reply.rest
    if not isinstance(reply, FactAsked):  # a rating, or a question long past: the engine knows what to make of it
        stars = reply is None and first and first in tuple("12345")
        return Answered(value=first), _("Оценка: %(stars)s") % {"stars": first} if stars else ""
    if reply.each is not None and given == [EACH]:
        return Answered(value=EACH), reply.each.label
    words = _in_words(reply, given, other, by=by, language=language, sight=sight)
    return Answered(value=given if reply.input in _SEVERAL else first, other=other), words


def _in_words(reply: FactAsked, given: list[str], other: str, *, by: Person, language: str, sight: Sight) -> str:
    if not given:
        return ""
    if reply.input in ("camera", "cameras"):
        return _camera_names(given, by, sight)
    if reply.input == "yesno":
        return bot_says("yes" if given[0] == "yes" else "no", language)
    options = {option.value: option for option in reply.options}
    chosen = [options.get(one, AnswerOption(one, one)) for one in given]
    words = [f"{one.label}: {other}" if other and one.other else one.label for one in chosen]
    return clean_line(", ".join(words), most=10_000)


def _camera_names(given: list[str], by: Person, sight: Sight) -> str:
    names = [camera.name for camera in sight.chosen(by, whole_numbers(given))]
    if len(names) > _NAMED_CAMERAS:
        more = len(names) - _NAMED_CAMERAS
        return _("%(names)s и ещё %(n)s") % {"names": ", ".join(names[:_NAMED_CAMERAS]), "n": more}
    return ", ".join(names)
