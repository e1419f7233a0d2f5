"""What is not for a customer's eyes stays with us: notes, others' things, words in the log, secrets in answers."""

import json
import logging
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from camdesk.cameras import grants
from camdesk.channels.chat.new_chat import start_chat
from camdesk.channels.mail.outgoing.deliver import deliver_due
from camdesk.channels.phone.call_messages import log_call
from camdesk.lib import bus, stream_tokens
from camdesk.people import invitations, memberships
from camdesk.tickets import conversation
from camdesk.tickets.models import Delivery, OutgoingLetter
from camdesk.tickets.search import lookup
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.pages.everything import NOTE_WORD, Everything, build_everything

OUTBOX = "camdesk.tickets.email_backend.OutboxBackend"  # tests have Django's own otherwise
SECRET_NAMES = re.compile(r"password|secret|digest|hash|token|storage_key", re.IGNORECASE)


@pytest.fixture
def everything(world, now, data_folder) -> Everything:
    return build_everything(world, now)


# --- notes


def test_a_customer_does_not_find_their_request_by_the_words_of_a_note(everything, client_of):
    """Else they could guess a note word by word. An agent finds it."""
    said = client_of(everything.world.anna).get("/requests/", {"q": NOTE_WORD})
    assert f"/requests/{everything.ticket.pk}/" not in said.content.decode()
    assert lookup.find(NOTE_WORD) == []
    assert lookup.find(f"\ufb00{NOTE_WORD}") == []
    assert lookup.find(NOTE_WORD, notes=True) == [everything.ticket.pk]
    found = client_of(everything.world.ira).get("/desk/", {"q": NOTE_WORD})
    assert f"/desk/tickets/{everything.ticket.pk}/" in found.get("Location", "") + found.content.decode()


def test_agents_find_words_of_a_note_and_of_the_customer_together(everything):
    own = everything.ticket.messages.order_by("seq").first().text.split()[0]
    assert lookup.find(f"{own} {NOTE_WORD}", notes=True) == [everything.ticket.pk]


def test_a_note_written_first_is_not_shown_as_what_was_sent(world, now, client_of):
    chat = start_chat(person=world.anna, key="k", language="ru", now=now)
    conversation.note(ticket=chat, text=NOTE_WORD, by=world.ira, now=now)
    said = client_of(world.anna).get(reverse("form_sent", args=[chat.pk]))
    assert said.status_code == 200
    assert NOTE_WORD not in said.content.decode()


def test_what_an_agent_wrote_down_of_a_call_stays_with_agents(everything, client_of, now):
    """The customer sees that there was a call, not the words about it; nor do those words find it."""
    ticket = everything.ticket
    word = "брюзжал"
    said = {"direction": "in", "phone": "+79350000001", "minutes": 3, "text": f"Клиент {word}", "now": now}
    log_call(ticket=ticket, by=everything.world.ira, **said)
    client = client_of(everything.world.anna)
    for address in (f"/requests/{ticket.pk}/", f"/requests/{ticket.pk}/since?after=0", f"/support/sent/{ticket.pk}/"):
        assert word not in client.get(address).content.decode(), address
    assert lookup.find(word) == []
    assert lookup.find(word, notes=True) == [ticket.pk]
    assert word in client_of(everything.world.ira).get(f"/desk/tickets/{ticket.pk}/").content.decode()


def test_no_page_or_fragment_of_the_customer_has_the_note(everything, client_of):
    client, number = client_of(everything.world.anna), everything.ticket.pk
    for address in (
        f"/requests/{number}/",
        f"/requests/{number}/since?after=0",
        f"/support/sent/{number}/",
        "/requests/",
    ):
        text = client.get(address).content.decode()
        assert NOTE_WORD not in text, address
        assert everything.note_file.pk not in text, address
    posted = client.post(f"/requests/{number}/messages/", {"text": "ещё"}, headers={"HX-Request": "true"})
    assert NOTE_WORD not in posted.content.decode()


def test_the_file_of_a_note_is_not_there_for_the_customer(everything, client_of):
    for client in (client_of(everything.world.anna), client_of(everything.world.oleg), Client()):
        for ending in ("", "/preview"):
            assert client.get(f"/files/{everything.note_file.pk}{ending}").status_code == 404
    draft = client_of(everything.world.anna)
    draft.post(f"/requests/{everything.ticket.pk}/messages/", {"text": "!", "attachments": everything.note_file.pk})
    everything.note_file.refresh_from_db()
    assert everything.note_file.message.kind == "note"


