"""The condition language: what it says, what it refuses, and that it never raises while a dialogue is played."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camdesk.playbook.expressions import ExpressionError, expression, truth, value

NAMES = {
    "power": "off",
    "cameras": ["1", "2"],
    "diag": {"verdict": "online", "loss": 3},
    "heights": ["low", "lift"],
    "customer": {"cameras": [{"id": "1", "kind": "ptz"}, {"id": "2", "kind": "dome", "status": "online"}]},
    "can()": lambda right=None: right == "sound",
}

HOLDS = [
    ("a word equals", "power == 'off'"),
    ("an attribute of a mapping", "diag.verdict == 'online'"),
    ("a number compares", "diag.loss >= 3"),
    ("a negative number", "diag.loss > -1"),
    ("a chain of comparisons", "1 < diag.loss < 5"),
    ("one of several", "power in ['off', 'blink']"),
    ("none of several", "power not in ['on']"),
    ("both", "power == 'off' and len(cameras) == 2"),
    ("either", "power == 'on' or cameras"),
    ("not", "not missing"),
    ("an unknown name is nothing", "missing == null"),
    ("an attribute of nothing is nothing", "missing.verdict == null"),
    ("a choice between two values", "('high' if len(cameras) >= 5 else 'normal') == 'normal'"),
    ("holds, of a list", "has(heights, 'lift')"),
    ("holds, of a single value", "has(power, 'off')"),
    ("counts by value", "count(customer.cameras, 'kind', 'ptz') == 1"),
    ("counts what is set", "count(customer.cameras, 'status') == 1"),
    ("different values", "len(values(customer.cameras, 'kind')) == 2"),
    ("the first", "first(cameras) == '1'"),
    ("the first of nothing", "first(missing) == null and first([]) == null"),
    ("the first of a word is the word", "first(power) == 'off'"),
    ("no length of nothing", "len(missing) == 0"),
    ("letters of a word", "len(power) == 3"),
    ("entries of a mapping", "len(diag) == 2"),
    ("a number is one", "len(5) == 1 and count(5) == 1"),
    ("a mapping holds its keys", "has(diag, 'verdict') and not has(diag, 'lost')"),
    ("a mapping holds its values", "has(diag, 'online')"),
    ("all rows", "count(customer.cameras) == 2 and count(missing) == 0"),
    ("values of a mapping are rows", "count(diag) == 2"),
    ("rows without the key", "count(cameras, 'kind') == 0"),
    ("different rows", "len(values(heights)) == 2"),
    ("values that are nothing are none", "len(values(customer.cameras, 'status')) == 1"),
    ("a function given by the turn", "can('sound') and not can('ptz')"),
]


@pytest.mark.parametrize("source", [one for _, one in HOLDS], ids=[name for name, _ in HOLDS])
def test_it_holds(source: str) -> None:
    assert truth(source, NAMES) is True


REFUSED = [
    ("calls what is no function", "__import__('os')"),
    ("reaches a hidden attribute", "power.__class__"),
    ("begins with an underscore", "_x"),
    ("an attribute of a call", "first(cameras).id"),
    ("a method", "power.upper()"),
    ("arithmetic", "diag.loss + 1"),
    ("a power", "9 ** 9"),
    ("an index", "cameras[0]"),
    ("a lambda", "(lambda: 1)()"),
    ("a comprehension", "[c for c in cameras]"),
    ("a format string", "f'{power}'"),
    ("an assignment", "(power := 1)"),
    ("two statements", "power; power"),
    ("named arguments", "len(of=cameras)"),
    ("is", "power is null"),
    ("bytes", "power == b'x'"),
    ("nothing", "  "),
    ("a NUL", "power == '\0'"),
    ("too long", "power == '" + "x" * 300 + "'"),
    ("too deep", "not " * 20 + "power"),
    ("too many parts", "[" + ",".join("1" * 140) + "]"),
]


WHY = [
    ("  ", "the condition is empty"),
    ("power == '" + "x" * 300 + "'", "the condition is longer than 300 characters"),
    ("diag.loss + 1", "«BinOp» is not allowed in a condition"),
    ("~diag.loss == 1", "there is no arithmetic in a condition"),
    ("1 +", "not a condition: invalid syntax"),
]


@pytest.mark.parametrize(("source", "why"), WHY)
def test_it_says_why_it_is_refused(source: str, why: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        expression(source)
    assert str(refused.value) == why
    assert value(source, NAMES) is None
    assert truth("", NAMES) is truth(None, NAMES) is True
    assert value("", NAMES) is value(None, NAMES) is None


@pytest.mark.parametrize("source", [one for _, one in REFUSED], ids=[name for name, _ in REFUSED])
def test_it_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError):
        expression(source)
    assert truth(source, NAMES) is False


def test_what_makes_no_sense_is_nothing_and_never_raises() -> None:
    assert value("power < 3", NAMES) is None
    assert value("3 in diag.loss", NAMES) is None
    assert value("len(len(power))", NAMES) == 1


def test_it_tells_the_names_it_uses_for_the_checks() -> None:
    found = expression("diag.verdict == 'x' and has(power, 'off') and cameras")
    assert found.names == {"diag.verdict", "power", "cameras"}
    assert found.functions == {"has"}
    assert found.compared == {("diag.verdict", "x"), ("power", "off")}


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.dictionaries(st.sampled_from(["a", "b"]), st.integers() | st.text() | st.none()))
def test_any_text_is_refused_or_has_a_value(source: str, names: dict) -> None:
    try:
        compiled = expression(source)
    except ExpressionError:
        return
    compiled.value(names)
