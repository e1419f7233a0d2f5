"""By which methods each address is asked, and which right each page of the desk wants: tables that a removed or
exchanged decorator has to get past. Whom a right is given to is in test_rights_matrix.py."""

import pytest

from camdesk.people import roles
from camdesk.people.models import Agent
from tests.pages.everything import Everything, addresses, build_everything
from tests.pages.test_rights_matrix import DIFFERENT, RIGHTS, browser

ASKED = {
    "POST": (
        "article_opinions claimed_login chat_starts chat_events chat_seen form_questions form_articles "
        "form_draft call_back_cancellation request_seen request_draft request_messages request_reopenings "
        "request_resolutions request_ratings organisation_invitations organisation_choice member_removal "
        "outage_subscription address_letters desk:seen desk:draft desk:replies desk:notes desk:turn "
        "desk:promise desk:resolution desk:reopening desk:ticket_sendings desk:ticket_letter_holding "
        "desk:caller desk:call_back_settlement desk:call_back_attempts desk:call_back_withdrawal "
        "desk:call_back_return desk:call_back_time desk:agent_extension desk:ticket_outage "
        "desk:outage_forecast desk:outage_closing desk:outage_answers desk:outage_cameras desk:outage_letter "
        "desk:claim_letters desk:customer_removal desk:letter_admission desk:letter_refusal "
        "desk:letter_holding desk:letter_reading desk:sendings desk:letter_out_holding desk:agent_dismissal "
        "desk:agent_comeback desk:teams desk:team_names desk:team_closing desk:invitation_removal "
        "desk:person_invitation desk:person_withdrawal desk:consent_withdrawal consent_withdrawal "
        "desk:key_revocation desk:site_zone desk:phrase_publication desk:phrase_attachment files:upload hooks:mail "
        "hooks:mail_whole hooks:channel"
    ),
    "GET": (
        "home contacts open_form_sent claimed_request help article "
        " stream_token cameras camera camera_picture chat chat_panel chat_state "
        "chat_cameras chat_since form_cameras form_sent requests request request_since organisations "
        "organisation desk:queue desk:rows desk:listening desk:ticket desk:since desk:context desk:calls "
        "desk:calls_now desk:call_backs desk:call_back_reminder desk:outages desk:outage_scope desk:outage "
        "desk:person desk:camera desk:camera_picture desk:message_letter desk:letters_in desk:letter_in "
        "desk:letter_in_html desk:letters desk:letter desk:letter_html desk:playbook desk:playbook_topic "
        "desk:playbook_article desk:playbook_version desk:phrases files:tile"
    ),
    "GET POST": (
        "form open_form call_back request_call_back member profile address_proof claim invitation access desk:new "
        "desk:assignment desk:team desk:topic desk:ticket_calls desk:ticket_call_backs desk:extension "
        "desk:outage_new desk:customer desk:letter_in_source desk:letter_in_file desk:staff desk:agent "
        "desk:keys desk:person_erasure desk:simulator hooks:phone hooks:phone_rest"
    ),
    "GET HEAD POST PATCH DELETE": "files:one",
    "GET HEAD": "files:preview",
}
METHODS = {name: set(methods.split()) for methods, names in ASKED.items() for name in names.split()}
NOT_OURS = (
    "api-v1:",
    "account_",
    "mfa_",
    "set_language",
    "gallery",
)  # ninja's, allauth's, Django's; and of DEBUG alone
RIGHT = {
    "api_key.manage": "key_revocation keys",
    "camera.read": "camera camera_picture",
    "delivery.resend": "letter_out_holding sendings",
    "letter.decide": "letter_admission letter_holding letter_reading letter_refusal",
    "letter.read": "letter letter_html letters letters_in",
    "outage.link": "ticket_outage",
    "outage.manage": (
        "outage_answers outage_cameras outage_closing outage_forecast outage_letter outage_new outage_scope"
    ),
    "outage.read": "outage outages",
    "people.manage": "agent agent_comeback agent_dismissal agent_extension invitation_removal staff",
    "consent.withdraw": "consent_withdrawal",
    "person.erase": "person_erasure",
    "person.invite": "person_invitation person_withdrawal",
    "person.read": "person",
    "phrase.attach": "phrase_attachment phrases",
    "playbook.publish": "phrase_publication",
    "playbook.read": "playbook playbook_article playbook_topic playbook_version simulator",
    "site.edit": "site_zone",
    "team.manage": "team_closing team_names teams",
    "ticket.assign": "assignment team topic turn",
    "ticket.link": "customer customer_removal",
    "ticket.note": "notes",
    "ticket.open_for": "caller new",
    "ticket.read": (
        "call_back_reminder call_backs calls calls_now context extension letter_in letter_in_file "
        "letter_in_html letter_in_source listening message_letter queue rows seen since ticket"
    ),
    "ticket.reply": (
        "call_back_attempts call_back_return call_back_settlement call_back_time call_back_withdrawal "
        "claim_letters draft promise replies ticket_call_backs ticket_calls ticket_letter_holding "
        "ticket_sendings"
    ),
    "ticket.resolve": "reopening resolution",
}


@pytest.fixture
def everything(world, now, data_folder) -> Everything:
    return build_everything(world, now)


def test_every_address_says_how_it_is_asked():
    assert {name for name, _arguments in addresses() if not name.startswith(NOT_OURS)} == (set(METHODS))
    assert {f"desk:{name}" for names in RIGHT.values() for name in names.split()} == {
        name for name, _arguments in addresses() if name.startswith("desk:")
    }


def test_no_other_method_is_answered(everything, settings):
    """By somebody who may do it: what is refused is the method."""
    settings.PHONE_HOOK_SECRET = everything.kwargs["secret"]
    browsers = {who: browser(everything, who) for who in ("anna", "boris", "ada")}
    for name, arguments in addresses():
        if name not in METHODS:
            continue
        allowed = RIGHTS[name] if RIGHTS[name] is not DIFFERENT else ()
        client = next((browsers[who] for who in browsers if who in allowed), browsers["anna"])
        for method in {"GET", "POST", "PUT", "DELETE"} - METHODS[name]:
            answer = client.generic(method, everything.address(name, arguments))
            assert answer.status_code == 405, (method, name, answer.status_code)
            assert not METHODS[name] - set(answer["Allow"].split(", ")), name


def test_without_its_right_a_page_is_not_there(everything, monkeypatch):
    """An administrator who lacks this one right, and has all the others."""
    ada, all_of_them = browser(everything, "ada"), roles.RIGHTS[Agent.Role.ADMINISTRATOR]
    assert set(RIGHT) <= all_of_them
    wanted = {f"desk:{name}": right for right, names in RIGHT.items() for name in names.split()}
    for name, arguments in addresses():
        if name in wanted:
            monkeypatch.setitem(roles.RIGHTS, Agent.Role.ADMINISTRATOR, all_of_them - {wanted[name]})
            method = "POST" if METHODS[name] == {"POST"} else "GET"
            assert ada.generic(method, everything.address(name, arguments)).status_code == 404, (name, wanted[name])
