"""Files inside a form: each arrives or says why not, and the fields around them are never lost."""

import contextlib
import errno

import pytest
from django.http.multipartparser import MultiPartParserError
from django.test import RequestFactory

from camdesk.lib import files
from camdesk.lib.files import NoRoom


@pytest.fixture
def form(data_folder, settings):
    settings.MAX_FILE_BYTES = 1000
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 20

    def post(*parts: tuple[str, bytes], cut: int = 0, boundary: str = "limit"):
        """A form of (disposition, body) parts, in order, as a browser sends it."""
        body = b""
        for disposition, data in parts:
            body += f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n".encode()
            body += b"Content-Type: text/html\r\n\r\n" if "filename" in disposition else b"\r\n"
            body += data + b"\r\n"
        body += f"--{boundary}--\r\n".encode()
        body = body[: len(body) - cut]
        return RequestFactory().generic(
            "POST", "/", body, content_type="multipart/form-data; boundary=limit", CONTENT_LENGTH=len(body)
        )

    return post


def stray(data_folder):
    return [path for path in data_folder.rglob("*") if path.is_file()]


def test_a_file_arrives_between_two_fields_and_is_kept(form, data_folder):
    request = form(
        ('name="before"', b"1"), ('name="files"; filename="a.txt"', b"hello"), ('name="after"', "да".encode())
    )
    (file,) = request.FILES.getlist("files")
    assert (request.POST["before"], request.POST["after"]) == ("1", "да")
    assert (file.name, file.size, file.failure) == ("a.txt", 5, "")
    kept = file.keep()
    request.close()
    assert files.store().open(kept.key).read() == b"hello"
    assert len(stray(data_folder)) == 1


def test_what_is_not_kept_is_gone_with_the_request(form, data_folder):
    request = form(('name="files"; filename="a.txt"', b"hello"))
    assert len(request.FILES) == 1
    request.close()
    assert stray(data_folder) == []


def test_the_stated_type_is_not_believed(form):
    (file,) = form(('name="files"; filename="a.html"', b"x")).FILES.getlist("files")
    assert file.content_type == "application/octet-stream"


def test_a_file_too_large_says_so_and_the_others_and_the_text_stay(form, data_folder):
    request = form(
        ('name="files"; filename="large"', b"x" * 400_000),
        ('name="files"; filename="small"', b"y"),
        ('name="text"', b"kept"),
    )
    assert [(f.name, f.size, f.failure) for f in request.FILES.getlist("files")] == [
        ("large", 400_000, "too_large"),
        ("small", 1, ""),
    ]
    assert request.POST["text"] == "kept"
    assert len(stray(data_folder)) == 1
    with pytest.raises(ValueError):
        request.FILES.getlist("files")[0].keep()


def test_an_empty_file_says_so(form, data_folder):
    (file,) = form(('name="files"; filename="empty"', b"")).FILES.getlist("files")
    assert (file.size, file.failure) == (0, "empty")
    assert stray(data_folder) == []


def test_an_untouched_file_field_is_no_file(form):
    request = form(('name="files"; filename=""', b""), ('name="text"', b"x"))
    assert not request.FILES
    assert request.POST["text"] == "x"


@pytest.mark.parametrize("when", ["at once", "while writing", "at the end"])
def test_a_full_disk_says_so_and_the_text_stays(form, data_folder, monkeypatch, when: str):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    where = {"at once": "create", "while writing": "write", "at the end": "fsync"}[when]
    monkeypatch.setattr(files.store().disk, where, full)
    request = form(('name="files"; filename="a"', b"abc"), ('name="text"', b"kept"))
    (file,) = request.FILES.getlist("files")
    assert request.POST["text"] == "kept"
    if when == "at the end":
        with pytest.raises(NoRoom):
            file.keep()
    assert file.failure == "no_room"
    request.close()
    assert stray(data_folder) == []


def test_a_disk_that_fails_in_another_way_leaves_nothing(form, data_folder, monkeypatch):
    disk = files.store().disk
    write, times = disk.write, iter([True, False])

    def once(handle, data):
        if not next(times):
            raise OSError(errno.EIO, "Input/output error")
        return write(handle, data)

    monkeypatch.setattr(disk, "write", once)
    request = form(('name="files"; filename="a"', b"abc"), ('name="files"; filename="b"', b"abc"))
    with pytest.raises(OSError, match="Input/output"):
        _ = request.FILES
    assert stray(data_folder) == []


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..\\\\..\\\\boot.ini", "a\u202egpj.exe", "CON.txt", "я" * 300 + ".jpg", "a\u200b.html"],
)
def test_a_nasty_name_arrives_clean(form, name: str):
    (file,) = form((f'name="files"; filename="{name}"', b"x")).FILES.getlist("files")
    assert "/" not in file.name
    assert "\\" not in file.name
    assert "\u202e" not in file.name
    assert "\u200b" not in file.name
    assert 0 < len(file.name.encode()) <= 200


@pytest.mark.parametrize("cut", [5, 30, 60, 120])
def test_a_body_that_breaks_off_leaves_nothing(form, data_folder, cut: int):
    request = form(('name="text"', b"x"), ('name="files"; filename="a"', b"abc" * 20), cut=cut)
    with contextlib.suppress(MultiPartParserError):
        _ = request.FILES
    request.close()
    assert stray(data_folder) == []


def test_a_body_with_another_boundary_is_an_empty_form(form, data_folder):
    request = form(('name="files"; filename="a"', b"abc"), boundary="other")
    assert not request.FILES
    request.close()
    assert stray(data_folder) == []
