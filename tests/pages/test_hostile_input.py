"""What breaks carelessly written pages: numbers beyond any database, NUL, broken words, bombs. Never our fault."""

import base64
import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from tests.pages.everything import Everything, addresses, build_everything
from tests.world import BACKEND

HUGE = "99999999999999999999999"
BAD = {"nul": "a\x00b", "huge": HUGE, "broken": "\ud800", "sql": "'\" OR 1=1 --", "fts": '") OR words:* NEAR("'}
FIELDS = [
    "q", "before", "after", "state", "queue", "turn", "camera", "cameras", "topic", "ticket", "person", "key", "text",
    "name", "phone", "email", "address", "attachments", "client_id", "seq", "stars", "comment", "agent", "team", "at",
    "minutes", "role", "language", "chat", "press", "value", "other", "question", "kind", "view", "edge", "fact-height",
    f"camera-{'9' * 18}-fact-height", "play", "said", "undo", "channel", "then", "when", "note", "reason", "title_ru",
    "title_en", "affected_ru", "cause_en", "began_at", "eta", "sites", "districts", "provider", "remove", "words_ru",
    "words_en", "outage", "back", "next", "organisation", "extension", "name_ru", "name_en", "teams", "of", "all",
    "show", "mine", "also", "direction", "subject", "to",
]  # fmt: skip
# What the forms of the desk are sent with, and what a field may be besides: everything else is right, so the bad one
# is not hidden by an earlier refusal.
NOW = "{:%Y-%m-%dT%H:%M}"
FORMS = {
    "desk:outage_new": {"title_ru": "Сбой", "began_at": NOW, "districts": "Заречье", "provider": "", "sites": "1"},
    "desk:outage_scope": {"began_at": NOW, "districts": "Заречье", "provider": "", "q": ""},
    "desk:outage_forecast": {"eta": "", "words_ru": "Ещё час", "words_en": ""},
    "desk:outage_letter": {"kind": "forecast", "eta": "", "words_ru": "Ещё час"},
    "desk:outage_answers": {"words_ru": "Едем", "words_en": ""},
    "desk:outage_cameras": {"districts": "Центр", "provider": "", "cameras": "1"},
    "desk:outage_closing": {"words_ru": "Починили", "words_en": ""},
    "desk:customer": {"person": "{oleg}", "reason": "позвонил"},
    "desk:ticket_calls": {"direction": "in", "phone": "+79350000001", "minutes": "2", "text": "о деле", "at": ""},
    "desk:ticket_call_backs": {"phone": "+79350000001", "at": NOW, "note": "о деле"},
    "desk:call_back_time": {"at": NOW},
    "desk:teams": {"name_ru": "Монтёры", "name_en": ""},
    "desk:agent": {"role": "agent", "teams": "support"},
    "desk:extension": {"extension": "101"},
    "call_back": {"phone": "+79350000001", "when": "now", "note": ""},
    "outage_subscription": {"also": "1", "back": "/cameras/"},
    "organisation_choice": {"organisation": "1", "next": "/"},
}
WORSE = [*BAD.values(), "👩‍👩‍👧‍👦" * 40, "\u202eтхат\u2066", "0001-01-01T00:00", "9999-12-31T23:59", "-1", "х" * 5000]


@pytest.fixture
def everything(world, now, data_folder) -> Everything:
    return build_everything(world, now)


def browser(person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person.user, backend=BACKEND)
    return client


@pytest.mark.parametrize("what", ["nul", "huge", "sql", "fts"])
@pytest.mark.parametrize("who", ["anna", "boris", "ada"])
def test_no_field_with_nonsense_is_a_fault_of_ours(everything, who, what):
    client = browser(getattr(everything.world, who))
    said, faults = dict.fromkeys(FIELDS, BAD[what]), []
    for name, arguments in addresses():
        if name in ("account_logout", "set_language") or name.startswith("api-v1:"):
            continue
        address = everything.address(name, arguments)
        for ask in (client.get, client.post):
            if ask(address, said).status_code >= 500:
                faults.append((ask.__name__, name))
        if what == "nul":  # one field at a time too: an early refusal must not hide a later fault
            for field in ("text", "attachments", "team", "topic", "q", "client_id"):
                if client.post(address, {"text": "слово", field: BAD[what]}).status_code >= 500:
                    faults.append((field, name))
    assert faults == []


