"""A newer playbook of camdesk goes into the operator's working copy: nothing of theirs is lost, nor done twice."""

import shutil
from pathlib import Path

import pytest

from camdesk.playbook import upgrade, working_copy
from camdesk.playbook.upgrade import CannotUpgrade, What, outcomes

BASE = b"a\nb\nc\nd\ne\nf\n"
OURS = b"a\nours\nc\nd\ne\nf\n"
THEIRS = b"a\nb\nc\nd\ntheirs\nf\n"
CLASH = b"a\ntheirs\nc\nd\ne\nf\n"


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "what", "text"),
    [
        (BASE, BASE, BASE, None, None),
        (BASE, OURS, OURS, None, None),  # the operator's own correction came in
        (None, OURS, OURS, None, None),
        (BASE, None, None, None, None),
        (BASE, OURS, BASE, What.KEPT, OURS),
        (None, OURS, None, What.KEPT, OURS),
        (BASE, None, BASE, What.KEPT, None),
        (BASE, BASE, THEIRS, What.TAKEN, THEIRS),
        (None, None, THEIRS, What.ADDED, THEIRS),
        (BASE, BASE, None, What.REMOVED, None),
        (BASE, OURS, THEIRS, What.MERGED, b"a\nours\nc\nd\ntheirs\nf\n"),
        (BASE, OURS, None, What.CONFLICT, OURS),
        (BASE, None, THEIRS, What.CONFLICT, None),
        (
            BASE,
            OURS,
            CLASH,
            What.CONFLICT,
            b"a\n<<<<<<< yours\nours\n=======\ntheirs\n>>>>>>> comes with camdesk\nc\nd\ne\nf\n",
        ),
        (None, b"x\n", b"y\n", What.CONFLICT, b"<<<<<<< yours\nx\n=======\ny\n>>>>>>> comes with camdesk\n"),
        # Both made the same change, and another each.
        (BASE, b"A\nb\nc\nd\ne\nours\n", b"A\nb\ntheirs\nd\ne\nf\n", What.MERGED, b"A\nb\ntheirs\nd\ne\nours\n"),
        (b"a\nb", b"a\nb", b"a\nc", What.TAKEN, b"a\nc"),
        (b"a\nb\nc", b"A\nb\nc", b"a\nb\nC", What.MERGED, b"A\nb\nC\n"),
    ],
)
def test_what_becomes_of_a_file(base, ours, theirs, what, text) -> None:
    sides = [{"f": side} if side is not None else {} for side in (base, ours, theirs)]
    found = outcomes(*sides)
    assert [(one.what, one.text) for one in found] == ([(what, text)] if what else [])
    assert all(bool(one.why) == (one.what == What.CONFLICT) for one in found)


@pytest.fixture
def shipped(tmp_path, monkeypatch) -> Path:
    """What comes with camdesk, small and of the test's own."""
    place = tmp_path / "shipped"
    for name in ("facts.yaml", "teams.yaml", "topics/camera/offline.yaml"):
        working_copy.write(place / name, BASE)
    for module in (working_copy, upgrade):
        monkeypatch.setattr(module, "SHIPPED", place)
    return place


@pytest.fixture
def copy(shipped, tmp_path) -> Path:
    working_copy.make(tmp_path / "own")
    return tmp_path / "own"


def run(copy: Path) -> list[tuple[str, str]]:
    found = upgrade.plan(copy)
    upgrade.carry_out(copy, found)
    return [(one.name, one.what.value) for one in found]


