"""At an address that somebody has typed sits perhaps a stranger: what our letters say there, and to whom they go."""

from datetime import timedelta

import pytest

from camdesk.channels.mail.outgoing.compose import compose
from camdesk.channels.mail.outgoing.deliver import deliver_due
from camdesk.channels.mail.outgoing.wire_format import write
from camdesk.outages import linking, notices
from camdesk.people import contacts
from camdesk.people.models import Identity
from camdesk.tickets import claiming, conversation, outbox
from camdesk.tickets.models import Delivery, OutgoingLetter, Ticket
from camdesk.tickets.outbox import queue_letter
from camdesk.tickets.readers import is_author
from tests.deeds.outages.test_outages import outage_of
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.pages.everything import kept

VICTIM = "victim@elsewhere.example"
# What a customer may write into a request, each word in its own field.
WORDS = {
    "contact_name": "Зюмбрикс Купи-Слона",
    "subject": "СРОЧНО ПЕРЕВЕДИТЕ ДЕНЬГИ",
    "text": "Ваш счёт заблокирован: http://phishing.example/",
    "address": "улица Чужих Слов, 1",
}
FILE = "выигрыш.pdf"
KINDS = ["confirmation", "reply", "promise", "resolved", "notice", "claim", "digest"]


def asked(world, now, *, known: bool, channel: str = "form", to: str = VICTIM, **more) -> Ticket:
    """A request whose answers are to go to `to`. `known`: of Anna, who is signed in; else of whoever claims to be."""
    person = world.anna if known else contacts.unverified(name=WORDS["contact_name"], phone="", email=to, now=now)
    file = kept(FILE, person, now)
    about = {"cameras": [world.camera_gate], "site": world.house, "facts": {"what_happened": "что-нибудь про калитку"}}
    said = {**WORDS, **about, "person": person, "contact_email": to, "channel": channel, "verified": known}
    return open_ticket(new(world, **(said | more), attachments=[file.pk]), by=person, now=now).ticket


def every_letter(world, ticket: Ticket, now) -> dict[str, Delivery]:
    """One letter of each kind about this request to its address."""
    conversation.reply(ticket=ticket, text="Посмотрели, напишите нам", by=world.ira, now=now, channel="mail")
    letters = {one.kind: one for one in Delivery.objects.filter(ticket=ticket)}
    for kind in ("promise", "resolved", "claim"):
        letters[kind] = queue_letter(kind=kind, to=ticket.contact_email, ticket=ticket, now=now)
    outage = outage_of(world, now)
    linking.link(outage=outage, ticket=ticket, by=world.leo, now=now)
    letters["notice"] = Delivery.objects.get(ticket=ticket, kind="notice")
    letters["digest"] = queue_letter(kind="digest", to=ticket.contact_email, now=now)
    return letters


@pytest.mark.parametrize("channel", ["form", "chat", "mail", "phone", "api", "desk"])
@pytest.mark.parametrize("known", [True, False])
def test_nothing_that_a_customer_wrote_goes_to_an_address_nobody_proved(world, now, data_folder, known, channel):
    ticket = asked(world, now, known=known, channel=channel)
    letters = every_letter(world, ticket, now)
    assert set(letters) == set(KINDS) == {*Delivery.Kind.values} - {"account"}
    for kind in (*KINDS[:-1], "digest"):
        if kind == "digest":
            gathered = OutgoingLetter.objects.filter(delivery__kind__in=KINDS[:4])
            gathered.update(merged_into=letters["digest"].letter)
        letter = Delivery.objects.get(pk=letters[kind].pk)
        made = compose(letter)
        letter.letter.subject, letter.letter.text, letter.letter.html = made.subject, made.text, made.html
        whole = made.subject + made.text + made.html + write(letter).decode("latin-1")
        for words in (*WORDS.values(), FILE, "phishing.example", "Калитка", "калитку", world.house.address, "Анна"):
            assert words not in whole, (kind, words)
        assert not known or "Заречье" not in whole, "she reads of the outage in her cabinet"
        assert f"№ {ticket.pk}" in made.subject + made.text, kind
        assert "Здравствуйте" in made.text or kind == "reply"


