"""A channel that has nothing but a Reception is heard: kept first, read later, taken in once."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from camdesk.channels import updates
from camdesk.channels.models import RawUpdate
from camdesk.people.models import Person
from camdesk.tickets import channels, conversation, resolution
from camdesk.tickets.channels import Channel, IncomingMessage, NotAnUpdate, Reception, register
from camdesk.tickets.models import Message, Ticket
from tests.untrained import untrained  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "untrained")]
SECRET = "s3cret"


def _verify(headers, body: bytes) -> bool:
    return bool(headers.get("X-Secret") == SECRET)


def _read(body: bytes) -> tuple[IncomingMessage, ...]:
    try:
        return tuple(IncomingMessage(**one) for one in json.loads(body))
    except (ValueError, TypeError) as fault:
        raise NotAnUpdate(str(fault)) from None


@pytest.fixture(params=[False, True], ids=["words", "buttons"])
def telex(request, monkeypatch) -> Channel:
    return registered(monkeypatch, buttons=request.param)


def registered(monkeypatch, *, buttons: bool) -> Channel:
    monkeypatch.setattr(channels, "_TABLE", dict(channels._TABLE))
    reception = Reception(_verify, _read)
    return register(Channel(name="telex", label="телекс", icon="plug", opened="", buttons=buttons, reception=reception))


def said(*words: str, sender: str = "4711", first: int = 1, **more: str) -> bytes:
    return json.dumps(
        [{"key": str(first + n), "sender": sender, "name": "Анна", "text": text} | more for n, text in enumerate(words)]
    ).encode()


def call(body: bytes, secret: str = SECRET, channel: str = "telex") -> int:
    address = f"/hooks/{channel}/"
    return Client().post(address, body, content_type="application/json", HTTP_X_SECRET=secret).status_code


def theirs() -> list[str]:
    return list(Message.objects.filter(kind="customer").order_by("ticket_id", "seq").values_list("text", flat=True))


def test_what_is_said_becomes_a_request_of_its_sender(telex, now):
    assert call(said("Нет картинки", "Совсем нет")) == 200
    assert updates.take_in_due(now + timedelta(days=400)) == 1
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.contact_address, ticket.contact_name) == ("telex", "4711", "Анна")
    assert (ticket.verified, ticket.person.name) == (True, "Анна")
    assert theirs() == ["Нет картинки", "Совсем нет"]
    assert RawUpdate.objects.get().state == "taken"
    assert Message.objects.filter(kind="bot").exists() == telex.buttons


def test_a_retry_changes_nothing(telex, now):
    """Of the call, and of the reading: a worker that died after the first message begins again."""
    later = now + timedelta(days=400)
    assert [call(said("Нет картинки")), call(said("Нет картинки"))] == [200, 200]
    updates.take_in_due(later)
    RawUpdate.objects.update(state="waiting")
    assert updates.take_in_due(later + timedelta(hours=1)) == 1
    call(said("Нет картинки", "И звука"))  # the same message in another call
    updates.take_in_due(later + timedelta(hours=2))
    assert theirs() == ["Нет картинки", "И звука"]
    assert Ticket.objects.count() == Person.objects.filter(name="Анна").count() == 1


@pytest.mark.parametrize("secret, channel", [("", "telex"), ("guessed", "telex"), (SECRET, "chat"), (SECRET, "fax")])
def test_what_nobody_vouches_for_is_not_kept(monkeypatch, secret, channel):
    registered(monkeypatch, buttons=False)
    assert call(said("Я Анна"), secret, channel) == 403
    assert not RawUpdate.objects.exists()


def test_what_is_too_large_is_refused(telex):
    assert call(b"[" + b" " * updates.LARGEST + b"]") == 413
    assert not RawUpdate.objects.exists()


def test_what_cannot_be_read_is_kept_and_keeps_nothing_back(telex, now):
    call(b"\xff\x00 not json")
    call(said("Нет картинки"))
    assert updates.take_in_due(now + timedelta(days=400)) == 2
    broken = RawUpdate.objects.get(state="unread")
    assert bytes(broken.body) == b"\xff\x00 not json"
    assert broken.last_error
    assert theirs() == ["Нет картинки"]


def test_what_an_app_told_that_is_gone_waits(telex, now, monkeypatch):
    call(said("Нет картинки"))
    monkeypatch.delitem(channels._TABLE, "telex")
    updates.take_in_due(now + timedelta(days=400))
    assert RawUpdate.objects.get().state == "waiting"
    assert not Ticket.objects.exists()


@pytest.mark.tells("camdesk.channels.updates.keep", "worker")
def test_two_senders_never_meet(telex, now):
    call(said("Я Анна"))
    call(said("Я Олег", sender="4712", first=9))
    updates.take_in_due(now + timedelta(days=400))
    assert sorted(Ticket.objects.values_list("contact_address", flat=True)) == ["4711", "4712"]


def test_a_settled_request_is_opened_again_and_a_closed_one_is_not(world, monkeypatch, now):
    registered(monkeypatch, buttons=False)
    call(said("Нет картинки"))
    updates.take_in_due(at := now + timedelta(days=400))
    first = Ticket.objects.get()
    conversation.reply(ticket=first, text="Смотрим", by=world.ira, now=at)
    resolution.resolve(ticket=first, by=world.ira, now=at)
    call(said("Опять нет", first=2))
    updates.take_in_due(at + timedelta(hours=1))
    first.refresh_from_db()
    assert (first.is_open, first.reopenings) == (True, 1)
    resolution.resolve(ticket=first, by=world.ira, now=at + timedelta(hours=1))
    resolution.close_settled(at + timedelta(days=60))
    call(said("Новое дело", first=3))
    updates.take_in_due(at + timedelta(days=61))
    assert list(Message.objects.filter(kind="customer").exclude(ticket=first).values_list("text", flat=True)) == [
        "Новое дело"
    ]


def test_who_was_found_out_to_be_another_is_not_proven_by_the_account(world, monkeypatch, now):
    """An agent gave the request to Anna; what comes by the account is still no proof that it is hers."""
    registered(monkeypatch, buttons=True)
    call(said("Нет картинки"))
    updates.take_in_due(now + timedelta(days=400))
    Ticket.objects.update(person=world.anna)
    before = Message.objects.filter(kind="bot").count()
    call(said("Что с моими камерами?", first=2))
    updates.take_in_due(now + timedelta(days=400, hours=1))
    assert theirs() == ["Нет картинки", "Что с моими камерами?"]
    answers = Message.objects.filter(kind="bot").order_by("seq")[before:]
    assert not any("камер" in one.text.lower() and "Калитка" in one.text for one in answers)
    assert Ticket.objects.get().turn == "us", "a person decides"


def test_what_was_taken_in_is_forgotten_after_a_month(telex, now):
    call(said("Нет картинки"))
    call(b"not json")
    updates.take_in_due(now + timedelta(days=400))
    RawUpdate.objects.update(received_at=now)
    updates.forget_old(now + timedelta(days=29))
    assert RawUpdate.objects.count() == 2
    updates.forget_old(now + timedelta(days=31))
    assert [row.state for row in RawUpdate.objects.all()] == ["unread"]
