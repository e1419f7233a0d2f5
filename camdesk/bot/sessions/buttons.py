"""The buttons of what the bot said, for channels that have no page of ours: each with what its press says."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from camdesk.bot.engine.replies import (
    AnyReply,
    Confirmation,
    FactAsked,
    InstructionStep,
    RatingAsked,
    TopicsOffered,
)
from camdesk.bot.engine.walk import REST
from camdesk.bot.engine.words import said
from camdesk.cameras.models import Camera


@dataclass(frozen=True)
class Button:
    """`press` and `question` come back as they are (tickets/channels.IncomingMessage)."""

    label: str
    press: str
    question: str = ""

    def as_payload(self) -> dict[str, str]:
        return asdict(self)


MOST_CAMERAS = 10  # buttons of one message; whoever has more may also type the name


def asks_for_a_camera(replies: Sequence[AnyReply]) -> FactAsked | None:
    """The question among these, if it is for cameras."""
    asked = next((reply for reply in reversed(replies) if isinstance(reply, _ASKS)), None)
    return asked if isinstance(asked, FactAsked) and asked.input in ("camera", "cameras") else None


def camera_buttons(question: str, cameras: Sequence[Camera]) -> tuple[Button, ...]:
    """A numbered list, so that two cameras of one name differ and people can speak of «the second»."""
    return tuple(
        Button(f"{number}. {_name_of(camera)}", f"answer:{camera.pk}", question)
        for number, camera in enumerate(cameras[:MOST_CAMERAS], 1)
    )


def _name_of(camera: Camera) -> str:
    return f"{camera.name}, {camera.site.address}" if camera.site_id else camera.name


def buttons_of(replies: Sequence[AnyReply], language: str, cameras: Sequence[Camera] = ()) -> tuple[Button, ...]:
    """Of the last thing that is asked, and «Позвать человека». What is to be typed has none. `cameras`: those to choose
    from, where that is asked."""
    asked = next((reply for reply in reversed(replies) if isinstance(reply, _ASKS)), None)
    found = _buttons(asked, language) if asked is not None else []
    if (question := asks_for_a_camera(replies)) is not None:
        found = [*camera_buttons(question.question, cameras), *found]
    with override(language):
        return (*found, Button(_("Позвать человека"), "operator"))


def _buttons(reply: FactAsked | Confirmation | TopicsOffered | RatingAsked, language: str) -> list[Button]:
    if isinstance(reply, FactAsked):
        return _of_question(reply, language)
    if isinstance(reply, Confirmation):
        found = [
            Button(reply.yes or said("yes", language), "yes", reply.question),
            Button(reply.no or said("no", language), "no", reply.question),
        ]
        rest = reply.rest if isinstance(reply, InstructionStep) else ""
        return [*found, Button(rest, f"answer:{REST}", reply.question)] if rest else found
    if isinstance(reply, TopicsOffered):
        return [Button(one.title, f"switch:{one.topic}") for one in reply.topics]
    return [Button("★" * stars, f"answer:{stars}") for stars in range(5, 0, -1)]


def _of_question(reply: FactAsked, language: str) -> list[Button]:
    if reply.input == "yesno":
        found = [Button(said(word, language), f"answer:{word}", reply.question) for word in ("yes", "no")]
    else:
        found = [Button(one.label, f"answer:{one.value}", reply.question) for one in reply.options]
    with override(language):
        return [*found, Button(_("Пропустить"), "skip")] if reply.optional else found


_ASKS = (FactAsked, Confirmation, TopicsOffered, RatingAsked)