def test_to_its_author_a_letter_says_what_it_is_about(world, now, data_folder):
    ticket = asked(world, now, known=True, to="anna@example.org")
    made = compose(Delivery.objects.get(ticket=ticket))
    for words in (WORDS["contact_name"], WORDS["text"], FILE, "Калитка"):
        assert words in made.text, words
    assert WORDS["subject"] in made.subject


def test_what_an_agent_writes_goes_as_it_is(world, now, data_folder):
    ticket = asked(world, now, known=False, channel="mail")
    conversation.reply(ticket=ticket, text="Добрый день! Проверили.", by=world.ira, now=now, channel="mail")
    made = compose(Delivery.objects.get(ticket=ticket, kind="reply"))
    assert "Добрый день! Проверили." in made.text
    assert "Вы писали" not in made.text


def test_a_confirmation_to_a_stranger_leads_on(world, now, data_folder):
    theirs = compose(Delivery.objects.get(ticket=asked(world, now, known=False, channel="mail"))).text
    assert "/claims/" in theirs
    typed = compose(Delivery.objects.get(ticket=asked(world, now, known=True))).text
    assert "/claims/" not in typed
    assert "Если это были не вы, ничего не делайте" in typed


@pytest.mark.parametrize(
    ("verified", "whose", "to", "author"),
    [
        (True, "anna", "anna@example.org", True),
        (True, "anna", "Anna@Example.org", True),
        (True, "anna", "anna.work@example.org", True),  # proven besides the login
        (True, "anna", "oleg@example.org", False),  # another customer's: proven, but not hers
        (True, "anna", "said@example.org", False),  # a contact she said and never proved
        (True, "anna", "", False),
        (False, "anna", "anna@example.org", False),  # recognised by a number perhaps: nobody has proven anything
        (True, "marina", "marina@example.com", True),
    ],
)
def test_whose_an_address_is(world, now, verified, whose, to, author):
    for value, at in (("anna.work@example.org", now), ("said@example.org", None)):
        Identity.objects.create(person=world.anna, kind="email", value=value, proven_at=at)
    ticket = Ticket.objects.get(pk=open_ticket(new(world), by=world.anna, now=now).ticket.pk)
    ticket.person, ticket.verified = getattr(world, whose), verified
    assert is_author(ticket, to) is author


def test_a_login_that_is_loaded_is_not_asked_for(world, now, django_assert_num_queries):
    ticket = Ticket(person=world.anna.user.person, verified=True)
    with django_assert_num_queries(0):
        assert is_author(ticket, "anna@example.org")


# --- a letter that is sent again


@pytest.fixture
def sent(world, now, data_folder, settings) -> dict[str, Delivery]:
    """Letters of each kind to Anna, composed, and refused by her server."""
    settings.EMAIL_URL = ""
    ticket = asked(world, now, known=True, to="anna@example.org")
    letters = every_letter(world, ticket, now)
    for hour in range(10):
        deliver_due(now + timedelta(hours=hour))
    Delivery.objects.update(state="failed")
    OutgoingLetter.objects.update(merged_into=None)
    return {kind: Delivery.objects.get(pk=one.pk) for kind, one in letters.items() if kind != "digest"}


REDIRECTED = ["confirmation", "reply", "promise", "resolved", "notice"]


@pytest.mark.parametrize("kind", REDIRECTED)
def test_at_another_address_a_letter_is_composed_anew(world, now, sent, kind):
    """Whoever reads it there is another reader: what was for the first one is not for them."""
    before = sent[kind]
    assert WORDS["contact_name"] in before.letter.text or kind == "reply", "composed for her"
    words = notices.addressed_anew(before, now=now) if kind == "notice" else None
    assert outbox.send_again(delivery=before, by=world.ira, now=now, to=VICTIM, words=words)
    letter = Delivery.objects.get(pk=before.pk)
    assert letter.letter.letter_id != before.letter.letter_id, "a late bounce of the first is not this one's"
    deliver_due(now + timedelta(days=1))
    letter.refresh_from_db()
    assert (letter.state, letter.to) == ("caught", VICTIM)
    assert letter.letter.text
    for said in (*WORDS.values(), "Калитка", "Анна", FILE):
        assert said not in letter.letter.subject + letter.letter.text + letter.letter.html, said


