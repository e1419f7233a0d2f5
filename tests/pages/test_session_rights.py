"""The id of a session changes with the rights of its user: what was learned or planted before opens nothing after."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from camdesk.lib.internals.session_store import SessionStore
from camdesk.people import api_keys, invitations
from camdesk.people.models import Agent, Membership
from tests.pages.test_signing_in import PASSWORD, _activate, _code, cast, sign_in  # noqa: F401


def promoted(world, client_of):
    client_of(world.ada).post(f"/desk/staff/{world.ira.agent.pk}/", {"role": "lead"})
    return world.ira


def demoted(world, client_of):
    client_of(world.ada).post(f"/desk/staff/{world.leo.agent.pk}/", {"role": "agent"})
    return world.leo


def moved_to_another_team(world, client_of):
    client_of(world.ada).post(f"/desk/staff/{world.ira.agent.pk}/", {"role": "agent", "teams": ["field"]})
    return world.ira


def back_at_the_desk(world, client_of):
    Agent.objects.filter(pk=world.ira.agent.pk).update(active=False)
    client_of(world.ada).post(f"/desk/staff/{world.ira.agent.pk}/return")
    return world.ira


def joined_an_organisation(world, client_of):
    _invitation, token = invitations.invite(
        email=world.anna.user.email,
        organisation=world.chain,
        organisation_role=Membership.Role.OWNER,
        by=world.boris,
        now=timezone.now(),
    )
    client_of(world.anna).post(f"/invitations/{token}/")
    return world.anna


def taken_out_of_an_organisation(world, client_of):
    client_of(world.boris).post(f"/organisations/{world.chain.pk}/members/{world.vera.pk}/removal/")
    return world.vera


def given_another_role_by_the_billing(world, client_of):
    type(world.vera).objects.filter(pk=world.vera.pk).update(external_id="v")
    type(world.chain).objects.filter(pk=world.chain.pk).update(external_id="c")
    _key, secret = api_keys.create(name="billing", role="administrator", by=None, now=timezone.now())
    row = {"external_id": "v", "name": "Вера", "organisation": "c", "organisation_role": "owner"}
    body = {"items": [row]}
    said = Client().put("/api/v1/persons", body, "application/json", headers={"Authorization": f"Bearer {secret}"})
    assert said.json()["updated"] == 1, said.content
    return world.vera


CHANGES = (
    promoted,
    demoted,
    moved_to_another_team,
    back_at_the_desk,
    joined_an_organisation,
    taken_out_of_an_organisation,
    given_another_role_by_the_billing,
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_another_id_and_still_signed_in(world, client_of, settings, change):
    everybody = {person.pk: client_of(person) for person in (world.ira, world.leo, world.anna, world.vera)}
    before = {pk: key(client, settings) for pk, client in everybody.items()}
    who = change(world, client_of).pk
    for pk, client in everybody.items():
        assert client.get("/profile/").status_code == 200
        assert (key(client, settings) != before[pk]) == (pk == who)
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = before[who]
    assert thief.get("/profile/").status_code == 302, "the old id opens nothing"
    after = key(everybody[who], settings)
    assert everybody[who].get("/profile/").status_code == 200
    assert key(everybody[who], settings) == after, "once"


def test_who_signs_in_after_a_change_keeps_the_id_they_got(cast, client_of, settings):  # noqa: F811
    promoted(cast, client_of)
    client = Client()
    sign_in(client, cast.ira.user.email)
    got = key(client, settings)
    assert client.get("/desk/").status_code == 200
    assert key(client, settings) == got


def test_a_second_factor_that_opens_the_desk_brings_another_id(cast, settings):  # noqa: F811
    settings.SECOND_FACTOR_REQUIRED = True
    client = Client()
    sign_in(client, "ira@example.org")
    secret = _activate(client)
    before = key(client, settings)
    assert client.get("/desk/").status_code == 200
    opened = key(client, settings)
    assert opened != before
    assert client.get("/desk/").status_code == 200
    assert key(client, settings) == opened
    cache.clear()  # a code is good once
    other = Client()
    sign_in(other, "ira@example.org")
    other.post("/account/2fa/authenticate/", {"code": _code(secret)})
    signed_in = key(other, settings)
    assert other.get("/desk/").status_code == 200
    assert key(other, settings) == signed_in, "it began with it"
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/2fa/totp/deactivate/", {})
    assert other.get("/desk/").status_code == 302
    assert key(other, settings) != signed_in


def key(client: Client, settings) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.django_db
def test_a_session_id_that_was_brought_is_never_taken_over():
    store = SessionStore("brought-by-somebody-else-0000000")
    assert store.load() == {}
    store["x"] = 1
    store.save()
    assert store.session_key != "brought-by-somebody-else-0000000"
