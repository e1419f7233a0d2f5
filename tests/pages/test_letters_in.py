"""Letters that came in, as agents see them: the list and its deeds, one of them whole, and the signs on a request."""

import io
import re

import pytest
from PIL import Image

from camdesk.channels.mail.incoming import letter_view, machine_letters
from camdesk.channels.mail.incoming.dispatch import take_in_due
from camdesk.channels.mail.incoming.raw_store import store
from camdesk.channels.models import RawLetter
from camdesk.desk import letter_frames, letters_in
from camdesk.lib.children import ChildFailed
from camdesk.tickets.letter_tokens import letter_token, reply_token
from camdesk.tickets.models import Delivery, Event, Ticket
from camdesk.tickets.timeline import deed, record
from tests.deeds.channels.letters import letter
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.untrained import reads, untrained  # noqa: F401

LIST = "/desk/letters/in/"


@pytest.fixture(autouse=True)
def _files_here(data_folder) -> None:
    """Every letter is a file first."""


def text(answer) -> str:
    assert answer.status_code in (200, 422), answer.status_code
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def bring(raw: bytes, now, **more) -> RawLetter:
    row = store(raw, mailbox="smtp", now=now, **more).letter
    take_in_due(now)
    return RawLetter.objects.get(pk=row.pk)


def held(now, sender: str = "robot@nvr.example", number: int = 1) -> list[RawLetter]:
    return [
        bring(letter(str(one), sender=sender, message_id=f"<{one}@{sender}>"), now, most_from_one=0)
        for one in range(number)
    ]


def picture(width: int = 64) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, 48), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


