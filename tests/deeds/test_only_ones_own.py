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

from camdesk.bot import phrases
from camdesk.bot.models import Phrase
from camdesk.cameras import grants
from camdesk.channels.mail.incoming import held_letters
from camdesk.channels.models import Call, CallBack, RawLetter
from camdesk.channels.phone import call_back_retries, call_backs
from camdesk.channels.phone.caller_id import belongs_to, name_caller
from camdesk.outages import lifecycle, linking
from camdesk.people import agents, api_keys, contacts, extensions, identities, invitations, memberships, teams
from camdesk.people.identities import EMAIL, PHONE
from camdesk.people.models import Agent, Person, Team
from camdesk.playbook.models import Topic
from camdesk.tickets import (
    assignment,
    attachments,
    claim_tokens,
    claiming,
    closed_teams,
    conversation,
    drafts,
    outbox,
    promises,
    ratings,
    reopening,
    resolution,
)
from camdesk.tickets.models import Attachment, Delivery, Ticket
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


def gone(made: Made) -> Agent:
    who = agent(made)
    agents.deactivate(agent=who, by=made.world.ada, now=made.now)
    return who


def team(made: Made) -> Team:
    return Team.objects.create(slug=f"team-{made.number}", name_ru="Новая")


def invited(made: Made) -> tuple[Person, str]:
    """Somebody with a login, and the token of their invitation."""
    who = person(made)
    told = {"email": who.email, "agent_role": "agent", "by": made.world.ada, "now": made.now}
    return who, invitations.invite(**told)[1]


def member(made: Made) -> Person:
    who = person(made)
    Builder(now=made.now).member(who, made.world.chain, "employee", cameras=[made.world.camera_till])
    return who


def phrase(made: Made) -> Phrase:
    topic = Topic.objects.get(pk="camera-offline")
    return Phrase.objects.create(text=f"Абракадабра {made.number}", at=made.now, topic=topic, settled_at=made.now)


def file(made: Made) -> Attachment:
    meant = {"name": "a.txt", "content_type": "text/plain", "created_at": made.now, "uploaded_by": made.world.anna}
    return Attachment.objects.create(id=f"file-{made.number}", storage_key=f"k{made.number}", **meant)


def raw_letter(made: Made, **changes: Any) -> RawLetter:
    meant = {"digest": str(made.number) * 64, "mailbox": "smtp", "sender": "many@example.net", "state": "held"}
    where = {"storage_key": "k", "size": 100, "received_at": made.now, "next_try_at": made.now}
    return RawLetter.objects.create(**meant | where | changes)


def turned_away(made: Made) -> RawLetter:
    return raw_letter(made, state="ignored", note=held_letters.TURNED_AWAY)


def imported(made: Made) -> Person:
    return Person.objects.create(name="Из CRM", external_id=f"crm-{made.number}", created_at=made.now)


def about_an_outage(made: Made) -> Ticket:
    """Linked to it by hand."""
    subscriber(made)
    ticket = ticket_of(made, cameras=[])
    linking.link(outage=made.world.house.outage_of_the_test, ticket=ticket, by=made.world.leo, now=made.now)
    return ticket


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
    "an invitation accepted": (
        lambda m: invitations.invite(email=f"i{m.number}@example.org", agent_role="agent", by=m.world.ada, now=m.now),
        lambda made, m: invitations.accept(
            made[1], name="Новый", email="", password="a-password-of-the-tests", now=later(m)
        ),
    ),
    "an invitation joined": (invited, lambda made, m: invitations.join(made[1], user=made[0].user, now=later(m))),
    "an agent come back": (gone, lambda a, m: agents.reactivate(agent=a, by=m.world.ada, now=later(m))),
    "a telephone given": (agent, lambda a, m: extensions.set_extension(agent=a, extension=str(100 + m.number))),
    "a team renamed": (
        team,
        lambda t, m: teams.rename(team=t, name_ru="Иная", name_en="Other", by=m.world.ada, now=later(m)),
    ),
    "a team closed": (team, lambda t, m: closed_teams.set_closed(team=t, closed=True, by=m.world.ada, now=later(m))),
    "a member gone": (
        member,
        lambda p, m: memberships.remove(organisation=m.world.chain, person_id=p.pk, by=m.world.boris, now=later(m)),
    ),
    "a member without cameras": (member, lambda p, m: grants.withdraw_all(person=p, organisation=m.world.chain)),
    "an address said": (person, lambda p, m: identities.say(p, EMAIL, f"three-{m.number}@example.org")),
    "known better to the operator": (
        imported,
        lambda p, m: contacts.by_external_id(
            external_id=p.external_id, name=p.name, phone="+79350000777", email="", now=later(m)
        ),
    ),
    "a phrase attached": (
        phrase,
        lambda p, m: phrases.attach(
            phrase=p, topic=Topic.objects.get(pk="unclear-charge"), by=m.world.ira, now=later(m)
        ),
    ),
    "a phrase back among the open ones": (phrase, lambda p, m: phrases.detach(phrase=p)),
    "a file taken back": (file, lambda f, m: attachments.remove(attachment=f)),
    "a held letter let in": (raw_letter, lambda r, m: held_letters.let_in(letter=r, by=m.world.leo, now=later(m))),
    "a held letter turned away": (
        raw_letter,
        lambda r, m: held_letters.turn_away(letter=r, by=m.world.leo, now=later(m)),
    ),
    "a letter held again": (turned_away, lambda r, m: held_letters.hold_again(letter=r, by=m.world.leo, now=later(m))),
    "claimed with its token": (
        unproven,
        lambda t, m: claiming.claim(
            token=claim_tokens.issue(t.pk, t.contact_email, expires_at=later(m) + timedelta(days=1)),
            by=None,
            says_it_is_theirs=False,
            now=later(m),
        ),
    ),
    "a draft kept anew": (
        lambda m: drafts.keep(person=m.world.anna, place=f"place-{m.number}", content={"text": "…"}, now=m.now),
        lambda _, m: drafts.keep(
            person=m.world.anna, place=f"place-{m.number}", content={"text": "и ещё"}, now=later(m)
        ),
    ),
    "a draft dropped": (
        lambda m: drafts.keep(person=m.world.anna, place=f"place-{m.number}", content={"text": "…"}, now=m.now),
        lambda _, m: drafts.drop(person=m.world.anna, place=f"place-{m.number}"),
    ),
    "unsubscribed": (
        subscriber,
        lambda p, m: linking.unsubscribe(outage=m.world.house.outage_of_the_test, person=p),
    ),
    "subscribed, and it is so with them": (
        subscriber,
        lambda p, m: linking.subscribe(outage=m.world.house.outage_of_the_test, person=p, also=True, now=later(m)),
    ),
    "about an outage no more": (
        about_an_outage,
        lambda t, m: linking.unlink(outage=m.world.house.outage_of_the_test, ticket=t, by=m.world.leo, now=later(m)),
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
