"""One reading of conversations: what is shown of messages and events is asked for in tickets/thread.py alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CAMDESK = Path(__file__).resolve().parent.parent.parent / "camdesk"
READING = "tickets/thread.py"
ROOMS = ("desk/", "cabinet/", "api/", "live/")
MODELS = ("Message", "Event")
ROWS = ("messages", "events")  # as a ticket calls them
ASKS = {
    "aggregate", "all", "annotate", "count", "defer", "exclude", "exists", "filter", "first", "get", "iterator",
    "last", "latest", "only", "order_by", "prefetch_related", "public", "select_related", "values", "values_list",
}  # fmt: skip

# Who asks for rows without showing them, and what for.
ELSEWHERE = {
    "bot/sessions/abandoning.py": "whether the customer said anything worth keeping",
    "bot/sessions/current_question.py": "the question a conversation is at",
    "bot/sessions/dialogue_moves.py": "whether a person has answered already",
    "bot/sessions/duties.py": "whether the bot had the last word",
    "channels/mail/incoming/machine_letters.py": "how many automatic letters were noted",
    "channels/mail/incoming/threading_without_token.py": "which request a letter became",
    "channels/phone/call_messages.py": "the first answer to a retry; writes",
    "channels/phone/manual_calls.py": "the first answer to a retry",
    "outages/notices.py": "who was answered already",
    "privacy/act.py": "that the requests of somebody erased say so",
    "privacy/classification.py": "whose words are whose, to take them away",
    "privacy/erasure.py": "takes words away, and indexes what is left",
    "tickets/conversation.py": "the first answer to a retry; writes",
    "tickets/empty_conversations.py": "leaves nothing behind",
    "tickets/reply_channels.py": "by which way an answer goes",
    "tickets/resolution.py": "what a resolution is taken back to",
    "tickets/scanning.py": "whose file it is",
}


def asked_for(source: str) -> Iterator[str]:
    """The rows this module asks for, in short."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value=ast.Name(id=model), attr="objects" | "_default_manager") if model in MODELS:
                yield f"{model}.objects"
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr=rows), attr=asks)) if rows in ROWS:
                if asks in ASKS:
                    yield f"{rows}.{asks}()"


def _modules() -> list[Path]:
    return [path for path in CAMDESK.rglob("*.py") if "migrations" not in path.parts]


def everywhere() -> dict[str, set[str]]:
    found = {path.relative_to(CAMDESK).as_posix(): set(asked_for(path.read_text())) for path in _modules()}
    return {place: what for place, what in found.items() if what}


@pytest.mark.parametrize(
    "source, found",
    [
        ("Message.objects.filter(ticket=t)", "Message.objects"),
        ("rows = Event.objects", "Event.objects"),
        ("ticket.messages.public()", "messages.public()"),
        ("session.ticket.events.order_by('seq')", "events.order_by()"),
    ],
)
def test_the_look_sees_every_way_of_asking(source, found):
    assert list(asked_for(source)) == [found]


@pytest.mark.parametrize("source", ["shown.messages", "len(thread.events)", "CallEvent.objects.all()", "urls.events()"])
def test_the_look_lets_the_reading_be_used(source):
    assert list(asked_for(source)) == []


def test_what_is_shown_is_read_in_one_place():
    others = {place: what for place, what in everywhere().items() if place != READING and place not in ELSEWHERE}
    assert others == {}, f"through {READING}, please"


def test_no_room_is_an_exception():
    assert [place for place in ELSEWHERE if place.startswith(ROOMS)] == []


def test_no_exception_outlives_its_reason():
    assert set(ELSEWHERE) <= set(everywhere())
    assert {"Message.objects", "Event.objects", "messages.filter()"} <= everywhere()[READING]
