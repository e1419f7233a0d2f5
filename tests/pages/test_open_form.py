"""The form of somebody who is not signed in. Eva has never been here; Oleg has a login, whose address an outsider may
type: what either is answered must be the same."""

import re
from io import BytesIO

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from camdesk.channels.mail.outgoing.compose import compose
from camdesk.lib.rates import Rate
from camdesk.people import identities, limits
from camdesk.people.identities import EMAIL
from camdesk.people.models import Consent, Identity, Person, User
from camdesk.server import admission
from camdesk.tickets import claim_tokens, conversation
from camdesk.tickets.models import Attachment, Delivery, Ticket
from tests.pages.test_access import imported

FORM = "/support/ask/"
EVA = "eva@elsewhere.example"
WORDS = {"text": "Камера у подъезда не показывает с утра", "address": "Мира, 5", "email": EVA, "consent": "on"}


@pytest.fixture(autouse=True)
def _counts(settings, data_folder):
    settings.LIMITS = "memory"
    limits.forget()
    cache.clear()
    yield
    limits.forget()


def key_of(page: str) -> str:
    return re.search(r'name="key" value="([^"]+)"', page)[1]


def sent(client: Client | None = None, *, net: str = "203.0.113.7", files=(), **said):
    """What the browser gets that fills the form in and sends it."""
    client = client or Client()
    key = said.pop("key", "") or key_of(client.get(FORM).content.decode())
    return client.post(FORM, {**WORDS, "key": key, "files": list(files), **said}, REMOTE_ADDR=net)


def file(name: str, data: bytes = b"words") -> BytesIO:
    found = BytesIO(data)
    found.name = name
    return found


def kept_in(page: str) -> list[str]:
    return re.findall(r'name="attachments" value="([^"]+)"', page)


def the_same_in_all(page: str) -> str:
    """Without what differs from one visit to the next: keys, numbers, moments, and what was typed."""
    return re.sub(r"/asked/[^/]+/|[A-Za-z0-9]{64}|№.\d+|datetime=\S+|value=\S+", "", page)


def link_of(ticket: Ticket) -> str:
    text = compose(Delivery.objects.get(ticket=ticket, kind="confirmation")).text
    return re.search(r"https?://[^/]+(/claims/\S+)", text)[1]


def test_the_front_door_leads_there(world, settings):
    page = Client().get("/", follow=True).content.decode()
    assert FORM in page
    assert world_phone() in page
    for where in ("/account/login/", "/access/"):
        assert FORM in Client().get(where).content.decode()
    settings.OPEN_FORM = False
    for where in ("/contacts/", "/account/login/", "/access/"):
        assert FORM not in Client().get(where).content.decode()
    for answer in (Client().get(FORM), sent(key="k")):
        assert answer.status_code == 404
        assert "/contacts/" in answer.content.decode()
    assert not Ticket.objects.exists()


def world_phone() -> str:
    from camdesk.playbook import current

    return current.current()[1].contacts.phone


def test_it_becomes_a_request_that_nobody_has_proven(world):
    answer = sent(files=[file("двор.png", b"\x89PNG\r\n\x1a\n")], phone="8 912 345-67-89", name="Ева")
    ticket = Ticket.objects.get()
    assert answer.status_code == 302
    page = Client().get(answer["Location"]).content.decode()
    assert f"№\xa0{ticket.pk}" in page
    assert EVA not in page, "whoever finds the address of this page learns of nobody"
    assert (ticket.verified, ticket.channel, ticket.contact_name) == (False, "open-form", "Ева")
    assert (ticket.contact_email, ticket.contact_phone, ticket.address) == (EVA, "+79123456789", "Мира, 5")
    assert not ticket.ticket_cameras.exists()
    assert ticket.messages.get().text == WORDS["text"]
    assert not hasattr(ticket.person, "user")
    assert Attachment.objects.get().message_id == ticket.messages.get().pk
    consent = Consent.objects.get()
    assert (consent.person, consent.channel, consent.address) == (ticket.person, "open-form", "203.0.113.7")
    letter = compose(Delivery.objects.get(ticket=ticket))
    for typed in ("Ева", "подъезда", "Мира", "двор"):
        assert typed not in letter.subject + letter.text + letter.html


def test_the_topic_is_told_by_the_menu_or_by_the_words(world):
    sent(topic="camera-offline")
    sent(text="??")
    chosen, unclear = Ticket.objects.order_by("pk")
    assert chosen.topic_id == "camera-offline"
    assert unclear.topic_id == "other"
    refused = sent(topic="never-was")
    assert refused.status_code == 422
    assert "Такой темы нет" in refused.content.decode()


