"""A backup of before an erasure, put back: whoever was erased since is erased again before anybody is let in. Seen
failing with the list left unread."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests import prepared
from tests.faults.doors import camdesk

pytestmark = pytest.mark.fault

ANNA, OLEG = "Анна Королёва", "Олег Сурков"


def names(data: Path) -> list[str]:
    with sqlite3.connect(data / "camdesk.sqlite3") as database:
        rows = database.execute("SELECT name FROM people_person WHERE kind = 'human' ORDER BY id").fetchall()
    return [name for (name,) in rows]


def test_who_was_erased_after_the_copy_does_not_come_back(tmp_path: Path) -> None:
    data, elsewhere, copy, listed = (tmp_path / name for name in ("data", "elsewhere", "copy.tar", "erased.jsonl"))
    for folder in (tmp_path / "third", tmp_path / "fourth"):
        folder.mkdir()
    prepared.plain(data)
    prepared.plain(elsewhere)
    for address, name in (("anna@example.org", ANNA), ("oleg@example.org", OLEG)):
        camdesk(data, "person", "invite", address, "--name", name)
    assert names(data) == [ANNA, OLEG]
    camdesk(data, "backup", str(copy))
    camdesk(data, "person", "erase", "1", "--yes", "--reason", "№ 5")
    camdesk(data, "person", "erased", str(listed))
    assert "Королёва" not in listed.read_text()

    said = camdesk(data, "restore", str(copy), "--replace").stdout
    assert "1 persons who were erased since this backup are erased again" in said
    assert names(data) == ["Удалённый клиент", OLEG]

    # On another machine, of which nobody told it: the copy is as it was made.
    camdesk(elsewhere, "restore", str(copy), "--replace")
    assert names(elsewhere) == [ANNA, OLEG]
    shutil.copy(listed, elsewhere / "erased.jsonl")
    refused = camdesk(elsewhere, "web", "--port", "0", check=False)
    assert "1 persons who were erased are back by a backup: run camdesk prepare first" in refused.stderr
    camdesk(elsewhere, "prepare")
    assert names(elsewhere) == ["Удалённый клиент", OLEG]

    (elsewhere / "erased.jsonl").unlink()
    said = camdesk(tmp_path / "third", "restore", str(copy), "--erased", str(listed)).stdout
    assert "1 persons" in said
    assert names(tmp_path / "third") == ["Удалённый клиент", OLEG]
    bad = camdesk(tmp_path / "fourth", "restore", str(copy), "--erased", str(copy), check=False)
    assert bad.returncode != 0
    assert not (tmp_path / "fourth" / "camdesk.sqlite3").exists()
