"""Every address × everybody: what opens, what is hidden, and that nothing changes where nobody may change it.

An address that is not declared in RIGHTS fails: whoever adds a page says here whom it is for.
"""

import pytest
from django.conf import settings
from django.test import Client

from camdesk.lib.internals.session_store import SessionStore
from camdesk.people.models import Agent
from camdesk.tickets.models import Ticket
from tests.pages.everything import HERS, Everything, addresses, build_everything, dump
from tests.world import BACKEND

# --- whom an address is for. The objects asked for are Anna's (her request, her camera, her file) or the chain's.

PUBLIC = frozenset({"anonymous", "oleg", "anna", "vera", "boris", "ira", "leo", "ada", "rita", "former"})
SIGNED_IN = PUBLIC - {"anonymous"}
ANNA = frozenset({"anna"})
CHAIN = frozenset({"boris"})  # its owner; its employee is no owner
AGENTS = frozenset({"ira", "leo", "rita", "ada"})
LEADS = frozenset({"leo", "rita", "ada"})
ADMINISTRATORS = frozenset({"ada"})
# All requests are of a closed team, of Ira and Leo; Rita is a lead of another one: what is not there for her is not
# there for its agents either.
TEAM = AGENTS - {"rita"}
TEAM_LEADS = LEADS - {"rita"}
FILE = ANNA | TEAM
KEY = frozenset({"a key"})  # only with an API key; nobody's session opens it
BROWSER = frozenset({"a browser"})  # only in the one in which its address was proven
HOOK = frozenset({"a secret"})  # only with the secret in its address; to everybody else it is not there
DIFFERENT = "account"  # django-allauth: each sees their own account only, there is no id in the address to try

