"""Letters that come: whose they are, where they belong, and what becomes of those nobody can read."""

from datetime import timedelta

import pytest

from camdesk.channels.mail.incoming import dispatch, fair_queueing, raw_store
from camdesk.channels.mail.incoming.dispatch import take_in_due
from camdesk.channels.mail.incoming.held_letters import let_in
from camdesk.channels.mail.incoming.raw_store import LetterTooLarge, digest_of, raw_of, store
from camdesk.channels.mail.outgoing.compose import compose
from camdesk.channels.mail.outgoing.deliver import deliver_due
from camdesk.channels.models import RawLetter
from camdesk.lib import files
from camdesk.lib.children import ChildFailed
from camdesk.people import contacts, identities
from camdesk.people.models import Person
from camdesk.tickets import conversation, resolution
from camdesk.tickets.letter_tokens import letter_token, reply_token
from camdesk.tickets.models import Delivery, Event, Message, Ticket
from camdesk.tickets.search import lookup
from tests.conftest import NOW
from tests.deeds.channels.letters import PNG, letter
from tests.deeds.tickets.test_opening import new, open_ticket


@pytest.fixture(autouse=True)
def _folder(data_folder):
    """Letters are files: each test has a folder of its own."""


@pytest.fixture
def ticket(world, now) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=now).ticket


@pytest.fixture(autouse=True)
def _authserv(settings):
    settings.MAIL_AUTHSERV = "mx.example.org"


def bring(raw: bytes, now, **how) -> RawLetter:
    """What our mail server brings: it found the sender genuine, unless the letter says what else it found."""
    if b"Authentication-Results" not in raw:
        raw = b"Authentication-Results: mx.example.org; dmarc=pass\r\n" + raw
    row = store(raw, now=now, **{"mailbox": "smtp", **how}).letter
    take_in_due(now + timedelta(seconds=1))
    row.refresh_from_db()
    return row


def reply_to(ticket: Ticket) -> str:
    return f"support+{reply_token(ticket.pk)}@example.org"


@pytest.mark.seed("S4")
def test_a_letter_of_a_customer_opens_a_request_with_its_screenshot(world, now):
    row = bring(letter(files={"снимок.png": PNG}, html="<p onclick='x()'>Камера</p><script>x()</script>"), now)
    ticket = row.ticket
    assert (row.state, ticket.person, ticket.verified, ticket.channel) == ("taken", world.anna, True, "mail")
    assert (ticket.subject, ticket.contact_email) == ("Нет картинки", "anna@example.org")
    message = row.message
    assert message.text == "Камера во дворе не показывает с утра"
    assert "<script" not in message.html
    assert "onclick" not in message.html
    attachment = message.attachments.get()
    assert (attachment.name, attachment.size, attachment.content_type) == ("снимок.png", len(PNG), "image/png")
    assert Delivery.objects.get(ticket=ticket).kind == "confirmation"
    assert b"\r\nMessage-ID" in raw_of(row)


def test_the_plainly_named_topic_is_found_and_no_other_guessed(world, now, reads):
    plain = bring(letter("Забыл пароль от личного кабинета", subject="Не могу войти"), now)
    vague = bring(letter("Добрый день, есть вопрос", subject="вопрос", message_id="<2@x>"), now)
    assert plain.ticket.topic_id == "cannot-sign-in"
    assert vague.ticket.topic_id == "other"


def test_an_unknown_address_becomes_a_contact_that_proves_nothing(world, now):
    row = bring(letter(sender="Пётр <petr@mail.example>"), now)
    assert (row.ticket.verified, row.ticket.person.name) == (False, "Пётр")
    assert not row.ticket.cameras.exists()
    again = bring(letter("Ещё вот что", sender="petr@mail.example", message_id="<2@x>"), now)
    assert again.ticket.person == row.ticket.person
    assert again.ticket != row.ticket


