"""The buttons of what the bot said, for channels that have no page of ours: each with what its press says."""

from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from camdesk.bot.engine.words import said
from camdesk.bot.sessions.current_question import Reply


@dataclass(frozen=True)
class Button:
    """`press` and `question` come back as they are (tickets/channels.IncomingMessage)."""

    label: str
    press: str
    question: str = ""

    def as_payload(self) -> dict[str, str]:
        return asdict(self)


def buttons_of(replies: list[Reply], language: str) -> tuple[Button, ...]:
    """Of the last thing that is asked, and «Позвать человека». What is to be typed has none."""
    asked = next((reply for reply in reversed(replies) if reply["kind"] in _ASKS), None)
    found = _ASKS[asked["kind"]](asked, language) if asked else []
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
