"""Small pictures made of strangers' pictures. Decoding happens only in a limited child process (children.py).

`make_…` is called by us; `draw…` runs in the child. What comes out is drawn anew as WebP: no byte of the original, no
place or serial number from its EXIF, turned the way the camera was held.
"""

import contextlib
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

from camdesk.lib.children import WAIT_SECONDS, ChildFailed, run_limited

EDGES: Final = (320, 1280)  # pixels of the longer side: a tile, and a look at the whole
SECONDS: Final = 5.0
UNHURRIED: Final = 20.0  # seconds for a picture that nobody waits for: it is drawn behind everything else
MEMORY_MB: Final = 256
# Refused by the header, before a pixel is decoded. A JPEG may be larger: it is decoded at a fraction of its size.
MOST_PIXELS: Final = 40_000_000
MOST_JPEG_PIXELS: Final = 250_000_000
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")


class NoPreview(Exception):
    """No preview can be made: not a picture, a broken one, or too much of one. The file itself is unharmed.
    `passing`: there was no time or no place for it, so another try may go better."""

    def __init__(self, why: str, *, passing: bool = False) -> None:
        super().__init__(why)
        self.passing = passing


@dataclass(frozen=True)
class Previews:
    """`width`, `height` of the original in pixels, as it is meant to be looked at; `pictures`: edge → WebP bytes."""

    width: int
    height: int
    pictures: dict[int, bytes]


def make_previews(path: Path, *, seconds: float = SECONDS, memory_mb: int = MEMORY_MB, wait: float = 1.0) -> Previews:
    """Previews of the picture at `path`, in all EDGES (never enlarged). `wait`: seconds for a free place; a page has
    few. Raises NoPreview."""
    return _previews("draw", path, seconds=seconds, memory_mb=memory_mb, wait=wait)


def make_previews_unhurried(path: Path) -> Previews:
    """The same for nobody who waits: whoever else wants the processor has it first. Raises NoPreview."""
    return _previews("draw_behind_others", path, seconds=UNHURRIED, memory_mb=MEMORY_MB, wait=WAIT_SECONDS)


def make_look(data: bytes, *, seconds: float = SECONDS, memory_mb: int = MEMORY_MB, wait: float = 1.0) -> bytes:
    """The picture in `data` drawn anew as WebP, at most 1280 pixels an edge; nothing is kept. Raises NoPreview."""
    return _in_child("draw_one", data, seconds=seconds, memory_mb=memory_mb, wait=wait)


def _previews(function: str, path: Path, *, seconds: float, memory_mb: int, wait: float) -> Previews:
    answer = _in_child(function, str(path).encode(), seconds=seconds, memory_mb=memory_mb, wait=wait)
    head, _, rest = answer.partition(b"\n")
    said = json.loads(head)
    pictures: dict[int, bytes] = {}
    for edge, length in said["pictures"]:
        pictures[int(edge)], rest = rest[:length], rest[length:]
    return Previews(int(said["width"]), int(said["height"]), pictures)


def _in_child(function: str, payload: bytes, *, seconds: float, memory_mb: int, wait: float) -> bytes:
    target = f"camdesk.lib.previews:{function}"
    try:
        return run_limited(target, payload, seconds=seconds, memory_mb=memory_mb, wait=wait)
    except ChildFailed as error:
        # What the decoder refuses it refuses always, and so with what does not fit into so much memory.
        passing = error.reason in ("timeout", "crash")
        raise NoPreview(f"{error.reason} {error.detail}".strip(), passing=passing) from None


def draw_behind_others(payload: bytes) -> bytes:
    """In the child: `draw` at the lowest priority."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, 19)
    return draw(payload)


def draw(payload: bytes) -> bytes:
    """In the child: path in; a line of JSON and the pictures out. Raises whatever the decoder raises."""
    picture, width, height = _opened(payload.decode())
    pictures = [(edge, _webp(picture, edge)) for edge in sorted(EDGES, reverse=True)]
    head = {"width": width, "height": height, "pictures": [(edge, len(data)) for edge, data in pictures]}
    return json.dumps(head).encode() + b"\n" + b"".join(data for _, data in pictures)


def draw_one(payload: bytes) -> bytes:
    """In the child: a picture in, its WebP out. Raises whatever the decoder raises."""
    return _webp(_opened(io.BytesIO(payload))[0], max(EDGES))


def _opened(source: str | io.BytesIO) -> tuple[Image.Image, int, int]:
    """The picture, upright, and the width and height of the original as it is meant to be looked at."""
    # Our own limits below take the place of Pillow's, which warns long before it refuses.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(source, formats=_FORMATS) as opened:
        width, height = opened.size
        if width * height > (MOST_JPEG_PIXELS if opened.format == "JPEG" else MOST_PIXELS):
            raise ValueError("too many pixels")
        largest = max(EDGES)
        opened.draft("RGB", (largest, largest))
        if opened.size[0] * opened.size[1] > MOST_PIXELS:
            raise ValueError("too many pixels")
        picture = _upright(opened)
    if (picture.width > picture.height) != (width > height):
        width, height = height, width
    return picture, width, height


def _upright(opened: Image.Image) -> Image.Image:
    """The first frame, turned as its EXIF says, as RGB or RGBA, without anything beside its pixels."""
    turned = ImageOps.exif_transpose(opened) or opened
    clear = "A" in turned.getbands() or "transparency" in turned.info
    picture = turned.convert("RGBA" if clear else "RGB")
    picture.info = {}
    return picture


def _webp(picture: Image.Image, edge: int) -> bytes:
    picture.thumbnail((edge, edge), Image.Resampling.LANCZOS)  # from large to small: each step has less to do
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=78, method=4)
    return out.getvalue()
