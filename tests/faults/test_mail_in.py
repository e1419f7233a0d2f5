"""A real mailbox and a real mail server: a letter with a screenshot comes in, an answer goes out and comes home."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from camdesk.channels.mail.incoming import imap, imap_account
from camdesk.channels.mail.incoming.dispatch import take_in_due
from camdesk.channels.mail.incoming.imap import fetch
from camdesk.channels.mail.outgoing.deliver import deliver_due
from camdesk.channels.models import Mailbox, RawLetter
from camdesk.tickets import conversation
from camdesk.tickets.models import Ticket
from tests.deeds.channels.letters import PNG, letter
from tests.faults.mail_peers import ImapServer, Taker, stalling
from tests.untrained import untrained  # noqa: F401

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mailbox(tmp_path, settings, data_folder):
    with ImapServer(tmp_path / "pymap.log") as server:
        settings.IMAP_URL = server.url
        yield server


@pytest.mark.seed("S37")
def test_a_letter_becomes_a_ticket_and_its_answer_comes_home(world, mailbox, settings, now):
    mailbox.append(letter(files={"снимок.png": PNG}))
    assert fetch(now) == 1
    assert take_in_due(now) == 1
    ticket = Ticket.objects.get()
    assert ticket.messages.get().attachments.get().name == "снимок.png"
    conversation.reply(ticket=ticket, text="Проверьте питание", by=world.ira, now=now)
    with Taker() as server:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{server.port}"
        while deliver_due(now + timedelta(minutes=5)):
            pass
    answer = message_from_bytes(server.taken[-1], policy=default)
    assert "Проверьте питание" in answer.get_body(("plain",)).get_content()
    assert answer["In-Reply-To"] is not None
    mailbox.append(letter("Горит", to=str(answer["Reply-To"]), message_id="<two@x>"))
    later = now + timedelta(minutes=6)
    assert (fetch(later), take_in_due(later)) == (1, 1)
    ticket.refresh_from_db()
    assert (Ticket.objects.count(), ticket.turn) == (1, "us")
    assert ticket.messages.order_by("-seq").first().text == "Горит"


def letters(count: int) -> list[bytes]:
    return [letter(f"Письмо {number} " + "x" * 300, message_id=f"<{number}@x>") for number in range(count)]


def test_nothing_is_missing_or_doubled_when_the_line_stalls_and_numbers_change(
    db, mailbox, settings, monkeypatch, tmp_path, now
):
    monkeypatch.setattr(imap_account, "SILENCE_SECONDS", 0.5)
    monkeypatch.setattr(imap, "_LETTERS_AT_ONCE", 10)
    monkeypatch.setattr("camdesk.channels.mail.incoming.fair_queueing.MOST_FROM_ONE", 10_000)
    sent = letters(120)
    mailbox.append(*sent)
    for after in (10, 700, 6_000, 20_000, 40_000):
        with stalling(mailbox.port, after) as port:
            settings.IMAP_URL = f"imap://demouser:demopass@127.0.0.1:{port}/INBOX"
            fetch(now)
    assert RawLetter.objects.count() < 120, "the line did stall"
    monkeypatch.setattr(imap_account, "SILENCE_SECONDS", 30.0)
    settings.IMAP_URL = mailbox.url
    while fetch(now):
        pass
    assert RawLetter.objects.count() == 120
    validity = Mailbox.objects.get().uid_validity
    with ImapServer(tmp_path / "again.log") as again:
        monkeypatch.setattr(imap_account.Account, "name", Mailbox.objects.get().name)  # the same mailbox, numbered anew
        again.append(*sent, letter("Новое", message_id="<new@x>"))
        settings.IMAP_URL = again.url
        while fetch(now):
            pass
    assert Mailbox.objects.get().uid_validity != validity
    assert RawLetter.objects.count() == 121
