"""Whom an address, a role, an invitation names: each condition has the row that only it keeps out (tests/rows.py)."""

import pytest
from django.db.models import Value
from django.db.models.functions import Concat
from django.http import Http404

from camdesk.people import agents as deeds_of_agents
from camdesk.people import (
    api_keys,
    contacts,
    extensions,
    identities,
    identity_tokens,
    invitations,
    memberships,
    sign_up,
)
from camdesk.people.identities import EMAIL
from camdesk.people.models import Agent, ApiKey, Identity, Membership, Person, User
from camdesk.people.tokens import digest_of
from tests import rows
from tests.rows import DAY, NEW, Query, Scene, identity, invitation, membership, person, proven, whether
from tests.rows import scene as scene

SECRET = "cdk_a-key-of-the-tests"


def agent(at: Scene, **changes):
    who = Person.objects.create(name="Ещё агент")
    return Agent.objects.create(**{"person": who, "role": Agent.Role.ADMINISTRATOR} | changes)


def imported(at: Scene, *, of_staff=False, **changes):
    who = person(at, **{"external_id": "crm-1"} | changes)
    if of_staff:
        Agent.objects.create(person=who)


def key(at: Scene, **changes):
    machine = Person.objects.create(kind="machine", name="CRM")
    ApiKey.objects.create(**{"name": "CRM", "person": machine, "digest": digest_of(SECRET), "hint": "a"} | changes)


def key_of(at: Scene, *, role=Agent.Role.ADMINISTRATOR, active=False, **changes):
    """Of somebody who is an administrator no more."""
    maker = agent(at, role=role, active=active).person
    key(at, **{"created_by": maker} | changes)


def joins_whom(at: Scene):
    """The contact that said the address before, None where somebody new is made."""
    before = set(Person.objects.values_list("pk", flat=True))
    who = contacts.unverified(name="Кто-то", phone="", email=NEW, now=at.now)
    return who.pk if who.pk in before else None


def first_administrator(at: Scene):
    Agent.objects.filter(person=at.world.ada).delete()
    return invitations.invite_first_administrator(now=at.now) is None


def leaves(at: Scene):
    return whether(
        memberships.LastOwner,
        lambda: memberships.remove(
            organisation=at.world.chain, person_id=at.world.boris.pk, by=at.world.boris, now=at.now
        ),
    )


def steps_down(at: Scene):
    return whether(
        deeds_of_agents.LastAdministrator,
        lambda: deeds_of_agents.deactivate(agent=at.world.ada.agent, by=at.world.ada, now=at.now),
    )


def runs(at: Scene):
    return whether(Http404, lambda: memberships.organisation_run_by(at.world.anna, at.world.chain.pk).pk)


def asks(at: Scene):
    answer = sign_up.ask(NEW, now=at.now)
    return bool(answer and answer.token)


def customer(at: Scene, *, member=True, of=None):
    who = person(at)
    Identity.objects.filter(person=who).update(proven_at=at.now)
    if member:
        membership(at, person=of or who, role=Membership.Role.EMPLOYEE)