def test_a_note_gives_the_customer_no_hint(everything, now, django_capture_on_commit_callbacks):
    heard = []
    stop = bus.listen(lambda channels, hint: heard.append(channels))
    try:
        with django_capture_on_commit_callbacks(execute=True):
            conversation.note(ticket=everything.ticket, text="тихо", by=everything.world.ira, now=now)
    finally:
        stop()
    told = {channel for channels in heard for channel in channels}
    assert told
    assert all(channel.startswith("desk") for channel in told)


def test_no_letter_to_the_customer_quotes_a_note(everything, now):
    conversation.reply(ticket=everything.ticket, text="Ответ", by=everything.world.ira, now=now)
    deliver_due(timezone.now())
    rows = OutgoingLetter.objects.filter(delivery__ticket=everything.ticket)
    letters = [letter.subject + letter.text + letter.html for letter in rows]
    assert len(letters) >= 2
    assert [text for text in letters if NOTE_WORD in text] == []


# --- other people's things


def channels_of(client: Client, address: str) -> tuple[str, ...]:
    token = stream_tokens.read(client.get(address).json()["token"])
    assert token is not None
    return token.channels


def test_a_stream_token_listens_to_ones_own_only(everything, client_of):
    world = everything.world
    anna, oleg, vera = client_of(world.anna), client_of(world.oleg), client_of(world.vera)
    assert channels_of(anna, "/listening/") == (f"person:{world.anna.pk}",)
    assert oleg.get(f"/listening/?ticket={everything.ticket.pk}").status_code == 404
    assert channels_of(vera, "/listening/") == (f"person:{world.vera.pk}",)
    assert vera.get(f"/listening/?ticket={everything.hall.pk}").status_code == 404
    assert anna.get("/desk/listening/").status_code == 404
    for client in (anna, oleg, vera):
        assert not any(channel.startswith("desk") for channel in channels_of(client, "/listening/"))


def test_an_employee_finds_nothing_about_cameras_that_are_not_theirs(everything, client_of, now):
    world = everything.world
    word = "единорогов"
    open_ticket(
        new(world, text=f"Много {word}", person=world.boris, organisation=world.chain, cameras=[world.camera_hall]),
        by=world.boris,
        now=now,
    )
    vera, boris = client_of(world.vera), client_of(world.boris)
    assert word not in vera.get("/requests/", {"q": word}).content.decode().replace(f'value="{word}"', "")
    assert (
        f"/requests/{everything.hall.pk}/"
        not in vera.get("/requests/", {"q": str(everything.hall.pk)}).content.decode()
    )
    assert f"/requests/{everything.hall.pk}/" in boris.get("/requests/").content.decode()


def test_who_left_the_organisation_sees_nothing_of_it(everything, client_of, now):
    world = everything.world
    about_till = open_ticket(
        new(world, person=world.boris, organisation=world.chain, cameras=[world.camera_till]), by=world.boris, now=now
    ).ticket
    vera = client_of(world.vera)
    assert vera.get(f"/requests/{about_till.pk}/").status_code == 200
    client_of(world.boris).post(f"/organisations/{world.chain.pk}/members/{world.vera.pk}/removal/")
    for address in (
        f"/requests/{about_till.pk}/",
        f"/requests/{about_till.pk}/since",
        f"/cameras/{world.camera_till.pk}/",
        f"/listening/?ticket={about_till.pk}",
    ):
        assert vera.get(address).status_code == 404, address
    assert "Касса 1" not in vera.get("/cameras/").content.decode()
    assert "Касса 1" not in vera.get("/support/write/cameras").content.decode()


def test_the_place_of_a_strangers_camera_in_the_list_is_not_told(everything, client_of):
    """?after=<id> took any camera: its address could be found out by halving one's own list."""
    oleg = client_of(everything.world.oleg)
    assert oleg.get("/cameras/", {"after": everything.world.camera_gate.pk}).status_code == 404
    assert oleg.get("/cameras/", {"after": everything.world.camera_oleg.pk}).status_code == 200


