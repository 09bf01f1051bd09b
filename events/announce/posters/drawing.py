"""Draws a poster: shapes by resvg, words and pictures by Pillow."""

from __future__ import annotations

from io import BytesIO

import resvg_py
from PIL import Image, ImageDraw, ImageOps

from events.announce.posters import layout, lettering, shapes
from events.announce.posters.layout import WIDTH, Sheet
from events.announce.posters.poster import Poster
from events.announce.posters.shapes import PAPER
from events.checkin import qr

PHOTO = 1_200_000  # bytes: a larger picture is drawn with fewer colours, for group robots take 2 MB
AWNING = (58, 16)  # how far it hangs down, in how many stripes


def png(poster: Poster) -> bytes:
    """The whole poster, 1080 pixels wide and as high as it needs. Slow: call it beside the loop."""
    page = layout.sheet(poster)
    cover = layout.cover_height(page.y)
    image = Image.new("RGB", (WIDTH, cover + round(page.y)), PAPER)
    image.paste(_cover(poster, cover), (0, 0))
    drawn = f'<g transform="translate(0 {cover})">{"".join(page.shapes)}</g>{shapes.awning(WIDTH, *AWNING)}'
    overlay = _svg(f'<svg xmlns="http://www.w3.org/2000/svg" width="{image.width}" height="{image.height}">{drawn}</svg>', image.width)
    image.paste(overlay, (0, 0), overlay)
    _write(image, page, cover)
    _paste_code(image, page, poster, cover)
    if poster.logo and page.logo:
        logo = _svg(poster.logo, 68)
        image.paste(logo, (round(page.logo[0]), round(page.logo[1]) + cover), logo)
    return _packed(image)


def _cover(poster: Poster, height: int) -> Image.Image:
    picture = Image.open(BytesIO(poster.cover), formats=("JPEG", "PNG")).convert("RGB")
    fitted = ImageOps.fit(picture, (WIDTH, height), Image.Resampling.LANCZOS, centering=(0.5, 0.45))
    if not poster.stamp:
        return fitted
    return Image.blend(ImageOps.grayscale(fitted).convert("RGB"), Image.new("RGB", fitted.size, PAPER), 0.35)


def _svg(document: str, width: int) -> Image.Image:
    drawn = resvg_py.svg_to_bytes(svg_string=document, width=width, skip_system_fonts=True)
    return Image.open(BytesIO(bytes(drawn)), formats=("PNG",)).convert("RGBA")


def _write(image: Image.Image, page: Sheet, cover: int) -> None:
    on = ImageDraw.Draw(image)
    for words in page.words:
        base = words.y + cover
        end = lettering.write(on, (words.x, base), words.text, words.size, words.weight, words.colour)
        if words.is_struck:
            y = base - layout.MIDDLE * words.size
            on.line((words.x, y, end, y), fill=layout.BRICK, width=max(words.size // 14, 4))


def _paste_code(image: Image.Image, page: Sheet, poster: Poster, cover: int) -> None:
    """Whole pixels to a module: a code that was stretched reads worse. Its own white border is the quiet zone."""
    once = Image.open(BytesIO(qr.png(poster.payload, 1)))
    scale = max(layout.QR // once.width, 1)
    code = once.resize((once.width * scale, once.height * scale), Image.Resampling.NEAREST).convert("RGB")
    x, y = page.qr
    image.paste(code, (round(x - code.width / 2), round(y + cover - code.height / 2)))


def _packed(image: Image.Image) -> bytes:
    """Few colours where few are enough; a photograph keeps its own unless it gets too large."""
    whole = _saved(image)
    if len(whole) <= PHOTO:
        return whole
    return _saved(image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG))


def _saved(image: Image.Image) -> bytes:
    stream = BytesIO()
    image.save(stream, "PNG", optimize=image.mode == "P", compress_level=6)
    return stream.getvalue()