@pytest.mark.parametrize(
    "much",
    [{"text": "щ" * 400_000}, {f"fact-{number}": "1" for number in range(1100)}],
    ids=["a text of 2.4 MB", "fields without number"],
)
def test_more_than_a_form_holds_is_said_in_words(everything, much):
    """Not as «something broke on its way»: who pastes a long log shall know what to do."""
    cyrillic = urlencode(much)
    for path, more in (("/support/write/", {}), ("/profile/", {"HTTP_HX_REQUEST": "true"})):
        answer = browser(everything.world.anna).post(path, cyrillic, "application/x-www-form-urlencoded", **more)
        assert answer.status_code == 413
        assert "приложите файлом" in answer.content.decode()


@pytest.mark.parametrize("name", FORMS)
def test_one_bad_field_in_a_right_form_is_no_fault_of_ours(everything, name):
    world = everything.world
    client = browser(world.ada if name.startswith("desk:") else world.boris if "organ" in name else world.anna)
    [arguments] = {arguments for known, arguments in addresses() if known == name}
    soon = timezone.localtime() + timedelta(minutes=-5 if "began_at" in FORMS[name] else 60)
    right = {field: value.format(soon, oleg=world.oleg.pk) for field, value in FORMS[name].items()}
    faults = []
    for field in right:
        for bad in WORSE:
            said = {**right, field: bad.encode("utf-8", "replace").decode()}
            for ask in (client.get, client.post):
                if ask(everything.address(name, arguments), said).status_code >= 500:
                    faults.append((ask.__name__, field, bad[:20]))
    assert faults == []
    assert client.post(everything.address(name, arguments), right).status_code in (200, 204, 302, 405, 422)


@pytest.mark.parametrize("who", ["anna", "boris", "ada"])
def test_no_number_in_an_address_is_too_large(everything, who):
    client = browser(getattr(everything.world, who))
    faults = []
    for name, arguments in addresses():
        if not arguments:
            continue
        for key in arguments:
            for value in (HUGE, "0", 2**63, "a\x00b"):
                kwargs = {**everything.kwargs, key: value, (name, key): value}
                try:
                    address = Everything.address(_with(everything, kwargs), name, arguments)
                except Exception:  # noqa: S112  an address that cannot be written cannot be asked for
                    continue
                for ask in (client.get, client.post):
                    if ask(address, {"cameras": "1"}).status_code >= 500:
                        faults.append((ask.__name__, name, key, str(value)))
    assert faults == []


def _with(everything: Everything, kwargs):
    from dataclasses import replace

    return replace(everything, kwargs=kwargs)


@pytest.fixture
def api(everything):
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {everything.secret}"})

    def call(method, path, body=None, **headers):
        content = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return client.generic(method, f"/api/v1{path}", content or "", "application/json", headers=headers)

    return call


def _cursor(raw: str) -> str:
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    ["", "я", "a", "AAAA", _cursor("[" * 30_000), _cursor('["2026-01-01", Infinity]'), _cursor("[1, 2]"), _cursor("{}"),
     _cursor(f'["2026-01-01T00:00:00+00:00", {HUGE}]'), _cursor('["0001-01-01T00:00:00+14:00", 1]'),
     _cursor('["9999-12-31T23:59:59-14:00", 1]'), _cursor('["2026-01-01T00:00:00", 1]'), "x" * 10_000],
)  # fmt: skip
def test_a_cursor_that_never_was_ours_is_refused(api, cursor):
    assert api("GET", f"/tickets?cursor={cursor}").status_code in (200, 422)
    assert api("GET", f"/tickets?q=двор&cursor={cursor}").status_code in (200, 422)


