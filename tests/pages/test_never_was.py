"""What an address, a query or a form names and never was is a 404, for whoever may do all the rest; nothing changes."""

import pytest

from tests.pages.everything import Everything, addresses, build_everything, dump
from tests.pages.test_methods import METHODS
from tests.pages.test_rights_matrix import DIFFERENT, RIGHTS, browser

NEVER = 987654321
TOKENS = ("claim", "invitation", "address_proof")  # a link that is over is told so, in a page of its own
OTHERWISE = {
    ("GET", "desk:call_back_reminder", "call_back_id"): 204,  # asked by a page that may be older: nothing to remind of
}


@pytest.fixture
def everything(world, now, data_folder) -> Everything:
    return build_everything(world, now)


def test_an_address_of_what_never_was(everything):
    """Each argument of each address in turn, the others as they are."""
    browsers = {who: browser(everything, who) for who in ("anna", "boris", "ada")}
    before, answered = dump(), {}
    for name, arguments in addresses():
        if name not in METHODS or name.startswith("hooks:") or name in TOKENS:
            continue
        allowed = RIGHTS[name] if RIGHTS[name] is not DIFFERENT else ()
        client = next((browsers[who] for who in browsers if who in allowed), browsers["anna"])
        for argument in arguments:
            kept = everything.kwargs.get((name, argument), everything.kwargs.get(argument))
            everything.kwargs[(name, argument)] = NEVER if isinstance(kept, int) else "never-was"
            for method in sorted(METHODS[name] & {"GET", "POST"}):
                answer = client.generic(method, everything.address(name, arguments))
                if answer.status_code != 404:
                    answered[(method, name, argument)] = answer.status_code
            everything.kwargs[(name, argument)] = kept
    assert answered == OTHERWISE
    assert dump() == before


ASKED = [  # who, how, where, with what
    ("ada", "GET", "/desk/tickets/new/", {"person": str(NEVER)}),
    ("ada", "GET", "/desk/tickets/new/", {"person": "x"}),
    ("ada", "POST", "/desk/tickets/new/", {"person": str(NEVER)}),
    ("ada", "GET", "/desk/calls/", {"show": "nonsense"}),
    ("ada", "POST", "/desk/playbook/simulator/", {"person": str(NEVER), "topic": "camera-offline"}),
    ("ada", "POST", "/desk/playbook/simulator/", {"person": "{anna}", "topic": "never-was"}),
    ("ada", "POST", "/desk/playbook/simulator/", {"play": "forged"}),
    ("ada", "POST", "desk:agent", {"role": "emperor"}),
    ("ada", "POST", "desk:turn", {"turn": "nonsense"}),
    ("ada", "POST", "desk:turn", {"turn": "nobody"}),
    ("ada", "GET", "desk:customer", {"person": str(NEVER)}),
    ("ada", "POST", "desk:customer", {"person": str(NEVER), "reason": "x"}),
    ("ada", "POST", "desk:outage_letter", {"kind": "nonsense"}),
    ("ada", "POST", "desk:outage_letter", {"kind": "answer"}),
    ("ada", "POST", "desk:caller", {"person": str(NEVER)}),
    ("ada", "POST", "desk:phrase_attachment", {"topic": "never-was"}),
    ("ada", "POST", "desk:assignment", {"agent": str(NEVER)}),
    ("ada", "POST", "desk:team", {"team": "never-was"}),
    ("ada", "POST", "desk:topic", {"topic": "never-was"}),
    ("ada", "POST", "desk:ticket_outage", {"outage": str(NEVER)}),
    ("anna", "GET", "/cameras/", {"after": str(NEVER)}),
]


@pytest.mark.parametrize("who, method, where, said", ASKED, ids=lambda value: str(value)[:40])
def test_a_form_or_a_query_that_names_what_never_was(everything, who, method, where, said):
    named = next((arguments for name, arguments in addresses() if name == where), ())
    address = where if where.startswith("/") else everything.address(where, named)
    said = {name: value.format(anna=everything.world.anna.pk) for name, value in said.items()}
    client, before = browser(everything, who), dump()
    answer = client.get(address, said) if method == "GET" else client.post(address, said)
    assert answer.status_code == 404
    assert dump() == before
