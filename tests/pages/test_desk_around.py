"""What stands around the requests: people, cameras, a new request by phone, letters, staff, keys, the playbook."""

import re

import pytest
from django.utils import timezone

from camdesk.config import doctor
from camdesk.people.models import Agent, ApiKey, Invitation, Person
from camdesk.tickets import conversation, outbox
from camdesk.tickets.models import Delivery, OutgoingLetter, Ticket
from tests.deeds.tickets.test_opening import new, open_ticket


@pytest.fixture
def ticket(world) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=timezone.now()).ticket


def text(answer) -> str:
    return answer.content.decode()


# --- people


@pytest.mark.seed("S5")
def test_one_history_of_a_person_over_all_channels(world, ticket, client_of):
    by_mail = open_ticket(
        new(world, channel="mail", subject="Камера и мороз", text="Морозы вернулись"), by=None, now=timezone.now()
    ).ticket
    conversation.reply(ticket=by_mail, text="Греем блок", by=world.ira, now=timezone.now())
    client = client_of(world.ira)
    listed = text(client.get(f"/desk/people/{world.anna.pk}/"))
    assert (f"№\u00a0{ticket.pk}" in listed, f"№\u00a0{by_mail.pk}" in listed, "письмо" in listed) == (True, True, True)
    said = text(client.get(f"/desk/people/{world.anna.pk}/?view=talk"))
    assert said.index("Камера во дворе не показывает") < said.index("Морозы вернулись") < said.index("Греем блок")
    assert text(client.get(f"/desk/tickets/{ticket.pk}/")).count("Камера и мороз") == 1


def test_a_person_without_requests_is_said_so(world, client_of):
    assert "Обращений не было" in text(client_of(world.ira).get(f"/desk/people/{world.oleg.pk}/"))
    assert client_of(world.ira).get("/desk/people/999999/").status_code == 404


def test_a_camera_shows_its_passport_its_neighbours_and_its_requests(world, ticket, client_of):
    shown = text(client_of(world.ira).get(f"/desk/cameras/{world.camera_yard.pk}/"))
    assert ticket.subject in shown
    assert "Калитка" in shown
    assert "От 3 до 5" in shown or "3–5" in shown or "3-5" in shown


# --- a call


def form(**changes) -> dict[str, object]:
    return {
        "channel": "phone",
        "name": "Анна",
        "phone": "8 935 000-00-01",
        "topic": "camera-offline",
        "text": "Звонила: не показывает двор",
        "key": "k1",
    } | changes


@pytest.mark.parametrize(
    "words", ["Королёва", "королёва", "+7 935 000-00-01", "89350000001", "ANNA@example.org", "Анна Корол"]
)
def test_a_caller_is_found_by_what_they_say(world, client_of, words):
    found = text(client_of(world.ira).get("/desk/tickets/new/", {"q": words}))
    assert "Анна Королёва" in found
    assert "Олег" not in found


def test_a_call_becomes_a_request_of_the_person(world, client_of):
    said = form(person=world.anna.pk, cameras=[world.camera_yard.pk])
    answer = client_of(world.ira).post("/desk/tickets/new/", said)
    ticket = Ticket.objects.get()
    assert answer["Location"] == f"/desk/tickets/{ticket.pk}/"
    assert (ticket.person, ticket.channel, ticket.contact_phone) == (world.anna, "phone", "+79350000001")
    assert (list(ticket.cameras.all()), ticket.verified) == ([world.camera_yard], True)


def test_the_same_call_sent_twice_is_one_request(world, client_of):
    client = client_of(world.ira)
    addresses = {client.post("/desk/tickets/new/", form(person=world.anna.pk))["Location"] for _ in range(2)}
    assert (len(addresses), Ticket.objects.count()) == (1, 1)


def test_a_stranger_who_calls_is_nobody_we_know(world, client_of):
    """A caller says Anna's number: that opens nothing, neither her history nor her cameras."""
    client_of(world.ira).post("/desk/tickets/new/", form(name="Незнакомец", cameras=[world.camera_yard.pk]))
    assert not Ticket.objects.exists()
    client_of(world.ira).post("/desk/tickets/new/", form(name="Незнакомец"))
    ticket = Ticket.objects.get()
    assert (ticket.person != world.anna, ticket.verified) == (True, False)


