"""Two pictures for the demo's events, drawn when it is filled: an uploaded picture takes the same way."""

from __future__ import annotations

import math
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (1280, 800)
FINE = 2  # drawn so much larger, then made smaller: round things look round

PAPER, CLOTH, CLOTH_DARK = "#fff5e2", "#cddcbc", "#b3c8a2"
PERSIMMON, PERSIMMON_LIGHT, HONEY, INK = "#d4561c", "#e8793d", "#ecb044", "#4a2c1a"
BROTH, LEAF, DOUGH, CRUST = "#f3dca0", "#6d8f5a", "#fffaf0", "#b8741c"


def drawn(name: str) -> bytes:
    """The JPEG of "bowl" or "buns"."""
    image = Image.new("RGB", (SIZE[0] * FINE, SIZE[1] * FINE), CLOTH)
    pen = Pen(ImageDraw.Draw(image))
    {"bowl": _bowl, "buns": _buns}[name](pen)
    stream = BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(stream, "JPEG", quality=90)
    return stream.getvalue()


class Pen:
    """Draws in the picture's own measures."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self._draw = draw

    def disc(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """An ellipse around a middle."""
        self._draw.ellipse([FINE * (x - width / 2), FINE * (y - height / 2), FINE * (x + width / 2), FINE * (y + height / 2)], fill=colour)

    def line(self, points: list[tuple[float, float]], width: float, colour: str) -> None:
        self._draw.line([(FINE * x, FINE * y) for x, y in points], fill=colour, width=int(FINE * width), joint="curve")

    def board(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        corners = [FINE * x, FINE * y, FINE * (x + width), FINE * (y + height)]
        self._draw.rounded_rectangle(corners, radius=FINE * 36, fill=colour)

    def arc(self, x: float, y: float, width: float, height: float, ends: tuple[float, float], colour: str) -> None:
        box = [FINE * (x - width / 2), FINE * (y - height / 2), FINE * (x + width / 2), FINE * (y + height / 2)]
        self._draw.arc(box, *ends, fill=colour, width=FINE * 5)


def _cloth(pen: Pen) -> None:
    for x in range(-40, SIZE[0], 160):
        pen.board(x, -60, 80, SIZE[1] + 120, CLOTH_DARK)


def _bowl(pen: Pen) -> None:
    """A bowl of wontons with chopsticks beside it."""
    _cloth(pen)
    pen.line([(1020, 90), (1150, 720)], 18, INK)
    pen.line([(1070, 80), (1200, 710)], 18, INK)
    pen.disc(560, 420, 780, 700, CLOTH_DARK)
    pen.disc(560, 400, 760, 680, PERSIMMON)
    pen.disc(560, 400, 700, 620, PAPER)
    pen.disc(560, 400, 640, 564, BROTH)
    for i, (x, y) in enumerate([(430, 290), (600, 250), (730, 360), (420, 460), (580, 400), (700, 510), (540, 560)]):
        _wonton(pen, x, y, 0.5 * i)
    for i in range(18):
        turn = i * 2.4
        pen.disc(560 + math.cos(turn) * (60 + 11 * i), 400 + math.sin(turn) * (50 + 9 * i), 18, 14, LEAF)


def _wonton(pen: Pen, x: float, y: float, turn: float) -> None:
    along, across = (math.cos(turn) * 54, math.sin(turn) * 40), (-math.sin(turn) * 54, math.cos(turn) * 40)
    for side in (-1, 1):
        pen.disc(x + side * along[0], y + side * along[1], 96, 66, DOUGH)
    pen.disc(x, y, 118, 96, DOUGH)
    pen.disc(x + across[0] * 0.1, y + across[1] * 0.1, 66, 52, "#f2b9a0")
    pen.arc(x, y, 104, 82, (200, 330), HONEY)


def _buns(pen: Pen) -> None:
    """Pumpkin buns on a tray."""
    _cloth(pen)
    pen.board(118, 98, 1060, 620, CLOTH_DARK)
    pen.board(110, 84, 1060, 620, PAPER)
    for row in range(3):
        for column in range(5):
            _bun(pen, 240 + 200 * column, 204 + 190 * row)


def _bun(pen: Pen, x: float, y: float) -> None:
    pen.disc(x + 4, y + 12, 168, 150, CRUST)
    pen.disc(x, y, 164, 148, PERSIMMON_LIGHT)
    pen.disc(x - 8, y - 10, 136, 118, HONEY)
    for width in (30, 84):
        pen.arc(x - 8, y - 10, width, 118, (90, 270), PERSIMMON_LIGHT)
        pen.arc(x - 8, y - 10, width, 118, (270, 90), PERSIMMON_LIGHT)
    pen.line([(x - 8, y - 66), (x + 2, y - 88)], 12, LEAF)