def test_everybody_is_answered_the_same(world):
    """Oleg's address, one that wrote before and was never proven, an imported customer's, and one made up."""
    said = Person.objects.create(name="Писал", email="wrote@elsewhere.example")
    identities.say(said, EMAIL, said.email)
    Person.objects.create(name="Из базы", email="crm@elsewhere.example", external_id="crm-9")

    def told(email: str, browser: Client) -> tuple:
        answer = sent(browser, email=email)
        page = browser.get(answer["Location"]).content.decode()
        return answer.status_code, sorted(answer.cookies), the_same_in_all(page)

    answers = [
        told(email, Client()) for email in ("oleg@example.org", said.email, "crm@elsewhere.example", "new@x.example")
    ]
    for answer in answers[1:]:
        assert answer[:2] == answers[0][:2]
        assert answer[2].splitlines() == answers[0][2].splitlines()
    for ticket in Ticket.objects.all():
        assert not ticket.verified
        assert ticket.person not in (world.oleg, world.anna), "nobody's history is joined by an address"
    wrong = [sent(email=email, text="").content.decode() for email in ("oleg@example.org", "nobody@x.example")]
    assert the_same_in_all(wrong[0]) == the_same_in_all(wrong[1])


def test_what_was_typed_and_chosen_survives_every_refusal(world, settings):
    browser = Client()
    page = browser.get(FORM).content.decode()
    said = {"text": "Не помню, что сказать", "address": "Мира, 5", "phone": "12", "email": "nobody", "name": "Ева"}
    answer = browser.post(FORM, {**said, "key": key_of(page), "topic": "camera-offline", "files": [file("a.txt")]})
    assert answer.status_code == 422
    page = answer.content.decode()
    for value in said.values():
        assert value in page
    assert 'value="camera-offline" selected' in page
    assert "a.txt" in page
    kept = kept_in(page)
    assert len(kept) == 1
    assert page.count('class="error"') == 2, "mail and phone are told at once"

    def mended(**changes):
        once_more = {**WORDS, "key": key_of(page), "attachments": kept, "files": [file("b.txt", b"more")]}
        return browser.post(FORM, once_more | changes)

    assert mended().status_code == 302
    assert [one.name for one in Ticket.objects.get().messages.get().attachments.order_by("position")] == [
        "a.txt",
        "b.txt",
    ]
    assert mended().status_code == 302, "sent twice, it is one"
    assert Ticket.objects.count() == 1
    other = mended(text="Совсем другое")
    assert other.status_code == 422
    assert "уже отправлено" in other.content.decode()


def test_a_file_is_named_by_the_form_that_brought_it_alone(world):
    page = sent(text="", files=[file("паспорт.pdf")]).content.decode()
    theirs = kept_in(page)
    pk = theirs[0].partition(".")[0]
    for number, value in enumerate((pk, f"{pk}.{'0' * 64}", *theirs)):
        answer = sent(key=f"another {number}", text=f"Чужое {value}", attachments=[value], net="198.51.100.9")
        assert answer.status_code == 302
    assert Attachment.objects.get().message_id is None
    assert Client().get(f"/files/{pk}").status_code == 404


@pytest.mark.parametrize("by", ["network", "mailbox"])
def test_too_many_are_told_in_words_and_lose_nothing(world, settings, by):
    settings.RATES = {**settings.RATES, "open_form": Rate(2, 3600)}
    where = [dict(net="203.0.113.7", email=f"e{n}@elsewhere.example") for n in range(4)]
    if by == "mailbox":
        where = [dict(net=f"203.0.113.{n}", email=f"Eva+{n}@gmail.com") for n in range(4)]
    assert [sent(**one).status_code for one in where[:2]] == [302, 302]
    answer = sent(**where[2], files=[file("долгий.txt")])
    page = answer.content.decode()
    assert (answer.status_code, int(answer["Retry-After"]) > 3000) == (429, True)
    assert "Слишком часто" in page
    assert WORDS["text"] in page
    assert len(kept_in(page)) == 1
    assert Ticket.objects.count() == 2
    assert sent(net="198.51.100.1", email="somebody@elsewhere.example").status_code == 302, "others go on"


