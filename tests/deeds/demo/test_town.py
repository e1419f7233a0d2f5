"""The demo town is whole, believable and harmless."""

import re
from collections import Counter as Tally
from datetime import UTC, datetime, timedelta

import phonenumbers
import pytest
from django.conf import settings as django_settings
from django.db import transaction
from phonenumbers import carrier

from camdesk.cameras.models import Camera, CameraGrant, Passport
from camdesk.lib import files
from camdesk.people.models import Agent, Identity, Membership, Organisation, Person, User
from camdesk.playbook import current as playbook
from camdesk.playbook.facts import facts_for, validate_facts
from camdesk.tickets import channels, counts
from camdesk.tickets.models import Attachment, Delivery, Event, Message, Ticket
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.search.lookup import find
from camdesk_demo import exhibits, world
from camdesk_demo.builder import PASSWORD
from camdesk_demo.logins import LOGINS
from camdesk_demo.populate import Town
from camdesk_demo.stories import cameras, footage, office
from camdesk_demo.stories.language import Story, us
from camdesk_demo.story_player import Teller

EVENING = datetime(2026, 3, 17, 17, 40, tzinfo=UTC)  # 20:40 in Moscow
STORIES = [*cameras.STORIES, *footage.STORIES, *office.STORIES]


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory):
    """The town, built once for this module, without pictures: drawing them takes seconds."""
    media = django_settings.MEDIA_ROOT
    django_settings.MEDIA_ROOT = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), transaction.atomic():
        playbook.forget()
        assert world.build(now=EVENING, pictures=False)
        yield
        transaction.set_rollback(True)
    playbook.forget()
    django_settings.MEDIA_ROOT = media


@pytest.fixture
def town(built, db):
    """What a test changes goes with the test."""


def test_the_town_has_its_size(town):
    assert Organisation.objects.count() >= 4
    assert Person.objects.count() >= 40
    assert Camera.objects.count() >= 200
    assert Agent.objects.filter(active=True).count() >= 6
    assert Ticket.objects.count() >= 100
    assert Passport.objects.count() > 120


def test_every_turn_and_every_channel_is_there(town):
    assert {turn for turn in Turn.values if Ticket.objects.filter(turn=turn).exists()} == set(Turn.values)
    assert {*Ticket.objects.values_list("channel", flat=True)} == {
        channel.name for channel in channels.registered()
    } - {channels.DESK.name}


def test_every_state_of_a_request_is_there(town):
    open_ones = Ticket.objects.open()
    assert open_ones.filter(turn=Turn.US, assignee=None, first_replied_at=None).exists()  # new
    assert open_ones.filter(turn=Turn.US, assignee__isnull=False).exists()
    assert open_ones.filter(turn=Turn.US, promised_at__lt=EVENING).exists()  # overdue
    assert Ticket.objects.filter(turn=Turn.NOBODY, closed_at=None, ratings__isnull=False).exists()
    assert Ticket.objects.filter(closed_at__isnull=False).exists()
    assert open_ones.filter(reopenings__gte=1).exists()
    assert open_ones.filter(follow_up_of__closed_at__isnull=False).exists()
    assert open_ones.filter(urgent=True).exists()


def test_every_status_of_a_camera_is_there(town):
    assert {*Camera.objects.values_list("status", flat=True)} == set(Camera.Status.values)
    house = Camera.objects.filter(site__address="микрорайон Озёрный, 3", organisation__isnull=False)
    assert {camera.status for camera in house} == {Camera.Status.OFFLINE}


def test_the_maintained_counts_are_the_counted_ones(town):
    assert counts.wrong() == {}


def test_numbers_grow_with_time_and_nothing_is_of_tomorrow(town):
    opened = list(Ticket.objects.order_by("number").values_list("opened_at", flat=True))
    assert opened == sorted(opened)
    assert opened[0] > EVENING - timedelta(days=31)
    just_now = EVENING + timedelta(minutes=1)  # a worker's batch counts on from its beginning
    for model, moment in ((Event, "at"), (Message, "at"), (Ticket, "active_at"), (Camera, "last_frame_at")):
        assert not model.objects.filter(**{f"{moment}__gt": just_now}).exists()


def test_each_ticket_counts_its_events_without_gaps(town):
    seqs: dict[int, list[int]] = {}
    for number, seq in Event.objects.order_by("ticket", "seq").values_list("ticket", "seq"):
        seqs.setdefault(number, []).append(seq)
    for ticket in Ticket.objects.all():
        assert seqs[ticket.number] == list(range(1, ticket.last_seq + 1))


def test_words_of_a_conversation_are_found(town):
    assert find("велосипеды украли")
    assert find("паутина")


def test_the_logins_of_the_demo_open(town, client):
    for login in LOGINS:
        assert login.password == PASSWORD
        assert User.objects.get(email=login.email).check_password(PASSWORD)
        answer = client.post("/account/login/", {"login": login.email, "password": PASSWORD})
        assert answer.status_code == 302, login
        assert client.session["_auth_user_id"]
        client.logout()
    assert User.objects.count() - Agent.objects.count() == len(LOGINS) - 3


