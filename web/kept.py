"""Public pages drawn once and kept for as long as nothing committed anywhere has changed, and the minute lasts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response

from events import clock, db
from web import replies, viewer
from web.pressed import Pressed

AnyRequest = Request[Any, Any, Any]
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


_version = Version()
_pages: dict[object, Pressed] = {}
_true_for: tuple[str, int] | None = None  # the database's version and the minute the pages tell of
_drawing = asyncio.Lock()


async def page(request: AnyRequest, draw: Callable[[], Awaitable[Response[str]]]) -> Response[Any]:
    """The page as drawn, from memory for readers whom nothing tells apart but their language and looks.

    Never stale: one cheap question to the database says whether anything was committed since, and words such as "in 5 minutes" or
    "sign-up opens" are at most a minute old, sharp at its start.
    """
    if any(cookie in request.cookies for cookie in PERSONAL):
        return await draw()
    now = (await _version.now(), int(clock.now().timestamp() // 60))
    reader = viewer.plain(request)
    key = (request.scope["path"], request.scope["query_string"], reader.language, reader.look)
    known = _known(now, key)
    if known is None:
        async with _drawing:  # one draws, the others of the same moment wait and find it
            known = _known(now, key) or _keep(now, key, await draw())
    return known.answer(request, cache="private, no-cache", vary="Accept-Encoding, Accept-Language, Cookie")


def _known(now: tuple[str, int], key: object) -> Pressed | None:
    return _pages.get(key) if now == _true_for else None


def _keep(now: tuple[str, int], key: object, drawn: Response[str]) -> Pressed:
    global _true_for  # noqa: PLW0603 -- the one cache of the process
    if now != _true_for or len(_pages) >= MOST:
        _pages.clear()
        _true_for = now
    _pages[key] = Pressed(drawn.content.encode(), "text/html")
    return _pages[key]
