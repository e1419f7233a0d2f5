"""Every pair of colours that is read has the contrast of WCAG AA, by day and by night."""

import math
import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[3] / "camdesk/ui/static/ui/css"
_TOKEN = re.compile(r"--([\w-]+):\s*oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)")

TEXT = 4.5
SHAPE = 3.0

PAIRS = [
    *[("ink", ground, TEXT) for ground in ("paper", "surface", "sunken", "hover", "note", "ours", "accent-tint")],
    *[("ink-soft", ground, TEXT) for ground in ("paper", "surface", "sunken", "hover", "note", "accent-tint")],
    *[("ink-faint", ground, TEXT) for ground in ("paper", "surface", "note", "ours", "accent-tint", "hover")],
    *[("link", ground, TEXT) for ground in ("paper", "surface", "sunken", "ours", "note")],
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("accent", "accent-tint", SHAPE),
    ("accent", "paper", SHAPE),
    ("edge", "paper", SHAPE),
    ("edge", "surface", SHAPE),
    ("paper", "ink", TEXT),
    *[
        (tone, ground, TEXT)
        for tone in ("good", "attention", "trouble", "info")
        for ground in ("paper", "surface", f"{tone}-tint")
    ],
    *[(f"{tone}-fill", "paper", SHAPE) for tone in ("good", "trouble", "info")],
    ("attention", "note", TEXT),
    ("trouble", "ours", TEXT),
    *[("ink", f"{tone}-tint", TEXT) for tone in ("good", "attention", "trouble", "info")],
]


def tokens(*files: str) -> dict[str, tuple[float, float, float]]:
    """Name → linear red, green, blue; a later file changes an earlier one, what is inside @media is left out."""
    found = {}
    for file in files:
        text = (CSS / file).read_text().split("@media")[0]
        for name, lightness, chroma, hue in _TOKEN.findall(text):
            found[name] = _linear(float(lightness) / 100, float(chroma), math.radians(float(hue)))
    return found


def _linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """OKLCH to linear sRGB, clipped to what a screen can show (the matrices are those of CSS Color 4)."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rgb = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    red, green, blue = (min(1.0, max(0.0, part)) for part in rgb)
    return red, green, blue


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    lights = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize("mode, files", [("light", ["tokens.css"]), ("dark", ["tokens.css", "dark.css"])])
def test_what_is_read_can_be_read(mode: str, files: list[str]) -> None:
    colours = tokens(*files)
    poor = {
        f"{front} on {ground}": round(contrast(colours[front], colours[ground]), 2)
        for front, ground, least in PAIRS
        if contrast(colours[front], colours[ground]) < least
    }
    assert poor == {}


def test_every_colour_has_its_dark_face() -> None:
    assert set(tokens("tokens.css")) == set(tokens("dark.css"))


def test_the_arithmetic() -> None:
    assert contrast((0, 0, 0), (1, 1, 1)) == 21
    assert _linear(1, 0, 0) == pytest.approx((1, 1, 1), abs=1e-3)
