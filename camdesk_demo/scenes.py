"""What the town's cameras look at: a dozen places drawn in perspective, by day. stills.py makes frames of them."""

import random
from collections.abc import Callable

from PIL import Image

from camdesk_demo.lens import Colour, Lens, shade

SIZE = (1280, 720)  # drawn at twice the size of a frame, which smooths the edges

_ASPHALT: Colour = (112, 113, 115)
_GRASS: Colour = (104, 118, 82)
_PAVING: Colour = (158, 152, 143)
_SKY: tuple[Colour, Colour] = ((148, 170, 190), (206, 212, 212))
_CARS: list[Colour] = [(188, 190, 194), (60, 64, 72), (128, 36, 38), (52, 78, 118), (226, 226, 222), (96, 104, 92)]


def _car(lens: Lens, x: float, y: float, colour: Colour, *, along: bool = True, ground: Colour = _ASPHALT) -> None:
    wide, deep = (1.8, 4.2) if along else (4.2, 1.8)
    lens.shadow(x, y, wide, deep, ground)
    for wheel_x in (x + 0.05, x + wide - 0.3):
        lens.box(wheel_x, y + 0.35, 0.25, 0.6, 0, 0.5, (24, 24, 26))
    lens.box(x, y, wide, deep, 0.28, 0.85, colour)
    if along:
        lens.box(x + 0.18, y + 0.9, wide - 0.36, 2.3, 0.85, 1.42, (46, 52, 60))
        lens.floor(x + 0.25, y + 1.15, x + wide - 0.25, y + 2.9, colour, 1.43)
        for lamp in (x + 0.1, x + wide - 0.4):
            lens.wall(lamp, y - 0.01, lamp + 0.3, y - 0.01, 0.55, 0.72, (196, 62, 56))
        lens.wall(x + 0.65, y - 0.01, x + 1.15, y - 0.01, 0.42, 0.54, (236, 236, 232))
    else:
        lens.box(x + 1.0, y + 0.15, 2.3, wide * 0.35, 0.85, 1.42, (46, 52, 60))
        lens.floor(x + 1.2, y + 0.2, x + 3.1, y + 1.5, colour, 1.43)


def _man(lens: Lens, x: float, y: float, coat: Colour, ground: Colour = _ASPHALT) -> None:
    lens.floor(x - 0.1, y - 0.1, x + 0.9, y + 0.15, shade(ground, 0.75))
    lens.box(x + 0.06, y, 0.14, 0.2, 0, 0.85, (44, 46, 54))
    lens.box(x + 0.26, y + 0.12, 0.14, 0.2, 0, 0.85, (38, 40, 48))
    lens.box(x, y, 0.46, 0.26, 0.8, 1.45, coat)
    lens.box(x + 0.14, y + 0.03, 0.2, 0.2, 1.47, 1.74, (196, 164, 140))
    lens.box(x + 0.13, y + 0.06, 0.22, 0.2, 1.62, 1.76, (62, 48, 38))


def _block(lens: Lens, x0: float, x1: float, y: float, floors: int, colour: Colour, rng: random.Random) -> None:
    """A block of flats across the view, with windows and balconies."""
    lens.wall(x0, y, x1, y, 0, floors * 2.9 + 0.6, colour)
    lens.wall(x0, y - 0.02, x1, y - 0.02, 0, 0.7, shade(colour, 0.72))
    for storey in range(floors):
        base = 0.9 + storey * 2.9
        lens.wall(x0, y - 0.02, x1, y - 0.02, base + 2.42, base + 2.48, shade(colour, 0.86))
        at = x0 + 0.9
        while at + 1.5 < x1:
            glass = shade((96, 112, 128), rng.uniform(0.6, 1.25))
            lens.wall(at - 0.1, y - 0.03, at + 1.5, y - 0.03, base + 0.7, base + 2.2, (222, 222, 218))
            lens.wall(at, y - 0.04, at + 0.65, y - 0.04, base + 0.8, base + 2.1, glass)
            lens.wall(at + 0.75, y - 0.04, at + 1.4, y - 0.04, base + 0.8, base + 2.1, shade(glass, 0.9))
            at += rng.choice((2.7, 2.7, 3.4))


