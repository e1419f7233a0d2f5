"""A form that comes with nothing in it, or with nothing we know: refused in words or done as asked, never a fault of
ours, and nothing that was there is gone. Every address of the product, as the URL resolver knows it."""

from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client

from tests.pages.everything import Everything, addresses, build_everything
from tests.world import BACKEND

# What the address alone asks for: the deed is to take something away, and needs no word.
DEEDS = {
    "request_resolutions": "tickets.Ticket.next_due_at tickets.Ticket.promised_at",  # the customer says it is solved
    "member_removal": "cameras.CameraGrant people.Membership",
    "desk:resolution": "tickets.Ticket.next_due_at tickets.Ticket.promised_at",
    "desk:agent_dismissal": "people.Agent.active",
}
LEFT_OUT = {
    "account_logout": "ends the session that asks the rest",
}
SENT: dict[str, Any] = {
    "nothing": ({}, {}),
    "nothing, by htmx": ({}, {"HTTP_HX_REQUEST": "true"}),
    "unknown fields": ({f"x{n}": "й" * 50 for n in range(30)} | {"": "", "fact-": "1", "camera--fact-": "1"}, {}),
    # Not team and agent: there an empty one says «none».
    "empty fields": (
        dict.fromkeys(["text", "name", "phone", "email", "address", "topic", "role", "to", "at", "kind"], ""),
        {},
    ),
    "no form": ('{"a": [', {"content_type": "application/json"}),
    "broken parts": (
        '--x\r\nContent-Disposition: form-data; name="a"',
        {"content_type": "multipart/form-data; boundary=x"},
    ),
}
_STATE_OF_WORK = {"sessions.Session"}


@pytest.fixture
def everything(world, now, data_folder) -> Everything:
    return build_everything(world, now)


def rows() -> dict[tuple[str, Any], dict[str, Any]]:
    return {
        (model._meta.label, row[model._meta.pk.attname]): row
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in _STATE_OF_WORK
        for row in model._base_manager.values()
    }


def lost(before: dict[tuple[str, Any], dict[str, Any]]) -> set[str]:
    """What is gone: «tickets.Draft», or a value of it, «people.Person.name»."""
    after, gone = rows(), set()
    for (label, pk), was in before.items():
        is_now = after.get((label, pk))
        if is_now is None:
            gone.add(label)
        elif is_now != was:
            gone |= {f"{label}.{name}" for name, value in was.items() if value and not is_now[name]}
    return gone


@pytest.mark.parametrize("sent", SENT)
@pytest.mark.parametrize("who", ["anna", "boris", "ada"])
def test_nothing_falls_and_nothing_is_lost(everything: Everything, who: str, sent: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(getattr(everything.world, who).user, backend=BACKEND)
    body, how = SENT[sent]
    before, faults, losses = rows(), [], {}
    for name, arguments in addresses():
        if name in LEFT_OUT:
            continue
        with transaction.atomic():
            answer = client.post(everything.address(name, arguments), body, **how)
            if answer.status_code >= 500:
                faults.append((name, answer.status_code))
            if gone := lost(before) - set(DEEDS.get(name, "").split()):
                losses[name] = gone
            transaction.set_rollback(True)
    assert faults == []
    assert losses == {}
