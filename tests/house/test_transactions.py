"""Every transaction and every hint is held by a test that fails without it, or a reason stands here."""

import ast
from collections.abc import Iterator

import pytest

from tests import whole
from tests.house.sources import CAMDESK, ROOT

_SAVEPOINT = "a savepoint: without it a twin that was quicker ends the caller's transaction, on PostgreSQL: "
NOT_WHOLE: dict[str, str] = {
    "camdesk.channels.mail.incoming.raw_store._store": _SAVEPOINT + "tests/deeds/channels/test_no_letter_is_lost.py",
    "camdesk.outages.notices._claim": _SAVEPOINT + "tests/deeds/outages/test_outages.py",
    "camdesk.people.extensions.set_extension": _SAVEPOINT + "tests/deeds/channels/test_calls_on_the_desk.py",
    "camdesk.channels.phone.call_back_requests.ask_for_oneself": "it holds the lock of who asks: test_two_at_once.py",
    "camdesk.tickets.counts.mend": "it holds the lock of the counters, and writes with one statement",
    "camdesk.tickets.uploads._Quota.held": "it holds the lock under which the quota is counted: test_two_at_once.py",
    "camdesk.tickets.upload_pieces._named": "it holds the row of the file, and writes once: test_two_at_once.py",
    "camdesk.tickets.upload_pieces._count": "it holds the row of the file, and writes once: test_two_at_once.py",
    "camdesk.tickets.uploads._finished": "it holds the row that is finished: test_two_at_once.py",
}
"""Transactions that no test marked `whole` holds, and why."""

NOT_TOLD: dict[str, str] = {}
"""Hints that no test marked `tells` holds, and why."""


def functions_that_call(name: str) -> set[str]:
    """Dotted names of the functions whose own body calls `name`."""
    found = set()
    for path in sorted(CAMDESK.rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for function, node in _by_function(ast.parse(path.read_text()), module):
            if ast.unparse(node.func if isinstance(node, ast.Call) else node) == name:
                found.add(function)
    return found


def _by_function(tree: ast.AST, name: str) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.iter_child_nodes(tree):
        inner = f"{name}.{node.name}" if isinstance(node, ast.FunctionDef | ast.ClassDef) else name
        if isinstance(node, ast.FunctionDef):
            yield from ((inner, at) for at in node.decorator_list)
        if isinstance(node, ast.Call):
            yield name, node
        yield from _by_function(node, inner)


def marked(mark: str) -> set[str]:
    """What tests marked so call, or what those functions stand for (`of=`)."""
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) != f"pytest.mark.{mark}":
                continue
            if isinstance(node.args[0], ast.Constant):
                given = {word.arg: word.value for word in node.keywords}
                held = given.get("of", node.args[0])
                found |= {ast.literal_eval(one) for one in (held.elts if isinstance(held, ast.Tuple) else [held])}
                whole.found(ast.literal_eval(node.args[0]))
    return found


@pytest.mark.parametrize(
    "call, mark, reasons",
    [("transaction.atomic", "whole", NOT_WHOLE), ("transaction.on_commit", "tells", NOT_TOLD)],
    ids=["transactions", "hints"],
)
def test_each_is_held(call, mark, reasons):
    there, held = functions_that_call(call), marked(mark)
    assert not there - held - set(reasons), f"each wants a test marked `{mark}`, or a reason"
    assert not set(reasons) - (there - held), "a reason that is not needed goes"
    assert not held - there, f"nothing of this is there to be marked `{mark}`"
