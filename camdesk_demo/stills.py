"""Frames as a camera of the street would send them: lens, noise, night, and the titles burnt into the corner."""

import io
import zlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from camdesk_demo.scenes import INDOORS, drawn

SIZE = (640, 360)
_FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Bold.ttf",
    "/System/Library/Fonts/Supplemental/Arial.ttf",
)


def still(scene: str, *, name: str, at: datetime) -> bytes:
    """A WebP of 640×360: the place at the time `at` (local), with name and time in the picture."""
    image = _turned(_light(scene, dark=is_dark(at)), zlib.crc32(name.encode()))
    _titles(image, name, at)
    return encoded(image)


def forget() -> None:
    """Lets the drawn places go: they take 16 MB of a process that may run for months."""
    _light.cache_clear()


def _turned(image: Image.Image, variant: int) -> Image.Image:
    """Mirrored, or looked at more closely: no two tills of a shop hang quite alike."""
    if variant & 1:
        image = ImageOps.mirror(image)
    if closer := (variant >> 1) % 3:
        left, top = SIZE[0] * closer // 20, SIZE[1] * closer // 20
        image = image.resize(SIZE, box=(left, top, SIZE[0] - left // 2, SIZE[1] - top // 2))
    return image if variant & 1 or closer else image.copy()


def is_dark(at: datetime) -> bool:
    return at.hour < 7 or at.hour >= 20


def encoded(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=56, method=0)
    return out.getvalue()


@lru_cache(maxsize=32)
def _light(scene: str, *, dark: bool) -> Image.Image:
    image = drawn(scene, 1).resize(SIZE, Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(0.6))
    pixels = np.asarray(image, dtype=np.float32) / 255
    rng = np.random.default_rng(len(scene) * 100 + dark)
    infrared = dark and scene not in {"hall", "till", "stairwell"}
    if infrared:
        pixels = _infrared(pixels)
    elif scene in INDOORS:
        pixels = pixels * np.array([1.0, 0.97, 0.9], dtype=np.float32) * 0.96
    pixels = pixels * _vignette(0.55 if infrared else 0.28)
    # Coarse and fine noise together look like a small sensor and its compression.
    grain = 0.026 if infrared else 0.012
    coarse = rng.normal(0, grain, (SIZE[1] // 2, SIZE[0] // 2, 1)).repeat(2, axis=0).repeat(2, axis=1)
    pixels = pixels + coarse + rng.normal(0, grain * 0.5, (SIZE[1], SIZE[0], 1))
    return Image.fromarray((pixels.clip(0, 1) * 255).astype(np.uint8))


def _infrared(pixels: np.ndarray) -> np.ndarray:
    """Grey, lit by the camera's own lamp: bright near the middle below, black beyond."""
    grey = (pixels * np.array([0.45, 0.4, 0.15], dtype=np.float32)).sum(axis=2, keepdims=True)
    rows, columns = np.mgrid[0 : SIZE[1], 0 : SIZE[0]].astype(np.float32)
    away = ((columns - SIZE[0] * 0.5) / (SIZE[0] * 0.46)) ** 2 + ((rows - SIZE[1] * 0.66) / (SIZE[1] * 0.52)) ** 2
    lamp = 0.10 + 0.95 * np.exp(-away * 0.9)
    lit = (grey**1.25) * lamp[:, :, None]
    return np.repeat(lit, 3, axis=2) * np.array([0.96, 1.0, 0.98], dtype=np.float32)


def _vignette(depth: float) -> np.ndarray:
    rows, columns = np.mgrid[-1 : 1 : SIZE[1] * 1j, -1 : 1 : SIZE[0] * 1j].astype(np.float32)
    return (1 - depth * ((rows**2 + columns**2) / 2) ** 1.4)[:, :, None]


def _titles(image: Image.Image, name: str, at: datetime) -> None:
    draw = ImageDraw.Draw(image)
    when = at.strftime("%d.%m.%Y  %H:%M:%S")
    _title(draw, (14, 10), when, "la")
    _title(draw, (SIZE[0] - 14, SIZE[1] - 12), name, "rd")


def _title(draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, anchor: str) -> None:
    draw.text(place, text, font=font(17), fill=(250, 250, 250), stroke_width=2, stroke_fill=(20, 20, 20), anchor=anchor)


@lru_cache(maxsize=8)
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font with Cyrillic letters where the machine has one; Pillow's own otherwise."""
    for path in _FONTS:
        if Path(path).exists():
            return ImageFont.truetype(path, size)
    return ImageFont.load_default(size)
