"""Photographs of tickets, for phones whose browser opens no camera: which ticket is on the picture."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import zxingcpp
from PIL import Image

from events.catalog import imaging
from events.checkin.tables import Ticket
from events.errors import Refused, _

NEAR, FAR = 1600, 4000  # pixels of the longer side: as a rule a ticket fills the picture; if none is found, once more and closer
QR_CODE = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
WHOLE = 16_000_000  # pixels of a picture that cannot be decoded at a smaller scale, as a camera's JPEG can
MOST = 8  # codes of one picture that are looked at
SECRET = re.compile(r"(?:.*/T/)?([0-9A-HJKMNP-TV-Z]{16})", re.IGNORECASE)  # an address of ours, whatever it was called then, or bare

# One at a time: a large picture unpacks to some hundred megabytes.
_darkroom = ThreadPoolExecutor(max_workers=1, thread_name_prefix="photos")


async def codes(data: bytes, *, field: str = "photo") -> list[str]:
    """What the QR codes of a picture say. Refused as by `imaging.read`, and where there is none."""
    found = await asyncio.get_running_loop().run_in_executor(_darkroom, _codes, data, field)
    if not found:
        raise Refused(_("照片里没找到码，近一点、正一点再拍一张"), field=field)
    return found


async def ticket(codes: Sequence[str], store: int) -> Ticket | None:
    """The first of them that is a ticket of the store."""
    for secret in filter(None, map(secret_in, codes)):
        row = await Ticket.objects().where((Ticket.secret == secret) & (Ticket.session._.event._.store == store)).first()
        if row is not None:
            return row
    return None


def secret_in(code: str) -> str | None:
    """The secret a code may hold, in upper case; None for what is no ticket's."""
    found = SECRET.fullmatch(code.strip())
    return found[1].upper() if found else None


def _codes(data: bytes, field: str) -> list[str]:
    """At the first size at which there are any."""
    found = imaging.read(data, lambda image: _read(_grey(image, NEAR)), field=field)
    return found or imaging.read(data, lambda image: _read(_grey(image, FAR)) if max(image.size) > NEAR else [], field=field)


def _grey(image: Image.Image, side: int) -> Image.Image:
    """On white, at most that large; turned as it is, for codes are read in any direction, and in a mirror."""
    share = side / max(image.size)
    if share < 1:
        image.draft("L", (round(image.width * share), round(image.height * share)))  # a JPEG is decoded at the smallest scale that will do
    if image.format != "JPEG" and image.width * image.height > WHOLE:
        raise Image.DecompressionBombError
    grey = (imaging.on_white(image) if image.has_transparency_data else image).convert("L")
    grey.thumbnail((side, side))
    return grey


def _read(image: Image.Image) -> list[str]:
    found = zxingcpp.read_barcodes(image, formats=QR_CODE)
    return list(dict.fromkeys(each.text for each in found if each.valid))[:MOST]
