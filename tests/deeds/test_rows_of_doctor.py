"""What the operator is told of: each condition has the row that only it keeps out (tests/rows.py)."""

import argparse
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from camdesk.channels.models import RawLetter
from camdesk.config import doctor
from camdesk.config.commands import scan, serve
from camdesk.config.setup import readiness
from camdesk.people.models import Agent, Limit, Person
from camdesk.server import desk_figures
from camdesk.tickets.models import Attachment, Counter
from camdesk.worker import duties
from tests.rows import DAY, HOUR, MINUTE, Query, Scene, attachment, delivery, proven
from tests.rows import scene as scene


def told(check):
    return lambda at: [(one.level, one.text) for one in check()]


def agent(at: Scene, **changes) -> Agent:
    """The only one there is of the kind."""
    Agent.objects.filter(person=at.world.ada).update(active=False, role=Agent.Role.AGENT)
    who = Person.objects.create(name="Ещё агент")
    return Agent.objects.create(**{"person": who, "role": Agent.Role.ADMINISTRATOR} | changes)


def without_ada(asked):
    def read(at: Scene):
        Agent.objects.filter(person=at.world.ada).update(active=False, role=Agent.Role.AGENT)
        return asked(at)

    return read


def is_asked(at: Scene) -> bool:
    """Whether the setup asks who is the first administrator."""
    asked: list[str] = []
    asker = SimpleNamespace(talks=False, answer=lambda *words, **known: asked.append("") or "")
    readiness._first_administrator(asker)
    return bool(asked)


def late(at: Scene, **changes):
    return delivery(at, **{"next_try_at": timezone.now() - HOUR} | changes)


def session(at: Scene, **changes) -> Session:
    return Session.objects.create(
        **{"session_key": "x" * 32, "session_data": "foreign", "expire_date": timezone.now() + DAY} | changes
    )


def file(at: Scene, **changes) -> Attachment:
    return attachment(at, **{"created_at": timezone.now() - HOUR, "state": "ready", "scan": "waiting"} | changes)


def letter(at: Scene, **changes) -> RawLetter:
    meant = {"digest": "0" * 64, "mailbox": "smtp", "sender": "x@example.net", "storage_key": "k", "size": 100}
    when = {"received_at": timezone.now() - HOUR, "next_try_at": at.now, "state": "taken", "scan": "waiting"}
    return RawLetter.objects.create(**meant | when | changes)


def lately(name: str):
    return {name: timezone.now() - MINUTE}


def looked_at(**asked):
    """Which files and letters `camdesk scan` looks at."""
    args = argparse.Namespace(**{"since": None, "infected": False, "all": False} | asked)
    return lambda at: sorted(str(row) for row, _settle in scan._chosen(args))


def figures(at: Scene):
    found = {}
    for family in desk_figures._figures(at.now):
        found[family.name] = [(one.labels, one.value) for one in family.samples]
    return found["camdesk_deliveries_failed"], found["camdesk_tickets"]


def tries(at: Scene, **changes) -> Limit:
    return Limit.objects.create(**{"cache_key": "x", "value": "1", "expires": at.now - HOUR} | changes)


def forgotten(at: Scene) -> int:
    before = Limit.objects.count()
    duties.forget_old_limits(at.now)
    return before - Limit.objects.count()


SCANNED = told(doctor._what_was_scanned)
QUERIES = {
    "whether there is an administrator": Query(
        without_ada(told(doctor._people)), agent, {"a lead": {"role": "lead"}, "who has left": {"active": False}}
    ),
    "whether the setup asks for one": Query(
        without_ada(is_asked), agent, {"a lead": {"role": "lead"}, "who has left": {"active": False}}
    ),
    "whether the start shows a link for one": Query(
        without_ada(lambda at: len(serve._invitation())),
        agent,
        {"a lead": {"role": "lead"}, "who has left": {"active": False}},
    ),
    "whose sessions there are": Query(
        told(doctor._secret_key), session, {"over": lambda at: {"expire_date": timezone.now() - MINUTE}}
    ),
    "letters that are late": Query(
        told(doctor._worker), late, {"that left": {"state": "sent"}, "not yet": lambda at: lately("next_try_at")}
    ),
    "files that wait": Query(
        SCANNED,
        file,
        {
            "not here whole": {"state": "receiving"},
            "clean": {"scan": "clean"},
            "of now": lambda at: lately("created_at"),
        },
    ),
    "letters that wait": Query(
        SCANNED, letter, {"clean": {"scan": "clean"}, "of now": lambda at: lately("received_at")}
    ),
    "files nobody could check": Query(
        SCANNED,
        lambda at, **unlike: file(at, **{"scan": "unknown"} | unlike),
        {"not here whole": {"state": "receiving"}, "clean": {"scan": "clean"}},
    ),
    "letters nobody could check": Query(
        SCANNED, lambda at, **unlike: letter(at, **{"scan": "unknown"} | unlike), {"clean": {"scan": "clean"}}
    ),
    "infected files": Query(
        SCANNED,
        lambda at, **unlike: file(at, **{"scan": "infected"} | unlike),
        {"not here whole": {"state": "receiving"}, "clean": {"scan": "clean"}},
    ),
    "infected letters": Query(
        SCANNED, lambda at, **unlike: letter(at, **{"scan": "infected"} | unlike), {"clean": {"scan": "clean"}}
    ),
    "files to look at": Query(
        looked_at(), file, {"not here whole": {"state": "receiving"}, "clean": {"scan": "clean"}}
    ),
    "letters to look at": Query(
        looked_at(), lambda at, **unlike: letter(at, **{"scan": "unknown"} | unlike), {"clean": {"scan": "clean"}}
    ),
    "infected ones to look at": Query(
        looked_at(infected=True),
        lambda at, **unlike: file(at, **{"scan": "infected"} | unlike),
        {"waiting": {"scan": "waiting"}, "clean": {"scan": "clean"}},
    ),
    "new ones to look at": Query(
        looked_at(since=timezone.now() - DAY), file, {"older": lambda at: {"created_at": timezone.now() - 2 * DAY}}
    ),
    "letters that were given up": Query(
        figures, lambda at, **unlike: delivery(at, **{"state": "failed"} | unlike), {"waiting": {"state": "waiting"}}
    ),
    "requests by whose move it is": Query(
        figures,
        lambda at, **unlike: Counter.objects.create(**{"name": "all:visit", "value": 3} | unlike),
        {"of one agent": {"name": "mine:7:us"}},
    ),
    "tries that are over": Query(forgotten, tries, {"that count": lambda at: {"expires": at.now + HOUR}}),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name, settings):
    settings.SCANNER, settings.EMAIL_URL = "clamd://127.0.0.1:1", "smtp://127.0.0.1:1"
    proven(QUERIES[name], scene)


def test_the_link_of_the_first_start_is_shown_while_nobody_administers(scene):
    assert serve._invitation() == []
    Agent.objects.all().delete()
    assert "/invitations/" in serve._invitation()[1]
