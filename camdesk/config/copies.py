"""Backup and restore: one file that holds the database, the files and the secret key, with a digest of each part. What
of these lies elsewhere (an S3 store, a key of the settings) is named in it and said aloud.

The database is copied first, as it is at one moment, while people go on working; the files after it. A file is durable
before its row commits and never changes, so every row of the copy has its file.
"""

import contextlib
import fcntl
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.utils import timezone

from camdesk.channels.models import RawLetter
from camdesk.config import environment as env
from camdesk.config import occupants
from camdesk.config.integrity import damage_of
from camdesk.lib import schema
from camdesk.lib.files import INCOMING
from camdesk.nodes import registry
from camdesk.privacy import erased_list
from camdesk.tickets.models import Attachment, UploadPiece

FORMAT = 1
_MANIFEST = "manifest.json"


class CannotCopy(Exception):
    """Says in one sentence why there is no copy, or why it was not put back."""


@dataclass(frozen=True, slots=True)
class Copied:
    """`size` in bytes; `left_out`: a sentence for each thing that a restore needs and this copy does not hold."""

    files: int
    size: int
    left_out: tuple[str, ...]


def backup(target: Path) -> Copied:
    """Writes the copy to `target` (mode 600), whole or not at all. Raises CannotCopy."""
    if target.exists():
        raise CannotCopy(f"{target} is there already")
    parts: dict[str, str] = {}
    count = size = 0
    # 0600, and new: one that lies there may be another's, or open to others.
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f"{target.name}.", suffix=".part")
    except OSError as error:
        raise CannotCopy(f"the copy could not be written: {error.strerror or error}") from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as raw, tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as place:
            with tarfile.open(fileobj=raw, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                for name, path in _parts(Path(place)):
                    try:
                        parts[name] = _add(tar, name, path)
                    except FileNotFoundError:  # swept or erased since the list was made
                        continue
                    count += 1
                    size += path.stat().st_size if path.exists() else 0
                left_out = _left_out()
                manifest = {
                    "format": FORMAT,
                    "database": connection.vendor,
                    "parts": parts,
                    "key": registry.fingerprint(),
                    "left_out": left_out,
                }
                data = json.dumps(manifest).encode()
                head = tarfile.TarInfo(_MANIFEST)
                head.size = len(data)
                tar.addfile(head, io.BytesIO(data))
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(part, target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CannotCopy(f"the copy could not be written: {error.strerror or error}") from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Copied(count, size, left_out)


def _left_out() -> tuple[str, ...]:
    told = []
    if not _key_file().exists():
        told.append("the secret key, which the settings say (CAMDESK_SECRET_KEY): keep it apart from the copy")
    if settings.FILES_URL:
        rows = Attachment.objects.filter(state=Attachment.State.READY)
        count = rows.count() + RawLetter.objects.count()
        told.append(f"{count} files and letters in the S3 store (CAMDESK_FILES_URL): keep its own versions")
    if env.file().exists():
        told.append(f"the settings ({env.file()}), passwords and all")
    return tuple(told)


def _key_file() -> Path:
    path: Path = settings.DATA_DIR / "secret.key"
    return path


def _parts(place: Path) -> Iterator[tuple[str, Path]]:
    """(name in the copy, path), the database first."""
    yield "database", _database_copy(place / "database")
    if _key_file().exists():
        yield "secret.key", _key_file()
    root: Path = settings.MEDIA_ROOT
    half: set[str] = set()
    with contextlib.suppress(DatabaseError):  # a copy before an upgrade: there is no such table yet
        half.update(UploadPiece.objects.values_list("storage_key", flat=True))
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        if path.is_file() and path.parent != root / INCOMING and path.name not in half:
            yield f"files/{path.relative_to(root)}", path


def _database_copy(path: Path) -> Path:
    if connection.vendor == "sqlite":
        # One step, in one read transaction: with WAL it keeps nobody from writing, and no writer makes it start again.
        source = sqlite3.connect(connection.settings_dict["NAME"], timeout=30)
        target = sqlite3.connect(path)
        try:
            source.backup(target, pages=-1)
        except sqlite3.Error as error:
            raise CannotCopy(f"the database cannot be copied ({error})") from error
        finally:
            target.close()
            source.close()
        _need_whole(path, "the database is damaged ({found}), so it was not copied: keep your earlier copies")
        return path
    _postgres("pg_dump", "--format=custom", "--no-owner", f"--file={path}")
    return path


def _need_whole(path: Path, sentence: str) -> None:
    """A copy of damage, kept in the place of a good one, is how the last good one is lost."""
    try:
        found = damage_of(path)
    except sqlite3.Error as error:
        found = str(error)
    if found:
        raise CannotCopy(sentence.format(found=found))


def _postgres(program: str, *words: str) -> None:
    database = connection.settings_dict
    environ = {**os.environ, "PGPASSWORD": str(database["PASSWORD"])}
    line = [program, f"--dbname={database['NAME']}", "--no-password", *words]
    for option, key in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if database[key]:
            line.append(f"{option}={database[key]}")
    try:
        done = subprocess.run(line, capture_output=True, text=True, env=environ)
    except FileNotFoundError:
        raise CannotCopy(f"{program} is not here; install the PostgreSQL client of the server's version") from None
    if done.returncode:
        raise CannotCopy(f"{program}: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'failed'}")


def _add(tar: tarfile.TarFile, name: str, path: Path) -> str:
    """Adds the file and returns its sha256."""
    with path.open("rb") as file:
        head = tarfile.TarInfo(name)
        head.size = os.fstat(file.fileno()).st_size
        head.mode = 0o600
        reader = _Digesting(file)
        tar.addfile(head, reader)
        return reader.digest.hexdigest()


class _Digesting:
    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


@dataclass(frozen=True, slots=True)
class Restored:
    """`wanting`: a sentence for each thing that must come from elsewhere before it can serve. `erased`: how many
    persons were erased anew."""

    parts: int
    wanting: tuple[str, ...]
    erased: int = 0


def restore(source: Path, *, replace: bool = False, erased: Path | None = None) -> Restored:
    """Puts a copy back into the (empty) data folder and database. With `replace`, over what is there.

    Everything is unpacked and checked first: a damaged copy changes nothing. Raises CannotCopy, also while anybody is
    connected. Whoever was erased since the copy was made is erased again before anybody is let in: by the list of this
    machine, by what the database knew that is put aside, and by `erased`, a list from elsewhere.
    """
    with alone(), schema.alone(), tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix="restoring-") as raw_place:
        place = Path(raw_place)
        manifest = _unpack(source, place)
        if manifest["database"] != connection.vendor:
            raise CannotCopy(f"the copy is of {manifest['database']}, this installation uses {connection.vendor}")
        if connection.vendor == "sqlite":
            _need_whole(place / "database", "the database in the copy is damaged ({found}); take an earlier copy")
        if not replace and _is_used():
            raise CannotCopy("there are data already; say --replace to put the copy in their place")
        _remember_erased(erased)
        _put_database(place / "database")
        files = place / "files"
        files.mkdir(exist_ok=True)
        if settings.MEDIA_ROOT.exists():
            settings.MEDIA_ROOT.rename(place / "files-before")
        files.rename(settings.MEDIA_ROOT)
        _forget_half_uploads()
        if (place / "secret.key").exists():
            os.replace(place / "secret.key", _key_file())
        os.sync()
        again, later = _erase_again()
        return Restored(len(manifest["parts"]), (*_wanting(manifest), *later), again)


def _remember_erased(elsewhere: Path | None) -> None:
    """On this machine's list, before the database is another. Raises CannotCopy."""
    try:
        more = erased_list.read(elsewhere) if elsewhere is not None else []
        if elsewhere is not None and not elsewhere.exists():
            raise CannotCopy(f"{elsewhere} is not there")
        if _is_used():
            erased_list.keep()
        if more:
            erased_list.write(erased_list.path(), {*erased_list.read(erased_list.path()), *more})
    except erased_list.BadList as why:
        raise CannotCopy(str(why)) from None


def _erase_again() -> tuple[int, tuple[str, ...]]:
    """(how many were erased anew, a sentence where it waits): a copy of an older version gets its tables first."""
    if schema.fit().waiting:
        count = len(erased_list.read(erased_list.path()))
        return 0, (f"{count} persons were erased since: camdesk prepare erases them again",) if count else ()
    return erased_list.apply_again(now=timezone.now()), ()


def _forget_half_uploads() -> None:
    """Their pieces are not in the copy. A copy of an older version has not got the table: `prepare` makes it, empty."""
    with contextlib.suppress(DatabaseError):
        UploadPiece.objects.all().delete()
        Attachment.objects.filter(state=Attachment.State.RECEIVING).delete()


def _wanting(manifest: dict[str, Any]) -> tuple[str, ...]:
    told = [f"not in the copy: {one}" for one in manifest.get("left_out", ())]
    here = "secret.key" in manifest["parts"] or manifest.get("key") in (None, registry.fingerprint())
    return (*told, *(() if here else ("this machine's secret key is another: everybody must sign in again",)))


def _unpack(source: Path, place: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source, "r:") as tar:
            for member in tar:
                _take_out(tar, member, place)
        manifest: dict[str, Any] = json.loads((place / _MANIFEST).read_text())
    except (OSError, tarfile.TarError, ValueError) as error:
        raise CannotCopy(f"{source} is not a whole copy ({error})") from error
    if manifest.get("format") != FORMAT:
        raise CannotCopy(f"{source} was made by another version of camdesk")
    for name, digest in manifest["parts"].items():
        path = place / name
        if not path.is_file():
            raise CannotCopy(f"the copy is damaged: {name} is missing")
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                raise CannotCopy(f"the copy is damaged: {name} has changed")
    return manifest


def _take_out(tar: tarfile.TarFile, member: tarfile.TarInfo, place: Path) -> None:
    """One plain file below `place`; anything else was not written by us."""
    target = (place / member.name).resolve()
    content = tar.extractfile(member) if member.isreg() and target.is_relative_to(place.resolve()) else None
    if content is None:
        raise CannotCopy(f"the copy holds something strange: {member.name}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "xb", opener=_private) as file:
        shutil.copyfileobj(content, file, 1024 * 1024)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _is_used() -> bool:
    if connection.vendor == "sqlite":
        return Path(connection.settings_dict["NAME"]).exists()
    return bool(connection.introspection.table_names())


def _put_database(copy: Path) -> None:
    connections.close_all()
    if connection.vendor == "sqlite":
        home = Path(connection.settings_dict["NAME"])
        for ending in ("-wal", "-shm"):  # of the old file: they would be played into the new one
            Path(f"{home}{ending}").unlink(missing_ok=True)
        os.replace(copy, home)
        return
    _postgres(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error", str(copy)
    )


@contextmanager
def in_use() -> Iterator[None]:
    """Held by every process that serves these data, so that nobody puts other data under its feet."""
    with _lock(fcntl.LOCK_SH) as held:
        if not held:
            raise SystemExit("camdesk: the data are being restored; start again when that is done")
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Nobody serves these data, nor is connected to their database. Raises CannotCopy and names who is."""
    with _lock(fcntl.LOCK_EX) as held:
        if not held:
            who = occupants.named(occupants.of_folder())
            raise CannotCopy(f"camdesk is running on these data{f': {who}' if who else ''}; stop it first")
        try:
            there = occupants.of_database()
        except DatabaseError as error:
            why = str(error).strip().partition("\n")[0]
            raise CannotCopy(f"the database does not answer ({why})") from None
        if there:
            raise CannotCopy(f"somebody is connected to the database: {occupants.named(there)}; stop them first")
        yield


@contextmanager
def _lock(kind: int) -> Iterator[bool]:
    with (settings.DATA_DIR / occupants.LOCK).open("a") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
