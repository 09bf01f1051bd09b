"""Where everything on a poster stands: pure geometry, from the cover's lower edge down. Nothing is drawn here.

A stall's awning over the picture, a calendar's leaf, and a ticket with its stub: tear it off and come.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from events.announce.posters import breaking, lettering, shapes
from events.announce.posters.lettering import BOLD, REGULAR
from events.announce.posters.poster import Fact, Poster

WIDTH, MARGIN = 1080, 64
INNER = WIDTH - 2 * MARGIN
TALL = 1800  # what a poster would like to be: a whole phone; the cover gives and takes
COVER = (520, 675)
INK, INK_2 = "#2a221b", "#574b3f"
PERSIMMON, PERSIMMON_INK, ON_PERSIMMON = "#c2410c", "#a83608", "#ffffff"
BRICK, BRICK_WASH, BRICK_LINE = "#98201a", "#f8ded5", "#d59a8c"
TITLES = ((104, 1), (96, 2), (84, 3), (68, 4), (58, 6))  # size and most lines: the first that holds it all
LEAF = (220, 204, 78)  # wide, high, its head
RISE = 104  # how much of the leaf lies on the cover
PAD, ICON, QR = 44, 50, 370
CROSS = '<path d="M6 6l12 12M18 6L6 18"/>'
MIDDLE = 0.38  # of a Chinese character above its baseline, of its size


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; `y` is its baseline."""

    text: str
    x: float
    y: float
    size: int
    weight: int
    colour: str
    is_struck: bool = False


@dataclass(slots=True)
class Sheet:
    """What has been set so far. `y` is where the next thing may begin; shapes are SVG."""

    y: float = 0
    words: list[Words] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)
    qr: tuple[float, float] = (0, 0)  # the middle of its place
    logo: tuple[float, float] | None = None

    def line(self, text: str, x: float, size: int, weight: int, colour: str, *, high: float, is_struck: bool = False) -> None:
        """Set a line into the next `high` pixels, and go below."""
        self.words.append(Words(text, x, self.y + high / 2 + MIDDLE * size, size, weight, colour, is_struck))
        self.y += high


def sheet(poster: Poster) -> Sheet:
    """All that stands below the cover; its `y` is how high that is."""
    page = Sheet()
    _head(page, poster)
    _title(page, poster)
    if poster.stamp:
        _stamp(page, poster)
    _ticket(page, poster)
    _foot(page, poster)
    return page


def cover_height(below: float) -> int:
    return round(min(max(TALL - below, COVER[0]), COVER[1]))


def _head(page: Sheet, poster: Poster) -> None:
    x: float = MARGIN
    if poster.leaf:
        x = _leaf(page, poster.leaf, INK_2 if poster.stamp else PERSIMMON)
    page.shapes.append(shapes.icon(poster.kind_icon, x, 30, 48, PERSIMMON_INK))
    start = x + (64 if poster.kind_icon else 0)
    kind = breaking.fitted(poster.kind, lambda text: lettering.width(text, 42), WIDTH - MARGIN - start, 1)
    page.y = 54 - 42
    page.line("".join(kind), start, 42, REGULAR, INK_2, high=84)
    page.y = LEAF[1] - RISE + 40 if poster.leaf else 118


def _leaf(page: Sheet, leaf: tuple[str, str], colour: str) -> float:
    wide, high, head = LEAF
    page.shapes.append(shapes.leaf(MARGIN, -RISE, wide, high, head, colour))
    middle = MARGIN + wide / 2
    _centred(page, leaf[0], middle, head / 2 + 8 - RISE, 37, ON_PERSIMMON)
    _centred(page, leaf[1], middle, (head + high) / 2 - RISE, 82, INK)
    return MARGIN + wide + 36


def _title(page: Sheet, poster: Poster) -> None:
    for size, most in TITLES:
        title = breaking.lines(poster.title, _ruler(size, BOLD), INNER)
        if len(title) <= most:
            break
    else:
        title = breaking.fitted(poster.title, _ruler(size, BOLD), INNER, most)
    for line in title:
        page.line(line, MARGIN, size, BOLD, INK_2 if poster.stamp else INK, high=size * 1.28, is_struck=bool(poster.stamp))
    page.y += 14
    for line in breaking.fitted(poster.summary, _ruler(42, REGULAR), INNER, 3):
        page.line(line, MARGIN, 42, REGULAR, INK_2, high=42 * 1.58)
    page.y += 34


