"""The kinds of changes: each finds the places in a module's syntax tree where it could be made, and what would stand
there instead. Pure."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.mutants.unseen import unseen

QUERY_WORDS = ("visible_to", "in_service", "open", "for_agent", "for_key", "not_of", "usable", "proven", "said")
QUERY_WORDS += ("public", "seeing_all", "live", "hidden", "of_person")
RIGHTS = ("for_agents", "require", "may")  # functions that are given the name of a right
DOORS = ("require_", "for_agents", "signed_in", "csrf_exempt", "never_cache", "xframe_")
_BOUND = 10
OTHER_RIGHTS = ("ticket.read", "people.manage")
_FLIPPED = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}


@dataclass(frozen=True)
class Change:
    """What stands between two offsets of a module's bytes becomes `after`."""

    kind: str
    path: str
    line: int  # where it stands
    start: int
    end: int
    before: str
    after: str

    def applied(self, source: str) -> str:
        data = source.encode()
        return (data[: self.start] + self.after.encode() + data[self.end :]).decode()


Found = Iterator[tuple[ast.AST, str]]
"""A node, and what stands instead of it."""


class Module:
    def __init__(self, path: str, source: str) -> None:
        self.path = path
        self.data = source.encode()
        self.tree = ast.parse(source)
        self.unseen = unseen(path, self.tree)
        self._starts = [0]
        for line in source.encode().splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def offset(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column

    def text(self, node: ast.AST) -> str:
        start, end = self.span(node)
        return self.data[start:end].decode()

    def span(self, node: ast.AST) -> tuple[int, int]:
        return (
            self.offset(node.lineno, node.col_offset),  # type: ignore[attr-defined]
            self.offset(node.end_lineno, node.end_col_offset),  # type: ignore[attr-defined]
        )


def changes(path: str, source: str) -> list[Change]:
    """Every change that could be made in this module, in its order."""
    module = Module(path, source)
    made = []
    for kind, find in KINDS.items():
        for node, after in find(module):
            start, end = module.span(node)
            made.append(Change(kind, path, node.lineno, start, end, module.text(node), after))  # type: ignore[attr-defined]
    return sorted(made, key=lambda change: (change.start, change.kind, change.after))


def _transactions(module: Module) -> Found:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _dotted(node.func) == "transaction.atomic":
            yield node, "__import__('contextlib').nullcontext()"
        elif isinstance(node, ast.FunctionDef):
            yield from ((at, "staticmethod") for at in node.decorator_list if _dotted(at) == "transaction.atomic")


def _hints(module: Module) -> Found:
    """Never told after the commit."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _dotted(node.func) == "transaction.on_commit":
            yield node, "None"


def _guards(module: Module) -> Found:
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.If)
            and isinstance(node.body[0], ast.Return | ast.Raise | ast.Continue)
            and _plain(node)
        ):
            yield node.test, "False"


def _raises(module: Module) -> Found:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Raise) and node not in module.unseen:
            yield node, "pass"


def _filters(module: Module) -> Found:
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        rows, name = module.text(node.func.value), node.func.attr
        if name in QUERY_WORDS and len(node.args) + len(node.keywords) <= (name != "open"):  # a file is opened too
            yield node, f"{rows}.all()"
        elif name == "exclude":
            yield node, rows
        elif name == "filter" and len(node.args) + len(node.keywords) == 1:
            yield node, f"{rows}.all()"
        elif name == "filter":
            parts = [*node.args, *node.keywords]
            for left in parts:
                kept = ", ".join(module.text(part) for part in parts if part is not left)
                yield node, f"{rows}.filter({kept})"


def _conditions(module: Module) -> Found:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.BoolOp):
            other = " or " if isinstance(node.op, ast.And) else " and "
            parts = [f"({module.text(value)})" for value in node.values]
            yield node, f"({other.join(parts)})"
            same = " and " if isinstance(node.op, ast.And) else " or "
            for place in range(len(parts)):
                yield node, f"({same.join(parts[:place] + parts[place + 1 :])})"
        elif isinstance(node, ast.Compare) and len(node.ops) == 1:
            left, right = module.text(node.left), module.text(node.comparators[0])
            yield node, f"(({left}) {_FLIPPED[type(node.ops[0])]} ({right}))"
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield node, f"({module.text(node.operand)})"
        elif isinstance(node, ast.If | ast.IfExp) and isinstance(node.test, ast.Name | ast.Call | ast.Attribute):
            yield node.test, "True"


def _rights(module: Module) -> Found:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            for at in node.decorator_list:
                if _dotted(at.func if isinstance(at, ast.Call) else at).startswith(DOORS):
                    yield at, "(lambda view: view)"
        if isinstance(node, ast.Call) and _dotted(node.func).split(".")[-1] in RIGHTS:
            for given in node.args:
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    yield given, repr(next(right for right in OTHER_RIGHTS if right != given.value))


def _numbers(module: Module) -> Found:
    """A small one off by one; a bound, a size, a code tenfold, or a tenth of it."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and type(node.value) is int and node not in module.unseen:
            if node.value >= _BOUND:
                yield node, str(node.value * 10)
                yield node, str(node.value // 10)
            else:
                yield node, str(node.value + 1)
                if node.value:
                    yield node, str(node.value - 1)


def _calls(module: Module) -> Found:
    """What is only done, not asked, is left out."""
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and not _is_log(node.value)
            and node not in module.unseen
        ):
            yield node, "pass"


KINDS: dict[str, Callable[[Module], Found]] = {
    "transaction": _transactions,
    "hint": _hints,
    "right": _rights,
    "filter": _filters,
    "guard": _guards,
    "raise": _raises,
    "condition": _conditions,
    "number": _numbers,
    "call": _calls,
}


def _plain(node: ast.If) -> bool:
    """A walrus in the test gives what is read later."""
    return not any(isinstance(inner, ast.NamedExpr) for inner in ast.walk(node.test))


def _is_log(call: ast.Call) -> bool:
    name = _dotted(call.func)
    return name.startswith(("log.", "logger.", "reached", "transaction.on_commit"))


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