@pytest.mark.parametrize("imported, result, known", [(1, "pass", True), (1, "fail", False), (2, "pass", False)])
def test_an_imported_customer_is_known_by_a_proven_letter(world, now, imported, result, known):
    """Of two with one address it is neither."""
    for number in range(imported):
        contacts.by_external_id(
            external_id=f"crm-{number}", name="Пётр Ильин", phone="", email="Petr@mail.example", now=now
        )
    top = f"Authentication-Results: mx.example.org; dmarc={result} header.from=mail.example\r\n"
    row = bring(letter(sender="petr@mail.example", top=top), now)
    assert (row.ticket.person.external_id == "crm-0", row.ticket.verified) == (known, known)
    greeted = "Здравствуйте, Пётр Ильин!" in _confirmation(row.ticket)
    assert greeted == known


def _confirmation(ticket) -> str:
    found = Delivery.objects.filter(ticket=ticket, kind=Delivery.Kind.CONFIRMATION).first()
    return compose(found).text if found else ""


@pytest.mark.parametrize("result, linked", [("dmarc=pass header.from=example.org", True), ("dmarc=fail", False)])
def test_a_forged_sender_is_not_the_customer(world, now, result, linked):
    row = bring(letter(top=f"Authentication-Results: mx.example.org; {result}\r\n"), now)
    assert (row.ticket.person == world.anna, row.ticket.verified, row.sender_proven) == (linked, linked, linked)


def test_without_the_word_of_a_mail_server_nobody_is_the_customer(world, now, settings):
    settings.MAIL_AUTHSERV = ""
    row = bring(letter(), now)
    assert (row.ticket.person == world.anna, row.ticket.verified, row.sender_proven) == (False, False, False)


@pytest.mark.parametrize("way", ["imap:support", "smtp", "folder", "raw", "postmark", "mailjet", "mailgun", "sendgrid"])
@pytest.mark.parametrize("named", [False, True])
def test_our_servers_word_counts_only_where_our_server_stands(world, now, settings, way, named):
    """Whoever knows a hook's secret or writes into the folder writes what they like on top of a letter."""
    if named:
        settings.MAIL_AUTHSERV = f"{way.partition(':')[0]}=mx.example.org"
    row = bring(letter(), now, mailbox=way)
    believed = named or way in ("imap:support", "smtp")
    assert (row.ticket.person == world.anna, row.ticket.verified, row.sender_proven) == (believed,) * 3


ABOVE = "mx.example.org; dkim=pass header.d=example.org\r\nAuthentication-Results: "
REFUTED = {
    "dmarc failed": ("mx.example.org; dmarc=fail (p=NONE) header.from=example.org", False),
    "dmarc failed, though spf passed": ("mx.example.org; spf=pass smtp.mailfrom=a@example.org; dmarc=fail", False),
    "dmarc passed for another domain": ("mx.example.org; dmarc=pass header.from=evil.example", False),
    "dmarc could not be looked at": ("mx.example.org; dmarc=temperror header.from=example.org", True),
    "the domain has no dmarc": ("mx.example.org; dmarc=none header.from=example.org; spf=fail", True),
    "another server says that dmarc failed": ("mx.evil.example; dmarc=fail header.from=example.org", True),
    "dmarc failed, in a field of its own": (ABOVE + "mx.example.org; dmarc=fail header.from=example.org", False),
    "the same, below another's": ("a.example; none\r\nAuthentication-Results: mx.example.org; dmarc=fail", False),
    "dmarc failed for whom a list writes": (ABOVE + "mx.example.org; dmarc=fail header.from=list.example", True),
    "another server, in a field of its own": (ABOVE + "mx.evil.example; dmarc=fail header.from=example.org", True),
    "dmarc failed, with the method's version": ("mx.example.org; dmarc/1=fail header.from=example.org", False),
    "dmarc failed, by a name in quotes": ('"mx.example.org" 1; dmarc = fail', False),
}


@pytest.mark.parametrize("said, joins", REFUTED.values(), ids=REFUTED)
@pytest.mark.parametrize("by", ["address", "letter"])
def test_dmarc_beats_a_token(world, ticket, now, said, joins, by):
    """A token says that its bearer has read a letter of ours; that the customer wrote this one it does not say."""
    answered = Delivery.objects.get(ticket=ticket).letter.letter_id
    named = {"to": reply_to(ticket)} if by == "address" else {"in_reply_to": f"<{answered}>"}
    row = bring(letter("Отключите", top=f"Authentication-Results: {said}\r\n", **named), now)
    assert (row.ticket == ticket, ticket.messages.count()) == (joins, 1 + joins)
    if not joins:
        assert (row.ticket.verified, row.ticket.person == world.anna) == (False, False)
        assert row.note.startswith(f"answers request {ticket.pk}, but DMARC failed for its sender")
        assert row.message.text == "Отключите"