RIGHTS: dict[str, frozenset[str] | str] = {
    "set_language": PUBLIC,
    "gallery": PUBLIC,
    "gallery_shell": PUBLIC,
    "home": PUBLIC,
    "contacts": PUBLIC,
    "help": PUBLIC,
    "article": PUBLIC,
    "article_opinions": PUBLIC,
    "address_letters": ANNA,
    "address_proof": ANNA,  # whoever holds its token, and is signed in as who asked for it
    "claim": PUBLIC,  # whoever holds its token: they have read the letter we sent
    "invitation": PUBLIC,  # whoever holds its token
    "access": PUBLIC,
    "open_form": PUBLIC,
    "open_form_sent": PUBLIC,  # whoever holds its token: they have sent the form
    "claimed_request": BROWSER,
    "claimed_login": BROWSER,
    "stream_token": SIGNED_IN,
    "cameras": SIGNED_IN,
    "camera": ANNA,
    "camera_picture": ANNA,
    "form": SIGNED_IN,
    "form_questions": SIGNED_IN,
    "form_cameras": SIGNED_IN,
    "form_draft": SIGNED_IN,
    "form_sent": ANNA,
    "form_articles": SIGNED_IN,
    "chat": SIGNED_IN,
    "chat_panel": SIGNED_IN,
    "chat_state": SIGNED_IN,
    "chat_cameras": SIGNED_IN,
    "chat_starts": SIGNED_IN,
    "chat_events": ANNA,
    "chat_since": ANNA,
    "chat_seen": ANNA,
    "call_back": SIGNED_IN,
    "request_call_back": ANNA,
    "call_back_cancellation": ANNA,
    "requests": SIGNED_IN,
    "request": ANNA,
    "request_since": ANNA,
    "request_seen": ANNA,
    "request_draft": ANNA,
    "request_messages": ANNA,
    "request_reopenings": ANNA,
    "request_resolutions": ANNA,
    "request_ratings": ANNA,
    "organisations": SIGNED_IN,
    "organisation": CHAIN,
    "organisation_choice": SIGNED_IN,
    "organisation_invitations": CHAIN,
    "member": CHAIN,
    "member_removal": CHAIN,
    "outage_subscription": ANNA,
    "profile": SIGNED_IN,
    "desk:queue": AGENTS,
    "desk:rows": AGENTS,
    "desk:listening": AGENTS,
    "desk:new": AGENTS,
    "desk:ticket": TEAM,
    "desk:since": TEAM,
    "desk:context": TEAM,
    "desk:seen": TEAM,
    "desk:draft": TEAM,
    "desk:replies": TEAM,
    "desk:notes": TEAM,
    "desk:assignment": TEAM,
    "desk:team": TEAM,
    "desk:turn": TEAM,
    "desk:topic": TEAM,
    "desk:promise": TEAM,
    "desk:resolution": TEAM,
    "desk:reopening": TEAM,
    "desk:ticket_calls": TEAM,
    "desk:ticket_call_backs": TEAM,
    "desk:calls": AGENTS,
    "desk:calls_now": AGENTS,
    "desk:caller": AGENTS,
    "desk:call_backs": AGENTS,
    "desk:call_back_reminder": AGENTS,  # to who does not see the request as if it were settled: 204
    "desk:call_back_settlement": TEAM,
    "desk:call_back_attempts": TEAM,
    "desk:call_back_withdrawal": TEAM,
    "desk:call_back_return": TEAM,
    "desk:call_back_time": TEAM,
    "desk:extension": AGENTS,
    "desk:agent_extension": ADMINISTRATORS,
    "desk:ticket_outage": TEAM,
    "desk:outages": AGENTS,
    "desk:outage_new": LEADS,
    "desk:outage_scope": LEADS,
    "desk:outage": AGENTS,
    "desk:outage_forecast": LEADS,
    "desk:outage_closing": LEADS,
    "desk:outage_answers": LEADS,
    "desk:outage_cameras": LEADS,
    "desk:outage_letter": LEADS,
    "desk:person": AGENTS,
    "desk:person_invitation": LEADS,
    "desk:person_withdrawal": LEADS,
    "desk:person_erasure": ADMINISTRATORS,
    "desk:consent_withdrawal": LEADS,
    "consent_withdrawal": SIGNED_IN,
    "desk:camera": AGENTS,
    "desk:camera_picture": AGENTS,
    "desk:site_zone": LEADS,
    "desk:claim_letters": TEAM,
    "desk:customer": TEAM_LEADS,
    "desk:customer_removal": TEAM_LEADS,
    "desk:ticket_sendings": TEAM,
    "desk:ticket_letter_holding": TEAM,
    "desk:message_letter": TEAM,
    "desk:letters_in": LEADS,
    "desk:letter_in": TEAM,  # that of a request they work on; what is of none is in test_letters_in.py
    "desk:letter_in_html": TEAM,
    "desk:letter_in_source": TEAM,
    "desk:letter_in_file": TEAM,
    "desk:letter_admission": TEAM_LEADS,
    "desk:letter_refusal": TEAM_LEADS,
    "desk:letter_holding": TEAM_LEADS,
    "desk:letter_reading": TEAM_LEADS,
    "desk:letters": LEADS,
    "desk:letter": TEAM_LEADS,
    "desk:letter_html": TEAM_LEADS,
    "desk:sendings": TEAM_LEADS,
    "desk:letter_out_holding": TEAM_LEADS,
    "desk:staff": ADMINISTRATORS,
    "desk:agent": ADMINISTRATORS,
    "desk:agent_dismissal": ADMINISTRATORS,
    "desk:agent_comeback": ADMINISTRATORS,
    "desk:teams": ADMINISTRATORS,
    "desk:team_names": ADMINISTRATORS,
    "desk:team_closing": ADMINISTRATORS,
    "desk:invitation_removal": ADMINISTRATORS,
    "desk:keys": ADMINISTRATORS,
    "desk:key_revocation": ADMINISTRATORS,
    "desk:playbook": AGENTS,
    "desk:playbook_topic": AGENTS,
    "desk:playbook_article": AGENTS,
    "desk:playbook_version": AGENTS,
    "desk:simulator": AGENTS,
    "desk:phrases": AGENTS,
    "desk:phrase_attachment": TEAM,
    "desk:phrase_publication": ADMINISTRATORS,
    "files:upload": SIGNED_IN,
    "files:one": FILE,
    "files:preview": FILE,
    "files:tile": FILE,
    "hooks:mail": HOOK,
    "hooks:mail_whole": HOOK,
    "hooks:phone": HOOK,
    "hooks:phone_rest": HOOK,
    "hooks:channel": HOOK,
    "api-v1:openapi-json": PUBLIC,
    "api-v1:openapi-view": PUBLIC,
    "api-v1:api-root": PUBLIC,
    "api-v1:open_one": KEY,
    "api-v1:read_page": KEY,
    "api-v1:read_one": KEY,
    "api-v1:add_message": KEY,
    "api-v1:rate": KEY,
    "api-v1:invite": KEY,
    "api-v1:upload": KEY,
    "api-v1:download": KEY,
    "api-v1:put_organisations": KEY,
    "api-v1:put_persons": KEY,
    "api-v1:put_sites": KEY,
    "api-v1:put_cameras": KEY,
    "api-v1:tell_status": KEY,
    "api-v1:get_health": KEY,
    **dict.fromkeys(
        [
            "account_login",
            "account_logout",
            "account_inactive",
            "account_signup",
            "account_reauthenticate",
            "account_email",
            "account_email_verification_sent",
            "account_change_password",
            "account_set_password",
            "account_reset_password",
            "account_confirm_login_code",
            "account_confirm_email",
            "account_reset_password_from_key_done",
            "account_reset_password_from_key",
            "account_reset_password_done",
            "mfa_index",
            "mfa_authenticate",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_list_webauthn",
            "mfa_add_webauthn",
            "mfa_reauthenticate_webauthn",
            "mfa_remove_webauthn",
            "mfa_edit_webauthn",
        ],
        DIFFERENT,
    ),
}
# Nothing is there to be shown in this world: a 404 for those who may, too.
EMPTY = {"camera_picture", "desk:camera_picture", "files:preview", "api-v1:api-root"}
# What a hostile hand would put in: fields of every deed there is, so that a hole shows as a change.
BODY = {
    "text": "взлом",
    "subject": "взлом",
    "kind": "note",
    "stars": "1",
    "comment": "взлом",
    "seq": "1",
    "agent": "",
    "team": "field",
    "turn": "visit",
    "direction": "in",
    "phone": "+79350000099",
    "when": "now",
    "at": "2099-01-01T10:00",
    "person": "1",
    "extension": "666",
    "note": "взлом",
    "minutes": "60",
    "email": "thief@example.org",
    "role": "administrator",
    "name": "Вор",
    "name_ru": "Воры",
    "teams": "field",
    "password": "a-long-enough-password",
    "cameras": "1",
}
WHO = sorted(PUBLIC)


