"""The shapes on a poster, as SVG: a card's sheet, a ticket, a calendar's leaf, an awning, an icon."""

from __future__ import annotations

PAPER, CARD, LINE = "#f6efe1", "#fffbf2", "#ddcfb6"
STRIPES = ("#c2410c", "#f7d8b2")
SHADE = 'fill="none" stroke="#8a3208" stroke-opacity=".18" stroke-width="3"'


def sheet(x: float, y: float, wide: float, high: float, *, round_by: float, fill: str = CARD, line: str = LINE) -> str:
    """A sheet of paper with a thin edge."""
    return f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="{round_by}" fill="{fill}" stroke="{line}" stroke-width="3"/>'


def leaf(x: float, y: float, wide: float, high: float, head: float, colour: str) -> str:
    """A calendar's: a coloured head with the two holes it hangs by."""
    shadow = f'<rect x="{x - 2}" y="{y + 10}" width="{wide + 4}" height="{high}" rx="34" fill="#543816" fill-opacity=".10"/>'
    top = f'<path d="M{x} {y + head}v{32 - head}a32 32 0 0 1 32-32h{wide - 64}a32 32 0 0 1 32 32v{head - 32}z" fill="{colour}"/>'
    holes = "".join(f'<circle cx="{x + wide * part}" cy="{y + 15}" r="7" fill="{PAPER}"/>' for part in (0.29, 0.71))
    return shadow + sheet(x, y, wide, high, round_by=32) + top + holes


def ticket(x: float, top: float, wide: float, bottom: float, tear: float) -> str:
    """Where the stub is torn off, at `tear`, a bite is gone from either edge."""
    r, bite, flat = 40, 24, wide - 80
    above, below = tear - bite - top - r, bottom - r - tear - bite
    right = f"v{above}a{bite} {bite} 0 0 0 0 {2 * bite}v{below}a{r} {r} 0 0 1 -{r} {r}"
    left = f"v{-below}a{bite} {bite} 0 0 0 0 -{2 * bite}v{-above}a{r} {r} 0 0 1 {r} -{r}"
    shape = f"M{x + r} {top}h{flat}a{r} {r} 0 0 1 {r} {r}{right}h{-flat}a{r} {r} 0 0 1 -{r} -{r}{left}z"
    dots = f'd="M{x + bite + 20} {tear}H{x + wide - bite - 12}" stroke-width="4" stroke-dasharray="2 16" stroke-linecap="round"'
    return f'<path d="{shape}" fill="{CARD}" stroke="{LINE}" stroke-width="3"/><path {dots} stroke="{LINE}"/>'


def icon(drawn: str, x: float, y: float, size: float, colour: str, stroke: float = 2) -> str:
    """`drawn`: shapes on 24 by 24, in strokes; none is none."""
    style = f'fill="none" stroke="{colour}" stroke-width="{stroke}" stroke-linecap="round" stroke-linejoin="round"'
    return f'<g transform="translate({x} {y}) scale({size / 24})" {style}>{drawn}</g>' if drawn else ""


def awning(wide: float, hang: float, stripes: int) -> str:
    """A stall's, from edge to edge, `hang` pixels down."""
    each, half = wide / stripes, wide / stripes / 2
    drop = hang / 2
    cloth = "".join(
        f'<path d="M{n * each} 0h{each}v{drop}a{half} {drop} 0 0 1 -{each} 0z" fill="{STRIPES[n % 2]}"/>' for n in range(stripes)
    )
    hems = "".join(f"M{n * each} {drop}a{half} {drop} 0 0 0 {each} 0" for n in range(stripes))
    return f'{cloth}<path d="{hems}" {SHADE}/>'
