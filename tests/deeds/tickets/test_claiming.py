"""Whose request is it: proven by the mailbox, or said by an agent who has made sure."""

from datetime import timedelta

import pytest
from django.utils import translation

from camdesk.channels.mail.outgoing.compose import compose
from camdesk.people import contacts, identities
from camdesk.people.models import Identity, Person, User
from camdesk.tickets import claim_tokens, claiming, conversation
from camdesk.tickets.claiming import CannotClaim, CannotLink, NotYours, Outcome, TooSoon
from camdesk.tickets.models import Delivery, Event, OutgoingLetter, Ticket
from camdesk.tickets.outbox import queue_letter
from tests.deeds.tickets.test_opening import new, open_ticket

ADDRESS = "work@shop.example"


def ask_unproven(world, now, **changes) -> Ticket:
    person = contacts.unverified(name="Анна", phone="", email=ADDRESS, now=now)
    asked = {
        "person": person,
        "channel": "mail",
        "contact_email": ADDRESS,
        "contact_phone": "",
        "subject": "Нет картинки",
        "cameras": [],
        "verified": False,
    }
    return open_ticket(new(world, **(asked | changes)), by=person, now=now).ticket


def token_of(ticket, now) -> str:
    return claim_tokens.issue(ticket.pk, ticket.contact_email, expires_at=now + claim_tokens.VALID_FOR)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


@pytest.fixture
def ticket(world, now) -> Ticket:
    return ask_unproven(world, now)


def proven(address: str) -> Person | None:
    return identities.owner(identities.EMAIL, address)


def test_a_claim_makes_the_request_and_the_address_hers(world, ticket, now):
    other, elsewhere = ask_unproven(world, now), ask_unproven(world, now, contact_email="other@shop.example")
    found = claiming.claim(token=token_of(ticket, now), by=world.anna, says_it_is_theirs=True, now=now)
    assert found == Outcome.JOIN
    assert proven(ADDRESS) == world.anna
    assert [(one.person, one.verified) for one in (fresh(ticket), fresh(other))] == [(world.anna, True)] * 2
    assert not fresh(elsewhere).verified, "what came from another address is not proven by this one"
    event = Event.objects.get(ticket=ticket, name="ticket.claimed")
    assert (event.public, event.by) == (True, world.anna)
    told = Delivery.objects.get(kind="notice")
    assert told.to == "anna@example.org"
    assert ADDRESS in told.letter.text


def test_who_does_not_say_that_it_is_theirs_gets_nothing(world, ticket, now):
    with pytest.raises(NotYours) as refused:
        claiming.claim(token=token_of(ticket, now), by=world.oleg, says_it_is_theirs=False, now=now)
    assert refused.value.outcome == Outcome.JOIN
    assert (proven(ADDRESS), fresh(ticket).verified) == (None, False)


def test_an_address_of_somebody_else_joins_nobody(world, now):
    ticket = ask_unproven(world, now, contact_email="anna@example.org")
    for person, comes_to in ((world.oleg, Outcome.OTHER_ACCOUNT), (None, Outcome.SIGN_IN), (world.ira, Outcome.STAFF)):
        with pytest.raises(NotYours) as refused:
            claiming.claim(token=token_of(ticket, now), by=person, says_it_is_theirs=True, now=now)
        assert refused.value.outcome == comes_to
    assert not fresh(ticket).verified
    assert claiming.claim(token=token_of(ticket, now), by=world.anna, says_it_is_theirs=False, now=now) == Outcome.OWN
    assert fresh(ticket).person == world.anna


def test_without_a_login_the_address_is_proven_and_no_camera_opens(world, ticket, now):
    assert claiming.claim(token=token_of(ticket, now), by=None, says_it_is_theirs=False, now=now) == Outcome.PROVE
    ticket = fresh(ticket)
    assert ticket.verified
    assert proven(ADDRESS) == ticket.person
    assert not hasattr(ticket.person, "user")


@pytest.mark.whole("camdesk.tickets.claiming.claim")
def test_the_request_is_the_owners_company_s_by_the_usual_rule(world, ticket, now):
    claiming.claim(token=token_of(ticket, now), by=world.boris, says_it_is_theirs=True, now=now)
    assert fresh(ticket).organisation == world.chain


def test_a_token_works_once_and_not_too_late(world, ticket, now):
    token = token_of(ticket, now)
    with pytest.raises(CannotClaim):
        claiming.claim(token=token, by=None, says_it_is_theirs=False, now=now + claim_tokens.VALID_FOR)
    claiming.claim(token=token, by=None, says_it_is_theirs=False, now=now)
    with pytest.raises(CannotClaim):
        claiming.claim(token=token, by=world.anna, says_it_is_theirs=True, now=now)