@pytest.mark.parametrize("kind", ["confirmation", "promise", "resolved", "notice"])
def test_at_another_address_what_went_into_it_is_said_anew_too(world, now, sent, kind):
    """News of the same request that left within it were written for its first reader."""
    others = [one for one in sent if one not in (kind, "claim", "reply")]
    OutgoingLetter.objects.filter(pk__in=[sent[one].pk for one in others]).update(merged_into=sent[kind].letter)
    words = notices.addressed_anew(sent[kind], now=now) if kind == "notice" else None
    assert outbox.send_again(delivery=sent[kind], by=world.ira, now=now, to=VICTIM, words=words)
    deliver_due(now + timedelta(days=1))
    letter = Delivery.objects.get(pk=sent[kind].pk).letter
    assert "есть новость" in letter.text, "that there is news is no secret"
    for said in (*WORDS.values(), "Калитка", "Анна", FILE, "Заречье", "Посмотрели, напишите нам"):
        assert said not in letter.subject + letter.text + letter.html, said


@pytest.mark.parametrize("kind", ["claim", "account"])
def test_what_proves_its_reader_goes_to_nobody_else(world, now, sent, kind):
    letter = sent["claim"]
    if kind == "account":
        letter = queue_letter(kind="account", to="anna@example.org", subject="Пароль", text="https://x/secret", now=now)
    with pytest.raises(outbox.NeverRedirected):
        outbox.send_again(delivery=letter, by=world.ira, now=now, to="ira@example.org")
    letter.refresh_from_db()
    assert letter.to == "anna@example.org"
    assert outbox.send_again(delivery=letter, by=world.ira, now=now, to="Anna@Example.org"), "the same reader"


def test_no_claim_link_of_one_address_is_read_at_another(world, now, data_folder, settings):
    """An agent could send somebody's confirmation to a mailbox of their own, and prove an address by it."""
    settings.EMAIL_URL = ""
    ticket = asked(world, now, known=False, channel="mail")
    deliver_due(now)
    letter = Delivery.objects.get()
    token = letter.letter.text.split("/claims/")[1].split("/")[0]
    Delivery.objects.update(state="failed")
    outbox.send_again(delivery=letter, by=world.ira, now=now, to="colleague@example.org")
    deliver_due(now)
    letter.refresh_from_db()
    assert (letter.to, "/claims/" in letter.letter.text) == ("colleague@example.org", False), "it is not the request's"
    Delivery.objects.update(state="failed", to=ticket.contact_email)
    letter.refresh_from_db()
    outbox.send_again(delivery=letter, by=world.ira, now=now, to="ira@example.org", follow=True)
    deliver_due(now)
    letter.refresh_from_db()
    assert letter.to == "ira@example.org"
    assert token not in letter.letter.text
    other = letter.letter.text.split("/claims/")[1].split("/")[0]
    with pytest.raises(claiming.CannotClaim):
        claiming.find(token, now=now)  # the request's address is another now: the old link is over
    assert claiming.find(other, now=now) == ticket


def test_of_many_in_one_the_links_are_for_its_reader(world, now, data_folder):
    """A letter that stands for several, sent to another address, holds no link of theirs."""
    ticket = asked(world, now, known=False, channel="mail")
    single = queue_letter(kind="digest", to="ira@example.org", now=now)
    OutgoingLetter.objects.filter(delivery__ticket=ticket).update(merged_into=single.letter)
    assert "/claims/" not in compose(single).text
    single.to = VICTIM
    assert "/claims/" in compose(single).text
