"""Calls of the demo: answered, missed and made, told to camdesk as an exchange tells them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from camdesk.channels.models import CallBack
from camdesk.channels.phone import call_backs
from camdesk.channels.phone.calls import QUIET, follow
from camdesk.channels.phone.exchange_events import Direction, ExchangeEvent
from camdesk.channels.phone.hooks import keep
from camdesk.channels.phone.windows import offered
from camdesk.playbook import current as playbook
from camdesk_demo.populate import Town
from camdesk_demo.story_player import Happening

_LINE = "+78000000000"
_STRANGER = "+79350009001"


@dataclass(frozen=True)
class Ring:
    """One call: `ago` minutes before now; `who`: a name of town/people.py, or a number; `talk` seconds, 0: missed."""

    ago: int
    who: str
    talk: int = 0
    agent: str = ""
    direction: Direction = "in"
    recording: str = ""


CALLS = (
    Ring(3 * 24 * 60, "Елена Воронцова", 214, "maria", recording="https://pbx.example.org/records/5f1c"),
    Ring(2 * 24 * 60 + 95, "Виктор Самойлов", 371, "alexey"),
    Ring(26 * 60, "Сергей Гущин", 0, "timur", "out"),
    Ring(25 * 60, "Сергей Гущин", 128, "timur", "out"),
    Ring(310, "Алла Гринёва", 66, "maria"),
    Ring(190, _STRANGER, 143, "sveta", recording="https://pbx.example.org/records/60aa"),
    Ring(24, "Лидия Фёдоровна Карпова", 0),
)


def happenings(town: Town, *, now: datetime) -> Iterator[Happening]:
    """What the exchange says, and what agents and customers ask for, each at its time."""
    for number, ring in enumerate(CALLS):
        yield now - timedelta(minutes=ring.ago), 2_000_000 + number, 0, partial(_ring, town, ring, number, now)
    yield now - timedelta(minutes=50), 2_100_000, 0, partial(_ask, town, now)
    yield now - timedelta(seconds=1), 2_100_001, 0, partial(_remind, now)


def _ring(town: Town, ring: Ring, number: int, now: datetime) -> None:
    at = now - timedelta(minutes=ring.ago)
    said = partial(
        ExchangeEvent,
        call_id=f"demo-{number}",
        direction=ring.direction,
        customer=town.people[ring.who].phone if ring.who in town.people else ring.who,
        line=_LINE,
        extension=town.agents[ring.agent].phone_extension if ring.agent else "",
    )
    _say(said(kind="ringing", at=at), at)
    if ring.talk:
        _say(said(kind="answered", seq=1, at=at + timedelta(seconds=9)), at + timedelta(seconds=9))
    end = at + timedelta(seconds=9 + ring.talk)
    _say(said(kind="ended", seq=9, at=end, talk_seconds=ring.talk, recording=ring.recording), end)
    follow(end + QUIET)
    follow(end + timedelta(minutes=11))  # what nobody wrote down opens by itself


def _say(event: ExchangeEvent, at: datetime) -> None:
    keep("uis", [event], now=at)
    follow(at)


def _ask(town: Town, now: datetime) -> None:
    """Somebody wants to be called later; the missed call of CALLS is the other one that waits, and due."""
    person = town.people["Елена Воронцова"]
    window = [one for day in offered(playbook.current()[1].hours, now) for one in day.windows][1]
    call_backs.ask(
        phone=person.phone,
        wanted_from=window.start,
        wanted_until=window.end,
        by=person,
        now=now - timedelta(minutes=50),
        person=person,
        ticket=person.tickets.open().order_by("-active_at").first(),
        note="Подскажите, когда приедет мастер",
    )


def _remind(now: datetime) -> None:
    if CallBack.objects.filter(state=CallBack.State.WAITING).exists():
        call_backs.remind(now)