def test_a_retry_of_what_was_taken_is_not_too_often(world, settings):
    settings.RATES = {**settings.RATES, "open_form": Rate(1, 3600)}
    browser = Client()
    key = key_of(browser.get(FORM).content.decode())
    assert [sent(browser, key=key).status_code for _ in range(3)] == [302] * 3
    assert Ticket.objects.count() == 1


def test_files_have_a_share_a_day_and_a_number(world, settings):
    settings.RATES = {**settings.RATES, "uploads_by_network": Rate(3, 24 * 3600)}
    six = sent(files=[file(f"{n}.txt") for n in range(6)])
    assert six.status_code == 422
    page = six.content.decode()
    assert len(kept_in(page)) == 3, "what fits stays"
    assert "За сутки" in page
    assert Attachment.objects.count() == 3
    length = {"PATH_INFO": FORM, "REMOTE_ADDR": "203.0.113.7", "HTTP_COOKIE": ""}
    assert admission.most_for(length) == admission.ANYBODY, "its share is used up"
    assert admission.most_for(length | {"REMOTE_ADDR": "198.51.100.8"}) > 20 * 1024 * 1024
    assert admission.most_for(length | {"PATH_INFO": "/account/login/", "REMOTE_ADDR": "::1"}) == admission.ANYBODY
    settings.OPEN_FORM = False
    assert admission.most_for(length | {"REMOTE_ADDR": "198.51.100.8"}) == admission.ANYBODY


def test_a_form_takes_so_many_files(world):
    page = sent(files=[file(f"{n}.txt") for n in range(6)]).content.decode()
    assert "больше 5 файлов" in page
    assert len(kept_in(page)) == 5