def _tree(lens: Lens, x: float, y: float, tall: float, rng: random.Random) -> None:
    lens.box(x - 0.12, y, 0.24, 0.24, 0, tall * 0.55, (86, 70, 56))
    for _leaf in range(46):
        size = rng.uniform(0.35, 0.8)
        at = (x + rng.gauss(0, tall * 0.16), y + rng.gauss(0, 0.5), tall * rng.uniform(0.42, 1.0))
        centre, edge = lens.pixel(at), lens.pixel((at[0] + size, at[1], at[2]))
        radius = abs(edge[0] - centre[0])
        green = shade((78, 98, 58), rng.uniform(0.7, 1.35))
        lens.draw.ellipse(
            [centre[0] - radius, centre[1] - radius * 0.8, centre[0] + radius, centre[1] + radius * 0.8], fill=green
        )


def yard(rng: random.Random) -> Lens:
    lens = Lens(SIZE, height=5.5, pitch=20, fov=86, yaw=-8)
    lens.backdrop(*_SKY)
    _block(lens, -34, 8, 36, 5, (196, 182, 160), rng)
    _block(lens, 11, 40, 42, 9, (178, 176, 180), rng)
    lens.floor(-60, -2, 60, 36, _GRASS)
    lens.floor(-60, 30, 60, 34, _PAVING)
    lens.floor(-60, 17, 60, 25, _ASPHALT)
    lens.floor(-2, -2, 4.5, 25, _ASPHALT)
    for at in range(-40, 40, 3):
        lens.floor(at, 24.6, at + 1.4, 25, (186, 184, 178))
    for x, y in ((-13, 29), (-22, 28.5), (14, 28)):
        _tree(lens, x, y, rng.uniform(5, 7.5), rng)
    for index, x in enumerate((-19, -15.5, -12.2, -6.4, 8, 11.4, 17)):
        _car(lens, x, 19, _CARS[(index + rng.randrange(3)) % len(_CARS)])
    lens.floor(-17, 5, -5, 14, (196, 176, 132))
    for x, y, colour in ((-14, 9, (188, 60, 52)), (-9, 11, (58, 92, 148))):
        lens.shadow(x, y, 1.6, 1.2, (196, 176, 132))
        lens.box(x, y, 0.12, 1.2, 0, 2.1, colour)
        lens.box(x + 1.5, y, 0.12, 1.2, 0, 2.1, colour)
        lens.box(x, y, 1.62, 0.14, 2.0, 2.14, shade(colour, 1.2))
    lens.box(9, 8, 2.2, 0.5, 0.4, 0.5, (136, 98, 66))
    _man(lens, 1.4, 12, (60, 70, 96))
    return lens


def playground(rng: random.Random) -> Lens:
    lens = Lens(SIZE, height=4.5, pitch=17, fov=82, yaw=5)
    lens.backdrop(*_SKY)
    _block(lens, -30, 36, 40, 9, (202, 190, 172), rng)
    lens.floor(-60, -2, 60, 40, _GRASS)
    lens.floor(-60, 32, 60, 36, _ASPHALT)
    for x in (-20, -8, 12, 24):
        _tree(lens, x, 30, rng.uniform(5, 7), rng)
    for index, x in enumerate((-14, -3, 4, 18)):
        _car(lens, x, 32.5, _CARS[index + 1], along=False)
    lens.floor(-9, 6, 10, 22, (164, 92, 78))
    lens.floor(-7, 8, 3, 19, (92, 128, 116))
    for x in (-6.5, -2.5):
        lens.box(x, 16, 0.14, 0.14, 0, 3, (206, 166, 48))
    lens.box(-6.5, 16, 4.2, 0.14, 2.9, 3.05, (206, 166, 48))
    for x in (-5.4, -3.8):
        lens.draw.line([lens.pixel((x, 16, 2.9)), lens.pixel((x, 15.6, 0.6))], fill=(60, 60, 60), width=3)
        lens.box(x - 0.25, 15.4, 0.5, 0.4, 0.5, 0.58, (50, 50, 54))
    lens.shadow(4, 12, 2.4, 2.4, (164, 92, 78))
    for x, y in ((4, 12), (6.2, 12), (4, 14.2), (6.2, 14.2)):
        lens.box(x, y, 0.16, 0.16, 0, 2.9, (168, 122, 78))
    lens.box(4, 12, 2.4, 2.4, 1.3, 1.42, (178, 136, 90))
    lens.polygon([(3.6, 12, 2.8), (6.8, 12, 2.8), (5.2, 13.2, 4)], (176, 58, 50))
    lens.polygon([(4.2, 12, 1.35), (5, 12, 1.35), (5, 8.6, 0.2), (4.2, 8.6, 0.2)], (72, 112, 168))
    lens.box(-12, 9, 0.5, 3, 0.4, 0.5, (136, 98, 66))
    _man(lens, -10.2, 12.5, (150, 66, 76), _GRASS)
    return lens


