"""A customer withdraws their consent on their own page, a lead notes it on the person's."""

import pytest
from django.urls import reverse

from camdesk.people.models import Consent


@pytest.fixture
def consent(world, now):
    return Consent.objects.create(person=world.anna, version="7", text="Текст согласия", channel="form", given_at=now)


def test_a_customer_reads_and_withdraws_it(world, consent, client_of):
    client = client_of(world.anna)
    said = client.get(reverse("profile")).content.decode()
    assert "Текст согласия" in said
    assert "Отозвать согласие" in said
    assert "Отозвать согласие" not in client_of(world.oleg).get(reverse("profile")).content.decode()
    assert client_of(world.oleg).post(reverse("consent_withdrawal")).status_code == 302
    consent.refresh_from_db()
    assert consent.withdrawn_at is None
    assert client.post(reverse("consent_withdrawal")).url == reverse("profile")
    consent.refresh_from_db()
    assert (consent.withdrawn_by, consent.withdrawn_channel) == (world.anna, "profile")
    said = client.get(reverse("profile")).content.decode()
    assert "отозвано" in said
    assert "Отозвать согласие" not in said


def test_a_lead_notes_it_and_an_agent_does_not(world, consent, client_of):
    address, page = (
        reverse("desk:consent_withdrawal", args=[world.anna.pk]),
        reverse("desk:person", args=[world.anna.pk]),
    )
    assert "Отметить отзыв" not in client_of(world.ira).get(page).content.decode()
    for nobody in (world.ira, world.oleg):
        assert client_of(nobody).post(address, {"way": "paper"}).status_code == 404
    lead = client_of(world.leo)
    assert "Отметить отзыв" in lead.get(page).content.decode()
    assert lead.post(address, {"way": "telepathy"}).url == page
    consent.refresh_from_db()
    assert consent.withdrawn_at is None
    assert lead.post(address, {"way": "paper"}).url == page
    consent.refresh_from_db()
    assert (consent.withdrawn_by, consent.withdrawn_channel) == (world.leo, "paper")
    assert "данные удалить до" in lead.get(page).content.decode()
