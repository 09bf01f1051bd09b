"""QR symbols that scan from a cracked phone across a counter: error correction Q, a quiet zone of 4, dark on white.

An upper-case address fits QR's alphanumeric mode and makes a smaller symbol with larger modules.
"""

from __future__ import annotations

import re
from io import BytesIO

from PIL import Image
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_Q

QUIET = 4  # modules of white around the symbol, ISO/IEC 18004
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")


def address_payload(base_address: str, path: str) -> str:
    """The address in upper case; its path must be one that is routed in any case.

    ValueError if it has a character that QR's alphanumeric mode lacks.
    """
    payload = f"{base_address.rstrip('/')}/{path.lstrip('/')}".upper()
    if not _ALPHANUMERIC.fullmatch(payload):
        raise ValueError(f"not alphanumeric for a QR code: {base_address}")  # the path may be a secret
    return payload


def png(payload: str, scale: int = 10) -> bytes:
    """One bit a pixel, `scale` pixels a module."""
    rows = _modules(payload)
    image = Image.new("1", (len(rows), len(rows)), 1)
    image.putdata([not dark for row in rows for dark in row])
    stream = BytesIO()
    image.resize((len(rows) * scale, len(rows) * scale), Image.Resampling.NEAREST).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def svg(payload: str) -> str:
    """One path on white, without style or size: the page's CSS gives the size."""
    rows = _modules(payload)
    path = "".join(f"M{start} {y}h{end - start}v1H{start}z" for y, row in enumerate(rows) for start, end in _runs(row))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(rows)} {len(rows)}" shape-rendering="crispEdges">'
        f'<rect width="100%" height="100%" fill="#fff"/><path d="{path}"/></svg>'
    )


def version(payload: str) -> int:
    """The symbol's size, 1 to 40; up to 3 it still scans from afar."""
    return (len(_modules(payload)) - 2 * QUIET - 17) // 4


def _modules(payload: str) -> list[list[bool]]:
    """Rows of dark and light, the quiet zone included."""
    symbol = QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET)
    symbol.add_data(payload, optimize=0)  # one segment: a change of mode costs more than it saves at this length
    return symbol.get_matrix()


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark stretches start and end."""
    edges = [x for x, (before, here) in enumerate(zip([False, *row], [*row, False], strict=True)) if before != here]
    return list(zip(edges[::2], edges[1::2], strict=True))
