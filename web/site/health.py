"""For load balancers: is the process up, can it serve."""

from __future__ import annotations

from litestar import Response, get

from events import db


@get("/health/live", name="site.health.live", sync_to_thread=False)
def live() -> Response[str]:
    """200 while the process answers at all."""
    return Response("ok", media_type="text/plain")


@get("/health/ready", name="site.health.ready")
async def ready() -> Response[str]:
    """200 when the database answers too, else 503."""
    try:
        await db.version()
    except Exception:  # noqa: BLE001 -- whatever the database says, the answer is "not ready"
        return Response("database", status_code=503, media_type="text/plain")
    return Response("ok", media_type="text/plain")


handlers = [live, ready]