def test_a_working_copy_takes_what_is_new_and_keeps_what_is_the_operators(shipped, copy) -> None:
    assert not working_copy.is_behind(copy)
    (copy / "facts.yaml").write_bytes(OURS)
    (copy / "articles").mkdir()
    (copy / "articles" / "own.ru.md").write_bytes(b"own")
    (copy / ".git").mkdir()
    (shipped / "facts.yaml").write_bytes(THEIRS)
    (shipped / "teams.yaml").write_bytes(THEIRS)
    shutil.rmtree(shipped / "topics")
    working_copy.write(shipped / "flows" / "new.yaml", BASE)
    assert working_copy.is_behind(copy)
    before = working_copy.files(copy)
    upgrade.plan(copy)
    assert working_copy.files(copy) == before, "to plan changes nothing"
    assert run(copy) == [
        ("articles/own.ru.md", "kept"),
        ("facts.yaml", "merged"),
        ("flows/new.yaml", "added"),
        ("teams.yaml", "taken"),
        ("topics/camera/offline.yaml", "removed"),
    ]
    assert working_copy.files(copy) == {
        "articles/own.ru.md": b"own",
        "facts.yaml": b"a\nours\nc\nd\ntheirs\nf\n",
        "flows/new.yaml": BASE,
        "teams.yaml": THEIRS,
    }
    assert not (copy / "topics").exists()
    assert (copy / ".git").is_dir()
    assert not working_copy.is_behind(copy)
    after = working_copy.files(copy)
    assert {what for _name, what in run(copy)} == {"kept"}
    assert working_copy.files(copy) == after, "a second time it changes nothing"


def test_a_conflict_is_marked_and_stands_in_the_way_until_it_is_settled(shipped, copy) -> None:
    (copy / "facts.yaml").write_bytes(OURS)
    (shipped / "facts.yaml").write_bytes(CLASH)
    assert run(copy) == [("facts.yaml", "conflict")]
    text = (copy / "facts.yaml").read_bytes()
    assert b"ours" in text
    assert b"theirs" in text
    with pytest.raises(CannotUpgrade, match=r"facts\.yaml still has the marks"):
        upgrade.plan(copy)
    (copy / "facts.yaml").write_bytes(OURS)
    assert run(copy) == [("facts.yaml", "kept")]


@pytest.mark.parametrize("at", range(10))
def test_an_upgrade_that_is_interrupted_is_finished_by_the_next(shipped, copy, monkeypatch, at: int) -> None:
    (copy / "facts.yaml").write_bytes(OURS)
    for name in ("facts.yaml", "teams.yaml"):
        (shipped / name).write_bytes(THEIRS)
    shutil.rmtree(shipped / "topics")
    wanted = {"facts.yaml": b"a\nours\nc\nd\ntheirs\nf\n", "teams.yaml": THEIRS}
    left, real, real_rename = [at], upgrade.write, Path.rename

    def counted() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError("killed here")

    def write(path: Path, text: bytes) -> None:
        counted()
        real(path, text)

    def rename(self: Path, target: Path) -> Path:
        counted()
        return real_rename(self, target)

    with monkeypatch.context() as patch:
        for module in (upgrade, working_copy):
            patch.setattr(module, "write", write)
        patch.setattr(Path, "rename", rename)
        with pytest.raises(OSError, match="killed here"):
            run(copy)
    run(copy)
    assert working_copy.files(copy) == wanted
    assert not working_copy.is_behind(copy)
    assert {path.name for path in copy.iterdir()} == {"facts.yaml", "teams.yaml", ".shipped"}


def test_a_folder_of_unknown_beginning_is_not_guessed_at(shipped, tmp_path) -> None:
    own = tmp_path / "older"
    working_copy.copy(shipped, own)
    began = tmp_path / "began"
    working_copy.copy(shipped, began)
    (own / "facts.yaml").write_bytes(OURS)
    (shipped / "facts.yaml").write_bytes(THEIRS)
    with pytest.raises(CannotUpgrade, match="--base DIR"):
        upgrade.plan(own)
    assert [(one.name, one.what.value) for one in upgrade.plan(own, base=began)] == [("facts.yaml", "merged")]


def test_without_diff3_it_says_so(monkeypatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CannotUpgrade, match="apt-get install diffutils"):
        outcomes({"f": BASE}, {"f": OURS}, {"f": THEIRS})


def test_the_report_names_every_file_that_changed_and_counts(shipped, copy) -> None:
    (copy / "facts.yaml").write_bytes(OURS)
    (shipped / "teams.yaml").write_bytes(THEIRS)
    assert list(upgrade.in_words(upgrade.plan(copy))) == ["taken     teams.yaml", "1 taken, 1 kept"]
