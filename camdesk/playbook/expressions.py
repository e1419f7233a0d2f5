"""The small language of `if`, `when`, `show_if` and `priority`: conditions, no programs.

A condition is parsed once by Python's own parser, every node is checked against an allow-list and turned into a
function; nothing is ever given to `eval`. There is no arithmetic, no indexing, no attribute of anything but a mapping,
so that a condition can neither be slow nor reach outside the values it is given.

Evaluation never raises: an unknown name, a missing attribute or a comparison that makes no sense is None or False.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Protocol

MAX_CHARS = 300
MAX_DEPTH = 12
MAX_NODES = 120
MAX_ITEMS = 20_000  # of a list a condition may walk over: an organisation of 5 000 cameras fits several times

CONSTANTS = {"true": True, "false": False, "null": None}


class Names(Protocol):
    """What a condition is judged by: a dict, or anything that looks names up in the same way."""

    def get(self, name: str, /) -> Any: ...


Run = Callable[[Names], Any]


class ExpressionError(ValueError):
    """The text is not a condition; the message says why, for the author."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled condition.

    names: every name as written, with its attributes ("diag.verdict"). functions: functions called.
    compared: pairs (name, constant) that are compared for equality, for the check of misspelt options.
    """

    source: str
    names: frozenset[str]
    functions: frozenset[str]
    compared: frozenset[tuple[str, Any]]
    run: Run

    def value(self, names: Names) -> Any:
        """The value for these names (functions among them); None where it makes no sense. Never raises."""
        try:
            return self.run(names)
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError):
            return None


@lru_cache(maxsize=4096)
def expression(source: str) -> Expression:
    """Compile a condition. Raises ExpressionError."""
    if not isinstance(source, str) or not source.strip():
        raise ExpressionError("the condition is empty")
    if len(source) > MAX_CHARS:
        raise ExpressionError(f"the condition is longer than {MAX_CHARS} characters")
    try:
        tree = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ExpressionError(f"not a condition: {getattr(error, 'msg', None) or error}") from None
    builder = _Builder()
    run = builder.build(tree, 1)
    return Expression(source, frozenset(builder.names), frozenset(builder.functions), frozenset(builder.compared), run)


def truth(source: str | None, names: Names) -> bool:
    """Whether the condition holds; no condition always holds, a broken one never."""
    if not source:
        return True
    try:
        return bool(expression(source).value(names))
    except ExpressionError:
        return False


def value(source: str | None, names: Names) -> Any:
    """The value of an expression; None when there is none or it is broken."""
    if not source:
        return None
    try:
        return expression(source).value(names)
    except ExpressionError:
        return None


# ------------------------------------------------------------------------------------------- the functions


def size(of: Any = None) -> int:
    """`len(x)`: how many items or letters; 0 of nothing, 1 of a number."""
    if of is None:
        return 0
    return len(of) if isinstance(of, (str, list, tuple, Mapping)) else 1


def has(where: Any = None, what: Any = None) -> bool:
    """`has(x, v)`: x is v, or holds v. Also right for an answer that differs from camera to camera."""
    if isinstance(where, Mapping):
        return what in where or what in where.values()
    if isinstance(where, (list, tuple)):
        return what in where
    return bool(where == what)


def count(items: Any = None, key: str | None = None, wanted: Any = None) -> int:
    """`count(list)`, `count(list, 'key')` with a true `key`, `count(list, 'key', value)` with `key` equal to value."""
    rows = _rows(items)
    if key is None:
        return len(rows)
    values = [row.get(key) for row in rows if isinstance(row, Mapping)]
    return sum(1 for found in values if (found == wanted if wanted is not None else found))


def distinct(items: Any = None, key: str | None = None) -> list[Any]:
    """`values(list, 'key')`: the different values of `key`, in the order met."""
    found: list[Any] = []
    for row in _rows(items):
        one = row.get(key) if isinstance(row, Mapping) and key is not None else row
        if one is not None and one not in found:
            found.append(one)
    return found


def first(items: Any = None) -> Any:
    """`first(list)`: its first item, or nothing."""
    rows = _rows(items)
    return rows[0] if rows else None


def _rows(items: Any) -> list[Any]:
    if isinstance(items, Mapping):
        items = items.values()
    if isinstance(items, str) or not isinstance(items, Iterable):
        return [] if items is None else [items]
    return list(items)[:MAX_ITEMS]


PURE: dict[str, Callable[..., Any]] = {"len": size, "has": has, "count": count, "values": distinct, "first": first}
# The engine adds these, because they need the customer's cameras, rights and outages of the turn.
FUNCTIONS = frozenset(PURE) | {"outage_for", "picked", "can", "answered"}


# ------------------------------------------------------------------------------------------- the compiler


class _Builder:
    """Turns allowed nodes into functions of the names; refuses everything else by saying what is not allowed."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.functions: set[str] = set()
        self.compared: set[tuple[str, Any]] = set()
        self.nodes = 0

    def build(self, node: ast.AST, depth: int) -> Run:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise ExpressionError(f"the condition is nested deeper than {MAX_DEPTH} levels or has too many parts")
        make = _MAKERS.get(type(node))
        if make is None:
            raise ExpressionError(f"«{type(node).__name__}» is not allowed in a condition")
        return make(self, node, depth + 1)

    def all(self, nodes: list[Any], depth: int) -> list[Run]:
        return [self.build(node, depth) for node in nodes]