def test_letters_count_against_the_network_that_made_us_write_them(world, settings):
    settings.LETTER_RATES = {**settings.LETTER_RATES, "by": Rate(2, 3600)}
    for n in range(3):
        sent(email=f"victim{n}@elsewhere.example")
    sent(email="other@elsewhere.example", net="198.51.100.2")
    states = list(Delivery.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["waiting", "waiting", "held", "waiting"]
    assert "203.0.113.7" in Delivery.objects.order_by("pk")[0].letter.originator


@pytest.mark.parametrize("scanner", ["", "clamd://127.0.0.1:1"])
def test_its_files_are_nobodys_until_they_are_proven_or_looked_at(world, settings, client_of, scanner):
    settings.SCANNER = scanner
    sent(files=[file("план.png", b"\x89PNG\r\n\x1a\n")])
    ticket, attachment = Ticket.objects.get(), Attachment.objects.get()
    agent = client_of(world.ira)
    assert agent.get(f"/files/{attachment.pk}").status_code == 409, "asked first"
    assert agent.get(f"/files/{attachment.pk}/preview").status_code == 404
    for who in (Client(), client_of(world.oleg)):
        assert who.get(f"/files/{attachment.pk}").status_code == 404
    Client().post(link_of(ticket))
    assert agent.get(f"/files/{attachment.pk}").status_code == (409 if scanner else 200)


def test_the_link_proves_the_address_and_opens_this_request_in_this_browser(world, client_of, now):
    sent()
    ticket = Ticket.objects.get()
    conversation.reply(ticket=ticket, text="Смотрим", by=world.ira, now=now, channel="mail")
    conversation.note(ticket=ticket, text="зюмбрик", by=world.ira, now=now)
    link, browser, outsider = link_of(ticket), Client(), Client()
    page = browser.get(link).content.decode()
    assert WORDS["text"] not in page, "looking opens nothing"
    answer = browser.post(link)
    assert answer["Location"] == f"/claimed/{ticket.pk}/"
    page = browser.get(answer["Location"]).content.decode()
    for words in (WORDS["text"], "Смотрим", "Адрес подтверждён"):
        assert words in page
    assert "зюмбрик" not in page
    ticket.refresh_from_db()
    assert ticket.verified
    assert identities.is_proven(ticket.person, EMAIL, EVA)
    for who in (outsider, client_of(world.oleg), client_of(world.ira)):
        assert who.get(f"/claimed/{ticket.pk}/").status_code == 404
        assert who.post(f"/claimed/{ticket.pk}/login/").status_code == 404
        assert who.get(link).status_code == 404, "it works once"
    sent(email="other@elsewhere.example", net="198.51.100.2")
    assert browser.get(f"/claimed/{Ticket.objects.latest('pk').pk}/").status_code == 404, "no other one"


def test_a_request_that_is_somebody_elses_by_now_is_not_shown(world, now):
    sent()
    ticket, browser = Ticket.objects.get(), Client()
    browser.post(link_of(ticket))
    for changed in ({"contact_email": "other@elsewhere.example"}, {"person": world.marina}, {"verified": False}):
        before = Ticket.objects.get()
        Ticket.objects.update(**changed)
        assert browser.get(f"/claimed/{ticket.pk}/").status_code == 404, changed
        assert browser.post(f"/claimed/{ticket.pk}/login/").status_code == 404, changed
        before.save()
        assert browser.get(f"/claimed/{ticket.pk}/").status_code == 200


@pytest.mark.parametrize("mode", ["open", "invitation", "off"])
@pytest.mark.parametrize("known", [True, False])
def test_who_has_proven_their_address_may_sign_up_where_they_may(world, now, settings, mode, known):
    settings.SIGN_UP = mode
    customer = imported(world, now) if known else None
    sent()
    ticket, browser = Ticket.objects.get(), Client()
    browser.post(link_of(ticket))
    may = mode == "open" or (known and mode == "invitation")
    assert (f"/claimed/{ticket.pk}/login/" in browser.get(f"/claimed/{ticket.pk}/").content.decode()) == may
    answer = browser.post(f"/claimed/{ticket.pk}/login/")
    if not may:
        assert answer.status_code == 404
        assert not User.objects.filter(email=EVA).exists()
        return
    said = {"password": "a-long-enough-password"} | ({} if known else {"name": "Ева"})
    assert browser.post(answer["Location"], {"name": "Ева", **said}).status_code == 302
    person = User.objects.get(email=EVA).person
    assert customer is None or person == customer, "an imported customer is themselves"
    assert WORDS["text"] in browser.get(f"/requests/{ticket.pk}/").content.decode()
    assert browser.get(f"/claimed/{ticket.pk}/")["Location"] == f"/requests/{ticket.pk}/"


def test_a_claim_of_a_used_up_session_or_a_made_up_page(world):
    assert Client().get("/support/asked/nothing/").status_code == 404
    sent()
    ticket = Ticket.objects.get()
    token = claim_tokens.issue(ticket.pk, EVA, expires_at=ticket.opened_at)
    assert Client().get(f"/claims/{token}/").status_code == 404


def test_agents_see_that_nobody_is_known_and_answer(world, client_of, now):
    sent()
    ticket = Ticket.objects.get()
    page = client_of(world.ira).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "не подтверждён" in page
    assert "по форме без входа" in page
    conversation.reply(ticket=ticket, text="Здравствуйте, посмотрели", by=world.ira, now=now, channel="mail")
    reply = Delivery.objects.get(ticket=ticket, kind="reply")
    assert (reply.to, reply.state) == (EVA, "waiting")


def test_who_is_signed_in_has_the_form_with_their_cameras(world, client_of):
    assert client_of(world.oleg).get(FORM)["Location"] == "/support/write/"
    assert client_of(world.oleg).post(FORM, WORDS)["Location"] == "/support/write/"
    assert not Ticket.objects.exists()


def test_cameras_and_facts_of_others_are_not_named_here(world):
    sent(
        cameras=[str(world.camera_oleg.pk)], **{"fact-provider": "x", f"camera-{world.camera_oleg.pk}-fact-height": "3"}
    )
    ticket = Ticket.objects.get()
    assert not ticket.ticket_cameras.exists()
    assert ticket.facts == {}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_in_both_languages(world, language):
    browser = Client(headers={"accept-language": language})
    pages = [browser.get(where).content.decode() for where in (FORM, "/contacts/", "/account/login/")]
    answer = sent(browser)
    pages += [browser.get(answer["Location"]).content.decode()]
    ticket = Ticket.objects.get()
    assert ticket.language == language
    browser.post(link_of(ticket))
    pages += [browser.get(f"/claimed/{ticket.pk}/").content.decode()]
    for page in pages:
        shown = re.sub(r"<(head|footer|option|toast-region)\b.*?</\1>|<[^>]*>", " ", page, flags=re.S)
        shown = shown.replace(WORDS["text"], "").replace(WORDS["address"], "")
        assert bool(re.search("[А-Яа-я]{3,}", shown)) == (language == "ru"), re.findall("[А-Яа-я ]{3,}", shown)


def test_it_costs_the_same_whoever_is_known(world):
    def asked(email: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            sent(email=email)
        return len(queries)

    asked("first@x.example")
    assert asked("oleg@example.org") == asked("new@x.example")
    assert Identity.objects.filter(value="new@x.example", proven_at=None).exists()
