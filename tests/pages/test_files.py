"""Files over HTTP: sent in every way, given out inert, and never to a stranger."""

import io
import re
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from camdesk.channels.form.channel import FORM
from camdesk.lib import children, files
from camdesk.playbook.models import Topic
from camdesk.tickets import attachments, previews
from camdesk.tickets.models import Attachment, Message, Ticket, UploadPiece


@pytest.fixture(scope="module", autouse=True)
def _end_children():
    yield
    children.end_all()


@pytest.fixture
def anna(world, client_of, data_folder) -> Client:
    return client_of(world.anna)


def stray(data_folder) -> int:
    # Only where uploads go: the first page of a process also writes its bundles into the data folder.
    return sum(1 for place in ("files", "incoming") for path in (data_folder / place).rglob("*") if path.is_file())


def send(client: Client, data: bytes = b"hello", name: str = "a.txt", **headers):
    return client.post("/files/", data, content_type="application/octet-stream", headers={"X-File-Name": quote(name)})


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.fixture
def say(world, now):
    """A message of this kind in Anna's ticket, with these files of its author."""
    topic = Topic.objects.create(id="video", ref="1", section="camera", title_ru="Нет видео")
    ticket = Ticket.objects.create(
        topic=topic, playbook_version=1, channel=FORM.name, person=world.anna, turn_since=now
    )

    def speak(by, kind: str, ids: list[str]) -> Message:
        ticket.last_seq += 1
        message = Message.objects.create(
            ticket=ticket, seq=ticket.last_seq, kind=kind, channel=FORM.name, by=by, text="x", at=now
        )
        attachments.bind(ids=ids, message=message, by=by)
        return message

    return speak


# --- sending


def test_a_file_sent_as_the_body(anna, data_folder):
    answer = send(anna, "Привет".encode(), "Снимок экрана.txt")
    assert answer.status_code == 201
    said = answer.json()
    assert (said["name"], said["size"], said["type"]) == ("Снимок экрана.txt", 12, "text/plain")
    assert said["url"] == f"/files/{said['id']}"
    assert said["preview"] is None


@pytest.mark.parametrize("field", ["files", "file"])
def test_a_file_sent_in_a_form(anna, field: str):
    answer = anna.post("/files/", {field: SimpleUploadedFile("../x.txt", b"hello")})
    assert answer.status_code == 201
    assert answer.json()["name"] == "x.txt"


def test_nobody_sends_without_signing_in(client_of, data_folder):
    assert send(client_of(None)).status_code == 401
    assert stray(data_folder) == 0


def test_sending_asks_for_the_token_against_forgery(world, client_of, data_folder):
    client = client_of(world.anna, enforce_csrf_checks=True)
    assert send(client).status_code == 403
    assert stray(data_folder) == 0


@pytest.mark.parametrize(
    ("data", "status", "word"), [(b"", 422, "пустой"), (b"x" * 3000, 413, "больше"), (b"ok", 201, None)]
)
def test_what_does_not_fit_is_refused_in_words(anna, data_folder, settings, data: bytes, status: int, word: str | None):
    settings.MAX_FILE_BYTES = 2999
    as_body, as_form = send(anna, data), anna.post("/files/", {"file": SimpleUploadedFile("a.txt", data)})
    assert (as_body.status_code, as_form.status_code) == (status, status)
    if word:
        assert word in as_body.json()["error"]
        assert as_body.json() == as_form.json()
        assert stray(data_folder) == 0


def test_a_full_disk_is_507_in_words_without_a_row_or_a_byte(anna, data_folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.store().disk, "write", full)
    begun = anna.post("/files/", headers={"Upload-Length": "9", "X-File-Name": "a"}).json()["id"]
    for answer in (
        send(anna),
        anna.post("/files/", {"file": SimpleUploadedFile("a.txt", b"x")}),
        anna.patch(f"/files/{begun}", b"123", headers={"Upload-Offset": "0"}),
    ):
        assert answer.status_code == 507
        assert "место" in answer.json()["error"]
    assert Attachment.objects.exclude(pk=begun).count() == 0
    assert (stray(data_folder), UploadPiece.objects.count()) == (0, 0)


def test_a_broken_form_is_refused_and_leaves_nothing(anna, data_folder):
    for broken in (
        b"",
        b"--x",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
        b"\x00" * 99,
    ):
        answer = anna.generic("POST", "/files/", broken, content_type="multipart/form-data; boundary=x")
        assert answer.status_code in (400, 422, 201)
        if answer.status_code == 201:
            anna.delete(answer.json()["url"])
    assert anna.generic("POST", "/files/", b"x", content_type="multipart/form-data").status_code == 400


