"""The one door a helper stands at."""

from __future__ import annotations

from typing import Any

from litestar import Request

from events import db
from events.catalog.tables import Session
from events.checkin.helping.helpers import Helper
from events.errors import NotThere

AnyRequest = Request[Any, Any, Any]


def helper(request: AnyRequest) -> Helper:
    """Who asks; only behind the area's guard."""
    found: Helper | None = request.state.get("helper")
    if found is None:
        raise RuntimeError("a helper's page was reached without its guard")
    return found


async def session(request: AnyRequest, id: int) -> Session:
    """The link's own session. Any other is not there, whatever else this device may be signed in as."""
    if helper(request).link.session != id:
        raise NotThere
    row = await db.row(Session, id)
    if row is None:
        raise NotThere
    return row
