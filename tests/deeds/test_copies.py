"""A copy holds what a restore needs and nothing on its way in; one that is not whole changes nothing; and nobody's data
are replaced under their feet. With real processes: tests/faults/test_serving.py."""

import argparse
import io
import json
import sqlite3
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError

from camdesk.config import copies, occupants
from camdesk.config.commands import backup as backup_command
from camdesk.config.commands import restore as restore_command
from camdesk.config.copies import CannotCopy, alone, backup, in_use, restore
from camdesk.tickets import uploads
from camdesk.tickets.models import Attachment, UploadPiece

pytestmark = [pytest.mark.django_db, pytest.mark.needs_sqlite]

Parts = dict[str, bytes]


@pytest.fixture
def put(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What became the database: the tests' own stays where it is. There are a key, a file, and one on its way in."""

    def database(path: Path) -> Path:
        with sqlite3.connect(path) as made:
            made.execute("CREATE TABLE words (word TEXT)")
        made.close()
        return path

    done: list[str] = []
    monkeypatch.setattr(copies, "_database_copy", database)
    monkeypatch.setattr(copies, "_put_database", lambda copy: done.append(copy.name))
    monkeypatch.setenv("CAMDESK_SETTINGS", str(data_folder / "settings.env"))
    (data_folder / "secret.key").write_text("ours")
    for name in ("aa/one", "incoming/half"):
        path = data_folder / "files" / name
        path.parent.mkdir()
        path.write_text(name)
    return done


def kept(data: Path) -> dict[str, str]:
    files = data / "files"
    return {str(path.relative_to(files)): path.read_text() for path in sorted(files.rglob("*")) if path.is_file()}


def test_what_is_copied_comes_back_in_the_place_of_what_is_there(put, data_folder, tmp_path_factory) -> None:
    copy = tmp_path_factory.mktemp("elsewhere") / "copy"
    made = backup(copy)
    assert (made.files, made.left_out) == (3, ())
    assert made.size == len("ours" + "aa/one") + 8192, "of SQLite's pages"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]
    (data_folder / "secret.key").write_text("another")
    (data_folder / "files" / "new").write_text("of later")
    with pytest.raises(CannotCopy, match="say --replace"):
        restore(copy)
    assert put == []
    back = restore(copy, replace=True)
    assert (back.parts, back.wanting, put) == (3, (), ["database"])
    assert kept(data_folder) == {"aa/one": "aa/one"}
    assert (data_folder / "secret.key").read_text() == "ours"
    assert not list(data_folder.glob("restoring-*"))


def test_of_a_file_that_is_half_here_neither_row_nor_piece_is_copied(put, data_folder, world, now, tmp_path) -> None:
    whole = uploads.receive_stream([b"whole"], name="a", by=world.anna, now=now)
    half = uploads.begin(name="b", total=6, by=world.anna, now=now)
    uploads.add_piece(upload=half, at=0, chunks=[b"abc"], now=now)
    assert backup(tmp_path / "copy").files == 4
    restore(tmp_path / "copy", replace=True)
    assert (list(Attachment.objects.all()), list(UploadPiece.objects.all())) == ([whole], [])
    assert sorted(name.rpartition("/")[2] for name in kept(data_folder)) == sorted(["one", whole.storage_key])


def test_what_lies_elsewhere_is_named(put, data_folder, world, now, settings, tmp_path) -> None:
    uploads.receive_stream([b"whole"], name="a", by=world.anna, now=now)
    uploads.begin(name="b", total=6, by=world.anna, now=now)
    (data_folder / "secret.key").unlink()
    (data_folder / "settings.env").write_text("CAMDESK_BRAND=x\n")
    settings.FILES_URL = "s3://bucket"
    key, files, said = backup(tmp_path / "copy").left_out
    assert key.startswith("the secret key, which the settings say")
    assert files.startswith("1 files and letters in the S3 store")
    assert said.startswith(f"the settings ({data_folder / 'settings.env'})")
    settings.SECRET_KEY = "another"
    wanting = restore(tmp_path / "copy", replace=True).wanting
    assert wanting[:3] == tuple(f"not in the copy: {one}" for one in (key, files, said))
    assert wanting[3:] == ("this machine's secret key is another: everybody must sign in again",)


def test_a_copy_is_written_whole_or_not_at_all(put, data_folder, monkeypatch, tmp_path_factory) -> None:
    place = tmp_path_factory.mktemp("elsewhere")
    (place / "there").write_text("mine")
    with pytest.raises(CannotCopy, match="is there already"):
        backup(place / "there")
    with pytest.raises(CannotCopy, match="could not be written: No such file"):
        backup(place / "nowhere" / "copy")
    for fault, said in ((OSError(28, "No space left"), CannotCopy), (KeyboardInterrupt(), KeyboardInterrupt)):

        def broken(*_words: Any, fault: BaseException = fault) -> str:
            raise fault

        monkeypatch.setattr(copies, "_add", broken)
        with pytest.raises(said):
            backup(place / "copy")
    assert [path.name for path in place.iterdir()] == ["there"]
    assert (place / "there").read_text() == "mine"


def test_a_file_that_was_swept_meanwhile_is_not_missed(put, monkeypatch, tmp_path) -> None:
    add = copies._add

    def swept(tar: Any, name: str, path: Path) -> str:
        if name == "files/aa/one":
            path.unlink()
        return add(tar, name, path)

    monkeypatch.setattr(copies, "_add", swept)
    assert backup(tmp_path / "copy").files == 2
    assert restore(tmp_path / "copy", replace=True).parts == 2


