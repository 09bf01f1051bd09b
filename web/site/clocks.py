"""The server's time, for pages that count down by it: a phone's own clock may be minutes off."""

from typing import Any

from litestar import Response, get

from events import clock


@get("/clock", name="site.clocks.show")
async def show() -> Response[Any]:
    """Milliseconds since 1970. Whoever reads it knows that it is at least so late."""
    return Response({"now": int(clock.now().timestamp() * 1000)}, headers={"Cache-Control": "no-store"})


handlers = [show]
