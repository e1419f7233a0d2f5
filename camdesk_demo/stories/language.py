"""How a request of the demo is told: who wrote what and when, and what came of it.

    Story("A1", "Елена Воронцова", "Не работает калитка…", days=3, clock="09:12", cameras=("Калитка",), then=(
        us(25, "Посмотрели: …", "timur"), them(60, "Заработало!"), done(70, "timur"), stars(200, 5),
    ))

Minutes count from the opening. What would lie in the future is left out, so a story may be told at any hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

H = 60
D = 24 * H


@dataclass(frozen=True)
class StoryStep:
    kind: str
    minutes: int
    by: str = ""
    text: str = ""
    value: str | int = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """`ref`: of the playbook's topic. `who`: a name of town/people.py. `days` and `clock`: how long ago and at what local
    time; or `ago`: so many minutes ago. `cameras`: names, or "address / name". `files`: names of exhibits.py.
    `taken_by`: the agent who wrote down a call."""

    ref: str
    who: str
    text: str
    days: int = 0
    clock: str = ""
    ago: int = 0
    channel: str = "form"
    cameras: tuple[str, ...] = ()
    address: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    camera_facts: Mapping[str, object] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    turn: str = "us"
    taken_by: str = ""
    verified: bool = True
    subject: str = ""
    then: tuple[StoryStep, ...] = ()


def us(minutes: int, text: str, by: str = "maria", *, keep: bool = False, files: tuple[str, ...] = ()) -> StoryStep:
    """An agent answers. `keep`: the turn stays where it is."""
    return StoryStep("reply", minutes, by, text, int(keep), files)


def them(minutes: int, text: str, *, files: tuple[str, ...] = ()) -> StoryStep:
    """The customer writes; a settled request comes back by it."""
    return StoryStep("receive", minutes, "", text, "", files)


def bot(minutes: int, text: str) -> StoryStep:
    return StoryStep("bot", minutes, "", text)


def note(minutes: int, text: str, by: str = "maria") -> StoryStep:
    return StoryStep("note", minutes, by, text)


def take(minutes: int, by: str) -> StoryStep:
    return StoryStep("assign", minutes, by, value=by)


def hand(minutes: int, to: str, by: str = "maria") -> StoryStep:
    """One agent gives it to another."""
    return StoryStep("assign", minutes, by, value=to)


def route(minutes: int, team: str, by: str = "maria") -> StoryStep:
    return StoryStep("route", minutes, by, value=team)


def turn(minutes: int, to: str, by: str) -> StoryStep:
    return StoryStep("turn", minutes, by, value=to)


def due(minutes: int, hours: int, by: str) -> StoryStep:
    """An agent promises the next update."""
    return StoryStep("promise", minutes, by, value=hours)


def done(minutes: int, by: str) -> StoryStep:
    return StoryStep("resolve", minutes, by)


def stars(minutes: int, number: int, comment: str = "") -> StoryStep:
    return StoryStep("rate", minutes, "", comment, number)


def more(minutes: int, text: str) -> StoryStep:
    """A follow-up, after the request was closed for good."""
    return StoryStep("follow_up", minutes, "", text)
