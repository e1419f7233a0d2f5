"""What every structured way in checks alike, before a ticket is opened: the form, the API, the chat's hand-over.

Bad input gets a sentence per field and loses nothing: the caller shows the sentences beside what was typed.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from camdesk.cameras.models import Camera
from camdesk.lib import email_addresses
from camdesk.lib.phones import BadPhone, normalise
from camdesk.lib.text import TextTooLong, clean_line, clean_text
from camdesk.playbook.document import Fact, Playbook, TopicSpec
from camdesk.playbook.facts import facts_for, may_not_stay_empty, validate_facts


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field, in a sentence for the person who filled it."""

    field: str
    sentence: str


class Refused(Exception):
    """The request cannot be taken as it is; nothing was stored."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(f"{error.field}: {error.sentence}" for error in errors))
        self.errors = list(errors)


@dataclass(frozen=True)
class Asked:
    """What came in, as typed. `facts`: {fact id: answer}; `camera_facts`: {camera id: {fact id: answer}}."""

    topic: str = ""
    text: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    camera_ids: Sequence[int] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    camera_facts: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    attachments: Sequence[str] = ()


@dataclass(frozen=True)
class Taken:
    """What came in, clean: storable text, one spelling of the number, known topic, cameras and facts."""

    topic: TopicSpec
    text: str
    name: str
    phone: str
    email: str
    address: str
    cameras: Sequence[Camera]
    facts: Mapping[str, Any]
    camera_facts: Mapping[int, Mapping[str, Any]]
    attachments: Sequence[str]


@dataclass(frozen=True)
class Demands:
    """What this way in insists on. The form asks for all; the API leaves facts to whoever calls it."""

    text_or_files: bool = True
    way_to_answer: bool = True
    name: bool = True
    email: bool = False
    required_facts: bool = True


def check(asked: Asked, *, document: Playbook, cameras: Iterable[Camera], demands: Demands | None = None) -> Taken:
    """Everything at once: all errors are told together. `cameras` are those of `camera_ids` that may be named here.

    Raises Refused.
    """
    demands = demands or Demands()
    errors: list[FieldError] = []
    topic = document.topic(asked.topic) if asked.topic else None
    if topic is None:
        errors.append(FieldError("topic", _("Выберите тему обращения.") if not asked.topic else _("Такой темы нет.")))
    name = _line(asked.name, "name", 120, errors)
    if demands.name and not name and not _has(errors, "name"):
        errors.append(FieldError("name", _("Напишите, как к вам обращаться.")))
    phone = _phone(asked.phone, errors)
    email = _email(asked.email, errors)
    if demands.email and not email and not _has(errors, "email"):
        errors.append(FieldError("email", _("Оставьте почту: на неё придут ссылка и ответ.")))
    if demands.way_to_answer and not phone and not email and not _has(errors, "phone", "email"):
        errors.append(FieldError("phone", _("Оставьте телефон или почту, чтобы мы могли ответить.")))
    address = _line(asked.address, "address", 300, errors)
    text = _text(asked.text, document, errors)
    if demands.text_or_files and not text and not _has(errors, "text"):
        errors.append(FieldError("text", _("Опишите, что случилось.")))
    attachments = list(dict.fromkeys(asked.attachments))
    if len(attachments) > document.limits.max_files:
        errors.append(FieldError("files", too_many_files(document.limits.max_files)))
    known = _cameras(asked, list(cameras), document, errors) if topic is None or topic.cameras != "none" else []
    facts, camera_facts = _facts(asked, topic, known, document, demands, errors) if topic is not None else ({}, {})
    if errors:
        raise Refused(errors)
    assert topic is not None
    return Taken(topic, text, name, phone, email, address, known, facts, camera_facts, attachments)


def too_many_files(most: int) -> str:
    return ngettext("Можно приложить не больше %(most)d файла.", "Можно приложить не больше %(most)d файлов.", most) % {
        "most": most
    }


def _has(errors: list[FieldError], *fields: str) -> bool:
    return any(error.field in fields for error in errors)


def _line(raw: str, name: str, most: int, errors: list[FieldError]) -> str:
    try:
        return clean_line(raw, most=most)
    except TextTooLong as error:
        errors.append(FieldError(name, _too_long(error)))
        return ""


def _text(raw: str, document: Playbook, errors: list[FieldError]) -> str:
    try:
        return clean_text(raw, most=document.limits.max_text_chars)
    except TextTooLong as error:
        errors.append(FieldError("text", _too_long(error)))
        return ""


def _too_long(error: TextTooLong) -> str:
    return _("Слишком длинно: %(length)d знаков, помещается %(most)d.") % {
        "length": error.length,
        "most": error.most,
    }


def _phone(raw: str, errors: list[FieldError]) -> str:
    if not raw.strip():
        return ""
    try:
        return normalise(raw)
    except BadPhone as error:
        errors.append(FieldError("phone", str(error)))
        return ""


def _email(raw: str, errors: list[FieldError]) -> str:
    try:
        return email_addresses.checked(raw)
    except email_addresses.BadEmail as error:
        errors.append(FieldError("email", str(error)))
        return ""


def _cameras(asked: Asked, found: list[Camera], document: Playbook, errors: list[FieldError]) -> list[Camera]:
    wanted = list(dict.fromkeys(asked.camera_ids))
    by_id = {camera.pk: camera for camera in found}
    if any(pk not in by_id for pk in wanted):
        # The same words for a camera that never was and for somebody else's: nothing is disclosed.
        errors.append(FieldError("cameras", _("Такой камеры в вашем списке нет. Выберите камеру из списка.")))
    if len(wanted) > document.limits.max_cameras:
        errors.append(
            FieldError(
                "cameras",
                _("В одном обращении может быть не больше %(most)d камер.") % {"most": document.limits.max_cameras},
            )
        )
    return [by_id[pk] for pk in wanted if pk in by_id]


def _facts(
    asked: Asked,
    topic: TopicSpec,
    cameras: list[Camera],
    document: Playbook,
    demands: Demands,
    errors: list[FieldError],
) -> tuple[dict[str, Any], dict[int, dict[str, Any]]]:
    """Answers checked by the playbook's definitions: (those of the ticket, those of each camera).

    An answer given once for several cameras is kept with each of them; ticks that cannot all be true of one camera
    (two providers, two heights) are kept with the ticket, since nobody said which camera is which.
    """
    definitions = facts_for(document, topic)
    must = may_not_stay_empty(topic, definitions, cameras_named=bool(cameras))
    required = must if demands.required_facts else frozenset()
    of_camera = [fact for fact in definitions if fact.scope == "camera" and cameras]
    of_ticket = [fact for fact in definitions if fact not in of_camera]
    facts = _checked(of_ticket, asked.facts, required, "", 1, errors)
    if not of_camera:
        return facts, {}
    own = {camera.pk: asked.camera_facts.get(camera.pk, {}) for camera in cameras}
    # Answered for some of the cameras is answered: of many, few know the height of each.
    told = {fact.id for fact in of_camera if any(answers.get(fact.id) for answers in own.values())}
    shared = _checked(of_camera, asked.facts, required - told, "", len(cameras), errors)
    per_camera = {
        camera.pk: _checked(
            of_camera, own[camera.pk], set(), f"{camera.name}: ", 1, errors, prefix=f"camera-{camera.pk}-"
        )
        for camera in cameras
    }
    for name, value in shared.items():
        if isinstance(value, list) and len(value) > 1 and len(cameras) > 1:
            facts[name] = value
            continue
        for answers in per_camera.values():
            answers.setdefault(name, value)
    return facts, per_camera


def _checked(
    definitions: list[Fact],
    answers: Mapping[str, Any],
    required: Set[str],
    whose: str,
    cameras: int,
    errors: list[FieldError],
    *,
    prefix: str = "",
) -> dict[str, Any]:
    checked = validate_facts(definitions, answers, required=required, cameras=cameras)
    told = dict(checked.errors)
    for contradiction in checked.contradictions:
        told.setdefault(contradiction.fact, contradiction.text)
    errors += [FieldError(f"{prefix}fact-{name}", whose + sentence) for name, sentence in told.items()]
    return checked.clean
