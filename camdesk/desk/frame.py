"""What stands around every page of the desk: the rail with its counts, who is signed in, the live token."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from camdesk.channels.phone.call_back_counts import due_for
from camdesk.desk import letters_in
from camdesk.desk.queues import ALL, MINE, UNASSIGNED, Queue
from camdesk.desk.words import page_words, team_name
from camdesk.lib import stream_tokens
from camdesk.lib.prepared import BoundQuery, Prepared
from camdesk.outages.open_outages import open_outages
from camdesk.people.models import Agent, Team
from camdesk.people.requests import AgentRequest
from camdesk.people.role_words import AGENT_ROLES
from camdesk.people.roles import hidden_teams, may
from camdesk.playbook import current
from camdesk.tickets import counts
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.queue_changes import GROUPS, desk_of
from camdesk.ui.addresses import address
from camdesk.ui.headers import CONTENT_SECURITY_POLICY
from camdesk.ui.values import MenuEntry, Tab

_TEAMS = Prepared(lambda: Team.objects.order_by("pk"))
# A narrow rail shows only icons: those teams every installation has are told apart, added ones share one.
_TEAM_ICONS = {"support": "headset", "engineers": "wrench", "field": "truck", "billing": "receipt", "legal": "scale"}


def show(
    request: AgentRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    here: str = "",
    queue: Queue | None = None,
    numbers: "Numbers | None" = None,
    status: int = 200,
) -> HttpResponse:
    """A page of the desk. `here`: the entry of the rail we are in; `queue`: the one whose tabs the page shows;
    `numbers`: numbers_of(…) of these, where they are asked ahead."""
    known = context or {}
    teams = known["teams"] if "teams" in known else all_teams()
    request.live_token = token_of(request, teams)
    wanted = numbers or numbers_of(request, teams, queue)
    read = counts.read(wanted.names)
    chosen = queue.which if queue and not here else ""
    tools: dict[str, int | str] = {
        "call_backs": wanted.due.value(read),
        "letters_in": _held(request),
        "outages": _active(),
    }
    frame = {
        "menu": [one.entry(read, chosen) for one in wanted.menu],
        "tools": _tools(request, here, tools),
        "profile_name": request.person.name,
        "profile_hint": str(AGENT_ROLES[request.agent.role]),
        "live_renew_url": address("desk:listening"),
        "sample_contacts": _sample_contacts(request.agent),
        "tabs": [tab.shown(read) for tab in wanted.tabs],
        "queue_numbers": _queue_numbers(request.agent, wanted.menu, queue) if queue else (),
    }
    answer = render(request, f"desk/{template}", {"teams": teams, **page_words(), **known, **frame}, status=status)
    # Letters stand in frames of their own, in a sandbox each (letter_frames.POLICY).
    answer["Content-Security-Policy"] = CONTENT_SECURITY_POLICY + "; frame-src 'self'"
    return answer


@dataclass(frozen=True)
class Numbers:
    """What of the rail and the tabs has a number, before it is read."""

    menu: "list[_InMenu]"
    due: counts.QueueNumber
    tabs: "list[_Tab]"

    @property
    def names(self) -> list[str]:
        parts = [self.due, *(one.number for one in self.menu), *(tab.number for tab in self.tabs)]
        return [name for one in parts if one is not None for name in one.names]

    @property
    def question(self) -> BoundQuery:
        """What `show` will ask, for lib/prepared.ahead."""
        return counts.question(self.names)


def numbers_of(request: AgentRequest, teams: list[Team], queue: Queue | None) -> Numbers:
    return Numbers(_menu(request, teams), due_for(request.agent), _tabs(queue) if queue else [])


def _active() -> int | str:
    """How many faults are open; remembered, so no question of a page."""
    return sum(not one.is_planned for one in open_outages()) or ""


def _sample_contacts(agent: Agent) -> bool:
    """Whether this administrator has still to write down how the support is reached."""
    if settings.SAMPLE_CONTACTS or not may(agent, "playbook.publish"):
        return False
    try:
        return bool(current.current()[1].contacts.sample)
    except current.NothingPublished:
        return False


def all_teams() -> list[Team]:
    return _TEAMS.all()


def teams_question() -> BoundQuery:
    """What `all_teams` will ask, for lib/prepared.ahead."""
    return _TEAMS.of()


def token_of(request: AgentRequest, teams: list[Team]) -> str:
    """Every page of an agent listens to the same channels, so one tab's stream serves all of them."""
    heard = {desk_of(team) for team in _open_to(request.agent, teams)} | {desk_of(None)}
    return stream_tokens.issue(f"person:{request.person.pk}", [*heard, f"agent:{request.agent.pk}"])