def entrance(rng: random.Random) -> Lens:
    lens = Lens(SIZE, height=2.7, pitch=16, fov=88, yaw=14)
    lens.backdrop(*_SKY)
    _block(lens, -40, 6, 38, 5, (186, 176, 166), rng)
    lens.floor(-50, -2, 50, 40, _GRASS)
    lens.floor(-50, 12, 50, 18, _ASPHALT)
    lens.floor(-2.2, -1, 3.5, 12, _PAVING)
    for row in range(24):
        lens.floor(-2.2, row * 0.5, 3.5, row * 0.5 + 0.03, shade(_PAVING, 0.84))
    for index, x in enumerate((-12, -7, 3, 8.5)):
        _car(lens, x, 13.2, _CARS[(index + 2) % 6], along=False)
    _tree(lens, -9, 22, 6, rng)
    lens.wall(3.6, 0.4, 3.6, 12, 0, 6, (172, 128, 104))
    for course in range(24):
        lens.wall(3.59, 0.4, 3.59, 12, course * 0.26, course * 0.26 + 0.02, (146, 106, 86))
    lens.wall(3.57, 5.2, 3.57, 6.5, 0.05, 2.2, (74, 78, 84))
    lens.wall(3.56, 5.85, 3.56, 5.9, 0.05, 2.2, (50, 52, 56))
    lens.wall(3.55, 4.6, 3.55, 4.85, 1.2, 1.6, (206, 206, 204))
    lens.wall(3.55, 8.6, 3.55, 10, 1.1, 2.6, (108, 122, 134))
    lens.box(2.2, 5, 1.4, 2, 2.55, 2.7, (128, 130, 134))
    lens.box(-2.9, 6, 0.5, 1.8, 0.4, 0.5, (136, 98, 66))
    lens.box(-2.6, 8.6, 0.4, 0.4, 0, 0.8, (92, 96, 92))
    _man(lens, 0.6, 7.4, (86, 92, 70), _PAVING)
    return lens


def stairwell(rng: random.Random) -> Lens:
    lens = Lens(SIZE, height=2.5, pitch=20, fov=92)
    lens.backdrop((120, 122, 118), (120, 122, 118))
    lens.floor(-3, -1, 3, 9, (150, 140, 126))
    for row in range(30):
        lens.floor(-3, row * 0.3, 3, row * 0.3 + 0.02, (124, 116, 104))
    for column in range(-10, 11):
        lens.floor(column * 0.3, -1, column * 0.3 + 0.02, 9, (124, 116, 104))
    for side in (-3, 3):
        lens.wall(side, 0.2, side, 9, 1.5, 3, (214, 210, 200))
        lens.wall(side, 0.2, side, 9, 0, 1.5, (120, 148, 150))
    lens.wall(-3, 9, 3, 9, 0, 3, (204, 200, 190))
    lens.wall(-3, 8.99, 3, 8.99, 0, 1.5, (112, 140, 142))
    lens.polygon([(-3, 0.2, 3), (3, 0.2, 3), (3, 9, 3), (-3, 9, 3)], (226, 224, 218))
    lens.floor(-0.5, 4, 0.5, 5.4, (250, 250, 240), 2.99)
    lens.wall(-1.9, 8.97, -0.4, 8.97, 0, 2.2, (150, 154, 158))
    lens.wall(-1.16, 8.96, -1.13, 8.96, 0, 2.2, (90, 92, 96))
    lens.wall(0.9, 8.97, 1.9, 8.97, 0, 2.1, (96, 72, 58))
    for row in range(4):
        for column in range(5):
            y = 3 + column * 0.45
            lens.wall(2.98, y, 2.98, y + 0.4, 0.9 + row * 0.3, 1.16 + row * 0.3, (84, 106, 138))
    lens.wall(-2.98, 5, -2.98, 6, 0, 2.1, (104, 78, 62))
    lens.wall(-2.98, 2.2, -2.98, 3.2, 1.1, 1.9, (232, 228, 214))
    _man(lens, 0.9, 6.4, (62, 66, 84), (150, 140, 126))
    return lens


