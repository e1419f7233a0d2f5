"""A database file that is not whole is found, wherever the damage is, and a whole one is not suspected."""

import sqlite3
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from camdesk.config import integrity
from camdesk.config.integrity import damage_of
from tests.faults.damage import PLACES, damage


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "база данных?.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT)")
        database.execute("CREATE INDEX by_word ON words (word)")
        rows = ((f"{number} " + "x" * 300,) for number in range(20_000))
        database.executemany("INSERT INTO words (word) VALUES (?)", rows)
    database.close()
    return path


@pytest.mark.parametrize("where", PLACES)
def test_damage_is_found_and_said_in_one_line(file: Path, where: str) -> None:
    assert damage_of(file) == ""
    damage(file, where)
    assert damage_of(file)
    assert "\n" not in damage_of(file)


def test_a_database_at_work_is_looked_at_too(file: Path) -> None:
    """Its last commits are in the log beside it, and somebody is writing."""
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO words (word) VALUES ('new')")
    assert damage_of(file) == ""
    writer.execute("COMMIT")
    writer.close()


@pytest.mark.parametrize("where", PLACES)
def test_of_a_large_one_only_header_size_and_schema_are_looked_at(file: Path, where: str) -> None:
    assert damage_of(file, most=1024) == ""
    damage(file, where)
    assert bool(damage_of(file, most=1024)) == (where != "midst")


def test_what_is_no_file_that_can_be_read_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.Error):
        damage_of(tmp_path / "not there")


@pytest.mark.parametrize("remembers", [True, False], ids=["camdesk ran here", "a first start was broken off"])
def test_a_file_without_a_byte_is_damage_where_there_was_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any, remembers: bool
) -> None:
    path = tmp_path / "camdesk.sqlite3"
    path.touch()
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(integrity, "connection", SimpleNamespace(vendor="sqlite", settings_dict={"NAME": str(path)}))
    if remembers:
        (tmp_path / "started.json").write_text('{"database": "5f3a 120"}')
    with pytest.raises(SystemExit, match="is damaged \\(it is empty") if remembers else nullcontext():
        integrity.refuse_damaged()
