"""Rows and files are compared both ways, in a folder and in a bucket; what is on its way in is no fault."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.files.storage import FileSystemStorage

from camdesk.cameras.models import Camera
from camdesk.channels.models import RawLetter
from camdesk.config import verification
from camdesk.lib import files
from camdesk.lib.bucket import Bucket
from camdesk.tickets import uploads
from camdesk.tickets.models import Attachment

LATER = timedelta(hours=25)


@pytest.fixture(params=["folder", "bucket"])
def store(request, data_folder, monkeypatch) -> files.Store:
    if request.param == "bucket":
        home = Bucket(FileSystemStorage(data_folder / "bucket", allow_overwrite=True))
        made = files.Store(incoming=data_folder / "files" / "incoming", home=home, disk=files.Disk())
        monkeypatch.setattr(files, "store", lambda: made)
    return files.store()


@pytest.fixture
def later():
    """More than a day after the files were made, whose time is the disk's."""
    return datetime.now(UTC) + LATER


@pytest.fixture
def whole(world, now, store) -> Attachment:
    """A file with previews, a letter, a camera's picture, and a large file half here: all is well."""
    file = uploads.receive_stream([b"hello"], name="a.txt", by=world.anna, now=now)
    previews = [store.keep_bytes(size).key for size in (b"small", b"large")]
    Attachment.objects.filter(pk=file.pk).update(preview_key=" ".join(previews), preview_state="ready")
    RawLetter.objects.create(
        storage_key=store.keep_bytes(b"letter").key,
        size=6,
        received_at=now,
        next_try_at=now,
        mailbox="folder",
        digest="0" * 64,
    )
    Camera.objects.filter(pk=Camera.objects.first().pk).update(picture=store.keep_bytes(b"jpeg").key)
    half = uploads.begin(name="b", total=6, by=world.anna, now=now)
    uploads.add_piece(upload=half, at=0, chunks=[b"abc"], now=now)
    file.refresh_from_db()
    return file


def test_where_all_is_well_nothing_is_found(whole, later):
    found = verification.verify(later)
    assert (found.stored, found.missing, found.strays) == (6, (), ())


@pytest.mark.parametrize("column", verification.COLUMNS, ids=lambda one: f"{one.model.__name__}.{one.name}")
def test_a_file_that_is_gone_is_named_with_its_row(whole, later, store, column):
    key = next(row.key for row in column.rows() if not row.coming)
    store.delete(key)
    [said] = verification.verify(later).missing
    assert said.startswith(column.model.__name__)
    assert said.endswith(f"{key} is not in the store")


@pytest.mark.parametrize(
    "column", [one for one in verification.COLUMNS if one.size], ids=lambda one: f"{one.model.__name__}.{one.name}"
)
def test_a_file_of_another_size_is_named(whole, later, store, column):
    row = next(row for row in column.rows() if not row.coming)
    with store.begin(limit=100) as file:
        file.write(b"cut or grown to this")
        file.keep(key=row.key)
    [said] = verification.verify(later).missing
    assert said == f"{row.row}: its file {row.key} has 20 bytes and not {row.size}"


def test_a_file_without_a_row_is_a_stray_when_it_is_older_than_what_comes(whole, later, store):
    stray = store.keep_bytes(b"left").key
    assert verification.verify(later - LATER).strays == ()
    found = verification.verify(later)
    assert found.strays == (stray,)
    assert verification.remove(found.strays) == 1
    assert verification.verify(later).strays == ()
    assert verification.verify(later).missing == ()


def test_each_column_that_names_a_file_is_looked_at():
    """By its name; a new one is entered in the table of verification.py."""
    known = {(column.model, column.name) for column in verification.COLUMNS}
    there = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if field.name in ("storage_key", "preview_key", "picture")
    }
    assert there == known
