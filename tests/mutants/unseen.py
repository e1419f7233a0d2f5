"""Numbers, calls and raises that are not changed, for nobody who uses the desk could see it: by rule, with a reason.

A rule names a kind of place, never a case. A number of ten or more that is left is a bound, a size, a time or a code:
whether 50 rows are shown or 51 is a choice, whether 5 or 500 are is not, so such a number is changed tenfold
(tests/mutants/kinds.py).
"""

import ast
import re
from collections.abc import Iterator

_WAITS = re.compile(
    r"\w*(timeout|wait|pause|retry|beat|interval|linger|back_off)s?(_seconds)?|every|lease", re.IGNORECASE
)
_KEEPS = re.compile(r"maxsize|max_memory_size|_?(\w+_)?(cache|cached|piece|chunk|at_once|batch|buffer|in_memory)", re.I)
_CHANCE = re.compile(
    r"(secrets|random|os)\.\w*(token|rand|urandom|uniform|choice)\w*|\.?(token_hex|token_urlsafe|urandom)"
)
_TUNED = ("camdesk/bot/understanding/", "camdesk/lib/letter_pairs", "camdesk/lib/keyboard_layouts")
_DRAWN = ("camdesk/playbook/flow_layout", "camdesk/ui/gallery")
_MACHINES = ("camdesk/lib/child.py",)

REASONS = {
    "waits": "how long or how often something waits or looks again: bounds waiting alone; what happens then is a guard",
    "keeps": "how much is remembered or moved at once: costs memory or time, changes no answer",
    "chance": "how long a random name is, how far chance spreads: no test can tell one from the other",
    "tuned": "a constant by which reading and ranking were tuned: held together by a share of cases, not one by one",
    "drawn": "where things of a drawing lie, what the gallery of components shows: looked at",
    "width": "the width of a column: held by the migrations (`makemigrations --check`)",
    "machine": "the numbers of system calls on each kind of processor: this machine is one of them",
    "impossible": "says what cannot be: nothing gets there",
}


def unseen(path: str, tree: ast.AST) -> dict[ast.AST, str]:
    """{node: which of REASONS}, of the numbers, calls and raises of a module that are left alone."""
    found: dict[ast.AST, str] = {}
    for holder, why in _holders(path, tree):
        for inner in ast.walk(holder):
            if _is_number(inner) and inner.value:  # type: ignore[attr-defined]  # none at all is seen
                found.setdefault(inner, why)
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None and ast.unparse(node.exc).startswith("AssertionError"):
            found[node] = "impossible"
        if isinstance(node, ast.Expr) and ast.unparse(node).startswith(("gc.", "os.setpriority")):
            found[node] = "keeps"
    return found


def _holders(path: str, tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if path.startswith(_MACHINES):
        yield from ((node, "machine") for node in ast.walk(tree) if isinstance(node, ast.Dict))
    if path.startswith(_TUNED):
        yield from (
            (node, "tuned") for node in ast.iter_child_nodes(tree) if isinstance(node, ast.Assign | ast.AnnAssign)
        )
    if path.startswith(_DRAWN):
        yield tree, "drawn"
    for node in ast.walk(tree):
        for name, value in _named(node):
            if why := "waits" if _WAITS.fullmatch(name) else "keeps" if _KEEPS.fullmatch(name) else "":
                yield value, why
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if _CHANCE.fullmatch(called):
                yield node, "chance"
            elif called.rpartition(".")[2] in ("timeout", "sleep", "wait_for", "setpriority"):
                yield node, "waits"
        if isinstance(node, ast.JoinedStr) and ast.unparse(node).startswith(("f'<", 'f"<')):
            yield node, "drawn"
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("models."):
            yield from ((given.value, "width") for given in node.keywords if given.arg == "max_length")


def _named(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What a plain value is called: as a constant, as an argument, as a default."""
    if isinstance(node, ast.keyword) and node.arg:
        yield node.arg, node.value
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if all(isinstance(inner, _PLAIN) for inner in ast.walk(node.value)):
            yield from ((target.id, node.value) for target in targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.arguments):
        plain = [*node.posonlyargs, *node.args]
        yield from zip([one.arg for one in plain[len(plain) - len(node.defaults) :]], node.defaults, strict=True)
        yield from ((one.arg, value) for one, value in zip(node.kwonlyargs, node.kw_defaults, strict=True) if value)


_PLAIN = (ast.Constant, ast.BinOp, ast.operator, ast.Call, ast.Name, ast.Attribute, ast.keyword, ast.expr_context)


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int
