"""Files on their way in: who may send what, who may bind it, and what stays when something fails."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from camdesk.channels.form.channel import FORM
from camdesk.lib import children, files
from camdesk.lib.rates import Rate
from camdesk.people import limits
from camdesk.people.models import Person
from camdesk.playbook.models import Topic
from camdesk.tickets import attachments, upload_pieces, uploads
from camdesk.tickets.attachments import CannotAttach, bind
from camdesk.tickets.models import Attachment, Message, Ticket, UploadPiece

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module", autouse=True)
def _end_children():
    yield
    children.end_all()


@pytest.fixture
def bytes_on_disk(data_folder):
    """How many files lie anywhere in the data folder."""
    return lambda: sum(1 for path in data_folder.rglob("*") if path.is_file())


def sent(person, now, data: bytes = b"hello", name: str = "a.txt") -> Attachment:
    return uploads.receive_stream([data], name=name, by=person, now=now)


@pytest.fixture
def message(world, now):
    topic = Topic.objects.create(id="video", ref="1", section="camera", title_ru="Нет видео")
    ticket = Ticket.objects.create(
        topic=topic, playbook_version=1, channel=FORM.name, person=world.anna, turn_since=now
    )
    return Message.objects.create(
        ticket=ticket, seq=2, kind=Message.Kind.CUSTOMER, channel=FORM.name, by=world.anna, text="x", at=now
    )


# --- in one piece


def test_a_file_is_kept_whole_under_a_name_that_cannot_be_guessed(world, now, bytes_on_disk):
    file = sent(world.anna, now, b"\xd0\x9f" * 1000, "../../Снимок\u202e.txt")
    assert (file.name, file.size, file.content_type) == ("Снимок.txt", 2000, "text/plain")
    assert len(file.pk) >= 22, "128 random bits in base64"
    with files.store().open(file.storage_key) as stored:
        assert stored.read() == b"\xd0\x9f" * 1000
    assert bytes_on_disk() == 1


@pytest.mark.seed("S13")
@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("photo.jpg", b"MZ\x90\x00", "application/vnd.microsoft.portable-executable"),
        ("photo.png", b"<svg onload=alert(1)>", "application/octet-stream"),
        ("page.html", b"<html>", "application/octet-stream"),
        ("setup.exe", PNG, "image/png"),
    ],
)
def test_the_type_is_told_by_the_bytes_and_never_by_the_name(world, now, data_folder, name, data, kind):
    assert sent(world.anna, now, data, name).content_type == kind


@pytest.mark.parametrize(
    ("data", "refusal", "word"),
    [(b"", uploads.Empty, "пустой"), (b"x" * 2001, uploads.FileTooLarge, "больше")],
)
def test_a_refused_file_says_why_and_leaves_nothing(world, now, bytes_on_disk, settings, data, refusal, word):
    settings.MAX_FILE_BYTES = 2000
    with pytest.raises(refusal) as caught:
        sent(world.anna, now, data, "камера.bin")
    assert word in str(caught.value)
    assert "камера.bin" in str(caught.value)
    assert (Attachment.objects.count(), bytes_on_disk()) == (0, 0)


def test_a_full_disk_says_so_and_leaves_nothing(world, now, bytes_on_disk, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.store().disk, "write", full)
    with pytest.raises(uploads.NoRoomForFile, match="кончилось место"):
        sent(world.anna, now)
    assert (Attachment.objects.count(), bytes_on_disk()) == (0, 0)


@pytest.mark.parametrize(
    ("code", "said"), [(sqlite3.SQLITE_FULL, uploads.NoRoomForFile), (sqlite3.SQLITE_BUSY, OperationalError)]
)
def test_a_row_that_cannot_be_written_takes_its_file_with_it(world, now, bytes_on_disk, monkeypatch, code, said):
    def refused(*_):
        why = sqlite3.OperationalError("database or disk is full, or somebody else writes")
        why.sqlite_errorcode = code
        raise OperationalError(*why.args) from why

    monkeypatch.setattr(uploads, "insert", refused)
    with pytest.raises(said):
        sent(world.anna, now)
    assert bytes_on_disk() == 0


def test_a_day_has_its_quota_and_agents_have_none(world, now, data_folder, settings):
    settings.MAX_DAILY_BYTES = 10
    with pytest.raises(uploads.OverQuota):
        sent(world.anna, now, b"eleven char")
    assert not Attachment.objects.exists()
    sent(world.anna, now - timedelta(hours=25), b"yesterday!")
    sent(world.anna, now, b"12345")
    sent(world.anna, now, b"67890")
    with pytest.raises(uploads.OverQuota, match="завтра"):
        sent(world.anna, now, b"x")
    with pytest.raises(uploads.OverQuota):
        uploads.begin(name="a", total=6, by=world.anna, now=now)
    sent(world.oleg, now, b"of another")
    for _ in range(3):
        sent(world.ira, now, b"agents answer all day")


@pytest.mark.parametrize("limits_in", ["memory", "database"])
def test_a_file_taken_back_gives_its_place_back_and_a_loop_of_it_ends(world, now, data_folder, settings, limits_in):
    """A wrong one may be chosen anew; a script that does nothing else costs neither disk nor scanner without end."""
    limits.forget()
    settings.LIMITS, settings.MAX_DAILY_BYTES = limits_in, 10
    settings.RATES = {**settings.RATES, "uploads": Rate(5, 24 * 3600)}

    def once(by, n: int) -> None:
        at = now + timedelta(minutes=n)
        taken = sent(by, at, b"1234567890") if n % 2 else uploads.begin(name="a", total=10, by=by, now=at)
        attachments.remove(attachment=taken)

    for n in range(5):
        once(world.anna, n)
    with pytest.raises(uploads.OverQuota, match="завтра") as over:
        once(world.anna, 5)
    assert 23 * 3600 < over.value.wait <= 24 * 3600
    assert not Attachment.objects.exists()
    once(world.oleg, 0)
    for n in range(7):
        once(world.ira, n)
    sent(world.anna, now + timedelta(hours=25))


def test_a_large_file_counts_by_its_size(world, now, data_folder, settings):
    limits.forget()
    settings.LIMITS, settings.RATES = "memory", {**settings.RATES, "uploads": Rate(5, 24 * 3600)}
    attachments.remove(attachment=uploads.begin(name="a", total=4 * 1024 * 1024 + 1, by=world.anna, now=now))
    with pytest.raises(uploads.OverQuota):
        uploads.begin(name="b", total=1, by=world.anna, now=now)


@pytest.mark.parametrize(("size", "megabytes"), [(0, 1), (1, 1), (1024**2, 1), (1024**2 + 1, 2)])
def test_what_is_received_counts_by_the_megabytes_begun(world, now, monkeypatch, size, megabytes):
    taken = []
    monkeypatch.setattr(limits, "take", lambda name, whose, *, now, many: taken.append((name, whose, many)))
    machine = Person.objects.create(name="CRM", kind=Person.Kind.MACHINE, created_at=now)
    for quota in (
        uploads._Quota(world.anna, now),
        uploads._Quota(machine, now),
        uploads._Quota(None, now, network="192.0.2.0"),
        uploads._Quota(world.ira, now),
        uploads._Quota(None, now),
    ):
        with quota.held(size):
            pass
    by_network = ("uploads_by_network", "192.0.2.0", megabytes)
    assert taken == [("uploads", world.anna.pk, megabytes), ("uploads_by_key", machine.pk, megabytes), by_network]


def test_as_many_files_as_may_be_are_bound_and_no_more(world, now, message, data_folder, settings):
    settings.MAX_FILES = 2
    three = [sent(world.anna, now).pk for _ in range(3)]
    with pytest.raises(CannotAttach, match="too many"):
        bind(ids=three, message=message, by=world.anna)
    bind(ids=[*three[:2], three[0]], message=message, by=world.anna)
    assert [file.pk for file in message.attachments.order_by("position")] == three[:2]


def test_an_upload_under_way_counts_for_the_quota(world, now, data_folder, settings):
    settings.MAX_DAILY_BYTES = 10
    uploads.begin(name="a", total=10, by=world.anna, now=now)
    with pytest.raises(uploads.OverQuota):
        uploads.begin(name="b", total=1, by=world.anna, now=now)


# --- in pieces


def test_pieces_become_a_file(world, now, bytes_on_disk):
    upload = uploads.begin(name="film.mp4", total=10, by=world.anna, now=now)
    assert uploads.offset(upload) == 0
    assert uploads.add_piece(upload=upload, at=0, chunks=[b"\x00\x00\x00\x18"], now=now).state == "receiving"
    with pytest.raises(uploads.WrongFileOffset) as wrong:
        uploads.add_piece(upload=upload, at=0, chunks=[b"again"], now=now)
    assert wrong.value.offset == 4
    done = uploads.add_piece(upload=upload, at=4, chunks=[b"ftyp", b"qt"], now=now)
    assert (done.state, done.size, done.sha256 != "") == ("ready", 10, True)
    assert Attachment.objects.get().state == "ready"
    assert bytes_on_disk() == 1
    assert uploads.add_piece(upload=done, at=10, chunks=[], now=now) == done, "an answer that was lost is given again"
    with pytest.raises(uploads.WrongFileOffset):
        uploads.add_piece(upload=done, at=4, chunks=[b"x"], now=now)


def test_more_than_announced_is_refused(world, now, data_folder):
    upload = uploads.begin(name="a", total=3, by=world.anna, now=now)
    with pytest.raises(uploads.FileTooLarge):
        uploads.add_piece(upload=upload, at=0, chunks=[b"abcd"], now=now)
    assert uploads.offset(upload) == 0


@pytest.mark.parametrize(("total", "refusal"), [(0, uploads.Empty), (2001, uploads.FileTooLarge)])
def test_an_announced_size_may_be_refused_at_once(world, now, bytes_on_disk, settings, total, refusal):
    settings.MAX_FILE_BYTES = 2000
    with pytest.raises(refusal):
        uploads.begin(name="a", total=total, by=world.anna, now=now)
    assert (Attachment.objects.count(), bytes_on_disk()) == (0, 0)


@pytest.mark.whole("camdesk.tickets.attachments.remove")
def test_an_upload_that_was_taken_back_has_to_begin_anew_and_leaves_nothing(
    world, now, bytes_on_disk, django_capture_on_commit_callbacks
):
    upload = uploads.begin(name="a", total=6, by=world.anna, now=now)
    uploads.add_piece(upload=upload, at=0, chunks=[b"abc"], now=now)
    with django_capture_on_commit_callbacks(execute=True):
        attachments.remove(attachment=upload)
    for at in (0, 3):
        with pytest.raises((uploads.Lost, uploads.WrongFileOffset)):
            uploads.add_piece(upload=upload, at=at, chunks=[b"abc"], now=now)
    assert (UploadPiece.objects.count(), bytes_on_disk()) == (0, 0)


class Killed(BaseException):
    """The process ends here."""


def killed(*_args, **_more):
    raise Killed


def full(*_):
    raise OSError(28, "No space left on device")


def test_a_process_that_dies_at_any_moment_leaves_nothing_that_is_not_swept(
    world, now, bytes_on_disk, monkeypatch, django_capture_on_commit_callbacks
):
    """Each call at which the piece, the whole and their rows are made or go is the last of its process once."""

    def only_written(real):
        return lambda *args, **more: (real(*args, **more), killed())

    moments = [
        (upload_pieces, "_count", killed),  # the piece is kept, and does not count yet
        (upload_pieces, "join", killed),
        (uploads, "_finished", killed),  # the whole is kept, and its row does not say so
        (upload_pieces, "forget", killed),  # its row says so, and the pieces are there still
        (files.Incoming, "keep", only_written(files.Incoming.keep)),
    ]
    for where, name, dying in moments:
        upload = uploads.begin(name="a", total=3, by=world.anna, now=now)
        with monkeypatch.context() as patched:
            patched.setattr(where, name, dying)
            with pytest.raises(Killed):
                uploads.add_piece(upload=upload, at=0, chunks=[b"abc"], now=now)
        assert bytes_on_disk() > 0
        later = now + timedelta(hours=25)
        with django_capture_on_commit_callbacks(execute=True):
            upload_pieces.sweep(later)
            attachments.discard_unsent(later)
        assert (UploadPiece.objects.count(), bytes_on_disk()) == (0, 0), name


def test_what_was_broken_off_behind_the_last_piece_ends_with_the_next_try(world, now, bytes_on_disk, monkeypatch):
    upload = uploads.begin(name="a", total=3, by=world.anna, now=now)
    with monkeypatch.context() as patched:
        patched.setattr(upload_pieces, "join", killed)
        with pytest.raises(Killed):
            uploads.add_piece(upload=upload, at=0, chunks=[b"abc"], now=now)
    assert uploads.offset(upload) == 3
    assert uploads.add_piece(upload=upload, at=3, chunks=[], now=now).state == "ready"
    assert bytes_on_disk() == 1


def test_a_shower_of_tiny_pieces_is_refused_in_words(world, now, bytes_on_disk):
    upload = uploads.begin(name="a", total=100, by=world.anna, now=now)
    for at in range(20):
        uploads.add_piece(upload=upload, at=at, chunks=[b"x"], now=now)
    with pytest.raises(uploads.FileRefused, match="мелкими"):
        uploads.add_piece(upload=upload, at=20, chunks=[b"x"], now=now)
    assert (UploadPiece.objects.count(), bytes_on_disk()) == (20, 20)


def test_the_store_that_fails_over_a_piece_counts_nothing_of_it(world, now, data_folder, monkeypatch):
    upload = uploads.begin(name="a", total=3, by=world.anna, now=now)
    with monkeypatch.context() as patched:
        patched.setattr(files.store().disk, "fsync", full)
        with pytest.raises(uploads.NoRoomForFile):
            uploads.add_piece(upload=upload, at=0, chunks=[b"ab"], now=now)
    assert (uploads.offset(upload), UploadPiece.objects.count()) == (0, 0)


# --- binding


def test_files_are_bound_in_their_order(world, now, data_folder, message):
    ids = [sent(world.anna, now, name=f"{n}.txt").pk for n in (3, 1, 2)]
    bind(ids=ids, message=message, by=world.anna)
    assert [a.pk for a in sorted(message.attachments.all(), key=lambda a: a.position)] == ids


def test_only_the_person_who_uploaded_a_file_may_bind_it_and_only_once(world, now, data_folder, message):
    file = sent(world.anna, now)
    for stranger in (world.oleg, world.ira, None):
        with pytest.raises(CannotAttach):
            bind(ids=[file.pk], message=message, by=stranger)
    bind(ids=[file.pk], message=message, by=world.anna)
    with pytest.raises(CannotAttach):
        bind(ids=[file.pk], message=message, by=world.anna)


def test_what_is_not_received_whole_or_does_not_exist_is_not_bound(world, now, data_folder, message):
    upload = uploads.begin(name="a", total=3, by=world.anna, now=now)
    for one in (upload.pk, "no-such-id", ""):
        with pytest.raises(CannotAttach):
            bind(ids=[one], message=message, by=world.anna)


@pytest.mark.seed("S36")
def test_a_message_takes_ten_files_and_no_eleventh(world, now, data_folder, message):
    ids = [sent(world.anna, now).pk for _ in range(11)]
    with pytest.raises(CannotAttach):
        bind(ids=ids, message=message, by=world.anna)
    bind(ids=[*ids[:10], ids[0]], message=message, by=world.anna)
    assert message.attachments.count() == 10


def test_a_draft_finds_only_its_own_whole_unsent_files(world, now, data_folder, message):
    mine, other, bound = sent(world.anna, now), sent(world.oleg, now), sent(world.anna, now)
    under_way = uploads.begin(name="a", total=3, by=world.anna, now=now)
    bind(ids=[bound.pk], message=message, by=world.anna)
    ids = ["gone", other.pk, bound.pk, under_way.pk, mine.pk, mine.pk]
    assert attachments.unsent(ids=ids, by=world.anna) == [mine]


# --- going


@pytest.mark.tells("camdesk.tickets.attachments.remove", "_delete_files")
def test_an_unsent_file_can_be_taken_back_and_a_sent_one_cannot(
    world, now, bytes_on_disk, message, django_capture_on_commit_callbacks
):
    unsent, bound = sent(world.anna, now), sent(world.anna, now)
    bind(ids=[bound.pk], message=message, by=world.anna)
    with django_capture_on_commit_callbacks(execute=True):
        assert attachments.remove(attachment=unsent)
        assert not attachments.remove(attachment=bound)
    assert [a.pk for a in Attachment.objects.all()] == [bound.pk]
    assert bytes_on_disk() == 1


def test_what_nobody_sent_goes_after_a_day(world, now, bytes_on_disk, message, django_capture_on_commit_callbacks):
    old, fresh, bound = sent(world.anna, now), sent(world.anna, now + timedelta(hours=20)), sent(world.anna, now)
    under_way = uploads.begin(name="a", total=3, by=world.anna, now=now)
    bind(ids=[bound.pk], message=message, by=world.anna)
    with django_capture_on_commit_callbacks(execute=True):
        assert attachments.discard_unsent(now + timedelta(hours=23)) == 0
        assert attachments.discard_unsent(now + timedelta(hours=25)) == 2
    assert set(Attachment.objects.values_list("pk", flat=True)) == {fresh.pk, bound.pk}
    assert bytes_on_disk() == 2
    assert old.pk != under_way.pk


# --- in the order that survives a power cut


class RecordedDisk(files.Disk):
    def __init__(self, order: list[str]) -> None:
        self.order = order

    def fsync(self, handle: int) -> None:
        super().fsync(handle)
        self.order.append("fsync")

    def rename(self, source: Path, target: Path) -> None:
        super().rename(source, target)
        self.order.append("rename")

    def fsync_folder(self, folder: Path) -> None:
        super().fsync_folder(folder)
        self.order.append("fsync folder")


def in_pieces(data: bytes, world, now) -> Attachment:
    upload = uploads.begin(name="a.txt", total=len(data), by=world.anna, now=now)
    return uploads.add_piece(upload=upload, at=0, chunks=[data], now=now)


@pytest.mark.parametrize(
    "bring",
    [
        pytest.param(lambda data, world, now: sent(world.anna, now, data), id="as the body of a request"),
        pytest.param(lambda data, world, now: uploads.take_in(data, name="a.txt", by=None, now=now), id="in a letter"),
        pytest.param(in_pieces, id="in pieces"),
    ],
)
def test_a_file_is_on_the_disk_before_its_row_says_so(world, now, data_folder, monkeypatch, bring):
    """Seen failing with the file not fsynced."""
    order: list[str] = []
    disk = RecordedDisk(order)
    store = files.Store(incoming=data_folder / "incoming", home=files.Folder(data_folder / "files", disk), disk=disk)
    monkeypatch.setattr(files, "store", lambda: store)

    def watched(execute, sql, params, many, context):
        done = execute(sql, params, many, context)
        if sql.startswith(("INSERT", "UPDATE")) and "tickets_attachment" in sql:
            order.append("row")
        return done

    with connection.execute_wrapper(watched):
        for number in range(20):
            order.clear()
            assert bring(f"words {number}".encode(), world, now).state == Attachment.State.READY
            kept = order
            if bring is in_pieces:  # the row of the upload, then its piece, then the whole
                assert [call for call in order if call != "fsync folder"][:3] == ["row", "fsync", "rename"], order
                kept = order[order.index("rename") + 1 :]
                kept = kept[kept.index("fsync") :]
            assert [call for call in kept if call != "fsync folder"] == ["fsync", "rename", "row"], order
            assert kept[-2:] == ["fsync folder", "row"], "the name is durable too"