def test_a_token_of_an_address_that_is_no_longer_the_requests_is_of_no_use(world, ticket, now):
    token = token_of(ticket, now)
    Ticket.objects.filter(pk=ticket.pk).update(contact_email="other@shop.example")
    with pytest.raises(CannotClaim):
        claiming.find(token, now=now)


def test_the_sender_is_asked_once_more_and_not_too_often(world, ticket, now):
    claiming.ask(ticket=ticket, by=world.ira, now=now)
    with pytest.raises(TooSoon):
        claiming.ask(ticket=ask_unproven(world, now), by=world.ira, now=now + timedelta(minutes=1))
    assert Delivery.objects.filter(kind="claim", to=ADDRESS).count() == 1
    assert not Event.objects.get(name="claim.asked").public
    claiming.claim(token=token_of(ticket, now), by=None, says_it_is_theirs=False, now=now)
    with pytest.raises(CannotClaim):
        claiming.ask(ticket=ticket, by=world.ira, now=now + timedelta(hours=1))


@pytest.mark.whole("camdesk.tickets.claiming.link", of="camdesk.tickets.timeline.deed")
def test_an_agent_links_and_takes_it_back(world, ticket, now):
    sender = ticket.person
    claiming.link(ticket=ticket, to=world.boris, reason="перезвонил", by=world.leo, now=now)
    linked = fresh(ticket)
    assert (linked.person, linked.verified, linked.organisation) == (world.boris, True, world.chain)
    assert proven(ADDRESS) is None, "only this request moves"
    claiming.unlink(ticket=ticket, by=world.leo, now=now)
    back = fresh(ticket)
    assert (back.person, back.verified, back.organisation) == (sender, False, None)
    with pytest.raises(CannotLink):
        claiming.unlink(ticket=ticket, by=world.leo, now=now)
    assert not Event.objects.filter(name__in=["ticket.linked", "ticket.unlinked"], public=True).exists()


def test_nobody_is_linked_to_the_staff_or_away_from_who_is_proven(world, ticket, now):
    with pytest.raises(CannotLink):
        claiming.link(ticket=ticket, to=world.ira, reason="x", by=world.leo, now=now)
    claiming.claim(token=token_of(ticket, now), by=world.anna, says_it_is_theirs=True, now=now)
    with pytest.raises(CannotLink):
        claiming.link(ticket=ticket, to=world.oleg, reason="x", by=world.leo, now=now)
    with pytest.raises(CannotLink):
        claiming.unlink(ticket=ticket, by=world.leo, now=now)


@pytest.mark.parametrize("who", ["whose it is proven to be", "who has it", "staff", "a machine"])
def test_who_cannot_be_given_a_request(world, ticket, now, who):
    machine = Person.objects.create(name="CRM", kind=Person.Kind.MACHINE, created_at=now)
    to = {"whose it is proven to be": world.anna, "who has it": ticket.person, "staff": world.ira, "a machine": machine}
    if who == "whose it is proven to be":
        Ticket.objects.filter(pk=ticket.pk).update(verified=True)
    with pytest.raises(CannotLink):
        claiming.link(ticket=ticket, to=to[who], reason="x", by=world.leo, now=now)


def test_what_was_linked_this_moment_is_claimed_by_nobody(world, ticket, now, monkeypatch):
    """It was found unproven, and is proven when its turn comes."""
    monkeypatch.setattr(claiming, "_claim_one", lambda number, owner, *, now: False)
    with pytest.raises(CannotClaim):
        claiming.claim(token=token_of(ticket, now), by=None, says_it_is_theirs=True, now=now)


