"""Channels register themselves (tickets/channels.py): whoever keeps a second list of them is named here.

A list is a collection with two names or more, or a chain of questions after two names or more; in Python, in templates
and in what pages load. A channel that asks after itself is none. What merely looks alike stands in NOT_CHANNELS.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from camdesk.tickets import channels

ROOT = Path(__file__).parents[2]
NAMES = frozenset(channel.name for channel in channels.registered())
CONSTANTS = frozenset(name.upper() for name in NAMES)  # CHAT.name
WORDS = r"[\"'](" + "|".join(sorted(NAMES)) + r")[\"']"
LISTED = re.compile(r"[\[({][^\[\](){}]*?" + WORDS + r"[^\[\](){}]*?,[^\[\](){}]*?" + WORDS)
ASKED = re.compile(r"\bchannel *(?:==|!=) *" + WORDS)
PATTERN = re.compile(r"\((?:%s)(?:\|(?:%s))+\)" % (("|".join(sorted(NAMES)),) * 2))

# (file, the names) → what they are.
NOT_CHANNELS: dict[tuple[str, str], str] = {
    ("camdesk/desk/views/people.py", "mail phone"): "how a customer told us that a consent ends, on paper too",
}


def found_in(source: str) -> Iterator[str]:
    """The lists of channels in a module, each as its names."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            yield from _two_of(_name(part) for part in node.elts)
        elif isinstance(node, ast.Dict):
            yield from _two_of(_name(key) for key in node.keys)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            yield from _two_of(_name(part) for part in (node.left, node.right))
        elif isinstance(node, ast.Match):
            yield from _two_of(_name(part) for case in node.cases for part in ast.walk(case.pattern))
        elif isinstance(node, ast.ClassDef) and any(
            "Choices" in ast.unparse(b) or "Enum" in ast.unparse(b) for b in node.bases
        ):
            yield from _two_of(_name(part.value) for part in node.body if isinstance(part, ast.Assign))
        elif isinstance(node, ast.FunctionDef | ast.Lambda):
            yield from _two_of(_asked_after(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and (match := PATTERN.search(node.value)):
            yield match[0].strip("()").replace("|", " ")


def _is_enumeration(base: ast.expr) -> bool:
    return ast.unparse(base).endswith(("Choices", "Enum"))


def _asked_after(function: ast.AST) -> Iterator[str]:
    """What `channel` is compared with anywhere in this function."""
    for node in ast.walk(function):
        if isinstance(node, ast.Compare) and len(node.comparators) == 1:
            sides = [node.left, node.comparators[0]]
            if any("channel" in ast.unparse(side).lower() for side in sides):
                yield from (name for side in sides if (name := _name(side)))


def _name(node: ast.AST | None) -> str:
    match node:
        case ast.Constant(value=str() as value) if value in NAMES:
            return value
        case ast.MatchValue(value=value):
            return _name(value)
        case ast.Attribute(value=ast.Name(id=constant), attr="name") if constant in CONSTANTS:
            return constant.lower()
        case ast.Attribute(value=ast.Attribute(attr=constant), attr="name") if constant in CONSTANTS:
            return constant.lower()
    return ""


def _two_of(names: Iterator[str]) -> Iterator[str]:
    said = sorted({name for name in names if name})
    if len(said) > 1:
        yield " ".join(said)


def found_in_a_page(text: str) -> Iterator[str]:
    """The lists of channels in a template, a script or a style sheet."""
    for match in LISTED.finditer(text):
        yield " ".join(sorted(set(re.findall(WORDS, match[0]))))
    yield from _two_of(iter(ASKED.findall(text)))
    yield from _two_of(iter(re.findall(r"\[value=" + WORDS + r"\]", text)))
    yield from _two_of(iter(re.findall(r"\bchoice\(" + WORDS, text)))


@pytest.mark.parametrize(
    "source, names",
    [
        ("WAYS = ('mail', 'chat')", "chat mail"),
        ("LOOKS = {'mail': 1, 'phone': 2}", "mail phone"),
        ("BY_CUSTOMERS = frozenset({FORM.name, CHAT.name})", "chat form"),
        ("if one.channel in ['mail', x, 'api']: pass", "api mail"),
        ("pattern = '^(mail|chat|phone)$'", "mail chat phone"),
        ("class Channel(TextChoices):\n    FORM = 'form'\n    DESK = 'desk'", "desk form"),
        ("def f(t):\n    if t.channel == 'mail': a()\n    elif t.channel == CHAT.name: b()", "chat mail"),
        ("match channel:\n    case 'mail': a()\n    case 'phone' | 'chat': b()", "chat mail phone"),
        ("x = chat.CHAT.name, mail.MAIL.name", "chat mail"),
    ],
)  # fmt: skip
def test_the_look_sees_every_list(source, names):
    assert names in list(found_in(source))


@pytest.mark.parametrize(
    "source",
    [
        "came = Came(channel=CHAT.name)",
        "said = {'name': name, 'phone': phone, 'email': email}",
        "def f(t):\n    return t.channel == MAIL.name",
        "_has(errors, 'phone', 'email')",
    ],
)
def test_the_look_lets_one_name_be(source):
    assert list(found_in(source)) == []


@pytest.mark.parametrize(
    "text",
    [
        '{% set icons = {"mail": "mail", "chat": "message-circle"} %}',
        '{% if one.channel == "mail" %}a{% elif one.channel == "phone" %}b{% endif %}',
        'ui.radio_group("channel", _("Как"), [choice("phone", _("a")), choice("desk", _("b"))]',
        '.ways:not(:has([value="chat"]:checked)) .a, .ways:not(:has([value="phone"]:checked)) .b {}',
    ],
)
def test_the_look_sees_lists_in_pages(text):
    assert list(found_in_a_page(text)) != []


def everywhere() -> set[tuple[str, str]]:
    found = set()
    for path in (path for package in ROOT.glob("camdesk*") for path in package.rglob("*")):
        place = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py" and "migrations" not in path.parts:
            found |= {(place, names) for names in found_in(path.read_text(encoding="utf-8"))}
        elif path.suffix in (".html", ".js", ".css") and "gallery" not in path.parts:
            found |= {(place, names) for names in found_in_a_page(path.read_text(encoding="utf-8"))}
    return found


def test_nobody_else_keeps_a_list_of_channels():
    assert len(NAMES) > 5
    assert sorted(everywhere() - set(NOT_CHANNELS)) == [], "ask tickets/channels.py"


def test_no_exception_outlives_its_reason():
    assert set(NOT_CHANNELS) <= everywhere()