def test_each_login_is_what_its_line_says(town):
    def person(name):
        return User.objects.get(email=f"{name}@example.org").person

    customer, outsider, owner = person("customer"), person("outsider"), person("owner")
    assert Camera.objects.visible_to(customer).count() == 3
    assert customer.phone
    assert Camera.objects.visible_to(outsider).count() == 2
    assert not set(Camera.objects.visible_to(outsider)) & set(Camera.objects.visible_to(customer))
    assert not Ticket.objects.visible_to(outsider).filter(person=customer).exists()
    assert Membership.objects.get(person=owner, organisation__external_id="org-chain").role == Membership.Role.OWNER
    assert Camera.objects.visible_to(owner).count() >= 40
    assert 0 < Camera.objects.visible_to(person("employee")).count() < 40
    assert CameraGrant.objects.filter(person=person("employee"), kind=CameraGrant.Kind.EMPLOYEE).exists()
    roles = [person(name).agent.role for name in ("agent", "lead", "admin")]
    assert roles == [Agent.Role.AGENT, Agent.Role.LEAD, Agent.Role.ADMINISTRATOR]


def test_no_address_or_number_can_be_anybodys(town):
    addresses = [*Person.objects.exclude(email="").values_list("email", flat=True)]
    addresses += Identity.objects.filter(kind="email").values_list("value", flat=True)
    addresses += Delivery.objects.values_list("to", flat=True)
    assert [address for address in addresses if not re.search(r"@example\.(org|com)$", address)] == []
    numbers = {*Person.objects.exclude(phone="").values_list("phone", flat=True)}
    numbers |= {*Ticket.objects.exclude(contact_phone="").values_list("contact_phone", flat=True)}
    for number in numbers:
        parsed = phonenumbers.parse(number)
        assert phonenumbers.is_valid_number(parsed)  # the form takes it
        assert carrier.name_for_number(parsed, "en") == ""  # no operator was given it
    macs = Camera.objects.values_list("mac", flat=True)
    assert len(set(macs)) == len(macs)
    assert all(int(mac[:2], 16) & 2 for mac in macs)  # locally administered


def test_files_are_there_and_are_what_they_are_called(town):
    for attachment in Attachment.objects.all():
        with files.store().open(attachment.storage_key) as file:
            assert len(file.read()) == attachment.size
    kinds = Tally(Attachment.objects.values_list("content_type", flat=True))
    assert kinds["image/png"] >= 5
    assert kinds["application/pdf"] >= 3
    assert not Attachment.objects.filter(message=None).exists()


def test_old_letters_have_left_and_new_ones_wait(town):
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    assert 0 < waiting.count() < Delivery.objects.count() / 2
    assert not waiting.filter(created_at__lt=EVENING - timedelta(hours=24)).exists()


def test_a_town_is_built_once(town):
    before = Ticket.objects.count()
    assert not world.build(now=EVENING, pictures=False)
    assert Ticket.objects.count() == before


def test_the_answers_in_the_stories_are_answers(town):
    document = playbook.current()[1]
    wrong = []
    for story in STORIES:
        topic = document.topic(story.ref)
        given = {**story.facts, **story.camera_facts}
        facts = facts_for(document, topic)
        wrong += [(story.ref, name, "is not asked") for name in given if name not in {fact.id for fact in facts}]
        checked = validate_facts(facts, given)
        wrong += [(story.ref, *error) for error in checked.errors.items()]
        wrong += [(story.ref, name) for name in given if name in checked.clean and checked.clean[name] != given[name]]
    assert wrong == []


def test_passports_hold_values_of_the_playbook(town):
    document = playbook.current()[1]
    for name in ("provider", "supplier", "height", "connection"):
        known = {option.value for option in document.facts[name].options} | {""}
        assert set(Passport.objects.values_list(name, flat=True)) <= known


def test_with_a_mail_server_no_letter_of_the_town_waits(town, settings):
    settings.EMAIL_URL = "smtp://mail.example.org"
    world._letters_have_left(EVENING)
    assert not Delivery.objects.filter(state=Delivery.State.WAITING).exists()


def test_every_exhibit_is_attached_somewhere_and_small():
    named = {
        name for story in STORIES for name in (*story.files, *(file for step in story.then for file in step.files))
    }
    assert named == set(exhibits.names())
    assert all(len(exhibits.exhibit(name, at=EVENING)) < 150_000 for name in named)


def test_what_lies_ahead_is_not_told(town):
    agent = Agent.objects.get(person__name="Мария Зайцева")
    person = Person.objects.get(name="Елена Воронцова")
    story = Story("I4", person.name, "Совсем новое", ago=30, then=(us(20, "Уже"), us(45, "Ещё нет")))
    people = Town(people={person.name: person}, agents={"maria": agent})
    Teller(people, playbook.current()[1], now=EVENING).tell([story])
    ticket = Ticket.objects.order_by("-number").first()
    assert [message.text for message in ticket.messages.order_by("seq")] == ["Совсем новое", "Уже"]
