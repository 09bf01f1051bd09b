"""The doors into work that a crowd may want at once: so many at a time, in the order they came; the rest waits without costing much."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from events import clock, frontier
from events.errors import Refused, _

INSIDE = 64  # sign-ups at a time in this process: as many acts as share a commit
MOST = 5_000  # waiting in this process; a phone that is one too many is asked to come again, with what it typed
CROWD = 200  # waiting: about a second's work
ARRIVING = timedelta(seconds=10)  # a form that takes longer to arrive, on bad wifi, holds nobody up
LOOKING = 24  # pages worked out at a time
AT_ONCE = ("/static/", "/health/", "/clock")
SIGN_UP = re.compile(r"/my/sessions/[0-9]+/registration")
CAME = "linju_came"


@dataclass
class Entry:
    """One request for the gate. `accepted_at` is when its head was here; `is_whole`, that all of its form is."""

    accepted_at: datetime
    is_whole: bool = False
    is_crowded: bool = False  # it came to a long line, so it should not be kept waiting any longer


class Overfull(Refused):
    """The line is longer than is kept in memory; nothing was looked at."""


class Gate:
    """First come, first in. Tells the frontier since when the oldest of its requests has been here."""

    def __init__(self, inside: int = INSIDE, most: int = MOST, crowd: int = CROWD) -> None:
        self._turns = asyncio.Semaphore(inside)  # wakes those who wait in the order they came
        self._here: dict[int, Entry] = {}  # in the order they came: arriving, waiting and inside
        self._inside, self._most, self._crowd = inside, most, crowd
        self._counted = itertools.count()
        self._whole = 0

    @property
    def waiting(self) -> int:
        return max(self._whole - self._inside, 0)

    @contextlib.contextmanager
    def coming(self) -> Iterator[Entry]:
        """Somebody's request has begun to arrive."""
        number, entry = next(self._counted), Entry(clock.now())
        self._here[number] = entry
        self._tell()
        asyncio.get_running_loop().call_later(ARRIVING.total_seconds() + 0.1, self._tell)
        try:
            yield entry
        finally:
            del self._here[number]
            self._tell()

    @contextlib.asynccontextmanager
    async def entered(self, entry: Entry) -> AsyncIterator[Entry]:
        """All of it is here: wait for the turn. Raises Overfull at once where too many wait."""
        if self.waiting >= self._most:
            raise Overfull(_("现在报名的人太多了，等几秒再点一次，填的都还在"))
        entry.is_whole, entry.is_crowded = True, self.waiting >= self._crowd
        self._whole += 1
        try:
            async with self._turns:
                yield entry
        finally:
            self._whole -= 1

    def _tell(self) -> None:
        late = clock.now() - ARRIVING
        here = (entry.accepted_at for entry in self._here.values() if entry.is_whole or entry.accepted_at > late)
        frontier.say(next(here, None))


_gates: list[Gate] = []


def of_process() -> Gate:
    """The gate of this process's one event loop."""
    if not _gates:
        _gates.append(Gate())
    return _gates[0]


@contextlib.asynccontextmanager
async def entered(request: Request[Any, Any, Any]) -> AsyncIterator[Entry]:
    """The turn of a sign-up whose form was read; stamped when it reached this process, by `calm`."""
    gate = of_process()
    with contextlib.ExitStack() as stack:
        came = request.scope["state"].get(CAME) or stack.enter_context(gate.coming())
        async with gate.entered(came) as entry:
            yield entry


def calm(app: ASGIApp, most: int = LOOKING) -> ASGIApp:
    """ASGI wrapper: so many pages at a time are worked out, the others wait in the order they came until one has begun to answer.

    Thousands at once would only wait inside, each for the database, until its patience ends. Files and health checks do not wait, nor
    does what is sent with a body: on bad wifi that may take its time to arrive. A sign-up is stamped here.
    """
    turns = asyncio.Semaphore(most)

    async def calmed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"].startswith(AT_ONCE):
            await app(scope, receive, send)
        elif scope["method"] in {"GET", "HEAD"}:
            await _in_turn(app, turns, scope, receive, send)
        elif SIGN_UP.fullmatch(scope["path"]):
            with of_process().coming() as entry:
                scope.setdefault("state", {})[CAME] = entry
                await app(scope, receive, send)
        else:
            await app(scope, receive, send)

    return calmed


async def _in_turn(app: ASGIApp, turns: asyncio.Semaphore, scope: Scope, receive: Receive, send: Send) -> None:
    held = contextlib.ExitStack()

    async def begun(message: Message) -> None:
        if message["type"] == "http.response.start":
            held.close()
        await send(message)

    await turns.acquire()
    held.callback(turns.release)
    with held:
        await app(scope, receive, begun)
