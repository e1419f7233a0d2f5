"""The contacts camdesk comes with reach nobody: until the operator writes theirs, nothing carries them."""

import shutil
from pathlib import Path

import pytest

from camdesk.config import doctor
from camdesk.playbook import current
from camdesk.playbook.document import Contacts, NamedLink, Text
from camdesk.playbook.publishing import publish, publish_newer
from camdesk.playbook.sample_contacts import sample_fields, without_sample
from camdesk.tickets.models import Delivery
from tests.deeds.tickets.test_opening import new, open_ticket

SHIPPED = Path(__file__).parents[2] / "playbook"
SAMPLE = ("000-00-00", "78000000000", "support@example.org", "example.org/news")


@pytest.fixture
def real(settings, world, now):
    settings.SAMPLE_CONTACTS = False
    publish(directory=SHIPPED, by=None, now=now)
    current.forget()


@pytest.mark.parametrize(
    ("contacts", "fields"),
    [
        (Contacts(phone="8 800 000 00 00", phone_link="+78000000000", email="help@lens.example"), ("phone",)),
        (Contacts(phone="+7 495 1234567", phone_link="+74951234567", email="Support@Example.org"), ("email",)),
        (Contacts(addresses=(Text("000000, г. Пример"), Text("Москва, Садовая, 1"))), ("addresses",)),
        (Contacts(socials=(NamedLink(Text("Новости"), "https://example.org/news"),)), ("socials",)),
        (Contacts(phone="+7 495 1234567", phone_link="+74951234567", email="help@lens.example"), ()),
    ],
)
def test_what_is_the_samples(contacts, fields):
    assert sample_fields(contacts) == fields
    left = without_sample(contacts)
    assert left.sample == fields
    assert sample_fields(left) == ()
    assert left.addresses == contacts.addresses[1:]


@pytest.mark.parametrize("by_a_start", [False, True])
def test_nothing_that_is_published_carries_them(settings, world, now, by_a_start):
    settings.SAMPLE_CONTACTS = False
    if by_a_start:
        publish_newer(directory=SHIPPED, now=now)
    else:
        publish(directory=SHIPPED, by=None, now=now)
    current.forget()
    document = current.current()[1]
    assert document.contacts.sample == ("phone", "email", "addresses", "socials")
    text = document.to_json()
    assert [one for one in SAMPLE if one in text] == []
    assert "Позвоните: номер из вашего договора" in document.articles["intercom"].body.ru


def test_no_page_and_no_letter_carries_them(real, world, now, client_of, settings):
    from camdesk.channels.mail.outgoing.compose import compose

    settings.SUPPORT_EMAIL = "help@lens.example"
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    anna = client_of(world.anna)
    pages = ["/contacts/", f"/requests/{ticket.pk}/", "/help/intercom/", "/help/talk-to-person/", "/support/chat/panel"]
    shown = [anna.get(page).content.decode() for page in pages]
    composed = compose(Delivery.objects.get(ticket=ticket))
    shown += [composed.text, composed.html]
    assert [one for one in SAMPLE for text in shown if one in text] == []


def test_the_desk_says_so_to_administrators_alone(real, world, client_of):
    words = "Контакты поддержки ещё не ваши"
    told = {who: words in client_of(who).get("/desk/").content.decode() for who in (world.ada, world.leo, world.ira)}
    assert told == {world.ada: True, world.leo: False, world.ira: False}


def test_doctor_fails_until_they_are_replaced(real, world, now, settings, tmp_path):
    (said,) = doctor._contacts()
    assert (said.level, "phone, email, addresses, socials" in said.text) == ("fail", True)
    settings.DEMO = True
    assert [one.level for one in doctor._contacts()] == ["ok"], "the demo is excepted by name"
    settings.DEMO = False
    shutil.copytree(SHIPPED, tmp_path / "playbook")
    (tmp_path / "playbook/contacts.yaml").write_text(
        "phone: +7 495 123-45-67\nemail: help@lens.example\nhours: {ru: всегда, en: always}\n"
        "phone_hours: {ru: всегда, en: always}\nscreenshot_advice: {ru: Приложите снимок, en: Attach a picture}\n"
    )
    publish(directory=tmp_path / "playbook", by=None, now=now)
    current.forget()
    assert [one.level for one in doctor._contacts()] == ["ok"]
    assert "+7 495 123-45-67" in current.current()[1].to_json()
