"""What stands around every page of the desk: the rail with its counts, who is signed in, the live token."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from camdesk.channels.phone.call_back_counts import DUE
from camdesk.desk import letters_in
from camdesk.desk.queues import ALL, GROUPS, MINE, UNASSIGNED, Queue
from camdesk.desk.words import ROLE_WORDS, page_words, team_name
from camdesk.lib import stream_tokens
from camdesk.lib.prepared import Prepared
from camdesk.outages.open_outages import open_outages
from camdesk.people.models import Team
from camdesk.people.roles import may
from camdesk.tickets import counts
from camdesk.tickets.models.ticket import Turn
from camdesk.ui.headers import CONTENT_SECURITY_POLICY

_TEAMS = Prepared(lambda: Team.objects.order_by("pk"))
# A narrow rail shows only icons: those teams every installation has are told apart, added ones share one.
_TEAM_ICONS = {"support": "headset", "engineers": "wrench", "field": "truck", "billing": "receipt", "legal": "scale"}

Entry = tuple[str, str, str, bool, Any, str]


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    here: str = "",
    queue: Queue | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of the desk. `here`: the entry of the rail we are in; `queue`: the one whose tabs the page shows."""
    known = context or {}
    teams = known["teams"] if "teams" in known else all_teams()
    request.live_token = token_of(request)
    wanted = [f"{name}:{Turn.US}" for name in _counted(request, teams)] + (_tab_counters(queue) if queue else [])
    read = counts.read([*wanted, DUE])
    frame = {
        "menu": _queues(request, teams, read, queue.which if queue and not here else ""),
        "tools": _tools(request, here, {"call_backs": read[DUE], "letters_in": _held(request), "outages": _active()}),
        "profile_name": request.person.name,
        "profile_hint": str(ROLE_WORDS[request.agent.role]),
        "live_renew_url": reverse("desk:listening"),
        "tabs": _tabs(queue, read) if queue else [],
    }
    answer = render(request, f"desk/{template}", {"teams": teams, **page_words(), **known, **frame}, status=status)
    # Letters stand in frames of their own, in a sandbox each (letter_frames.POLICY).
    answer["Content-Security-Policy"] = CONTENT_SECURITY_POLICY + "; frame-src 'self'"
    return answer


def _active() -> int | str:
    """How many faults are open; remembered, so no question of a page."""
    return sum(not one.is_planned for one in open_outages()) or ""


def all_teams() -> list[Team]:
    return _TEAMS.all()


def token_of(request: HttpRequest) -> str:
    """Every page of an agent listens to the same channels, so one tab's stream serves all of them."""
    return stream_tokens.issue(f"person:{request.person.pk}", ["desk", f"agent:{request.agent.pk}"])


def _counted(request: HttpRequest, teams: list[Team]) -> list[str]:
    return [ALL, f"{MINE}:{request.agent.pk}", UNASSIGNED, *(f"team:{team.pk}" for team in teams)]


def _queues(request: HttpRequest, teams: list[Team], read: dict[str, int], which: str) -> list[Entry]:
    home = reverse("desk:queue")

    def entry(name: str, counter: str, glyph: str, word: str, key: str = "") -> Entry:
        query = f"?queue={name}" if name != ALL else ""
        return (home + query, glyph, word, which == name, read.get(f"{counter}:{Turn.US}", 0), key)

    return [
        entry(ALL, ALL, "inbox", _("Все обращения"), "g a"),
        entry(MINE, f"{MINE}:{request.agent.pk}", "user-round-check", _("Мои"), "g m"),
        entry(UNASSIGNED, UNASSIGNED, "circle-dashed", _("Без исполнителя"), "g u"),
        *(entry(team.slug, f"team:{team.pk}", _TEAM_ICONS.get(team.slug, "users"), team_name(team)) for team in teams),
    ]


def _tools(request: HttpRequest, here: str, numbers: dict[str, int | str]) -> list[Entry]:
    """Pages beside the queues, those this agent may open."""
    entries = [
        ("ticket.open_for", "new", "phone-incoming", _("Новое обращение"), "g n"),
        ("ticket.read", "calls", "phone", _("Звонки"), "g c"),
        ("ticket.read", "call_backs", "phone-outgoing", _("Перезвонить"), "g b"),
        ("outage.read", "outages", "zap-off", _("Аварии"), "g o"),
        ("letter.read", "letters_in", "mail", _("Письма"), "g l"),
        ("playbook.read", "playbook", "book-open", _("Регламент"), ""),
        ("people.manage", "staff", "user-cog", _("Сотрудники"), ""),
        ("api_key.manage", "keys", "key-round", _("Ключи API"), ""),
    ]
    return [
        (reverse(f"desk:{name}"), glyph, word, here == name, numbers.get(name, ""), key)
        for right, name, glyph, word, key in entries
        if may(request.agent, right)
    ]


def _held(request: HttpRequest) -> str:
    """How many letters wait for a decision of this agent's."""
    held = letters_in.held() if may(request.agent, "letter.read") else 0
    return f"{letters_in.MOST_COUNTED - 1}+" if held >= letters_in.MOST_COUNTED else str(held or "")


def _tab_counters(queue: Queue) -> list[str]:
    return [name for group in GROUPS for name in _same(queue, group).counters()]


def _same(queue: Queue, group: str) -> Queue:
    return Queue(queue.which, group, agent=queue.agent, team=queue.team)


def _tabs(queue: Queue, read: dict[str, int]) -> list[tuple[str, str, bool, Any]]:
    words = {
        "us": _("Ход за нами"),
        "customer": _("Ход за клиентом"),
        "outside": _("Ждём других"),
        "bot": _("У помощника"),
        "settled": _("Решённые"),
    }
    tabs = []
    for group, word in words.items():
        tab = _same(queue, group)
        names = tab.counters()
        count = sum(read[name] for name in names) if names else None
        tabs.append((reverse("desk:queue") + tab.query, word, group == queue.group, count))
    return tabs