def _constant(builder: _Builder, node: Any, depth: int) -> Run:
    found = node.value
    if not (found is None or isinstance(found, (str, int, float))):
        raise ExpressionError("only words, numbers, true, false and null are values in a condition")
    return lambda names: found


def _name(builder: _Builder, node: Any, depth: int) -> Run:
    name = node.id
    if name in CONSTANTS:
        return lambda names: CONSTANTS[name]
    if name.startswith("_"):
        raise ExpressionError(f"«{name}»: a name does not begin with an underscore")
    builder.names.add(name)
    return lambda names: names.get(name)


def _dotted(node: Any) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    head = _dotted(node.value) if isinstance(node, ast.Attribute) else None
    return f"{head}.{node.attr}" if head else None


def _attribute(builder: _Builder, node: Any, depth: int) -> Run:
    dotted, attribute = _dotted(node), node.attr
    if dotted is None or attribute.startswith("_"):
        raise ExpressionError(f"«.{attribute}» is not allowed here")
    owner = builder.build(node.value, depth)
    builder.names.discard(dotted.rpartition(".")[0])
    builder.names.add(dotted)

    def run(names: Names) -> Any:
        found = owner(names)
        return found.get(attribute) if isinstance(found, Mapping) else None

    return run


def _call(builder: _Builder, node: Any, depth: int) -> Run:
    function = node.func.id if isinstance(node.func, ast.Name) else None
    if function not in FUNCTIONS:
        raise ExpressionError(f"«{function or 'this'}» is not a function; there are {', '.join(sorted(FUNCTIONS))}")
    if node.keywords or any(isinstance(one, ast.Starred) for one in node.args) or len(node.args) > 3:
        raise ExpressionError(f"{function}() takes up to three plain values")
    builder.functions.add(function)
    if function == "has" and len(node.args) == 2:
        builder.compared |= _pairs(node.args[0], node.args[1])
    parts, pure = builder.all(node.args, depth), PURE.get(function)

    def run(names: Names) -> Any:
        do = pure or names.get(f"{function}()")
        return do(*[part(names) for part in parts]) if do else None

    return run


def _either(builder: _Builder, node: Any, depth: int) -> Run:
    parts, every = builder.all(node.values, depth), isinstance(node.op, ast.And)

    def run(names: Names) -> Any:
        found = None
        for part in parts:
            found = part(names)
            if bool(found) is not every:
                return found
        return found

    return run


def _unary(builder: _Builder, node: Any, depth: int) -> Run:
    part = builder.build(node.operand, depth)
    if isinstance(node.op, ast.Not):
        return lambda names: not part(names)
    if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        return lambda names: -part(names)
    raise ExpressionError("there is no arithmetic in a condition")


def _choose(builder: _Builder, node: Any, depth: int) -> Run:
    test, yes, no = builder.all([node.test, node.body, node.orelse], depth)
    return lambda names: yes(names) if test(names) else no(names)


def _list(builder: _Builder, node: Any, depth: int) -> Run:
    parts = builder.all(node.elts, depth)
    return lambda names: [part(names) for part in parts]


def _inside(left: Any, right: Any) -> bool:
    return right is not None and left is not None and left in right


_COMPARE: dict[type, Callable[[Any, Any], bool]] = {
    ast.Eq: lambda a, b: bool(a == b),
    ast.NotEq: lambda a, b: bool(a != b),
    ast.Lt: lambda a, b: bool(a < b),
    ast.LtE: lambda a, b: bool(a <= b),
    ast.Gt: lambda a, b: bool(a > b),
    ast.GtE: lambda a, b: bool(a >= b),
    ast.In: _inside,
    ast.NotIn: lambda a, b: not _inside(a, b),
}


def _compare(builder: _Builder, node: Any, depth: int) -> Run:
    operators = [_COMPARE.get(type(one)) for one in node.ops]
    if None in operators:
        raise ExpressionError("compare with ==, !=, <, <=, >, >=, in, not in")
    sides = [node.left, *node.comparators]
    for left, right in pairwise(sides):
        builder.compared |= _pairs(left, right) | _pairs(right, left)
    parts = builder.all(sides, depth)

    def run(names: Names) -> bool:
        values = [part(names) for part in parts]
        pairs = zip(operators, pairwise(values), strict=True)
        return all(compare(*pair) for compare, pair in pairs if compare)

    return run


def _pairs(name: Any, constant: Any) -> set[tuple[str, Any]]:
    """(name, constant) pairs of a comparison such as `power == 'on'` or `power in ['on', 'off']`."""
    dotted = _dotted(name) if isinstance(name, (ast.Name, ast.Attribute)) else None
    if dotted is None:
        return set()
    sides = constant.elts if isinstance(constant, (ast.List, ast.Tuple)) else [constant]
    return {(dotted, one.value) for one in sides if isinstance(one, ast.Constant) and one.value is not None}


_MAKERS: dict[type, Callable[[_Builder, Any, int], Run]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.BoolOp: _either,
    ast.UnaryOp: _unary,
    ast.IfExp: _choose,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Compare: _compare,
}
