"""Writes any text: each sign with the first font that has it, so that nobody's name comes out as a box.

Noto Sans CJK has what the common table of names needs and much more; the others have what it lacks, emoji among it.
"""

from __future__ import annotations

import importlib.util
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageDraw, ImageFont

from events.announce import fitting

REGULAR, BOLD = 400, 700
PACKAGES = ("manimgx_fonts_cjk", "manimgx_fonts")  # they hold font files and nothing else
CHINESE = 2  # which of the collection's faces: the same signs are drawn otherwise in Japan
EARLY = ("NotoSans[wght].ttf", "NotoSansSymbols[wght].ttf", "NotoEmoji[wght].ttf")
RARE = ("/usr/share/fonts/truetype/hanazono/HanaMinA.ttf", "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf")  # Debian's fonts-hanazono
INSTEAD = "〓"  # the printers' sign for a character that is not in the case
OPENING = frozenset("（《「『【〔〈〖“‘")  # drawn in the right half of their square
_TRIED_AT = 20  # pixels
_NOBODY_HAS = "\U0010ffff"

Face = tuple[str, int]


class NoFonts(Exception):
    """The packages with the fonts are not installed."""


def missing() -> list[str]:
    """The packages that should have come with us and did not."""
    return [name for name in PACKAGES if importlib.util.find_spec(name) is None]


def width(text: str, size: int, weight: int = REGULAR) -> float:
    """In pixels."""
    return sum(_font(face, size, weight).getlength(run) for face, run in runs(text))


def write(on: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, weight: int, colour: str) -> float:
    """One line on its baseline; where it ends. An opening bracket's empty half hangs out to the left."""
    x, base = at
    if text[:1] in OPENING:
        x -= size * 0.42
    for face, run in runs(text):
        font = _font(face, size, weight)
        on.text((x, base), run, font=font, fill=colour, anchor="ls")
        x += font.getlength(run)
    return x


def runs(text: str) -> Iterator[tuple[Face, str]]:
    """The text in stretches of one font; what no font has is 〓, what cannot be seen is left out."""
    held, kept = None, ""
    for sign in fitting.signs(unicodedata.normalize("NFC", text)):
        shown = "".join(each for each in sign if unicodedata.category(each) not in ("Cc", "Cs"))
        if not shown:
            continue
        face = _face(shown)
        if face is None:
            face, shown = faces()[0], INSTEAD
        if face != held:
            if held is not None:
                yield held, kept
            held, kept = face, ""
        kept += shown
    if held is not None:
        yield held, kept


@cache
def faces() -> tuple[Face, ...]:
    """In the order they are asked. NoFonts when there are none."""
    if lacking := missing():
        raise NoFonts(", ".join(lacking))
    chinese, others = (_folder(name) for name in PACKAGES)
    rest = sorted(file.name for file in others.glob("*.ttf") if "Italic" not in file.name and file.name not in EARLY)
    files = [(str(next(chinese.glob("*.ttc"))), CHINESE), *((str(others / name), 0) for name in (*EARLY, *rest))]
    return (*files, *((name, 0) for name in RARE if Path(name).is_file()))


@lru_cache(maxsize=4096)
def _face(sign: str) -> Face | None:
    """The first that has all of a sign."""
    needed = [each for each in sign if not _is_unseen(each)]
    return next((face for face in faces() if all(has(face, each) for each in needed)), None)


@lru_cache(maxsize=8192)
def has(face: Face, letter: str) -> bool:
    """Whether a font draws it, and not its box for what it lacks."""
    if letter.isspace():
        return True
    drawn = _drawn(face, letter)
    return any(drawn) and drawn != _drawn(face, _NOBODY_HAS)


def _drawn(face: Face, letter: str) -> bytes:
    return bytes(_font(face, _TRIED_AT, REGULAR).getmask(letter))


def _is_unseen(letter: str) -> bool:
    """Joiners and selectors: they change what stands before them and are nothing alone."""
    return (
        letter == fitting.JOINER
        or unicodedata.category(letter) == "Cf"
        or "\ufe00" <= letter <= "\ufe0f"
        or "\U000e0020" <= letter <= "\U000e01ef"
    )


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise NoFonts(package)
    return Path(spec.submodule_search_locations[0])


@lru_cache(maxsize=64)
def _font(face: Face, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(face[0], size, index=face[1])
    try:
        font.set_variation_by_axes([weight])
    except OSError:  # a font of one weight
        return font
    return font
