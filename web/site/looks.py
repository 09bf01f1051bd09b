"""How a reader likes it: language, large type, dark. Kept in a cookie, changed by a link."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import Cookie
from litestar.params import FromQuery

from web import replies
from web.viewer import LOOK_COOKIE, Look, plain

_LOCAL = re.compile(r"/[A-Za-z0-9/_.?=&%-]*")


@get("/look", name="site.looks.update", sync_to_thread=False)
def update(
    request: Request[Any, Any, Any],
    language: FromQuery[str | None] = None,
    size: FromQuery[str | None] = None,
    theme: FromQuery[str | None] = None,
    back: FromQuery[str] = "/",
) -> Response[None]:
    """Changes what is named and goes back to a page of ours; anything unknown is forgotten."""
    given = {name: value for name, value in (("language", language), ("size", size), ("theme", theme)) if value is not None}
    look = Look.read(replace(plain(request).look, **given).written())
    is_local = _LOCAL.fullmatch(back) and not back.startswith("//")
    response = replies.away(back if is_local else "/")
    secure = request.app.state.settings.is_secure
    response.set_cookie(
        Cookie(key=LOOK_COOKIE, value=look.written(), path="/", max_age=400 * 86400, samesite="lax", httponly=True, secure=secure)
    )
    return response


handlers = [update]