def _open_to(agent: Agent, teams: list[Team]) -> list[Team]:
    hidden = hidden_teams(agent)
    return [team for team in teams if team.pk not in hidden]


@dataclass(frozen=True)
class _InMenu:
    """A queue in the rail, with the number of what is our move in it."""

    name: str
    number: counts.QueueNumber
    glyph: str
    word: str
    key: str = ""

    def entry(self, read: Mapping[str, int], chosen: str) -> MenuEntry:
        query = f"?queue={self.name}" if self.name != ALL else ""
        home = address("desk:queue") + query
        return MenuEntry(home, self.glyph, self.word, chosen == self.name, self.number.value(read), self.key)


def _menu(request: AgentRequest, teams: list[Team]) -> list[_InMenu]:
    hidden = hidden_teams(request.agent)

    def ours(queue: str) -> counts.QueueNumber:
        return counts.seen(queue, [Turn.US], hidden=hidden)

    return [
        _InMenu(ALL, ours(ALL), "inbox", _("Все обращения"), "g a"),
        _InMenu(MINE, ours(f"{MINE}:{request.agent.pk}"), "user-round-check", _("Мои"), "g m"),
        _InMenu(UNASSIGNED, ours(UNASSIGNED), "circle-dashed", _("Без исполнителя"), "g u"),
        *(
            _InMenu(team.slug, ours(f"team:{team.pk}"), _icon_of(team), team_name(team))
            for team in _open_to(request.agent, teams)
        ),
    ]


def _icon_of(team: Team) -> str:
    return "lock" if team.closed else _TEAM_ICONS.get(team.slug, "users")


@dataclass(frozen=True)
class _Tool:
    """A page beside the queues, for those with the right."""

    right: str
    name: str
    glyph: str
    word: str
    key: str = ""


def _tools(request: AgentRequest, here: str, numbers: dict[str, int | str]) -> list[MenuEntry]:
    """Pages beside the queues, those this agent may open."""
    entries = [
        _Tool("ticket.open_for", "new", "phone-incoming", _("Новое обращение"), "g n"),
        _Tool("ticket.read", "calls", "phone", _("Звонки"), "g c"),
        _Tool("ticket.read", "call_backs", "phone-outgoing", _("Перезвонить"), "g b"),
        _Tool("outage.read", "outages", "zap-off", _("Аварии"), "g o"),
        _Tool("letter.read", "letters_in", "mail", _("Письма"), "g l"),
        _Tool("playbook.read", "playbook", "book-open", _("Регламент")),
        _Tool("people.manage", "staff", "user-cog", _("Сотрудники")),
        _Tool("api_key.manage", "keys", "key-round", _("Ключи API")),
    ]
    return [
        MenuEntry(
            address(f"desk:{one.name}"), one.glyph, one.word, here == one.name, numbers.get(one.name, ""), one.key
        )
        for one in entries
        if may(request.agent, one.right)
    ]


def _held(request: AgentRequest) -> str:
    """How many letters wait for a decision of this agent's."""
    held = letters_in.held() if may(request.agent, "letter.read") else 0
    return f"{letters_in.MOST_COUNTED - 1}+" if held >= letters_in.MOST_COUNTED else str(held or "")


@dataclass(frozen=True)
class _Tab:
    """A group of turns of a queue, with how many stand in it."""

    address: str
    word: str
    current: bool
    number: counts.QueueNumber | None

    def shown(self, read: Mapping[str, int]) -> Tab:
        return Tab(self.address, self.word, self.current, self.number.value(read) if self.number else None)


def _queue_numbers(agent: Agent, menu: list[_InMenu], queue: Queue) -> list[str]:
    """The numbers on a page with this queue, as hints of a change name them: of the rail, of the tabs. None of a team
    the agent does not see: what it changes they are not shown, and do not hear."""
    names = [name for one in menu for name in one.number.of]
    names += [replace(queue, group=group).name for group in GROUPS if group != "settled"]
    names += [name for right, name in (("letter.read", "letters"), ("outage.read", "outages")) if may(agent, right)]
    return list(dict.fromkeys(names))


def _tabs(queue: Queue) -> list[_Tab]:
    words = {
        "us": _("Ход за нами"),
        "customer": _("Ход за клиентом"),
        "outside": _("Ждём других"),
        "bot": _("У помощника"),
        "settled": _("Решённые"),
    }
    groups = {group: replace(queue, group=group) for group in words}
    home = address("desk:queue")
    return [_Tab(home + tab.query, words[group], group == queue.group, tab.number()) for group, tab in groups.items()]
