"""Who belongs to several organisations looks at one of them, or at all."""

import pytest
from django.utils import timezone

from camdesk.people.models import Membership, Organisation
from camdesk.tickets.models import Ticket
from camdesk.tickets.opening import NewTicket, open_ticket


@pytest.fixture
def club(world) -> Organisation:
    """Boris, who owns the chain, also runs a chess club; each has a request."""
    made = Organisation.objects.create(name="Шахматный клуб")
    Membership.objects.create(person=world.boris, organisation=made, role=Membership.Role.OWNER)
    for organisation, words in ((world.chain, "Про магазин"), (made, "Про клуб")):
        new = NewTicket(
            topic="other", text="…", subject=words, channel="form", person=world.boris, contact_name="Борис",
            organisation=organisation,
        )  # fmt: skip
        open_ticket(new, by=world.boris, now=timezone.now())
    return made


@pytest.fixture
def boris(world, client_of, data_folder):
    return client_of(world.boris)


def choose(client, organisation: Organisation | None, back: str = "/requests/"):
    return client.post("/organisations/choice", {"organisation": organisation.pk if organisation else "", "next": back})


def test_lists_show_one_organisation_until_all_are_asked_for(club, boris, world):
    both = boris.get("/requests/").content.decode()
    assert "Про магазин" in both
    assert "Про клуб" in both
    assert "Все организации" in both
    assert choose(boris, club)["Location"] == "/requests/"
    one = boris.get("/requests/").content.decode()
    assert "Про магазин" not in one
    assert "Про клуб" in one
    assert world.camera_till.name not in boris.get("/cameras/").content.decode()
    choose(boris, None)
    assert "Про магазин" in boris.get("/requests/").content.decode()
    assert world.camera_till.name in boris.get("/cameras/").content.decode()


def test_a_new_chat_is_for_the_one_they_look_at(club, boris, world):
    choose(boris, club)
    boris.post("/support/chat/starts/", {"key": "k1", "topic": "other"}, headers={"HX-Request": "true"})
    assert Ticket.objects.get(channel="chat").organisation == club


def test_it_is_a_filter_and_no_right(club, boris, client_of, world):
    strange = Organisation.objects.create(name="Чужие")
    choose(boris, strange)
    assert "Про магазин" in boris.get("/requests/").content.decode()
    boris.cookies["camdesk_organisation"] = str(strange.pk)
    page = boris.get("/requests/").content.decode()
    assert "Чужие" not in page
    assert "Про магазин" in page
    boris.cookies["camdesk_organisation"] = "'; DROP TABLE"
    assert boris.get("/requests/").status_code == 200


def test_who_has_one_organisation_has_no_switch(boris, client_of, world):
    assert "Все организации" not in boris.get("/requests/").content.decode()
    assert "Все организации" not in client_of(world.anna).get("/requests/").content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_switch_leads_to_no_other_site(club, boris, back):
    assert choose(boris, club, back)["Location"] == "/"


@pytest.mark.parametrize("back", ["elsewhere", "https://evil.example/", "//evil.example", "x\r\ny"])
def test_nobody_is_led_elsewhere(club, boris, back):
    assert choose(boris, club, back)["Location"] == "/"


def test_only_whose_request_it_is_has_seen_it(world, client_of, boris, now):
    """The owner of the chain reads what its employee wrote; the employee's letters still tell them what they missed."""
    new = NewTicket(
        topic="other", text="…", channel="form", person=world.vera, contact_name="Вера", organisation=world.chain
    )
    ticket = open_ticket(new, by=world.vera, now=now).ticket
    for seq, who, seen in (("1", world.boris, 0), ("", world.vera, 0), ("1", world.vera, 1)):
        assert client_of(who).post(f"/requests/{ticket.pk}/seen", {"seq": seq}).status_code == 204
        ticket.refresh_from_db()
        assert ticket.customer_seen_seq == seen
