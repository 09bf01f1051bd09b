"""The bytes of pictures. An address holds the picture's digest, so what it gives never changes."""

from litestar import Response, get
from litestar.params import FromPath

from events.catalog import pictures
from events.errors import NotThere
from web.pressed import PRECOMPRESSED

FOREVER = "public, max-age=31536000, immutable"
FILES = {f"{size.value}.jpg": size for size in pictures.Size}


@get("/pictures/{digest:str}/{file:str}", name="site.pictures.show", opt={PRECOMPRESSED: True})
async def show(digest: FromPath[str], file: FromPath[str]) -> Response[bytes]:
    """`file` is cover.jpg, card.jpg or chat.jpg."""
    jpeg = await pictures.jpeg(digest, FILES[file]) if file in FILES and len(digest) == 64 else None
    if jpeg is None:
        raise NotThere
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": FOREVER})


handlers = [show]
