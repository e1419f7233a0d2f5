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
class Step:
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
    then: tuple[Step, ...] = ()


def us(minutes: int, text: str, by: str = "maria", *, keep: bool = False, files: tuple[str, ...] = ()) -> Step:
    """An agent answers. `keep`: the turn stays where it is."""
    return Step("reply", minutes, by, text, int(keep), files)


def them(minutes: int, text: str, *, files: tuple[str, ...] = ()) -> Step:
    """The customer writes; a settled request comes back by it."""
    return Step("receive", minutes, "", text, "", files)


def bot(minutes: int, text: str) -> Step:
    return Step("bot", minutes, "", text)


def note(minutes: int, text: str, by: str = "maria") -> Step:
    return Step("note", minutes, by, text)


def take(minutes: int, by: str) -> Step:
    return Step("assign", minutes, by, value=by)


def hand(minutes: int, to: str, by: str = "maria") -> Step:
    """One agent gives it to another."""
    return Step("assign", minutes, by, value=to)


def route(minutes: int, team: str, by: str = "maria") -> Step:
    return Step("route", minutes, by, value=team)


def turn(minutes: int, to: str, by: str) -> Step:
    return Step("turn", minutes, by, value=to)


def due(minutes: int, hours: int, by: str) -> Step:
    """An agent promises the next update."""
    return Step("promise", minutes, by, value=hours)


def done(minutes: int, by: str) -> Step:
    return Step("resolve", minutes, by)


def stars(minutes: int, number: int, comment: str = "") -> Step:
    return Step("rate", minutes, "", comment, number)


def more(minutes: int, text: str) -> Step:
    """A follow-up, after the request was closed for good."""
    return Step("follow_up", minutes, "", text)
