"""Reads what a customer pressed or typed: the engine's event, and the words they see themselves say."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from camdesk.bot.engine.questions import EACH
from camdesk.bot.engine.words import said as bot_says
from camdesk.bot.sessions.context import Sight
from camdesk.bot.sessions.current_question import Reply, asked
from camdesk.lib.text import clean_line, clean_text
from camdesk.people.models import Person
from camdesk.playbook.document import Playbook
from camdesk.tickets.conversation import NothingSaid
from camdesk.tickets.models import Ticket

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
    """What the customer did: `text` is what they see themselves say; `press` the engine's event of a button."""

    client_id: str
    text: str = ""
    files: Sequence[str] = ()
    press: Mapping[str, Any] | None = None


def read_words(text: str, files: Sequence[str], *, client_id: str, most: int) -> ChatMove:
    """Typed words and files. Raises NothingSaid, TextTooLong."""
    words = clean_text(text, most=most)
    if not words and not files:
        raise NothingSaid
    return ChatMove(client_id, words, files)


def read_press(
    post: QueryDict,
    *,
    ticket: Ticket | None,
    by: Person,
    document: Playbook,
    language: str,
    client_id: str,
    sight: Sight,
) -> ChatMove:
    """A pressed button or a filled field of the open question. `press` is «kind» or «kind:value»; `sight`: of the turn
    that follows. Raises NotAMove, TextTooLong."""
    kind, _colon, value = post.get("press", "").partition(":")
    event: dict[str, Any] = {"id": client_id, "kind": kind}
    question = post.get("question", "")[:300]
    if kind in _FIXED:
        words = _FIXED[kind]()
    elif kind in ("switch", "start"):
        topic = document.topics.get(value)
        if topic is None:
            raise NotAMove(kind)
        event["value"], words = topic.id, topic.title.get(language)
    elif kind == "change":
        fact = document.facts.get(value)
        event["value"], words = (
            value[:100],
            _("Изменить: %(what)s") % {"what": fact.title.get(language)} if fact else "",
        )
    elif kind in ("answer", "yes", "no"):
        reply = asked(ticket, question) if ticket is not None else None
        words = _answer(event, reply, post, value, by=by, language=language, sight=sight)
        if question:
            event["question"] = question
    else:
        raise NotAMove(kind)
    return ChatMove(client_id, words, press=event)


_FIXED = {
    "skip": lambda: _("Пропустить"),
    "back": lambda: _("Назад"),
    "restart": lambda: _("Заново"),
    "operator": lambda: _("Позвать человека"),
    "other_topic": lambda: _("Другая тема"),
}


def _answer(
    event: dict[str, Any], reply: Reply | None, post: QueryDict, value: str, *, by: Person, language: str, sight: Sight
) -> str:
    """Puts the answer's value into the event; returns the words for it."""
    if event["kind"] in ("yes", "no"):
        return (reply or {}).get(event["kind"]) or bot_says(event["kind"], language)
    given = [one[:_MOST] for one in ([value] if value else post.getlist("value")) if one.strip()][:500]
    if reply is None:  # a rating, or a question long past: the engine knows what to make of it
        event["value"] = given[0] if given else ""
        return _("Оценка: %(stars)s") % {"stars": given[0]} if given and given[0] in "12345" else ""
    if (each := reply.get("each")) and given == [EACH]:
        event["value"] = EACH
        return str(each["label"])
    several = reply["input"] in _SEVERAL
    event["value"] = given if several else (given[0] if given else "")
    other = clean_line(post.get("other", ""), most=200)
    if other:
        event["other"] = other
    return _in_words(reply, given, other, by=by, language=language, sight=sight)


def _in_words(
    reply: Mapping[str, Any], given: list[str], other: str, *, by: Person, language: str, sight: Sight
) -> str:
    if not given:
        return ""
    if reply["input"] in ("camera", "cameras"):
        return _camera_names(given, by, sight)
    if reply["input"] == "yesno":
        return bot_says("yes" if given[0] == "yes" else "no", language)
    labels = {option["value"]: option for option in reply.get("options") or ()}
    words = []
    for one in given:
        option = labels.get(one, {"label": one})
        words.append(f"{option['label']}: {other}" if other and option.get("other") else option["label"])
    return clean_line(", ".join(words), most=10_000)


def _camera_names(given: list[str], by: Person, sight: Sight) -> str:
    ids = [int(one) for one in given if one.isdecimal() and len(one) < 18]
    names = [camera.name for camera in sight.chosen(by, ids)]
    if len(names) > _NAMED_CAMERAS:
        more = len(names) - _NAMED_CAMERAS
        return _("%(names)s и ещё %(n)s") % {"names": ", ".join(names[:_NAMED_CAMERAS]), "n": more}
    return ", ".join(names)
