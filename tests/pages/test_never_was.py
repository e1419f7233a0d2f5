"""What a query or a form names and never was is a 404, for whoever may do all the rest; nothing changes."""

import pytest

from tests.pages.everything import Everything, addresses, build_everything, dump
from tests.pages.test_rights_matrix import browser

NEVER = 987654321


@pytest.fixture
def everything(world, now, data_folder) -> Everything:
    return build_everything(world, now)


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
