"""A deed touches its own: what was made beside it in the same way, a moment before and a moment after, stays as it was.

Each row says what is made, three times over, so that neither the first nor the last is hit by chance, and the deed on
the one in the middle. Then not a word of the other two may have changed, in any table."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from camdesk.channels.models import Call, CallBack
from camdesk.channels.phone import call_back_retries, call_backs
from camdesk.channels.phone.caller_id import belongs_to, name_caller
from camdesk.outages import lifecycle, linking
from camdesk.people import agents, api_keys, identities, invitations
from camdesk.people.identities import EMAIL, PHONE
from camdesk.people.models import Agent, Person
from camdesk.tickets import (
    assignment,
    claiming,
    conversation,
    drafts,
    outbox,
    promises,
    ratings,
    reopening,
    resolution,
)
from camdesk.tickets.models import Delivery, Ticket
from tests.builder import Builder
from tests.deeds.channels.test_calls_on_the_desk import hear
from tests.deeds.outages.test_outages import outage_of
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.world import World, customer_says

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Made:
    world: World
    number: int  # 1, 2, 3: which of the three it is
    now: datetime


# --- what is made


def ticket_of(made: Made, **changes: Any) -> Ticket:
    ticket = open_ticket(new(made.world, **changes), by=made.world.anna, now=made.now).ticket
    customer_says(ticket=ticket, text="Ещё слова", by=ticket.person, channel=ticket.channel, now=made.now + MINUTE)
    conversation.reply(ticket=ticket, text="Смотрим", by=made.world.ira, now=made.now + 2 * MINUTE)
    ticket.refresh_from_db()
    return ticket


def resolved(made: Made) -> Ticket:
    ticket = ticket_of(made)
    resolution.resolve(ticket=ticket, by=made.world.ira, now=made.now + 3 * MINUTE)
    conversation.note(ticket=ticket, text="И записали", by=made.world.ira, now=made.now + 3 * MINUTE)
    ticket.refresh_from_db()
    return ticket


def unproven(made: Made) -> Ticket:
    who = {"person": made.world.marina, "contact_email": f"m{made.number}@example.com", "cameras": []}
    return open_ticket(new(made.world, verified=False, **who), by=None, now=made.now).ticket


def linked(made: Made) -> Ticket:
    ticket = unproven(made)
    claiming.link(ticket=ticket, to=made.world.boris, reason="перезвонил", by=made.world.leo, now=made.now)
    ticket.refresh_from_db()
    return ticket


def call_back(made: Made) -> CallBack:
    window = {"wanted_from": made.now + MINUTE, "wanted_until": made.now + timedelta(hours=2)}
    phone = f"+7935000010{made.number}"
    return call_backs.ask(phone=phone, by=None, now=made.now, person=made.world.anna, ticket=ticket_of(made), **window)


def call(made: Made) -> Call:
    """Somebody speaks at this moment, from a number nobody has proven: a person has said it."""
    phone = f"+7935999990{made.number}"
    identities.say(made.world.marina, PHONE, phone)
    return hear(made.now, "ringing", "answered", call_id=f"call-{made.number}", customer=phone)


def missed(made: Made) -> Call:
    """One number, three times: it waits to be called back about this call, and about requests of its own."""
    phone = "+79359999900"
    window = {"wanted_from": made.now + MINUTE, "wanted_until": made.now + timedelta(hours=2)}
    call_backs.ask(phone=phone, by=None, now=made.now, person=made.world.anna, ticket=ticket_of(made), **window)
    return hear(made.now, "ringing", "answered", call_id=f"call-{made.number}", customer=phone)


def settled_call_back(made: Made) -> CallBack:
    one = call_back(made)
    call_backs.settle(call_back=one, by=made.world.ira, now=made.now)
    return one


def letter(state: str) -> Callable[[Made], Delivery]:
    def make(made: Made) -> Delivery:
        ticket = open_ticket(new(made.world), by=made.world.anna, now=made.now).ticket
        Delivery.objects.filter(ticket=ticket).update(state=state)
        return Delivery.objects.get(ticket=ticket)

    return make


def person(made: Made) -> Person:
    who = Builder(now=made.now).person(f"Сосед {made.number}", email=f"n{made.number}@example.org", login=True)
    for value in ("one", "two"):
        identities.say(who, EMAIL, f"{value}-{made.number}@example.org")
    return who


def agent(made: Made) -> Agent:
    who = person(made)
    Builder(now=made.now).agent(who, Agent.Role.LEAD, [made.world.first_line])
    return who.agent


def subscriber(made: Made) -> Person:
    who = person(made)
    outage = getattr(made.world.house, "outage_of_the_test", None) or outage_of(made.world, made.now)
    made.world.house.outage_of_the_test = outage
    linking.subscribe(outage=outage, person=who, now=made.now)
    return who


# --- what is done


def later(made: Made) -> datetime:
    return made.now + 4 * MINUTE


DEEDS: dict[str, tuple[Callable[[Made], Any], Callable[[Any, Made], Any]]] = {
    "answered": (ticket_of, lambda t, m: conversation.reply(ticket=t, text="Готово", by=m.world.ira, now=later(m))),
    "noted": (ticket_of, lambda t, m: conversation.note(ticket=t, text="Для нас", by=m.world.ira, now=later(m))),
    "written to": (
        ticket_of,
        lambda t, m: customer_says(ticket=t, text="Спасибо", by=t.person, channel="form", now=later(m)),
    ),
    "seen by the customer": (ticket_of, lambda t, m: conversation.seen_by_customer(t, seq=2)),
    "seen by agents": (ticket_of, lambda t, m: conversation.seen_by_agents(t, seq=2)),
    "assigned": (
        ticket_of,
        lambda t, m: assignment.assign(ticket=t, to=m.world.leo.agent, by=m.world.leo, now=later(m)),
    ),
    "routed": (
        ticket_of,
        lambda t, m: assignment.route(ticket=t, team=m.world.field_crew, by=m.world.leo, now=later(m)),
    ),
    "passed": (ticket_of, lambda t, m: assignment.pass_turn(ticket=t, turn="provider", by=m.world.leo, now=later(m))),
    "promised": (
        ticket_of,
        lambda t, m: promises.promise(ticket=t, at=m.now + timedelta(hours=3), by=m.world.ira, now=later(m)),
    ),
    "resolved": (ticket_of, lambda t, m: resolution.resolve(ticket=t, by=m.world.ira, now=later(m))),
    "taken back": (resolved, lambda t, m: resolution.take_back(ticket=t, by=m.world.ira, now=m.now + 3 * MINUTE)),
    "reopened": (resolved, lambda t, m: reopening.reopen(ticket=t, by=m.world.anna, now=later(m))),
    "rated": (resolved, lambda t, m: ratings.rate(ticket=t, stars=4, by=m.world.anna, now=later(m))),
    "linked to a person": (
        unproven,
        lambda t, m: claiming.link(ticket=t, to=m.world.oleg, reason="узнали", by=m.world.leo, now=later(m)),
    ),
    "unlinked": (linked, lambda t, m: claiming.unlink(ticket=t, by=m.world.leo, now=later(m))),
    "asked to prove an address": (
        unproven,
        lambda t, m: claiming.ask(ticket=t, by=m.world.leo, now=m.now + timedelta(days=2)),
    ),
    "letters withdrawn": (resolved, lambda t, m: outbox.withdraw(ticket=t, kind=Delivery.Kind.RESOLVED)),
    "called": (call_back, lambda c, m: call_backs.settle(call_back=c, by=m.world.ira, now=later(m))),
    "called off": (call_back, lambda c, m: call_backs.settle(call_back=c, by=m.world.ira, now=later(m), dropped=True)),
    "not reached": (call_back, lambda c, m: call_back_retries.not_reached(call_back=c, by=m.world.ira, now=later(m))),
    "called another time": (
        call_back,
        lambda c, m: call_back_retries.move(
            call_back=c,
            wanted_from=m.now + timedelta(hours=3),
            wanted_until=m.now + timedelta(hours=4),
            by=m.world.ira,
            now=later(m),
        ),
    ),
    "to be called again": (
        settled_call_back,
        lambda c, m: call_backs.take_back(call_back=c, by=m.world.ira, now=later(m)),
    ),
    "its caller named": (call, lambda c, m: name_caller(call=c, person=m.world.marina, by=m.world.ira, now=later(m))),
    "a call about a request": (
        call,
        lambda c, m: belongs_to(call=c, ticket=ticket_of(m), by=m.world.ira, now=later(m)),
    ),
    "a call and its call-back about a request": (
        missed,
        lambda c, m: belongs_to(call=c, ticket=ticket_of(m), by=m.world.ira, now=later(m)),
    ),
    "sent again": (letter("failed"), lambda d, m: outbox.send_again(delivery=d, by=m.world.leo, now=later(m))),
    "sent elsewhere": (
        letter("failed"),
        lambda d, m: outbox.send_again(delivery=d, by=m.world.leo, now=later(m), to="other@example.org"),
    ),
    "released": (letter("held"), lambda d, m: outbox.release(delivery=d, by=m.world.leo, now=later(m))),
    "an address proven": (
        person,
        lambda p, m: identities.prove(person=p, kind=EMAIL, value=f"one-{m.number}@example.org", now=later(m)),
    ),
    "an address preferred": (person, lambda p, m: identities.prefer(p, EMAIL, f"two-{m.number}@example.org")),
    "an agent changed": (
        agent,
        lambda a, m: agents.change(agent=a, role=Agent.Role.AGENT, teams=["field"], by=m.world.ada, now=later(m)),
    ),
    "an agent gone": (agent, lambda a, m: agents.deactivate(agent=a, by=m.world.ada, now=later(m))),
    "a key revoked": (
        lambda m: api_keys.create(name=f"CRM {m.number}", role="agent", by=m.world.ada, now=m.now)[0],
        lambda k, m: api_keys.revoke(k, by=m.world.ada, now=later(m)),
    ),
    "an invitation revoked": (
        lambda m: invitations.invite(email=f"i{m.number}@example.org", agent_role="agent", by=m.world.ada, now=m.now)[
            0
        ],
        lambda i, m: invitations.revoke(i, by=m.world.ada, now=later(m)),
    ),
    "a draft dropped": (
        lambda m: drafts.keep(person=m.world.anna, place=f"place-{m.number}", content={"text": "…"}, now=m.now),
        lambda _, m: drafts.drop(person=m.world.anna, place=f"place-{m.number}"),
    ),
    "unsubscribed": (
        subscriber,
        lambda p, m: linking.unsubscribe(outage=m.world.house.outage_of_the_test, person=p),
    ),
    "an outage closed": (
        lambda m: outage_of(m.world, m.now, title_ru=f"Авария {m.number}"),
        lambda o, m: lifecycle.close(outage=o, by=m.world.leo, now=later(m)),
    ),
    "an outage forecast": (
        lambda m: outage_of(m.world, m.now, title_ru=f"Авария {m.number}"),
        lambda o, m: lifecycle.change_forecast(outage=o, eta=m.now + timedelta(hours=9), by=m.world.leo, now=later(m)),
    ),
    "a camera out of an outage": (
        lambda m: outage_of(m.world, m.now, title_ru=f"Авария {m.number}"),
        lambda o, m: lifecycle.remove_cameras(outage=o, cameras=[m.world.camera_gate.pk], by=m.world.leo, now=later(m)),
    ),
}


def rows() -> Counter[tuple[str, str]]:
    return Counter(
        (model._meta.label, repr(values))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in SHARED
        for values in model._base_manager.values_list()
    )


SHARED = {"tickets.Counter"}  # sums over all


@pytest.mark.parametrize("name", DEEDS)
def test_what_stands_beside_it_stays_as_it_was(world, now, name):
    make, do = DEEDS[name]
    of: list[Counter[tuple[str, str]]] = []
    made = [Made(world, number, now + number * timedelta(seconds=1)) for number in (1, 2, 3)]
    objects = []
    for one in made:
        before = rows()
        objects.append(make(one))
        of.append(rows() - before)
    if isinstance(objects[1], models.Model):
        objects[1].refresh_from_db()
    before = rows()
    do(objects[1], made[1])
    after = rows()
    assert after != before, "something was done"
    for beside in (0, 2):
        assert not (of[beside] & before) - after, "what is another's has changed"
