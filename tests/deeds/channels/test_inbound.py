"""The one door in: what becomes of words is told by the request, the outage and the proof, not by the channel."""

from datetime import timedelta

import pytest

from camdesk.bot.engine.events import Answered, Began, WentBack
from camdesk.bot.models import Session
from camdesk.channels import inbound
from camdesk.channels.chat.new_chat import start_chat
from camdesk.channels.inbound import Became, Came, Matter
from camdesk.outages.models import OutageTicket
from camdesk.tickets import assignment, channels, conversation, resolution
from camdesk.tickets.models import Message, Ticket
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.receipts import Key
from tests.deeds.outages.test_outages import outage_of
from tests.untrained import untrained  # noqa: F401
from tests.world import customer_says

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder", "untrained")]

LONG_AGO = timedelta(days=40)
NAMES = [channel.name for channel in channels.registered()]


def about(world, **more) -> Matter:
    told = {
        "topic": "camera-offline",
        "contact_name": "Анна",
        "contact_email": "anna@example.org",
        "cameras": [world.camera_yard],
    }
    return Matter(**(told | more))


def opened(world, now, *, channel: str = "form", **came) -> Ticket:
    return inbound.open(
        Came(channel=channel, person=world.anna, text="Не показывает", **came), about(world), now=now
    ).ticket


def in_bots_turn(world, now) -> Ticket:
    ticket = start_chat(person=world.anna, topic="camera-offline", key="k", language="ru", now=now)
    press = Began(id="e1", topic="camera-offline")
    came = Came(channel="chat", person=world.anna, text="Камера не работает", client_id="e1")
    inbound.say(came, ticket, now=now, press=press)
    return fresh(ticket)


def passed_to(turn: str):
    def build(world, now) -> Ticket:
        ticket = opened(world, now)
        if turn != Turn.US:
            assignment.pass_turn(ticket=ticket, turn=turn, by=world.ira, now=now)
        return fresh(ticket)

    return build


def resolved(world, now) -> Ticket:
    ticket = opened(world, now)
    resolution.resolve(ticket=ticket, by=world.ira, now=now)
    return fresh(ticket)


def closed(world, now) -> Ticket:
    ticket = opened(world, now - LONG_AGO)
    resolution.resolve(ticket=ticket, by=world.ira, now=now - LONG_AGO)
    assert resolution.close_settled(now) == 1
    return fresh(ticket)


STATES = {
    "bot": in_bots_turn,
    "us": passed_to(Turn.US),
    "customer": passed_to(Turn.CUSTOMER),
    "provider": passed_to(Turn.PROVIDER),
    "installer": passed_to(Turn.INSTALLER),
    "visit": passed_to(Turn.VISIT),
    "resolved": resolved,
    "closed": closed,
}
# (what becomes of the words, whose move it is then, whether an open outage is linked to it by them)
OUTCOMES = {
    "bot": (Became.ADDED, "us", True),  # where the bot cannot be talked to, or by whom is not proven
    "us": (Became.ADDED, "us", False),
    "customer": (Became.ADDED, "us", False),
    "provider": (Became.ADDED, "us", False),
    "installer": (Became.ADDED, "us", False),
    "visit": (Became.ADDED, "us", False),
    "resolved": (Became.REOPENED, "us", True),
    "closed": (Became.FOLLOW_UP, "us", True),
}


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("person", "site", "organisation").get(pk=ticket.pk)


