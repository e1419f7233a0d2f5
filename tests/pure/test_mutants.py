"""The changes that `python -m tests.mutants` draws: what each kind finds, and that the same seed draws the same."""

import ast
import json
import os
import subprocess
import tempfile
import textwrap

import pytest

from tests.mutants import __main__ as command
from tests.mutants import running
from tests.mutants.__main__ import RIGHTS, draw, product
from tests.mutants.kinds import KINDS, changes
from tests.mutants.lookup import ROOT, Reach, function_at, marked_for, named, places, read, stale
from tests.mutants.naming import addresses, that_ask, that_name

CHANGED = {
    "transaction": [
        ("with transaction.atomic():\n    save()", "with __import__('contextlib').nullcontext():\n    save()"),
        ("@transaction.atomic\ndef f(): ...", "@staticmethod\ndef f(): ..."),
    ],
    "hint": [("transaction.on_commit(wake.worker)", "None")],
    "right": [
        ("@require_POST\ndef f(): ...", "@(lambda view: view)\ndef f(): ..."),
        ("@for_agents('ticket.reply')\ndef f(): ...", "@for_agents('ticket.read')\ndef f(): ..."),
        ("may(agent, 'ticket.read')", "may(agent, 'people.manage')"),
    ],
    "filter": [
        ("rows.filter(person=one, verified=True)", "rows.filter(person=one)"),
        ("rows.filter(person=one)", "rows.all()"),
        ("rows.exclude(kind=ANSWER)", "rows"),
        ("rows.visible_to(person)", "rows.all()"),
    ],
    "guard": [("if late: raise Late", "if False: raise Late"), ("def f():\n    if x > y:\n        return", None)],
    "raise": [("if late: raise Late", "if late: pass")],
    "condition": [
        ("x = a and b", "x = ((a) or (b))"),
        ("x = a and b", "x = ((a))"),
        ("x = a < b", "x = ((a) <= (b))"),
        ("x = (found := a) is None", "x = ((found := a) is not (None))"),
        ("x = not a", "x = (a)"),
        ("x = 1 if a else 2", "x = 1 if True else 2"),
    ],
    "number": [("x = 50", "x = 500"), ("x = 50", "x = 5"), ("x = 2", "x = 3"), ("x = 2", "x = 1")],
    "call": [("forget(words)", "pass")],
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_kind_changes(kind):
    for source, changed in CHANGED[kind]:
        made = [one.applied(source) for one in changes("x.py", source) if one.kind == kind]
        assert made if changed is None else changed in made, (source, made)


@pytest.mark.parametrize(
    "source",
    [
        "log.info('x')",
        "x = True",
        "def f():\n    '''Words 50.'''",
        "reached('sent')",
        "x = secrets.token_hex(20)",
        "_AT_ONCE = 100",
        "gc.freeze()",
        "async def f():\n    async with asyncio.timeout(5): ...",
        "x = f'<text y={y + 4}>'",
        "READ_TIMEOUT = 30",
        "name = models.CharField(max_length=80)",
        "raise AssertionError('unreachable')",
    ],
)
def test_what_nobody_could_notice_is_left_alone(source):
    assert changes("x.py", source) == []


def test_everything_that_is_drawn_can_be_read():
    sources = product()
    drawn = draw(sources, seed=3, count=300, kinds=list(KINDS), only=[])
    for change in drawn:
        changed = change.applied(sources[change.path])
        ast.parse(changed)
        assert changed != sources[change.path], change
    assert all(sum(one.kind == kind for one in drawn) in (34, 35) for kind in ("right", "number")), "equally"


def test_the_same_seed_draws_the_same_and_only_where_it_is_asked():
    sources = product()
    asked = {"count": 20, "kinds": ["filter", "guard"], "only": ["camdesk/people"]}
    drawn = draw(sources, seed=5, **asked)
    assert drawn == draw(sources, seed=5, **asked)
    assert drawn != draw(sources, seed=6, **asked)
    assert {change.path.split("/")[1] for change in drawn} == {"people"}


def test_what_is_listed_is_what_would_be_drawn(capsys, monkeypatch):
    asked = ["--seed", "5", "--count", "3", "--kind", "guard", "--only", "camdesk/nodes"]
    monkeypatch.setattr(command, "judge", lambda *args: pytest.fail("nothing is run"))
    assert command.main(["--list", *asked]) == 0
    drawn = draw(product(), seed=5, count=3, kinds=["guard"], only=["camdesk/nodes"])
    told = capsys.readouterr().out
    assert [told.count(f"+++ {one.path}:{one.line}\n") for one in drawn] == [1] * len(drawn) != []


def test_tests_of_a_line_are_found_the_narrow_ones_first_and_of_many_files_by_turns(tmp_path, monkeypatch):
    path = "camdesk/lib/wake.py"
    told = {
        "tests/a.py::wide": {"seconds": 1, "lines": {path: [1, 2, 3, 4, 5, 9]}},
        "tests/a.py::narrow": {"seconds": 1, "lines": {path: [3, 4]}},
        "tests/b.py::other": {"seconds": 1, "lines": {path: [3, 4, 5]}},
        "tests/b.py::elsewhere": {"seconds": 1, "lines": {path: [1]}},
    }
    later = {"tests/c.py::later": {"seconds": 1, "lines": {path: [2]}}}
    (tmp_path / "told.json").write_text(json.dumps({"commit": "then", "tests": told}))
    (tmp_path / "later.json").write_text(json.dumps({"commit": "now", "tests": later}))
    now = (ROOT / path).read_text()
    monkeypatch.setattr("tests.mutants.lookup._then", lambda commit, path: "new\n" * (commit == "then") + now)
    reach = read(tmp_path)
    found = ["tests/c.py::later", "tests/a.py::narrow", "tests/b.py::other", "tests/a.py::wide"]
    assert reach.of(path, [2]) == found, "a line further then"
    assert reach.of(path, [40]) == []


def test_the_map_is_made_anew_of_files_not_run_or_changed_since(tmp_path, monkeypatch):
    same, other, never = files = ["tests/limit.py", "tests/whole.py", "tests/world.py"]
    for name in (same, other):
        named(tmp_path, name).write_text(json.dumps({"commit": name, "tests": {}}))
    monkeypatch.setattr("tests.mutants.lookup._then", lambda commit, name: (ROOT / same).read_text())
    assert stale(tmp_path, files) == [other, never]


def test_who_holds_a_function_by_name_is_asked_first():
    sources = product()
    change = next(
        one
        for one in changes("camdesk/cameras/status.py", sources["camdesk/cameras/status.py"])
        if one.kind == "transaction"
    )
    held = function_at(change.path, sources[change.path], change.line)
    assert held == "camdesk.cameras.status.record"
    tests = command.tests_of(change, Reach(), sources)
    assert tests[: len(marked_for(held))] == marked_for(held) != []
    assert tests[0].startswith("tests/deeds/cameras/test_importing.py::")
    [right, *_] = [
        one
        for one in changes("camdesk/desk/views/deeds.py", sources["camdesk/desk/views/deeds.py"])
        if one.kind == "right"
    ]
    assert set(command.tests_of(right, Reach(), sources)[: len(RIGHTS)]) == set(RIGHTS)
    assert all(
        (ROOT / name).is_file() and f"def {test.partition('[')[0]}(" in (ROOT / name).read_text()
        for name, test in (one.split("::") for one in RIGHTS)
    )


def test_who_names_a_function_is_asked_first_of_those_that_name_its_module():
    named = that_name("tests.mutants.kinds.changes", "tests/mutants/kinds.py", slow=False)
    mine = "tests/pure/test_mutants.py::test_who_names_a_function_is_asked_first_of_those_that_name_its_module"
    assert named.index("tests/pure/test_mutants.py::test_what_a_kind_changes") < named.index(mine)
    assert that_name("", "camdesk/nowhere.py", slow=False) == []


def test_who_asks_a_view_at_its_address_is_asked_too():
    """Tests of pages name no module of the views."""
    tests = that_ask("camdesk.cabinet.views.requests.requests", "camdesk/cabinet/views/requests.py")
    assert "tests/pages/test_lists.py::test_a_customers_requests" in tests
    assert not any(test.startswith("tests/journeys") for test in tests)
    assert set(tests) < set(that_ask("camdesk.cabinet.views.requests._page", "camdesk/cabinet/views/requests.py"))
    assert "tests/pages/test_api_tickets.py::test_it_works" in that_ask(
        "camdesk.api.tickets.open_one", "camdesk/api/tickets.py"
    )
    assert that_ask("camdesk.lib.text.terms", "camdesk/lib/text.py") == []
    found = addresses()
    assert found["camdesk.desk.views.deeds.turn"].search('post(f"/desk/tickets/{ticket.pk}/turn", {})')
    assert not found["camdesk.desk.views.deeds.turn"].search('post(f"/desk/tickets/{ticket.pk}/turned")')
    assert {name.split(".")[1] for name in found} >= {"api", "cabinet", "channels", "desk", "tickets"}


@pytest.mark.skipif(not running.shut_in(tempfile.gettempdir()), reason="not root, or a container that mounts nothing")
def test_a_change_can_touch_nothing_outside_of_its_own_folder(tmp_path):
    (mine := tmp_path / "mine").mkdir()
    before = os.stat(os.devnull).st_mode
    shut_in, mode = running.shut_in(str(mine)), f"{before & 0o777:o}"  # else it would be what it is
    for deed in (["chmod", mode, os.devnull], ["touch", str(tmp_path / "other")]):
        assert subprocess.run([*shut_in, *deed], check=False, capture_output=True).returncode, deed
    subprocess.run([*shut_in, "touch", str(mine / "own")], check=True)
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "own"]


def test_a_long_test_does_not_keep_the_short_ones_behind_it_away():
    reach = Reach(seconds={"near": 4.0, "long": 30.0, "short": 2.0, "last": 10.0})
    tests = [*reach.seconds, "untimed"]
    assert command.within(tests, reach, 10.0) == (["near", "short", "untimed"], ["long", "last"])
    assert command.within(["long", "short"], reach, 10.0) == (["short"], ["long"])
    assert command.within(["long", "last"], reach, 5.0) == (["long"], ["last"]), "at least one"


def test_where_tests_of_a_line_are_looked_for():
    source = textwrap.dedent("""\
        MOST = 50


        @require_POST
        def page(request):
            return rows[:MOST]
    """)
    sources = {"a.py": source, "b.py": "from a import MOST\n"}
    assert [(near.path, list(near.lines)) for near in places("a.py", sources, 4)] == [("a.py", [4]), ("a.py", [6])]
    found = [(near.path, list(near.lines)) for near in places("a.py", sources, 1)]
    assert found[:3] == [("a.py", [1]), ("a.py", [1, 6]), ("b.py", [1])]
