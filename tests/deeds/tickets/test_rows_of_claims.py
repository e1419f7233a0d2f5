"""Whose a request is, and who is invited: each condition has the row that only it keeps out (tests/rows.py)."""

import pytest

from camdesk.people.models import Agent, Person
from camdesk.tickets import (
    bulk_invitations,
    claim_tokens,
    claiming,
    closed_teams,
    dismissal,
    login_invitations,
)
from camdesk.tickets.models import Event
from tests import rows
from tests.rows import (
    DAY,
    HOUR,
    MINUTE,
    NEW,
    Query,
    Scene,
    delivery,
    invitation,
    person,
    proven,
    whether,
)
from tests.rows import scene as scene


def settled(at: Scene):
    return {"turn": "nobody", "resolved_at": at.now}


def agent(at: Scene, *, team=None, **changes):
    who = Agent.objects.create(person=Person.objects.create(name="Ещё агент"), **changes)
    if team:
        who.teams.add(team)
    return who


def unproven(at: Scene, **changes):
    """A request that somebody without a login made from an address."""
    meant = {"person": at.world.marina, "contact_email": NEW, "verified": False}
    return rows.ticket(at, **meant | changes)


def claimed(at: Scene):
    """By the token of the first request of the contact from the address."""
    first = unproven(at)
    token = claim_tokens.issue(first.pk, NEW, expires_at=at.now + DAY)
    claiming.claim(token=token, by=None, says_it_is_theirs=False, now=at.now)
    return Event.objects.filter(name="ticket.claimed").count()


def claimed_by_login(at: Scene):
    user = at.world.anna.user
    user.email = NEW
    return claiming.claim_of_new_login(user, now=at.now)


def asked_again(at: Scene):
    return whether(claiming.TooSoon, lambda: claiming.ask(ticket=unproven(at), by=at.world.leo, now=at.now))


def handed_back(at: Scene):
    return closed_teams.set_closed(team=at.world.field_crew, closed=True, by=at.world.ada, now=at.now)


def outsiders(at: Scene, **changes):
    return rows.ticket(at, **{"team": at.world.field_crew, "assignee": at.world.ira.agent} | changes)


def with_who_left(at: Scene):
    """In an open team, where everybody sees it: closing another one does not move it."""
    return {"team": at.world.first_line, "assignee": agent(at, active=False)}


def dismissed(at: Scene):
    return dismissal.dismiss(agent=at.world.ira.agent, by=at.world.ada, now=at.now)


def invited_again(at: Scene):
    marina = Person.objects.get(pk=at.world.marina.pk)
    return login_invitations.invite_person(person=marina, by=at.world.leo, now=at.now).new


def marinas(at: Scene, **changes):
    return invitation(at, **{"person": at.world.marina, "email": at.world.marina.email} | changes)


def from_a_list(at: Scene):
    before = set(Person.objects.values_list("pk", flat=True))
    who = bulk_invitations._person(bulk_invitations.InviteRow(1, email=NEW, name="Н", external_id=""), now=at.now)
    return who.pk if who.pk in before else None


def invited_before(at: Scene, *, to=NEW):
    return invitation(at, email=to, person=Person.objects.create(name="Приглашён раньше"))


QUERIES = {
    "what a token claims beside": Query(
        claimed,
        unproven,
        {
            "proven already": {"verified": True},
            "another address": {"contact_email": "other@example.net"},
            "another contact's": lambda at: {"person": person(at, said="x" + NEW)},
        },
    ),
    "what a new login claims": Query(
        claimed_by_login,
        lambda at, **unlike: unproven(at, **{"person": unlike.pop("person", None) or person(at)} | unlike),
        {
            "proven already": {"verified": True},
            "another address": {"contact_email": "other@example.net"},
            "of who has a login": lambda at: {"person": person(at, login=True)},
            "of who is known to the operator": lambda at: {"person": person(at, external_id="crm-2")},
            "of who never said the address": lambda at: {"person": at.world.marina},
        },
    ),
    "who was asked a moment ago": Query(
        asked_again,
        lambda at, **unlike: delivery(at, **{"kind": "claim", "to": NEW, "created_at": at.now - MINUTE} | unlike),
        {"another letter": {"kind": "notice"}, "another address": {"to": "x" + NEW}},
    ),
    "what a closed team takes back": Query(
        handed_back,
        outsiders,
        {
            "settled": settled,
            "with nobody": {"assignee": None},
            "no team's": {"team": None},
            "an open team's": with_who_left,
        },
    ),
    "what stands with who leaves": Query(
        dismissed, outsiders, {"settled": settled, "somebody else's": lambda at: {"assignee": at.world.leo.agent}}
    ),
    "an invitation that waits": Query(
        invited_again,
        marinas,
        {
            "somebody else's": lambda at: {"person": at.world.oleg},
            "to another address": {"email": NEW},
            "over": lambda at: {"expires_at": at.now},
            "used": lambda at: {"used_at": at.now},
            "taken back": lambda at: {"revoked_at": at.now},
        },
    ),
    "whether one can be taken back": Query(
        lambda at: login_invitations.take_back(person=at.world.marina, by=at.world.leo, now=at.now),
        marinas,
        {
            "somebody else's": lambda at: {"person": at.world.oleg},
            "used": lambda at: {"used_at": at.now},
            "taken back": lambda at: {"revoked_at": at.now - HOUR},
        },
    ),
    "who was invited at an address": Query(from_a_list, invited_before, {"another": {"to": "x" + NEW}}),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name, data_folder):
    proven(QUERIES[name], scene)