@pytest.mark.parametrize("channel", ["form", "chat", "mail", "phone", "api", "desk"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_letter_tells_an_unproven_address_of_cameras(world, now, channel, language, data_folder):
    """Whatever hangs on the request: cameras, their answers, their place, a subject made of them."""
    where = {"site": world.house, "address": world.house.address, "cameras": [world.camera_gate, world.camera_yard]}
    subject = {"subject": "Нет картинки"} if channel == "mail" else {"subject": ""}
    ticket = ask_unproven(world, now, channel=channel, language=language, **where, **subject)
    ticket.facts = {"what_happened": world.camera_gate.name}
    ticket.save()
    conversation.reply(ticket=ticket, text="Посмотрим и напишем", by=world.ira, now=now, channel="mail")
    claiming.ask(ticket=ticket, by=world.ira, now=now)
    for kind in ("promise", "resolved"):
        queue_letter(kind=kind, to=ADDRESS, ticket=ticket, language=language, now=now)
    single = queue_letter(kind="digest", to=ADDRESS, language=language, now=now)
    gathered = OutgoingLetter.objects.filter(delivery__kind__in=["confirmation", "promise", "resolved"])
    letters = [compose(one) for one in Delivery.objects.exclude(kind="digest")]
    gathered.update(merged_into=single.letter)
    letters.append(compose(single))
    assert len(letters) == 6
    with translation.override(language):
        for letter in letters:
            for secret in ("Калитка", "Двор", world.house.address, "Садовая", "/cameras/", "cid:", "<img"):
                assert secret not in letter.subject + letter.text + letter.html, (secret, letter.subject)


def test_the_confirmation_of_an_unproven_sender_has_one_link_and_a_proven_one_none(world, ticket, now):
    letter = compose(Delivery.objects.get(ticket=ticket, kind="confirmation"))
    assert letter.text.count("/claims/") == 1
    token = letter.text.split("/claims/")[1].split("/")[0]
    assert claiming.find(token, now=now) == ticket
    sure = open_ticket(new(world), by=world.anna, now=now).ticket
    assert "/claims/" not in compose(Delivery.objects.get(ticket=sure, kind="confirmation")).text


def test_an_address_reads_of_no_camera_because_an_agent_knows_the_person(world, now):
    ticket = ask_unproven(
        world, now, channel="phone", subject="Калитка, Садовая улица, 12: нет картинки", cameras=[world.camera_gate]
    )
    claiming.link(ticket=ticket, to=world.anna, reason="Перезвонили", by=world.leo, now=now)
    queue_letter(kind="promise", to=ADDRESS, ticket=ticket, now=now)
    for letter in Delivery.objects.filter(ticket=ticket):
        composed = compose(letter)
        for secret in ("Калитка", "Садовая"):
            assert secret not in composed.subject + composed.text + composed.html, (letter.kind, secret)
    Identity.objects.create(person=world.anna, kind="email", value=ADDRESS, proven_at=now)
    assert "Калитка" in compose(Delivery.objects.filter(ticket=ticket, kind="promise").get()).subject


NEW = "new@shop.example"


def contact(world, now, *, external_id: str | None = None, address: str = NEW) -> Person:
    person = Person.objects.create(name="Контакт", created_at=now, external_id=external_id)
    identities.say(person, identities.EMAIL, address)
    return person


def test_a_new_login_gets_what_contacts_asked_from_its_address_and_nothing_else(world, now):
    """Of each kind of request one: whose it is afterwards, and whether it is proven."""
    mine = contact(world, now)
    asked = {
        "mine": ask_unproven(world, now, person=mine, contact_email=NEW.upper()),
        "mine, from elsewhere": ask_unproven(world, now, person=mine, contact_email="other@shop.example"),
        "another contact's": ask_unproven(world, now, person=contact(world, now), contact_email=NEW),
        "another contact's, from elsewhere": ask_unproven(world, now, person=contact(world, now)),
        "of the operator's records": ask_unproven(
            world, now, person=contact(world, now, external_id="7"), contact_email=NEW
        ),
        "a login's": ask_unproven(world, now, person=world.oleg, contact_email=NEW),
        "of a contact who never said it": ask_unproven(
            world, now, person=contact(world, now, address="x@shop.example"), contact_email=NEW
        ),
        "proven": ask_unproven(world, now, person=world.marina, contact_email=NEW),
    }
    identities.say(world.oleg, identities.EMAIL, NEW)
    identities.say(world.marina, identities.EMAIL, NEW)
    Ticket.objects.filter(pk=asked["proven"].pk).update(verified=True)
    user = User.objects.create_user(NEW, person=mine)
    claimed = claiming.claim_of_new_login(user, now=now)
    assert claimed == [asked["mine"].pk, asked["another contact's"].pk]
    for name, ticket in asked.items():
        found = fresh(ticket)
        hers = name in ("mine", "another contact's")
        assert found.verified is (hers or name == "proven"), name
        assert (found.person == mine) is hers, name


def test_a_login_of_the_operators_records_keeps_what_was_asked_by_them(world, now):
    mine = contact(world, now, external_id="8")
    elsewhere = ask_unproven(world, now, person=mine, contact_email="other@shop.example")
    claiming.claim_of_new_login(User.objects.create_user(NEW, person=mine), now=now)
    assert (fresh(elsewhere).person, fresh(elsewhere).verified) == (mine, False)
