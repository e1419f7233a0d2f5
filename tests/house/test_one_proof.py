"""Whose address is this, and is it proven, is told by people/identities.py: whoever else asks is named here."""

import re
from pathlib import Path

CAMDESK = Path(__file__).parents[2] / "camdesk"
RULE = "people/identities.py"
ASKED = re.compile(
    r"\bIdentity\.objects\b|\bidentities\.(?:proven|said|filter|all)\(|\bpeople_identity\b|\bEmailAddress\.objects\b"
)

# file → why it asks by itself.
ASKS_ITSELF = {
    "cabinet/views/address_proofs.py": "which row of a person's own a letter is asked for",
    "cabinet/views/profile.py": "shows a person their own",
    "people/identity_tokens.py": "finds the row a token was made for; the rule proves it",
    "desk/ticket_page.py": "shows all a person is known by, and judges nothing",
    "desk/views/new.py": "shows whether anything of them is proven",
    "people/invitations.py": "the package that signs people in keeps the addresses of logins; it is told, never asked",
    "privacy/classification.py": "whose contacts are erased: theirs, and no other's who says them too",
    "privacy/erasure.py": "names who else says a contact that is erased",
    "tickets/letter_budget.py": "one statement with other questions: held to the rule by its tests",
    "tickets/outbox.py": "of many letters at once, within one statement",
}


def test_nobody_else_asks() -> None:
    found = {
        path.relative_to(CAMDESK).as_posix()
        for path in CAMDESK.rglob("*.py")
        if "migrations" not in path.parts and "models" not in path.parts and ASKED.search(path.read_text())
    }
    assert RULE in found, "or this test looks for nothing"
    assert sorted(found - {RULE}) == sorted(ASKS_ITSELF)
