"""/api/v1: tickets opened, read, listed and answered by an integration."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from camdesk.cameras.models import Camera, Reading, Site
from camdesk.people import api_keys
from camdesk.people.models import Person, Team
from camdesk.tickets import resolution
from camdesk.tickets.models import Ticket

TICKET = {
    "topic": "A1",
    "text": "Камера у ворот не в сети",
    "person": {"name": "Пётр", "phone": "8 935 000-01-01", "email": "petr@example.org", "external_id": "crm-77"},
    "address": "Садовая, 12",
    "cameras": ["gate"],
    "facts": {"height": "3-5"},
}


class Integration:
    """A client with a key, speaking JSON."""

    def __init__(self, secret: str) -> None:
        self.client = Client(headers={"authorization": f"Bearer {secret}"})

    def post(self, address: str, body: object, key: str | None = None):
        headers = {"idempotency-key": key} if key else {}
        return self.client.post(f"/api/v1{address}", json.dumps(body), content_type="application/json", headers=headers)

    def put(self, address: str, body: object):
        return self.client.put(f"/api/v1{address}", json.dumps(body), content_type="application/json")

    def get(self, address: str):
        return self.client.get(f"/api/v1{address}")


@pytest.fixture
def crm(world, now) -> Integration:
    return Integration(api_keys.create(name="CRM", role="agent", by=None, now=now)[1])


@pytest.fixture
def operator(world, now) -> Integration:
    return Integration(api_keys.create(name="Operator", role="administrator", by=None, now=now)[1])


def test_it_works(crm, world):
    answer = crm.post("/tickets", TICKET, key="k1")
    assert answer.status_code == 201
    told = answer.json()
    assert (told["turn"], told["topic"], told["topic_ref"]) == ("us", "camera-offline", "A1")
    assert told["url"].endswith(f"/requests/{told['number']}/")
    ticket = Ticket.objects.get(pk=told["number"])
    assert ticket.person.external_id == "crm-77"
    assert ticket.contact_phone == "+79350000101"
    assert ticket.cameras.get() == world.camera_gate
    assert ticket.ticket_cameras.get().facts == {"height": ["3-5"]}


def test_the_same_key_and_body_give_the_same_answer(crm):
    first, again = crm.post("/tickets", TICKET, key="k1"), crm.post("/tickets", TICKET, key="k1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert Ticket.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(crm):
    crm.post("/tickets", TICKET, key="k1")
    answer = crm.post("/tickets", TICKET | {"text": "Другое"}, key="k1")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert Ticket.objects.count() == 1


def test_keys_of_two_integrations_do_not_collide(crm, operator):
    assert crm.post("/tickets", TICKET, key="k1").json() != operator.post("/tickets", TICKET, key="k1").json()


def test_without_a_key_each_call_is_a_ticket(crm):
    crm.post("/tickets", TICKET)
    crm.post("/tickets", TICKET)
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize(
    "change, field",
    [
        ({"topic": "no-such"}, "topic"),
        ({"topic": ""}, "topic"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 30_000}, "text"),
        ({"person": {"name": "", "phone": "+79350000101"}}, "person.name"),
        ({"person": {"name": "Пётр"}}, "person.phone"),
        ({"person": {"name": "Пётр", "phone": "12"}}, "person.phone"),
        ({"person": {"name": "Пётр", "email": "no at"}}, "person.email"),
        ({"cameras": ["no-such"]}, "cameras"),
        ({"facts": {"height": "up there"}}, "facts.height"),
        ({"facts": {"no-such": "x"}}, "facts.no-such"),
        ({"colour": "red"}, "colour"),
        ({"person": None}, "person"),
        ({"attachments": ["no-such"]}, "attachments"),
    ],
)
def test_a_fault_is_named_with_its_field_and_nothing_is_stored(crm, change, field):
    people = Person.objects.count()
    answer = crm.post("/tickets", TICKET | change, key="k1")
    assert answer.status_code == 422
    problem = answer.json()
    assert field in [error["field"] for error in problem["errors"]]
    assert all(error["message"] for error in problem["errors"])
    assert not Ticket.objects.exists()
    assert Person.objects.count() <= people + 1


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer "}, {"authorization": "Bearer cdk_nonsense"}])
def test_no_key_no_answer(world, header):
    answer = Client().get("/api/v1/tickets", headers=header)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_revoked_key_is_no_key(world, now):
    key, secret = api_keys.create(name="CRM", role="agent", by=None, now=now)
    api_keys.revoke(key, by=world.ada, now=now)
    assert Integration(secret).get("/tickets").status_code == 401


def test_a_ticket_is_read_with_its_conversation(crm):
    number = crm.post("/tickets", TICKET).json()["number"]
    assert crm.post(f"/tickets/{number}/messages", {"text": "Смотрим", "kind": "reply"}).status_code == 201
    assert crm.post(f"/tickets/{number}/messages", {"text": "тсс", "kind": "note"}).status_code == 201
    told = crm.get(f"/tickets/{number}").json()
    assert [(m["seq"], m["kind"], m["text"]) for m in told["messages"]] == [
        (1, "customer", "Камера у ворот не в сети"),
        (2, "reply", "Смотрим"),
        (3, "note", "тсс"),
    ]
    assert [event["name"] for event in told["events"]] == ["ticket.opened", "message.sent", "note.written"]
    assert told["cameras"][0]["diagnosis"]["status"] == "online"


def test_a_missing_ticket_is_a_404_problem(crm):
    answer = crm.get("/tickets/999999")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_an_empty_message_is_refused(crm):
    number = crm.post("/tickets", TICKET).json()["number"]
    assert crm.post(f"/tickets/{number}/messages", {"text": " "}).status_code == 422


def test_a_message_is_added_once_per_key(crm):
    number = crm.post("/tickets", TICKET).json()["number"]
    first = crm.post(f"/tickets/{number}/messages", {"text": "Смотрим"}, key="m1")
    again = crm.post(f"/tickets/{number}/messages", {"text": "Смотрим"}, key="m1")
    other = crm.post(f"/tickets/{number}/messages", {"text": "Другое"}, key="m1")
    assert (again.json(), other.status_code) == (first.json(), 422)


def test_a_resolution_is_rated_once(crm, world):
    number = crm.post("/tickets", TICKET).json()["number"]
    address, rating = f"/tickets/{number}/ratings", {"stars": 4, "comment": "Быстро"}
    early = crm.post(address, rating)
    assert (early.status_code, crm.get(f"/tickets/{number}").json()["rating"]) == (409, None)
    assert "not settled" in early.json()["detail"]
    ticket = Ticket.objects.get(pk=number)
    resolution.resolve(ticket=ticket, by=world.ira, now=timezone.now())
    first, second = crm.post(address, rating), crm.post(address, {"stars": 1})
    assert (first.status_code, first.json()["resolution"], first.json()["stars"]) == (201, 1, 4)
    assert (second.status_code, second.json()["title"]) == (409, "Conflict")
    assert "rated before" in second.json()["detail"]
    assert ticket.ratings.get().by == ticket.person
    assert [item["rating"] for item in crm.get("/tickets").json()["items"]] == [4]
    assert crm.post("/tickets/999/ratings", rating).status_code == 404


@pytest.mark.parametrize(
    "rating, field",
    [({"stars": 0}, "stars"), ({"stars": 6}, "stars"), ({}, "stars"), ({"stars": 3, "comment": "я" * 2001}, "comment")],
)
def test_a_rating_is_one_to_five_stars_and_a_short_comment(crm, world, rating, field):
    number = crm.post("/tickets", TICKET).json()["number"]
    resolution.resolve(ticket=Ticket.objects.get(pk=number), by=world.ira, now=timezone.now())
    answer = crm.post(f"/tickets/{number}/ratings", rating)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_pages_follow_each_other_without_gaps(crm):
    numbers = [crm.post("/tickets", TICKET | {"text": f"№{i}"}).json()["number"] for i in range(5)]
    seen, cursor = [], ""
    while True:
        page = crm.get(f"/tickets?limit=2{cursor}").json()
        seen += [item["number"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert sorted(seen) == numbers
    assert len(seen) == 5


@pytest.mark.parametrize(
    "query, found",
    [
        ("turn=us", 1),
        ("turn=open", 1),
        ("turn=nobody", 0),
        ("topic=A1", 1),
        ("topic=camera-offline", 1),
        ("topic=B1", 0),
        ("person=crm-77", 1),
        ("person=x", 0),
        ("team=nowhere", 0),
        ("active_since=2020-01-01T00:00:00Z", 1),
        ("active_since=2099-01-01T00:00:00Z", 0),
        ("q=ворота", 1),
        ("q=ворота&turn=nobody", 0),
        ("q=погода", 0),
    ],
)
def test_filters(crm, query, found):
    crm.post("/tickets", TICKET)
    assert len(crm.get(f"/tickets?{query}").json()["items"]) == found


def test_those_of_one_team(crm):
    number = crm.post("/tickets", TICKET).json()["number"]
    team = Team.objects.create(slug="roof", name_ru="Крыши")
    assert crm.get("/tickets?team=roof").json()["items"] == []
    Ticket.objects.filter(pk=number).update(team=team)
    assert [item["number"] for item in crm.get("/tickets?team=roof").json()["items"]] == [number]


@pytest.mark.parametrize("query", ["turn=somewhere", "cursor=xyz", "active_since=yesterday", "limit=many"])
def test_a_filter_that_makes_no_sense_is_a_problem(crm, query):
    assert crm.get(f"/tickets?{query}").status_code == 422


def test_a_file_is_uploaded_and_sent(crm, data_folder):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("экран.png", b"\x89PNG\r\n\x1a\n" + b"0" * 50, content_type="text/html")
    told = crm.client.post("/api/v1/uploads", {"file": file})
    assert told.status_code == 201, told.content
    assert (told.json()["name"], told.json()["type"]) == ("экран.png", "image/png")
    number = crm.post("/tickets", TICKET | {"attachments": [told.json()["id"]]}).json()["number"]
    sent = crm.get(f"/tickets/{number}").json()["messages"][0]["attachments"][0]
    back = crm.client.get("/api/v1/attachments/" + sent["id"])
    assert b"".join(back.streaming_content).startswith(b"\x89PNG")
    assert back["Content-Disposition"].startswith("attachment")


def test_a_file_that_never_was_is_not_there(crm):
    assert crm.client.get("/api/v1/attachments/nothing").status_code == 404


def test_inventory_is_upserted_by_external_id(operator):
    site = {"external_id": "s1", "address": "Новая улица, 1", "city": "Верхнеозёрск"}
    assert operator.put("/sites", {"items": [site]}).json() | {"errors": []} == {
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "errors": [],
    }
    assert (
        operator.put("/persons", {"items": [{"external_id": "p1", "name": "Ольга", "phone": "89350000909"}]}).json()[
            "created"
        ]
        == 1
    )
    camera = {"external_id": "c1", "site": "s1", "name": "Вход", "serial": "S1", "height": "3-5", "people": ["p1"]}
    assert operator.put("/cameras", {"items": [camera]}).json()["created"] == 1
    assert operator.put("/cameras", {"items": [camera]}).json()["unchanged"] == 1
    told = operator.put(
        "/cameras", {"items": [camera | {"name": "Выход"}, camera | {"external_id": "c2", "site": "zz"}]}
    ).json()
    assert (told["updated"], told["errors"][0]["index"], told["errors"][0]["field"]) == (1, 1, "site")
    made = Camera.objects.get(external_id="c1")
    assert (made.name, made.passport.height) == ("Выход", "3-5")
    assert Camera.objects.visible_to(Person.objects.get(external_id="p1")).get() == made


def test_a_status_that_is_known_already_is_no_reading(operator):
    operator.put("/sites", {"items": [{"external_id": "s1", "address": "Новая улица, 1"}]})
    camera = {"external_id": "c1", "site": "s1", "name": "Вход"}

    def put(**more) -> tuple[int, str, int]:
        told = operator.put("/cameras", {"items": [camera | more]}).json()
        return told["updated"], Camera.objects.get(external_id="c1").status, Reading.objects.count()

    assert put() == (0, "unknown", 0)
    assert put(status="offline") == (1, "offline", 1)
    assert put(status="offline") == (0, "offline", 1)
    assert put() == (0, "offline", 1)
    assert put(status="online") == (1, "online", 2)


def test_a_sites_time_zone_is_one_there_is(operator):
    rows = [{"external_id": "s1", "address": "Новая улица, 1", "time_zone": "asia/yekaterinburg"}]
    rows.append({"external_id": "s2", "address": "Новая улица, 2", "time_zone": "Mars/Olympus"})
    told = operator.put("/sites", {"items": rows}).json()
    assert (told["created"], [(one["index"], one["field"]) for one in told["errors"]]) == (1, [(1, "time_zone")])
    assert Site.objects.get(external_id="s1").time_zone == "Asia/Yekaterinburg"


@pytest.mark.whole("camdesk.api.inventory._upsert")
def test_a_bad_row_leaves_nothing_of_itself_and_keeps_no_other_back(operator):
    rows = [{"external_id": f"c{n}", "name": f"Вход {n}", "site": "s1", "height": "3-5"} for n in range(3)]
    rows[1]["people"] = ["nobody"]  # found wrong when its camera and passport are written
    operator.put("/sites", {"items": [{"external_id": "s1", "address": "Новая улица, 1"}]})
    told = operator.put("/cameras", {"items": rows}).json()
    assert (told["created"], [(one["index"], one["field"]) for one in told["errors"]]) == (2, [(1, "people")])
    assert set(Camera.objects.filter(site__external_id="s1").values_list("external_id", flat=True)) == {"c0", "c2"}


WHOLE_ROWS = {
    "organisations": {"external_id": "o1", "name": "Сеть", "plan": "Бизнес"},
    "persons": {
        "external_id": "p1",
        "name": "Ольга",
        "phone": "89350000909",
        "email": "olga@example.org",
        "plan": "Дом",
        "organisation": "o1",
    },
    "sites": {
        "external_id": "s1",
        "address": "Новая улица, 1",
        "name": "Дом",
        "city": "Верхнеозёрск",
        "district": "Север",
        "organisation": "o1",
        "person": "p1",
        "access_notes": "Ключ у охраны",
        "time_zone": "Asia/Yekaterinburg",
    },
    "cameras": {
        "external_id": "c1",
        "site": "s1",
        "name": "Вход",
        "vendor": "Acme",
        "model": "X1",
        "serial": "S1",
        "mac": "aa:bb:cc:dd:ee:ff",
        "firmware": "1.2",
        "provider": "Радуга",
        "supplier": "Мы",
        "height": "3-5",
        "connection": "ethernet",
    },
}
HOSTILE = {"long": "я" * 5000, "nul": "a\0b", "half of a sign": "\ud800", "address": "не@почта", "control": "a\x1b[2Jb"}


@pytest.mark.parametrize("table", WHOLE_ROWS)
def test_no_text_of_a_row_stops_the_rest(operator, table):
    """Every text of every row, as a broken system may send it: taken, or named; never a 500, never the others lost."""
    for earlier in WHOLE_ROWS:
        if earlier == table:
            break
        assert operator.put(f"/{earlier}", {"items": [WHOLE_ROWS[earlier]]}).json()["created"] == 1
    row = WHOLE_ROWS[table]
    for field in row:
        for kind, raw in HOSTILE.items():
            bad = row | {field: raw} | ({} if field == "external_id" else {"external_id": "bad"})
            answer = operator.put(f"/{table}", {"items": [bad, row]})
            assert answer.status_code in (200, 400, 422), (field, kind, answer.content)
            if answer.status_code == 200:
                told = answer.json()
                assert all(error["field"] == field and error["index"] == 0 for error in told["errors"]), (field, kind)
                assert told["created"] + told["updated"] + told["unchanged"] + len(told["errors"]) == 2


@pytest.mark.parametrize(
    ("email", "kept"), [("olga@", None), ("o" * 300 + "@b.ru", None), (" olga@b.ru ", "olga@b.ru")]
)
def test_a_persons_address_is_one_a_letter_could_go_to(operator, email, kept):
    told = operator.put("/persons", {"items": [{"external_id": "p1", "name": "Ольга", "email": email}]}).json()
    assert [error["field"] for error in told["errors"]] == ([] if kept else ["email"])
    assert list(Person.objects.filter(external_id="p1").values_list("email", flat=True)) == ([kept] if kept else [])


def test_an_agents_key_does_not_change_the_inventory(crm):
    assert crm.put("/sites", {"items": []}).status_code == 403


def test_the_schema_is_public_and_names_no_secret(world):
    schema = Client().get("/api/v1/openapi.json")
    assert schema.status_code == 200
    text = schema.content.decode().lower()
    assert "/api/v1/tickets" in text
    assert not any(word in text for word in ("password", "secret", "digest"))


def test_an_answer_goes_the_way_the_integration_says(crm, world):
    number = crm.post("/tickets", TICKET).json()["number"]
    address = f"/tickets/{number}/messages"
    assert crm.post(address, {"text": "Смотрим"}).json()["channel"] == "mail", "where it can go"
    assert crm.post(address, {"text": "Сказали", "channel": "phone"}).json()["channel"] == "phone"
    closed = crm.post(address, {"text": "Смотрим", "channel": "chat"})
    assert (closed.status_code, "no_login" in closed.content.decode()) == (422, True)
    assert crm.post(address, {"text": "Смотрим", "channel": "fax"}).status_code == 422
    assert crm.post(address, {"text": "тсс", "kind": "note", "channel": "mail"}).status_code == 422
    assert Ticket.objects.get(pk=number).messages.filter(kind="reply").count() == 2