def test_two_files_at_once_are_not_taken_half(anna, data_folder):
    answer = anna.post("/files/", {"files": [SimpleUploadedFile("a", b"1"), SimpleUploadedFile("b", b"2")]})
    assert answer.status_code == 422
    assert stray(data_folder) == 0


@pytest.mark.parametrize("name", ["я" * 300 + ".jpg", "../../../etc/passwd", "a\u202egpj.exe", "", "%00.txt", "CON"])
def test_a_nasty_name_comes_back_clean_and_in_a_valid_header(anna, name: str):
    said = send(anna, name=name).json()
    assert 0 < len(said["name"].encode()) <= 200
    assert "/" not in said["name"]
    disposition = anna.get(said["url"]).headers["Content-Disposition"]
    assert re.fullmatch(
        r"""attachment; filename="[ !#-\[\]-~]+"(; filename\*=UTF-8''[\w.%!#$&+^`|~-]+)?""", disposition
    )


# --- in pieces


def test_a_large_file_comes_in_pieces_and_goes_on_after_a_break(anna):
    begun = anna.post("/files/", headers={"Upload-Length": "6", "X-File-Name": "film.txt"})
    assert begun.status_code == 201
    url = f"/files/{begun.json()['id']}"
    first = anna.patch(url, b"abc", headers={"Upload-Offset": "0"})
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "3")
    assert anna.head(url).headers["Upload-Offset"] == "3"
    assert anna.get(url).status_code == 404, "nothing is given out before it is whole"
    wrong = anna.patch(url, b"abc", headers={"Upload-Offset": "0"})
    assert (wrong.status_code, wrong.headers["Upload-Offset"]) == (409, "3")
    last = anna.patch(url, b"def", headers={"Upload-Offset": "3"})
    assert (last.status_code, last.json()["size"], last.json()["type"]) == (200, 6, "text/plain")
    assert body(anna.get(url)) == b"abcdef"


@pytest.mark.parametrize("header", ["", "x", "-1", "1e3", "9" * 30])
def test_a_senseless_header_is_refused(anna, header: str):
    assert anna.post("/files/", headers={"Upload-Length": header, "X-File-Name": "a"}).status_code == 422
    begun = anna.post("/files/", headers={"Upload-Length": "6", "X-File-Name": "a"}).json()["id"]
    assert anna.patch(f"/files/{begun}", b"a", headers={"Upload-Offset": header}).status_code == 422


def test_a_file_too_large_is_refused_before_a_byte_is_sent(anna, settings):
    settings.MAX_FILE_BYTES = 100
    answer = anna.post("/files/", headers={"Upload-Length": "101", "X-File-Name": "a"})
    assert answer.status_code == 413


# --- reading


EVIL = {
    "page.html": b"<html><script>document.title='XSS'</script>",
    "picture.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload=\"document.title='XSS'\"/>",
    "setup.exe": b"MZ\x90\x00",
    "picture.png": b"<script>document.title='XSS'</script>",
    "book.pdf": b"%PDF-1.7 /JavaScript",
    "feed.xml": b"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>1</x:script>",
    "still.jpg": b"\xff\xd8\xff\xe0<script>",
    "notes.txt": "Просто текст".encode(),
}


@pytest.mark.seed("S20")
@pytest.mark.parametrize("name", EVIL)
def test_every_answer_with_a_file_is_inert(anna, name: str):
    answer = anna.get(send(anna, EVIL[name], name).json()["url"])
    assert body(answer) == EVIL[name], "kept byte for byte"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Length"] == str(len(EVIL[name]))
    expected = {"still.jpg": "image/jpeg", "notes.txt": "text/plain; charset=utf-8"}
    assert answer.headers["Content-Type"] == expected.get(name, "application/octet-stream")


@pytest.mark.parametrize(
    ("asked", "status", "expected", "said"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=8-", 206, b"89", "bytes 8-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-30", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=5-500", 206, b"56789", "bytes 5-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=6-2", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
        ("", 200, b"0123456789", None),
    ],
)
def test_a_part_of_a_file(anna, asked: str, status: int, expected: bytes, said: str | None):
    url = send(anna, b"0123456789").json()["url"]
    answer = anna.get(url, headers={"Range": asked})
    assert (answer.status_code, body(answer), answer.headers.get("Content-Range")) == (status, expected, said)
    head = anna.head(url, headers={"Range": asked})
    assert (head.status_code, head.content) == (status, b"")