def gate(rng: random.Random) -> Lens:
    lens = Lens(SIZE, height=3.1, pitch=17, fov=84, yaw=-4)
    lens.backdrop(*_SKY)
    lens.floor(-60, -2, 60, 60, _GRASS)
    for x, y in ((-9, 26), (4, 29), (13, 27), (-18, 30)):
        _tree(lens, x, y, rng.uniform(6, 9), rng)
    lens.box(-24, 24, 9, 7, 0, 3.2, (188, 168, 140))
    lens.polygon([(-24.6, 23.8, 3.1), (-14.4, 23.8, 3.1), (-19.5, 27, 6)], (124, 62, 52))
    lens.floor(-60, 15, 60, 20, _ASPHALT)
    _car(lens, 8, 15.6, _CARS[0], along=False)
    fence = (128, 92, 66)
    for x in range(-40, 60):
        if -3 < x * 0.6 < 1.2 or 2.4 < x * 0.6 < 3.5:
            continue
        lens.box(x * 0.6, 11, 0.54, 0.06, 0.1, 1.9, shade(fence, rng.uniform(0.9, 1.1)))
    lens.floor(-3.2, -2, 1.4, 15, (150, 142, 130))
    lens.floor(2.2, -2, 3.6, 15, _PAVING)
    for x in (-3.4, 1.4, 3.6):
        lens.box(x, 10.9, 0.35, 0.35, 0, 2.3, (156, 112, 92))
    lens.box(-3.05, 11, 2.15, 0.08, 0.15, 2, (74, 88, 80))
    lens.box(-0.8, 11, 2.15, 0.08, 0.15, 2, (70, 84, 76))
    lens.box(1.8, 11, 1.75, 0.06, 0.1, 2, (80, 94, 86))
    _car(lens, -2.2, 3.4, _CARS[3], ground=(150, 142, 130))
    lens.box(6, 5, 2.4, 1.6, 0, 0.45, (112, 88, 62))
    return lens


def parking(rng: random.Random) -> Lens:
    lens = Lens(SIZE, height=6.5, pitch=24, fov=84, yaw=10)
    lens.backdrop(*_SKY)
    lens.box(-40, 44, 60, 8, 0, 7, (198, 200, 204))
    lens.wall(-30, 43.9, 8, 43.9, 5, 6.4, (44, 98, 82))
    for x in range(-28, 8, 3):
        lens.wall(x, 43.88, x + 2.4, 43.88, 0.2, 3.4, (120, 140, 152))
    lens.floor(-80, -4, 80, 44, _ASPHALT)
    for row in (7, 19, 31):
        for slot in range(-9, 9):
            x = slot * 2.7
            lens.floor(x, row, x + 0.12, row + 5, (214, 214, 208))
    for row in (31, 19, 7):
        for slot in range(-9, 9):
            if rng.random() < 0.58:
                _car(lens, slot * 2.7 + 0.5, row + 0.4, rng.choice(_CARS))
        if row == 19:
            lens.box(-6, 17.6, 0.2, 0.2, 0, 6, (120, 122, 124))
    _man(lens, 2.8, 14.4, (70, 58, 90))
    return lens


