"""The picture of a chat card where an event has none of its own: chat programs draw no SVG, so the kind's drawing comes as PNG."""

from functools import cache

import resvg_py
from litestar import Response, get
from litestar.params import FromPath

from events.catalog.tables import Kind
from events.errors import NotThere
from web import places
from web.pressed import PRECOMPRESSED

WIDTH = 640


@get("/cards/{file:str}", name="site.cards.show", opt={PRECOMPRESSED: True}, sync_to_thread=True)
def show(file: FromPath[str]) -> Response[bytes]:
    """`file` is workshop.png, family.png or visit.png."""
    if file not in {f"{kind.value}.png" for kind in Kind}:
        raise NotThere
    return Response(_drawn(file.removesuffix(".png")), media_type="image/png", headers={"Cache-Control": "public, max-age=86400"})


@cache
def _drawn(kind: str) -> bytes:
    """Takes a tenth of a second, once."""
    return bytes(resvg_py.svg_to_bytes(svg_path=str(places.static() / "icons" / f"cover-{kind}.svg"), width=WIDTH, skip_system_fonts=True))


handlers = [show]
