"""Letters that leave: what they say, and what becomes of them when the server does this or that."""

import email
import email.policy
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail

from camdesk.channels.deliveries import GIVE_UP_AFTER, PATIENCE
from camdesk.channels.mail.channel import TOGETHER
from camdesk.channels.mail.mime.parse import parse
from camdesk.channels.mail.outgoing import smtp_client
from camdesk.channels.mail.outgoing.deliver import deliver_due
from camdesk.channels.mail.outgoing.enclosures import MOST_BYTES
from camdesk.channels.mail.outgoing.wire_format import BadAddress, wire_address, write
from camdesk.lib import files
from camdesk.tickets import conversation, promises, reopening, resolution, uploads
from camdesk.tickets.email_backend import OutboxBackend
from camdesk.tickets.letter_tokens import letter_token, number_of_letter, number_of_reply, reply_token
from camdesk.tickets.models import Attachment, Delivery, Event, Message, Ticket
from camdesk.tickets.outbox import queue_letter, send_again
from tests.deeds.tickets.test_opening import new, open_ticket


class Server:
    """Stands where the mail server does: takes letters, or answers as `answers` says, one for each letter."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, bytes]] = []
        self.answers: list[Exception] = []
        self.away = False

    def __call__(self, address: smtp_client.SmtpServer) -> "Server":
        return self

    def __enter__(self) -> "Server":
        if self.away:
            raise smtp_client.ServerAway("ConnectionRefusedError")
        return self

    def __exit__(self, *_: object) -> None: ...

    def ready(self) -> None: ...

    def send(self, *, sender: str, to: str, letter: bytes) -> None:
        if self.answers:
            raise self.answers.pop(0)
        self.taken.append((sender, to, letter))

    def letters(self) -> list[EmailMessage]:
        return [email.message_from_bytes(one[2], policy=email.policy.default) for one in self.taken]


@pytest.fixture
def server(monkeypatch, settings) -> Server:
    server = Server()
    monkeypatch.setattr(smtp_client, "Connection", server)
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    return server


@pytest.fixture
def ticket(world, now) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=now).ticket


@pytest.fixture
def store(data_folder) -> files.Store:
    return files.store()


def plain(letter: EmailMessage) -> str:
    return letter.get_body(("plain",)).get_content()


@pytest.mark.seed("S37")
def test_the_confirmation_is_a_copy_of_what_was_asked_with_number_and_promise(world, ticket, server, now):
    assert deliver_due(now) == 1
    letter = server.letters()[0]
    text = plain(letter)
    assert letter["To"] == "anna@example.org"
    assert str(ticket.pk) in letter["Subject"]
    assert letter["Auto-Submitted"] == "auto-replied"
    assert f"номер — {ticket.pk}" in text
    assert "Ответим не позже" in text
    assert f"/requests/{ticket.pk}/" in text
    assert ticket.messages.get().text in text
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    html = letter.get_body(("html",)).get_content()
    assert "<script" not in html
    assert html.count("</td></tr>") == html.count("<tr>") > 3, "rows are rows, not words"
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.settled_at is not None) == ("sent", 1, True)
    assert letter["Message-ID"] == f"<{delivery.letter.letter_id}>"


def test_an_answer_carries_our_words_and_a_little_of_theirs(world, ticket, server, now):
    conversation.reply(ticket=ticket, text="Проверьте <питание>\nи напишите", by=world.ira, now=now)
    while deliver_due(now + TOGETHER):
        pass
    confirmation, letter = server.letters()
    text = plain(letter)
    assert text.index("Ответьте выше этой строки") < text.index("Проверьте <питание>") < text.index("Вы писали")
    assert "Проверьте &lt;питание&gt;<br>" in letter.get_body(("html",)).get_content()
    assert letter["Auto-Submitted"] is None, "a person wrote it"
    assert letter["References"].strip() == letter["In-Reply-To"].strip() == confirmation["Message-ID"]
    assert letter["Subject"] == "Re: " + confirmation["Subject"]
    answered = parse(b"From: anna@example.org\r\n\r\n" + ("Горит\n\n> " + text.replace("\n", "\n> ")).encode())
    assert answered.reply_text == "Горит"


def test_a_promise_and_a_resolution_are_told(world, ticket, server, now):
    promises.promise(ticket=ticket, at=now + timedelta(hours=26), by=world.ira, now=now)
    resolution.resolve(ticket=ticket, by=world.ira, now=now)
    while deliver_due(now + timedelta(minutes=1)):
        pass
    _confirmation, promised, resolved = server.letters()
    assert "18 марта, 14:30" in plain(promised)
    assert f"/requests/{ticket.pk}/#rating" in plain(resolved)
    assert {promised["Auto-Submitted"], resolved["Auto-Submitted"]} == {"auto-generated"}


def sent_last(server, now) -> str:
    while deliver_due(now):
        pass
    return plain(server.letters()[-1]).replace("\r\n", "\n")


def test_a_resolution_says_what_was_done_and_until_when_it_opens_again(world, ticket, server, now):
    conversation.reply(ticket=ticket, text="Заменили блок питания", by=world.ira, now=now, channel="phone")
    resolution.resolve(ticket=ticket, by=world.ira, now=now)
    told = sent_last(server, now + timedelta(minutes=5))
    assert f"По обращению № {ticket.pk} («{ticket.subject}») сделано:\n> Заменили блок питания" in told
    assert "Не помогло? Ответьте на это письмо до " in told


def test_what_was_done_before_it_was_opened_again_is_not_what_was_done(world, ticket, server, now):
    conversation.reply(ticket=ticket, text="Заменили блок питания", by=world.ira, now=now, channel="phone")
    resolution.resolve(ticket=ticket, by=world.ira, now=now, tell=False)
    reopening.reopen(ticket=ticket, by=world.anna, now=now)
    resolution.resolve(ticket=ticket, by=world.ira, now=now + timedelta(minutes=1))
    told = sent_last(server, now + timedelta(minutes=5))
    assert f"Обращение № {ticket.pk} решено." in told
    assert "блок питания" not in told


def test_the_bots_words_are_not_what_was_done(world, ticket, server, now):
    Message.objects.create(ticket=ticket, seq=90, kind=Message.Kind.BOT, channel="chat", text="Проверяю камеру", at=now)
    resolution.resolve(ticket=ticket, by=world.ira, now=now)
    assert "Проверяю" not in sent_last(server, now + timedelta(minutes=5))


@pytest.mark.parametrize(("after", "sorry"), [(timedelta(minutes=-1), False), (timedelta(minutes=1), True)])
def test_who_was_kept_waiting_is_asked_to_forgive(world, ticket, server, now, after, sorry):
    ticket.refresh_from_db()
    at = ticket.promised_at + after
    promises.promise(ticket=ticket, at=at + timedelta(hours=26), by=world.ira, now=at)
    assert ("Извините за ожидание" in sent_last(server, at + timedelta(minutes=1))) is sorry


def test_the_letter_speaks_the_customers_language(world, server, now):
    open_ticket(new(world, language="en"), by=world.anna, now=now)
    deliver_due(now)
    assert "We have received your request" in plain(server.letters()[0])


def test_files_go_along_while_they_fit(world, ticket, server, store, now):
    small = uploads.take_in(b"\x89PNG\r\n\x1a\n" + b"0" * 50, name="кадр.png", by=world.ira, now=now)
    large = uploads.take_in(b"archive", name="архив.zip", by=world.ira, now=now)
    Attachment.objects.filter(pk=large.pk).update(size=MOST_BYTES + 1)
    conversation.reply(ticket=ticket, text="Смотрите", by=world.ira, now=now, files=[large.pk, small.pk])
    while deliver_due(now + TOGETHER):
        pass
    letter = server.letters()[-1]
    assert [part.get_filename() for part in letter.iter_attachments()] == ["кадр.png"]
    assert f"/files/{large.pk}" in plain(letter)


def test_without_a_login_there_is_no_link_into_the_cabinet(world, server, now):
    asked = new(world, person=world.marina, contact_email="marina@example.com", cameras=[], verified=False)
    open_ticket(asked, by=world.marina, now=now)
    deliver_due(now)
    assert "/requests/" not in plain(server.letters()[0])


def test_letters_of_one_ticket_leave_in_order_whatever_the_server_says(world, ticket, server, now):
    conversation.reply(ticket=ticket, text="Первый", by=world.ira, now=now)
    server.answers = [smtp_client.NotNow("451 greylisted")]
    assert deliver_due(now) == 1
    assert deliver_due(now) == 0, "the answer waits behind the confirmation"
    later = now + 2 * PATIENCE.pause_after(1)
    while deliver_due(later):
        pass
    assert [bool(one["In-Reply-To"]) for one in server.letters()] == [False, True]
    assert Delivery.objects.get(kind="confirmation").attempts == 2


def test_every_try_sends_the_same_letter(world, ticket, server, now):
    server.answers = [smtp_client.NotNow("the connection was lost")]
    deliver_due(now)
    first = Delivery.objects.get()
    Ticket.objects.filter(pk=ticket.pk).update(contact_name="Другое имя")
    deliver_due(now + timedelta(minutes=2))
    again = Delivery.objects.get()
    assert again.state == "sent"
    assert (again.letter.letter_id, again.letter.text) == (first.letter.letter_id, first.letter.text)
    assert server.letters()[0]["Message-ID"] == f"<{first.letter.letter_id}>"


def test_a_refusal_is_seen_on_the_ticket_by_agents_only(world, ticket, server, now):
    server.answers = [smtp_client.LetterRefused("550 no such user")]
    deliver_due(now)
    event = Event.objects.get(name="delivery.failed")
    assert (event.ticket_id, event.public, event.particulars["reason"]) == (ticket.pk, False, "550 no such user")
    assert Delivery.objects.get().state == "failed"


def test_after_three_days_a_letter_is_given_up_aloud(world, ticket, server, now):
    moment, last, tries = now, now, 0
    while Delivery.objects.get().state == "waiting":
        last = moment
        server.answers = [smtp_client.NotNow("452 mailbox full")]
        tries += deliver_due(moment)
        moment = max(moment + timedelta(seconds=1), Delivery.objects.get().next_try_at)
    assert GIVE_UP_AFTER - timedelta(hours=1) < last - now <= GIVE_UP_AFTER
    assert 100 < tries < 200
    assert Event.objects.filter(ticket=ticket, name="delivery.failed").count() == 1


def test_the_absence_of_the_server_counts_against_no_letter(world, ticket, server, now):
    server.away = True
    assert deliver_due(now) == 0
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.attempts, "Refused" in waiting.last_error) == ("waiting", 0, True)
    server.away = False
    assert deliver_due(now + timedelta(hours=1)) == 1, "no pause is left over"


def test_two_workers_send_a_letter_once(world, ticket, server, now):
    Delivery.objects.update(leased_until=now + timedelta(seconds=30))  # the other has it
    assert deliver_due(now) == 0
    assert deliver_due(now + timedelta(seconds=31)) == 1, "the other died"


def test_a_letter_that_cannot_be_composed_keeps_no_other_back(world, ticket, server, now, monkeypatch):
    broken = queue_letter(kind="resolved", to="x@example.org", now=now, ticket=None)
    for minute in range(0, 200, 40):
        deliver_due(now + timedelta(minutes=minute))
    broken.refresh_from_db()
    assert broken.state == "failed"
    assert len(server.taken) == 1


def test_without_a_mail_server_letters_are_kept_to_be_read(world, ticket, settings, now):
    settings.EMAIL_URL = ""
    assert deliver_due(now) == 1
    caught = Delivery.objects.get()
    assert caught.state == "caught"
    assert str(ticket.pk) in caught.letter.text
    assert caught.letter.html


def test_a_sent_letter_of_an_account_keeps_no_secret(world, server, now):
    outbox = OutboxBackend()
    send_mail("Пароль", "https://example.org/reset/secret", None, ["anna@example.org"], connection=outbox)
    deliver_due(now + timedelta(days=36500))
    delivery = Delivery.objects.get()
    assert b"secret" in server.taken[0][2]
    assert (delivery.state, delivery.letter.text, delivery.letter.html) == ("sent", "", "")
    assert not send_again(delivery=delivery, by=world.ada, now=now)


def test_of_several_forms_of_a_letter_the_html_is_kept(db):
    letter = EmailMultiAlternatives("Пароль", "Слова", None, ["anna@example.org"])
    letter.attach_alternative("{}", "application/json")
    letter.attach_alternative("<p>Слова</p>", "text/html")
    OutboxBackend().send_messages([letter])
    assert (Delivery.objects.get().letter.text, Delivery.objects.get().letter.html) == ("Слова", "<p>Слова</p>")


@pytest.mark.tells("camdesk.tickets.outbox._again", "worker")
@pytest.mark.whole("camdesk.tickets.outbox._again")
def test_a_failed_letter_is_sent_again_to_a_corrected_address(world, ticket, server, now):
    server.answers = [smtp_client.LetterRefused("550 no such user")]
    deliver_due(now)
    much_later = now + timedelta(days=9)
    assert send_again(delivery=Delivery.objects.get(), by=world.ira, now=much_later, to="anna@example.com")
    assert deliver_due(much_later) == 1
    assert server.letters()[0]["To"] == "anna@example.com"
    assert Event.objects.filter(ticket=ticket, name="delivery.resent", by=world.ira, public=False).exists()
    assert not send_again(delivery=Delivery.objects.get(), by=world.ira, now=much_later)


@pytest.mark.parametrize(
    "address, wire",
    [
        ("anna@example.org", "anna@example.org"),
        ("anna@почта.рф", "anna@xn--80a1acny.xn--p1ai"),
        ("анна@example.org", None),
        ("anna@example.org\r\nBcc: x@example.org", None),
        ("anna@localhost", "anna@localhost"),
        ("anna@", None),
        ("@example.org", None),
        ("a@b, c@example.org", None),
    ],
)
def test_what_can_be_written_to(address, wire):
    if wire is None:
        with pytest.raises(BadAddress):
            wire_address(address)
    else:
        assert wire_address(address) == wire


def test_no_text_of_a_customer_becomes_a_header(world, server, now):
    asked = new(world, subject="Тема\r\nBcc: x@example.org", contact_name="A\r\nB")
    open_ticket(asked, by=world.anna, now=now)
    deliver_due(now)
    assert server.letters()[0]["Bcc"] is None


def test_tokens_are_whole_or_nothing():
    token, letter = reply_token(1042), letter_token(1042)
    assert number_of_reply(token) == number_of_reply(token.upper()) == number_of_letter(letter) == 1042
    forged = ["", "1042", "1042.", token[:-1], token + "a", "1043" + token[4:], letter, token.replace(".", ".a", 1)]
    assert [number_of_reply(one) for one in forged] == [None] * len(forged)
    assert number_of_letter(token) is number_of_letter(letter[:-1]) is number_of_letter("1043" + letter[4:]) is None
    assert letter_token(1042) != letter


def test_the_reply_address_and_the_envelope_lead_back_to_the_ticket(world, ticket, server, now, settings):
    deliver_due(now)
    sender, _to, _letter = server.taken[0]
    assert number_of_reply(sender.partition("+")[2].partition("@")[0]) == ticket.pk
    assert sender in server.letters()[0]["Reply-To"]
    settings.MAIL_PLUS_ADDRESS = False
    assert b"+" not in write(Delivery.objects.get()).split(b"Reply-To:")[1].split(b"\n")[0]


@pytest.mark.parametrize(
    "url, address",
    [
        ("smtp://mail.example.org", smtp_client.SmtpServer("mail.example.org", 25)),
        (
            "smtp://u%40x:p%3A@mail.example.org?tls=1",
            smtp_client.SmtpServer("mail.example.org", 587, "u@x", "p:", "starttls"),
        ),
        ("smtps://mail.example.org:1465", smtp_client.SmtpServer("mail.example.org", 1465, security="tls")),
    ],
)
def test_where_the_server_is(url, address):
    assert smtp_client.read_url(url) == address