def test_an_answer_comes_home_and_gives_the_move_back(world, ticket, now):
    conversation.reply(ticket=ticket, text="Проверьте питание", by=world.ira, now=now)
    row = bring(letter("Проверил, горит\n\n> Проверьте питание", to=reply_to(ticket)), now)
    ticket.refresh_from_db()
    assert (row.ticket, row.message.text, row.message.by) == (ticket, "Проверил, горит", world.anna)
    assert (ticket.turn, row.message.channel) == ("us", "mail")


def test_an_answer_is_known_by_the_letter_it_answers_too(world, ticket, now):
    delivery = Delivery.objects.get(ticket=ticket)
    row = bring(letter("Да", in_reply_to=f"<{delivery.letter.letter_id}>"), now)
    assert row.ticket == ticket


FOREIGN = {
    "a stranger with the token": {"sender": "eve@evil.example", "to": "{token}"},
    "an agent's address with the token": {"sender": "ira@example.org", "to": "{token}"},
    "the customer with a bare number": {"sender": "anna@example.org", "subject": "Re: Обращение № {number}"},
    "the customer with a truncated token": {"sender": "anna@example.org", "to": "{short}"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
def test_what_is_not_proven_joins_nothing(world, ticket, now, headers):
    marks = {"token": reply_to(ticket), "short": reply_to(ticket).replace("@", "", 1), "number": str(ticket.pk)}
    marks["short"] = f"support+{reply_token(ticket.pk)[:-1]}@example.org"
    row = bring(letter("Отключите камеры", **{name: value.format(**marks) for name, value in headers.items()}), now)
    assert row.ticket != ticket
    assert ticket.messages.count() == 1
    assert row.message.kind == "customer"


def test_the_owner_of_the_company_answers_in_their_employees_request(world, now):
    asked = new(
        world,
        person=world.vera,
        organisation=world.chain,
        cameras=[world.camera_till],
        contact_email="vera@example.org",
    )
    ticket = open_ticket(asked, by=world.vera, now=now).ticket
    row = bring(letter("Это срочно", sender="boris@example.org", to=reply_to(ticket)), now)
    assert (row.ticket, row.message.by) == (ticket, world.boris)


def test_the_same_letter_is_one_message_whichever_way_it_comes(world, now):
    raw = letter()
    first = bring(raw, now)
    again = bring(b"Received: from mx by there\r\nX-Spam: 0\r\n" + raw.replace(b"\r\n", b"\n"), now)
    assert first.pk == again.pk
    assert Message.objects.filter(ticket=first.ticket).count() == 1
    assert RawLetter.objects.count() == 1


def test_two_letters_with_one_message_id_are_both_kept(world, now):
    first, second = bring(letter("Первое", subject="Одно"), now), bring(letter("Второе", subject="Другое"), now)
    assert first.ticket != second.ticket


def test_a_worker_that_died_after_telling_tells_once(world, ticket, now):
    for raw in (letter("Новое"), letter("Ответ", to=reply_to(ticket), message_id="<2@x>")):
        row = bring(raw, now)
        RawLetter.objects.filter(pk=row.pk).update(state="waiting", ticket=None, message=None)
        take_in_due(now + timedelta(minutes=5))
        again = RawLetter.objects.get(pk=row.pk)
        assert (again.state, again.ticket, again.message) == ("taken", row.ticket, row.message)
    assert Ticket.objects.count() == 2
    assert Message.objects.count() == 3


def test_a_leased_letter_is_left_to_whoever_has_it(world, now):
    row = store(letter(), mailbox="smtp", now=now).letter
    RawLetter.objects.update(leased_until=now + timedelta(seconds=60))
    assert take_in_due(now) == 0
    assert take_in_due(now + timedelta(seconds=61)) == 1
    row.refresh_from_db()
    assert row.state == "taken"


def test_a_letter_nobody_can_read_opens_a_request_with_itself(world, now, monkeypatch):
    def fail(raw):
        raise ChildFailed("memory")

    monkeypatch.setattr(dispatch, "read", fail)
    raw = letter(top="Authentication-Results: mx.example.org; dmarc=pass\r\n")
    row = bring(raw, now)
    assert row.state == "waiting", "once more, later"
    take_in_due(now + timedelta(minutes=2))
    row.refresh_from_db()
    assert (row.state, row.ticket.verified) == ("unread", False)
    attached = row.message.attachments.get()
    with files.store().open(attached.storage_key) as file:
        assert file.read() == raw
    assert not Delivery.objects.exists()


def test_an_answer_to_a_closed_request_opens_its_follow_up(world, ticket, now):
    resolution.resolve(ticket=ticket, by=world.ira, now=now, tell=False)
    Ticket.objects.filter(pk=ticket.pk).update(closed_at=now)
    row = bring(letter("Опять не работает", to=reply_to(ticket)), now)
    assert row.ticket.follow_up_of == ticket
    assert row.message.text == "Опять не работает"


BOUNCE = (
    "From: MAILER-DAEMON@mx.example.net\r\nTo: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
    "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    "Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; anna@example.org\r\nAction: failed\r\n"
    "Status: 5.1.1\r\n\r\n--b--\r\n"
)


def test_a_bounce_is_shown_on_the_ticket_and_answered_by_nobody(world, ticket, now):
    deliver_due(now)
    Delivery.objects.update(state="sent")
    row = bring(BOUNCE.format(to=reply_to(ticket)).encode(), now)
    event = Event.objects.get(name="letter.bounced")
    assert (row.state, event.ticket, event.public) == ("noted", ticket, False)
    assert event.particulars["to"] == "anna@example.org"
    assert Delivery.objects.get().state == "failed"
    assert ticket.messages.count() == 1
    unknown = bring(BOUNCE.format(to="support@example.org").encode(), now)
    assert (unknown.state, unknown.ticket) == ("ignored", None)


def test_a_bounce_is_known_by_our_letter_within_it_alone(world, ticket, now, settings):
    """Without addresses with a plus nothing but the letter that comes back names the request."""
    settings.MAIL_PLUS_ADDRESS = False
    deliver_due(now)
    Delivery.objects.update(state="sent")
    ours = Delivery.objects.get().letter.letter_id
    back = f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{ours}>\r\n\r\nHi\r\n--b--\r\n"
    row = bring(BOUNCE.format(to="support@example.org").replace("--b--\r\n", back).encode(), now)
    assert (row.state, row.ticket, Delivery.objects.get().state) == ("noted", ticket, "failed")


@pytest.mark.parametrize("said, state", [("the host does not answer (#4.4.1). No further tries.", "failed"),
                                         ("the host does not answer (#4.4.1). Will retry.", "sent")])  # fmt: skip
def test_a_letter_that_was_given_up_has_failed_though_the_next_may_arrive(world, ticket, now, said, state):
    deliver_due(now)
    Delivery.objects.update(state="sent")
    bounce = letter(f"<anna@example.org>: {said}", sender="MAILER-DAEMON@mx.example.net", to=reply_to(ticket))
    bring(bounce, now)
    event = Event.objects.get(name="letter.bounced")
    assert (event.particulars["permanent"], event.particulars["given_up"]) == (False, state == "failed")
    assert Delivery.objects.get().state == state


CARRIERS = {
    "a group": {"Precedence": "list", "List_ID": "<help.example.org>", "X_Google_Group_Id": "42"},
    "a CRM": {"Feedback_ID": "1.eu:AmazonSES", "List_Unsubscribe": "<mailto:x@example.org>"},
    "a rule of Exchange": {"X_MS_Exchange_Inbox_Rules_Loop": "anna@example.org"},
}


@pytest.mark.parametrize("carrier", CARRIERS)
def test_whoever_carried_an_answer_it_is_its_authors_word(world, ticket, now, carrier):
    resolution.resolve(ticket=ticket, by=world.ira, now=now, tell=False)
    row = bring(letter("Экран всё ещё чёрный", to=reply_to(ticket), **CARRIERS[carrier]), now)
    ticket.refresh_from_db()
    assert (row.ticket, row.message.text, ticket.turn) == (ticket, "Экран всё ещё чёрный", "us")


@pytest.mark.parametrize("carrier", CARRIERS)
def test_whoever_carried_a_new_matter_its_author_is_confirmed(world, now, carrier):
    bring(letter(**CARRIERS[carrier]), now)
    assert Delivery.objects.get().kind == "confirmation"


CUT = (
    "Да, согласен.\n\nпн, 9 нояб. 2026 г. в 08:15, Поддержка <support@example.org>:\n\n"
    "> Серийный номер QX-88231?\n> Ждём"
)


BOSS = "Начальник <boss@firm.example>"


def _copied_to_the_boss(now, **more):
    return bring(letter(sender="Пётр <petr@firm.example>", message_id="<first@firm.example>",
                        Cc="boss@firm.example", **more), now)  # fmt: skip


def test_somebody_in_copy_is_shown_and_heard(world, now):
    first = _copied_to_the_boss(now)
    assert first.message.data["copied"] == ["boss@firm.example"]
    answer = letter("Разрешаю", sender=BOSS, to="petr@firm.example", Cc="support@example.org",
                    message_id="<2@x>", in_reply_to="<first@firm.example>")  # fmt: skip
    said = bring(answer, now)
    assert (said.ticket, said.message.text, said.message.by.name) == (first.ticket, "Разрешаю", "Начальник")
    assert first.ticket.person.name == "Пётр"


@pytest.mark.parametrize("sender, answers, to", [
    ("Чужой <evil@x.example>", "<first@firm.example>", ""),
    (BOSS, "<another@firm.example>", ""),
    (BOSS, "", "token"),
])  # fmt: skip
def test_who_was_not_in_copy_of_what_they_answer_opens_a_request(world, now, sender, answers, to):
    first = _copied_to_the_boss(now)
    to = reply_to(first.ticket) if to else "support@example.org"
    more = {"in_reply_to": answers} if answers else {}
    said = bring(letter("Отключите", sender=sender, to=to, message_id="<2@x>", **more), now)
    assert said.ticket != first.ticket


def test_a_form_of_a_site_speaks_for_the_person_it_names(world, now):
    row = bring(letter("Нет картинки. Тел. 8 912 555-44-33", sender="Сайт <no-reply@shop.example>",
                       Reply_To="Марина Лебедева <marina@lebedeva.example>"), now)  # fmt: skip
    person = row.ticket.person
    assert (person.name, row.ticket.contact_name, row.ticket.contact_email, row.ticket.verified, person.phone) == (
        "Марина Лебедева", "Марина Лебедева", "marina@lebedeva.example", False, "")  # fmt: skip
    assert Delivery.objects.get(ticket=row.ticket).to == "marina@lebedeva.example"


@pytest.mark.parametrize(
    "line",
    ["Тел. 8 912 555-44-33", "Телефон: +7 (912) 555-44-33", "*Телефон*: 89125554433", "Ваш телефон\n8 912 555 44 33",
     "Phone: 8-912-555-44-33", "Заказ 1234567890123, тел.: 8 912 555-44-33"],
)  # fmt: skip
def test_the_number_a_form_of_a_site_names_is_said_and_proves_nothing(world, now, line):
    theirs = open_ticket(new(world, contact_phone="+79125554433"), by=world.anna, now=now).ticket
    identities.say(theirs.person, identities.PHONE, "+79125554433")
    row = bring(letter(f"Нет картинки.\n{line}\n", sender="no-reply@shop.example", reply_to="m@lebedeva.example"), now)
    person = row.ticket.person
    assert (row.ticket.contact_phone, row.ticket.verified) == ("+79125554433", False)
    assert identities.values_of(person, identities.PHONE, proven=False) == ["+79125554433"]
    assert identities.owner(identities.PHONE, "+79125554433") is None
    assert person != theirs.person, "nobody is joined by a number in a text"


def test_the_number_a_form_of_a_site_names_joins_no_contact_who_said_it_before(world, now):
    words, site = "Нет картинки.\nТелефон: 8 912 555-44-33\n", "no-reply@shop.example"
    first = bring(letter(words, sender=site, reply_to="m@lebedeva.example"), now).ticket
    other = bring(letter(words, sender=site, reply_to="eve@evil.example", message_id="<2@x>"), now).ticket
    assert (first.contact_phone, other.contact_phone) == ("+79125554433", "+79125554433")
    assert first.person != other.person


@pytest.mark.parametrize(
    "text", ["Звоните 8 912 555-44-33", "Телефон: нет", "тел. 123-45", "Телефонная книга 89125554433"]
)
def test_a_number_that_is_no_field_of_a_form_is_left_in_the_text(world, now, text):
    row = bring(letter(text, sender="no-reply@shop.example", reply_to="m@lebedeva.example"), now)
    assert row.ticket.contact_phone == ""


def test_a_letter_of_a_persons_own_gives_no_number_away(world, now):
    row = bring(letter("Передайте соседу. Тел. 8 912 555-44-33", sender="petr@mail.example"), now)
    assert row.ticket.contact_phone == ""


def test_a_group_that_wants_the_answers_is_not_whom_we_confirm_to(world, now):
    group = "help@firm.example"
    row = bring(letter(sender="Пётр <petr@firm.example>", to=group, Reply_To=group, List_ID="<help.firm.example>"), now)
    assert Delivery.objects.get(ticket=row.ticket).to == "petr@firm.example"


@pytest.mark.parametrize("new", [True, False])
def test_what_is_cut_stays_below_the_words_and_is_found(world, ticket, now, new):
    to = {"in_reply_to": "<a@b.example>"} if new else {"to": reply_to(ticket)}
    row = bring(letter(CUT, subject="Re: Камера", **to), now)
    assert row.message.text == "Да, согласен."
    assert "QX-88231" in row.message.data["cut"]
    assert row.message.data["cut_lines"] == 3
    assert lookup.find("QX-88231") == [row.ticket.pk]


def test_what_an_absence_notice_says_is_kept_beside_its_link(world, ticket, now):
    row = bring(letter("Вернусь в понедельник", to=reply_to(ticket), subject="[EXTERNAL] Автоответ: Камера"), now)
    event = Event.objects.get(name="letter.automatic")
    assert (event.particulars["text"], event.particulars["letter"]) == ("Вернусь в понедельник", row.pk)


def test_the_rest_of_what_an_absence_notice_says_is_kept_with_it(world, ticket, now, client_of):
    words = "Меня нет. " * 300 + "Пишите Олегу.\n\n-- \nИрина, замещает Олег: oleg@reader.example"
    bring(letter(words, to=reply_to(ticket), subject="Автоответ: Камера"), now)
    shown = client_of(world.ira).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Пишите Олегу." in shown, "not its first thousand characters alone"
    assert "замещает Олег" in shown, "also what was taken for a signature"


def test_absence_notices_are_noted_thrice_and_move_nothing(world, ticket, now):
    resolution.resolve(ticket=ticket, by=world.ira, now=now, tell=False)
    before = Delivery.objects.count()
    for number in range(5):
        away = letter(
            "Я в отпуске",
            to=reply_to(ticket),
            message_id=f"<{number}@x>",
            Auto_Submitted="auto-replied",
            subject="Отпуск",
        )
        bring(away, now)
    assert [event.particulars["last"] for event in Event.objects.filter(name="letter.automatic").order_by("seq")] == [
        False,
        False,
        True,
    ]
    ticket.refresh_from_db()
    assert (ticket.turn, ticket.messages.count(), Delivery.objects.count()) == ("nobody", 1, before)


def test_a_machine_that_opens_a_request_gets_no_confirmation(world, now):
    row = bring(letter(sender="no-reply@shop.example", Auto_Submitted="auto-generated"), now)
    assert row.ticket is not None
    assert not Delivery.objects.exists()


def test_an_answering_machine_that_hides_gets_five_letters_an_hour(world, now):
    for number in range(8):
        bring(letter(f"Спасибо за письмо {number}", subject=f"Спасибо {number}", message_id=f"<{number}@x>"), now)
    assert Delivery.objects.filter(kind="confirmation", to="anna@example.org").count() == 5
    assert Ticket.objects.count() == 8, "what came is kept all the same"


def test_our_own_letter_that_comes_back_is_not_taken_for_anybodys(world, now):
    row = bring(letter(message_id=f"<{letter_token(1)}@example.org>", sender="support@example.org"), now)
    assert (row.state, Ticket.objects.count()) == ("ignored", 0)


def test_a_flood_from_one_address_is_held_and_delays_nobody(world, now, monkeypatch):
    monkeypatch.setattr(fair_queueing, "MOST_FROM_ONE", 3)
    rows = [store(letter(str(number), message_id=f"<{number}@x>"), mailbox="t", now=now).letter for number in range(6)]
    assert [row.state for row in rows] == ["waiting"] * 3 + ["held"] * 3
    other = store(letter(sender="oleg@example.org"), mailbox="t", now=now).letter
    assert other.state == "waiting"
    assert fair_queueing.LAST_TURN > 20
    assert let_in(letter=rows[5], by=world.leo, now=now)
    assert not let_in(letter=rows[0], by=world.leo, now=now)
    later = store(letter("7", message_id="<7@x>"), mailbox="t", now=now + timedelta(hours=2)).letter
    assert later.state == "waiting"


def test_a_letter_that_is_too_large_is_refused_before_it_is_kept(world, now, monkeypatch):
    monkeypatch.setattr(raw_store, "LARGEST", 100)
    with pytest.raises(LetterTooLarge):
        store(letter(), mailbox="t", now=now)
    assert not RawLetter.objects.exists()


def test_more_files_than_a_message_holds_are_in_the_letter_itself(world, now, settings):
    settings.MAX_FILES = 3
    row = bring(letter(files={f"{number}.png": PNG + bytes([number]) for number in range(5)}), now)
    assert [one.name for one in row.message.attachments.order_by("position")] == ["0.png", "1.png", "letter.eml"]


def test_a_picture_within_the_letter_is_shown_from_our_store(world, now):
    raw = (
        b"From: anna@example.org\r\nTo: support@example.org\r\nMIME-Version: 1.0\r\nMessage-ID: <i@x>\r\n"
        b'Content-Type: multipart/related; boundary="e"\r\n\r\n--e\r\nContent-Type: text/html; charset=utf-8\r\n\r\n'
        b'<p>Frame</p><img src="cid:p1"><img src="https://evil.example/x.png">\r\n'
        b"--e\r\nContent-Type: image/png\r\nContent-ID: <p1>\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + PNG
        + b"\r\n--e--\r\n"
    )
    row = bring(raw, now)
    attachment = row.message.attachments.get()
    assert attachment.inline_id == "p1"
    assert f"/files/{attachment.pk}" in row.message.html
    assert "evil.example/x.png" not in row.message.html


def test_a_website_form_writes_for_the_person_it_answers_to(world, now):
    row = bring(letter(sender="support@example.org", reply_to="petr@mail.example"), now)
    assert row.ticket.contact_email == "petr@mail.example"
    assert not row.ticket.verified


def test_an_english_letter_is_confirmed_in_english(world, now):
    row = bring(letter("The camera in the yard is offline", subject="No picture", sender="joe@mail.example"), now)
    assert row.ticket.language == "en"


def test_our_answer_continues_their_thread(world, now, settings):
    settings.EMAIL_URL = ""
    row = bring(letter(), now)
    conversation.reply(ticket=row.ticket, text="Смотрим", by=world.ira, now=now + timedelta(minutes=1))
    from camdesk.channels.mail.outgoing.wire_format import ids_before

    while deliver_due(now + timedelta(minutes=2)):
        pass
    confirmation, answer = Delivery.objects.order_by("pk")
    assert ids_before(answer) == ["one@mail.example.org", confirmation.letter.letter_id]
    assert answer.letter.subject == f"Re: Нет картинки [№ {row.ticket.pk}]"


def test_what_travels_with_a_letter_is_no_part_of_it():
    raw = letter()
    assert digest_of(raw) == digest_of(b"Received: x\r\n y\r\nDKIM-Signature: z\r\n" + raw)
    assert digest_of(raw) != digest_of(raw + b"more")
    assert digest_of(raw) != digest_of(raw.replace("Нет".encode(), b"") + b"x")


@pytest.mark.parametrize("files, words", [({}, "—"), ({"снимок.png": PNG}, "")], ids=["nothing", "a file alone"])
def test_a_letter_without_a_word_says_so_unless_a_file_speaks_for_it(world, now, files, words):
    assert bring(letter("", subject="", files=files), now).message.text == words


def test_nobody_is_lost_without_an_address(world, now):
    row = bring(b"Subject: hi\r\n\r\nno sender", now)
    assert row.ticket is not None
    assert Person.objects.get(pk=row.ticket.person_id).email == ""


def test_a_letter_without_a_token_goes_where_it_belongs(world, now):
    first = bring(letter("Не видно двор", subject="Двор"), now)
    again = bring(letter("И ночью тоже", subject="Re: двор", message_id="<2@x>"), now)
    assert (again.ticket, again.message.text) == (first.ticket, "И ночью тоже")
    answers_themselves = bring(letter("Уже лучше", subject="Лучше", message_id="<3@x>", references="<2@x>"), now)
    assert answers_themselves.ticket == first.ticket
    stranger = bring(letter("Отключите", subject="Двор", sender="eve@evil.example", message_id="<4@x>"), now)
    assert stranger.ticket != first.ticket
    assert (stranger.ticket.verified, first.ticket.messages.count()) == (False, 3)


def test_a_request_that_is_settled_or_somebody_elses_is_joined_by_no_subject(world, now):
    first = bring(letter("Не видно двор", subject="Двор"), now)
    oleg = bring(letter("У меня тоже", subject="Двор", sender="oleg@example.org", message_id="<2@x>"), now)
    resolution.resolve(ticket=first.ticket, by=world.ira, now=now)
    later = bring(letter("Снова", subject="Двор", message_id="<3@x>"), now)
    assert len({first.ticket, oleg.ticket, later.ticket}) == 3


def test_an_answer_to_a_letter_about_several_requests_joins_none_of_them(world, now):
    tickets = [open_ticket(new(world), by=world.anna, now=now).ticket for _ in range(4)]
    while deliver_due(now):
        pass
    gathered = Delivery.objects.get(kind="digest")
    answers = {"subject": f"Re: {gathered.letter.subject}", "in_reply_to": f"<{gathered.letter.letter_id}>"}
    row = bring(letter("Спасибо", **answers), now)
    assert row.ticket not in tickets


@pytest.mark.parametrize(
    ("change", "proof", "joins"),
    [
        pytest.param({}, "dmarc=pass", True, id="their own open one"),
        pytest.param({"verified": False}, "dmarc=pass", False, id="one of which nothing is proven"),
        pytest.param({"turn": "nobody", "resolved_at": NOW}, "dmarc=pass", False, id="one that is settled"),
        pytest.param({"person": "oleg"}, "dmarc=pass", False, id="another person's"),
        pytest.param({}, "dmarc=fail", False, id="a sender that the mail server disbelieves"),
        pytest.param({}, "spf=pass", False, id="a sender of whom it said too little"),
    ],
)
def test_which_request_a_letter_without_a_token_joins(world, now, change, proof, joins):
    """By its subject, and by the letter of it that it answers: each alone, and of the sender's own open ones only."""
    first = bring(letter(), now)
    values = {name: getattr(world, value) if name == "person" else value for name, value in change.items()}
    Ticket.objects.filter(pk=first.ticket_id).update(**values)
    by_subject = letter("Ещё раз", subject="Re: Нет картинки", message_id="<two@mail.example.org>")
    by_letter = letter(
        "И ещё", subject="Другое", message_id="<three@mail.example.org>", In_Reply_To="<one@mail.example.org>"
    )
    for raw in (by_subject, by_letter):
        told = f"Authentication-Results: mx.example.org; {proof}\r\n".encode()
        assert (bring(told + raw, now).ticket_id == first.ticket_id) is joins
