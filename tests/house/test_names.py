"""Names and words a stranger understands: no module whose name says nothing, no two classes of one name, no person who
is taken for a man."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Gerunds that name something, alone or as the last word of a name: terms of the trade, deeds and things of the house.
# A new one stands here because a stranger knows what it is; "reading", "starting", "handling" say nothing of what.
TERMS = {
    "abandoning",
    "binding",  # of names to what they mean
    "claiming",  # a request by whoever wrote it
    "encoding",
    "folding",  # of constants
    "importing",
    "incoming",
    "linking",
    "loading",
    "matching",
    "opening",
    "outgoing",
    "publishing",
    "queueing",
    "quoting",
    "rating",
    "reopening",
    "scanning",
    "serving",
    "sniffing",
    "templating",
    "threading",
    "training",
    "understanding",
    "wording",
}
WITH_AN_OBJECT = {"flow_reading", "letter_reading", "giving_back", "handing_over", "working_copy"}
# The drawers in which everything ends up, and what a module does, as anything does it.
DRAWERS = {
    "talk",
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "shared",
    "services",
    "service",
    "managers",
    "manager",
}

PACKAGES = ("camdesk", "camdesk_demo", "camdesk_bench")
MALE = re.compile(r"(?<![^\W_])(he|his|him|himself)(?![^\W_])", re.IGNORECASE)  # in a name_of_code too
READ = (".py", ".md", ".html", ".css", ".js", ".yaml", ".po", ".sh")
NOT_OURS = ("/vendor/", "/node_modules/")
LISTS_OF_WORDS = ("camdesk/lib/stems.py", "tests/house/test_names.py")  # the pronouns themselves stand there


def _texts() -> Iterator[tuple[str, str]]:
    for top in (
        "camdesk",
        "camdesk_demo",
        "camdesk_bench",
        "docs",
        "tests",
        "playbook",
        "bin",
        "README.md",
        "CHANGELOG.md",
    ):
        start = ROOT / top
        for path in [start] if start.is_file() else sorted(start.rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if not path.is_file() or any(part in f"/{name}" for part in NOT_OURS) or name in LISTS_OF_WORDS:
                continue
            if path.suffix in READ or top == "bin":
                yield name, path.read_text(encoding="utf-8")


def test_no_module_has_a_name_that_says_nothing():
    modules = [
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix == ".py" or (path / "__init__.py").exists()
    ]
    assert len(modules) > 300
    assert [path.relative_to(ROOT).as_posix() for path in modules if path.stem in DRAWERS] == []
    gerunds = {path for path in modules if re.search(r"ing(_[a-z]+)?$", path.stem)}
    assert len(gerunds) > 20
    vague = {
        path.relative_to(ROOT).as_posix()
        for path in gerunds
        if path.stem not in WITH_AN_OBJECT and not TERMS & set(path.stem.split("_"))
    }
    assert vague == set()


def test_no_two_public_classes_have_one_name():
    """Classes of a module, whatever they are for; those within a class (Meta, Config, State) are named by it."""
    places = defaultdict(list)
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and path.parent.name != "migrations":
                places[node.name].append(path.relative_to(ROOT).as_posix())
    assert len(places) > 200
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_a_person_is_they():
    """A customer, an agent, a lead is not known to be a man. Somebody with a name of the cast is called by it."""
    texts = dict(_texts())
    assert {"camdesk/tickets/timeline.py", "docs/desk.md", "camdesk/desk/locale/en/LC_MESSAGES/django.po"} <= set(texts)
    found = [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts.items()
        if MALE.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if MALE.search(line)
    ]
    assert found == []
