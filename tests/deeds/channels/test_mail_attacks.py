"""What strangers try with letters: to pass for another, to break what we send, to speak where they have no say."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from camdesk.channels.mail.incoming.dispatch import take_in_due
from camdesk.channels.mail.incoming.raw_store import store
from camdesk.channels.mail.incoming.reread import read_again
from camdesk.channels.mail.mime.addresses import safe_address
from camdesk.channels.mail.outgoing.deliver import deliver_due
from camdesk.channels.mail.outgoing.wire_format import BadAddress, wire_address, write
from camdesk.channels.models import RawLetter
from camdesk.tickets import conversation, uploads
from camdesk.tickets.letter_tokens import letter_token, reply_token
from camdesk.tickets.models import Delivery, OutgoingLetter
from tests.deeds.channels.letters import PNG, letter
from tests.deeds.tickets.test_opening import new, open_ticket

OURS = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\r\n"


@pytest.fixture(autouse=True)
def _folder(data_folder):
    """Letters are files: each test has a folder of its own."""


def bring(raw: bytes, now, **how) -> RawLetter:
    row = store(raw, mailbox="smtp", now=now, **how).letter
    take_in_due(now + timedelta(seconds=1))
    row.refresh_from_db()
    return row


def from_(value: str, top: str = OURS) -> bytes:
    return f"{top}{value}\r\nTo: support@example.org\r\nSubject: x\r\nMessage-ID: <a@x>\r\n\r\nHi".encode()


TRICKS = {
    "two authors, the customer first": "From: anna@example.org, eve@evil.example",
    "two authors, the customer last": "From: Eve <eve@evil.example>, Anna <anna@example.org>",
    "two fields": "From: anna@example.org\r\nFrom: eve@evil.example",
    "two fields, the customer last": "From: eve@evil.example\r\nFrom: anna@example.org",
    "a group": "From: Us: anna@example.org, eve@evil.example;",
    "the customer's address as a name": 'From: "anna@example.org" <eve@evil.example>',
    "the customer's address as a comment": "From: eve@evil.example (anna@example.org)",
    "a domain that looks like it": "From: anna@\u0435xample.org",
    "a domain that folds to it": "From: anna@ｅxample.org",
    "a domain that goes on": "From: anna@example.org.evil.example",
    "an address within an address": "From: <anna@example.org@evil.example>",
    "an encoded address": "From: =?utf-8?q?anna=40example=2Eorg?= <eve@evil.example>",
    "a line break in an encoded name": "From: =?utf-8?q?x=0D=0AFrom:_anna=40example.org?= <eve@evil.example>",
}


@pytest.mark.parametrize("value", TRICKS.values(), ids=TRICKS)
@pytest.mark.parametrize("authserv", ["mx.example.org", ""])
def test_nobody_passes_for_a_customer_by_their_from(world, settings, now, value, authserv):
    settings.MAIL_AUTHSERV = authserv
    row = bring(from_(value), now)
    assert row.state == "taken"
    assert (row.ticket.person == world.anna, row.ticket.verified) == (False, False)
    assert not row.ticket.cameras.exists()


FORGED = {
    "below our own": "Authentication-Results: mx.example.org; dmarc=fail\r\n" + OURS,
    "of a server that sounds like ours": OURS.replace("mx.example.org", "mx.example.org.evil.example"),
    "with our name in a comment": OURS.replace("mx.example.org", "evil (mx.example.org)"),
    "folded": OURS.replace("mx.example.org;", "evil.example\r\n mx.example.org;"),
    "under another name": OURS.replace("Authentication-Results", "X-Authentication-Results"),
    "in the body": "\r\n" + OURS,
}


@pytest.mark.parametrize("top", FORGED.values(), ids=FORGED)
def test_nobody_writes_our_servers_word_themselves(world, settings, now, top):
    settings.MAIL_AUTHSERV = "mx.example.org"
    row = bring(from_("From: anna@example.org", top), now)
    assert (row.sender_proven, row.ticket.verified, row.ticket.person == world.anna) == (False, False, False)


def test_the_customer_themselves_is_known(world, settings, now):
    settings.MAIL_AUTHSERV = "mx.example.org"
    assert bring(from_("From: =?utf-8?b?0JDQvdC90LA=?= <Anna@Example.org>"), now).ticket.person == world.anna


@pytest.mark.parametrize("address", ["\u212aate@example.org", "kate@\u212aam.org", "\uff41nna@example.org"])
def test_what_would_fold_to_another_address_is_none(address):
    assert safe_address(address) == ""
    assert safe_address("анна@почта.рф") == "анна@почта.рф"


def guesses(number: int) -> list[str]:
    whole = reply_token(number)
    mac = whole.partition(".")[2]
    return [
        f"{number}",
        f"{number}.",
        whole[:-1],
        whole + "a",
        f"{number}." + "a" * 26,
        f"{number}.{mac[::-1]}",
        f"{number + 1}.{mac}",
        f"0{whole}",
        f"{number}.{mac[:13]}",
        letter_token(number),
        whole.replace(".", "+"),
        f"{whole}%00",
        f"{whole}+x",
    ]


def test_no_guessed_token_joins_a_request(world, now):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    for number, guess in enumerate(guesses(ticket.pk)):
        forged = letter(
            f"Отключите {number}",
            sender="eve@evil.example",
            to=f"support+{guess}@example.org",
            message_id=f"<{number}@x>",
            in_reply_to=f"<{guess}@example.org>",
        )
        assert bring(forged, now).ticket != ticket, guess
    assert ticket.messages.count() == 1


HOSTILE = [
    "x\r\nBcc: eve@evil.example",
    "x\nBcc: eve@evil.example\n\nbody",
    "=?utf-8?q?x=0D=0ABcc:_eve=40evil.example=0D=0A=0D=0Abody?=",
    "x\u2028Bcc: eve@evil.example",
    "x\x85Bcc: eve@evil.example",
    "x\x0bBcc: eve@evil.example\x0c",
    "\u202egnp.exe",
    "=?utf-8?q?" * 500,
    "(" * 1000,
    '"\\"<>,;:',
    "x" * 3000,
    "слово " * 400,
    "=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3D0D=3D0ABcc=3A_eve=3D40evil=2Eexample=3D0D=3D0A=3F=3D?=",
    "%s %(name)s {0} {{7*7}}",
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_of_a_letter_breaks_the_letters_we_send(world, now, settings, words):
    """A hostile subject, name, Message-ID and file name come back in our answer as text, or not at all."""
    settings.EMAIL_URL = ""
    flat = words.replace("\r", "").replace("\n", " ")
    raw = (
        f'From: "{flat}" <petr@mail.example>\r\nTo: support@example.org\r\nSubject: {flat}\r\n'
        f"Message-ID: <{flat[:200]}@x>\r\nReferences: <{flat[:200]}@y> <é@x> <a@b>\r\nContent-Type: multipart/mixed;"
        f' boundary=b\r\n\r\n--b\r\n\r\n{words}\r\n--b\r\nContent-Type: image/png; name="../../{flat[:200]}"\r\n'
        "\r\nx\r\n--b--\r\n"
    ).encode()
    row = bring(raw, now)
    assert row.state == "taken", row.note
    conversation.reply(ticket=row.ticket, text=words, by=world.ira, now=now + timedelta(minutes=1))
    while deliver_due(now + timedelta(minutes=2)):
        pass
    for delivery in Delivery.objects.all():
        assert delivery.state == "caught", delivery.last_error
        wire = write(delivery)
        assert b"\nBcc:" not in wire.partition(b"\r\n\r\n")[0]
        sent = message_from_bytes(wire, policy=default)
        assert sent["To"] == "petr@mail.example"
        assert sent["Bcc"] is None
        assert len(sent["Subject"].splitlines()) == 1
        assert sent.get_body(("plain",)) is not None


ADDRESSES = [
    "a@b.c\r\nBcc: eve@evil.example",
    "a@b.c\nx",
    "a b@c.d",
    "<a@b.c>",
    "a@b.c,eve@evil.example",
    "a@",
    "@b.c",
    "ы@b.c",
    "a@b\uff1e.c",
    "a\x00@b.c",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_no_address_is_written_to_by_nobody(address):
    with pytest.raises(BadAddress):
        wire_address(address)


ENCODED = "=?utf-8?q?x=0D=0ABcc=3Aeve=40evil=2Eexample=0D=0A?="


def test_no_encoded_word_is_decoded_into_our_headers(world, now, settings):
    settings.EMAIL_URL = ""
    ticket = bring(letter(message_id=f"<{ENCODED}@x>"), now).ticket
    file = uploads.take_in(PNG, name=f"{ENCODED}.png", by=world.ira, now=now)
    conversation.reply(ticket=ticket, text="x", by=world.ira, now=now, files=[file.pk])
    address = f"{ENCODED}@mail.example"
    Delivery.objects.filter(kind="reply").update(to=address)
    OutgoingLetter.objects.filter(delivery__kind="reply").update(subject=ENCODED, text="x")
    wire = write(Delivery.objects.get(kind="reply"))
    assert b"\nBcc" not in wire
    assert f"To: {address}\r\n".encode() in wire
    assert message_from_bytes(wire, policy=default)["Subject"] == ENCODED, "it stays what it looks like"


def test_a_files_name_leads_nowhere(world, now):
    names = ["../../etc/passwd", "..\\\\..\\\\x.exe", "/etc/passwd", "C:\\\\x", "a\u202egnp.exe", "con", "x" * 3000]
    parts = "".join(f'--b\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\nx\r\n' for name in names)
    raw = f"From: a@b.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n"
    kept = [one.name for one in bring(raw.encode(), now).message.attachments.all()]
    assert len(kept) == len(names)
    for name in kept:
        assert not set(name) & set("/\\:\u202e"), name
        assert name.strip(".") == name or not name.startswith("..")
        assert len(name) <= 255


def test_a_files_type_is_ours_to_say(world, now):
    page = b"<html><script>document.title=1</script>"
    raw = (
        b"From: a@b.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: image/png;"
        b" name=a.png\r\n\r\n" + page + b"\r\n--b\r\nContent-Type: text/html; name=b.png\r\n"
        b"Content-Disposition: attachment\r\n\r\n" + page + b"\r\n--b--\r\n"
    )
    attachments = list(bring(raw, now).message.attachments.all())
    assert len(attachments) == 2
    assert not [one for one in attachments if one.content_type.startswith(("image/", "text/html"))]


def test_a_letter_of_two_authors_is_nobodys_word_when_it_is_read_again_either(world, settings, now):
    settings.MAIL_AUTHSERV = "mx.example.org"
    row = store(from_(TRICKS["two authors, the customer first"]), mailbox="smtp", now=now).letter
    RawLetter.objects.filter(pk=row.pk).update(state=RawLetter.State.IGNORED)
    row.refresh_from_db()
    ticket = read_again(letter=row, by=world.leo, now=now)
    assert (ticket.person == world.anna, ticket.verified, row.sender_proven) == (False, False, False)
