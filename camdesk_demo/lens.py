"""A pinhole camera: boxes and floors in metres become polygons of pixels, so drawn scenes have true perspective."""

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw

Point = tuple[float, float, float]  # metres: x to the right, y away from the camera, z up
Colour = tuple[int, int, int]


def shade(colour: Colour, by: float) -> Colour:
    """Lighter (by > 1) or darker."""
    return tuple(max(0, min(255, round(part * by))) for part in colour)  # type: ignore[return-value]


class Lens:
    """Looks along y from `height` metres, `pitch` degrees down, turned by `yaw`; far things are drawn first."""

    def __init__(self, size: tuple[int, int], *, height: float, pitch: float, fov: float = 80, yaw: float = 0) -> None:
        self.size = size
        self.image = Image.new("RGB", size)
        self.draw = ImageDraw.Draw(self.image)
        self.height = height
        self._pitch = math.radians(pitch)
        self._yaw = math.radians(yaw)
        self._focus = size[0] / 2 / math.tan(math.radians(fov) / 2)

    def _seen(self, point: Point) -> Point:
        x, y, z = point[0], point[1], point[2] - self.height
        x, y = x * math.cos(self._yaw) - y * math.sin(self._yaw), x * math.sin(self._yaw) + y * math.cos(self._yaw)
        cos, sin = math.cos(self._pitch), math.sin(self._pitch)
        return x, y * cos - z * sin, y * sin + z * cos

    def _on_screen(self, seen: Point) -> tuple[float, float]:
        x, depth, z = seen
        return self.size[0] / 2 + self._focus * x / depth, self.size[1] / 2 - self._focus * z / depth

    def pixel(self, point: Point) -> tuple[float, float]:
        x, depth, z = self._seen(point)
        return self._on_screen((x, max(depth, 0.05), z))

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        """Cut at 0.1 m before the lens, so that floors may run under the camera."""
        seen = [self._seen(point) for point in points]
        cut: list[Point] = []
        for here, there in zip(seen, [*seen[1:], seen[0]], strict=True):
            if here[1] >= 0.1:
                cut.append(here)
            if (here[1] >= 0.1) != (there[1] >= 0.1):
                part = (0.1 - here[1]) / (there[1] - here[1])
                cut.append(tuple(a + (b - a) * part for a, b in zip(here, there, strict=True)))  # type: ignore[arg-type]
        if len(cut) >= 3:
            self.draw.polygon([self._on_screen(point) for point in cut], fill=colour)

    def floor(self, x0: float, y0: float, x1: float, y1: float, colour: Colour, z: float = 0) -> None:
        self.polygon([(x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)], colour)

    def wall(self, x0: float, y0: float, x1: float, y1: float, z0: float, z1: float, colour: Colour) -> None:
        """Upright, from (x0, y0) to (x1, y1)."""
        self.polygon([(x0, y0, z0), (x1, y1, z0), (x1, y1, z1), (x0, y0, z1)], colour)

    def box(self, x: float, y: float, wide: float, deep: float, z0: float, z1: float, colour: Colour) -> None:
        """Its left near corner at (x, y); three shades for its sides."""
        right, far = x + wide, y + deep
        self.wall(x, far, right, far, z0, z1, shade(colour, 0.7))
        if x > 0:
            self.wall(x, y, x, far, z0, z1, shade(colour, 0.62))
        if right < 0:
            self.wall(right, y, right, far, z0, z1, shade(colour, 0.62))
        if z1 < self.height:
            self.floor(x, y, right, far, shade(colour, 1.12), z1)
        self.wall(x, y, right, y, z0, z1, colour)

    def shadow(self, x: float, y: float, wide: float, deep: float, ground: Colour) -> None:
        self.floor(x - 0.15, y - 0.2, x + wide + 0.35, y + deep + 0.1, shade(ground, 0.72))

    def backdrop(self, upper: Colour, lower: Colour) -> None:
        """Sky or far haze, from top to the horizon."""
        for row in range(self.size[1]):
            part = row / self.size[1]
            self.draw.line(
                [(0, row), (self.size[0], row)],
                fill=tuple(round(a + (b - a) * part) for a, b in zip(upper, lower, strict=True)),
            )