@pytest.mark.parametrize(
    "query",
    ["limit=" + HUGE, "limit=-1", "topic=%00", "team=%00", "person=%00", "q=%00", "q=" + "я" * 3000,
     "active_since=0001-01-01T00:00:00%2B14:00", "active_since=9999-12-31T23:59:59-14:00", "turn=%00", "team=%%0000"],
)  # fmt: skip
def test_a_filter_with_nonsense_is_no_fault(api, query):
    assert api("GET", f"/tickets?{query}").status_code in (200, 422)


def test_numbers_and_ids_in_api_addresses(api):
    for path in (f"/tickets/{HUGE}", "/attachments/%00", "/attachments/" + "x" * 3000):
        assert api("GET", path).status_code == 404, path
    assert api("POST", f"/tickets/{HUGE}/messages", {"text": "!"}).status_code == 404


@pytest.mark.parametrize(
    "body", ["[" * 200_000, '{"a":' * 100_000, "{", "null", "\ud800".encode("utf-8", "surrogatepass")]
)
def test_a_body_that_is_a_bomb_or_no_json_is_refused(api, body):
    assert api("POST", "/tickets", body).status_code in (400, 422)


def test_a_body_that_is_too_large_is_refused(api):
    assert api("POST", "/tickets", '{"text": "' + "x" * 3_000_000 + '"}').status_code in (400, 413, 422)


def test_a_key_of_ten_thousand_letters_is_refused(api):
    ticket = {"topic": "other", "text": "!", "person": {"name": "А", "external_id": "x"}}
    assert api("POST", "/tickets", ticket, **{"Idempotency-Key": "k" * 10_000}).status_code == 422


@pytest.mark.parametrize("bad", ["a\x00b", "\ud800", "x" * 5000])
def test_words_of_an_integration_that_cannot_be_kept_are_refused_or_cleaned(api, bad):
    base = {"topic": "other", "text": "!", "person": {"name": "А", "external_id": "x"}}
    places = [
        ("POST", "/tickets", base | {"text": bad}),
        ("POST", "/tickets", base | {"address": bad}),
        ("POST", "/tickets", base | {"topic": bad}),
        ("POST", "/tickets", base | {"cameras": [bad]}),
        ("POST", "/tickets", base | {"attachments": [bad]}),
        ("POST", "/tickets", base | {"facts": {bad: bad}}),
        *[("POST", "/tickets", base | {"person": {"name": "А", "external_id": "y", key: bad}})
          for key in ("name", "phone", "email", "external_id")],
        *[("PUT", "/persons", {"items": [{"external_id": "p", "name": "П", key: bad}]})
          for key in ("external_id", "name", "phone", "email", "plan", "organisation")],
        *[("PUT", "/sites", {"items": [{"external_id": "s", "address": "А", key: bad}]})
          for key in ("external_id", "address", "name", "city", "organisation", "person", "access_notes")],
        *[("PUT", "/cameras", {"items": [{"external_id": "c", "site": "s", "name": "К", key: bad}]})
          for key in ("external_id", "site", "name", "vendor", "serial", "mac", "provider", "height", "supplier")],
        ("PUT", "/organisations", {"items": [{"external_id": bad[:9], "name": bad, "plan": bad[:9]}]}),
    ]  # fmt: skip
    api("PUT", "/sites", {"items": [{"external_id": "s", "address": "А"}]})
    faults = []
    for method, path, body in places:
        status = api(method, path, body).status_code
        if status >= 500:
            faults.append((path, json.dumps(body)[:120]))
    assert faults == []


def test_a_body_nested_deep_is_refused(api):
    nested = json.loads("[" * 400 + "]" * 400)
    ticket = {"topic": "other", "text": "!", "person": {"name": "А", "external_id": "x"}, "facts": {"a": nested}}
    assert api("POST", "/tickets", ticket).status_code == 422
