"""Whoever of the staff opens somebody's data is told of in the access log, and nobody who was not let in."""

import pytest
from django.urls import reverse

from camdesk.people import audit
from camdesk.people.models import AccessRecord, Agent, ApiKey
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.pages.everything import build_everything


@pytest.fixture
def all_of(world, now, data_folder, playbook):
    audit._waiting.clear()
    yield build_everything(world, now)
    audit._waiting.clear()


def told() -> list[tuple]:
    audit.write()
    return [(row.by, row.whose, row.what) for row in AccessRecord.objects.exclude(slot=None).order_by("pk")]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("desk:person", "person seen"),
        ("desk:person_erasure", "person seen"),
        ("desk:ticket", "ticket seen"),
        ("desk:letter_in", "letter seen"),
        ("files:one", "file taken"),
    ],
)
def test_each_page_tells_who_saw_whose(world, all_of, client_of, name, what):
    kwargs = {"person_id": world.anna.pk, "number": all_of.ticket.pk, "raw_id": all_of.kwargs["raw_id"],
              "attachment_id": all_of.file.pk}  # fmt: skip
    argument = {"desk:letter_in": "raw_id", "files:one": "attachment_id", "desk:ticket": "number"}.get(
        name, "person_id"
    )
    address = reverse(name, kwargs={argument: kwargs[argument]})
    for nobody in (None, world.oleg):
        assert client_of(nobody).get(address).status_code in (302, 404)
    if name != "files:one":
        assert client_of(world.anna).get(address).status_code == 404
    else:
        assert client_of(world.anna).get(address).status_code == 200
    assert told() == []
    assert client_of(world.ada).get(address).status_code == 200
    assert told() == [(world.ada.pk, world.anna.pk, what)]


def test_an_integration_is_told_of_too(world, now, all_of, client_of):
    key = ApiKey.objects.get(role=Agent.Role.AGENT)
    sent = {"Authorization": f"Bearer {all_of.secret}"}
    hidden = client_of(None).get(f"/api/v1/tickets/{all_of.ticket.pk}", headers=sent)
    assert (hidden.status_code, told()) == (404, []), "it is of a closed team"
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    assert client_of(None).get(f"/api/v1/tickets/{ticket.pk}", headers=sent).status_code == 200
    assert told() == [(key.person_id, world.anna.pk, "ticket seen")]
