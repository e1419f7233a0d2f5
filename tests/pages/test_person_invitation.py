"""Staff invite a customer: from their page, by the API, from the command line, many by a table."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from camdesk.config import cli
from camdesk.people import api_keys, contacts, identities
from camdesk.people.identities import EMAIL
from camdesk.people.models import Agent, Invitation, Person, User
from camdesk.tickets import bulk_invitations, login_invitations
from camdesk.tickets.models import Delivery

PASSWORD = "a-long-enough-password"
ADDRESS = "lena@elsewhere.example"


@pytest.fixture
def lena(world, now) -> Person:
    """Imported, without a login."""
    return contacts.by_external_id(external_id="crm-7", name="Лена Ильина", phone="", email=ADDRESS, now=now)


def links(email: str = ADDRESS) -> list[str]:
    found = Delivery.objects.filter(kind=Delivery.Kind.ACCOUNT, to=email).select_related("letter").order_by("pk")
    return [re.search(r"(/invitations/\S+)", one.as_letter.text)[1] for one in found if one.as_letter]


def invite(client: Client, person: Person):
    return client.post(f"/desk/people/{person.pk}/invitation")


# --- the page


def test_a_lead_invites_and_the_page_says_where_it_stands(world, lena, client_of):
    leo, page = client_of(world.leo), f"/desk/people/{lena.pk}/"
    assert ADDRESS in leo.get(page).content.decode()
    assert invite(leo, lena).status_code == 302
    shown = leo.get(page).content.decode()
    assert "Приглашение ждёт" in shown
    assert world.leo.name in shown
    assert "Лена" not in Delivery.objects.get(to=ADDRESS).as_letter.text, "the address may be somebody else's"
    browser = Client()
    assert "Здравствуйте, Лена Ильина!" in browser.get(links()[0]).content.decode()
    browser.post(links()[0], {"password": PASSWORD})
    assert User.objects.get(email=ADDRESS).person == lena
    shown = leo.get(page).content.decode()
    assert "Вход есть" in shown
    assert "Приглашение принято" in shown
    assert invite(leo, lena).status_code == 302
    assert len(links()) == 1, "who has a login is not invited"


def test_sent_again_the_first_link_is_dead(world, lena, client_of):
    leo = client_of(world.leo)
    invite(leo, lena)
    invite(leo, lena)
    assert len(links()) == 1, "pressed twice"
    Invitation.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    invite(leo, lena)
    first, second = links()
    assert [Client().get(link).status_code for link in (first, second)] == [404, 200]


def test_taken_back_it_opens_nothing(world, lena, client_of):
    leo = client_of(world.leo)
    invite(leo, lena)
    assert leo.post(f"/desk/people/{lena.pk}/invitation/withdrawal").status_code == 302
    assert Client().get(links()[0]).status_code == 404
    assert "Приглашение отозвано" in leo.get(f"/desk/people/{lena.pk}/").content.decode()


def test_an_agent_without_the_right_sees_and_does_nothing(world, lena, client_of):
    ira = client_of(world.ira)
    assert "Пригласить" not in ira.get(f"/desk/people/{lena.pk}/").content.decode()
    assert invite(ira, lena).status_code == 404
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"email": ""}, login_invitations.Why.NO_ADDRESS),
        ({"email": "no address"}, login_invitations.Why.BROKEN_ADDRESS),
        ({"email": "anna@example.org"}, login_invitations.Why.FOREIGN),
        ({"email": "support@example.org"}, login_invitations.Why.OURS),
        ({"kind": Person.Kind.MACHINE}, login_invitations.Why.MACHINE),
    ],
)
def test_who_cannot_be_invited_is_told_why(world, lena, client_of, change, why):
    Person.objects.filter(pk=lena.pk).update(**change)
    leo = client_of(world.leo)
    assert str(login_invitations.WORDS[why]) in leo.get(f"/desk/people/{lena.pk}/").content.decode()
    invite(leo, lena)
    assert not Invitation.objects.exists()


@pytest.mark.whole("camdesk.tickets.login_invitations.invite_person")
def test_a_letter_and_its_invitation_are_one(world, lena):
    made = login_invitations.invite_person(person=lena, by=world.leo, now=timezone.now())
    assert made.new
    assert len(links()) == 1


def test_proven_by_somebody_else_meanwhile_it_makes_no_login(world, lena, now):
    login_invitations.invite_person(person=lena, by=world.leo, now=timezone.now())
    identities.prove(person=world.anna, kind=EMAIL, value=ADDRESS, now=now)
    assert Client().post(links()[0], {"password": PASSWORD}).status_code == 404
    assert not User.objects.filter(person=lena).exists()


# --- the API


@pytest.fixture
def ask(world, now):
    _key, secret = api_keys.create(name="billing", role=Agent.Role.LEAD, by=world.ada, now=now)

    def post(number: str, body: dict | None = None, *, secret: str = secret):
        header = {"authorization": f"Bearer {secret}"}
        return Client().post(
            f"/api/v1/persons/{number}/invitation", body or {}, content_type="application/json", headers=header
        )

    return post


def test_the_api_invites_once(world, lena, ask, now):
    first, again = ask("crm-7"), ask("crm-7")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["state"] == again.json()["state"] == "waiting"
    assert len(links()) == 1
    assert "/invitations/" not in first.content.decode(), "the link is its reader's alone"
    Invitation.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    assert ask("crm-7", {"again": True}).status_code == 201
    assert len(links()) == 2


def test_the_api_says_why_not(world, lena, ask, now):
    assert ask("crm-8").status_code == 404
    assert ask("crm-7", {"more": 1}).status_code == 422
    _key, weak = api_keys.create(name="widget", role=Agent.Role.AGENT, by=world.ada, now=now)
    assert ask("crm-7", secret=weak).status_code == 403
    Person.objects.filter(pk=lena.pk).update(email="anna@example.org")
    refused = ask("crm-7")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (409, "foreign")
    Person.objects.filter(pk=lena.pk).update(email="")
    assert (ask("crm-7").status_code, ask("crm-7").json()["errors"][0]["field"]) == (422, "no_address")
    assert not Invitation.objects.exists()


# --- the command line


def run(*words: str, capsys) -> tuple[int, str]:
    code = cli.main(["person", "invite", *words])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("whom", [ADDRESS, "crm-7"])
def test_one_by_address_or_number(world, lena, capsys, whom):
    assert run(whom, capsys=capsys)[0] == 0
    assert Invitation.objects.get().person == lena
    assert "invited before" in run(whom, capsys=capsys)[1]
    assert len(links()) == 1
    assert run("crm-99", capsys=capsys)[0] == 1


def test_a_table_row_by_row(world, lena, capsys, tmp_path, now):
    twins = [
        contacts.by_external_id(external_id=f"t{n}", name="", phone="", email="t@x.example", now=now) for n in (1, 2)
    ]
    contacts.by_external_id(external_id="s", name="", phone="", email="s@x.example", now=now)
    file, report = tmp_path / "people.csv", tmp_path / "report.csv"
    file.write_text(
        "Почта;Имя;external_id\n"
        f"{ADDRESS};Лена;\n"
        f"{ADDRESS.upper()};Лена;\n"
        "new@x.example;=Новая;\n"
        "broken@;Кто;\n"
        "anna@example.org;Анна;\n"
        "s@x.example;Чужая;crm-8\n"
        "other@x.example;;crm-7\n"
        "t@x.example;;\n"
        ";;crm-404\n"
        ";;t1\n"
        "=x@x.example;;crm-9\n",
        encoding="cp1251",
    )
    code, said = run("--csv", str(file), "--dry-run", capsys=capsys)
    assert code == 1
    assert not Invitation.objects.exists()
    assert not Person.objects.filter(external_id="crm-9").exists()
    dry = said
    code, said = run("--csv", str(file), "--report", str(report), capsys=capsys)
    told = [line.split(": ", 2)[2] for line in said.splitlines()[:-1]]
    assert [one.split(":")[0] for one in told] == [
        "invited", "refused", "invited", "refused", "refused", "refused", "refused", "refused", "refused", "invited",
        "invited",
    ]  # fmt: skip
    assert "адрес другого клиента" in said or "another customer's" in said
    assert dry.count(": would be invited") == 4
    assert "4 invited, 0 were invited before, 7 refused" in said
    assert set(Invitation.objects.values_list("email", flat=True)) == {
        ADDRESS, "new@x.example", "t@x.example", "=x@x.example",
    }  # fmt: skip
    assert Invitation.objects.get(email="t@x.example").person == twins[0]
    assert "'=x@x.example" in report.read_text(encoding="utf-8-sig")
    letters = Delivery.objects.count()
    assert "0 invited, 4 were invited before" in run("--csv", str(file), capsys=capsys)[1]
    assert Delivery.objects.count() == letters


def test_what_is_no_table_is_said_in_a_sentence(world, capsys, tmp_path):
    for content in (b"", b"a;b\n1;2\n", b"PK\x03\x04"):
        (tmp_path / "x.csv").write_bytes(content)
        assert cli.main(["person", "invite", "--csv", str(tmp_path / "x.csv")]) == 1
        assert "camdesk: " in capsys.readouterr().err
    assert cli.main(["person", "invite", "--csv", str(tmp_path / "none.csv")]) == 1


@pytest.mark.whole("camdesk.tickets.bulk_invitations.invite_row")
def test_a_row_is_done_or_nothing_of_it(world):
    row = bulk_invitations.InviteRow(2, "new@x.example", "Новая", "crm-10")
    outcomes = list(bulk_invitations.invite_all([row], by=None, now=timezone.now()))
    assert [one.result for one in outcomes] == ["invited"]
    assert Invitation.objects.get().person == Person.objects.get(external_id="crm-10")
