"""Who is too quick is told so in words, with Retry-After, and loses nothing that was typed."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from camdesk.api.channel import API
from camdesk.channels.models import CallBack
from camdesk.channels.phone.call_back_requests import PER_DAY
from camdesk.lib.rates import Rate
from camdesk.people import api_keys, limits
from camdesk.people.models import Agent
from camdesk.server.admission import ANYBODY, most_for
from camdesk.tickets import resolution
from camdesk.tickets.models import Message, Ticket
from tests.pages.test_api_tickets import TICKET, Integration
from tests.pages.test_chat import Panel
from tests.pages.test_form import FORM, filled

TEXT = "Это я набирала десять минут"


@pytest.fixture(autouse=True)
def _nobody_has_knocked_yet():
    limits.forget()
    api_keys.forget()
    cache.clear()
    yield
    limits.forget()
    api_keys.forget()
    cache.clear()


@pytest.fixture(params=["memory", "database"])
def rate(request, settings):
    """rate("requests", 2, 3600): two an hour; counted in memory, and where several processes see it."""
    settings.LIMITS = request.param
    settings.RATES = dict.fromkeys(settings.RATES)

    def limited_to(name: str, most: int, seconds: int) -> None:
        assert name in settings.RATES
        settings.RATES[name] = Rate(most, seconds)

    return limited_to


def refused(answer, within: int) -> str:
    """The body of a 429 that says when."""
    assert answer.status_code == 429, answer.content.decode()[:500]
    assert 0 < int(answer["Retry-After"]) <= within
    return answer.content.decode()


# --- a customer


def test_the_form_keeps_everything_and_says_when(world, client_of, data_folder, rate):
    rate("requests", 2, 3600)
    anna = client_of(world.anna)
    for n in range(2):
        assert anna.post(FORM, filled(world, key=f"k{n}", text=f"Случай {n}")).status_code == 302
    html = refused(anna.post(FORM, filled(world, key="k-more", text=TEXT)), 3600)
    assert "Слишком часто. Повторите через" in html
    assert TEXT in html
    assert 'name="key" value="k-more"' in html
    assert Ticket.objects.count() == 2
    # A retry of what was taken is answered as before: it is no new request.
    assert anna.post(FORM, filled(world, key="k1", text="Случай 1")).status_code == 302
    assert client_of(world.boris).post(FORM, filled(world, key="b", cameras=None)).status_code == 302


def test_what_cannot_be_taken_counts_for_nothing(world, client_of, data_folder, rate):
    rate("requests", 1, 3600)
    anna = client_of(world.anna)
    for _ in range(3):
        assert anna.post(FORM, filled(world, topic="")).status_code == 422
    assert anna.post(FORM, filled(world)).status_code == 302


def test_a_chat_says_it_in_a_sentence(world, client_of, data_folder, rate):
    rate("requests", 1, 3600)
    panel = Panel(client_of(world.anna), world.anna)
    assert panel.start(topic="camera-offline").status_code == 200
    answer = panel.start(text=TEXT)
    assert refused(answer, 3600).startswith("Слишком часто. Повторите через")
    assert answer["Content-Type"].startswith("text/plain"), "the panel puts it beside the words, which go back"
    page = panel.client.post("/support/chat/starts/", {"key": "other", "text": TEXT})
    assert TEXT in refused(page, 3600)
    again = panel.client.post("/support/chat/starts/", {"key": "k1", "topic": "camera-offline"}, HTTP_HX_REQUEST="true")
    assert again.status_code == 200, "the same start is the same chat"


def test_moves_in_a_chat_are_a_persons_pace(world, client_of, data_folder, rate):
    rate("messages", 2, 3600)
    panel = Panel(client_of(world.anna), world.anna)
    panel.start(topic="camera-offline")
    assert panel.say("не знаю").status_code == 200
    before = Message.objects.count()
    assert refused(panel.say(TEXT), 3600).startswith("Слишком часто")
    assert Message.objects.count() == before


@pytest.fixture
def sent(world, client_of, data_folder) -> tuple[Client, Ticket]:
    anna = client_of(world.anna)
    anna.post(FORM, filled(world))
    return anna, Ticket.objects.get()


def test_a_script_that_goes_on_is_answered_in_a_sentence_that_costs_nothing(
    world, client_of, data_folder, rate, django_assert_max_num_queries
):
    """The page with what was typed is for people; whoever presses on as often again reads none."""
    rate("messages", 2, 60)
    panel = Panel(client_of(world.anna), world.anna)
    panel.start(topic="camera-offline")
    there = f"/support/chat/{panel.ticket.pk}/events/"
    answers = [panel.client.post(there, {"text": f"{TEXT} {n}", "client_id": f"c{n}"}) for n in range(25)]
    assert [answer.status_code for answer in answers] == [302] + [429] * 24
    pages = [refused(answer, 60) for answer in answers[1:]]
    assert [TEXT in page for page in pages] == [True] * 21 + [False] * 3
    assert all(page.startswith("Слишком часто") and len(page) < 200 for page in pages[21:])
    with django_assert_max_num_queries(3):  # who they are
        refused(panel.client.post(there, {"text": TEXT, "client_id": "one more"}), 60)
    assert panel.client.get("/requests/").status_code == 200, "reading goes on"
    assert client_of(world.boris).post("/profile/", {}).status_code != 429, "and so do others"
    assert panel.client.post("/account/logout/").status_code == 302, "and whoever's session it is can end it"


def test_a_message_to_a_request_is_kept_as_typed(sent, rate):
    rate("messages", 1, 3600)
    anna, ticket = sent
    there = f"/requests/{ticket.pk}/messages/"
    assert anna.post(there, {"text": "Раз", "client_id": "a"}).status_code == 302
    assert TEXT in refused(anna.post(there, {"text": TEXT, "client_id": "b"}), 3600)
    spoken = anna.post(there, {"text": TEXT, "client_id": "b"}, HTTP_HX_REQUEST="true")
    assert refused(spoken, 3600).startswith("Слишком часто")
    assert spoken["Content-Type"].startswith("text/plain")
    assert anna.post(there, {"text": "Раз", "client_id": "a"}).status_code == 302, "a retry is no new message"
    assert ticket.messages.filter(kind=Message.Kind.CUSTOMER).count() == 2


def test_a_follow_up_is_a_request_too(sent, world, rate):
    anna, ticket = sent
    resolution.resolve(ticket=ticket, by=world.ira, now=ticket.opened_at)
    resolution.close_settled(ticket.opened_at + resolution.window() * 2)
    rate("requests", 1, 3600)
    there = f"/requests/{ticket.pk}/messages/"
    assert anna.post(there, {"text": "Снова", "client_id": "a"}).status_code == 302
    assert TEXT in refused(anna.post(there, {"text": TEXT, "client_id": "b"}), 3600)
    assert Ticket.objects.count() == 2


def test_an_agent_and_an_integration_are_not_customers(world, client_of, now, rate):
    rate("requests", 1, 3600)
    rate("messages", 1, 3600)
    ira = client_of(world.ira)
    for n in range(3):
        said = {"person": world.anna.pk, "name": "Анна", "topic": "other", "text": f"Звонок {n}", "key": f"k{n}"}
        assert ira.post("/desk/tickets/new/", said).status_code == 302
    crm = Integration(api_keys.create(name="CRM", role="agent", by=None, now=now)[1])
    assert [crm.post("/tickets", TICKET).status_code for _ in range(3)] == [201] * 3
    assert Ticket.objects.filter(channel=API.name).count() == 3


def test_call_backs_invitations_and_files_say_when_too(world, client_of, data_folder, settings):
    anna = client_of(world.anna)
    html = anna.get("/support/call-back/").content.decode()
    window = html.split('name="when"')[1].split('value="')[1].split('"')[0]
    for n in range(PER_DAY):
        said = {"phone": f"8 935 000-00-0{n}", "when": window}
        anna.post("/support/call-back/", said)
        anna.post(f"/support/call-back/{CallBack.objects.latest('pk').pk}/cancellation")
    html = refused(anna.post("/support/call-back/", {"phone": "8 935 000-00-09", "when": window}), 86_400)
    assert "несколько раз за сутки" in html
    assert "000-00-09" in html
    settings.MAX_DAILY_BYTES = 10
    header = {"HTTP_X_FILE_NAME": "a.txt", "content_type": "application/octet-stream"}
    assert anna.post("/files/", b"0123456789", **header).status_code == 201
    assert "error" in json.loads(refused(anna.post("/files/", b"x", **header), 86_400))


# --- an integration


def test_calls_of_a_key_are_limited_each(world, now, rate):
    rate("api", 3, 3600)
    one, other = (Integration(api_keys.create(name=n, role="agent", by=None, now=now)[1]) for n in ("A", "B"))
    assert [one.get("/tickets").status_code for _ in range(3)] == [200] * 3
    answer = one.post("/tickets", TICKET)
    problem = json.loads(refused(answer, 3600))
    assert answer["Content-Type"] == "application/problem+json"
    assert (problem["status"], problem["title"]) == (429, "Too many requests")
    assert not Ticket.objects.exists()
    assert other.get("/tickets").status_code == 200


def test_wrong_keys_are_slowed_and_right_ones_from_there_are_not(world, now, rate):
    rate("wrong_keys", 5, 600)
    key, secret = api_keys.create(name="CRM", role=Agent.Role.AGENT, by=None, now=now)
    other = api_keys.create(name="B", role=Agent.Role.AGENT, by=None, now=now)[1]
    crm, new = Integration(secret), Integration(other)
    assert crm.get("/tickets").status_code == 200
    guesses = [Integration(f"cdk_guess-{n}").get("/tickets") for n in range(7)]
    assert [answer.status_code for answer in guesses] == [401] * 5 + [429] * 2
    assert json.loads(refused(guesses[-1], 600))["status"] == 429
    refused(new.get("/tickets"), 600)  # a guess would be let in as well as this one
    assert crm.get("/tickets").status_code == 200, "it was right from there before: a guesser beside it stops nothing"
    assert new.client.get("/api/v1/tickets", REMOTE_ADDR="203.0.113.9").status_code == 200
    # What asks how long a body may be is no way around it.
    asked = {"PATH_INFO": "/api/v1/tickets", "HTTP_AUTHORIZATION": f"Bearer {other}"}
    assert most_for({**asked, "REMOTE_ADDR": "127.0.0.1"}) == ANYBODY
    api_keys.revoke(key, by=None, now=now)
    assert [crm.get("/tickets").status_code for _ in range(2)] == [429, 429], "revoked, it is a wrong one"


def test_wrong_keys_of_long_bodies_count(world, now, rate):
    rate("wrong_keys", 2, 600)
    for n in range(2):
        said = {"PATH_INFO": "/api/v1/uploads", "HTTP_AUTHORIZATION": f"Bearer cdk_{n}", "REMOTE_ADDR": "127.0.0.1"}
        assert most_for(said) == ANYBODY
    refused(Integration("cdk_more").get("/tickets"), 600)


# --- somebody who is not signed in


def test_what_one_network_address_sends_is_limited(world, client_of, rate):
    rate("strangers", 3, 3600)
    stranger = Client(REMOTE_ADDR="203.0.113.7")
    for n in range(3):
        assert stranger.post(f"/claims/made-up-{n}/").status_code == 404
    html = refused(stranger.post("/claims/made-up/", HTTP_X_FORWARDED_FOR="10.0.0.1"), 3600)
    assert "Слишком часто" in html
    assert "<h1>" in html
    for path in ("/account/login/", "/account/password/reset/", "/invitations/made-up/", "/i18n/language"):
        refused(stranger.post(path), 3600)
    assert stranger.get("/account/login/").status_code == 200, "reading is free"
    assert Client(REMOTE_ADDR="203.0.113.8").post("/claims/made-up/").status_code == 404
    anna = client_of(world.anna, REMOTE_ADDR="203.0.113.7")
    assert anna.post("/i18n/language", {"language": "ru"}).status_code == 302, "she is not nobody"
    assert stranger.post("/api/v1/tickets").status_code == 401
    assert stranger.post("/hooks/mail/raw/guessed/").status_code == 403


def test_one_connection_of_ipv6_is_one_address(world, rate):
    rate("strangers", 3, 3600)
    for n in range(3):
        assert Client(REMOTE_ADDR=f"2001:db8:7:7::{n + 1}").post("/claims/x/").status_code == 404
    refused(Client(REMOTE_ADDR="2001:db8:7:7:ffff::1").post("/claims/x/"), 3600)
    assert Client(REMOTE_ADDR="2001:db8:7:8::1").post("/claims/x/").status_code == 404


def test_the_page_of_whoever_asks_for_too_many_passwords_is_ours(world):
    for _ in range(20):
        Client().post("/account/password/reset/", {"email": "nobody@example.org"})
    html = refused(Client().post("/account/password/reset/", {"email": "nobody@example.org"}), 3600)
    assert 'href="/static/app.css"' in html
    assert "Слишком часто" in html


def test_by_default_a_person_is_never_in_the_way(settings):
    """The defaults of a real installation: these are no tests and no demo."""
    import subprocess
    import sys

    line = "from camdesk.config.settings import RATES; print(sorted((k, v.most, v.seconds) for k, v in RATES.items()))"
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(settings.BASE_DIR), "CAMDESK_DATA": str(settings.DATA_DIR)}
    said = subprocess.run([sys.executable, "-c", line], env=env, capture_output=True, text=True, check=True).stdout
    assert eval(said) == [  # noqa: S307 - we printed it
        ("api", 600, 60),
        ("code_account", 20, 3600),
        ("code_device", 5, 60),
        ("code_device_long", 30, 3600),
        ("code_pair", 5, 300),
        ("messages", 60, 60),
        ("open_form", 10, 3600),
        ("requests", 60, 3600),
        ("sign_in_account", 30, 3600),
        ("sign_in_address", 10, 60),
        ("sign_in_address_long", 100, 3600),
        ("sign_in_device", 5, 60),
        ("sign_in_device_long", 30, 3600),
        ("sign_in_pair", 5, 300),
        ("sign_in_pair_long", 15, 3600),
        ("sign_in_watched", 1, 300),
        ("strangers", 60, 60),
        ("uploads", 3000, 86_400),
        ("uploads_by_key", 30_000, 86_400),
        ("uploads_by_network", 100, 86_400),
        ("wrong_keys", 20, 600),
    ]
