"""A form that comes with nothing in it, or with nothing we know: refused in words or done as asked, never a fault of
ours, and nothing that was there is gone. Every address of the product, as the URL resolver knows it."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
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
MODELS = {
    model._meta.db_table: model
    for model in apps.get_models(include_auto_created=True)
    if model._meta.label not in _STATE_OF_WORK
}
_TABLES = frozenset(MODELS)
_NAMES = re.compile(r"\w+")


@pytest.fixture
def everything(world, now, data_folder) -> Everything:
    return build_everything(world, now)


Rows = dict[Any, dict[str, Any]]


def rows(model: type[Model]) -> Rows:
    return {row[model._meta.pk.attname]: row for row in model._base_manager.values()}


class Written:
    """Which tables are written meanwhile, as the statements say: only these are read again after each of so many
    addresses."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith("SELECT"):
            self.tables |= _TABLES & set(_NAMES.findall(sql))
        return execute(sql, params, many, context)


def lost(before: dict[str, Rows], tables: set[str]) -> set[str]:
    """What is gone: «tickets.Draft», or a value of it, «people.Person.name»."""
    gone = set()
    for table in tables:
        label, after = MODELS[table]._meta.label, rows(MODELS[table])
        for pk, was in before[table].items():
            is_now = after.get(pk)
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
    before, faults, losses = {table: rows(model) for table, model in MODELS.items()}, [], {}
    for name, arguments in addresses():
        if name in LEFT_OUT:
            continue
        with transaction.atomic():
            written = Written()
            with connection.execute_wrapper(written):
                answer = client.post(everything.address(name, arguments), body, **how)
            if answer.status_code >= 500:
                faults.append((name, answer.status_code))
            if gone := lost(before, written.tables) - set(DEEDS.get(name, "").split()):
                losses[name] = gone
            transaction.set_rollback(True)
    assert faults == []
    assert losses == {}