def test_a_part_of_another_version_is_the_whole(anna):
    url = send(anna, b"0123456789").json()["url"]
    etag = anna.get(url).headers["ETag"]
    assert anna.get(url, headers={"Range": "bytes=0-1", "If-Range": etag}).status_code == 206
    assert anna.get(url, headers={"Range": "bytes=0-1", "If-Range": '"other"'}).status_code == 200


def test_a_file_that_is_not_sent_belongs_to_its_uploader_alone(world, client_of, anna):
    said = send(anna).json()
    for who in (world.oleg, world.ira, world.ada, None):
        stranger = client_of(who)
        for answer in (
            stranger.get(said["url"]),
            stranger.head(said["url"]),
            stranger.get(said["url"] + "/preview"),
            stranger.patch(said["url"], b"x", headers={"Upload-Offset": "0"}),
            stranger.delete(said["url"]),
        ):
            assert answer.status_code == 404
    assert anna.get(said["url"]).status_code == 200


def test_who_may_read_a_message_may_read_its_files_and_nobody_reads_those_of_notes(world, client_of, say, anna):
    mine = send(anna).json()
    say(world.anna, Message.Kind.CUSTOMER, [mine["id"]])
    agent = client_of(world.ira)
    noted, replied = send(agent).json(), send(agent).json()
    say(world.ira, Message.Kind.NOTE, [noted["id"]])
    say(world.ira, Message.Kind.REPLY, [replied["id"]])

    def answers(client: Client) -> list[int]:
        return [client.get(said["url"]).status_code for said in (mine, replied, noted)]

    assert answers(anna) == [200, 200, 404]
    assert answers(client_of(world.oleg)) == [404, 404, 404]
    assert answers(client_of(None)) == [404, 404, 404]
    assert answers(agent) == [200, 200, 200]
    assert answers(client_of(world.leo)) == [200, 200, 200]


def test_a_sent_file_cannot_be_changed_or_taken_back(world, anna, say):
    said = send(anna).json()
    say(world.anna, Message.Kind.CUSTOMER, [said["id"]])
    assert anna.patch(said["url"], b"x", headers={"Upload-Offset": "5"}).status_code == 404
    refused = anna.delete(said["url"])
    assert refused.status_code == 409
    assert "уже отправлен" in refused.json()["error"]
    assert body(anna.get(said["url"])) == b"hello"


def test_an_unsent_file_is_taken_back(anna):
    url = send(anna).json()["url"]
    assert anna.delete(url).status_code == 204
    assert anna.get(url).status_code == 404
    assert anna.delete(url).status_code == 404


@pytest.mark.parametrize("guess", ["1", "0", "x" * 32, "..", "%2e%2e%2fsecret.key", "a/b"])
def test_a_guessed_id_finds_nothing(anna, guess: str):
    assert anna.get(f"/files/{guess}").status_code == 404


# --- previews


def png(size=(1600, 900)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, "PNG")
    return out.getvalue()


def test_a_picture_has_a_small_and_a_large_preview_at_once_and_later(anna, now):
    said = send(anna, png(), "still.png").json()
    for _ in ("drawn for the look", "kept by the worker"):
        small, large = anna.get(said["preview"]), anna.get(said["preview"] + "?edge=1280")
        for answer, size in ((small, (320, 180)), (large, (1280, 720))):
            assert answer.headers["Content-Type"] == "image/webp"
            assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert Image.open(io.BytesIO(answer.content)).size == size
        previews.draw_wanted(now)
    assert Attachment.objects.get().preview_state == "ready"


def test_a_tile_asks_again_until_its_preview_is_kept(anna, now):
    said = send(anna, png(), "still.png").json()
    tile = said["url"] + "/tile"
    assert "?again=3" in anna.get(tile + "?again=2").content.decode()
    assert "hx-get" not in anna.get(tile + "?again=20").content.decode(), "not for ever"
    previews.draw_wanted(now)
    kept = anna.get(tile + "?again=2").content.decode()
    assert (said["preview"] in kept, "hx-get" in kept) == (True, False)


def test_looking_at_a_preview_changes_nothing(anna, data_folder):
    said = send(anna, png((10, 10)), "still.png").json()
    before = (list(Attachment.objects.values()), stray(data_folder))
    anna.get(said["preview"])
    assert (list(Attachment.objects.values()), stray(data_folder)) == before


@pytest.mark.parametrize("data", [b"hello", b"\x89PNG\r\n\x1a\nbroken", b"<svg/>"])
def test_what_has_no_picture_has_no_preview(anna, data: bytes):
    said = send(anna, data, "x.png").json()
    assert anna.get(said["url"] + "/preview").status_code == 404