# --- a copy that is not whole


def packed(path: Path, parts: Parts, *odd: tarfile.TarInfo) -> None:
    with tarfile.open(path, "w") as tar:
        for name, content in parts.items():
            head = tarfile.TarInfo(name)
            head.size = len(content)
            tar.addfile(head, io.BytesIO(content))
        for one in odd:
            tar.addfile(one)


def link(name: str) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return made


def manifest(parts: Parts, **changes: Any) -> Parts:
    said = json.loads(parts["manifest.json"]) | changes
    return parts | {"manifest.json": json.dumps(said).encode()}


def without(parts: Parts, name: str) -> Parts:
    return {one: content for one, content in parts.items() if one != name}


WRONG: dict[str, tuple[Callable[[Path, Parts], Any], str]] = {
    "no archive": (lambda path, parts: path.write_bytes(b"rubbish" * 200), "is not a whole copy"),
    "cut off": (lambda path, parts: path.write_bytes(path.read_bytes()[:3000]), "is not a whole copy"),
    "not there": (lambda path, parts: path.unlink(), "is not a whole copy"),
    "without a list": (lambda path, parts: packed(path, without(parts, "manifest.json")), "is not a whole copy"),
    "of another version": (lambda path, parts: packed(path, manifest(parts, format=2)), "by another version"),
    "of another database": (
        lambda path, parts: packed(path, manifest(parts, database="postgresql")),
        "the copy is of postgresql, this installation uses sqlite",
    ),
    "a part is missing": (
        lambda path, parts: packed(path, without(parts, "files/aa/one")),
        "damaged: files/aa/one is missing",
    ),
    "a part has changed": (
        lambda path, parts: packed(path, parts | {"files/aa/one": b"x"}),
        "damaged: files/aa/one has changed",
    ),
    "a link": (lambda path, parts: packed(path, parts, link("files/bb")), "something strange: files/bb"),
    "out of its place": (lambda path, parts: packed(path, {"../out": b"x"}), "something strange: ../out"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_copy_that_is_not_whole_changes_nothing(put, data_folder, tmp_path_factory, what: str) -> None:
    copy = tmp_path_factory.mktemp("elsewhere") / "copy"
    backup(copy)
    with tarfile.open(copy) as tar:
        parts = {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]
    break_it, said = WRONG[what]
    break_it(copy, parts)
    with pytest.raises(CannotCopy, match=said):
        restore(copy, replace=True)
    assert put == []
    assert kept(data_folder) == {"aa/one": "aa/one", "incoming/half": "incoming/half"}
    assert not list(data_folder.glob("restoring-*"))
    assert not (data_folder / "out").exists()


def test_a_damaged_database_is_not_put_back(put, monkeypatch, tmp_path) -> None:
    backup(tmp_path / "copy")
    monkeypatch.setattr(copies, "damage_of", lambda path: "page 7")
    with pytest.raises(CannotCopy, match=r"the database in the copy is damaged \(page 7\); take an earlier copy"):
        restore(tmp_path / "copy", replace=True)
    assert put == []


# --- nobody else


def test_while_somebody_serves_nothing_is_replaced_and_the_other_way_round(data_folder, monkeypatch) -> None:
    with in_use(), in_use(), pytest.raises(CannotCopy, match=r"camdesk is running on these data: .*\(pid [0-9]+\)"):
        alone().__enter__()
    with alone(), pytest.raises(SystemExit, match="the data are being restored"):
        in_use().__enter__()
    monkeypatch.setattr(occupants, "of_database", lambda: [f"psql {number}" for number in range(7)])
    with pytest.raises(CannotCopy, match=r"connected to the database: psql 0, .*psql 4 and 2 more; stop them first"):
        alone().__enter__()

    def away() -> list[str]:
        raise DatabaseError("no line\nDETAIL: …")

    monkeypatch.setattr(occupants, "of_database", away)
    with pytest.raises(CannotCopy, match=r"the database does not answer \(no line\)"):
        alone().__enter__()


@pytest.mark.parametrize(("there", "said"), [(0, ""), (1, "a"), (5, "a, a, a, a, a"), (6, "a, a, a, a, a and 1 more")])
def test_of_many_some_are_named(there: int, said: str) -> None:
    assert occupants.named(["a"] * there) == said


# --- the commands


@pytest.mark.parametrize("command", [backup_command, restore_command], ids=["backup", "restore"])
def test_a_command_says_why_not_in_one_sentence(put, tmp_path, command: Any) -> None:
    (tmp_path / "there").write_text("no copy")
    with pytest.raises(SystemExit, match=r"^camdesk: .*there"):
        command.run(argparse.Namespace(file=tmp_path / "there", replace=True, erased=None))


def test_a_command_says_what_it_has_done(put, data_folder, tmp_path_factory, capsys) -> None:
    (data_folder / "secret.key").unlink()
    copy = tmp_path_factory.mktemp("elsewhere") / "copy"
    assert backup_command.run(argparse.Namespace(file=copy)) == 0
    done, key = capsys.readouterr().out.splitlines()
    assert done == f"{copy}: 2 files, 0.0 MB"
    assert key.startswith("not in the copy: the secret key")
    assert restore_command.run(argparse.Namespace(file=copy, replace=True, erased=None)) == 0
    back, wanting = capsys.readouterr().out.splitlines()
    assert back.startswith("2 parts are back and checked")
    assert wanting.startswith("not in the copy: the secret key")
