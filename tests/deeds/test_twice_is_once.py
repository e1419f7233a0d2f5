"""A deed done a second time changes nothing: no event, no hint, no letter says again what is so already."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from camdesk.channels.phone import call_backs
from camdesk.outages import linking
from camdesk.people import api_keys, identities, invitations
from camdesk.people.identities import EMAIL
from camdesk.playbook.models import Topic
from camdesk.tickets import assignment, attachments, closed_teams, conversation, resolution
from tests.deeds.test_only_ones_own import (
    Made,
    about_an_outage,
    call_back,
    file,
    later,
    person,
    rows,
    subscriber,
    team,
    ticket_of,
)

DEEDS: dict[str, tuple[Callable[[Made], Any], Callable[[Any, Made], Any]]] = {
    "routed": (
        ticket_of,
        lambda t, m: assignment.route(ticket=t, team=m.world.field_crew, by=m.world.leo, now=later(m)),
    ),
    "about another topic": (
        ticket_of,
        lambda t, m: assignment.set_topic(
            ticket=t, topic=Topic.objects.get(pk="unclear-charge"), by=m.world.leo, now=later(m)
        ),
    ),
    "passed": (ticket_of, lambda t, m: assignment.pass_turn(ticket=t, turn="provider", by=m.world.leo, now=later(m))),
    "resolved": (ticket_of, lambda t, m: resolution.resolve(ticket=t, by=m.world.ira, now=later(m))),
    "seen by the customer": (ticket_of, lambda t, m: conversation.seen_by_customer(t, seq=2)),
    "seen by agents": (ticket_of, lambda t, m: conversation.seen_by_agents(t, seq=2)),
    "a team closed": (team, lambda t, m: closed_teams.set_closed(team=t, closed=True, by=m.world.ada, now=later(m))),
    "an address said": (person, lambda p, m: identities.say(p, EMAIL, "three@example.org")),
    "an address preferred": (person, lambda p, m: identities.prefer(p, EMAIL, f"two-{m.number}@example.org")),
    "news asked for": (
        lambda m: person(m) if subscriber(Made(m.world, m.number + 1, m.now)) else None,
        lambda p, m: linking.subscribe(outage=m.world.house.outage_of_the_test, person=p, now=later(m)),
    ),
    "about an outage no more": (
        about_an_outage,
        lambda t, m: linking.unlink(outage=m.world.house.outage_of_the_test, ticket=t, by=m.world.leo, now=later(m)),
    ),
    "a key revoked": (
        lambda m: api_keys.create(name="CRM", role="agent", by=m.world.ada, now=m.now)[0],
        lambda k, m: api_keys.revoke(k, by=m.world.ada, now=later(m)),
    ),
    "an invitation revoked": (
        lambda m: invitations.invite(email="i@example.org", agent_role="agent", by=m.world.ada, now=m.now)[0],
        lambda i, m: invitations.revoke(i, by=m.world.ada, now=later(m)),
    ),
    "called": (call_back, lambda c, m: call_backs.settle(call_back=c, by=m.world.ira, now=later(m))),
    "a file taken back": (file, lambda f, m: attachments.remove(attachment=f)),
}


@pytest.mark.parametrize("name", DEEDS)
def test_a_second_time_changes_nothing(world: Any, now: Any, name: str) -> None:
    make, do = DEEDS[name]
    made = Made(world, 1, now)
    one = make(made)
    before = rows()
    do(one, made)
    once = rows()
    assert once != before, "something was done"
    told = len(connection.run_on_commit)
    do(one, made)
    assert rows() == once
    assert len(connection.run_on_commit) == told, "and nobody is told"