def street(rng: random.Random) -> Lens:
    lens = Lens(SIZE, height=6, pitch=18, fov=82, yaw=-16)
    lens.backdrop(*_SKY)
    _block(lens, -2, 30, 46, 5, (198, 172, 140), rng)
    lens.floor(-80, -4, 80, 60, _PAVING)
    lens.floor(-80, 13, 80, 27, _ASPHALT)
    lens.floor(-80, 27, 80, 27.3, (186, 186, 182))
    lens.floor(-80, 12.7, 80, 13, (186, 186, 182))
    for at in range(-30, 40, 5):
        lens.floor(at, 19.9, at + 2.6, 20.1, (224, 224, 218))
    for stripe in range(13, 27, 2):
        lens.floor(3, stripe + 0.3, 7, stripe + 1.2, (226, 226, 220))
    for x in (-12, 14, 20):
        _tree(lens, x, 30, rng.uniform(5, 7), rng)
    _car(lens, -14, 22.5, _CARS[1], along=False)
    _car(lens, 10, 15.2, _CARS[4], along=False)
    lens.box(16, 9.6, 3.4, 1.4, 0, 0.1, (140, 140, 140))
    lens.box(16, 10.8, 3.4, 0.1, 0, 2.4, (142, 168, 176))
    lens.box(15.8, 9.4, 3.8, 1.7, 2.4, 2.55, (64, 84, 110))
    _man(lens, 4.2, 10.4, (132, 60, 58), _PAVING)
    _man(lens, 5.4, 16.5, (52, 62, 82))
    return lens


def hall(rng: random.Random) -> Lens:
    """A shop: rows of shelves."""
    lens = Lens(SIZE, height=3.1, pitch=19, fov=90)
    lens.backdrop((206, 206, 202), (206, 206, 202))
    lens.floor(-14, -1, 14, 26, (206, 198, 184))
    for row in range(44):
        lens.floor(-14, row * 0.6, 14, row * 0.6 + 0.02, (184, 176, 164))
    for column in range(-23, 24):
        lens.floor(column * 0.6, -1, column * 0.6 + 0.02, 26, (184, 176, 164))
    lens.wall(-14, 26, 14, 26, 0, 3.6, (226, 222, 212))
    lens.wall(-14, 25.9, 14, 25.9, 2.5, 3.3, (52, 128, 92))
    lens.polygon([(-14, 0, 3.6), (14, 0, 3.6), (14, 26, 3.6), (-14, 26, 3.6)], (236, 236, 234))
    for y in range(3, 25, 4):
        for x in (-8, -2.2, 3.6):
            lens.floor(x, y, x + 2.2, y + 0.5, (255, 255, 250), 3.59)
    goods = [
        (198, 60, 52),
        (226, 178, 60),
        (70, 126, 178),
        (92, 146, 84),
        (226, 222, 214),
        (150, 84, 132),
        (214, 120, 58),
    ]
    for x in (-9.6, 8.0, -5.2, 3.6):
        lens.shadow(x, 4, 1.6, 19, (206, 198, 184))
        lens.box(x, 4, 1.6, 19, 0, 1.9, (216, 216, 214))
        face = x + 1.6 if x < 0 else x
        for shelf in range(4):
            y = 4.1
            while y < 22.8:
                wide = rng.uniform(0.3, 0.9)
                tall = rng.uniform(0.24, 0.38)
                base = 0.12 + shelf * 0.45
                colour = shade(rng.choice(goods), rng.uniform(0.8, 1.1))
                lens.wall(face, y, face, min(y + wide, 22.9), base, base + tall, colour)
                y += wide + 0.03
        for shelf in range(4):
            at = x + 0.05
            while at < x + 1.5:
                lens.wall(
                    at, 3.99, at + 0.28, 3.99, 0.12 + shelf * 0.45, 0.44 + shelf * 0.45, shade(rng.choice(goods), 0.95)
                )
                at += 0.3
    _man(lens, -1.4, 11, (78, 104, 92), (206, 198, 184))
    _man(lens, 1.7, 16, (128, 88, 60), (206, 198, 184))
    lens.box(-0.6, 10.6, 0.6, 0.9, 0.35, 0.9, (150, 154, 160))
    return lens