def test_follow_ups_one_may_not_see_are_not_named(everything, client_of, now):
    world = everything.world
    till = open_ticket(
        new(world, person=world.boris, organisation=world.chain, cameras=[world.camera_till]), by=world.boris, now=now
    ).ticket
    hidden = open_ticket(
        new(world, person=world.boris, organisation=world.chain, cameras=[world.camera_hall], follow_up_of=till),
        by=world.boris,
        now=now,
    ).ticket
    assert f"/requests/{hidden.pk}/" not in client_of(world.vera).get(f"/requests/{till.pk}/").content.decode()
    assert f"/requests/{hidden.pk}/" in client_of(world.boris).get(f"/requests/{till.pk}/").content.decode()


def test_ids_of_others_in_the_body_change_nothing(everything, client_of, now):
    """Anna's camera, file, draft and request named in Oleg's own requests."""
    world, oleg = everything.world, client_of(everything.world.oleg)
    form = {
        "topic": "camera-offline",
        "text": "моё",
        "name": "Олег",
        "phone": "+79350000002",
        "consent": "on",
        "cameras": str(world.camera_gate.pk),
        "attachments": everything.unsent.pk,
        "key": "k1",
    }
    assert oleg.post("/support/write/", form).status_code == 422
    del form["cameras"]
    oleg.post("/support/write/", form)
    everything.unsent.refresh_from_db()
    assert everything.unsent.message_id is None
    page = oleg.get("/support/write/", {"camera": world.camera_gate.pk}).content.decode()
    assert "Калитка" not in page
    assert "Садовая" not in page
    for method in (oleg.patch, oleg.delete, oleg.head):
        assert method(f"/files/{everything.unsent.pk}").status_code == 404
    assert client_of(world.ira).delete(f"/files/{everything.unsent.pk}").status_code == 404
    boris = client_of(world.boris)
    boris.post(
        f"/organisations/{world.chain.pk}/members/{world.vera.pk}/",
        {"cameras": [str(world.camera_gate.pk), str(world.camera_oleg.pk)]},
    )
    assert client_of(world.vera).get(f"/cameras/{world.camera_gate.pk}/").status_code == 404
    assert boris.get(f"/organisations/{world.chain.pk}/members/{world.anna.pk}/").status_code == 404


def test_an_invitation_cannot_bring_somebody_elses_cameras(everything, now):
    world = everything.world
    invitation, token = invitations.invite(
        email="eve@example.org",
        organisation=world.chain,
        organisation_role="employee",
        camera_ids=[world.camera_gate.pk, world.camera_till.pk],
        by=world.boris,
        now=timezone.now(),
    )
    client = Client()
    client.post(reverse("invitation", args=[token]), {"name": "Ева", "password": "a-long-enough-password"})
    assert client.get(f"/cameras/{world.camera_gate.pk}/").status_code == 404
    assert client.get(f"/cameras/{world.camera_till.pk}/").status_code == 200
    memberships.remove(organisation=world.chain, person_id=invitation_person(invitation).pk, by=world.boris, now=now)
    grants.withdraw_all(person=invitation_person(invitation), organisation=world.chain)
    assert client.get(f"/cameras/{world.camera_till.pk}/").status_code == 404


def invitation_person(invitation):
    from camdesk.people.models import User

    return User.objects.get(email=invitation.email).person


# --- letters that let in


def test_who_reads_letters_does_not_read_other_peoples_links(everything, client_of, settings):
    """A lead could ask for the administrator's new password and take the link from the list of letters."""
    settings.EMAIL_BACKEND = OUTBOX
    Client().post("/account/password/reset/", {"email": "ada@example.org"})
    letter = Delivery.objects.filter(kind=Delivery.Kind.ACCOUNT).latest("pk")
    page = f"/desk/letters/{letter.pk}/"
    settings.DEMO = False
    for who in (everything.world.leo, everything.world.ada):
        client = client_of(who)
        for address in (page, f"{page}html", "/desk/letters/"):
            assert "/account/password/reset/key/" not in client.get(address).content.decode(), address
    settings.DEMO = True  # its catcher page is the only mailbox there is
    assert "/account/password/reset/key/" in client_of(everything.world.leo).get(page).content.decode()


# --- the log