def with_picture(html: str, data: bytes, *, sender: str = "anna@example.org") -> bytes:
    return (
        (
            f"From: {sender}\r\nTo: support@example.org\r\nSubject: Frame\r\nMIME-Version: 1.0\r\nMessage-ID: <i@x>\r\n"
            'Content-Type: multipart/related; boundary="e"\r\n\r\n--e\r\nContent-Type: text/html; charset=utf-8\r\n\r\n'
            f"{html}\r\n--e\r\nContent-Type: image/png\r\nContent-ID: <p1>\r\nContent-Disposition: inline; "
            'filename="frame.png"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        ).encode()
        + data
        + b"\r\n--e--\r\n"
    )


def bounce(to: str = "nobody@example.org", answered: str = "") -> bytes:
    said = f"This is the mail system at host mx.\n\n<{to}>: host said: 550 5.1.1 User unknown\n"
    more = {"In_Reply_To": f"<{answered}>"} if answered else {}
    return letter(said, sender="MAILER-DAEMON@mx.example", subject="Undelivered Mail", message_id="<b@mx>", **more)


# --- the list


def test_every_letter_is_listed_with_what_became_of_it(world, now, client_of):
    taken = bring(letter(sender="Анна Королёва <anna@example.org>"), now)
    held(now)
    bring(bounce(), now)
    said = text(client_of(world.leo).get(LIST))
    assert "Нет картинки" in said
    assert "Анна Королёва" in said
    assert f'href="/desk/tickets/{taken.ticket_id}/"' in said
    assert "ждёт решения" in said
    assert "Почтовый сервер вернул письмо, но какое, неизвестно" in said
    assert said.index("Undelivered Mail") < said.index("robot@nvr.example") < said.index("Анна Королёва"), (
        "newest first"
    )


def test_filters_show_one_state(world, now, client_of):
    bring(letter(), now)
    held(now)
    client = client_of(world.leo)
    only_held = text(client.get(f"{LIST}?state=held"))
    assert "robot@nvr.example" in only_held
    assert "anna@example.org" not in only_held
    assert "Таких писем нет" in text(client.get(f"{LIST}?state=noted"))
    assert "anna@example.org" in text(client.get(f"{LIST}?state=nonsense"))


@pytest.mark.parametrize(
    ("query", "words"),
    [("", "Писем ещё не было"), ("?state=held", "Ничего не ждёт решения"), ("?state=unread", "Всё прочитано")],
)
def test_an_empty_list_says_what_would_be_here(world, client_of, query, words):
    assert words in text(client_of(world.leo).get(LIST + query))


def test_the_list_goes_on_page_by_page(world, now, client_of, monkeypatch):
    monkeypatch.setattr(letters_in, "PAGE", 2)
    rows = held(now, number=5)
    client, seen, address = client_of(world.leo), [], f"{LIST}?state=held"
    while address:
        said = text(client.get(address))
        seen += re.findall(r'class="subject" href="/desk/letters/in/(\d+)/"', said)
        older = re.search(r'rel="next" href="([^"]+)"', said)
        address = older[1].replace("&amp;", "&") if older else ""
    assert seen == [str(row.pk) for row in reversed(rows)]


def test_the_rail_says_how_many_wait_for_a_decision(world, now, client_of, monkeypatch):
    held(now, number=3)
    rail = re.compile(r'href="/desk/letters/in/"[^>]*>.*?<span class="count">([^<]+)</span>')
    assert rail.search(text(client_of(world.leo).get("/desk/")))[1] == "3"
    monkeypatch.setattr(letters_in, "MOST_COUNTED", 2)
    assert rail.search(text(client_of(world.leo).get("/desk/")))[1] == "1+"


def test_every_reason_has_a_sentence_of_its_own(world, now):
    """The words are found by the note: when one of the two changes, this says so."""
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    ours = bring(letter(message_id=f"<{letter_token(1)}@example.org>"), now)
    unknown = bring(bounce(), now)
    away = [
        letter(
            str(one),
            Auto_Submitted="auto-replied",
            to=f"support+{reply_token(ticket.pk)}@example.org",
            message_id=f"<{one}@x>",
        )
        for one in range(5)
    ]
    last = [bring(raw, now) for raw in away][-1]
    assert [row.state for row in (ours, unknown, last)] == ["ignored"] * 3
    said = {letters_in.sentence(row) for row in (ours, unknown, last)}
    assert len(said) == 3
    assert "Отложено без ответа" not in said
    foreign = bring(
        letter(sender="oleg@example.org", to=f"support+{reply_token(ticket.pk)}@example.org", message_id="<f@x>"), now
    )
    assert foreign.ticket != ticket
    assert "не участвует" in letters_in.sentence(foreign)


# --- deeds


def test_a_held_letter_is_let_in_from_its_line(world, now, client_of):
    row = held(now)[0]
    answer = client_of(world.leo).post(f"{LIST}{row.pk}/admission", headers={"HX-Request": "true"})
    assert "в очереди" in text(answer)
    assert "toast" in answer["HX-Trigger"]
    row.refresh_from_db()
    assert row.state == "waiting"


def test_all_of_a_sender_are_turned_away_and_brought_back(world, now, client_of):
    rows, client = held(now, number=3), client_of(world.leo)
    assert "ждут 3 письма" in text(client.get(f"{LIST}?state=held"))
    answer = client.post(f"{LIST}{rows[0].pk}/refusal", {"all": "1"})
    assert answer["Location"] == f"{LIST}?of={rows[0].pk}"
    said = text(client.get(answer["Location"]))
    assert said.count(f"Отклонено: {world.leo.name}") == 3
    assert "Вернуть отклонённые: 3" in said
    client.post(f"{LIST}{rows[1].pk}/holding", {"all": "1"})
    assert RawLetter.objects.filter(state="held").count() == 3


def test_what_somebody_has_decided_already_is_said(world, now, client_of):
    row = held(now)[0]
    RawLetter.objects.update(state="taken")
    answer = client_of(world.leo).post(f"{LIST}{row.pk}/refusal", headers={"HX-Request": "true"})
    assert "trouble" in answer["HX-Trigger"]
    assert RawLetter.objects.get(pk=row.pk).state == "taken"


def test_an_ignored_letter_is_read_again_and_opens_its_request(world, now, client_of):
    row = bring(bounce(), now)
    answer = client_of(world.ada).post(f"{LIST}{row.pk}/reading")
    row.refresh_from_db()
    assert answer["Location"] == f"/desk/tickets/{row.ticket_id}/"


@pytest.mark.parametrize("deed", ["admission", "refusal", "holding", "reading"])
@pytest.mark.parametrize("who", ["ira", "anna", None])
def test_who_does_not_decide_changes_nothing(world, now, client_of, who, deed):
    row = held(now)[0]
    client = client_of(getattr(world, who) if who else None)
    assert client.post(f"{LIST}{row.pk}/{deed}").status_code == (404 if who else 302)
    assert RawLetter.objects.get(pk=row.pk).state == "held"


# --- whose eyes


@pytest.mark.parametrize("part", ["", "html", "source", "files/1"])
def test_a_letter_of_no_request_is_for_those_who_read_the_list(world, now, client_of, part):
    row = bring(with_picture("<p>Привет</p>", picture(), sender="robot@nvr.example"), now, most_from_one=0)
    assert row.state == "held"
    address = f"{LIST}{row.pk}/{part}"
    assert client_of(world.leo).get(address).status_code == 200
    for who in (world.ira, world.anna, world.oleg):
        assert client_of(who).get(address).status_code == 404, who


@pytest.mark.parametrize("part", ["html", "source", "files/1"])
def test_what_came_back_may_hold_a_secret_and_is_for_administrators(world, now, client_of, part):
    """A lead who could read an invitation that bounced would be whoever it invites."""
    raw = bounce().replace(b"550 5.1.1", b"550 5.1.1 https://desk.example/invitation/token")
    row = bring(raw, now)
    leo = client_of(world.leo)
    page = text(leo.get(f"{LIST}{row.pk}/"))
    assert "invitation/token" not in page
    assert "личная ссылка" in page
    assert leo.get(f"{LIST}{row.pk}/{part}").status_code == 404
    assert leo.post(f"{LIST}{row.pk}/reading").status_code == 404
    assert "invitation/token" in text(client_of(world.ada).get(f"{LIST}{row.pk}/"))


@pytest.mark.parametrize("part", ["html", "source", "files/1"])
def test_what_came_back_to_a_request_is_no_less_secret(world, now, client_of, part):
    """It may be the letter whose link makes an address somebody's: agents are told that it came back, and why."""
    ticket, _sent = returned(world, now, b"550 5.1.1 https://desk.example/claims/1.token/")
    row = RawLetter.objects.get(ticket=ticket)
    ira = client_of(world.ira)
    assert "claims/1.token" not in text(ira.get(f"{LIST}{row.pk}/"))
    assert "/source" not in text(ira.get(f"{LIST}{row.pk}/"))
    assert ira.get(f"{LIST}{row.pk}/{part}").status_code == 404
    assert "/claims/…" in text(client_of(world.ada).get(f"{LIST}{row.pk}/")), "the link itself is for no agent"


def test_letters_of_others_are_not_among_a_requests_messages(world, now, client_of):
    row = bring(with_picture("<p>Привет</p>", picture()), now)
    address = f"/desk/tickets/{row.ticket_id}/messages/{row.message.seq}/letter"
    assert client_of(world.ira).get(address).status_code == 200
    assert client_of(world.ira).get(f"/desk/tickets/{row.ticket_id}/messages/99/letter").status_code == 404
    assert client_of(world.anna).get(address).status_code == 404, "the customer's page has no frames"


# --- one letter whole


def test_the_whole_letter_says_who_when_and_what(world, now, client_of):
    raw = letter(
        "Добрый день\n\n> вы писали",
        sender="Анна <anna@example.org>",
        cc="Пётр <petr@example.org>",
        reply_to="other@example.org",
        date="Mon, 16 Mar 2026 10:00:00 +0300",
        files={"экран.png": picture()},
    )
    row = bring(raw, now)
    said = text(client_of(world.ira).get(f"{LIST}{row.pk}/"))
    for words in (
        "Анна",
        "petr@example.org",
        "other@example.org",
        "16 марта",
        "вы писали",
        "экран.png",
        "Нет картинки",
    ):
        assert words in said, words
    file = client_of(world.ira).get(f"{LIST}{row.pk}/files/1")
    assert file.content == picture()
    assert file["Content-Disposition"].startswith("attachment")
    assert client_of(world.ira).get(f"{LIST}{row.pk}/files/2").status_code == 404
    assert client_of(world.ira).get(f"{LIST}{row.pk}/files/0").status_code == 404


@pytest.mark.parametrize(
    ("authserv", "field", "words"),
    [
        ("mx.example.org", "mx.example.org; dmarc=pass header.from=example.org", "отправитель подтверждён"),
        ("mx.example.org", "mx.example.org; dmarc=fail header.from=example.org", "отправитель подделан"),
        ("mx.example.org", "mx.example.org; dmarc=none; spf=softfail", "отправитель не подтверждён"),
        ("postmark=mx.example.org", "mx.example.org; dmarc=pass", "отправитель не проверялся"),
        ("mx.example.org", "mx.evil.example; dmarc=pass header.from=example.org", "отправитель не подтверждён"),
        ("", "mx.example.org; dmarc=pass header.from=example.org", "отправитель не проверялся"),
    ],
)
def test_the_verdict_on_the_sender_is_said_in_words(world, now, client_of, settings, authserv, field, words):
    settings.MAIL_AUTHSERV = authserv
    row = bring(letter(top=f"Authentication-Results: {field}\r\n"), now)
    assert words in text(client_of(world.ira).get(f"{LIST}{row.pk}/"))


def test_the_letter_as_it_was_sent_is_saved_and_never_shown(world, now, client_of):
    raw = letter(html="<script>alert(1)</script>")
    row = bring(raw, now)
    answer = client_of(world.ira).get(f"{LIST}{row.pk}/source")
    assert b"".join(answer.streaming_content) == raw
    assert answer["Content-Disposition"] == f'attachment; filename="letter-{row.pk}.eml"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("reason", ["timeout", "memory", "crash"])
def test_a_letter_bomb_is_a_sentence_and_no_hang(world, now, client_of, monkeypatch, reason):
    row = bring(letter(html="<p>x</p>"), now)

    def fails(*args, **kwargs):
        raise ChildFailed(reason)

    monkeypatch.setattr(letter_view, "read", fails)
    client = client_of(world.ira)
    said = text(client.get(f"{LIST}{row.pk}/"))
    assert "Письмо не открывается" in said
    assert "<iframe" not in said
    assert f"{LIST}{row.pk}/source" in said, "it can be saved all the same"
    assert client.get(f"{LIST}{row.pk}/html").status_code == 404


def test_a_letter_is_taken_apart_in_a_child_that_is_waited_for_shortly(world, now, client_of, monkeypatch):
    row, asked = bring(letter(), now), []

    def limited(target, payload, **limits):
        asked.append((target, limits))
        raise ChildFailed("timeout")

    monkeypatch.setattr("camdesk.channels.mail.mime.sandbox.run_limited", limited)
    client_of(world.ira).get(f"{LIST}{row.pk}/")
    assert [(target, limits["wait"] <= 10) for target, limits in asked] == [
        ("camdesk.channels.mail.mime.sandbox:read_framed", True)
    ]


# --- frames


def test_the_frame_has_no_script_no_origin_and_loads_nothing(world, now, client_of):
    html = '<p onclick="x()">Привет<script>x()</script><img src="https://evil.example/a.png">'
    html += '<a href="javascript:x()">a</a>'
    row = bring(letter(html=html), now)
    client = client_of(world.ira)
    for address in (f"{LIST}{row.pk}/html", f"/desk/tickets/{row.ticket_id}/messages/1/letter"):
        answer = client.get(address)
        policy, body = answer["Content-Security-Policy"], answer.content.decode()
        assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox;")
        assert "default-src 'none'" in policy
        assert "allow-scripts" not in policy
        assert "allow-same-origin" not in policy
        assert "unsafe-inline" not in policy
        assert "img-src data:;" in policy
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        assert [bad for bad in ("<script", "onclick", "evil.example/a.png", "javascript:") if bad in body] == []


def test_the_frame_on_a_page_is_a_sandbox_too(world, now, client_of):
    row = bring(letter(html="<p>Привет</p>"), now)
    for address in (f"{LIST}{row.pk}/", f"/desk/tickets/{row.ticket_id}/"):
        answer = client_of(world.ira).get(address)
        assert "frame-src 'self'" in answer["Content-Security-Policy"]
        frames = re.findall(r"<iframe[^>]*>", text(answer))
        assert len(frames) == 1
        assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frames[0]


@pytest.mark.parametrize("of", ["letter", "message"])
def test_a_picture_within_the_letter_is_drawn_anew_into_the_page(world, now, client_of, of):
    row = bring(with_picture('<p>Вот</p><img src="cid:p1" alt="Кадр">', picture()), now)
    address = f"{LIST}{row.pk}/html" if of == "letter" else f"/desk/tickets/{row.ticket_id}/messages/1/letter"
    body = client_of(world.ira).get(address).content.decode()
    assert '<img src="data:image/webp;base64,' in body
    assert "/files/" not in body


@pytest.mark.parametrize("of", ["letter", "message"])
def test_pictures_beyond_the_budget_are_their_words(world, now, client_of, monkeypatch, of):
    monkeypatch.setattr(letter_view, "DRAWN_BYTES", 10)
    monkeypatch.setattr(letter_frames, "DRAWN_BYTES", 10)
    row = bring(with_picture('<p>Вот</p><img src="cid:p1" alt="Кадр">', picture()), now)
    address = f"{LIST}{row.pk}/html" if of == "letter" else f"/desk/tickets/{row.ticket_id}/messages/1/letter"
    body = client_of(world.ira).get(address).content.decode()
    assert "data:image" not in body
    assert 'class="letter-picture-off"' in body
    assert "Кадр" in body


def test_what_is_no_picture_is_its_words(world, now, client_of):
    row = bring(with_picture('<img src="cid:p1" alt="Кадр">', b"<svg onload=alert(1)>"), now)
    body = client_of(world.ira).get(f"{LIST}{row.pk}/html").content.decode()
    assert "svg" not in body
    assert "Кадр" in body


def test_pictures_of_another_message_are_not_fetched_by_their_address(world, now, client_of):
    """The HTML is sanitised, and still only the files of the message itself are looked up."""
    other = bring(with_picture('<img src="cid:p1">', picture(), sender="oleg@example.org"), now)
    mine = bring(letter(html="<p>x</p>"), now)
    file = other.message.attachments.get()
    mine.message.html = f'<img src="/files/{file.pk}" alt="чужое" loading="lazy">'
    mine.message.save()
    body = client_of(world.ira).get(f"/desk/tickets/{mine.ticket_id}/messages/1/letter").content.decode()
    assert "data:image" not in body
    assert "чужое" in body


@pytest.mark.parametrize(
    ("markup", "steps"),
    [
        ("<p>Да</p>", 2),
        ("<p>строка</p>" * 12, 5),
        ("<p>строка</p>" * 500, 10),
        ("<p>Вот</p><img src='x'>", 5),
        ('<p>Да</p><details class="letter-quote"><summary>…</summary>' + "<p>старое</p>" * 300 + "</details>", 2),
    ],
    ids=["a word is low", "a dozen lines", "a novel scrolls", "a picture needs room", "a folded quote needs none"],
)
def test_the_frame_is_about_as_tall_as_its_letter(markup, steps):
    assert letter_frames.height(markup) == steps


# --- signs on a request


def test_who_is_not_confirmed_is_marked_everywhere(world, now, client_of, settings):
    settings.MAIL_AUTHSERV = "mx.example.org"
    row = bring(letter(sender="stranger@mail.example"), now)
    ira = client_of(world.ira)
    page = text(ira.get(f"/desk/tickets/{row.ticket_id}/"))
    assert "Отправитель не подтверждён." in page
    assert "Не сообщайте сведений о камерах и доступе." in page
    assert 'aria-label="отправитель не подтверждён"' in text(ira.get("/desk/"))
    assert "не подтверждён" in text(ira.get(f"/desk/people/{row.ticket.person_id}/"))


def test_a_confirmed_request_bears_no_sign(world, now, client_of):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    ira = client_of(world.ira)
    assert "Отправитель не подтверждён" not in text(ira.get(f"/desk/tickets/{ticket.pk}/"))
    assert "отправитель не подтверждён" not in text(ira.get("/desk/"))


@pytest.mark.parametrize(("genuine", "marked"), [("pass", False), ("none", True)])
def test_a_doubtful_letter_in_a_confirmed_request_is_marked(world, now, client_of, settings, genuine, marked):
    settings.MAIL_AUTHSERV = "mx.example.org"
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    field = f"Authentication-Results: mx.example.org; dmarc={genuine} header.from=example.org\r\n"
    row = bring(letter(to=f"support+{reply_token(ticket.pk)}@example.org", top=field), now)
    assert row.ticket == ticket
    page = text(client_of(world.ira).get(f"/desk/tickets/{ticket.pk}/"))
    assert ("отправитель письма не подтверждён" in page) == marked
    assert "Отправитель не подтверждён." not in page


def test_what_came_before_its_sender_was_known_they_have_owned(world, now, client_of, settings):
    settings.MAIL_AUTHSERV = "mx.example.org"
    row = bring(letter(sender="stranger@mail.example"), now)
    Ticket.objects.update(verified=True)
    with deed(row.ticket_id, now=now) as locked:
        record(locked, "ticket.claimed", by=world.anna, now=now, address="stranger@mail.example")
    ira = client_of(world.ira)
    assert "отправитель письма не подтверждён" not in text(ira.get(f"/desk/tickets/{row.ticket_id}/"))
    to = f"support+{reply_token(row.ticket_id)}@example.org"
    later = bring(letter(sender="stranger@mail.example", to=to, message_id="<later@x>"), now)
    assert later.ticket == row.ticket
    assert "отправитель письма не подтверждён" in text(ira.get(f"/desk/tickets/{row.ticket_id}/"))


def test_the_news_of_a_request_bring_the_letter_and_its_sign(world, now, client_of, settings):
    settings.MAIL_AUTHSERV = "mx.example.org"
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    bring(letter(to=f"support+{reply_token(ticket.pk)}@example.org", html="<p>Да</p>"), now)
    news = text(client_of(world.ira).get(f"/desk/tickets/{ticket.pk}/since?after=1"))
    assert "отправитель письма не подтверждён" in news
    assert "Показать письмо целиком" in news


def test_plain_letters_stay_text_and_lead_to_the_whole(world, now, client_of):
    row = bring(letter("Просто слова"), now)
    page = text(client_of(world.ira).get(f"/desk/tickets/{row.ticket_id}/"))
    assert "<iframe" not in page
    assert f'href="{LIST}{row.pk}/"' in page


# --- what did not arrive


def returned(world, now, why: bytes = b"550 5.1.1") -> tuple[Ticket, Delivery]:
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    sent = Delivery.objects.get(ticket=ticket)
    Delivery.objects.update(state="sent")
    row = bring(bounce(sent.to, sent.letter.letter_id).replace(b"550 5.1.1", why), now)
    assert (row.state, row.ticket) == ("noted", ticket)
    return ticket, sent


def test_a_bounce_stands_above_the_conversation(world, now, client_of):
    ticket, sent = returned(world, now)
    page = text(client_of(world.ira).get(f"/desk/tickets/{ticket.pk}/"))
    assert f"Письмо не дошло: {sent.to}." in page
    assert "сервер получателя вернул письмо" in page
    assert f"/desk/tickets/{ticket.pk}/letters/{sent.pk}/sendings/" in page


def test_it_goes_again_to_the_corrected_address(world, now, client_of):
    ticket, sent = returned(world, now)
    ira = client_of(world.ira)
    ira.post(f"/desk/tickets/{ticket.pk}/letters/{sent.pk}/sendings/", {"to": "anna.new@example.org"})
    sent.refresh_from_db()
    assert (sent.state, sent.to) == ("waiting", "anna.new@example.org")
    assert Event.objects.get(ticket=ticket, name="delivery.resent").by == world.ira
    assert "Письмо не дошло" not in text(ira.get(f"/desk/tickets/{ticket.pk}/"))


@pytest.mark.parametrize("proven", [True, False])
def test_later_letters_follow_when_an_agent_says_so(world, now, client_of, proven):
    """It is proposed for a mistyped address, not for the one that the customer has proven."""
    ticket, sent = returned(world, now)
    if not proven:
        Ticket.objects.update(contact_email="ana@example.org")
        Delivery.objects.update(to="ana@example.org")
    ira, there = client_of(world.ira), f"/desk/tickets/{ticket.pk}/letters/{sent.pk}/sendings/"
    box = ira.get(f"/desk/tickets/{ticket.pk}/").content.decode().split('name="follow"')[1].split(">")[0]
    assert ("checked" in box) is not proven
    ira.post(there, {"to": "anna.new@example.org"} | ({"follow": "on"} if not proven else {}))
    ticket.refresh_from_db()
    assert ticket.contact_email == ("anna@example.org" if proven else "anna.new@example.org")


def test_a_claim_goes_to_nobody_else(world, now, client_of):
    """Its link proves an address to whoever reads it."""
    row = bring(letter("Камера не работает", sender="new@example.com"), now)
    ira, ticket = client_of(world.ira), row.ticket
    ira.post(f"/desk/tickets/{ticket.pk}/claim-letters/")
    claim = Delivery.objects.get(ticket=ticket, kind="claim")
    Delivery.objects.filter(pk=claim.pk).update(state="failed")
    there = f"/desk/tickets/{ticket.pk}/letters/{claim.pk}/sendings/"
    page = ira.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert there in page
    assert f'id="to_{claim.pk}"' not in page
    answer = ira.post(there, {"to": "ira@example.org"})
    assert (answer.status_code, "только для того, кому его написали" in text(answer)) == (422, True)
    claim.refresh_from_db()
    assert (claim.state, claim.to) == ("failed", "new@example.com")
    ira.post(there, {})
    claim.refresh_from_db()
    assert claim.state == "waiting"


@pytest.mark.parametrize("to", ["не адрес", "a@b\r\nBcc: c@d.example", "x" * 300])
def test_what_is_no_address_is_refused_in_words(world, now, client_of, to):
    ticket, sent = returned(world, now)
    answer = client_of(world.ira).post(f"/desk/tickets/{ticket.pk}/letters/{sent.pk}/sendings/", {"to": to})
    assert "Проверьте адрес" in text(answer)
    sent.refresh_from_db()
    assert sent.state == "failed"


def test_a_letter_of_another_request_or_of_an_account_is_not_sent_from_here(world, now, client_of):
    ticket, sent = returned(world, now)
    other = open_ticket(new(world, person=world.boris), by=world.boris, now=now).ticket
    ira = client_of(world.ira)
    assert ira.post(f"/desk/tickets/{other.pk}/letters/{sent.pk}/sendings/").status_code == 404
    Delivery.objects.filter(pk=sent.pk).update(kind="account")
    assert ira.post(f"/desk/tickets/{ticket.pk}/letters/{sent.pk}/sendings/").status_code == 404
    sent.refresh_from_db()
    assert sent.state == "failed"


def test_a_delay_is_told_as_a_delay(world, now, client_of):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    sent = Delivery.objects.get(ticket=ticket)
    late = bounce(sent.to, sent.letter.letter_id)
    late = late.replace(b"550 5.1.1 User unknown", b"452 4.2.2 mailbox full, will retry")
    bring(late, now)
    page = text(client_of(world.ira).get(f"/desk/tickets/{ticket.pk}/"))
    assert "задерживается" in page
    assert "Письмо не дошло" not in page


def test_cameras_of_somebody_unproven_are_offered_with_a_warning(world, now, client_of):
    ira = client_of(world.ira)
    address = f"/desk/tickets/new/?person={world.anna.pk}"
    assert "Контакты этого человека не подтверждены" not in text(ira.get(address))
    world.anna.identities.update(proven_at=None)
    assert "Контакты этого человека не подтверждены" in text(ira.get(address))


def test_the_reason_a_letter_is_ignored_is_known_by_its_very_words():
    assert set(letters_in._IGNORED_BECAUSE) >= {
        machine_letters.OUR_OWN,
        machine_letters.UNKNOWN_BOUNCE,
        machine_letters.ANOTHER_AUTOMATIC,
    }


def test_an_answer_that_quotes_our_link_shows_it_to_nobody(world, now, client_of):
    secret = "7.1790000000." + "ab" * 25 + "c"
    link = f"https://desk.example/claims/{secret}/"
    safe = f"https://safe.example/?url=https%3A%2F%2Fdesk.example%2Fclaims%2F{secret}%2F&data=1"
    words = f"Да, это моё обращение\n\nсм. {link}\n\n> Подтвердите адрес: {link}"
    row = bring(letter(words, html=f'<p>Да</p><a href="{safe}">ссылка</a> {link}', sender="new@shop.example"), now)
    client = client_of(world.leo)
    message = row.message
    for address in (
        f"/desk/tickets/{row.ticket_id}/",
        f"/desk/tickets/{row.ticket_id}/messages/{message.seq}/letter",
        f"{LIST}{row.pk}/",
        f"{LIST}{row.pk}/html",
    ):
        page = text(client.get(address))
        assert "ab" * 25 not in page, address
    assert "/claims/…" in text(client.get(f"{LIST}{row.pk}/"))


def test_older_letters_of_a_choice_are_of_the_same_choice(world, now, client_of, monkeypatch):
    """What is chosen goes along in the address, for a state and for the letters of one sender."""
    monkeypatch.setattr(letters_in, "PAGE", 1)
    last = held(now, number=2)[-1]
    for asked in (f"?of={last.pk}", "?state=held"):
        html = client_of(world.leo).get(LIST + asked).content.decode()
        assert f"{LIST}{asked}&amp;before=" in html or f"{LIST}{asked}&before=" in html, asked
    assert letters_in.LetterList(world.leo.agent).query == ""
