"""Whose a request is to see, and which invitation opens something: each condition has the row that only it keeps out
(tests/rows.py)."""

import pytest
from allauth.mfa.models import Authenticator

from camdesk.cameras.models import CameraGrant, Site
from camdesk.lib.clamd import Result, Verdict
from camdesk.people import identity_middleware, limits
from camdesk.people.models import Agent, Invitation, Limit
from camdesk.playbook import publishing
from camdesk.playbook.models import Topic
from camdesk.tickets import answers, scanning, site_time
from camdesk.tickets.models import Event, Ticket, TicketCamera
from tests import rows
from tests.rows import HOUR, Query, Scene, attachment, invitation, keys, membership, message, proven
from tests.rows import scene as scene

NUMBER = 10**6  # no request's until a row says so


def olegs(at: Scene):
    return {"person": at.world.oleg}


def of_theirs(at: Scene, *, member=None, granted=None, camera=None, **changes) -> Ticket:
    """Of Boris, about the till, in an organisation that Anna is a member of."""
    company = rows.organisation(at)
    membership(at, **{"organisation": company} | (member or {}))
    if granted:
        CameraGrant.objects.create(person=granted(at), camera=at.world.camera_till, kind="shared", created_at=at.now)
    made = rows.ticket(at, **{"pk": NUMBER, "person": at.world.boris, "organisation": company} | changes)
    TicketCamera.objects.create(ticket=made, camera=camera or at.world.camera_till)
    return made


def about_hers(at: Scene, **unlike) -> Ticket:
    """Where Anna works, about a camera that was granted to her."""
    meant = {"member": {"role": "employee"}, "granted": lambda at: at.world.anna}
    return of_theirs(at, **meant | unlike)


SEEN = {
    "their own": (
        lambda at, **unlike: rows.ticket(at, **{"pk": NUMBER} | unlike),
        {"somebody else's": olegs},
    ),
    "of an organisation of theirs": (
        of_theirs,
        {
            "of another": lambda at: {"organisation": at.world.chain},
            "where they work": {"member": {"role": "employee"}},
            "where somebody else is": lambda at: {"member": olegs(at)},
        },
    ),
    "about a camera of theirs": (
        about_hers,
        {
            "granted to somebody else": {"granted": lambda at: at.world.oleg},
            "about another camera": lambda at: {"camera": at.world.camera_hall},
            "of an organisation they are not of": lambda at: {"organisation": at.world.chain},
        },
    ),
}


def invited(at: Scene, **changes) -> Invitation:
    return invitation(at, **{"agent_role": "agent", "invited_by": at.world.ada} | changes)


def into_the_chain(at: Scene, **changes) -> Invitation:
    told = {"organisation": at.world.chain, "organisation_role": "employee", "invited_by": at.world.boris}
    return invitation(at, **told | changes)


def who_left(at: Scene):
    Agent.objects.filter(person=at.world.ada).update(active=False)
    return {}


def usable(at: Scene):
    return keys(Invitation.objects.usable(at.now))


NO_MORE = {
    "over": lambda at: {"expires_at": at.now},
    "used": lambda at: {"used_at": at.now},
    "taken back": lambda at: {"revoked_at": at.now},
}


def factor(at: Scene, **changes) -> Authenticator:
    return Authenticator.objects.create(**{"user": at.world.ira.user, "type": "totp", "data": {}} | changes)


def limit(at: Scene, **changes) -> Limit:
    told = {"cache_key": "limit:sign_in_pair:x", "value": "", "taken": 99, "expires": at.now + HOUR}
    return Limit.objects.create(**told | changes)


def tries_given_back(at: Scene):
    limits.give_back("sign_in_pair", "x", now=at.now)
    return list(Limit.objects.exclude(taken=99).exclude(taken=0).values_list("taken", flat=True))


