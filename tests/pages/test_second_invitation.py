"""Who has a login already accepts a second organisation's invitation: they sign in and say yes."""

import pytest
from django.test import Client
from django.utils import timezone

from camdesk.cameras.models import CameraGrant
from camdesk.people import invitations
from camdesk.people.models import Invitation, Membership, User


@pytest.fixture
def link(world) -> str:
    """The chain invites Anna, a customer with a login of her own."""
    _invitation, token = invitations.invite(
        email=world.anna.user.email,
        organisation=world.chain,
        organisation_role=Membership.Role.EMPLOYEE,
        camera_ids=[world.camera_hall.pk, world.camera_oleg.pk],
        by=world.boris,
        now=timezone.now(),
    )
    return f"/invitations/{token}/"


@pytest.mark.whole("camdesk.cabinet.views.invitation._for_a_login")
def test_signed_in_she_is_asked_and_joins_once(world, client_of, link):
    anna, logins = client_of(world.anna), User.objects.count()
    assert "«Магазины „Ладья“»" in anna.get(link).content.decode()
    assert not Membership.objects.filter(person=world.anna).exists(), "a look is no yes"
    assert anna.post(link).status_code == 302
    assert Membership.objects.get(person=world.anna).organisation == world.chain
    assert CameraGrant.objects.filter(person=world.anna, camera=world.camera_hall).exists()
    assert not CameraGrant.objects.filter(person=world.anna, camera=world.camera_oleg).exists()
    assert User.objects.count() == logins
    assert anna.post(link).status_code == 404


def test_a_stranger_is_asked_to_sign_in_and_comes_back(link):
    answer = Client().get(link)
    assert answer.status_code == 302
    assert answer["Location"] == f"/account/login/?next={link}"


def test_another_login_cannot_take_it(world, client_of, link):
    oleg = client_of(world.oleg)
    assert oleg.get(link).status_code == 409
    assert oleg.post(link).status_code == 409
    assert not Membership.objects.filter(person=world.oleg).exists()
    assert Invitation.objects.filter(used_at__isnull=True).count() == 1


@pytest.mark.whole("camdesk.people.invitations.join")
def test_the_role_one_has_is_kept(world, client_of):
    _invitation, token = invitations.invite(
        email=world.boris.user.email,
        organisation=world.chain,
        organisation_role=Membership.Role.EMPLOYEE,
        by=world.boris,
        now=timezone.now(),
    )
    before = Membership.objects.get(person=world.boris).role
    assert client_of(world.boris).post(f"/invitations/{token}/").status_code == 302
    assert Membership.objects.get(person=world.boris).role == before


@pytest.mark.whole("camdesk.cabinet.views.invitation.invitation", at="cameras_cameragrant")
def test_a_login_is_made_with_its_cameras_or_not_at_all(world):
    _invitation, token = invitations.invite(
        email="new@example.org",
        organisation=world.chain,
        organisation_role=Membership.Role.EMPLOYEE,
        camera_ids=[world.camera_hall.pk],
        by=world.boris,
        now=timezone.now(),
    )
    said = {"name": "Новая", "password": "a-long-enough-password"}
    assert Client().post(f"/invitations/{token}/", said).status_code == 302
    person = User.objects.get(email="new@example.org").person
    assert list(CameraGrant.objects.filter(person=person).values_list("camera_id", flat=True)) == [world.camera_hall.pk]