def test_another_persons_camera_cannot_be_named(world, client_of):
    answer = client_of(world.ira).post("/desk/tickets/new/", form(person=world.anna.pk, cameras=[world.camera_oleg.pk]))
    assert (answer.status_code, "Такой камеры в вашем списке нет" in text(answer)) == (422, True)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"topic": ""}, "Выберите тему"),
        ({"text": ""}, "Опишите, что случилось"),
        ({"name": ""}, "Напишите, как к вам обращаться"),
        ({"email": "не почта"}, "Проверьте адрес почты"),
        ({"text": "я" * 30_000}, "Слишком длинно"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(world, client_of, changes, sentence):
    answer = client_of(world.ira).post(
        "/desk/tickets/new/", form(person=world.anna.pk, address="Садовая, 12", **changes)
    )
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "Садовая, 12" in text(answer)
    assert not Ticket.objects.exists()


# --- letters


def test_a_letter_is_read_in_a_sandbox(world, ticket, client_of):
    letter = Delivery.objects.get(ticket=ticket)
    letter.letter.html = "<p>Здравствуйте</p><script>alert(1)</script>"
    letter.letter.save()
    client = client_of(world.leo)
    frame = client.get(f"/desk/letters/{letter.pk}/html")
    assert frame["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    shown = client.get(f"/desk/letters/{letter.pk}/")
    assert "<script>alert" not in text(shown)
    assert "frame-src 'self'" in shown["Content-Security-Policy"]


def test_what_is_no_letter_in_html_or_lets_its_reader_in_is_not_shown_so(world, ticket, client_of):
    leo, letter = client_of(world.leo), Delivery.objects.get(ticket=ticket)
    address = f"/desk/letters/{letter.pk}/html"
    assert leo.get(address).status_code == 404, "plain words only"
    OutgoingLetter.objects.update(html="<p>Ссылка</p>")
    assert leo.get(address).status_code == 200
    Delivery.objects.update(kind=Delivery.Kind.ACCOUNT)
    assert leo.get(address).status_code == 404, "a new password is for its reader alone"
    OutgoingLetter.objects.all().delete()
    Delivery.objects.update(kind=Delivery.Kind.REPLY, channel="telegram")
    assert leo.get(address).status_code == 404, "it left by another channel"


def test_a_failed_letter_is_tried_again(world, ticket, client_of):
    letter = Delivery.objects.get(ticket=ticket)
    Delivery.objects.filter(pk=letter.pk).update(
        state="failed", attempts=9, last_error="refused", settled_at=timezone.now()
    )
    client = client_of(world.leo)
    assert "письмо не ушло" in text(client.get("/desk/letters/?state=failed"))
    client.post(f"/desk/letters/{letter.pk}/sendings/")
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.settled_at) == ("waiting", 0, None)


def test_a_letter_that_has_left_is_not_sent_again(world, ticket, client_of):
    letter = Delivery.objects.get(ticket=ticket)
    Delivery.objects.filter(pk=letter.pk).update(state="sent")
    letter.refresh_from_db()
    assert not outbox.send_again(delivery=letter, by=world.leo, now=timezone.now())
    answer = client_of(world.leo).post(f"/desk/letters/{letter.pk}/sendings/")
    assert (answer.status_code, "Это письмо уже ушло" in text(answer)) == (422, True)


# --- staff, keys, the playbook


def test_an_agent_is_invited_by_letter_and_the_link_can_be_withdrawn(world, client_of):
    client = client_of(world.ada)
    said = {"name": "Пётр", "email": "petr@example.org", "role": "agent"}
    assert client.post("/desk/staff/", said).status_code == 302
    link = re.search(r"/invitations/[\w-]+/", Delivery.objects.get(to="petr@example.org").letter.text)[0]
    assert client_of(None).get(link).status_code == 200
    client.post(f"/desk/staff/invitations/{Invitation.objects.get().pk}/removal")
    assert client_of(None).get(link).status_code == 404


@pytest.mark.parametrize(
    "said", [{}, {"name": "П", "email": "нет", "role": "agent"}, {"name": "П", "email": "p@example.org", "role": "god"}]
)
def test_a_wrong_invitation_is_refused(world, client_of, said):
    assert client_of(world.ada).post("/desk/staff/", said).status_code == 422
    assert not Invitation.objects.exists()


def test_the_secret_of_a_key_is_shown_once(world, client_of):
    client = client_of(world.ada)
    made = text(client.post("/desk/keys/", {"name": "CRM", "role": "agent"}))
    secret = re.search(r"cdk_[\w-]+", made)[0]
    assert secret not in text(client.get("/desk/keys/"))
    asked = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    assert client_of(None).get("/api/v1/tickets", **asked).status_code == 200
    client.post(f"/desk/keys/{ApiKey.objects.get().pk}/revocation")
    assert client_of(None).get("/api/v1/tickets", **asked).status_code == 401
    assert "отозван" in text(client.get("/desk/keys/"))


def test_the_keys_of_an_administrator_who_leaves_are_named(world, client_of):
    second = world.leo.agent
    second.role = Agent.Role.ADMINISTRATOR
    second.save()
    client_of(world.leo).post("/desk/keys/", {"name": "Учётная система", "role": "agent"})
    ada = client_of(world.ada)
    assert "уже не администратор" not in text(ada.get("/desk/keys/"))
    before = text(ada.get(f"/desk/staff/{second.pk}/"))
    assert "Учётная система" in before
    assert "Учётная система" not in text(ada.get(f"/desk/staff/{world.ada.agent.pk}/"))
    ada.post(f"/desk/staff/{second.pk}/dismissal")
    assert Agent.objects.get(pk=second.pk).active is False
    assert "уже не администратор" in text(ada.get("/desk/keys/"))
    found = [one.text for one in doctor._api_keys()]
    assert len(found) == 1
    assert "Учётная система" in found[0]
    ada.post(f"/desk/keys/{ApiKey.objects.get().pk}/revocation")
    assert list(doctor._api_keys()) == []
    assert "Учётная система" not in text(ada.get(f"/desk/staff/{second.pk}/"))


def test_the_versions_of_the_playbook(world, client_of):
    assert "Версия 1" in text(client_of(world.ira).get("/desk/playbook/"))


def test_the_english_desk_says_no_russian_of_its_own(world, ticket, client_of):
    client = client_of(world.ada)
    client.cookies["camdesk_language"] = "en"
    Person.objects.update(name="Anna")
    for address in ("/desk/", "/desk/letters/", "/desk/staff/", "/desk/keys/", "/desk/tickets/new/"):
        shown = re.sub(r"Русский|" + re.escape(ticket.subject), "", text(client.get(address)))
        words = re.sub(r"<[^>]+>", " ", shown.split("<main")[0].split("<nav")[1])
        assert not re.search("[А-Яа-я]", words), address