def test_no_secret_and_no_word_of_a_customer_gets_into_the_log(everything, client_of, log_as_written, settings):
    """Everything that is written with logging, at DEBUG, while the main deeds are done and refused."""
    settings.EMAIL_BACKEND, secret = OUTBOX, "Тайна-4711"
    world = everything.world
    quiet = ("django.db.backends", "asyncio")  # statements are written only where DEBUG is on, never in a product
    with log_as_written.at_level(logging.DEBUG):
        for name in quiet:
            logging.getLogger(name).setLevel(logging.INFO)
        try:
            _busy(everything, client_of, secret)
            deliver_due(timezone.now())
        finally:
            for name in quiet:
                logging.getLogger(name).setLevel(logging.NOTSET)
    written = log_as_written.text
    assert "…" in written
    token = everything.token
    personal = [secret, "anna@example.org", "+79350000001", "Анна Королёва", "a-long-enough-password", token]
    assert [one for one in [*personal, everything.secret, NOTE_WORD] if one in written] == []
    assert world.anna.name not in written


def _busy(everything: Everything, client_of, secret: str) -> None:
    world, number = everything.world, everything.ticket.pk
    anna, ira, nobody = client_of(world.anna), client_of(world.ira), Client(raise_request_exception=False)
    form = {"topic": "other", "text": secret, "name": secret, "phone": "+79350000001", "email": "anna@example.org"}
    anna.post("/support/write/", {**form, "key": "k"})
    anna.post("/support/write/", {**form, "key": "k2", "consent": "on"})
    anna.get("/requests/", {"q": secret})
    anna.get(f"/requests/{number}9/", {"q": secret})
    anna.post(f"/requests/{number}/messages/", {"text": secret})
    ira.post(f"/desk/tickets/{number}/replies/", {"text": secret})
    ira.get("/desk/tickets/new/", {"q": "anna@example.org"})
    nobody.post("/account/login/", {"login": "anna@example.org", "password": secret})
    nobody.post("/account/password/reset/", {"email": "anna@example.org"})
    nobody.get(f"/api/v1/tickets?q={secret}", headers={"Authorization": f"Bearer {everything.secret}"})
    nobody.get(f"/api/v1/tickets?key={everything.secret}")
    nobody.post("/api/v1/tickets", secret, content_type="application/json", headers=key(everything))
    nobody.post(
        "/api/v1/tickets", json.dumps({"text": secret}), content_type="application/json", headers=key(everything)
    )
    address = reverse("invitation", args=[everything.token])
    nobody.post(address, {"name": "Новый", "password": "short"})
    nobody.post(address, {"name": "Новый", "password": "a-long-enough-password"})
    nobody.get(address)
    Client(enforce_csrf_checks=True).post(address, {"name": "Новый"})


def key(everything: Everything) -> dict[str, str]:
    return {"Authorization": f"Bearer {everything.secret}"}


def test_a_line_of_the_log_stays_one_line(client_of, world, caplog):
    """A newline in an address would let a visitor write lines of their own."""
    with caplog.at_level(logging.DEBUG):
        Client().get("/nothing%0aERROR%20forged")
        Client().get("/nothing%0d%1b[31m")
    assert caplog.records
    assert [one for one in caplog.records if set(one.getMessage()) & set("\r\n\x1b")] == []


# --- the API's answers


def test_the_api_names_no_secret_field():
    schema = Client().get("/api/v1/openapi.json").json()
    names = {
        f"{name}.{field}"
        for name, one in schema["components"]["schemas"].items()
        for field in one.get("properties", {})
    }
    assert len(names) > 50
    assert [name for name in names if SECRET_NAMES.search(name)] == []


def test_a_key_counts_in_the_header_only(everything):
    secret = everything.secret
    assert Client().get("/api/v1/tickets", headers=key(everything)).status_code == 200
    for address in (f"/api/v1/tickets?key={secret}", f"/api/v1/tickets?access_token={secret}&api_key={secret}"):
        assert Client().get(address).status_code == 401
    client = Client()
    for name in ("key", "Authorization", "camdesk_session"):
        client.cookies[name] = secret
    assert client.get("/api/v1/tickets", headers={"X-Api-Key": secret}).status_code == 401
    for wrong in ("", " ", "cdk_", secret[:-1], secret.upper(), f"{secret} ", "x" * 20_000):
        said = Client().get("/api/v1/tickets", headers={"Authorization": f"Bearer {wrong}"}).status_code
        assert said == (200 if wrong.strip() == secret else 401)
    assert Client().get("/api/v1/tickets", headers={"Authorization": f"Basic {secret}"}).status_code == 401


def test_a_session_is_no_key(everything, client_of):
    assert client_of(everything.world.ada).get("/api/v1/tickets").status_code == 401