def infected(at: Scene):
    """In which requests it is said that the file is infected."""
    file = attachment(at, id="infected", state="ready", scan="waiting", message=message(at, pk=NUMBER))
    scanning.settle(file, Verdict(Result.INFECTED, "Eicar"), at.now)
    return sorted(Event.objects.filter(name="attachment.infected").values_list("ticket", flat=True))


def topic(at: Scene, **changes) -> Topic:
    meant = {"id": "gone", "ref": "Z9", "section": "x", "position": 1, "title_ru": "Была", "active": True}
    return Topic.objects.create(**meant | changes)


QUERIES = {
    **{
        f"{how}: {name}": Query(asked, row, unlike | {"another number": {"pk": NUMBER + 1}} if how == "one" else unlike)
        for name, (row, unlike) in SEEN.items()
        for how, asked in {
            "all": lambda at: keys(Ticket.objects.visible_to(at.world.anna)),
            "one": lambda at: keys(Ticket.objects.one_visible_to(at.world.anna.pk, NUMBER)),
        }.items()
    },
    "an invitation to the staff": Query(
        usable,
        invited,
        {
            **NO_MORE,
            "of who may invite nobody": lambda at: {"invited_by": at.world.leo},
            "of a customer": lambda at: {"invited_by": at.world.oleg},
            "of who has left": who_left,
        },
    ),
    "an invitation into an organisation": Query(
        usable,
        into_the_chain,
        {
            **NO_MORE,
            "of who works there": lambda at: {"invited_by": at.world.vera},
            "of a stranger": lambda at: {"invited_by": at.world.oleg},
            "into another": lambda at: {"organisation": rows.organisation(at)},
        },
    ),
    "an invitation of the installation's own": Query(
        usable, lambda at, **unlike: invited(at, **{"invited_by": None} | unlike), NO_MORE
    ),
    "who has a second factor": Query(
        lambda at: keys(identity_middleware._FACTOR_OF.all(at.world.ira.user.pk)),
        factor,
        {"somebody else": lambda at: {"user": at.world.leo.user}},
    ),
    "who waits for another try": Query(
        lambda at: limits.wait_of("sign_in_pair", "x", now=at.now),
        limit,
        {
            "somebody else": {"cache_key": "limit:sign_in_pair:y"},
            "whose time is over": lambda at: {"expires": at.now},
            "who has tried less": {"taken": 1},
        },
    ),
    "a try that was none": Query(
        tries_given_back,
        limit,
        {
            "somebody else's": {"cache_key": "limit:sign_in_pair:y"},
            "of a time that is over": lambda at: {"expires": at.now},
            "of none": {"taken": 0},
        },
    ),
    "the cameras of a request": Query(
        lambda at: keys(answers.cameras_of(at.ticket)),
        lambda at, **unlike: TicketCamera.objects.create(
            **{"ticket": at.ticket, "camera": at.world.camera_hall} | unlike
        ),
        {"another's": lambda at: {"ticket": at.other}},
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name, settings):
    settings.LIMITS = "database"
    proven(QUERIES[name], scene)


def test_an_infected_file_is_told_in_its_own_request(scene):
    """And not in that of any other file."""
    attachment(scene, id="other", state="ready", message=scene.other.messages.first())
    assert infected(scene) == [scene.ticket.pk]


def test_a_visit_is_by_the_clock_of_the_sites_of_its_cameras(scene):
    world, ticket = scene.world, Ticket.objects.get(pk=scene.ticket.pk)
    Site.objects.update(time_zone="Asia/Vladivostok")
    Site.objects.filter(pk=world.house.pk).update(time_zone="Asia/Yekaterinburg")
    ticket.turn = "visit"
    assert str(site_time.visit_zone(ticket)) == "Asia/Yekaterinburg"


def test_a_topic_that_the_playbook_has_no_more_is_over_and_the_others_go_on(scene, playbook):
    topic(scene)
    publishing._keep_topics(playbook)
    assert not Topic.objects.get(pk="gone").active
    assert set(Topic.objects.filter(active=True).values_list("pk", flat=True)) == set(playbook.topics)