def till(rng: random.Random) -> Lens:
    lens = Lens(SIZE, height=2.9, pitch=30, fov=84, yaw=6)
    lens.backdrop((214, 210, 202), (214, 210, 202))
    lens.floor(-10, -1, 10, 14, (196, 190, 178))
    for row in range(26):
        lens.floor(-10, row * 0.6, 10, row * 0.6 + 0.02, (176, 170, 160))
    for column in range(-17, 18):
        lens.floor(column * 0.6, -1, column * 0.6 + 0.02, 14, (176, 170, 160))
    lens.wall(-10, 11, 10, 11, 0, 3.4, (222, 218, 208))
    for column in range(-9, 9, 2):
        for row in range(4):
            lens.wall(
                column,
                10.9,
                column + 1.8,
                10.9,
                0.3 + row * 0.55,
                0.72 + row * 0.55,
                shade((196, 120, 72), rng.uniform(0.6, 1.3)),
            )
    for x in (-4.6, 0.6):
        lens.shadow(x, 3.2, 1.1, 4.6, (196, 190, 178))
        lens.box(x, 3.2, 1.1, 4.6, 0, 0.92, (116, 122, 128))
        lens.floor(x + 0.15, 3.4, x + 0.8, 6.2, (40, 42, 46), 0.935)
        for y in (3.8, 4.4, 4.9, 5.5):
            size = rng.uniform(0.12, 0.26)
            lens.box(
                x + rng.uniform(0.2, 0.5),
                y,
                size,
                size,
                0.94,
                0.94 + size * 1.3,
                rng.choice([(202, 64, 54), (226, 220, 206), (82, 140, 88), (226, 180, 64)]),
            )
        lens.box(x + 0.2, 6.6, 0.6, 0.6, 0.92, 1.05, (60, 62, 68))
        lens.box(x + 0.3, 6.9, 0.5, 0.08, 1.05, 1.42, (30, 34, 40))
        lens.wall(x + 0.34, 6.89, x + 0.76, 6.89, 1.1, 1.38, (122, 168, 196))
    _man(lens, 2.2, 6.2, (44, 116, 88), (196, 190, 178))
    _man(lens, -0.8, 4.6, (92, 82, 110), (196, 190, 178))
    return lens


def warehouse(rng: random.Random) -> Lens:
    lens = Lens(SIZE, height=5, pitch=20, fov=84)
    lens.backdrop((132, 134, 136), (132, 134, 136))
    lens.floor(-14, -1, 14, 34, (150, 150, 146))
    for x in (-2.2, 2.1):
        lens.floor(x, 0, x + 0.12, 34, (214, 186, 62))
    lens.wall(-14, 34, 14, 34, 0, 8, (176, 178, 178))
    lens.wall(-3, 33.9, 3, 33.9, 0, 4.4, (118, 124, 130))
    for side in (-14, 14):
        lens.wall(side, 0, side, 34, 0, 8, (166, 168, 168))
    for x in (-9.4, 6.0, -5.6, 2.6):
        for bay in range(9, -1, -1):
            y = 4 + bay * 2.8
            for shelf in (0.15, 1.9, 3.6):
                lens.box(x, y, 2.8 if abs(x) > 5.9 else 2.6, 2.6, shelf - 0.12, shelf, (198, 104, 44))
                for at in (0.15, 1.4):
                    if rng.random() < 0.82:
                        lens.box(
                            x + at,
                            y + 0.2,
                            1.1,
                            2.0,
                            shelf,
                            shelf + rng.uniform(0.7, 1.3),
                            shade((176, 142, 98), rng.uniform(0.8, 1.15)),
                        )
            for post in (x, x + 2.6):
                lens.box(post, y, 0.1, 0.1, 0, 5.2, (52, 74, 116))
    lens.box(-0.6, 15, 1.2, 2.2, 0.15, 1.6, (226, 168, 40))
    lens.box(-0.5, 15.2, 1.0, 1.4, 1.6, 2.3, (58, 60, 62))
    _man(lens, -1.7, 11, (214, 120, 44), (150, 150, 146))
    return lens