@pytest.mark.parametrize("proven", [True, False], ids=["proven", "unproven"])
@pytest.mark.parametrize("outage", [False, True], ids=["quiet", "outage"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("channel", NAMES)
def test_what_becomes_of_words(world, now, channel, state, outage, proven):
    before = STATES[state](world, now)
    if state == "bot":
        chosen = Answered(id="e2", value=[str(world.camera_yard.pk)])
        came = Came(channel="chat", person=world.anna, text="Двор", client_id="e2")
        inbound.say(came, before, now=now, press=chosen)
    if outage:
        outage_of(world, now + timedelta(minutes=1))
        OutageTicket.objects.all().delete()  # what its declaration linked is not the question here
    at = now + timedelta(minutes=5)
    came = Came(channel=channel, person=world.anna, text="Ну что там?", proven=proven, client_id="words-1")
    outcome = inbound.say(came, before, now=at)
    again = inbound.say(came, before, now=at)

    after = fresh(outcome.ticket)
    became, turn, links = OUTCOMES[state]
    heard_by_the_bot = state == "bot" and channels.get(channel).buttons and proven
    assert outcome.became == became
    assert (again.became, again.ticket.pk) == (Became.DOUBLED, outcome.ticket.pk), "a retry changes nothing"
    assert outcome.message is not None
    assert (outcome.message.text, outcome.message.channel) == ("Ну что там?", channel)
    assert Message.objects.filter(text="Ну что там?").count() == 1, "nothing is lost or doubled"
    assert (after.pk == before.pk) == (became != Became.FOLLOW_UP)
    if heard_by_the_bot:
        return  # the dialogue's own tests say what it answers
    assert after.turn == turn
    assert after.next_due_at is not None, "whoever waits for us was promised something"
    assert OutageTicket.objects.filter(ticket=after).exists() == (outage and links)


@pytest.mark.parametrize("proven", [True, False], ids=["proven", "unproven"])
@pytest.mark.parametrize("outage", [False, True], ids=["quiet", "outage"])
@pytest.mark.parametrize("channel", NAMES)
def test_what_becomes_of_a_new_matter(world, now, channel, outage, proven):
    if outage:
        outage_of(world, now - timedelta(minutes=10))
    came = Came(channel=channel, person=world.anna, text="Не показывает", proven=proven, key=Key("test", "1", "x"))
    outcome = inbound.open(came, about(world), now=now)
    again = inbound.open(came, about(world), now=now)
    ticket = fresh(outcome.ticket)
    assert (outcome.became, again.became) == (Became.OPENED, Became.DOUBLED)
    assert outcome.ticket == again.ticket
    assert outcome.message == again.message == ticket.messages.get(seq=1)
    assert (ticket.turn, ticket.channel, ticket.verified) == ("us", channel, proven)
    assert (ticket.site, ticket.address) == (world.camera_yard.site, world.camera_yard.site.address)
    assert OutageTicket.objects.filter(ticket=ticket).exists() == outage


def test_a_letter_in_the_bots_turn_is_handed_over_with_what_was_collected(world, now):
    """It never reached the bot, and nobody handed it over: the customer waited for ever."""
    ticket = in_bots_turn(world, now)
    press = Answered(id="e2", value=[str(world.camera_yard.pk)])
    inbound.say(Came(channel="chat", person=world.anna, text="Двор", client_id="e2"), ticket, now=now, press=press)
    customer_says(ticket=fresh(ticket), text="Позвоните мне", by=world.anna, now=now, channel="mail")
    after = fresh(ticket)
    assert (after.turn, after.last_seq) == ("us", after.events.order_by("-seq").first().seq)
    assert [row.camera for row in after.ticket_cameras.all()] == [world.camera_yard]
    names = list(after.events.order_by("-seq").values_list("name", flat=True)[:3])
    assert names == ["bot.handed_over", "bot.answered", "message.received"]


def test_a_press_after_an_agent_took_over_gives_us_the_move_with_a_promise(world, now, monkeypatch):
    """The page still showed the bot's buttons: the press left the move with the customer, and no clock ran."""
    ticket = in_bots_turn(world, now)
    stale = fresh(ticket)
    assignment.assign(ticket=ticket, to=world.ira.agent, by=world.ira, now=now)
    conversation.reply(ticket=ticket, text="Смотрю", by=world.ira, now=now, channel="chat")
    assert fresh(ticket).turn == "customer"
    press = Answered(id="e3", value=[str(world.camera_yard.pk)])
    came = Came(channel="chat", person=world.anna, text="Двор", client_id="e3")
    assert inbound.say(came, stale, now=now, press=press).became == Became.ADDED
    after = fresh(ticket)
    assert after.turn == "us"
    assert after.next_due_at is not None
    assert after.messages.filter(kind="customer", text="Двор").exists()


def test_a_button_only_the_bot_understands_is_no_word_to_a_person(world, now):
    ticket = in_bots_turn(world, now)
    assignment.assign(ticket=ticket, to=world.ira.agent, by=world.ira, now=now)
    before = fresh(ticket)
    came = Came(channel="chat", person=world.anna, text="Назад", client_id="e3")
    outcome = inbound.say(came, ticket, now=now + timedelta(minutes=1), press=WentBack(id="e3"))
    assert outcome.became == Became.REFUSED
    assert (fresh(ticket).last_seq, fresh(ticket).active_at) == (before.last_seq, before.active_at)


def test_a_follow_up_goes_on_with_everything_of_the_first(world, now):
    ticket = closed(world, now)
    outcome = inbound.say(Came(channel="api", person=world.anna, text="Снова"), ticket, now=now)
    after = fresh(outcome.ticket)
    assert outcome.became == Became.FOLLOW_UP
    assert after.follow_up_of == ticket
    assert (after.topic_id, after.site, after.contact_email) == ("camera-offline", world.house, "anna@example.org")
    assert [row.camera for row in after.ticket_cameras.all()] == [world.camera_yard]
    assert after.verified == ticket.verified


def test_cameras_of_two_organisations_make_it_nobodys_but_the_persons(world, now):
    matter = about(world, cameras=[world.camera_till, world.camera_yard], organisation=world.chain)
    ticket = inbound.open(Came(channel="form", person=world.vera, text="Обе"), matter, now=now).ticket
    assert ticket.organisation is None, "or the chain would see Anna's yard"


def test_without_cameras_a_proven_member_writes_for_their_only_organisation(world, now):
    def organisation_of(**came):
        came = Came(channel="mail", person=world.vera, text="Счёт", **came)
        return inbound.open(came, about(world, cameras=[]), now=now).ticket.organisation

    assert organisation_of() == world.chain
    assert organisation_of(proven=False) is None


def test_a_chat_has_its_session_and_no_letter(world, now):
    ticket = start_chat(person=world.anna, topic="camera-offline", key="k", language="ru", now=now)
    assert start_chat(person=world.anna, topic="camera-offline", key="k", language="ru", now=now) == ticket
    assert (Session.objects.get().ticket, ticket.turn) == (ticket, "bot")
    assert not ticket.deliveries.exists()