@pytest.fixture
def everything(world, now, data_folder) -> Everything:
    return build_everything(world, now)


def test_every_address_says_whom_it_is_for():
    """A new page has to be declared above, with its tests of rights coming from here by itself."""
    assert {name for name, _arguments in addresses()} == set(RIGHTS)


def browser(everything: Everything, who: str) -> Client:
    client = Client()
    person = getattr(everything, who, None) or getattr(everything.world, who, None)
    if person is not None:
        client.force_login(person.user, backend=BACKEND)
    return client


def ask(client: Client, everything: Everything, name: str, arguments: tuple[str, ...], method: str):
    address = everything.address(name, arguments)
    return client.get(address) if method == "GET" else client.post(address, BODY)


def asks_to_sign_in(answer) -> bool:
    return answer.status_code == 302 and "/account/login/" in answer["Location"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("who", WHO)
def test_what_is_not_for_one_is_not_there(everything, who, method):
    """404 for what is another's (to a stranger: sign in, 401 for files and the API), and not a row changes."""
    client = browser(everything, who)
    before = dump()
    for name, arguments in addresses():
        rights = RIGHTS[name]
        if rights is DIFFERENT or who in rights:
            continue
        answer = ask(client, everything, name, arguments, method)
        if name.startswith("hooks:"):  # 403 tells a mail provider to stop trying
            assert answer.status_code in (403, 405), name
        elif rights is KEY:
            assert answer.status_code in (401, 405), (name, answer.status_code)
        elif rights is BROWSER:
            assert answer.status_code in (404, 405), (name, answer.status_code)
        elif who == "anonymous" and not name.startswith("files:"):
            assert asks_to_sign_in(answer), (name, answer.status_code)
        else:
            assert answer.status_code in ((401, 404, 405) if who == "anonymous" else (404, 405)), (name, answer)
            assert answer.status_code != 405 or method == "POST" or "GET" not in answer["Allow"], name
    assert dump() == before


@pytest.mark.parametrize("who", WHO)
def test_what_is_for_one_opens(everything, who):
    client = browser(everything, who)
    for name, arguments in addresses():
        if RIGHTS[name] is DIFFERENT or who not in RIGHTS[name]:
            continue
        answer = ask(client, everything, name, arguments, "GET")
        fine = (200, 204, 302, 405, 404) if name in EMPTY else (200, 204, 302, 405)
        assert answer.status_code in fine, (name, answer.status_code)
        assert not asks_to_sign_in(answer), name


@pytest.mark.parametrize("who", WHO)
def test_no_get_changes_anything(everything, who):
    """A crawler that visits every page twice, as everybody, changes not one row (security sentence 17), nor what the
    browser keeps: no cookie but the one that forms are sent with, and not a word of the session."""
    client = browser(everything, who)
    before, kept = dump(), _kept(client)
    for _round in range(2):
        for name, arguments in addresses():
            assert ask(client, everything, name, arguments, "GET").status_code < 500, name
            if RIGHTS[name] is DIFFERENT:
                kept = _kept(client)  # allauth puts into the session what a form of its own asks for next
            assert _kept(client) == kept, name
    assert dump() == before


def _kept(client: Client) -> tuple[dict[str, str], dict[str, object]]:
    """What a browser keeps, and what we keep for it."""
    cookies = {name: cookie.value for name, cookie in client.cookies.items() if name != settings.CSRF_COOKIE_NAME}
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    return cookies, dict(SessionStore(key).load()) if key else {}


@pytest.mark.parametrize("who", WHO)
def test_no_post_falls(everything, who):
    """Fields of all deeds at once, at every address: refused or done, never a fault of ours."""
    client = browser(everything, who)
    for name, arguments in addresses():
        assert ask(client, everything, name, arguments, "POST").status_code < 500, name
        if name in ("account_logout", "invitation", "claim"):
            client = browser(everything, who)


@pytest.mark.parametrize("who", ["oleg", "vera", "anna", "former", "ira", "leo", "rita"])
def test_pages_for_all_tell_nothing_of_others(everything, who):
    """Lists, pages, fragments: the words and names of what one may not see are in none of them."""
    hidden = {
        "oleg": ["Анна Королёва", "Садовая улица", "Калитка", "Ладья", "Торговый зал"],
        "vera": ["Анна Королёва", "Садовая улица", "Калитка", "Торговый зал", "Склад"],
        "anna": ["Торговый зал", "Лесная улица", "Олег Сурков", "зюмбрик", "секретный-план"],
        "former": ["Анна Королёва", "Садовая улица", "Калитка", "Ладья", "зюмбрик"],
        # Of a closed team not a word and not an address, whatever else of its people and cameras an agent sees.
        "ira": [HERS, f"/tickets/{everything.hers.pk}/", f"№\u00a0{everything.hers.pk}"],
        "leo": [HERS, f"/tickets/{everything.hers.pk}/", f"№\u00a0{everything.hers.pk}"],
        "rita": ["зюмбрик", "секретный-план", "Ещё письмо", "совсем другое", *_links(everything)],
    }[who]
    client = browser(everything, who)
    for name, arguments in addresses():
        if name == "invitation":
            continue
        said = ask(client, everything, name, arguments, "GET")
        text = said.content.decode(errors="replace") if not said.streaming else ""
        assert [word for word in hidden if word in text] == [], name


def _links(everything) -> list[str]:
    return [f"/tickets/{ticket.pk}/" for ticket in Ticket.objects.exclude(pk=everything.hers.pk)]


def test_a_lead_is_no_administrator_and_an_agent_no_lead():
    assert ADMINISTRATORS < LEADS < AGENTS
    assert set(Agent.Role.values) == {"agent", "lead", "administrator"}
