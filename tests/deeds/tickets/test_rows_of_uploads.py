"""Files that come in pieces: each condition has the row that only it keeps out (tests/rows.py)."""

from datetime import timedelta

import pytest

from camdesk.lib import files
from camdesk.tickets import upload_pieces, uploads
from camdesk.tickets.models import Attachment, UploadPiece
from tests.rows import DAY, Query, Scene, proven, whether
from tests.rows import scene as scene


def upload(at: Scene, **changes) -> Attachment:
    """The one under way."""
    meant = {
        "name": "a",
        "state": "receiving",
        "total_size": 9,
        "storage_key": "ab" * 20,
        "created_at": at.now - 2 * DAY,
    }
    found = Attachment.objects.filter(name="a").first()
    if not found:
        return Attachment.objects.create(**meant | changes)
    for name, value in changes.items():
        setattr(found, name, value)
    found.save()
    return found


def piece(scene: Scene, *, of: Attachment | None = None, **changes) -> UploadPiece:
    meant = {"file": of or upload(scene), "at": 0, "size": 3, "storage_key": "cd" * 20}
    return UploadPiece.objects.create(**meant | changes)


def of_another(at: Scene):
    return {"of": Attachment.objects.create(name="b", storage_key="ef" * 20, created_at=at.now, total_size=9)}


def of_whole(at: Scene, *, state: str = "ready", age: timedelta = 2 * DAY, **changes) -> UploadPiece:
    return piece(at, of=upload(at, state=state, created_at=at.now - age), **changes)


def joined(at: Scene):
    return whether(files.NotHere, lambda: upload_pieces.join(upload(at, total_size=3)))


def counted(at: Scene):
    """How a second piece from the same byte is told."""
    second = UploadPiece(pk=0, file=upload(at), at=0)
    return whether(
        upload_pieces.WrongOffset,
        lambda: whether(files.NotHere, lambda: upload_pieces._count(second, upload(at), size=3)),
    )


def kept_piece(at: Scene, *, key: str = "", **changes) -> UploadPiece:
    kept = files.store().keep_bytes(b"abc").key
    return piece(at, storage_key=key or kept, **changes)


QUERIES = {
    "how far it has come": Query(
        lambda at: upload_pieces.arrived(upload(at)), piece, {"of another": of_another, "still coming": {"size": None}}
    ),
    "which of two is quicker": Query(counted, piece, {"of another": of_another, "still coming": {"size": None}}),
    "what is joined": Query(joined, kept_piece, {"of another": of_another, "still coming": {"size": None}}),
    "all there are": Query(lambda at: upload_pieces.keys(upload(at)), piece, {"of another": of_another}),
    "what is left of a whole one": Query(
        lambda at: upload_pieces.sweep(at.now),
        of_whole,
        {"under way": {"state": "receiving"}, "fresh": {"age": DAY / 2}},
    ),
    "what a twin has finished": Query(
        lambda at: whether(uploads.Lost, lambda: uploads._finished_by_a_twin(upload(at)).size),
        lambda at, *, state="ready", other=False: (
            Attachment.objects.create(name="b", state=state, storage_key="ef" * 20, created_at=at.now)
            if other
            else upload(at, state=state)
        ),
        {"under way": {"state": "receiving"}, "another": {"other": True}},
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name, data_folder):
    upload(scene)
    proven(QUERIES[name], scene)


def test_a_piece_counts_for_the_upload_that_is_under_way_alone(scene, data_folder):
    mine = upload(scene)
    upload_pieces._lock(mine)
    upload(scene, state="ready")
    with pytest.raises(files.NotHere):
        upload_pieces._lock(mine)
    Attachment.objects.create(name="b", state="receiving", storage_key="ef" * 20, created_at=scene.now)
    with pytest.raises(files.NotHere):
        upload_pieces._lock(mine)


def test_a_whole_file_forgets_its_own_pieces_alone(scene, data_folder):
    mine, others = piece(scene), piece(scene, **of_another(scene))
    upload_pieces.forget(mine.file)
    assert list(UploadPiece.objects.all()) == [others]


def test_what_counts_is_the_piece_itself(scene, data_folder):
    mine, beside = piece(scene, size=None), piece(scene, size=None, storage_key="01" * 20)
    upload_pieces._count(mine, mine.file, size=3)
    assert [row.size for row in (UploadPiece.objects.get(pk=mine.pk), UploadPiece.objects.get(pk=beside.pk))] == [
        3,
        None,
    ]


def test_the_pieces_of_another_do_not_make_one_too_many(scene, data_folder):
    other = of_another(scene)["of"]
    for at in range(30):
        piece(scene, of=other, at=at)
    assert upload_pieces._named(upload(scene), 0).size is None