def _stamp(page: Sheet, poster: Poster) -> None:
    """Colour never speaks alone: a cross and the word."""
    why = breaking.fitted(poster.why, _ruler(42, REGULAR), INNER - 2 * PAD - 84, 3)
    high = 2 * 30 + 76 + 62 * len(why)
    page.shapes += [
        shapes.sheet(MARGIN, page.y, INNER, high, round_by=36, fill=BRICK_WASH, line=BRICK_LINE),
        shapes.icon(CROSS, MARGIN + PAD - 6, page.y + 38, 60, BRICK, 3),
    ]
    end = page.y + high
    page.y += 30
    page.line(poster.stamp, MARGIN + PAD + 84, 56, BOLD, BRICK, high=76)
    for line in why:
        page.line(line, MARGIN + PAD + 84, 42, REGULAR, INK, high=62)
    page.y = end + 32


def _ticket(page: Sheet, poster: Poster) -> None:
    """The facts, a perforation, and the stub with the code."""
    top = page.y
    card = len(page.shapes)
    page.shapes.append("")  # the card lies below what stands on it, and only at the end is it known how long it is
    page.y += PAD - 8
    for fact in poster.facts:
        _fact(page, fact)
    tear = page.y = page.y + PAD - 26
    _stub(page, poster)
    page.shapes[card] = shapes.ticket(MARGIN, top, INNER, page.y, tear)
    page.y += 36


def _fact(page: Sheet, fact: Fact) -> None:
    x = MARGIN + PAD
    page.shapes.append(shapes.icon(fact.icon, x, page.y + 7, ICON, PERSIMMON_INK))
    start, room = x + ICON + 30, INNER - 2 * PAD - ICON - 30
    for n, text in enumerate(fact.lines):
        size, weight, colour = (46, BOLD, INK) if n == 0 else (42, REGULAR, INK_2)
        for line in breaking.fitted(text, _ruler(size, weight), room, 2):
            page.line(line, start, size, weight, colour, high=64)
    page.y += 26


def _stub(page: Sheet, poster: Poster) -> None:
    """The code right, large enough for a phone held away; what it is good for left of it, in the middle of the height."""
    high = QR + 2 * 32
    room = INNER - 2 * PAD - QR - 12
    call = breaking.fitted(poster.call, _ruler(68, BOLD), room, 2)
    hint = breaking.fitted(poster.hint, _ruler(40, REGULAR), room, 4)
    top = page.y
    page.shapes.append(shapes.sheet(WIDTH - MARGIN - 46 - QR, top + 22, QR + 20, QR + 20, round_by=28, fill="#ffffff"))
    page.qr = (WIDTH - MARGIN - 36 - QR / 2, top + 32 + QR / 2)
    page.y = top + (high - 92 * len(call) - 18 - 62 * len(hint)) / 2
    for line in call:
        page.line(line, MARGIN + PAD, 68, BOLD, INK if poster.stamp else PERSIMMON_INK, high=92)
    page.y += 18
    for line in hint:
        page.line(line, MARGIN + PAD, 40, REGULAR, INK_2, high=62)
    page.y = top + high


def _foot(page: Sheet, poster: Poster) -> None:
    x: float = MARGIN
    if poster.logo:
        page.logo = (MARGIN, page.y + 2)
        x += 84
    room = WIDTH - MARGIN - x
    name = breaking.fitted(poster.store, _ruler(42, BOLD), room, 1)
    note = breaking.fitted(poster.store_note, _ruler(36, REGULAR), room, 2)
    if not note:
        page.y += 8
    for line in name:
        page.line(line, x, 42, BOLD, INK, high=56)
    for line in note:
        page.line(line, x, 36, REGULAR, INK_2, high=50)
    page.y += 44


def _centred(page: Sheet, text: str, x: float, y: float, size: int, colour: str) -> None:
    room = LEAF[0] - 24
    while size > 20 and lettering.width(text, size, BOLD) > room:
        size -= 2
    left = x - lettering.width(text, size, BOLD) / 2
    page.words.append(Words(text, left, y + MIDDLE * size, size, BOLD, colour))


def _ruler(size: int, weight: int) -> breaking.Measure:
    return lambda text: lettering.width(text, size, weight)


def texts(words: Iterable[Words]) -> list[str]:
    """What can be read, in the order it was set."""
    return [each.text for each in words]
