"""Public pages drawn once and kept for as long as nothing committed anywhere has changed, and the minute lasts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC
from email.utils import format_datetime
from typing import Any

from litestar import Request, Response
from litestar.types import Scope

from events import clock, db
from events.calendar.public import File
from web import replies, viewer
from web.pressed import Pressed

AnyRequest = Request[Any, Any, Any]
CALENDAR = "text/calendar"
QUICK = 3  # brotli's quality: four times as fast as that of pages and a tenth longer
KEPT = "kept"
MOST = 1_000  # pages; addresses are anybody's to invent
PERSONAL = (viewer.STAFF_COOKIE, viewer.FAMILY_COOKIE, replies.NOTE_COOKIE)


class Version:
    """What the database holds, asked once for all who came before the question: nobody gets an answer older than they are."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._asked = 0
        self._answer: str | None = None

    async def now(self) -> str:
        came = self._asked
        async with self._turn:
            if self._asked == came or self._answer is None:
                self._asked += 1
                self._answer = None  # an error is nobody's answer
                self._answer = await db.version()
            return self._answer


Moment = tuple[str, int]  # the database's version and the minute
_version = Version()
_pages: dict[object, Pressed] = {}
_true_for: Moment | None = None  # what the pages tell of
_drawing = asyncio.Lock()
_filing = asyncio.Lock()  # a long calendar holds no page up


async def page(request: AnyRequest, draw: Callable[[], Awaitable[Response[str]]]) -> Response[Any]:
    """The page as drawn, from memory for readers whom nothing tells apart but their language and looks.

    Never stale: one cheap question to the database says whether anything was committed since, and words such as "in 5 minutes" or
    "sign-up opens" are at most a minute old, sharp at its start.
    """
    if any(cookie in request.cookies for cookie in PERSONAL):
        return await draw()
    now = await moment()
    reader = viewer.plain(request)
    key = (request.scope["path"], request.scope["query_string"], reader.language, reader.look)
    known = _known(now, key)
    if known is None:
        async with _drawing:  # one draws, the others of the same moment wait and find it
            known = _known(now, key) or _keep(now, key, await draw())
    return known.answer(request, cache="private, no-cache", vary="Accept-Encoding, Accept-Language, Cookie")


async def file(request: AnyRequest, draw: Callable[[], Awaitable[File]]) -> Response[Any]:
    """The same of a calendar that is anybody's: whoever asks gets the same bytes. Says which moment its answer is of, for `moment_of`."""
    now = await moment()
    key = (request.scope["path"], CALENDAR)
    known = _known(now, key)
    if known is None:
        async with _filing:
            known = _known(now, key) or _remember(now, key, _filed(await draw()))
    request.scope["state"][KEPT] = now
    return known.answer(request, cache="public, max-age=0, must-revalidate")


async def moment() -> Moment:
    """What is committed now, and the minute."""
    return await _version.now(), int(clock.now().timestamp() // 60)


def moment_of(scope: Scope) -> Moment | None:
    """Of which moment the answer to a request is; None unless it came out of what is kept, the same for everybody."""
    found: Moment | None = scope["state"].get(KEPT) if "state" in scope else None
    return found


def _known(now: Moment, key: object) -> Pressed | None:
    return _pages.get(key) if now == _true_for else None


def _keep(now: Moment, key: object, drawn: Response[str]) -> Pressed:
    return _remember(now, key, Pressed(drawn.content.encode(), "text/html"))


def _filed(drawn: File) -> Pressed:
    headers = {
        "Last-Modified": format_datetime(drawn.changed_at.astimezone(UTC), usegmt=True),
        "X-Robots-Tag": "noindex",
        "Content-Disposition": 'inline; filename="linju.ics"',
    }
    return Pressed(drawn.body, CALENDAR, quality=QUICK, headers=headers)


def _remember(now: Moment, key: object, pressed: Pressed) -> Pressed:
    global _true_for  # noqa: PLW0603 -- the one cache of the process
    if now != _true_for or len(_pages) >= MOST:
        _pages.clear()
        _true_for = now
    _pages[key] = pressed
    return pressed
