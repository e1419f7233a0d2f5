"""Letters that wait, are held, failed: each condition has the row that only it keeps out (tests/rows.py)."""

import pytest

from camdesk.tickets import (
    outbox,
)
from camdesk.tickets.models import Delivery
from tests import rows
from tests.rows import (
    DAY,
    HOUR,
    NEW,
    Query,
    Scene,
    delivery,
    identity,
    proven,
)
from tests.rows import scene as scene


def elsewhere(at: Scene):
    return {"ticket": at.other}


def withdrawn(at: Scene):
    return outbox.withdraw(ticket=at.ticket, kind="resolved")


def resolved_letter(at: Scene, **changes):
    return delivery(at, **{"kind": "resolved"} | changes)


def held(at: Scene, *, proof=None, **changes):
    """A letter to an address that its request's person has proven."""
    identity(at, **{"person": at.world.anna} | (proof(at) if callable(proof) else proof or {}))
    return delivery(at, **{"to": NEW.upper(), "state": "held"} | changes)


def held_back(at: Scene):
    """Of the newest letter."""
    newest = Delivery.objects.order_by("-pk").first()
    return outbox.hold_back(delivery=newest, by=at.world.leo, now=at.now)


def released(at: Scene, **letter):
    return delivery(at, letter={"originator": "person:1", "mailbox": ""} | letter)


def sent_again(at: Scene):
    failed = Delivery.objects.filter(to=NEW).first()
    return failed is not None and outbox.send_again(delivery=failed, by=at.world.leo, now=at.now)


def failed(at: Scene, **changes):
    return delivery(at, **{"state": "failed", "to": NEW} | changes)


def resolved(at: Scene, **changes):
    return rows.ticket(at, **{"turn": "nobody", "resolved_at": at.now - 90 * DAY} | changes)


QUERIES = {
    "a letter that is taken back": Query(
        withdrawn,
        resolved_letter,
        {
            "another's": elsewhere,
            "of another kind": {"kind": "promise"},
            "sent": {"state": "sent"},
            "tried": {"attempts": 1},
            "that is leaving": lambda at: {"leased_until": at.now + HOUR},
        },
    ),
    "a held letter whose address is proven": Query(
        lambda at: outbox.release_proven(at.now),
        held,
        {
            "merely said": {"proof": {"proven_at": None}},
            "by a number": {"proof": {"kind": "phone"}},
            "another's": {"proof": lambda at: {"person": at.world.oleg}},
            "another address": {"proof": {"value": "x" + NEW}},
            "not held": {"state": "failed"},
            "of who is not known": lambda at: {"ticket": rows.ticket(at, verified=False)},
        },
    ),
    "a letter that can be held back again": Query(
        held_back,
        released,
        {"that counts in the budget": {"mailbox": NEW}, "that was never held": {"originator": ""}},
    ),
    "a letter that can be sent again": Query(
        sent_again,
        failed,
        {
            **{state_: {"state": state_} for state_ in ("sent", "merged", "read", "held")},
            "that is leaving": lambda at: {"leased_until": at.now + HOUR},
            "whose secret is not kept": {"kind": "account", "letter": {"text": ""}},
        },
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name):
    proven(QUERIES[name], scene)
