"""The buttons of what the bot said, for channels that have no page of ours: each with what its press says."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from camdesk.bot.engine.words import said
from camdesk.bot.sessions.current_question import Reply
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


def asks_for_a_camera(replies: list[Reply]) -> Reply | None:
    """The question among these, if it is for cameras."""
    asked = _asked(replies)
    return asked if asked is not None and asked.get("input") in ("camera", "cameras") else None


def camera_buttons(question: str, cameras: Sequence[Camera]) -> tuple[Button, ...]:
    """A numbered list, so that two cameras of one name differ and people can speak of «the second»."""
    return tuple(
        Button(f"{number}. {_name_of(camera)}", f"answer:{camera.pk}", question)
        for number, camera in enumerate(cameras[:MOST_CAMERAS], 1)
    )


def _name_of(camera: Camera) -> str:
    return f"{camera.name}, {camera.site.address}" if camera.site_id else camera.name


def _asked(replies: list[Reply]) -> Reply | None:
    return next((reply for reply in reversed(replies) if reply["kind"] in _ASKS), None)


def buttons_of(replies: list[Reply], language: str, cameras: Sequence[Camera] = ()) -> tuple[Button, ...]:
    """Of the last thing that is asked, and «Позвать человека». What is to be typed has none. `cameras`: those to choose
    from, where that is asked."""
    asked = _asked(replies)
    found = _ASKS[asked["kind"]](asked, language) if asked else []
    if asked is not None and asked is asks_for_a_camera(replies):
        found = [*camera_buttons(asked["question"], cameras), *found]
    with override(language):
        return (*found, Button(_("Позвать человека"), "operator"))


def _of_question(reply: Reply, language: str) -> list[Button]:
    question = reply["question"]
    if reply["input"] == "yesno":
        found = [Button(said(word, language), f"answer:{word}", question) for word in ("yes", "no")]
    else:
        found = [Button(one["label"], f"answer:{one['value']}", question) for one in reply.get("options") or ()]
    with override(language):
        return [*found, Button(_("Пропустить"), "skip")] if reply.get("optional") else found


def _of_confirmation(reply: Reply, language: str) -> list[Button]:
    return [Button(reply.get(word) or said(word, language), word, reply.get("question", "")) for word in ("yes", "no")]


def _of_offer(reply: Reply, language: str) -> list[Button]:
    return [Button(one["title"], f"switch:{one['topic']}") for one in reply["topics"]]


def _of_rating(reply: Reply, language: str) -> list[Button]:
    return [Button("★" * stars, f"answer:{stars}") for stars in range(5, 0, -1)]


_ASKS = {"ask": _of_question, "confirm": _of_confirmation, "offer": _of_offer, "rate": _of_rating}
