"""By which group's link a browser first came to an event: a cookie for that event alone, with the group's code and nothing else.

It lasts until the family signs up, and not much longer than there is something to sign up for. Another event's is never read.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

from events import clock
from events.announce import links
from events.catalog import sessions
from web import viewer

AnyRequest = Request[Any, Any, Any]
LASTS = timedelta(days=30)
AFTER = timedelta(days=1)  # the last session


def cookie(event: int) -> str:
    """Its name."""
    return f"linju_via_{event}"


async def of(request: AnyRequest, event: int) -> str:
    """The code of the group by which this browser first came; empty when by none, or when the cookie names no group."""
    kept = request.cookies.get(cookie(event), "")
    return await links.code(kept) if kept and viewer.STAFF_COOKIE not in request.cookies else ""


async def note(request: AnyRequest, response: Response[Any], event: int, code: str) -> None:
    """Remember the group, unless there was one before. Not in a browser of the store's people: they try every link."""
    if viewer.STAFF_COOKIE in request.cookies or await of(request, event):
        return
    last = await sessions.last_end(event)
    if last is None:
        return
    lasts = min(LASTS, last + AFTER - clock.now())
    secure = request.app.state.settings.is_secure
    response.set_cookie(
        Cookie(key=cookie(event), value=code, path="/", max_age=int(lasts.total_seconds()), httponly=True, samesite="lax", secure=secure)
    )


def forget(request: AnyRequest, response: Response[Any], event: int) -> None:
    """The family has signed up: the registration knows the group from here on."""
    if cookie(event) in request.cookies:
        response.delete_cookie(cookie(event))
