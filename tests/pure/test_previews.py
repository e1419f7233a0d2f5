"""Pictures of strangers become small pictures of ours, or nothing."""

import io
import struct
import zlib
from pathlib import Path

import psutil
import pytest
from PIL import Image

from camdesk.lib import children, previews
from camdesk.lib.previews import NoPreview, make_previews


@pytest.fixture(scope="module", autouse=True)
def _end_children():
    yield
    children.end_all()


def saved(path: Path, size: tuple[int, int] = (1600, 900), kind: str = "PNG", mode: str = "RGB", **options) -> Path:
    Image.new(mode, size, "red" if mode in ("RGB", "RGBA", "P") else 1).save(path, kind, **options)
    return path


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("PNG", "1"), ("PNG", "I;16"), ("JPEG", "RGB"),
        ("JPEG", "CMYK"), ("JPEG", "L"), ("GIF", "P"), ("WEBP", "RGBA"), ("BMP", "RGB"), ("TIFF", "RGB"),
    ],
)  # fmt: skip
def test_every_kind_of_picture_becomes_two_small_webp(tmp_path, kind: str, mode: str):
    made = make_previews(saved(tmp_path / "x", kind=kind, mode=mode))
    assert (made.width, made.height) == (1600, 900)
    assert {edge: Image.open(io.BytesIO(data)).size for edge, data in made.pictures.items()} == {
        320: (320, 180),
        1280: (1280, 720),
    }
    assert {Image.open(io.BytesIO(data)).format for data in made.pictures.values()} == {"WEBP"}


def test_a_small_picture_is_not_enlarged(tmp_path):
    made = make_previews(saved(tmp_path / "x", size=(10, 20)))
    assert Image.open(io.BytesIO(made.pictures[1280])).size == (10, 20)


def test_only_the_first_frame_of_an_animation_is_drawn(tmp_path):
    frames = [Image.new("RGB", (50, 50), color) for color in ("red", "blue", "green")]
    frames[0].save(tmp_path / "x", "GIF", save_all=True, append_images=frames[1:])
    picture = Image.open(io.BytesIO(make_previews(tmp_path / "x").pictures[320]))
    assert getattr(picture, "n_frames", 1) == 1


def test_the_place_in_the_exif_is_gone_and_its_turn_is_applied(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "SERIAL-OF-MY-PHONE"
    exif.get_ifd(0x8825)[2] = (55.0, 45.0, 7.0)
    path = saved(tmp_path / "x.jpg", size=(800, 600), kind="JPEG", exif=exif, comment=b"SECRET-COMMENT")
    assert b"SERIAL-OF-MY-PHONE" in path.read_bytes()
    made = make_previews(path)
    assert (made.width, made.height) == (600, 800)
    for data in made.pictures.values():
        picture = Image.open(io.BytesIO(data))
        assert picture.height > picture.width
        assert not picture.getexif()
        assert "icc_profile" not in picture.info
        assert b"SERIAL" not in data
        assert b"SECRET" not in data


def test_a_photo_of_108_megapixels_has_a_preview(tmp_path):
    made = make_previews(saved(tmp_path / "x.jpg", size=(12000, 9000), kind="JPEG", mode="L"))
    assert (made.width, made.height) == (12000, 9000)


def png(width: int, height: int, data: bytes, *, extra: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack("!I", len(body)) + kind + body + struct.pack("!I", zlib.crc32(kind + body))

    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    body = b"note\x00\x00" + zlib.compress(b"a" * 200_000_000, 9)
    return struct.pack("!I", len(body)) + b"zTXt" + body + struct.pack("!I", zlib.crc32(b"zTXt" + body))


HOSTILE = {
    "nothing": b"",
    "text": b"hello",
    "a page": b"<html><script>alert(1)</script></html>",
    "an SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a PNG of which only the head is there": b"\x89PNG\r\n\x1a\n",
    "a PNG cut off": png(100, 100, zlib.compress(b"\x00" * 30_100))[:60],
    "a PNG without pixels": png(0, 0, b""),
    "a bomb: 2 gigapixels by its head": png(50_000, 50_000, zlib.compress(b"\x00" * 1000)),
    "a bomb: the largest head there is": png(2**31 - 1, 2**31 - 1, b"x"),
    "a bomb: pixels wide and one high": png(2**31 - 1, 1, b"x"),
    "a bomb: 200 MB of text inside": png(10, 10, zlib.compress(b"\x00" * 310), extra=text_bomb()),
    "a JPEG of noise": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40,
    "a GIF of noise": b"GIF89a\xff\xff\xff\xff\xf7\x00\x00" + bytes(range(256)) * 40,
    "a WebP of noise": b"RIFF\xff\xff\x00\x00WEBPVP8 " + bytes(range(256)) * 40,
    "a TIFF that points at itself": b"II*\x00\x08\x00\x00\x00\x01\x00\x00\x01\x04\x00\x01\x00\x00\x00\x08\x00\x00\x00"
    b"\x08\x00\x00\x00",
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "an icon of Windows": b"\x00\x00\x01\x00\x01\x00" + b"\x00" * 40,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_give_no_preview_and_cost_us_no_memory(tmp_path, data: bytes):
    (tmp_path / "x").write_bytes(data)
    before = psutil.Process().memory_info().rss
    with pytest.raises(NoPreview):
        make_previews(tmp_path / "x")
    assert psutil.Process().memory_info().rss - before < 64 * 1024 * 1024


def test_what_the_head_refuses_is_refused_before_a_pixel_is_decoded(tmp_path):
    (tmp_path / "x").write_bytes(HOSTILE["a bomb: 2 gigapixels by its head"])
    with pytest.raises(NoPreview, match="too many pixels"):
        make_previews(tmp_path / "x")


@pytest.mark.parametrize("size", [(20_000, 20_000), (60_000, 4_000)], ids=["large", "long, so hardly reduced"])
def test_a_jpeg_too_large_even_when_reduced_is_refused_by_its_head(tmp_path, size: tuple[int, int]):
    data = saved(tmp_path / "x", size=(8, 8), kind="JPEG").read_bytes()
    head = data.index(b"\xff\xc0") + 5
    (tmp_path / "x").write_bytes(data[:head] + struct.pack("!HH", size[1], size[0]) + data[head + 4 :])
    with pytest.raises(NoPreview, match="too many pixels"):
        make_previews(tmp_path / "x")


def test_a_picture_that_needs_more_than_its_memory_fails_alone(tmp_path):
    path = saved(tmp_path / "x", size=(6000, 6000))
    with pytest.raises(NoPreview, match="memory"):
        make_previews(path, memory_mb=120)
    assert make_previews(saved(tmp_path / "y", size=(10, 10))).width == 10


def test_no_file_gives_no_preview(tmp_path):
    with pytest.raises(NoPreview):
        make_previews(tmp_path / "nowhere")


def test_pictures_are_decoded_only_in_a_child(tmp_path, monkeypatch):
    monkeypatch.setattr(previews.Image, "open", lambda *a, **k: pytest.fail("decoded in our own process"))
    assert make_previews(saved(tmp_path / "x", size=(10, 10))).height == 10