QUERIES = {
    "keys that work": Query(lambda at: api_keys.in_use().count(), key, {"revoked": lambda at: {"revoked_at": at.now}}),
    "keys whose maker has left": Query(
        lambda at: api_keys.left_behind().count(),
        key_of,
        {
            "revoked": lambda at: {"revoked_at": at.now},
            "an administrator's": {"active": True},
            "made on the command line": {"created_by": None},
        },
    ),
    "keys whose maker is a lead now": Query(
        lambda at: api_keys.left_behind().count(),
        lambda at, **unlike: key_of(at, **{"role": Agent.Role.LEAD, "active": True} | unlike),
        {"an administrator's": {"role": Agent.Role.ADMINISTRATOR}},
    ),
    "who has proven an address": Query(
        lambda at: identities.owner(EMAIL, NEW),
        identity,
        {"merely said": {"proven_at": None}, "of another kind": {"kind": "phone"}, "another": {"value": "x" + NEW}},
    ),
    "whether it is theirs": Query(
        lambda at: identities.is_proven(at.world.anna, EMAIL, NEW),
        identity,
        {"merely said": {"proven_at": None}, "somebody else's": lambda at: {"person": at.world.oleg}},
    ),
    "which of these somebody has proven": Query(
        lambda at: identities.proven_among(EMAIL, [NEW]),
        identity,
        {"merely said": {"proven_at": None}, "of another kind": {"kind": "phone"}, "another": {"value": "x" + NEW}},
    ),
    "what they have proven": Query(
        lambda at: identities.values_of(at.world.anna, EMAIL, proven=True),
        identity,
        {
            "merely said": {"proven_at": None},
            "of another kind": {"kind": "phone"},
            "somebody else's": lambda at: {"person": at.world.oleg},
        },
    ),
    "what they have said": Query(
        lambda at: identities.values_of(at.world.anna, EMAIL, proven=False),
        lambda at, **unlike: identity(at, **{"proven_at": None} | unlike),
        {"of another kind": {"kind": "phone"}, "somebody else's": lambda at: {"person": at.world.oleg}},
    ),
    "when they proved it": Query(
        lambda at: identities.proven_at(at.world.anna, EMAIL, NEW),
        identity,
        {"somebody else did": lambda at: {"person": at.world.oleg}},
    ),
    "who merely says it": Query(
        lambda at: identities.who_said(EMAIL, NEW),
        lambda at, **unlike: identity(at, **{"proven_at": None} | unlike),
        {"proven": lambda at: {"proven_at": at.now}, "another": {"value": "x" + NEW}},
    ),
    "who is looked for": Query(
        lambda at: identities.persons_by(NEW),
        identity,
        {"of another kind": {"kind": "phone"}, "another": {"value": "x" + NEW}},
    ),
    "who reads the letters of an address": Query(
        lambda at: contacts.by_mailbox(NEW),
        imported,
        {
            "has a login": {"login": True},
            "of the staff": {"of_staff": True},
            "a machine": {"kind": "machine"},
            "not of the operator's system": {"external_id": None},
            "another address": {"said": "x" + NEW},
        },
    ),
    "which contact writes again": Query(
        joins_whom,
        person,
        {
            "has a login": {"login": True},
            "of the operator's system": {"external_id": "crm-1"},
            "another address": {"said": "x" + NEW},
        },
    ),
    "whose key it is": Query(
        lambda at: getattr(api_keys.find(SECRET, address="192.0.2.1", now=at.now), "name", None),
        key,
        {"revoked": lambda at: {"revoked_at": at.now}, "another": {"digest": "0" * 64}},
    ),
    "whether there is an administrator": Query(
        first_administrator, agent, {"a lead": {"role": "lead"}, "who has left": {"active": False}}
    ),
    "whether an administrator may leave": Query(
        steps_down, agent, {"a lead stays": {"role": "lead"}, "stays one who has left": {"active": False}}
    ),
    "whether an owner may leave": Query(
        leaves, membership, {"another's owner": lambda at: {"organisation": rows.organisation(at)}}
    ),
    "who runs an organisation": Query(
        runs,
        membership,
        {
            "works there": {"role": "employee"},
            "somebody else": lambda at: {"person": at.world.oleg},
            "of another": lambda at: {"organisation": rows.organisation(at)},
        },
    ),
    "the one organisation they are of": Query(
        lambda at: memberships.only_organisation(at.world.anna),
        membership,
        {"somebody else is": lambda at: {"person": at.world.oleg}},
    ),
    "who gets a login by asking": Query(
        asks, customer, {"of no organisation": {"member": False}, "others are": lambda at: {"of": at.world.oleg}}
    ),
    "who was invited a moment ago": Query(
        lambda at: whether(
            invitations.InvitedJustNow, lambda: invitations.invite(email=NEW, by=at.world.ada, now=at.now) and None
        ),
        lambda at, **unlike: invitation(at, **{"invited_by": at.world.ada} | unlike),
        {
            "another address": {"email": "x" + NEW},
            "by somebody else": lambda at: {"invited_by": None},
            "for somebody known": lambda at: {"person": at.world.marina},
            "to the staff": {"agent_role": "agent"},
            "into an organisation": lambda at: {"organisation": at.world.chain},
            "as an owner": {"organisation_role": "owner"},
            "long ago": lambda at: {"created_at": at.now - DAY},
            "used": lambda at: {"used_at": at.now},
            "revoked": lambda at: {"revoked_at": at.now},
            "over": lambda at: {"expires_at": at.now},
        },
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name, settings):
    settings.SIGN_UP = "customers"
    proven(QUERIES[name], scene)


OF_A_TOKEN = {
    "proven meanwhile": lambda at, said: Identity.objects.filter(pk=said.pk).update(proven_at=at.now),
    "another value": lambda at, said: Identity.objects.filter(pk=said.pk).update(value="x" + NEW),
    "another's": lambda at, said: Identity.objects.filter(pk=said.pk).update(person=at.world.oleg),
    "not the one that was meant": lambda at, said: (said.delete(), identity(at, proven_at=None, kind="phone")),
}


@pytest.mark.parametrize("change", OF_A_TOKEN)
def test_a_token_proves_the_one_identity_it_was_made_for(scene, change):
    said = identity(scene, proven_at=None)
    token = identity_tokens.issue(said, now=scene.now)
    assert identity_tokens.read(token, person=scene.world.anna, now=scene.now) == said
    OF_A_TOKEN[change](scene, said)
    assert identity_tokens.read(token, person=scene.world.anna, now=scene.now) is None


def test_whose_telephone_it_is_is_said_of_who_works_here(world, now):
    """Who has left may still stand with it in an older database."""
    gone = world.ira.agent  # who began before the others, and is found first
    Agent.objects.filter(pk=gone.pk).update(active=False)
    extensions.set_extension(agent=world.leo.agent, extension="101")
    Agent.objects.filter(pk=gone.pk).update(phone_extension="101")
    with pytest.raises(extensions.ExtensionTaken) as taken:
        extensions.set_extension(agent=world.ada.agent, extension="101")
    assert taken.value.name == world.leo.name


def test_proven_again_it_is_proven_since_the_first_time(world, now):
    for at in (now, now + DAY):
        assert identities.prove(person=world.anna, kind=EMAIL, value=NEW, now=at)
    assert identities.proven_at(world.anna, EMAIL, NEW) == now


def test_which_address_is_preferred_says_nothing_of_numbers(world):
    identities.say(world.anna, EMAIL, NEW)
    identities.prefer(world.anna, identities.PHONE, world.anna.phone)
    identities.prefer(world.anna, EMAIL, NEW)
    preferred = Identity.objects.filter(person=world.anna, preferred=True)
    assert set(preferred.values_list("value", flat=True)) == {NEW, world.anna.phone}


def test_an_invitation_makes_one_login_whoever_was_quicker(world, now, monkeypatch):
    """Both had found it while it was good."""
    one, token = invitations.invite(email=NEW, agent_role="agent", by=world.ada, now=now)
    monkeypatch.setattr(invitations, "find", lambda token, *, now: one)
    invitations.accept(token, name="Н", email="", password="a-password-of-the-tests", now=now)
    User.objects.update(email=Concat(Value("x"), "email"))  # so that nothing else is in the way
    one.email = "second@example.net"
    with pytest.raises(invitations.CannotAccept):
        invitations.accept(token, name="Н", email="", password="a-password-of-the-tests", now=now)


def test_an_invitation_gives_its_roles_once_whoever_was_quicker(world, now, monkeypatch):
    one, token = invitations.invite(email=world.oleg.email, agent_role="agent", by=world.ada, now=now)
    monkeypatch.setattr(invitations, "find", lambda token, *, now: one)
    invitations.revoke(one, by=world.ada, now=now)
    with pytest.raises(invitations.CannotAccept):
        invitations.join(token, user=world.oleg.user, now=now)
    assert not Agent.objects.filter(person=world.oleg).exists()


def test_who_is_no_member_is_not_there_to_be_removed(scene):
    chain = scene.world.chain
    with pytest.raises(Http404):
        memberships.remove(organisation=chain, person_id=scene.world.anna.pk, by=scene.world.boris, now=scene.now)
