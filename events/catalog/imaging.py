"""Pictures from strangers' phones made safe and small: what comes out is newly drawn, with nothing of the file but its pixels."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import TypeVar

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from events.errors import Refused, _

BYTES = 12_000_000
PIXELS = 50_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
Seen = TypeVar("Seen")
COVER, CARD, CHAT = (1280, 2560), (480, 960), (600, 600)  # width and height at most; for chats a square

Image.MAX_IMAGE_PIXELS = PIXELS  # Pillow itself warns above it, and raises above twice as many


@dataclass(frozen=True, slots=True)
class Prepared:
    """Three JPEGs without metadata; width, height (pixels) and digest (SHA-256 in hex) are the cover's."""

    cover: bytes
    card: bytes
    chat: bytes
    width: int
    height: int
    digest: str


def prepare(data: bytes, *, field: str = "picture") -> Prepared:
    """Upright, sRGB, on white; the first frame of a moving picture. Slow (up to a second): call it in a thread.

    Refused as by `read`.
    """
    return _prepared(_within(read(data, _decoded, field=field), COVER))


def read(data: bytes, look: Callable[[Image.Image], Seen], *, field: str) -> Seen:
    """What `look` sees in a picture, of which no pixel has been decoded yet.

    Refused: over 12 MB, over 50 million pixels (the header tells, before decoding), not a JPEG, PNG, WebP or GIF, broken.
    """
    if len(data) > BYTES:
        raise Refused(_("图片最大 %(most)s MB，换张小一点的"), field=field, most=BYTES // 1_000_000)
    try:
        return look(_opened(data))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(_("图片的像素太多，先缩小再传"), field=field) from None
    except UnidentifiedImageError:
        raise Refused(_("这不是能用的图片，换一张 JPG、PNG 或 WebP"), field=field) from None
    except Exception:  # noqa: BLE001 -- a decoder fed with bytes made to hurt raises anything
        raise Refused(_("图片坏了或没传完整，换一张试试"), field=field) from None


def _prepared(cover: Image.Image) -> Prepared:
    jpeg = _jpeg(cover)
    return Prepared(
        cover=jpeg,
        card=_jpeg(_within(cover, CARD)),
        chat=_jpeg(ImageOps.fit(cover, CHAT)),
        width=cover.width,
        height=cover.height,
        digest=hashlib.sha256(jpeg).hexdigest(),
    )


def _opened(data: bytes) -> Image.Image:
    """The header has been read, and no pixel."""
    image = Image.open(BytesIO(data), formats=FORMATS)
    if image.width * image.height > PIXELS:
        raise Image.DecompressionBombError
    return image


def _decoded(image: Image.Image) -> Image.Image:
    image.draft("RGB", (COVER[0], COVER[0]))  # a JPEG is decoded at the smallest scale that will do
    return _in_srgb(ImageOps.exif_transpose(image))


def _in_srgb(image: Image.Image) -> Image.Image:
    """Phones store wider colour spaces, which look dull when the profile is dropped without converting."""
    profile = image.info.get("icc_profile")
    flat = on_white(image) if image.has_transparency_data else image
    if not profile:
        return flat.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(flat, source, ImageCms.createProfile("sRGB"), outputMode="RGB") or flat.convert("RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):  # a profile that is broken or for another mode
        return flat.convert("RGB")


def on_white(image: Image.Image) -> Image.Image:
    """Without what shines through."""
    drawn = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), drawn).convert("RGB")


def _within(image: Image.Image, box: tuple[int, int]) -> Image.Image:
    """Made smaller if needed, never larger."""
    smaller = image.copy()
    smaller.thumbnail(box)
    return smaller


def _jpeg(image: Image.Image) -> bytes:
    image.info.clear()  # the profile, the comment, EXIF
    stream = BytesIO()
    image.save(stream, "JPEG", quality=82, progressive=True, optimize=True)
    return stream.getvalue()
