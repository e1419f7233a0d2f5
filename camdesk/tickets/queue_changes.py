"""Which queues a deed changed: what open pages of the desk are told, so that only those that show one of them ask.

A queue is named as pages show it, "<which>:<group>": "all:us", "unassigned:bot", "mine:7:outside", "team:3:settled".
Whatever a deed does to a ticket, its row changes in every queue it stands in, where what happened last may stand first;
the number beside a queue changes only where the ticket entered or left.

Nobody hears of what they do not see: each bus channel of the desk (that of everybody, those of closed teams) is told
only of the queues a ticket stood or stands in while it was, or is, heard there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from camdesk.lib import bus
from camdesk.people.models import Team
from camdesk.tickets.models import Ticket
from camdesk.tickets.models.ticket import Turn

GROUPS: dict[str, tuple[str, ...]] = {
    "us": (Turn.US,),
    "customer": (Turn.CUSTOMER,),
    "outside": (Turn.PROVIDER, Turn.INSTALLER, Turn.VISIT),
    "bot": (Turn.BOT,),
    "settled": (Turn.NOBODY,),
}
_GROUP_OF = {str(turn): group for group, turns in GROUPS.items() for turn in turns}


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a ticket stands: the `channel` of the bus it is heard on at the desk, and the queues it is shown in."""

    channel: str
    queues: frozenset[str]


def desk_of(team: Team | None) -> str:
    """Where on the bus those of the desk listen who see the requests of this team: "desk", or of a closed team its
    own channel."""
    return f"desk:team:{team.pk}" if team is not None and team.closed else "desk"


def whereabouts_of(ticket: Ticket) -> Whereabouts:
    """As the ticket's fields say now; its team must be loaded."""
    group = _GROUP_OF[ticket.turn]
    names = {"all", f"mine:{ticket.assignee_id}" if ticket.assignee_id else "unassigned"}
    if ticket.team_id:
        names.add(f"team:{ticket.team_id}")
    return Whereabouts(desk_of(ticket.team), frozenset(f"{name}:{group}" for name in names))


def changes(before: Whereabouts | None, after: Whereabouts | None) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """(channel, {"moved": queues the ticket entered or left, "kept": queues where only its row changed}) for each
    channel that heard of the ticket or hears of it now. None: it was not there yet, or is not any more. Pure."""
    stood = [one for one in (before, after) if one is not None]
    for channel in dict.fromkeys(one.channel for one in stood):
        was, now = (
            one.queues if one is not None and one.channel == channel else frozenset() for one in (before, after)
        )
        yield channel, {"moved": sorted(was ^ now), "kept": sorted(was & now)}


def publish(ticket: int, seq: int, told: Iterable[tuple[str, dict[str, list[str]]]]) -> None:
    """After the commit: tells the desk, by what `changes` gave."""
    for channel, changed in told:
        bus.publish([channel], {"ticket": ticket, "seq": seq, **changed})


def publish_number(name: str) -> None:
    """After the commit: a number beside another page of the desk changed: "outages", "letters"."""
    bus.publish(["desk"], {"moved": [name]})