def bay(rng: random.Random) -> Lens:
    """A car service: lifts and gates."""
    lens = Lens(SIZE, height=4, pitch=20, fov=88, yaw=-6)
    lens.backdrop((150, 152, 154), (150, 152, 154))
    lens.floor(-14, -1, 14, 20, (128, 128, 126))
    for _stain in range(24):
        x, y = rng.uniform(-9, 9), rng.uniform(2, 16)
        lens.floor(x, y, x + rng.uniform(0.2, 0.9), y + rng.uniform(0.2, 0.7), (112, 112, 111))
    lens.wall(-14, 18, 14, 18, 0, 6, (202, 202, 198))
    lens.wall(-14, 17.98, 14, 17.98, 0, 1.3, (72, 92, 128))
    for x in (-10.5, -3.5, 3.5):
        lens.wall(x, 17.95, x + 5, 17.95, 0, 4.2, (150, 158, 164))
        for strip in range(7):
            lens.wall(x, 17.94, x + 5, 17.94, strip * 0.6, strip * 0.6 + 0.03, (120, 126, 132))
        lens.wall(x + 1, 17.93, x + 4, 17.93, 2.4, 2.9, (186, 208, 216))
    for index, x in enumerate((-6.4, 0.4, 6.6)):
        for post in (x - 0.8, x + 2.5):
            lens.box(post, 10.4, 0.3, 0.4, 0, 3.3, (196, 52, 46))
        if index != 1:
            lens.floor(x - 0.2, 8.6, x + 2.2, 13, (96, 96, 95))
        _car(lens, x, 8.6, _CARS[(index * 2 + 1) % 6], ground=(128, 128, 126))
    lens.box(-9.6, 8, 1.4, 0.7, 0, 1.1, (178, 46, 42))
    lens.box(-9.4, 12, 1.6, 0.8, 0, 0.9, (92, 96, 100))
    for tyre in range(4):
        lens.box(9.4, 7.5, 0.8, 0.8, tyre * 0.24, tyre * 0.24 + 0.22, (34, 34, 36))
    _man(lens, -3.2, 9, (46, 66, 108), (128, 128, 126))
    return lens


def corridor(rng: random.Random) -> Lens:
    """A school: doors along a long corridor."""
    lens = Lens(SIZE, height=2.9, pitch=13, fov=84)
    lens.backdrop((222, 220, 210), (222, 220, 210))
    lens.floor(-2.2, -1, 2.2, 34, (164, 138, 108))
    for row in range(34):
        lens.floor(-2.2, row, 2.2, row + 0.03, (142, 118, 92))
    lens.polygon([(-2.2, 0, 3.2), (2.2, 0, 3.2), (2.2, 34, 3.2), (-2.2, 34, 3.2)], (240, 240, 236))
    for y in range(3, 33, 4):
        lens.floor(-0.4, y, 0.4, y + 1.4, (255, 255, 250), 3.19)
        lens.floor(-0.5, y + 0.2, 0.5, y + 1.2, (184, 158, 126))
    for side in (-2.2, 2.2):
        lens.wall(side, 0.2, side, 34, 1.4, 3.2, (232, 226, 206))
        lens.wall(side, 0.2, side, 34, 0, 1.4, (160, 182, 150))
    for y in range(3, 33, 5):
        lens.wall(-2.18, y, -2.18, y + 1.1, 0, 2.1, (132, 96, 66))
        lens.wall(-2.17, y + 1.6, -2.17, y + 2.6, 1.5, 2.2, (206, 214, 222))
        lens.wall(2.18, y + 1, 2.18, y + 3.4, 1.0, 2.6, (210, 226, 236))
        lens.wall(2.17, y + 2.15, 2.17, y + 2.25, 1.0, 2.6, (240, 240, 240))
        lens.box(1.75, y + 1.2, 0.4, 2, 0.35, 0.45, (150, 106, 66))
    lens.wall(-2.2, 34, 2.2, 34, 0, 3.2, (214, 210, 196))
    lens.wall(-0.9, 33.9, 0.9, 33.9, 0, 2.2, (120, 150, 160))
    _man(lens, 0.4, 15, (72, 84, 120), (164, 138, 108))
    _man(lens, -1.2, 9.4, (150, 72, 64), (164, 138, 108))
    return lens


SCENES: dict[str, Callable[[random.Random], Lens]] = {
    "yard": yard,
    "playground": playground,
    "entrance": entrance,
    "stairwell": stairwell,
    "gate": gate,
    "parking": parking,
    "street": street,
    "hall": hall,
    "till": till,
    "warehouse": warehouse,
    "bay": bay,
    "corridor": corridor,
}
INDOORS = frozenset({"stairwell", "hall", "till", "warehouse", "bay", "corridor"})


def drawn(name: str, seed: int) -> Image.Image:
    return SCENES[name](random.Random(f"{name} {seed}")).image
