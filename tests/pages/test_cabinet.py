"""The cabinet: who sees which page, and what every page has."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from camdesk.cabinet.urls import urlpatterns
from camdesk.channels.phone.call_backs import ask
from camdesk.outages.scope import OutageScope
from camdesk.people import identity_tokens, invitations
from camdesk.people.models import Identity, Membership, User
from camdesk.tickets import assignment, conversation, resolution
from camdesk.tickets.models import Message, Ticket
from tests.deeds.outages.test_outages import outage_of
from tests.deeds.tickets.test_opening import new, open_ticket

PUBLIC = {"home", "contacts", "help", "article", "article_opinions", "invitation", "access", "claim"}
PUBLIC |= {"open_form", "open_form_sent", "claimed_request", "claimed_login"}  # tests/pages/test_open_form.py


@pytest.fixture
def ticket(world, now) -> Ticket:
    return open_ticket(new(world), by=world.anna, now=now).ticket


@pytest.mark.seed("S2")
def test_phone_and_mail_are_readable_without_signing_in(world, playbook):
    html = Client().get("/contacts/").content.decode()
    assert playbook.contacts.phone in html
    assert f'href="tel:{playbook.contacts.phone_link}"' in html
    assert f'href="mailto:{playbook.contacts.email}"' in html


@pytest.mark.seed("S3")
def test_next_to_the_mail_address_a_screenshot_is_advised(world, playbook):
    html = Client().get("/contacts/").content.decode()
    assert playbook.contacts.screenshot_advice.ru in html[html.index(playbook.contacts.email) :]


@pytest.mark.seed("S1")
def test_the_four_channels_are_named_on_the_contacts_page(world, playbook):
    html = Client().get("/contacts/").content.decode()
    for channel in (playbook.contacts.phone, playbook.contacts.email, "Чат-бот", "форма обратной связи"):
        assert channel in html


@pytest.mark.seed("S6", "S7")
@pytest.mark.parametrize(
    "address", ["/cameras/", "/requests/", "/support/write/", "/help/", "/organisations/", "/profile/"]
)
def test_the_support_button_is_in_the_top_panel_of_every_page(world, client_of, address, data_folder):
    html = client_of(world.anna).get(address).content.decode()
    top = html[html.index('<header class="topbar"') : html.index("</header>", html.index("topbar-tools"))]
    assert 'class="icon-button button-accent support-button"' in top
    assert 'aria-label="Чат с поддержкой"' in top
    assert 'data-tooltip="Чат с поддержкой"' in top


def _private_pages(world, ticket):
    soon = ticket.opened_at + timedelta(hours=1)
    typed = Identity.objects.create(person=world.anna, kind="email", value="anna.new@example.org")
    values = {
        "identity_id": typed.pk,
        "token": identity_tokens.issue(typed, now=timezone.now()),
        "number": ticket.pk,
        "camera_id": world.camera_yard.pk,
        "organisation_id": world.chain.pk,
        "person_id": world.vera.pk,
        "call_back_id": ask(
            phone=world.anna.phone,
            wanted_from=soon,
            wanted_until=soon,
            by=world.anna,
            now=ticket.opened_at,
            person=world.anna,
        ).pk,
        "outage_id": outage_of(world, ticket.opened_at, scope=OutageScope(cameras=(world.camera_door.pk,))).pk,
    }
    for pattern in urlpatterns:
        if pattern.name in PUBLIC:
            continue
        names = pattern.pattern.converters
        from django.urls import reverse

        yield pattern.name, reverse(pattern.name, kwargs={name: values[name] for name in names}), bool(names)


def test_every_page_with_an_id_is_a_404_for_the_outsider(world, ticket, client_of):
    oleg = client_of(world.oleg)
    before = list(Ticket.objects.values()), list(Membership.objects.values()), Message.objects.count()
    for name, address, has_id in _private_pages(world, ticket):
        if not has_id:
            continue
        for answer in (oleg.get(address), oleg.post(address, {"text": "x", "stars": "5", "seq": "1", "cameras": []})):
            assert answer.status_code in (404, 405), (name, answer.status_code)
    assert before == (list(Ticket.objects.values()), list(Membership.objects.values()), Message.objects.count())


def test_every_private_page_asks_a_stranger_to_sign_in(world, ticket):
    for name, address, _has_id in _private_pages(world, ticket):
        answer = Client().get(address)
        assert answer.status_code in (302, 405), name
        if answer.status_code == 302:
            assert "/account/login/" in answer["Location"], name


def test_no_get_changes_anything(world, ticket, client_of, data_folder):
    anna = client_of(world.anna)
    before = list(Ticket.objects.values()), Message.objects.count()
    for _name, address, _has_id in _private_pages(world, ticket):
        anna.get(address)
        anna.get(address)
    assert before == (list(Ticket.objects.values()), Message.objects.count())


def test_the_request_page_says_whose_move_it_is_and_when_we_answer(world, ticket, client_of):
    Ticket.objects.filter(pk=ticket.pk).update(promised_at=timezone.now() + timedelta(hours=1))
    html = client_of(world.anna).get(f"/requests/{ticket.pk}/").content.decode()
    assert "Отвечаем мы" in html
    assert "Ответим до" in html


@pytest.mark.parametrize("path", ["/requests/{}/", "/requests/{}/since?after=0", "/requests/", "/support/sent/{}/"])
def test_a_promise_that_was_broken_is_admitted_and_never_repeated(world, ticket, client_of, path):
    Ticket.objects.filter(pk=ticket.pk).update(promised_at=timezone.now() - timedelta(hours=1))
    html = client_of(world.anna).get(path.format(ticket.pk)).content.decode().casefold()
    assert "ответим до" not in html
    if "sent" not in path:
        assert "обещали ответить до" in html
    if path.startswith("/requests/{}"):
        assert "и не успели" in html
        assert f'href="/requests/{ticket.pk}/call-back/"' in html, "what one can do now"


def test_how_it_was_settled_is_rated_once_and_only_then(world, ticket, client_of, now):
    anna, address = client_of(world.anna), f"/requests/{ticket.pk}/"
    early = anna.post(f"{address}ratings/", {"stars": "5"})
    assert (early.status_code, "когда обращение решено" in early.content.decode()) == (422, True)
    resolution.resolve(ticket=ticket, by=world.ira, now=now)
    assert 'name="stars"' in anna.get(address).content.decode()
    assert anna.post(f"{address}ratings/", {"stars": "4", "comment": "Быстро"}).status_code == 302
    html = anna.get(address).content.decode()
    assert ("Ваша оценка: 4 из 5" in html, 'name="stars"' in html) == (True, False)
    again = anna.post(f"{address}ratings/", {"stars": "1"})
    assert (again.status_code, "уже оценено" in again.content.decode()) == (422, True)
    assert ticket.ratings.get().stars == 4


def test_notes_and_events_among_agents_stay_unseen(world, ticket, client_of, now):
    conversation.note(ticket=ticket, text="тайная заметка", by=world.ira, now=now)
    anna = client_of(world.anna)
    for address in (f"/requests/{ticket.pk}/", f"/requests/{ticket.pk}/since?after=0"):
        html = anna.get(address).content.decode()
        assert "тайная заметка" not in html
        assert "Заметка" not in html


def test_a_message_is_added_with_files(world, ticket, client_of, data_folder):
    file = SimpleUploadedFile("фото.jpg", b"\xff\xd8\xff\xe0" + b"0" * 20)
    answer = client_of(world.anna).post(f"/requests/{ticket.pk}/messages/", {"text": "Вот фото", "files": [file]})
    assert answer.status_code == 302
    message = ticket.messages.order_by("-seq").first()
    assert (message.text, message.attachments.get().name) == ("Вот фото", "фото.jpg")


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_message_is_refused_in_words(world, ticket, client_of, text):
    answer = client_of(world.anna).post(f"/requests/{ticket.pk}/messages/", {"text": text})
    assert answer.status_code == 422
    assert "Напишите сообщение или приложите файл" in answer.content.decode()


def test_what_is_new_comes_once(world, ticket, client_of, now):
    conversation.reply(ticket=ticket, text="Смотрим", by=world.ira, now=now)
    anna = client_of(world.anna)
    news = anna.get(f"/requests/{ticket.pk}/since?after=1").content.decode()
    assert news.count("Смотрим") == 1
    assert 'data-seq="2"' in news
    later = anna.get(f"/requests/{ticket.pk}/since?after=2").content.decode()
    assert "<li" not in later
    assert 'data-replaces="whose-move"' in later, "whose move it is comes with every piece of news"
    assert "Ваш ход" in later


def test_the_customer_is_told_your_move_not_the_customers(world, ticket, client_of, now):
    conversation.reply(ticket=ticket, text="Смотрим", by=world.ira, now=now)
    assignment.pass_turn(ticket=ticket, turn="us", by=world.ira, now=now)
    assignment.pass_turn(ticket=ticket, turn="customer", by=world.ira, now=now)
    anna = client_of(world.anna)
    for address in ("/requests/", f"/requests/{ticket.pk}/", f"/support/sent/{ticket.pk}/", "/support/chat/panel"):
        html = anna.get(address).content.decode()
        assert "Ход за клиентом" not in html, address
        assert "chat" in address or "Ваш ход" in html, address


def test_one_reads_of_oneself_as_you_and_of_a_colleague_by_name(world, client_of, now):
    ticket = open_ticket(
        new(world, person=world.vera, organisation=world.chain, cameras=[world.camera_till]), by=world.vera, now=now
    ).ticket
    authors = '<span class="author">{}</span>'.format
    assert authors("Вы") in client_of(world.vera).get(f"/requests/{ticket.pk}/").content.decode()
    boris = client_of(world.boris).get(f"/requests/{ticket.pk}/").content.decode()
    shown = boris[boris.index('id="conversation"') : boris.index("</ol>")]
    assert authors(world.vera.name) in shown
    assert authors("Вы") not in shown


def test_a_word_on_a_closed_request_opens_a_follow_up(world, ticket, client_of, now):
    resolution.resolve(ticket=ticket, by=world.ira, now=now)
    assert "откроем обращение снова" in client_of(world.anna).get(f"/requests/{ticket.pk}/").content.decode()
    resolution.close_settled(now=now + timedelta(days=15))
    answer = client_of(world.anna).post(f"/requests/{ticket.pk}/messages/", {"text": "Снова то же"})
    next_one = Ticket.objects.get(follow_up_of=ticket)
    assert answer["Location"] == f"/requests/{next_one.pk}/"
    assert next_one.messages.get().text == "Снова то же"


def test_cameras_to_choose_for_an_employee_are_listed_by_address(world, client_of):
    boris, names = client_of(world.boris), [world.camera_hall.name, world.camera_hall.site.address]
    for path in ("", f"members/{world.vera.pk}/"):
        page = boris.get(f"/organisations/{world.chain.pk}/{path}").content.decode()
        assert f'value="{world.camera_hall.pk}"' in page, path
        assert [one for one in names if one not in page] == [], path
        assert f'value="{world.camera_oleg.pk}"' not in page, path


def test_an_owner_invites_an_employee_with_chosen_cameras(world, client_of, now):
    boris = client_of(world.boris)
    address = f"/organisations/{world.chain.pk}/invitations/"
    sent = {"name": "Нина", "email": "nina@example.org", "role": "employee"}
    sent["cameras"] = [world.camera_hall.pk, world.camera_oleg.pk]
    assert boris.post(address, sent).status_code == 302
    from camdesk.tickets.models import Delivery

    link = Delivery.objects.get(to="nina@example.org").letter.text.split()[-1]
    path = "/" + link.split("/", 3)[3]
    nina = Client()
    assert nina.get(path).status_code == 200
    assert nina.post(path, {"name": "Нина", "password": "а-это-длинный-пароль"}).status_code == 302
    person = User.objects.get(email="nina@example.org").person
    from camdesk.cameras.models import Camera

    assert list(Camera.objects.visible_to(person)) == [world.camera_hall]  # never another owner's
    assert Client().get(path).status_code == 404  # once


def test_an_owner_sees_which_cameras_an_employee_sees_and_changes_one(world, client_of):
    boris, page = client_of(world.boris), f"/organisations/{world.chain.pk}/members/{world.vera.pk}/"

    def ticked(html: str) -> dict[int, bool]:
        boxes = re.findall(r'name="cameras" value="(\d+)" id="\w+"( checked)?', html)
        return {int(pk): bool(checked) for pk, checked in boxes}

    before = ticked(boris.get(page).content.decode())
    assert {pk for pk, granted in before.items() if granted} == {world.camera_till.pk}
    assert set(before) == set(world.chain.cameras.values_list("pk", flat=True))
    assert boris.post(page, {"cameras": list(before)}).status_code == 302
    assert all(ticked(boris.get(page).content.decode()).values())
    # An invitation offers them too, and keeps what was ticked when it is refused.
    assert set(ticked(boris.get(f"/organisations/{world.chain.pk}/").content.decode())) == set(before)
    wrong = {"name": "", "email": "x", "role": "employee", "cameras": [world.camera_hall.pk]}
    refused = boris.post(f"/organisations/{world.chain.pk}/invitations/", wrong)
    assert {pk for pk, kept in ticked(refused.content.decode()).items() if kept} == {world.camera_hall.pk}


@pytest.mark.parametrize("token", ["x", "%20", "0", "null", "A" * 200])
def test_an_invitation_that_never_was_is_over(world, token):
    assert Client().get(f"/invitations/{token}/").status_code == 404


def test_the_first_administrator_comes_by_a_link_that_dies(db, now):
    from django.utils import timezone

    old = invitations.invite_first_administrator(now=timezone.now())
    token = invitations.invite_first_administrator(now=timezone.now())
    client = Client()
    assert client.get(f"/invitations/{old}/").status_code == 404
    answer = client.post(
        f"/invitations/{token}/", {"name": "Ада", "email": "ada@corp.example", "password": "очень-длинный-пароль"}
    )
    assert answer.status_code == 302
    assert User.objects.get().person.agent.role == "administrator"
    assert invitations.invite_first_administrator(now=timezone.now()) is None


def test_the_last_owner_cannot_be_removed(world, client_of):
    address = f"/organisations/{world.chain.pk}/members/{world.boris.pk}/removal/"
    assert client_of(world.boris).post(address).status_code == 422
    assert Membership.objects.filter(person=world.boris).exists()


def test_a_removed_employee_sees_nothing_more(world, client_of):
    from camdesk.cameras.models import Camera

    assert Camera.objects.visible_to(world.vera).count() == 1
    client_of(world.boris).post(f"/organisations/{world.chain.pk}/members/{world.vera.pk}/removal/")
    assert Camera.objects.visible_to(world.vera).count() == 0


def test_every_named_address_is_reachable():
    assert get_resolver().reverse_dict


@pytest.mark.parametrize("words", ["двор", "ДВОР", "Двор", "двор садовая", "садов"])
def test_cameras_are_found_in_any_case(world, client_of, words):
    anna = client_of(world.anna)
    for address in (f"/cameras/?q={words}", f"/support/write/cameras?q={words}"):
        html = anna.get(address).content.decode()
        assert world.camera_yard.name in html, address
        assert world.camera_oleg.name not in html


def test_a_request_whose_camera_is_dead_is_closed_by_saying_so_again(world, client_of, ticket):
    address = f"/requests/{ticket.pk}/resolutions/"
    html = client_of(world.anna).post(address).content.decode()
    assert "по нашим данным ещё не в сети: «Двор»" in html
    assert 'name="insists" value="1"' in html
    ticket.refresh_from_db()
    assert ticket.is_open
    assert client_of(world.anna).post(address, {"insists": "1"}).status_code == 302
    ticket.refresh_from_db()
    assert not ticket.is_open
